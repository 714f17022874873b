"""Pages in the encodings that Arabic sites are sent in, and with wrong words about them."""

from __future__ import annotations

import pytest

from service.ingest.page_bytes import decode_page

WORDS = "أعلنت بلدية مرسى الرمل بدء أعمال توسعة الميناء الشمالي، وقال مديرها إن الأعمال تستمر 18 شهراً."
PAGE = f"<html><head><title>x</title></head><body><p>{WORDS}</p></body></html>"
SAYS = (
    '<html><head><meta http-equiv="Content-Type" content="text/html; charset={}"></head><body><p>{}</p></body></html>'
)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (PAGE.encode(), ""),
        (PAGE.encode(), "text/html; charset=utf-8"),
        (PAGE.encode(), "text/html; charset=ISO-8859-1"),  # a server's default that is not so
        (PAGE.encode(), 'text/html; charset="windows-1256"'),
        (SAYS.format("windows-1256", WORDS).encode(), ""),
        (SAYS.format("windows-1256", WORDS).encode("cp1256"), ""),
        (SAYS.format("iso-8859-6", WORDS).encode("iso-8859-6"), "text/html"),
        (SAYS.format("no-such-code", WORDS).encode("cp1256"), "text/html; charset=Windows-1256"),
        (PAGE.encode("cp1256"), "text/html; charset=windows-1256"),
        (PAGE.encode("utf-16"), "text/html; charset=utf-8"),
        (PAGE.encode("utf-8-sig"), "text/html; charset=windows-1256"),
    ],
)
def test_the_words_of_a_page(body: bytes, content_type: str) -> None:
    assert WORDS in decode_page(body, content_type)


def test_a_page_of_which_nobody_says_anything() -> None:
    assert WORDS in decode_page((PAGE + f"<p>{WORDS}</p>" * 20).encode("cp1256"))


def test_a_broken_byte_breaks_a_letter_and_no_more() -> None:
    text = decode_page(PAGE.encode().replace(b"18", b"\xff18"), "text/html; charset=utf-8")
    assert "\ufffd18 شهراً" in text


@pytest.mark.parametrize("name", ["zip", "rot13", "utf-7", "unicode_escape", "idna", "x" * 30])
def test_a_code_that_is_none_is_not_believed(name: str) -> None:
    assert isinstance(decode_page(SAYS.format(name, WORDS).encode("cp1256"), f"text/html; charset={name}"), str)
