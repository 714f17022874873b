"""What an outlet changed in its own text: sentences on the event that stand otherwise in an older revision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from service.arabic.tokens import Token, analyse_exact
from service.claims.timeline.moves import compare_move
from service.claims.timeline.statements import Lineage, Statement
from service.claims.timeline.things import read_figures, thing_of
from service.model import Figure, FigureChange, Move, Span, TextChange, Thing, WordChange


def find_changes(lineages: Sequence[Lineage]) -> tuple[TextChange, ...]:
    """Return the sentences that were changed or added in a later revision, article by article, in order."""
    found = [change for lineage in lineages for change in _changes(lineage)]
    return tuple(sorted(found, key=lambda change: (change.article.id, change.article.revision, change.passage_id)))


def _changes(lineage: Lineage) -> Iterator[TextChange]:
    first = lineage.statements[0]
    passage_id = lineage.match.passage.id
    if lineage.added_after is not None:
        yield TextChange(first.article, lineage.added_after, first.when, passage_id, None, first.text)
    for before, after in pairwise(lineage.statements):
        if before.words != after.words:
            yield _change(before, after, passage_id)


def _change(before: Statement, after: Statement, passage_id: str) -> TextChange:
    return TextChange(
        article=after.article,
        from_revision=before.article.revision,
        when=after.when,
        passage_id=passage_id,
        before=before.text,
        after=after.text,
        words=tuple(compare_words(before.text, after.text)),
        figures=tuple(_changed_figures(before.text, after.text)),
    )


def compare_words(before: str, after: str) -> Iterator[WordChange]:
    """Yield the stretches of words that differ, compared as normalised; where words only came or went, one is empty."""
    old, new = analyse_exact(before), analyse_exact(after)
    matcher = SequenceMatcher(None, [token.text for token in old], [token.text for token in new], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            yield WordChange(_span(old, i1, i2, before), _span(new, j1, j2, after))


def _span(tokens: Sequence[Token], first: int, end: int, text: str) -> Span:
    if first < end:
        return Span(tokens[first].span.start, tokens[end - 1].span.end)
    place = tokens[first].span.start if first < len(tokens) else len(text)
    return Span(place, place)


def _changed_figures(before: str, after: str) -> Iterator[FigureChange]:
    """Yield the figures of one thing that differ, paired in the order of the text."""
    old, new = _by_thing(before), _by_thing(after)
    for thing in old.keys() & new.keys():
        for one, other in zip(old[thing], new[thing], strict=False):
            move = compare_move(other.quantity, [one.quantity], [one.quantity])
            if move is not Move.SAME:
                yield FigureChange(one, other, move)


def _by_thing(sentence: str) -> dict[Thing, list[Figure]]:
    figures: defaultdict[Thing, list[Figure]] = defaultdict(list)
    for figure in read_figures(sentence):
        figures[thing_of(figure.quantity)].append(figure)
    return figures
