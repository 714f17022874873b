"""Labelled data as rows and clusters: the project's own files, and the larger sets in ../shared if they are there."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from service.judgement.evaluate import Row
from service.judgement.training import rows as training
from service.model import Flag, JudgedText

HERE = Path(__file__).parent / "data"
SHARED = Path(__file__).parents[3] / "shared"
OUTLETS = Path(__file__).parents[2] / "config" / "outlets.toml"
CLUSTERS_DEV = HERE / "clusters_dev.jsonl.gz"


@dataclass(frozen=True, slots=True)
class ClusterClaim:
    """A claim of a cluster with the expected flag and type for each passage id."""

    text: str
    language: str
    flags: dict[str, tuple[Flag, str]]


@dataclass(frozen=True, slots=True)
class ClusterPassage:
    """A short article of a cluster."""

    id: str
    outlet: str
    published: date
    text: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """Articles of invented outlets on related events, and claims on them."""

    id: str
    passages: tuple[ClusterPassage, ...]
    claims: tuple[ClusterClaim, ...]


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON lines file, gzipped or not."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    for line in data.decode().split("\n"):
        if line.strip():
            yield json.loads(line)


def read_day(text: str | None) -> date | None:
    """Read the dates of the data sets: ISO with or without a time, or 05/04/2017."""
    if not text:
        return None
    if "/" in text[:6]:
        return datetime.strptime(text[:10], "%d/%m/%Y").date()
    return date.fromisoformat(text[:10])


def claims_dev(path: Path = SHARED / "data/dev/claims_dev.jsonl.gz") -> list[Row]:
    """Return claims_dev with the quote as the passage and the article's day as its date."""
    return [
        Row(
            claim=fields["claim"],
            passage=JudgedText(fields["quote"], published=read_day(fields["date"])),
            label=Flag(fields["label"]),
            type=fields["conflict_type"] or "",
            language=fields["lang"],
        )
        for fields in read_lines(path)
    ]


def headlines_dev(path: Path = SHARED / "data/dev/ans_stance_dev.jsonl.gz") -> list[Row]:
    """Return the headline pairs of ANS; they have no day."""
    return _undated(training.headline_rows(path))


def sentences_dev(path: Path = SHARED / "data/dev/xnli_ar_dev.jsonl.gz") -> list[Row]:
    """Return the Arabic sentence pairs of XNLI; they have no day."""
    return _undated(training.nli_rows(path, source="xnli"))


def _undated(pairs: Iterable[training.Row]) -> list[Row]:
    flags = tuple(Flag)
    return [Row(pair.claim, JudgedText(pair.passage), flags[pair.label], language=pair.language) for pair in pairs]


def news_claims(path: Path) -> list[Row]:
    """Return a news_claims file (claims written for ANT passages) as rows."""
    return [
        Row(
            claim=fields["claim"],
            passage=JudgedText(fields["passage"], published=read_day(fields["date"])),
            label=Flag(fields["label"]),
            type=fields["type"] or "",
            language=fields["lang"],
        )
        for fields in read_lines(path)
    ]


def read_clusters(path: Path = CLUSTERS_DEV) -> list[Cluster]:
    """Return the clusters of a file."""
    return [_cluster(fields) for fields in read_lines(path)]


def _cluster(fields: dict[str, Any]) -> Cluster:
    return Cluster(
        id=fields["cluster"],
        passages=tuple(
            ClusterPassage(p["id"], p["outlet"], date.fromisoformat(p["date"]), p["text"]) for p in fields["passages"]
        ),
        claims=tuple(
            ClusterClaim(
                c["claim"], c["lang"], {key: (Flag(flag), kind or "") for key, (flag, kind) in c["flags"].items()}
            )
            for c in fields["claims"]
        ),
    )


def cluster_rows(clusters: Iterable[Cluster]) -> list[Row]:
    """Return every (claim, passage) pair of the clusters as a row."""
    return [
        Row(
            claim=claim.text,
            passage=JudgedText(passage.text, published=passage.published),
            label=claim.flags[passage.id][0],
            type=claim.flags[passage.id][1],
            language=claim.language,
        )
        for cluster in clusters
        for claim in cluster.claims
        for passage in cluster.passages
    ]


def as_line(row: Row) -> str:
    """Write a row in the format that `isnad evaluate` reads."""
    fields = {
        "claim": row.claim,
        "passage": row.passage.text,
        "published_at": row.passage.published.isoformat() if row.passage.published else None,
        "label": row.label,
        "type": row.type or None,
        "lang": row.language,
    }
    return json.dumps(fields, ensure_ascii=False)
