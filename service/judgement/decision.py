"""The decision: from named features to three probabilities and one flag, by a table that a person can read.

`weights/decision.toml` holds two tables of the same form, `typed` (the comparison of facts and words alone) and
`combined` (with the scores of the entailment model). Each gives the log-odds of `agrees` and of `conflicts` against
`mentions` as a weighted sum of features (multinomial logistic), and the thresholds below which the flag stays
`mentions`. The numbers are fitted by `service/judgement/training/fit_decision.py`, which states the data and the
measured quality in the file's head.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from service.errors import JudgeUnavailable
from service.model import Flag, Scores


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


def _weigh(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    return weights.get("intercept", 0.0) + sum(weights.get(name, 0.0) * value for name, value in features.items())


def read_decision(table: str) -> Decision:
    """Read one table of the shipped weights/decision.toml. Raises `JudgeUnavailable` when it is not there."""
    text = resources.files("service.judgement").joinpath("weights", "decision.toml").read_text(encoding="utf-8")
    return parse_decision(text, table)


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
