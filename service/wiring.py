"""The composition root: settings in, services out; the only place that chooses engines and judges."""

from __future__ import annotations

from service.claims.crossref import CrossReferencer
from service.index import PassageIndex
from service.index.documents import DocumentStore
from service.index.documents_embedded import EmbeddedDocuments
from service.index.embedded import EmbeddedIndex
from service.ingest.intake import Intake
from service.ingest.outlets import load_outlets
from service.judgement import Judge
from service.judgement.judge import TypedJudge
from service.keys import KeyRing
from service.services import Services
from service.settings import Settings


def build_services(settings: Settings) -> Services:
    """Build everything a process needs; call it after the fork.

    Raises `InvalidSettings` or `IndexUnavailable` when the configuration or the data directory cannot be served with;
    an Elasticsearch that is away only shows when it is asked.
    """
    outlets = load_outlets(settings.outlets_file)
    index, documents = build_engine(settings)
    judge = build_judge()
    return Services(
        settings=settings,
        index=index,
        documents=documents,
        keys=KeyRing(documents, bootstrap=settings.auth.bootstrap_key),
        intake=Intake(index, outlets),
        judge=judge,
        cross_referencer=CrossReferencer(index, judge, candidates=settings.claims.candidates),
        outlets=outlets,
    )


def build_engine(settings: Settings) -> tuple[PassageIndex, DocumentStore]:
    """Return the index and the store of small documents of the configured engine."""
    if settings.index.engine == "elasticsearch":
        return _build_elastic(settings)
    documents = EmbeddedDocuments(settings.data)
    return EmbeddedIndex(settings.data), documents


def build_judge() -> Judge:
    """Return the judge. Raises `JudgeUnavailable` when a file it needs is not there."""
    return TypedJudge()


def _build_elastic(settings: Settings) -> tuple[PassageIndex, DocumentStore]:
    # Imported here: an embedded service starts without loading the client.
    from service.index.elastic import ElasticIndex
    from service.index.elastic_client import Connection
    from service.index.elastic_schema import Layout

    wanted = settings.elasticsearch
    index = ElasticIndex(
        Connection(wanted), prefix=wanted.prefix, layout=Layout(shards=wanted.shards, replicas=wanted.replicas)
    )
    return index, index.documents
