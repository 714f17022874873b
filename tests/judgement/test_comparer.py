"""The comparer says what a comparison from scratch says, reads a text once, and forgets the oldest."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from service.arabic.facts import read_facts
from service.judgement.comparer import Comparer
from service.judgement.judge import compare_passage
from service.model import Claim, Facts, JudgedText

CLAIMS = ["قتل 12 شخصا في حريق المصنع يوم 25 سبتمبر 2023", "افتتح الوزير الجسر أمس في الرباط"]
PASSAGES = [
    JudgedText("لقي 17 شخصا مصرعهم أمس في حريق المصنع.", published=date(2023, 9, 26), title="حريق المصنع"),
    JudgedText("لقي 17 شخصا مصرعهم أمس في حريق المصنع.", published=date(2024, 1, 5)),
    JudgedText("افتتح الوزير الجسر الاثنين في تونس العاصمة.", context="زار الوزير الجسر."),
]


def read(text: str) -> Claim:
    return Claim(text, "ar", read_facts(text))


def test_what_is_remembered_changes_no_comparison() -> None:
    comparer = Comparer()
    for _ in range(2):
        for text in CLAIMS:
            claim = read(text)
            assert comparer.compare(claim, PASSAGES) == [compare_passage(claim, passage) for passage in PASSAGES]


def test_a_text_is_read_once_for_each_day_and_the_oldest_is_forgotten() -> None:
    seen: list[tuple[str, date | None]] = []

    def count(text: str, *, reference: date | None = None) -> Facts:
        seen.append((text, reference))
        return read_facts(text, reference=reference)

    comparer = Comparer(size=2, read=count)
    comparer.compare(read(CLAIMS[0]), PASSAGES[1:2] * 3)
    assert seen == [(PASSAGES[1].text, PASSAGES[1].published)]
    comparer.compare(read(CLAIMS[0]), PASSAGES[2:])  # the passage and the sentence before it: the first is forgotten
    comparer.compare(read(CLAIMS[1]), PASSAGES[2:])
    assert len(seen) == 3
    comparer.compare(read(CLAIMS[1]), PASSAGES[1:2])
    assert len(seen) == 4


def test_threads_may_share_a_comparer() -> None:
    comparer, claim = Comparer(size=1), read(CLAIMS[0])
    expected = comparer.compare(claim, PASSAGES)
    with ThreadPoolExecutor(4) as pool:
        assert all(found == expected for found in pool.map(lambda _: comparer.compare(claim, PASSAGES), range(20)))
