"""Measure a judge on labelled rows: read the rows, judge them claim by claim, count, and say it as text.

Pure functions over a `Judge`; the caller passes in how a claim is read, so that nothing here depends on the layer
above. One row is one JSON object on a line:
{"claim", "passage", "label": "agrees|conflicts|mentions", "published_at"?, "title"?, "context"?, "type"?, "lang"?}.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from service.errors import InvalidInput
from service.judgement import Judge
from service.judgement.calibration import ReliabilityBin, bin_reliability, expected_calibration_error
from service.model import Claim, Flag, JudgedText, Judgement

ReadClaim = Callable[[str], Claim]
RECALL_POINT = 0.70
"""The recall at which conflict precision is compared between judges (issue 4)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled pair. `type` is the kind of conflict (number, date, …), "" when the row states none."""

    claim: str
    passage: JudgedText
    label: Flag
    type: str = ""
    language: str = "ar"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row with what the judge said."""

    row: Row
    judgement: Judgement

    @property
    def is_right(self) -> bool:
        """Tell whether the flag equals the label."""
        return self.judgement.flag is self.row.label


@dataclass(frozen=True, slots=True)
class FlagScore:
    """Precision, recall and F1 of one flag; `support` rows carry the label, `flagged` got the flag."""

    precision: float
    recall: float
    f1: float
    support: int
    flagged: int


@dataclass(frozen=True, slots=True)
class TypeScore:
    """Rows of one label and type: how many there are and how many got the right flag."""

    label: Flag
    type: str
    total: int
    right: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that is counted of one run. `outcomes` are in the order of the rows."""

    outcomes: tuple[Outcome, ...]
    accuracy: float
    macro_f1: float
    flags: dict[Flag, FlagScore]
    types: tuple[TypeScore, ...]
    precision_at_recall: float
    calibration_error: float
    reliability: tuple[ReliabilityBin, ...]

    @property
    def wrong(self) -> tuple[Outcome, ...]:
        """The rows whose flag is not the label."""
        return tuple(outcome for outcome in self.outcomes if not outcome.is_right)


# --- reading -------------------------------------------------------------------------------------------------------


def read_rows(lines: Iterable[str]) -> list[Row]:
    """Read labelled rows from JSON lines, empty lines skipped. Raises `InvalidInput` with the line and the field."""
    return [_read_row(line, number) for number, line in enumerate(lines, start=1) if line.strip()]


def _read_row(line: str, number: int) -> Row:
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        raise InvalidInput(f"line {number} is not JSON: {error}", pointer=f"/{number}") from error
    if not isinstance(fields, dict):
        raise InvalidInput(f"line {number} is not an object", pointer=f"/{number}")
    passage = JudgedText(
        _text(fields, "passage", number),
        published=_day(fields, number),
        title=_text(fields, "title", number, required=False),
        context=_text(fields, "context", number, required=False),
    )
    return Row(
        claim=_text(fields, "claim", number),
        passage=passage,
        label=_label(fields, number),
        type=_text(fields, "type", number, required=False),
        language=_text(fields, "lang", number, required=False) or "ar",
    )


def _text(fields: dict[str, Any], name: str, number: int, *, required: bool = True) -> str:
    value = fields.get(name)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value.strip()):
        raise InvalidInput(f"line {number}: {name} must be a text", pointer=f"/{number}/{name}")
    return value


def _label(fields: dict[str, Any], number: int) -> Flag:
    try:
        return Flag(str(fields.get("label")))
    except ValueError as error:
        message = f"line {number}: label must be one of {', '.join(Flag)}"
        raise InvalidInput(message, pointer=f"/{number}/label") from error


def _day(fields: dict[str, Any], number: int) -> date | None:
    given = _text(fields, "published_at", number, required=False)
    if not given:
        return None
    try:
        return datetime.fromisoformat(given).date()
    except ValueError as error:
        message = f"line {number}: published_at must be an ISO date"
        raise InvalidInput(message, pointer=f"/{number}/published_at") from error


# --- judging and counting ------------------------------------------------------------------------------------------


def evaluate(rows: Sequence[Row], judge: Judge, *, read_claim: ReadClaim) -> Evaluation:
    """Judge every row, one batch per claim, and count."""
    by_claim: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        by_claim[row.claim].append(place)
    judgements: dict[int, Judgement] = {}
    for text, places in by_claim.items():
        judged = judge.judge(read_claim(text), [rows[place].passage for place in places])
        judgements.update(zip(places, judged, strict=True))
    return count_outcomes([Outcome(row, judgements[place]) for place, row in enumerate(rows)])


def count_outcomes(outcomes: Sequence[Outcome]) -> Evaluation:
    """Count a judge's outcomes; macro-F1 is the plain mean over the three flags."""
    flags = {flag: _score_flag(outcomes, flag) for flag in Flag}
    reliability = bin_reliability((outcome.judgement.confidence, outcome.is_right) for outcome in outcomes)
    return Evaluation(
        outcomes=tuple(outcomes),
        accuracy=_ratio(sum(outcome.is_right for outcome in outcomes), len(outcomes)),
        macro_f1=sum(score.f1 for score in flags.values()) / len(flags),
        flags=flags,
        types=_score_types(outcomes),
        precision_at_recall=conflict_precision_at(outcomes, RECALL_POINT),
        calibration_error=expected_calibration_error(reliability),
        reliability=reliability,
    )


