"""`isnad evaluate`: the judge measured on labelled rows."""

from __future__ import annotations

import gzip
import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

import click

from service.api.responses import encode
from service.claims.read import read_claim
from service.cli.options import read_settings, settings_options
from service.errors import InvalidInput
from service.judgement.evaluate import Evaluation, Outcome, read_rows, report
from service.judgement.evaluate import evaluate as measure
from service.wiring import build_judge


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--wrong", type=click.IntRange(0), default=0, metavar="N", help="Show the first N wrong rows.")
@click.option("--json", "as_json", is_flag=True, help="The numbers as JSON, the wrong rows asked for among them.")
@settings_options
def evaluate(file: Path, wrong: int, as_json: bool, data: Path | None, config: Path | None) -> None:
    """Measure the judge on the labelled rows of FILE (- for standard input; .gz is unpacked).

    One JSON object a line: {"claim", "passage", "label": "agrees|conflicts|mentions", "published_at"?, "title"?,
    "context"?, "type"?}.
    """
    settings = read_settings(data, config)
    with opened_text(file) as lines:
        rows = read_rows(_numbered(lines, file))
    if not rows:
        raise InvalidInput(f"{file}: there are no rows")
    evaluation = measure(rows, build_judge(settings), read_claim=read_claim)
    click.echo(encode(evaluation_json(evaluation, wrong=wrong)) if as_json else report(evaluation, wrong=wrong))


@contextmanager
def opened_text(file: Path) -> Iterator[TextIO]:
    """Open a file, or standard input for -, as UTF-8."""
    if str(file) == "-":
        yield io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8")
    elif file.suffix == ".gz":
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            yield lines
    else:
        with file.open(encoding="utf-8-sig") as lines:
            yield lines


def evaluation_json(evaluation: Evaluation, *, wrong: int) -> dict[str, Any]:
    """Return the numbers and the first `wrong` wrong rows."""
    return {
        "rows": len(evaluation.outcomes),
        "accuracy": evaluation.accuracy,
        "macro_f1": evaluation.macro_f1,
        "flags": {flag: asdict(score) for flag, score in evaluation.flags.items()},
        "types": [asdict(score) for score in evaluation.types],
        "conflict_precision_at_recall": evaluation.precision_at_recall,
        "calibration_error": evaluation.calibration_error,
        "reliability": [asdict(row) for row in evaluation.reliability],
        "wrong": [_outcome_json(outcome) for outcome in evaluation.wrong[:wrong]],
    }


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "claim": outcome.row.claim,
        "passage": outcome.row.passage.text,
        "label": outcome.row.label,
        "type": outcome.row.type,
        "flag": outcome.judgement.flag,
        "confidence": outcome.judgement.confidence,
        "notes": [asdict(evidence.note) for evidence in outcome.judgement.evidence],
    }


def _numbered(lines: Iterable[str], file: Path) -> Iterator[str]:
    try:
        yield from lines
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{file}: not UTF-8: {error.reason} at byte {error.start}") from error
