"""Submissions from JSON, files and ninjs; what is refused, and where it says so."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service.errors import InvalidInput, UnreadableSource
from service.ingest.sources import read_file, read_item, read_moment, tidy_text


def test_known_fields_are_read() -> None:
    found = read_item(
        {
            "text": "نص",
            "url": "https://example.org/1",
            "outlet": "الأفق",
            "published_at": "2024-01-02T03:04:05+03:00",
            "author": None,
        }
    )
    assert (found.kind, found.content, found.outlet, found.author) == ("text", "نص", "الأفق", None)
    assert found.published_at is not None
    assert found.published_at.isoformat() == "2024-01-02T03:04:05+03:00"


@pytest.mark.parametrize(
    ("item", "pointer"),
    [
        ({}, ""),
        ({"text": "أ", "page": "ب"}, ""),
        ({"text": " \n"}, "/text"),
        ({"text": 3}, "/text"),
        ({"text": "أ", "colour": "أحمر"}, "/colour"),
        ({"text": "أ", "title": ["أ"]}, "/title"),
        ({"text": "أ", "published_at": "أمس"}, "/published_at"),
        ({"text": "أ\x00ب"}, "/text"),
        ({"page": "lone surrogate \ud800"}, "/page"),
        ({"text": "أ", "title": "\udfff"}, "/title"),
    ],
)
def test_bad_item(item: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_item(item)
    assert caught.value.pointer == pointer


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("\ufeffنص", "نص"),  # byte order mark
        ("أ\r\nب\rج", "أ\nب\nج"),
        ("أ\u2028ب", "أ\nب"),  # line separator
        ("أ\u200fب\u200c\u202bج\u202c", "أ\u200fب\u200c\u202bج\u202c"),  # RLM, ZWNJ, RLE, PDF stay
    ],
)
def test_tidy_text(given: str, kept: str) -> None:
    assert tidy_text(given) == kept


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-01-02", datetime(2024, 1, 2, tzinfo=UTC)),
        ("2024-01-02T10:00", datetime(2024, 1, 2, 10, tzinfo=UTC)),
        ("2024-01-02T10:00:00Z", datetime(2024, 1, 2, 10, tzinfo=UTC)),
    ],
)
def test_moments(text: str, moment: datetime) -> None:
    assert read_moment(text) == moment


NINJS_1 = {
    "uri": "urn:newsml:example.org:20240102:1",
    "type": "text",
    "headline": "افتتاح الجسر",
    "byline": "هدى سالم",
    "body_text": "افتتح الجسر اليوم.",
    "versioncreated": "2024-01-02T10:00:00Z",
    "language": "ar",
    "source": "وكالة الضاد",
    "urgency": 3,
}
NINJS_2 = {
    "uri": "https://example.org/2",
    "headlines": [{"role": "main", "value": "افتتاح الجسر"}],
    "bodies": [{"contenttype": "text/html", "value": "<p>افتتح</p>"}, {"contenttype": "text/plain", "value": "افتتح."}],
    "firstcreated": "2024-01-02T09:00:00Z",
    "versioncreated": "2024-01-02T10:00:00Z",
    "provider": {"name": "وكالة الضاد"},
}


def test_ninjs() -> None:
    old, new = read_item(NINJS_1), read_item(NINJS_2)
    assert (old.id, old.title, old.author, old.outlet) == (
        "urn:newsml:example.org:20240102:1",
        "افتتاح الجسر",
        "هدى سالم",
        "وكالة الضاد",
    )
    assert (new.kind, new.content, new.url, new.outlet) == ("text", "افتتح.", "https://example.org/2", "وكالة الضاد")
    assert (new.published_at, new.updated_at) == (
        datetime(2024, 1, 2, 9, tzinfo=UTC),
        datetime(2024, 1, 2, 10, tzinfo=UTC),
    )
    assert read_item({"uri": "x", "body_xhtml": "<p>افتتح الجسر.</p>"}).kind == "html"
    with pytest.raises(InvalidInput, match="no body"):
        read_item({"uri": "x", "headline": "بلا نص"})


def test_files(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("\ufeffعنوان\r\nنص".encode())
    (tmp_path / "b.html").write_text("<p>نص</p>", encoding="utf-8")
    (tmp_path / "c.json").write_text(json.dumps([{"text": "أ"}, NINJS_1]), encoding="utf-8")
    (tmp_path / "d.json").write_text(json.dumps({"page": "ب"}), encoding="utf-8")
    (tmp_path / "e.ndjson").write_text('{"text": "ج"}\n\n{"html": "<p>د</p>"}\n', encoding="utf-8")

    found = {path.name: list(read_file(path)) for path in sorted(tmp_path.iterdir())}

    assert [(one.kind, one.content) for one in found["a.txt"]] == [("page", "عنوان\nنص")]
    assert [one.kind for one in found["b.html"]] == ["html"]
    assert [one.kind for one in found["c.json"]] == ["text", "text"]
    assert [one.kind for one in found["d.json"]] == ["page"]
    assert [one.origin for one in found["e.ndjson"]] == [f"{tmp_path}/e.ndjson:1", f"{tmp_path}/e.ndjson:3"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.pdf", b"%PDF", "not one of"),
        ("a.txt", b"\xff\xfe\x00", "utf-8"),
        ("a.json", b"{", "not JSON"),
        ("a.json", b'["x"]', "JSON object"),
        ("a.ndjson", b'{"text": "\xd8\xa3"}\n{"text": 1}', "ndjson:2: text must be a string"),
        ("a.ndjson", b"nonsense", "ndjson:1: not JSON"),
    ],
)
def test_bad_file(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableSource, match=message):
        list(read_file(tmp_path / name))


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource):
        list(read_file(tmp_path / "none.txt"))
