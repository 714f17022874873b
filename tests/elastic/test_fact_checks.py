"""Fact-checks on Elasticsearch: what one machine keeps another finds at once, from the cluster alone."""

from __future__ import annotations

import pytest

from service.claims.read import read_claim
from service.claims.timeline import write_timeline
from service.errors import NotFound
from service.factchecks.book import FactCheckBook
from service.factchecks.held import HeldFactChecks
from service.model import Flag, Match, Move
from tests.claims.fakes import judged
from tests.elastic.conftest import MakeIndex
from tests.factchecks.parts import review
from tests.index.articles import make_article

pytestmark = pytest.mark.elastic
BRIDGE = "انهار جسر النخيل في مدينة الرافد صباح الأحد"
TOLL = "ارتفعت حصيلة فيضانات وادي الزهور إلى {} قتيلا."


def test_what_one_machine_keeps_another_finds(make_index: MakeIndex) -> None:
    here, there = make_index(), make_index()
    book, held = FactCheckBook(here.documents), HeldFactChecks(FactCheckBook(there.documents), most=5)
    claim = read_claim("انهيار جسر النخيل بالرافد")
    assert held.find(claim) == []
    ((kept, outcome),) = book.add([review(BRIDGE)])
    assert (outcome, held.find(claim)) == ("created", [kept])
    others = [review(f"{BRIDGE} في اليوم {number}") for number in range(20)]
    assert [how for _, how in book.add([*others, review(BRIDGE)])] == ["created"] * 20 + ["unchanged"]
    assert len(HeldFactChecks(FactCheckBook(there.documents), most=50).find(claim)) == len(held.find(claim)) + 16 == 21
    ids = [one.id for one in book.page(after="", limit=99)]
    assert [len(book.page(after=after, limit=20)) for after in ("", ids[-2])] == [20, 1]
    book.remove(kept.id)
    assert kept not in held.find(claim)
    with pytest.raises(NotFound):
        book.get(kept.id)


def test_what_an_outlet_changed_is_told_from_the_cluster(make_index: MakeIndex) -> None:
    index = make_index()
    index.store([make_article("a1", TOLL.format(22))])
    index.store([make_article("a1", TOLL.format(92))], wait=True)
    latest = index.get("a1")
    match = Match(latest.passages[0], latest.head, judged(Flag.AGREES))
    timeline = write_timeline(read_claim("قتل 92 شخصا في فيضانات وادي الزهور"), [match], index)
    assert [(one.from_revision, one.article.revision) for one in timeline.changes] == [(1, 2)]
    assert timeline.changes[0].figures[0].move is Move.UPDATE
