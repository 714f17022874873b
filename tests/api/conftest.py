"""One service for every test of the edge: the real embedded engine and intake, and a judge that is told what to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from service.app import create_app
from service.claims.crossref import CrossReferencer
from service.factchecks.setup import build_fact_checks
from service.feeds.setup import build_feeds
from service.index.documents_embedded import EmbeddedDocuments
from service.index.embedded import EmbeddedIndex
from service.ingest.intake import Intake
from service.ingest.outlets import KnownOutlet, Outlets
from service.ingest.withdrawals import Withdrawals
from service.jobs.setup import build_jobs
from service.keys import KeyRing, Scope
from service.model import Flag
from service.services import Services
from service.settings import Settings
from service.watches.setup import build_watches
from tests.api.contract_client import ContractClient
from tests.api.fakes import WordJudge

OUTLETS = Outlets(
    [
        KnownOutlet("almarfa", "صحيفة المرفأ", aliases=("المرفأ",), domains=("almarfa.example",)),
        KnownOutlet("alwaha", "الواحة", domains=("alwaha.example",)),
        KnownOutlet("shiraa", "وكالة الشراع", agency=True),
    ]
)
CLAIM = "قُتل 12 شخصاً في انهيار مبنى الميناء"
COLLAPSE = (
    "ارتفع عدد قتلى انهيار مبنى الميناء إلى 12 قتيلاً 🕊️ بعد انتشال جثتين فجر الثلاثاء.\n"
    "وقالت فرق الإنقاذ إن البحث مستمر عن ثلاثة مفقودين تحت الأنقاض."
)
SEVEN = "أسفر انهيار مبنى الميناء عن مقتل سبعة أشخاص وإصابة آخرين، بحسب الدفاع المدني في المدينة."

Call = Callable[..., Any]


@contextmanager
def open_services(directory: Path) -> Iterator[Services]:
    index, documents = EmbeddedIndex(directory), EmbeddedDocuments(directory)
    settings = Settings(data=directory)
    judge = WordJudge({"12 قتيلاً": Flag.AGREES, "سبعة أشخاص": Flag.CONFLICTS})
    fact_checks = build_fact_checks(settings, documents, judge)
    cross_referencer = CrossReferencer(index, judge, reviews=fact_checks.held)
    intake = Intake(index, OUTLETS, withdrawals=Withdrawals(documents, index))
    services = Services(
        settings=settings,
        index=index,
        documents=documents,
        keys=KeyRing(documents),
        intake=intake,
        judge=judge,
        cross_referencer=cross_referencer,
        outlets=OUTLETS,
        watches=build_watches(settings, index, documents, judge),
        jobs=build_jobs(settings, documents, cross_referencer),
        feeds=build_feeds(settings, documents, OUTLETS, intake.take),
        fact_checks=fact_checks,
    )
    yield services
    services.close()


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with open_services(tmp_path) as services:
        yield services


@pytest.fixture
def app(services: Services) -> Flask:
    return make_app(services)


@pytest.fixture
def client(app: Flask) -> ContractClient:
    return client_of(app)


def make_app(services: Services, **parts: Any) -> Flask:
    """Return an app with some parts replaced."""
    return create_app(replace(services, **parts))


def client_of(app: Flask) -> ContractClient:
    app.test_client_class = ContractClient
    client = app.test_client()
    assert isinstance(client, ContractClient)
    return client


def with_settings(services: Services, **sections: Any) -> Services:
    return replace(services, settings=replace(services.settings, **sections))


def make_key(services: Services, *scopes: Scope) -> dict[str, str]:
    """Return the headers of a new key."""
    _, text = services.keys.create("مكتب التحقق", scopes)
    return {"Authorization": f"Bearer {text}"}


def post_article(client: Any, *, wait: bool = False, **fields: Any) -> Any:
    """Post a clean text with an outlet; with `wait`, searches find it then. Return the answer."""
    body = {"text": COLLAPSE, "outlet": "صحيفة المرفأ", "published_at": "2024-03-05T12:00:00Z", **fields}
    return client.post(f"/v1/articles?wait={'true' if wait else 'false'}", json=body)
