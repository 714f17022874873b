"""A chat endpoint of the tests' own, over real HTTP, that behaves as badly as it is told."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]
Behaviour = Callable[["Handler", Body], None]


@dataclass
class ChatServer:
    """Where it listens, and what it was asked."""

    behaviour: Behaviour
    url: str = ""
    bodies: list[Body] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def data(self) -> list[dict[str, str]]:
        """What the model was shown of each pair."""
        return [json.loads(body["messages"][-1]["content"]) for body in self.bodies]


class Handler(BaseHTTPRequestHandler):
    chat: ChatServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.chat.bodies.append(body)
        self.chat.headers.append({"path": self.path, **{name.lower(): text for name, text in self.headers.items()}})
        self.chat.behaviour(self, body)

    do_GET = do_POST  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def send(self, content: bytes, *, status: int = 200, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        for name, text in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name.replace("_", "-"), text)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        self.end_headers()
        self.wfile.write(content)

    def cut(self) -> None:
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is what some tests are about."""


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[ChatServer]:
    chat = ChatServer(behaviour)
    server = _Server(("127.0.0.1", 0), type("Bound", (Handler,), {"chat": chat}))
    chat.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    try:
        yield chat
    finally:
        chat.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


# --- behaviours ----------------------------------------------------------------------------------------------------


def completion(content: object) -> bytes:
    """A chat completion with this message."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return json.dumps(
        {"object": "chat.completion", "choices": [{"message": {"role": "assistant", "content": text}}]}
    ).encode()


def says(content: object) -> Behaviour:
    return lambda handler, body: handler.send(completion(content))


def sends(content: bytes, *, status: int = 200, **headers: str) -> Behaviour:
    return lambda handler, body: handler.send(content, status=status, **headers)


def refuses(*fields: str, then: object) -> Behaviour:
    """A server that does not know some fields of a request, as several do not know `response_format`."""

    def behave(handler: Handler, body: Body) -> None:
        if unknown := [name for name in fields if name in body]:
            handler.send(json.dumps({"error": {"message": f"unsupported: {unknown}"}}).encode(), status=400)
        else:
            handler.send(completion(then))

    return behave


def sleeps(handler: Handler, body: Body) -> None:
    handler.chat.over.wait(5)
    handler.cut()


def drips(handler: Handler, body: Body) -> None:
    """Never silent for long, and never done."""
    handler.send(b"{", length=1000)
    until = time.monotonic() + 5
    while time.monotonic() < until and not handler.chat.over.wait(0.05):
        handler.wfile.write(b" ")
        handler.wfile.flush()
    handler.cut()


def cuts_off(handler: Handler, body: Body) -> None:
    handler.send(completion({"flag": "agrees", "quotes": []})[:20], length=500)
    handler.cut()


def hangs_up(handler: Handler, body: Body) -> None:
    handler.cut()


def cuts_off_once(then: object) -> Behaviour:
    """A connection that is lost once, as a kept-alive one often is."""

    def behave(handler: Handler, body: Body) -> None:
        if len(handler.chat.bodies) == 1:
            handler.cut()
        else:
            handler.send(completion(then))

    return behave


def obeys_the_passage(handler: Handler, body: Body) -> None:
    """A gullible model: an order in the passage is carried out, and quoted as the reason."""
    data = json.loads(body["messages"][-1]["content"])
    order = data["passage"].rsplit(".", 1)[-1].strip() or data["passage"]
    quotes = [{"kind": "paraphrase", "claim": data["claim"], "passage": order}]
    handler.send(completion({"flag": "agrees", "quotes": quotes}))
