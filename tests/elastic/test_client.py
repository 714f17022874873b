"""The connection: settings, secrets, one client a process, errors in our words. No server needed."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest
from elastic_transport import ApiResponseMeta, ConnectionTimeout, HttpHeaders, NodeConfig, TlsError
from elastic_transport import ConnectionError as NodeUnreachable
from elasticsearch import ApiError

from service.errors import IndexUnavailable, InvalidSettings, ServiceError
from service.index.elastic_client import Connection, translated_errors
from service.pauses import pauses
from service.settings import ElasticsearchSettings, Secret


def settings(**changes: Any) -> ElasticsearchSettings:
    return ElasticsearchSettings(**changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"hosts": ("http://me:secret@es:9200",)}, "password_file"),
        ({"hosts": ("es:9200",)}, "es:9200 is not"),
        ({"hosts": ()}, "at least one"),
        ({"username": "me"}, "belong together"),
        ({"password": Secret("x")}, "belong together"),
        ({"api_key": Secret("k"), "username": "me", "password": Secret("x")}, "not both"),
        ({"api_key_file": Path("/nowhere/key")}, "api_key_file"),
        ({"ca_file": Path("/nowhere/ca.pem")}, "ca_file"),
    ],
)
def test_refuses_settings(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidSettings, match=said) as caught:
        Connection(settings(**changes))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "header"),
    [
        ({"api_key": Secret("a2V5")}, "ApiKey a2V5"),
        ({"username": "me", "password": Secret("pass")}, "Basic bWU6cGFzcw=="),
        ({}, None),
    ],
)
def test_logs_in(changes: dict[str, Any], header: str | None) -> None:
    connection = Connection(settings(**changes))
    assert connection.client._headers.get("authorization") == header
    assert "a2V5" not in repr(connection) + repr(connection.__dict__)
    assert "pass" not in repr(connection.__dict__)
    connection.close()


def test_reads_a_secret_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("a2V5\n")
    assert Connection(settings(api_key_file=file)).client._headers["authorization"] == "ApiKey a2V5"
    file.write_text("")
    with pytest.raises(InvalidSettings, match="empty"):
        Connection(settings(api_key_file=file))


def nodes(connection: Connection) -> list[NodeConfig]:
    return [node.config for node in connection.client.transport.node_pool.all()]


def test_knows_several_nodes_and_the_default_port() -> None:
    connection = Connection(settings(hosts=("https://es1", "https://es2:9201")))
    assert sorted((node.scheme, node.host, node.port) for node in nodes(connection)) == [
        ("https", "es1", 9200),
        ("https", "es2", 9201),
    ]


@pytest.mark.parametrize(
    ("hosts", "compresses"), [(("http://127.0.0.1:9200",), False), (("http://127.0.0.1:9200", "http://es1:9200"), True)]
)
def test_compresses_what_leaves_the_machine(hosts: tuple[str, ...], compresses: bool) -> None:
    assert all(bool(node.http_compress) == compresses for node in nodes(Connection(settings(hosts=hosts))))


def test_a_child_process_makes_its_own_client() -> None:
    connection = Connection(settings())
    mine = connection.client
    assert connection.client is mine
    child = os.fork()
    if child == 0:
        os._exit(0 if connection.client is not mine else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert connection.client is mine


def api_error(status: int, kind: str, reason: str = "because") -> ApiError:
    meta = ApiResponseMeta(status, "1.1", HttpHeaders(), 0.0, NodeConfig("http", "es", 9200))
    return ApiError(kind, meta, {"error": {"type": kind, "reason": reason}})


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NodeUnreachable("refused by http://es:9200"), "no node"),
        (ConnectionTimeout("10 s"), "in time"),
        (TlsError("certificate verify failed"), "certificate"),
        (api_error(401, "security_exception", "key abc"), "refuses our key"),
        (api_error(403, "security_exception"), "lacks a privilege"),
        (api_error(403, "cluster_block_exception", "disk usage exceeded flood-stage watermark"), "flood-stage"),
        (api_error(429, "circuit_breaking_exception"), "busy"),
        (api_error(404, "index_not_found_exception"), "missing"),
        (api_error(503, "no_shard_available_action_exception"), "cannot answer"),
    ],
)
def test_errors_that_pass(error: Exception, said: str) -> None:
    with pytest.raises(IndexUnavailable, match=said) as caught, translated_errors():
        raise error
    assert caught.value.retry_after > 0
    assert caught.value.__cause__ is error
    assert "abc" not in str(caught.value)


def test_an_error_of_ours_is_not_called_unavailable() -> None:
    with pytest.raises(ServiceError, match="parsing_exception") as caught, translated_errors():
        raise api_error(400, "parsing_exception")
    assert not isinstance(caught.value, IndexUnavailable)


def test_nobody_there_is_said_soon() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    connection = Connection(settings(hosts=(f"http://127.0.0.1:{port}",), max_retries=1))
    with pytest.raises(IndexUnavailable, match="no node"), connection.lend() as client:
        client.info()


def test_pauses_double_and_are_partly_random() -> None:
    assert list(pauses(1)) == []
    assert list(pauses(5, base=1, cap=5, draw=lambda: 1.0)) == [1, 2, 4, 5]
    assert list(pauses(5, base=1, cap=5, draw=lambda: 0.0)) == [0.5, 1, 2, 2.5]
