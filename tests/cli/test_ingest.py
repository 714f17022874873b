"""Articles from files: every kind, bad items named and passed over, an interruption made up for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.cli.ingest import Run
from service.cli.journal import STEP, Journal
from service.cli.terminal import messages
from service.errors import IndexUnavailable
from service.ingest.files import find_files, read_items
from service.ingest.sources import Submission
from service.services import Services
from service.settings import Settings
from service.wiring import build_services
from tests.cli.conftest import Isnad
from tests.ingest.news_messages import item, message, status

PAGE = "عاصفة تضرب الساحل\nتاريخ النشر: 2024/01/09\nضربت عاصفة رملية الساحل مساء الاثنين، وتوقفت الملاحة ساعتين.\n"
HTML = (
    "<html><head><title>معرض الكتاب</title></head><body><article><h1>معرض الكتاب</h1><p>{}</p></article></body></html>"
)
LONG = "افتُتح معرض الكتاب في مدينة وادي السرو بمشاركة مئتي دار نشر من اثني عشر بلدا، ويستمر حتى نهاية الأسبوع. " * 4


def line(number: int, **fields: Any) -> str:
    text = f"أعلنت البلدية افتتاح الحديقة رقم {number} في المدينة القديمة بحضور أهالي الحي رقم {number * 7}."
    return json.dumps({"id": f"n-{number}", "outlet": "صحيفة البيدر", "text": text, **fields}, ensure_ascii=False)


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def stored_ids(isnad: Isnad, data: Path) -> set[str]:
    listed = isnad("articles", "--data", data, "--json", "--limit", 10_000).stdout.splitlines()
    return {json.loads(each)["id"] for each in listed}


def test_every_kind_of_file_in_a_folder(isnad: Isnad, tmp_path: Path) -> None:
    folder = tmp_path / "in" / "deeper"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text(PAGE, "utf-8")
    (folder.parent / "b.html").write_text(HTML.format(LONG), "utf-8")
    (folder / "c.json").write_text(f"[{line(1)}, {line(2)}]", "utf-8")
    write(folder / "d.ndjson", "\ufeff" + line(3), "", line(4))
    (folder / "e.jpg").write_bytes(b"\xff\xd8")
    result = isnad("ingest", folder.parent, "--data", tmp_path / "data")
    assert "6 articles" in result.stderr
    assert "6 created, 0 revised, 0 unchanged" in result.stderr
    assert {"n-1", "n-2", "n-3", "n-4"} <= stored_ids(isnad, tmp_path / "data")
    again = isnad("ingest", folder.parent, "--data", tmp_path / "data")
    assert "0 created, 0 revised, 6 unchanged" in again.stderr


def test_what_was_taken_in_is_found_at_once(isnad: Isnad, tmp_path: Path) -> None:
    isnad("ingest", write(tmp_path / "a.ndjson", line(5)), "--data", tmp_path / "data")
    answer = isnad("check", "افتتاح الحديقة رقم 5 في المدينة القديمة", "--data", tmp_path / "data", "--json")
    assert [outlet["outlet"]["name"] for outlet in json.loads(answer.stdout)["outlets"]] == ["صحيفة البيدر"]


def test_bad_items_are_named_and_the_others_are_in(isnad: Isnad, tmp_path: Path) -> None:
    good_and_bad = write(
        tmp_path / "a.ndjson",
        line(1),
        '{"text": ',
        line(2, outlet=7),
        "[1]",
        json.dumps({"text": "خبر", "colour": "red"}),
        line(3, published_at="أمس"),
        line(4, id="two words"),
        "[" * 200_000,
        line(6),
    )
    (tmp_path / "b.txt").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "c.json").write_text(f"[{line(7)}, 5]", "utf-8")
    with good_and_bad.open("ab") as file:
        file.write(b'{"text": "\xff"}\n')
    result = isnad("ingest", tmp_path, "--data", tmp_path / "data", code=3)
    assert stored_ids(isnad, tmp_path / "data") == {"n-1", "n-6", "n-7"}
    named = [each for each in result.stderr.splitlines() if each.startswith("bad item: ")]
    for place in [*(f"a.ndjson:{number}:" for number in (2, 3, 4, 5, 6, 7, 8, 10)), "b.txt:", "c.json#/1:"]:
        assert sum(place in each for each in named) == 1, (place, named)
    assert len(named) == 10
    assert "10 bad items" in result.stderr


@pytest.mark.parametrize(
    ("name", "said"),
    [("none.txt", "no such file or folder"), ("a.doc", "not one of"), ("empty", "no file of a kind that holds")],
)
def test_what_cannot_be_read_at_all(isnad: Isnad, tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "a.doc").write_text("x")
    (tmp_path / "empty").mkdir()
    assert said in isnad("ingest", tmp_path / name, "--data", tmp_path / "data", code=1).stderr


def test_a_data_directory_that_is_none(isnad: Isnad, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    file = write(tmp_path / "a.ndjson", line(1))
    isnad("ingest", file, "--data", tmp_path / "data", code=2)
    stderr = isnad("ingest", file, "--data", tmp_path / "data" / "below", code=1).stderr
    assert len(stderr.splitlines()) == 1


class Stopping:
    """An intake that stops working after so many outcomes."""

    def __init__(self, intake: Any, after: int) -> None:
        self._intake, self._after = intake, after

    def take_many(self, submissions: Iterable[Submission], **more: Any) -> Iterator[Any]:
        for number, outcome in enumerate(self._intake.take_many(submissions, batch=50, **more), start=1):
            yield outcome
            if number == self._after:
                raise IndexUnavailable("the disk is full")


def stopping(services: Services, after: int) -> Services:
    return replace(services, intake=Stopping(services.intake, after))


def test_an_interrupted_run_goes_on_where_it_was(isnad: Isnad, tmp_path: Path) -> None:
    first = write(tmp_path / "a.ndjson", *(line(number) for number in range(60)))
    second = write(tmp_path / "b.ndjson", *(line(number) for number in range(60, 3 * STEP)))
    files, data = [first, second], tmp_path / "data"
    services = build_services(Settings(data=data))
    with pytest.raises(IndexUnavailable), Journal(data, files) as journal:
        Run(stopping(services, after=130), journal, messages()).take(files, lambda _: None)
    services.close()
    with Journal(data, files) as journal:
        assert (journal.done(first), journal.done(second)) == (60, 70)
    result = isnad("ingest", first, second, "--data", data)
    assert "130 items were taken in before the interruption" in result.stderr
    assert len(stored_ids(isnad, data)) == 3 * STEP
    assert not list(data.glob("ingest-*"))


def test_a_file_changed_meanwhile_is_read_again(tmp_path: Path) -> None:
    file = write(tmp_path / "a.ndjson", line(1), line(2))
    with Journal(tmp_path, [file]) as journal:
        journal.note(file, 1)
    write(file, line(1), line(2), line(3))
    assert Journal(tmp_path, [file]).done(file) == 0


def test_a_journal_cut_short_by_a_crash(tmp_path: Path) -> None:
    file = write(tmp_path / "a.ndjson", line(1), line(2))
    with Journal(tmp_path, [file]) as journal:
        journal.note(file, 2)
    (written,) = tmp_path.glob("ingest-*")
    written.write_text(written.read_text("utf-8") + '{"file": "', encoding="utf-8")
    assert Journal(tmp_path, [file]).done(file) == 2


def test_files_are_found_once_in_a_stable_order(tmp_path: Path) -> None:
    b, a = write(tmp_path / "b.txt", "x"), write(tmp_path / "a.TXT", "x")
    assert find_files([b, tmp_path]) == [b, a]


def test_a_file_that_went_meanwhile_is_a_bad_item(tmp_path: Path) -> None:
    (item,) = read_items(tmp_path / "gone.ndjson")
    assert "gone.ndjson: No such file" in str(item.error)


def test_news_messages_are_taken_and_taken_back(isnad: Isnad, tmp_path: Path) -> None:
    folder = tmp_path / "wire"
    folder.mkdir()
    package = item(guid="urn:package", name="packageItem", content="")
    write(folder / "1.xml", message(package, item(guid="urn:a"), item(guid="urn:b"), item(guid="")))
    write(folder / "2.xml", message(status("stat:canceled", guid="urn:a")))
    write(folder / "3.xml", "<rss/>")
    result = isnad("ingest", folder, "--data", tmp_path / "data", code=3)
    assert stored_ids(isnad, tmp_path / "data") == {"urn:b"}
    assert "passed over: " + str(folder / "1.xml") + ": item 1 (urn:package): a packageItem" in result.stderr
    assert "1 withdrawn" in result.stderr
    assert "1.xml: item 4: the newsItem has no guid" in result.stderr
    assert "3.xml: the root rss is not of NewsML-G2" in result.stderr
