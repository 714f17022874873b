"""Versions and withdrawals of an agency on Elasticsearch, over two machines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service.errors import NotFound
from service.ingest.intake import Intake
from service.ingest.outlets import Outlets
from service.ingest.sources import Submission, Withdrawal
from service.ingest.withdrawals import Withdrawals
from tests.elastic.conftest import MakeIndex

pytestmark = pytest.mark.elastic
NOON = datetime(2024, 3, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def version(text: str, at: datetime) -> Submission:
    return Submission(text, "text", id="urn:shiraa:1", updated_at=at, is_version=True)


def test_the_latest_word_counts_on_every_machine(make_index: MakeIndex) -> None:
    here, there = make_index(), make_index()
    one, two = (Intake(index, Outlets(()), withdrawals=Withdrawals(index.documents, index)) for index in (here, there))
    old, new = version("أُغلق الميناء الشمالي يومين.", NOON), version("أُغلق الميناء ثلاثة أيام.", NOON + HOUR)
    (created,) = one.take_many([new], wait=True)
    (late,) = two.take_many([old], wait=True)
    assert [each.stored.outcome for each in (*created.taken, *late.taken)] == ["created", "unchanged"]
    (gone,) = two.take_many([Withdrawal("urn:shiraa:1", "canceled", NOON + 2 * HOUR)], wait=True)
    assert gone.withdrawn is not None
    assert gone.withdrawn.is_removed
    (again,) = one.take_many([new], wait=True)
    assert (again.taken, again.withdrawn and again.withdrawn.is_removed) == ((), False)
    with pytest.raises(NotFound):
        here.get("urn:shiraa:1")
    (released,) = one.take_many([version("فُتح الميناء الشمالي.", NOON + 3 * HOUR)], wait=True)
    assert there.get("urn:shiraa:1").text == "فُتح الميناء الشمالي."
    assert released.taken[0].stored.outcome == "created"
