"""The Python analysis and a real server's give the same tokens: text, position and offsets.

Two differences are known and wanted, both about where a token of the *normalised* text ends in the original:
- A part of ﷺ or ﷻ, which become several words, has no width for the server; here it is the whole ligature.
- For a token cut off at 255 units the server does not count the dropped marks right behind it; here they belong to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Any

import pytest

from service.arabic.normalise import normalise
from service.arabic.tokens import Token, analyse, analyse_exact, tokenise
from service.index.elastic_analysis import server_analysis
from service.index.elastic_client import Connection
from service.settings import ElasticsearchSettings
from tests.elastic.varied_texts import vary_texts

pytestmark = pytest.mark.elastic

Row = tuple[str, int, int, int]
Ask = Callable[..., list[Row]]

SEED = 20260926
LONGEST = 255
SEVERAL_WORDS = ("ﷺ", "ﷻ")
CONTEXTS = (
    *("{}", "ا{}ا", "1{}1", "ア{}ア", "א{}א", '{}"א', "_{}_", "ก{}"),
    *("😀\u200d{}", "{}🏻", "{}\u20e3", "😀{}\U000e007f"),
)
CODE_POINTS = (*range(0xD800), *range(0xE000, 0x33000), *range(0xE0000, 0xE0200), *range(0x10FFF0, 0x110000))
"""All but surrogates and planes in which nothing is assigned."""


@pytest.fixture(scope="module")
def ask(elasticsearch_url: str) -> Iterator[Ask]:
    """Ask the server for the tokens of a text: text, start and end in code points, position."""
    connection = Connection(ElasticsearchSettings(hosts=(elasticsearch_url,)))
    name = "test-analysis"
    settings: dict[str, Any] = {"number_of_shards": 1, "number_of_replicas": 0, "analysis": server_analysis()}
    settings["index.analyze.max_token_count"] = 10_000_000
    connection.client.options(ignore_status=404).indices.delete(index=name)
    connection.client.indices.create(index=name, settings=settings)

    def ask(text: str, **analysis: str) -> list[Row]:
        answer = connection.client.indices.analyze(index=name, text=text, **analysis)
        offsets = _code_points(text)
        return [
            (token["token"], offsets[token["start_offset"]], offsets[token["end_offset"]], token["position"])
            for token in answer["tokens"]
        ]

    yield ask
    connection.client.indices.delete(index=name)
    connection.close()


@pytest.mark.parametrize(("analyzer", "analysis"), [("isnad_arabic", analyse), ("isnad_exact", analyse_exact)])
def test_2000_varied_texts_have_the_same_tokens(
    ask: Ask, analyzer: str, analysis: Callable[[str], list[Token]]
) -> None:
    for text in vary_texts(2000, seed=SEED):
        theirs = ask(text, analyzer=analyzer)
        assert _reconciled(_rows(analysis(text)), theirs, text) == theirs, ascii(text)


@pytest.mark.slow
def test_every_code_point_breaks_words_in_the_same_way(ask: Ask) -> None:
    for first in range(0, len(CODE_POINTS), 2000):
        codes = CODE_POINTS[first : first + 2000]
        text = "\n".join(context.format(chr(code)) for code in codes for context in CONTEXTS)
        assert _rows(tokenise(text)) == ask(text, tokenizer="standard"), hex(codes[0])


def _rows(tokens: list[Token]) -> list[Row]:
    return [(token.text, token.span.start, token.span.end, token.position) for token in tokens]


def _reconciled(ours: list[Row], theirs: list[Row], text: str) -> list[Row]:
    """Put the server's end in place of ours where a known difference explains it."""
    return [
        (word, start, their_row[2], position) if _is_known(word, end, their_row[2], text) else row
        for row, their_row in zip(ours, theirs, strict=False)
        for word, start, end, position in [row]
    ] + ours[len(theirs) :]


def _is_known(word: str, end: int, their_end: int, text: str) -> bool:
    inside_ligature = end == their_end + 1 and text[their_end] in SEVERAL_WORDS
    cut_off = len(word.encode("utf-16-le")) // 2 in (LONGEST - 1, LONGEST)
    return inside_ligature or (cut_off and end > their_end and normalise(text[their_end:end]) == "")


def _code_points(text: str) -> list[int]:
    """Return for every UTF-16 offset the code point it lies in."""
    starts = accumulate((2 if character > "\uffff" else 1 for character in text), initial=0)
    offsets: list[int] = []
    for code_point, start in enumerate(starts):
        offsets += [max(code_point - 1, 0)] * (start - len(offsets)) + [code_point]
    return offsets
