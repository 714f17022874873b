"""Searching: candidates in one request, spread over outlets, and the counts of what was searched.

The query asks for the same weighted terms as the embedded engine (terms.py), each as a term query on the analysed
field, so that both engines rank alike. Passages are nested in their article; the request

- scores every article by its best passage and takes the best article of each outlet (collapse),
- with it the outlet's best `per_outlet` articles, and of each of these its best `per_outlet` passages (inner hits).

The best `limit` passages with at most `per_outlet` of one outlet are among them: an outlet's best n passages stand in
its best n articles, since each of those has at least one passage as good as any in the articles behind them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from service.index.elastic_client import Connection
from service.index.elastic_generations import read_generation, require_known
from service.index.elastic_rows import read_head, read_passage
from service.index.elastic_schema import LARGEST_INNER, Schema
from service.index.terms import FIELD_WEIGHTS, WeightedTerm, read_terms
from service.model import Coverage, Filters, Hit, Outlet, OutletCount, PassageQuery, SearchResult

FIELDS = {field: f"passages.{field}" for field in FIELD_WEIGHTS}
"""Where the fields of a weighted term stand in the mapping."""

OUTLET_PAGE = 1000


class Searcher:
    """Reads what is published. Every method may raise `IndexUnavailable`."""

    def __init__(self, connection: Connection, schema: Schema) -> None:
        self._connection = connection
        self._schema = schema

    def search(self, query: PassageQuery) -> SearchResult:
        """Find passages of latest revisions, best first, spread over outlets."""
        terms = read_terms(query)
        if not terms:
            return SearchResult(())
        with self._connection.lend() as client:
            answer = client.search(
                index=self._schema.alias("passages"),
                # Term statistics of all shards together: the score must not depend on where an article lies.
                search_type="dfs_query_then_fetch",
                allow_partial_search_results=True,
                **search_body(query, terms, timeout_s=self._connection.timeout_s),
            ).body
        hits = sorted(_read_hits(answer), key=lambda hit: (-hit.score, hit.article.id, hit.passage.ordinal))
        return SearchResult(tuple(_cap(hits, query)), partial=partial_reason(answer))

    def coverage(self, filters: Filters) -> Coverage:
        """Count what a search with these filters looks through."""
        with self._connection.lend() as client:
            answer = client.search(
                index=self._schema.alias("passages"),
                query={"bool": {"filter": article_filters(filters)}},
                size=0,
                track_total_hits=True,
                aggs={
                    "outlets": {"cardinality": {"field": "outlet", "precision_threshold": 40_000}},
                    "passages": {"sum": {"field": "passage_count"}},
                    "first": {"min": {"field": "published_at"}},
                    "last": {"max": {"field": "published_at"}},
                },
            ).body
            generations = self._schema.behind(client, self._schema.alias("passages"))
        counts = answer["aggregations"]
        return Coverage(
            articles=answer["hits"]["total"]["value"],
            outlets=counts["outlets"]["value"],
            passages=int(counts["passages"]["value"]),
            first=_day(counts["first"]),
            last=_day(counts["last"]),
            generation=generations[-1].name if generations else "",
            partial=partial_reason(answer),
        )

    def outlets(self) -> list[OutletCount]:
        """Return every outlet with its counts, by name."""
        counts = [_read_outlet(bucket) for bucket in self._outlet_buckets()]
        return sorted(counts, key=lambda count: (count.outlet.name, count.outlet.id))

    def _outlet_buckets(self) -> Iterator[Mapping[str, Any]]:
        after: Mapping[str, Any] | None = None
        with self._connection.lend() as client:
            client.indices.refresh(index=self._schema.alias("articles"))
        while True:
            by_outlet: dict[str, Any] = {"size": OUTLET_PAGE, "sources": [{"outlet": {"terms": {"field": "outlet"}}}]}
            if after is not None:
                by_outlet["after"] = after
            newest = {"top_hits": {"size": 1, "sort": [{"written": "desc"}], "_source": ["head.outlet"]}}
            with self._connection.lend() as client:
                answer = client.search(
                    index=self._schema.alias("articles"),
                    size=0,
                    allow_partial_search_results=False,
                    aggs={
                        "outlets": {
                            "composite": by_outlet,
                            "aggs": {
                                "newest": newest,
                                "first": {"min": {"field": "published_at"}},
                                "last": {"max": {"field": "published_at"}},
                            },
                        }
                    },
                ).body
            found = answer["aggregations"]["outlets"]
            yield from found["buckets"]
            after = found.get("after_key")
            if after is None:
                return


def search_body(query: PassageQuery, terms: Sequence[WeightedTerm], *, timeout_s: int) -> dict[str, Any]:
    """Return the search request for a query's terms."""
    per_outlet = min(query.per_outlet, query.limit, LARGEST_INNER)
    return {
        "query": {
            "bool": {
                "filter": article_filters(replace(query.filters, languages=())),  # a passage has its own language
                "must": [_nested_query(query, terms, size=per_outlet)],
            }
        },
        "collapse": {
            "field": "outlet",
            "inner_hits": {"name": "articles", "size": per_outlet},
            "max_concurrent_group_searches": 2,
        },
        "size": query.limit,  # an outlet behind the first `limit` has no passage among the best `limit`
        "source": False,
        "track_total_hits": False,
        # The server gives what it has found by then, and says so; the client waits a little longer.
        "timeout": f"{max(1, timeout_s - 1)}s",
    }


