"""The book of fact-checks, and what a process holds of it: nothing twice, nothing lost, and every change seen."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from service.claims.read import read_claim
from service.errors import NotFound
from service.factchecks import book as books
from service.factchecks.book import EDITION, FACT_CHECK, ONE, TERMS, FactCheckBook
from service.factchecks.held import HeldFactChecks
from service.index.documents import DocumentStore
from service.index.documents_embedded import EmbeddedDocuments
from tests.factchecks.parts import Counting, review

BRIDGE = "انهار جسر النخيل في مدينة الرافد صباح الأحد"
WATER = "قررت وزارة المياه رفع أسعار المياه المنزلية"
MakeStore = Callable[[], DocumentStore]


@pytest.fixture
def make_store(tmp_path: Path) -> Iterator[MakeStore]:
    opened: list[DocumentStore] = []

    def make() -> DocumentStore:
        opened.append(EmbeddedDocuments(tmp_path))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


def find(held: HeldFactChecks, claim: str) -> list[str]:
    return [one.review.claim for one in held.find(read_claim(claim))]


def test_a_review_comes_in_once(make_store: MakeStore) -> None:
    book = FactCheckBook(make_store())
    first = review(BRIDGE, rating="خاطئ")
    ((created, how),) = book.add([first])
    ((same, again),) = book.add([first])
    ((changed, then),) = book.add([replace(first, rating=replace(first.rating, text="صحيح"))])
    assert (how, again, then) == ("created", "unchanged", "updated")
    assert created == same == replace(changed, review=first, updated_at=created.updated_at)
    assert book.get(created.id).review.rating.text == "صحيح"
    assert len(book.page(after="", limit=9)) == 1


def test_what_is_gone_is_not_found(make_store: MakeStore) -> None:
    book = FactCheckBook(make_store())
    ((kept, _),) = book.add([review(BRIDGE)])
    book.remove(kept.id)
    for call in (book.get, book.remove):
        with pytest.raises(NotFound):
            call(kept.id)


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        ("انهيار جسر النخيل بالرافد", [BRIDGE]),
        ("وزارة المياه ترفع أسعار المياه", [WATER]),
        ("فوز منتخب الساحل بكأس القارة", []),
        ("الوزارة قررت", []),
    ],
)
def test_a_claim_finds_what_may_be_its_own(make_store: MakeStore, claim: str, found: list[str]) -> None:
    book = FactCheckBook(make_store())
    book.add([review(BRIDGE), review(WATER)])
    assert find(HeldFactChecks(book, most=5), claim) == found


def test_the_likeliest_come_first_and_the_rest_is_cut(make_store: MakeStore) -> None:
    book = FactCheckBook(make_store())
    near = [f"{BRIDGE} بعد {word} أيام من الأمطار الغزيرة" for word in ("ثلاثة", "أربعة", "خمسة")]
    book.add([review(claim) for claim in [*near, BRIDGE]])
    assert find(HeldFactChecks(book, most=5), BRIDGE)[0] == BRIDGE
    assert len(find(HeldFactChecks(book, most=2), BRIDGE)) == 2


def test_every_change_is_seen_by_another_holder(make_store: MakeStore) -> None:
    book, held = FactCheckBook(make_store()), HeldFactChecks(FactCheckBook(make_store()), most=5)
    assert find(held, BRIDGE) == []
    ((kept, _),) = book.add([review(BRIDGE)])
    assert find(held, BRIDGE) == [BRIDGE]
    ((_, _),) = book.add([review(BRIDGE, url=kept.review.url, rating="صحيح")])
    assert [one.review.rating.text for one in held.find(read_claim(BRIDGE))] == ["صحيح"]
    book.remove(kept.id)
    assert find(held, BRIDGE) == []


def test_only_what_changed_is_read_again(make_store: MakeStore) -> None:
    counting = Counting(make_store())
    book, held = FactCheckBook(make_store()), HeldFactChecks(FactCheckBook(counting), most=5)  # type: ignore[arg-type]
    book.add([review(f"{WATER} في الحي {number}") for number in range(30)])
    find(held, WATER)
    assert counting.calls["list_documents", TERMS] == 2  # a page, and the empty one behind it
    for _ in range(3):
        find(held, WATER)
    book.add([review(BRIDGE)])
    assert find(held, BRIDGE) == [BRIDGE]
    assert counting.calls["list_documents", TERMS] == 2
    assert counting.calls["get_many", TERMS] == 1


def test_after_more_changes_than_are_remembered_all_is_read(
    make_store: MakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "REMEMBERED", 3)
    book, held = FactCheckBook(make_store()), HeldFactChecks(FactCheckBook(make_store()), most=9)
    find(held, BRIDGE)
    for number in range(8):
        book.add([review(f"{BRIDGE} في اليوم {number}")])
    assert len(find(held, BRIDGE)) == 8


def test_what_is_added_anew_while_it_is_removed_is_recognised(make_store: MakeStore) -> None:
    store, adding = make_store(), FactCheckBook(make_store())
    ((kept, _),) = adding.add([review(BRIDGE)])

    class AddedBetween(Counting):
        def delete(self, kind: str, key: str, *, version: int | None = None) -> bool:
            gone = store.delete(kind, key, version=version)
            if kind == FACT_CHECK:
                adding.add([review(BRIDGE)])
            return gone

    FactCheckBook(AddedBetween(store)).remove(kept.id)  # type: ignore[arg-type]
    assert adding.get(kept.id)
    assert find(HeldFactChecks(FactCheckBook(store), most=5), BRIDGE) == [BRIDGE]


def test_what_a_dead_writer_did_not_tell_is_told_by_the_next(make_store: MakeStore) -> None:
    store = make_store()
    book, held = FactCheckBook(store), HeldFactChecks(FactCheckBook(make_store()), most=5)
    find(held, BRIDGE)
    before = store.get("fact-check-edition", ONE)
    book.add([review(BRIDGE)])
    if before is None:  # as if the writer had died before it told
        store.delete(EDITION, ONE)
    assert book.add([review(BRIDGE)])[0][1] == "unchanged"
    assert find(held, BRIDGE) == [BRIDGE]


def test_writers_at_once_lose_nothing(make_store: MakeStore) -> None:
    stores = [make_store() for _ in range(4)]
    held = HeldFactChecks(FactCheckBook(make_store()), most=100)

    def write(number: int) -> None:
        FactCheckBook(stores[number % 4]).add([review(f"{BRIDGE} في اليوم {number}")])
        find(held, BRIDGE)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(24)))
    assert len(find(held, BRIDGE)) == 24


def _add_in_another_process(directory: Path, claims: list[str]) -> None:
    store = EmbeddedDocuments(directory)
    FactCheckBook(store).add([review(claim) for claim in claims])
    store.close()


def test_another_process_is_seen_at_once(tmp_path: Path) -> None:
    store = EmbeddedDocuments(tmp_path)
    held = HeldFactChecks(FactCheckBook(store), most=5)
    assert find(held, BRIDGE) == []
    process = multiprocessing.get_context("spawn").Process(target=_add_in_another_process, args=(tmp_path, [BRIDGE]))
    process.start()
    process.join(60)
    assert process.exitcode == 0
    assert find(held, BRIDGE) == [BRIDGE]
    store.close()
