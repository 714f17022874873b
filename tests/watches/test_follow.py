"""Articles in, matches out: once per revision, none missed, whatever dies in between."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from service.errors import JudgeUnavailable
from service.index.documents import DocumentStore
from service.model import Flag, Outlet
from service.watches.watch import DeliveryState
from tests.api.contract_client import schema_of
from tests.index.articles import DAHMA, RAFID
from tests.watches.parts import JUDGE, OTHER, SEVEN, TWELVE, Clock, Parts, make_watch, open_parts


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    return open_parts(tmp_path, Clock())


def found(parts: Parts, number: int = 1) -> list[tuple[str, int, str]]:
    """Return article, revision and flag of what a watch found, oldest first."""
    matches = [each.payload["match"] for each in parts.book.found(make_watch(number).id, limit=100)]
    return sorted((match["article"]["id"], match["article"]["revision"], match["flag"]) for match in matches)


def test_what_agrees_or_conflicts_is_found(parts: Parts) -> None:
    parts.store("before", TWELVE)
    parts.book.add(make_watch())
    parts.store("a", OTHER, TWELVE, title="انهيار مبنى الميناء")
    parts.store("c", SEVEN)
    parts.store("o", OTHER)
    parts.follow()
    assert found(parts) == [("a", 1, "agrees"), ("c", 1, "conflicts")]
    (match,) = (
        each for each in parts.book.found(make_watch().id, limit=9) if each.payload["match"]["flag"] == "agrees"
    )
    schema_of("WatchMessage").validate(match.payload)
    passage = match.payload["match"]["passage"]
    text = parts.index.get("a").text
    assert text[passage["start"] : passage["end"]] == passage["text"] == TWELVE
    assert match.delivery.state is DeliveryState.NONE


def test_every_revision_is_told_once(parts: Parts) -> None:
    parts.book.add(make_watch())
    parts.store("a", TWELVE)
    parts.follow()
    parts.store("a", TWELVE)
    parts.follow()
    parts.store("a", SEVEN)
    parts.follow()
    parts.store("a", OTHER)
    parts.follow()
    assert found(parts) == [("a", 1, "agrees"), ("a", 2, "conflicts")]


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ({}, {"a", "c"}),
        ({"flags": (Flag.CONFLICTS,)}, {"c"}),
        ({"flags": (Flag.AGREES,)}, {"a"}),
        ({"outlets": (RAFID,)}, {"c"}),
        ({"outlets": (DAHMA, RAFID)}, {"a", "c"}),
        ({"outlets": (Outlet("nobody", "لا أحد"),)}, set()),
    ],
)
def test_a_watch_hears_of_what_it_wants(parts: Parts, wishes: dict[str, Any], expected: set[str]) -> None:
    parts.book.add(make_watch(**wishes))
    parts.store("a", TWELVE, outlet=DAHMA)
    parts.store("c", SEVEN, outlet=RAFID)
    parts.follow()
    assert {article for article, _, _ in found(parts)} == expected


def test_watches_that_come_and_go_are_noticed(parts: Parts) -> None:
    parts.book.add(make_watch(1))
    parts.store("a", TWELVE)
    parts.follow()
    parts.book.add(make_watch(2))
    parts.store("b", TWELVE)
    parts.follow()
    parts.book.remove(make_watch(1).id)
    parts.store("c", TWELVE)
    parts.follow()
    assert found(parts, 1) == []
    assert [article for article, _, _ in found(parts, 2)] == ["b", "c"]


def test_a_watch_added_while_nobody_watched_misses_nothing(parts: Parts) -> None:
    parts.book.add(make_watch(1))
    parts.book.remove(make_watch(1).id)
    parts.store("long ago", TWELVE)
    parts.follow()
    parts.book.add(make_watch(2))
    parts.store("now", TWELVE)
    parts.follow()
    assert found(parts, 2) == [("now", 1, "agrees")]


def test_many_articles_are_all_looked_through(parts: Parts) -> None:
    parts.book.add(make_watch())
    for number in range(65):
        parts.store(f"n{number}", f"{TWELVE} نشرة {number}.")
    parts.follow()
    assert len(found(parts)) == 65


def test_what_the_judge_could_not_do_is_done_later(tmp_path: Path) -> None:
    class Away:
        version = "away"
        is_away = True

        def judge(self, *given: Any) -> Any:
            if self.is_away:
                raise JudgeUnavailable("the weights are missing")
            return JUDGE.judge(*given)

    judge = Away()
    parts = open_parts(tmp_path, Clock(), judge=judge)
    parts.book.add(make_watch())
    parts.store("a", TWELVE)
    for _ in range(10):
        with pytest.raises(JudgeUnavailable):
            parts.follow()
    judge.is_away = False
    parts.follow()
    assert found(parts) == [("a", 1, "agrees")]


def test_a_mistake_of_ours_stops_one_pair_only(tmp_path: Path) -> None:
    class Stumbles:
        version = "stumbles"

        def judge(self, claim: Any, passages: Any) -> Any:
            if "مفقودين" in passages[0].text:
                raise ZeroDivisionError
            return JUDGE.judge(claim, passages)

    parts = open_parts(tmp_path, Clock(), judge=Stumbles())
    parts.book.add(make_watch())
    parts.store("bad", TWELVE.replace("بعد انتشال جثتين", "وثلاثة مفقودين"))
    parts.store("good", TWELVE)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            parts.follow()
    parts.follow()
    assert found(parts) == [("good", 1, "agrees")]


class DiesAt:
    """A store whose process dies at its n-th write: before it or after it."""

    def __init__(self, documents: DocumentStore, number: int, *, after: bool) -> None:
        self._documents, self._left, self._after = documents, number, after

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._documents, name)
        if name not in ("put", "delete"):
            return method

        def write(*given: Any, **more: Any) -> Any:
            self._left -= 1
            if self._left == 0 and not self._after:
                raise SystemExit
            result = method(*given, **more)
            if self._left == 0:
                raise SystemExit
            return result

        return write


@pytest.mark.parametrize("after", [False, True])
def test_a_death_at_any_write_loses_and_repeats_nothing(tmp_path: Path, after: bool) -> None:
    died = 0
    for number in range(1, 30):
        directory, clock = tmp_path / f"{number}", Clock()
        parts = open_parts(directory, clock)
        parts.book.add(make_watch(1, url="http://127.0.0.1:9/"))
        parts.book.add(make_watch(2, url="http://127.0.0.1:9/"))
        parts.store("a", TWELVE)
        parts.store("b", SEVEN)
        dying = open_parts(directory, clock, wrap=lambda store, n=number: DiesAt(store, n, after=after))  # type: ignore[misc]
        try:
            dying.follow()
        except SystemExit:
            died += 1
        heir = open_parts(directory, clock)
        heir.follow()
        for watch in (1, 2):
            assert found(heir, watch) == [("a", 1, "agrees"), ("b", 1, "conflicts")]
        assert len({due.found.id for due in heir.book.due(limit=100)}) == 4
        for each in (parts, dying, heir):
            each.index.close()
        if died < number:
            break
    assert died >= 9, "four matches, four pointers, one position"


def test_a_store_that_starts_over_tells_nothing_old_again(parts: Parts) -> None:
    parts.book.add(make_watch())
    parts.store("a", TWELVE)
    parts.follow()
    position = parts.book.position()
    assert position is not None
    parts.book.move("a position of another store", version=position[1])
    parts.clock.pass_seconds(24 * 3600)
    parts.follow()
    assert found(parts) == [("a", 1, "agrees")]
