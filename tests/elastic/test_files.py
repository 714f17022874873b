"""The example configuration can be served with, and the compose file names settings that exist. No server needed."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from service.index.elastic_client import Connection
from service.settings import load_settings

CONFIG = Path(__file__).parents[2] / "config"


def test_the_example_is_read(tmp_path: Path) -> None:
    settings = load_settings(CONFIG / "elasticsearch.toml", environ={})
    assert settings.index.engine == "elasticsearch"
    assert len(settings.elasticsearch.hosts) == 3
    assert not settings.is_open


@pytest.fixture
def compose() -> dict[str, dict[str, dict[str, object]]]:
    text = (CONFIG / "compose.yaml").read_text("utf-8")
    composed: dict[str, dict[str, dict[str, object]]] = yaml.safe_load(text)
    return composed


def test_compose_names_settings_that_exist(compose: dict[str, dict[str, dict[str, object]]], tmp_path: Path) -> None:
    given = compose["services"]["isnad"]["environment"]
    assert isinstance(given, dict)
    certificate = tmp_path / "ca.crt"
    certificate.write_text("")
    environ = {key: str(value) for key, value in given.items()} | {"ISNAD_ELASTICSEARCH__CA_FILE": str(certificate)}
    settings = load_settings(environ=environ)
    assert not settings.is_open
    Connection(settings.elasticsearch)
    nodes = {host.removeprefix("https://").removesuffix(":9200") for host in settings.elasticsearch.hosts}
    assert nodes <= compose["services"].keys()
    for node in nodes:
        environment = compose["services"][node]["environment"]
        assert isinstance(environment, dict)
        assert environment["node.name"] == node
        assert set(str(environment["discovery.seed_hosts"]).split(",")) == nodes
