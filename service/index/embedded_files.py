"""The files of one search index: its schema, what goes into it, and where it has come to.

Analysis happens in Python (`terms`): the fields get terms joined by spaces and are split only at those, so that both
engines index the same. Every commit also writes the *mark*: one document that holds the sequence number
up to which the record is in, and whose record it is. The mark stands or falls with the commit it belongs to, so an
index can never claim more than it holds.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import tantivy

from service.errors import IndexIncompatible
from service.index.embedded_pending import Mark, PendingArticle
from service.index.terms import FIELD_WEIGHTS, write_fields

SCHEMA = 2
"""Raise it when fields or analysis change: an index of another schema is never opened, it is made anew."""

UNDATED = -1
_MARK = "mark"


@cache
def search_schema() -> Any:
    """Return the tantivy schema. Integers are signed: deleting by a term works on those only."""
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("key", fast=True)
    builder.add_integer_field("article", indexed=True)
    builder.add_integer_field("outlet", indexed=True, fast=True)
    builder.add_integer_field("day", indexed=True, fast=True)
    builder.add_text_field("language", tokenizer_name="raw", index_option="basic")
    for field in FIELD_WEIGHTS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("identity", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("sequence", stored=True)
    return builder.build()


def generation_path(directory: Path, generation: str) -> Path:
    """Return where the search index `generation` of this schema lies."""
    return directory / f"{SCHEMA}-{generation}"


def add_article(writer: Any, article: PendingArticle) -> None:
    """Hand the passages of an article to the writer."""
    texts = [passage.text for _, passage in article.passages]
    for (key, passage), fields in zip(article.passages, write_fields(texts, article.title), strict=True):
        document = tantivy.Document()
        document.add_integer("key", key)
        document.add_integer("article", article.number)
        document.add_integer("outlet", article.outlet)
        document.add_integer("day", UNDATED if article.day is None else article.day)
        document.add_text("language", passage.language)
        for field, terms in fields.items():
            document.add_text(field, terms)
        writer.add_document(document)


def write_mark(writer: Any, mark: Mark) -> None:
    """Hand the mark of the next commit to the writer, in place of the one before."""
    writer.delete_documents_by_term("kind", _MARK)
    document = tantivy.Document()
    document.add_text("kind", _MARK)
    document.add_text("identity", mark.identity)
    document.add_integer("sequence", mark.sequence)
    writer.add_document(document)


def read_mark(searcher: Any, schema: Any) -> Mark:
    """Return how far the index behind `searcher` has come. Raises `IndexIncompatible` when it does not say."""
    found = searcher.search(tantivy.Query.term_query(schema, "kind", _MARK), 1).hits
    if not found:
        raise IndexIncompatible("the search index does not say how far it has come")
    document = searcher.doc(found[0][1])
    return Mark(document.get_first("identity"), document.get_first("sequence"))