def article_filters(filters: Filters) -> list[dict[str, Any]]:
    """Return the conditions on articles; an undated article fits no dates."""
    conditions: list[dict[str, Any]] = []
    if filters.outlets:
        conditions.append({"terms": {"outlet": list(filters.outlets)}})
    if filters.languages:
        conditions.append({"terms": {"language": list(filters.languages)}})
    days = _day_range(filters.published_from, filters.published_to)
    if days:
        conditions.append({"range": {"published_at": days}})
    return conditions


def partial_reason(answer: Mapping[str, Any]) -> str | None:
    """Say why an answer is not of everything, None when it is."""
    if answer.get("timed_out"):
        return "the search ran out of time before it had looked through everything"
    shards = answer["_shards"]
    if shards["failed"]:
        reasons = {failure["reason"]["type"] for failure in shards.get("failures", ())}
        because = f" ({', '.join(sorted(reasons))})" if reasons else ""
        return f"{shards['failed']} of {shards['total']} parts of the index did not answer{because}"
    return None


def _nested_query(query: PassageQuery, terms: Sequence[WeightedTerm], *, size: int) -> dict[str, Any]:
    wanted = [{"term": {FIELDS[term.field]: {"value": term.text, "boost": term.weight}}} for term in terms]
    languages = query.filters.languages
    spoken = [{"terms": {"passages.language": list(languages)}}] if languages else []
    return {
        "nested": {
            "path": "passages",
            "score_mode": "max",
            "query": {"bool": {"should": wanted, "minimum_should_match": 1, "filter": spoken}},
            # Only which passages: their words come with the article, whose source is sent as it lies. Cutting each
            # passage out of it took half of the server's time.
            "inner_hits": {"name": "passages", "size": size, "_source": False},
        }
    }


def _day_range(first: date | None, last: date | None) -> dict[str, str]:
    """Return whole days, UTC."""
    bounds = {}
    if first is not None:
        bounds["gte"] = first.isoformat()
    if last is not None:
        bounds["lt"] = (last + timedelta(days=1)).isoformat() if last < date.max else "9999-12-31T23:59:59.999Z"
    return bounds


def _read_hits(answer: Mapping[str, Any]) -> Iterator[Hit]:
    for group in answer["hits"]["hits"]:
        for article in group["inner_hits"]["articles"]["hits"]["hits"]:
            require_known(read_generation(article["_index"]))
            head = read_head(article["_source"]["head"])
            passages = article["_source"]["passages"]
            for passage in article["inner_hits"]["passages"]["hits"]["hits"]:
                yield Hit(read_passage(passages[passage["_nested"]["offset"]], head), head, passage["_score"])


def _cap(hits: Sequence[Hit], query: PassageQuery) -> Iterator[Hit]:
    """Yield the best hits, at most `limit` and at most `per_outlet` of one outlet (articles without one are one)."""
    taken: dict[str | None, int] = {}
    for hit in hits:
        if sum(taken.values()) == query.limit:
            return
        outlet = None if hit.article.outlet is None else hit.article.outlet.id
        if taken.get(outlet, 0) < query.per_outlet:
            taken[outlet] = taken.get(outlet, 0) + 1
            yield hit


def _day(bound: Mapping[str, Any]) -> date | None:
    milliseconds = bound["value"]
    return (
        None
        if milliseconds is None
        else (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)).date()
    )


def _read_outlet(bucket: Mapping[str, Any]) -> OutletCount:
    (newest,) = bucket["newest"]["hits"]["hits"]
    outlet = Outlet(*newest["_source"]["head"]["outlet"])
    return OutletCount(outlet, bucket["doc_count"], _day(bucket["first"]), _day(bucket["last"]))
