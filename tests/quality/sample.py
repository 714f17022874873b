"""The sample claims through the whole service: files in, claims answered, flags compared article by article."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from service.claims.read import read_claim
from service.model import CrossReference, Filters, Flag
from service.sample import load_sample
from service.services import Services
from service.settings import JudgeSettings, Settings
from service.wiring import build_services
from tests.quality.clusters import strongest_by_article

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Answered:
    """A sample claim with its answer; `said` names every article that came back, by the name in claims.json."""

    expected: dict[str, Any]
    answer: CrossReference
    said: dict[str, Flag]

    def label(self, article: str) -> str:
        """Return the flag that an article should get, OTHER where opinions may differ."""
        if article in self.expected.get("unsure", ()):
            return OTHER
        sides = (flag for flag in (Flag.AGREES, Flag.CONFLICTS) if article in self.expected.get(flag, ()))
        return next(sides, Flag.MENTIONS)


@dataclass(frozen=True, slots=True)
class SampleScore:
    """`found` of `wanted` sides got their flag; `wrong_sides` were given to articles that do not take that side."""

    claims: int
    verdicts: int
    wanted: int
    found: int
    sides: int
    wrong_sides: int
    wrong: tuple[str, ...]


def answer_sample(directory: Path, *, model: str = "big") -> list[Answered]:
    """Load the sample and answer every claim of claims.json."""
    services = build_services(Settings(data=directory, judge=JudgeSettings(model=model)))
    try:
        names = name_articles(services)
        expected = json.loads(files("service.sample").joinpath("claims.json").read_text("utf-8"))
        return [answer(services, each, names) for each in expected]
    finally:
        services.close()


def name_articles(services: Services) -> dict[str, str]:
    """Take the articles in; return their names in claims.json: the id, or which part of the scraped page it is."""
    heads = [taken.stored.head for taken in load_sample(services)]
    page = next(head.id.partition("~")[0] for head in heads if head.role == "split_off")
    parts = {head.id: "glued" if head.role == "split_off" else "page" for head in heads if head.id.startswith(page)}
    return {head.id: parts.get(head.id, head.id) for head in heads}


def answer(services: Services, expected: dict[str, Any], names: dict[str, str]) -> Answered:
    """Answer one claim."""
    found = services.cross_referencer.answer(read_claim(expected["claim"]), Filters(), 100)
    said = {names[article]: judgement.flag for article, judgement in strongest_by_article(found).items()}
    return Answered(expected, found, said)


def score(answered: list[Answered]) -> SampleScore:
    """Count verdicts and sides."""
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for one in answered:
        verdict = one.expected["verdict"]
        counts["verdicts"] += one.answer.verdict == verdict
        if one.answer.verdict != verdict:
            wrong.append(f"{one.expected['claim']}: {verdict} → {one.answer.verdict}")
        for flag in (Flag.AGREES, Flag.CONFLICTS):
            named = one.expected.get(flag, [])
            counts["wanted"] += len(named)
            counts["found"] += sum(one.said.get(article) is flag for article in named)
            wrong += [f"  {name}: {flag} → {one.said.get(name)}" for name in named if one.said.get(name) is not flag]
        for name, flag in one.said.items():
            if flag is not Flag.MENTIONS and one.label(name) != OTHER:
                counts["sides"] += 1
                counts["wrong sides"] += one.label(name) != flag
                if one.label(name) != flag:
                    wrong.append(f"  {one.expected['claim'][:40]} {name}: {one.label(name)} → {flag}")
    return SampleScore(
        claims=len(answered),
        verdicts=counts["verdicts"],
        wanted=counts["wanted"],
        found=counts["found"],
        sides=counts["sides"],
        wrong_sides=counts["wrong sides"],
        wrong=tuple(wrong),
    )
