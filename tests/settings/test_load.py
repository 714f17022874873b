"""Settings: what wins, and everything that must stop the start, named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from service.errors import InvalidSettings
from service.settings import Secret, Settings, load_settings

SHIPPED = Path(__file__).parents[2] / "config" / "isnad.toml"


def write(path: Path, text: str) -> Path:
    file = path / "isnad.toml"
    file.write_text(text, "utf-8")
    return file


def test_the_shipped_file_states_the_defaults() -> None:
    assert load_settings(SHIPPED, environ={}) == Settings()


def sections(settings: object, *, under: str = "") -> Iterator[tuple[str, list[str]]]:
    """Every table of the settings with its keys."""
    values = {key.name: getattr(settings, key.name) for key in fields(settings)}  # type: ignore[arg-type]
    for name, value in values.items():
        if is_dataclass(value):
            yield under + name, [key.name for key in fields(value) if not is_dataclass(getattr(value, key.name))]
            yield from sections(value, under=f"{under}{name}.")


def test_the_shipped_file_names_every_setting() -> None:
    text = SHIPPED.read_text("utf-8")
    for name, keys in sections(Settings()):
        part = text.split(f"\n[{name}]", 1)[1].split("\n[", 1)[0]
        for key in keys:
            assert f"\n{key} = " in part, f"{name}.{key}"


def test_the_environment_wins_over_the_file_over_the_defaults(tmp_path: Path) -> None:
    file = write(tmp_path, 'data = "a"\n[server]\nport = 9000\nthreads = 8\n')
    settings = load_settings(file, environ={"ISNAD_SERVER__PORT": "9001", "ISNAD_DATA": "/b"})
    assert (settings.server.port, settings.server.threads, settings.server.workers) == (9001, 8, 2)
    assert settings.data == Path("/b")
    assert settings.config_directory == tmp_path
    assert settings.outlets_file == tmp_path / "outlets.toml"


def test_the_file_can_be_named_in_the_environment(tmp_path: Path) -> None:
    file = write(tmp_path, '[index]\nengine = "elasticsearch"\n')
    assert load_settings(environ={"ISNAD_CONFIG": str(file)}).index.engine == "elasticsearch"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("ISNAD_INDEX__ENGINE", "elasticsearch", ("index", "engine", "elasticsearch")),
        ("ISNAD_INDEX__VECTORS", "false", ("index", "vectors", False)),
        ("ISNAD_INDEX__VECTORS", " True ", ("index", "vectors", True)),
        ("ISNAD_ELASTICSEARCH__HOSTS", "http://a:9200, http://b:9200", ("elasticsearch", "hosts", ("http://a:9200", "http://b:9200"))),
        ("ISNAD_ELASTICSEARCH__HOSTS", "http://a:9200", ("elasticsearch", "hosts", ("http://a:9200",))),
        ("ISNAD_ELASTICSEARCH__API_KEY", "s3", ("elasticsearch", "api_key", Secret("s3"))),
        ("ISNAD_ELASTICSEARCH__CA_FILE", "/ca.pem", ("elasticsearch", "ca_file", Path("/ca.pem"))),
        ("ISNAD_ELASTICSEARCH__CA_FILE", "", ("elasticsearch", "ca_file", None)),
        ("ISNAD_SERVER__PORT", " 81 ", ("server", "port", 81)),
    ],
)  # fmt: skip
def test_reads_the_environment_by_type(name: str, text: str, expected: tuple[str, str, object]) -> None:
    section, key, value = expected
    assert getattr(getattr(load_settings(SHIPPED, environ={name: text}), section), key) == value


@pytest.mark.parametrize(
    ("text", "environ", "named"),
    [
        ("colour = 1", {}, "colour: unknown"),
        ("[server]\nprot = 1", {}, "server.prot: unknown"),
        ("config_directory = '/etc'", {}, "config_directory: unknown"),
        ("server = 1", {}, "server: must be a table"),
        ("[server]\nport = '1'", {}, "server.port: must be a whole number"),
        ("[server]\nport = true", {}, "server.port: must be a whole number"),
        ("[server]\nport = 0", {}, "server.port: must be between 1 and 65535"),
        ("[server]\nhost = 1", {}, "server.host: must be a text"),
        ("[judge]\nmodel = 'bgi'", {}, "judge.model: must be big, small, typed or the folder"),
        ("[judge.remote]\nbase_url = 'localhost:80'\nmodel = 'm'", {}, "judge.remote.base_url: must be like"),
        ("[judge.remote]\nbase_url = 'https://me:pw@host/v1'\nmodel = 'm'", {}, "judge.remote.base_url: must be like"),
        ("[judge.remote]\nbase_url = 'https://host/v1'", {}, "judge.remote.model: must name"),
        ("[judge.remote]\nbse_url = 1", {}, "judge.remote.bse_url: unknown"),
        ("[judge.remote]\ntrust = 1.5", {}, "judge.remote.trust: must be between 0 and 1"),
        ("[judge.remote]\ntrust = nan", {}, "judge.remote.trust: must be a number"),
        ("[judge.remote]\ntrust = true", {}, "judge.remote.trust: must be a number"),
        ("[judge.remote]\ntrust = '1'", {}, "judge.remote.trust: must be a number"),
        ("", {"ISNAD_JUDGE__REMOTE__TRUST": "much"}, "ISNAD_JUDGE__REMOTE__TRUST: must be a number"),
        ("", {"ISNAD_JUDGE__REMOTE__MODLE": "m"}, "ISNAD_JUDGE__REMOTE__MODLE: unknown"),
        ("", {"ISNAD_JUDGE__REMOTE": "m"}, "judge.remote: must be a table|ISNAD_JUDGE__REMOTE: must be a table"),
        ("", {"ISNAD_JUDGE__REMOTE": "m", "ISNAD_JUDGE__REMOTE__MODEL": "m"}, "ISNAD_JUDGE__REMOTE"),
        ("", {"ISNAD_JUDGE__MODEL": ""}, "judge.model: must be big, small, typed or the folder"),
        ("[elasticsearch]\nhosts = 'a'", {}, "elasticsearch.hosts: must be a list"),
        ("[elasticsearch]\nhosts = []", {}, "elasticsearch.hosts: must be a list"),
        ("[elasticsearch]\nhosts = [1]", {}, "elasticsearch.hosts: must be a list"),
        ("[index]\nengine = 'sqlite'", {}, "index.engine: must be one of embedded, elasticsearch"),
        ("[index]\nvectors = 1", {}, "index.vectors: must be true or false"),
        ("[index]\nvectors = 'true'", {}, "index.vectors: must be true or false"),
        ("", {"ISNAD_INDEX__VECTORS": "yes"}, "ISNAD_INDEX__VECTORS: must be true or false"),
        ("data = ''", {}, "data: must be a path"),
        ("= 1", {}, "isnad.toml"),
        ("", {"ISNAD_SERVER__PROT": "1"}, "ISNAD_SERVER__PROT: unknown"),
        ("", {"ISNAD_SERVRE__PORT": "1"}, "ISNAD_SERVRE__PORT"),
        ("", {"ISNAD_SERVER_PORT": "1"}, "ISNAD_SERVER_PORT: unknown"),
        ("", {"ISNAD_SERVER": "1"}, "ISNAD_SERVER: unknown"),
        ("", {"ISNAD_DATA__X": "1"}, "ISNAD_DATA__X"),
        ("data = 'x'", {"ISNAD_DATA__X": "1"}, "ISNAD_DATA__X: unknown"),
        ("", {"ISNAD_SERVER__PORT": "80a"}, "ISNAD_SERVER__PORT: must be a whole number"),
        ("", {"ISNAD_SERVER__PORT": "-1"}, "ISNAD_SERVER__PORT: must be a whole number"),
        ("", {"ISNAD_SERVER__PORT": "٨٠"}, "ISNAD_SERVER__PORT: must be a whole number"),
        ("", {"ISNAD_ELASTICSEARCH__HOSTS": " , "}, "ISNAD_ELASTICSEARCH__HOSTS: must be a list"),
        ("", {"ISNAD_DATA": ""}, "ISNAD_DATA: must be a path"),
        ("", {"ISNAD_LIMITS__READ": "many"}, "ISNAD_LIMITS__READ: must be like"),
        ("[auth]\nmode = 'open'\n[server]\nhost = '0.0.0.0'", {}, "auth.mode: open is for a loopback address only"),
        ("[auth]\nbootstrap_key = 'short'", {}, "auth.bootstrap_key: must have 32"),
    ],
)
def test_refuses_and_names(tmp_path: Path, text: str, environ: dict[str, str], named: str) -> None:
    with pytest.raises(InvalidSettings, match=named):
        load_settings(write(tmp_path, text), environ=environ)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match=r"none\.toml"):
        load_settings(tmp_path / "none.toml", environ={})


def test_variables_of_another_make_pass() -> None:
    kubernetes = {"ISNAD_SERVICE_HOST": "10.0.0.1", "ISNAD_PORT": "tcp://10.0.0.1:8000", "PATH": "/bin"}
    assert load_settings(SHIPPED, environ=kubernetes) == Settings()


def test_a_table_in_a_table_is_set_from_the_environment(tmp_path: Path) -> None:
    file = write(tmp_path, "[judge.remote]\nbase_url = 'https://a/v1'\nmodel = 'm'\ntrust = 1\n")
    environ = {"ISNAD_JUDGE__REMOTE__API_KEY": "s3", "ISNAD_JUDGE__REMOTE__UNSURE_BELOW": ".7"}
    remote = load_settings(file, environ=environ).judge.remote
    assert (remote.model, remote.trust, remote.unsure_below, remote.api_key.reveal()) == ("m", 1.0, 0.7, "s3")
    assert "s3" not in repr(remote)


def test_secrets_are_not_shown() -> None:
    settings = load_settings(SHIPPED, environ={"ISNAD_ELASTICSEARCH__PASSWORD": "كلمة-السر"})
    assert "كلمة-السر" not in repr(settings) + str(settings)
    assert settings.elasticsearch.password.reveal() == "كلمة-السر"


@pytest.mark.parametrize(
    ("host", "mode", "is_open"),
    [
        ("127.0.0.1", "auto", True),
        ("127.8.8.8", "auto", True),
        ("::1", "auto", True),
        ("[::1]", "auto", True),
        ("localhost", "auto", True),
        ("0.0.0.0", "auto", False),
        ("::", "auto", False),
        ("192.168.1.2", "auto", False),
        ("localhost.example.org", "auto", False),
        ("127.0.0.1", "keys", False),
        ("127.0.0.1", "open", True),
    ],
)
def test_is_open_on_loopback_only(tmp_path: Path, host: str, mode: str, is_open: bool) -> None:
    file = write(tmp_path, f"[server]\nhost = '{host}'\n[auth]\nmode = '{mode}'\n")
    assert load_settings(file, environ={}).is_open is is_open


@pytest.mark.parametrize("file", sorted({*SHIPPED.parent.glob("*.toml")} - {SHIPPED.parent / "outlets.toml"}))
def test_every_shipped_configuration_can_be_served_with(file: Path) -> None:
    load_settings(file, environ={})