def conflict_precision_at(outcomes: Sequence[Outcome], recall: float) -> float:
    """Return the precision of the rows with the highest conflict scores, taken until `recall` is reached.

    Rows of equal score are taken together, so that their order cannot flatter the number. 0 without conflict rows.
    """
    wanted = sum(outcome.row.label is Flag.CONFLICTS for outcome in outcomes)
    by_score: dict[float, list[bool]] = defaultdict(list)
    for outcome in outcomes:
        by_score[outcome.judgement.scores.conflicts].append(outcome.row.label is Flag.CONFLICTS)
    taken = found = 0
    for score in sorted(by_score, reverse=True):
        taken += len(by_score[score])
        found += sum(by_score[score])
        if wanted and found >= recall * wanted:
            return found / taken
    return 0.0


def _score_flag(outcomes: Sequence[Outcome], flag: Flag) -> FlagScore:
    flagged = sum(outcome.judgement.flag is flag for outcome in outcomes)
    support = sum(outcome.row.label is flag for outcome in outcomes)
    right = sum(outcome.is_right and outcome.row.label is flag for outcome in outcomes)
    return FlagScore(
        precision=_ratio(right, flagged),
        recall=_ratio(right, support),
        f1=_ratio(2 * right, flagged + support),
        support=support,
        flagged=flagged,
    )


def _score_types(outcomes: Sequence[Outcome]) -> tuple[TypeScore, ...]:
    groups: dict[tuple[Flag, str], list[bool]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.row.label, outcome.row.type].append(outcome.is_right)
    return tuple(TypeScore(label, kind, len(right), sum(right)) for (label, kind), right in sorted(groups.items()))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


# --- saying it -----------------------------------------------------------------------------------------------------


def report(evaluation: Evaluation, *, wrong: int = 0) -> str:
    """Say an evaluation as text: totals, per flag, per type, reliability, and the first `wrong` wrong rows."""
    parts = [_say_totals(evaluation), _say_flags(evaluation), _say_types(evaluation), _say_reliability(evaluation)]
    if wrong:
        parts.append("\n\n".join(_say_wrong(outcome) for outcome in evaluation.wrong[:wrong]))
    return "\n\n".join(parts)


def _say_totals(evaluation: Evaluation) -> str:
    return (
        f"rows {len(evaluation.outcomes)}  accuracy {evaluation.accuracy:.3f}  macro-F1 {evaluation.macro_f1:.3f}\n"
        f"precision of flagged conflicts {evaluation.flags[Flag.CONFLICTS].precision:.3f}  "
        f"conflict precision at recall {RECALL_POINT:.2f} {evaluation.precision_at_recall:.3f}  "
        f"calibration error {evaluation.calibration_error:.3f}"
    )


def _say_flags(evaluation: Evaluation) -> str:
    lines = [f"{'flag':<12}{'precision':>10}{'recall':>10}{'F1':>10}{'rows':>8}{'flagged':>9}"]
    lines += [
        f"{flag:<12}{score.precision:>10.3f}{score.recall:>10.3f}{score.f1:>10.3f}{score.support:>8}{score.flagged:>9}"
        for flag, score in evaluation.flags.items()
    ]
    return "\n".join(lines)


def _say_types(evaluation: Evaluation) -> str:
    lines = [f"{'label':<12}{'type':<14}{'right':>8}{'of':>8}{'share':>8}"]
    lines += [
        f"{score.label:<12}{score.type or '-':<14}{score.right:>8}{score.total:>8}{score.right / score.total:>8.2f}"
        for score in evaluation.types
    ]
    return "\n".join(lines)


def _say_reliability(evaluation: Evaluation) -> str:
    lines = [f"{'confidence':<14}{'rows':>8}{'promised':>10}{'kept':>8}"]
    lines += [
        f"{row.low:.1f} to {row.high:.1f}    {row.count:>8}{row.confidence:>10.3f}{row.accuracy:>8.3f}"
        for row in evaluation.reliability
    ]
    return "\n".join(lines)


def _say_wrong(outcome: Outcome) -> str:
    row, judgement = outcome.row, outcome.judgement
    lines = [
        f"{row.label} {row.type or '-'} → {judgement.flag} ({judgement.confidence:.2f})",
        f"  claim:   {row.claim}",
        f"  passage: {row.passage.text}",
    ]
    lines += [f"  {found.relation}: {found.note.ar}" for found in judgement.evidence]
    return "\n".join(lines)
