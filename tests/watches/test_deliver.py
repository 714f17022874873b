"""Calls that fail are made again, ever later, and given up at last; every one is signed."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from service.errors import InvalidInput, NotFound
from service.watches.deliver import LONGEST_WAIT_S, Patience
from service.watches.watch import DeliveryState, new_secret, read_secret
from service.watches.webhook import sign
from tests.api.contract_client import schema_of
from tests.watches.parts import SEVEN, TWELVE, Clock, Parts, make_watch, open_parts
from tests.watches.receiver import read_example


@dataclass
class Desk:
    """A receiver that answers as it is told, 204 by default."""

    url: str
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    seen: list[tuple[Any, bytes]] = field(default_factory=list)


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk("")

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            desk.seen.append((self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
            status, headers = desk.answers.pop(0) if desk.answers else (204, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        desk.url = f"http://127.0.0.1:{server.server_port}/hook"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield desk
        server.shutdown()
        thread.join()


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    return open_parts(tmp_path, Clock())


def delivery(parts: Parts) -> Any:
    (found,) = parts.book.found(make_watch().id, limit=9)
    return found.delivery


def test_a_match_is_sent_and_signed(parts: Parts, desk: Desk) -> None:
    watch = make_watch(url=desk.url)
    assert watch.webhook is not None
    parts.book.add(watch)
    parts.store("a", TWELVE)
    parts.follow()
    parts.clock.now = parts.clock.now.now(parts.clock.now.tzinfo)  # the example looks at the clock of the machine
    parts.deliver()
    parts.deliver()
    ((headers, body),) = desk.seen
    schema_of("WatchMessage").validate(json.loads(body))
    assert json.loads(body)["id"] == headers["webhook-id"]
    is_genuine = read_example()
    assert is_genuine(watch.webhook.secret, headers, body)
    assert not is_genuine(watch.webhook.secret, headers, body + b" ")
    assert not is_genuine(new_secret(), headers, body)
    late = dict(headers) | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 400)}
    assert not is_genuine(watch.webhook.secret, late, body)
    assert (delivery(parts).state, delivery(parts).attempts) == (DeliveryState.DELIVERED, 1)


def test_the_signature_is_that_of_the_specification() -> None:
    """The example of the Standard Webhooks libraries."""
    signature = sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_fails_is_tried_again_ever_later(parts: Parts, desk: Desk) -> None:
    desk.answers = [(503, {}), (500, {}), (302, {"Location": desk.url}), (204, {})]
    parts.book.add(make_watch(url=desk.url))
    parts.store("a", TWELVE)
    parts.follow()
    for wait, calls in ((0, 1), (9.9, 1), (2.2, 2), (19, 2), (5.1, 3), (39, 3), (9.1, 4), (9999, 4)):
        parts.clock.pass_seconds(wait)
        parts.deliver()
        assert len(desk.seen) == calls
    assert len({headers["webhook-id"] for headers, _ in desk.seen}) == 1
    assert len({headers["webhook-timestamp"] for headers, _ in desk.seen}) == 4
    assert len({headers["webhook-signature"] for headers, _ in desk.seen}) == 4
    assert (delivery(parts).state, delivery(parts).attempts) == (DeliveryState.DELIVERED, 4)


def test_of_an_article_that_was_removed_nothing_is_told_any_more(parts: Parts, desk: Desk) -> None:
    desk.answers = [(503, {})]
    parts.book.add(make_watch(url=desk.url))
    parts.store("a", TWELVE)
    parts.store("b", SEVEN)
    parts.follow()
    assert parts.index.delete("b")
    parts.deliver()
    assert parts.index.delete("a")
    parts.clock.pass_seconds(9999)
    parts.deliver()
    assert len(desk.seen) == 1, "tried once, before it was removed"
    assert parts.book.found(make_watch().id, limit=9) == []
    assert parts.book.due(limit=9) == []


def test_a_restart_keeps_what_is_to_be_tried_again(parts: Parts, desk: Desk, tmp_path: Path) -> None:
    desk.answers = [(503, {})]
    parts.book.add(make_watch(url=desk.url))
    parts.store("a", TWELVE)
    parts.follow()
    parts.deliver()
    after = open_parts(tmp_path, parts.clock)
    after.deliver()
    assert len(desk.seen) == 1
    after.clock.pass_seconds(13)
    after.deliver()
    assert len(desk.seen) == 2


def test_what_is_never_taken_becomes_a_dead_letter(parts: Parts, desk: Desk) -> None:
    desk.answers = [(503, {})] * 4
    parts.book.add(make_watch(url=desk.url))
    parts.store("a", TWELVE)
    parts.follow()
    for _ in range(10):
        parts.deliver()
        parts.clock.pass_seconds(1000)
    assert len(desk.seen) == 4
    (dead,) = parts.book.dead_letters(make_watch().id, limit=9)
    assert (dead.delivery.state, dead.delivery.attempts) == (DeliveryState.DEAD, 4)
    assert dead.delivery.last_error == "answered 503"
    assert parts.book.due(limit=9) == []


def test_gone_is_gone(parts: Parts, desk: Desk) -> None:
    desk.answers = [(410, {})]
    parts.book.add(make_watch(url=desk.url))
    parts.store("a", TWELVE)
    parts.follow()
    parts.deliver()
    assert delivery(parts).state is DeliveryState.DEAD


def test_the_receiver_may_ask_for_patience(parts: Parts, desk: Desk) -> None:
    desk.answers = [(429, {"Retry-After": "600"})]
    parts.book.add(make_watch(url=desk.url))
    parts.store("a", TWELVE)
    parts.follow()
    parts.deliver()
    parts.clock.pass_seconds(599)
    parts.deliver()
    assert len(desk.seen) == 1
    parts.clock.pass_seconds(2)
    parts.deliver()
    assert len(desk.seen) == 2


def test_an_address_inside_is_not_called(parts: Parts) -> None:
    parts.book.add(make_watch(url="http://127.0.0.2:8000/hook"))
    parts.store("a", TWELVE)
    parts.follow()
    parts.deliver()
    assert delivery(parts).last_error == "127.0.0.2 leads to 127.0.0.2, which is not on the public internet"


def test_a_removed_watch_is_not_called(parts: Parts, desk: Desk) -> None:
    parts.book.add(make_watch(url=desk.url))
    parts.store("a", TWELVE)
    parts.follow()
    parts.book.remove(make_watch().id)
    parts.deliver()
    assert desk.seen == []
    assert parts.book.due(limit=9) == []
    with pytest.raises(NotFound):
        parts.book.remove(make_watch().id)


def test_one_slow_desk_holds_up_no_other(parts: Parts, desk: Desk) -> None:
    parts.book.add(make_watch(1, url="http://127.0.0.1:9/"))
    parts.book.add(make_watch(2, url=desk.url))
    parts.store("a", TWELVE)
    parts.store("b", SEVEN)
    parts.follow()
    parts.deliver()
    assert len(desk.seen) == 2


def test_what_is_old_is_forgotten(parts: Parts, desk: Desk) -> None:
    parts.book.add(make_watch(url=desk.url))
    parts.store("a", TWELVE)
    parts.follow()
    parts.clock.now = parts.clock.now.now(parts.clock.now.tzinfo) + timedelta(days=31)
    assert parts.book.forget_older(timedelta(days=32)) == 0
    assert parts.book.forget_older(timedelta(days=30)) == 1
    assert parts.book.found(make_watch().id, limit=9) == []


def test_waits_double_up_to_a_limit() -> None:
    patience = Patience(timeout_s=10, attempts=16, first_wait_s=5)
    waits = [patience.wait_s(attempts, seed="0000") for attempts in range(1, 16)]
    assert waits[:4] == [5, 10, 20, 40]
    assert waits[-1] == LONGEST_WAIT_S
    assert 20 * 3600 < sum(waits) < 30 * 3600, "about a day"
    assert patience.wait_s(1, seed="ffff") == 6


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_short", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_" + "A" * 400, "whsec_سر"]
)
def test_what_is_no_secret(secret: str) -> None:
    with pytest.raises(InvalidInput):
        read_secret(secret)


def test_a_new_secret_is_one() -> None:
    assert len(read_secret(new_secret())) == 32
    assert new_secret() != new_secret()
