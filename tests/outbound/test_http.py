"""The guarded client against real sockets that misbehave."""

from __future__ import annotations

import http.server
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from service.errors import CallRefused, InvalidInput
from service.outbound.addresses import read_allowed
from service.outbound.http import CallFailed, OutboundClient

HERE = OutboundClient(read_allowed("127.0.0.1"))


class Receiver(http.server.BaseHTTPRequestHandler):
    seen: list[tuple[str, str, bytes, dict[str, str]]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.seen.append((self.command, self.path, body, {k.lower(): v for k, v in self.headers.items()}))
        status = int(self.path.partition("status=")[2] or 200)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
        self.end_headers()
        self.wfile.write(b"x" * 5000)

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[tuple[str, str, bytes, dict[str, str]]]]]:
    seen: list[tuple[str, str, bytes, dict[str, str]]] = []
    handler = type("Here", (Receiver,), {"seen": seen})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", seen
        server.shutdown()
        thread.join()


@contextmanager
def raw_server(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve one connection with bare bytes."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        stream, _ = listener.accept()
        with stream:
            try:
                behave(stream)
            except OSError:
                return

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    thread.join()
    listener.close()


def test_a_request_arrives_as_it_was_meant(receiver: tuple[str, list[tuple[str, str, bytes, dict[str, str]]]]) -> None:
    url, seen = receiver
    body = '{"ادعاء":1}'.encode()
    answer = HERE.request("POST", f"{url}/مسار?q=1", headers={"X-A": "b"}, body=body, timeout_s=5, most=100)
    assert (answer.status, answer.body, answer.is_cut) == (200, b"x" * 100, True)
    ((method, path, arrived, headers),) = seen
    assert (method, path, arrived) == ("POST", "/%D9%85%D8%B3%D8%A7%D8%B1?q=1", body)
    assert headers["x-a"] == "b"
    assert headers["host"] == url.removeprefix("http://")
    assert headers["content-length"] == str(len(body))


def test_a_redirect_is_not_followed(receiver: tuple[str, list[tuple[str, str, bytes, dict[str, str]]]]) -> None:
    url, seen = receiver
    assert HERE.request("GET", f"{url}/?status=302", headers={}, timeout_s=5).status == 302
    assert len(seen) == 1


@pytest.mark.parametrize("proxy", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_no_proxy_of_the_environment_is_used(
    receiver: tuple[str, list[tuple[str, str, bytes, dict[str, str]]]], proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(proxy, "http://127.0.0.1:9")
    assert HERE.request("GET", receiver[0], headers={}, timeout_s=5).status == 200


def test_the_connection_goes_to_the_address_that_was_checked(
    receiver: tuple[str, list[tuple[str, str, bytes, dict[str, str]]]],
) -> None:
    """A name that is asked a second time leads inside; it is asked once."""
    port = receiver[0].rpartition(":")[2]
    answers = iter((["127.0.0.1"], ["10.0.0.1"]))
    client = OutboundClient(read_allowed("127.0.0.1"), resolve=lambda *_: next(answers))
    assert client.request("GET", f"http://rebinding.example:{port}/", headers={}, timeout_s=5).status == 200
    assert receiver[1][0][3]["host"] == f"rebinding.example:{port}"
    with pytest.raises(CallRefused):
        client.request("GET", f"http://rebinding.example:{port}/", headers={}, timeout_s=5)


def test_what_is_inside_is_refused_before_anything_is_sent(
    receiver: tuple[str, list[tuple[str, str, bytes, dict[str, str]]]],
) -> None:
    with pytest.raises(CallRefused):
        OutboundClient().request("GET", receiver[0], headers={}, timeout_s=5)
    assert receiver[1] == []


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://169.254.169.254/latest/", CallRefused),
        ("https://[::1]:8000/", CallRefused),
        ("http://10.0.0.1/", CallRefused),
        ("ftp://cms.example/", InvalidInput),
        ("https://user:pw@cms.example/", InvalidInput),
        ("https://cms.example/hook", None),
        ("https://8.8.8.8/hook", None),
        ("http://127.0.0.1:9/", None),  # allowed here
    ],
)
def test_what_can_be_refused_at_once(url: str, error: type[Exception] | None) -> None:
    if error is None:
        HERE.check(url)
    else:
        with pytest.raises(error):
            HERE.check(url)


def slow_head(stream: socket.socket) -> None:
    for _ in range(200):
        stream.sendall(b"H")
        time.sleep(0.05)


def slow_body(stream: socket.socket) -> None:
    stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    slow_head(stream)


@pytest.mark.parametrize("behave", [slow_head, slow_body, lambda stream: time.sleep(1.5)])
def test_no_server_holds_a_call_longer_than_its_time(behave: Callable[[socket.socket], None]) -> None:
    with raw_server(behave) as url:
        begun = time.monotonic()
        with pytest.raises(CallFailed, match=r"no whole answer within 0\.5 s"):
            HERE.request("POST", url, headers={}, body=b"x", timeout_s=0.5)
        assert time.monotonic() - begun < 1.4


@pytest.mark.parametrize(
    "said",
    [b"", b"\r\n\r\n", b"hello\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx",
     b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500 + b"\r\n", b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000],
)  # fmt: skip
def test_what_is_no_answer(said: bytes) -> None:
    def behave(stream: socket.socket) -> None:
        stream.recv(65536)
        stream.sendall(said)

    with raw_server(behave) as url, pytest.raises(CallFailed):
        HERE.request("POST", url, headers={}, body=b"x", timeout_s=3)


def test_an_endless_answer_is_cut() -> None:
    def behave(stream: socket.socket) -> None:
        stream.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            stream.sendall(b"x" * 65536)

    with raw_server(behave) as url:
        answer = HERE.request("GET", url, headers={}, timeout_s=5, most=1000)
    assert (len(answer.body), answer.is_cut) == (1000, True)


def test_tls_is_checked() -> None:
    def behave(stream: socket.socket) -> None:
        stream.recv(65536)
        stream.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with raw_server(behave) as url, pytest.raises(CallFailed, match="cannot connect"):
        HERE.request("GET", url.replace("http://", "https://"), headers={}, timeout_s=3)


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(CallFailed, match="cannot connect"):
        HERE.request("GET", f"http://127.0.0.1:{port}/", headers={}, timeout_s=3)
