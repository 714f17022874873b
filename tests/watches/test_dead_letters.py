"""What was given up is sent again when asked to, with all its tries; a crash in between loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from service.errors import Conflict, IndexUnavailable, NotFound
from service.index.documents import DocumentStore
from service.index.documents_embedded import EmbeddedDocuments
from service.watches.dead_letters import DeadLetters
from service.watches.watch import DeliveryState
from tests.watches.parts import SEVEN, TWELVE, Clock, Parts, make_watch, open_parts
from tests.watches.test_deliver import Desk, desk

__all__ = ["desk"]  # a fixture
ID = make_watch().id


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    return open_parts(tmp_path, Clock())


@pytest.fixture
def dead_letters(tmp_path: Path, parts: Parts) -> DeadLetters:
    return DeadLetters(EmbeddedDocuments(tmp_path), clock=parts.clock)


def give_up(parts: Parts, desk: Desk, **articles: str) -> list[str]:
    """Store articles whose messages the receiver refuses for good; return the ids of the dead letters."""
    parts.book.add(make_watch(url=desk.url))
    for article_id, text in articles.items():
        parts.store(article_id, text)
        desk.answers.append((410, {}))
    parts.follow()
    parts.deliver()
    dead = parts.book.dead_letters(ID, limit=9)
    assert len(dead) == len(articles)
    desk.seen.clear()
    return [each.id for each in dead]


def states(parts: Parts) -> list[tuple[str, int]]:
    return [(str(each.delivery.state), each.delivery.attempts) for each in parts.book.found(ID, limit=9)]


def test_a_message_is_sent_again_with_all_its_tries(parts: Parts, dead_letters: DeadLetters, desk: Desk) -> None:
    (message,) = give_up(parts, desk, a=TWELVE)
    found = dead_letters.resend(ID, message)
    assert (found.delivery.state, found.delivery.attempts) == (DeliveryState.PENDING, 0)
    assert parts.book.dead_letters(ID, limit=9) == []
    desk.answers = [(503, {})]
    parts.deliver()
    assert states(parts) == [("pending", 1)]
    parts.clock.pass_seconds(13)
    parts.deliver()
    assert states(parts) == [("delivered", 2)]
    assert {headers["webhook-id"] for headers, _ in desk.seen} == {message}


def test_given_up_again_it_is_a_dead_letter_again(parts: Parts, dead_letters: DeadLetters, desk: Desk) -> None:
    (message,) = give_up(parts, desk, a=TWELVE)
    dead_letters.resend(ID, message)
    desk.answers = [(410, {})]
    parts.deliver()
    assert [each.id for each in parts.book.dead_letters(ID, limit=9)] == [message]


def test_all_of_them_at_once(parts: Parts, dead_letters: DeadLetters, desk: Desk) -> None:
    messages = give_up(parts, desk, a=TWELVE, b=SEVEN)
    assert dead_letters.resend_all(ID) == 2
    assert dead_letters.resend_all(ID) == 0
    parts.deliver()
    assert sorted(headers["webhook-id"] for headers, _ in desk.seen) == sorted(messages)


def test_what_was_not_given_up_is_not_sent_twice(parts: Parts, dead_letters: DeadLetters, desk: Desk) -> None:
    parts.book.add(make_watch(url=desk.url))
    parts.store("a", TWELVE)
    parts.follow()
    (found,) = parts.book.found(ID, limit=9)
    for expected in ("it is pending", "it is delivered"):
        with pytest.raises(Conflict, match=expected):
            dead_letters.resend(ID, found.id)
        parts.deliver()
    for watch, message in ((ID, "other"), (make_watch(2).id, found.id)):
        with pytest.raises(NotFound):
            dead_letters.resend(watch, message)
    assert len(desk.seen) == 1


def test_a_match_that_was_forgotten_is_sent_from_its_dead_letter(
    parts: Parts, dead_letters: DeadLetters, desk: Desk, tmp_path: Path
) -> None:
    (message,) = give_up(parts, desk, a=TWELVE)
    (found,) = parts.book.found(ID, limit=9)
    assert EmbeddedDocuments(tmp_path).delete("watch-match", found.key)
    dead_letters.resend(ID, message)
    parts.deliver()
    assert [headers["webhook-id"] for headers, _ in desk.seen] == [message]


class CrashesAt:
    """A store that dies at its nth write."""

    def __init__(self, store: DocumentStore, writes: int) -> None:
        self._store, self._left = store, writes

    def __getattr__(self, name: str) -> Any:
        method: Callable[..., Any] = getattr(self._store, name)
        if name not in ("put", "delete"):
            return method

        def write(*arguments: Any, **more: Mapping[str, Any]) -> Any:
            if self._left == 0:
                raise IndexUnavailable("crashed")
            self._left -= 1
            return method(*arguments, **more)

        return write


@pytest.mark.parametrize("writes", [0, 1, 2])
def test_after_a_crash_it_is_given_up_or_on_its_way(parts: Parts, desk: Desk, tmp_path: Path, writes: int) -> None:
    (message,) = give_up(parts, desk, a=TWELVE)
    store = EmbeddedDocuments(tmp_path)
    with pytest.raises(IndexUnavailable):
        DeadLetters(CrashesAt(store, writes), clock=parts.clock).resend(ID, message)
    parts.deliver()
    after = DeadLetters(store, clock=parts.clock)
    if writes < 2:
        assert desk.seen == []
        after.resend(ID, message)
        parts.deliver()
    else:
        with pytest.raises(Conflict):
            after.resend(ID, message)
    assert [headers["webhook-id"] for headers, _ in desk.seen] == [message]
    assert parts.book.dead_letters(ID, limit=9) == []
    assert states(parts) == [("delivered", 1)]
