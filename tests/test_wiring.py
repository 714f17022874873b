"""The composition root: each setting leads to the part it names, and nothing is reached before it is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.errors import IndexUnavailable, InvalidSettings
from service.index.documents_embedded import EmbeddedDocuments
from service.index.elastic import ElasticIndex
from service.index.elastic_documents import ElasticDocuments
from service.index.embedded import EmbeddedIndex
from service.settings import (
    AuthSettings,
    ElasticsearchSettings,
    IndexSettings,
    IngestSettings,
    Secret,
    Settings,
)
from service.wiring import build_engine, build_services


def test_the_embedded_engine_is_the_default(tmp_path: Path) -> None:
    services = build_services(Settings(data=tmp_path))
    assert isinstance(services.index, EmbeddedIndex)
    assert isinstance(services.documents, EmbeddedDocuments)
    assert services.outlets.resolve("رويترز").name == "رويترز"
    services.close()


def test_elasticsearch_is_not_asked_before_it_is_needed(tmp_path: Path) -> None:
    settings = Settings(
        data=tmp_path / "none",
        index=IndexSettings(engine="elasticsearch"),
        elasticsearch=ElasticsearchSettings(hosts=("http://127.0.0.1:9",), max_retries=0),
    )
    index, documents = build_engine(settings)
    assert isinstance(index, ElasticIndex)
    assert isinstance(documents, ElasticDocuments)
    with pytest.raises(IndexUnavailable):
        index.check_ready()
    index.close()
    assert not settings.data.exists()


def test_the_bootstrap_key_is_handed_on(tmp_path: Path) -> None:
    services = build_services(Settings(data=tmp_path, auth=AuthSettings(bootstrap_key=Secret("k" * 32))))
    assert services.keys.verify("k" * 32) is not None
    services.close()


def test_outlets_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match=r"none\.toml"):
        build_services(Settings(data=tmp_path, ingest=IngestSettings(outlets_file=tmp_path / "none.toml")))
