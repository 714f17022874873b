"""What the timeline costs of an answer: its share of the time of the sample claims, in one run.

python -m tests.benchmarks.timeline [--model typed|small|big]
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from importlib.resources import files
from pathlib import Path

from service.claims.crossref import CrossReferencer
from service.claims.read import read_claim
from service.claims.timeline import write_timeline
from service.model import Claim, Filters
from service.services import Services
from service.settings import JudgeSettings, Settings
from service.wiring import build_services
from tests.quality.sample import name_articles


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="big")
    model = parser.parse_args().model
    with tempfile.TemporaryDirectory() as directory:
        services = build_services(Settings(data=Path(directory), judge=JudgeSettings(model=model)))
        try:
            name_articles(services)
            measure(services, model)
        finally:
            services.close()


def measure(services: Services, model: str) -> None:
    claims = [
        read_claim(each["claim"])
        for each in json.loads(files("service.sample").joinpath("claims.json").read_text("utf-8"))
    ]
    referencer = services.cross_referencer
    assert isinstance(referencer, CrossReferencer)
    referencer.answer(claims[0], Filters(), 100)  # loads the model
    answers, timelines = 0.0, 0.0
    for claim in claims:
        answer_s, timeline_s = time_one(services, claim)
        answers += answer_s
        timelines += timeline_s
    print(f"{model}: {len(claims)} claims, the timeline is {timelines / (answers + timelines):.3f} of an answer's time")


def time_one(services: Services, claim: Claim) -> tuple[float, float]:
    """Return the seconds of an answer without its timeline, and of the timeline of its matches."""
    begun = time.perf_counter()
    found = services.cross_referencer.answer(claim, Filters(), 100)
    answered = time.perf_counter()
    write_timeline(claim, [match for outlet in found.outlets for match in outlet.matches], services.index)
    return answered - begun, time.perf_counter() - answered


if __name__ == "__main__":
    main()
