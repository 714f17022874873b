"""A real Elasticsearch for these tests: the one named by ELASTICSEARCH_URL, else one started here, else a loud skip."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from service.index.elastic import ElasticIndex
from service.index.elastic_client import Connection
from service.index.elastic_schema import Layout
from service.settings import ElasticsearchSettings
from tests.elastic.server import CannotStart, running_servers

MakeIndex = Callable[..., ElasticIndex]


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """The address of a server whose indices beginning with `test-` are ours."""
    named = os.environ.get("ELASTICSEARCH_URL")
    if named:
        yield named
        return
    try:
        with running_servers() as (server,):
            yield server.url
    except CannotStart as error:
        refuse_or_skip(error)


def refuse_or_skip(error: CannotStart) -> None:
    """Skip with one line that nobody overlooks; where the tests must run (CI), fail."""
    message = f"*** ELASTICSEARCH IS NOT TESTED HERE: {error} ***"
    if os.environ.get("ISNAD_REQUIRE_ELASTICSEARCH"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture
def connection(elasticsearch_url: str) -> Iterator[Connection]:
    connection = Connection(
        ElasticsearchSettings(hosts=(elasticsearch_url,), timeout_s=60)
    )  # a busy machine is no fault
    yield connection
    connection.close()


@pytest.fixture
def prefix(connection: Connection) -> Iterator[str]:
    """A prefix of the test's own; its indices are removed at the end."""
    prefix = f"test-{uuid4().hex[:12]}"
    yield prefix
    remove_indices(connection, prefix)


def remove_indices(connection: Connection, prefix: str) -> None:
    names = list(connection.client.indices.get(index=f"{prefix}-*", allow_no_indices=True, features="aliases"))
    if names:
        connection.client.indices.delete(index=names)


@pytest.fixture
def index(connection: Connection, prefix: str) -> ElasticIndex:
    """An empty index."""
    return ElasticIndex(connection, prefix=prefix, layout=Layout(shards=2, replicas=0))


@pytest.fixture
def make_index(connection: Connection, prefix: str) -> MakeIndex:
    """Make further indices on the same prefix, as other processes would."""
    return lambda **wishes: ElasticIndex(connection, prefix=prefix, **wishes)
