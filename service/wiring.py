"""The composition root: settings in, services out; the only place that chooses engines and judges."""

from __future__ import annotations

import logging
from pathlib import Path

from service.claims.crossref import CrossReferencer
from service.cores import count_cores, share_threads
from service.factchecks.setup import build_fact_checks
from service.feeds.setup import build_feeds
from service.index import PassageIndex
from service.index.documents import DocumentStore
from service.index.documents_embedded import EmbeddedDocuments
from service.index.embedded import EmbeddedIndex
from service.ingest.intake import Intake
from service.ingest.outlets import Outlets, load_outlets
from service.ingest.withdrawals import Withdrawals
from service.jobs.setup import build_jobs
from service.judgement import Judge
from service.judgement.decision import read_tables
from service.judgement.entail import EntailmentModel
from service.judgement.judge import CombinedJudge, TypedJudge
from service.judgement.sieve import SievedModel
from service.keys import KeyRing
from service.neural.embedder import Embedder, has_embedder
from service.services import Services
from service.settings import SHIPPED_MODELS, Settings
from service.stages import Observe, ignore
from service.watches.setup import build_watches

LOGGER = logging.getLogger("isnad")
WEIGHTS = Path(__file__).parent / "judgement" / "weights"


def build_services(settings: Settings, *, observe: Observe = ignore) -> Services:
    """Build everything a process needs; call it after the fork. `observe` is told how long the stages of answers take.

    Raises `InvalidSettings` or `IndexUnavailable` when the configuration or the data directory cannot be served with;
    an Elasticsearch that is away only shows when it is asked.
    """
    outlets = read_outlets(settings)
    index, documents = build_engine(settings)
    judge = build_judge(settings, observe=observe)
    fact_checks = build_fact_checks(settings, documents, judge)
    cross_referencer = CrossReferencer(
        index, judge, candidates=settings.claims.candidates, observe=observe, reviews=fact_checks.held
    )
    intake = Intake(index, outlets, withdrawals=Withdrawals(documents, index))
    return Services(
        settings=settings,
        index=index,
        documents=documents,
        keys=KeyRing(documents, bootstrap=settings.auth.bootstrap_key),
        intake=intake,
        judge=judge,
        cross_referencer=cross_referencer,
        outlets=outlets,
        watches=build_watches(settings, index, documents, judge),
        jobs=build_jobs(settings, documents, cross_referencer),
        feeds=build_feeds(settings, documents, outlets, intake.take),
        fact_checks=fact_checks,
    )


def read_outlets(settings: Settings) -> Outlets:
    """Return the outlets of the settings; none where no file is named and no configuration is installed.

    An outlet that no file knows works too, so that a bare package serves. Raises `InvalidSettings`.
    """
    if settings.ingest.outlets_file is None and not settings.config_directory.is_dir():
        LOGGER.warning("no configuration is installed: no outlets and agencies are known by name")
        return Outlets(())
    return load_outlets(settings.outlets_file)


def build_engine(settings: Settings) -> tuple[PassageIndex, DocumentStore]:
    """Return the index and the store of small documents of the configured engine."""
    if settings.index.engine == "elasticsearch":
        return _build_elastic(settings)
    documents = EmbeddedDocuments(settings.data)
    return EmbeddedIndex(settings.data, embedder=build_embedder(settings)), documents


def build_embedder(settings: Settings, *, weights: Path = WEIGHTS) -> Embedder | None:
    """Return what gives passages their vectors, None when it is not wanted or not installed (then it is logged)."""
    folder = weights / "small"
    if not settings.index.vectors:
        return None
    if not has_embedder(folder):
        LOGGER.warning("the embedder is not installed: passages are found by their words alone")
        return None
    return Embedder(folder)


def build_judge(settings: Settings, *, weights: Path = WEIGHTS, observe: Observe = ignore) -> Judge:
    """Return the judge of the settings; its model is loaded by the first claim, and nobody is asked before it.

    A shipped model that is not installed (`weights` holds one folder for each) is replaced by the typed judge, which
    says so in its version. Raises `JudgeUnavailable` when a model.json or the decision table cannot be read, and
    `InvalidSettings` for a key of the remote judge that cannot be read or sent.
    """
    local = _build_local_judge(settings, weights, observe)
    return _add_remote_judge(local, settings) if settings.judge.remote.base_url else local


def _build_local_judge(settings: Settings, weights: Path, observe: Observe) -> Judge:
    name = settings.judge.model
    if name == "typed":
        return TypedJudge(observe=observe)
    is_shipped = name in SHIPPED_MODELS
    folder = weights / name if is_shipped else Path(name)
    if is_shipped and not (folder / "model.onnx").is_file():
        LOGGER.warning(
            "the model is not installed: judging by facts and words alone", extra={"fields": {"model": name}}
        )
        return TypedJudge(instead_of=name, observe=observe)
    threads = settings.judge.threads or share_threads(count_cores(), processes=settings.server.workers)
    tables = read_tables(name if is_shipped else "")
    model, coarse = EntailmentModel(folder, threads=threads), weights / "small"
    if name == "big" and settings.judge.sieve and (coarse / "model.onnx").is_file():
        sieved = SievedModel(model, EntailmentModel(coarse, threads=threads))
        return CombinedJudge(sieved, tables, witness=model, observe=observe)
    return CombinedJudge(model, tables, observe=observe)


def _add_remote_judge(local: Judge, settings: Settings) -> Judge:
    # Imported here: few services ask anybody, the others start without an HTTP client.
    from service.judgement.remote.chat import ChatEndpoint, read_key
    from service.judgement.remote.judge import RemoteJudge, Terms
    from service.judgement.remote.limits import Budget

    remote = settings.judge.remote
    return RemoteJudge(
        local,
        ChatEndpoint(remote.base_url, remote.model, api_key=read_key(remote)),
        budget=Budget(max(1, remote.per_minute // settings.server.workers)),
        terms=Terms(
            unsure_below=remote.unsure_below,
            per_claim=remote.per_claim,
            timeout_s=remote.timeout_s,
            trust=remote.trust,
        ),
    )


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
