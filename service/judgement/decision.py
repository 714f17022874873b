"""The decision: from named features to three probabilities and one flag, by a table that a person can read.

`weights/decision.toml` holds tables of the same form: `typed` (the comparison of facts and words alone), `combined`
(with the scores of the big model, and of models of others) and `combined-small`; beside each combined one stand a
table for passages that a search brought up (`combined-searched`), among which other occasions abound, and one for those
that somebody chose without naming their day (`combined-undated`), where wording has to decide. Each gives the log-odds
of `agrees` and of `conflicts` against `mentions` as a weighted sum of features (multinomial logistic), and the
thresholds below which the flag stays `mentions`. The numbers are fitted by `service/judgement/training`
(`fit_decision`, `fit_combined`), which states the data and the measured quality above each table.
"""

from __future__ import annotations

import math
import textwrap
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from service.errors import JudgeUnavailable
from service.model import Flag, JudgedText, Scores

_RULE = "# ---\n"
_HEAD = """# How the judges decide: the log-odds of `agrees` and of `conflicts` against `mentions` for each unit of a
# feature (see service/judgement/features.py), and the probability from which each flag is given.
# Written by service/judgement/training/fit_decision.py.
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """One fitted table. `agrees` and `conflicts` map feature names (and `intercept`) to log-odds per unit."""

    version: str
    agrees: Mapping[str, float]
    conflicts: Mapping[str, float]
    agrees_from: float
    conflicts_from: float

    def score(self, features: Mapping[str, float]) -> Scores:
        """Return the calibrated probabilities of the three flags; a feature that the table lacks counts nothing."""
        agrees, conflicts = _weigh(self.agrees, features), _weigh(self.conflicts, features)
        top = max(agrees, conflicts, 0.0)
        parts = [math.exp(agrees - top), math.exp(conflicts - top), math.exp(-top)]
        total = sum(parts)
        return Scores(agrees=parts[0] / total, conflicts=parts[1] / total, mentions=parts[2] / total)

    def choose(self, scores: Scores, *, visible_conflict: bool, firm_conflict: bool) -> Flag:
        """Choose the flag; in doubt it is `mentions`.

        `visible_conflict`: some evidence lets a person see the conflict; without it there is none. `firm_conflict`: a
        typed contradiction about the same thing, which no score may turn into agreement.
        """
        if visible_conflict and scores.conflicts >= self.conflicts_from and scores.conflicts >= scores.agrees:
            return Flag.CONFLICTS
        if not firm_conflict and scores.agrees >= self.agrees_from and scores.agrees >= scores.conflicts:
            return Flag.AGREES
        return Flag.MENTIONS


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one model: for passages that somebody chose, for searched ones, for those without a day."""

    given: Decision
    searched: Decision
    undated: Decision

    def choose(self, passage: JudgedText) -> Decision:
        """Return the table that decides over a passage."""
        if passage.is_searched:
            return self.searched
        return self.given if passage.published else self.undated


def _weigh(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    return weights.get("intercept", 0.0) + sum(weights.get(name, 0.0) * value for name, value in features.items())


def read_decision(table: str, *, otherwise: str = "") -> Decision:
    """Read one table of the shipped weights/decision.toml, or the table `otherwise` when there is none of that name.

    Raises `JudgeUnavailable` when neither is there.
    """
    path = resources.files("service.judgement").joinpath("weights", "decision.toml")
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise JudgeUnavailable(f"the decision table {table!r} is not there: {error}") from error
    return parse_decision(text, table if not otherwise or table in tomllib.loads(text) else otherwise)


def read_tables(model: str = "") -> Tables:
    """Return the tables of a shipped model, those of the big one for any other.

    Raises `JudgeUnavailable` when one of them is not there.
    """
    own = f"combined-{model}"
    return Tables(
        given=read_decision(own, otherwise="combined"),
        searched=read_decision(f"{own}-searched", otherwise="combined-searched"),
        undated=read_decision(f"{own}-undated", otherwise="combined-undated"),
    )


def parse_decision(text: str, table: str) -> Decision:
    """Read one table of a decision file. Raises `JudgeUnavailable` naming what is missing or not a number."""
    try:
        return _decision_of(tomllib.loads(text)[table])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise JudgeUnavailable(f"the decision table {table!r} cannot be read: {error!r}") from error


def _decision_of(fields: dict[str, Any]) -> Decision:
    return Decision(
        version=str(fields["version"]),
        agrees={name: float(value) for name, value in fields["agrees"].items()},
        conflicts={name: float(value) for name, value in fields["conflicts"].items()},
        agrees_from=float(fields["agrees_from"]),
        conflicts_from=float(fields["conflicts_from"]),
    )


def write_decision(path: Path, table: str, decision: Decision, *, note: str) -> None:
    """Put one table into a decision file, with `note` above it; the other tables stay as they are."""
    blocks = _read_blocks(path)
    blocks[table] = _write_block(table, decision, note)
    path.write_text(_HEAD + "\n" + "\n".join(blocks[name] for name in sorted(blocks)), encoding="utf-8")


def _read_blocks(path: Path) -> dict[str, str]:
    """Return the text of each table with its notes, by name."""
    if not path.exists():
        return {}
    blocks = path.read_text(encoding="utf-8").split(_RULE)[1:]
    return {next(iter(tomllib.loads(block))): _RULE + block.rstrip("\n") + "\n" for block in blocks}


def _write_block(table: str, decision: Decision, note: str) -> str:
    lines = [_RULE.strip(), *(f"# {line}" for line in textwrap.wrap(note, 117)), f"[{table}]"]
    lines += [f'version = "{decision.version}"', f"agrees_from = {decision.agrees_from}"]
    lines += [f"conflicts_from = {decision.conflicts_from}"]
    for side, weights in (("agrees", decision.agrees), ("conflicts", decision.conflicts)):
        lines += ["", f"[{table}.{side}]"]
        lines += [f"{name} = {value}" for name, value in sorted(weights.items())]
    return "\n".join(lines) + "\n"
