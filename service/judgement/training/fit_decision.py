"""Fit a decision table: labelled pairs in, readable coefficients and thresholds out.

    python -m service.judgement.training.fit_decision typed ROWS.jsonl… [--out decision.toml]
    python -m service.judgement.training.fit_decision combined ROWS.jsonl… --scores SCORES.jsonl [--out decision.toml]

ROWS are lines as `isnad evaluate` reads them. SCORES has one line for each row, in the same order: {"agrees",
"conflicts", "mentions"}, the entailment model's probabilities; they must come from a model that has not seen the rows.

1. Every row becomes features (`service.judgement.features`).
2. A multinomial logistic regression against `mentions` is fitted, with signs held where a person expects them: nothing
   that conflicts may speak for agreement, coverage speaks for neither less. Its penalty is the one with the best log
   loss over folds in which no passage stands on both sides, dealt several times.
3. The thresholds are chosen on the same folds' predictions: the best macro-F1 among those that keep the asked
   precision of flagged conflicts.
4. The table replaces its namesake in the file; the numbers measured over the folds stand above it.
"""

from __future__ import annotations

import json
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from service.arabic.facts import read_facts
from service.arabic.language import detect_language
from service.judgement.decision import Decision, read_decision, write_decision
from service.judgement.evaluate import Row, read_rows
from service.judgement.features import combined_features, comparison_features
from service.judgement.judge import compare_passage, is_for_model
from service.judgement.training.counting import group_folds, log_loss, macro_f1, precision_of, recall_of
from service.model import Claim, Flag, Scores

FLAGS = (Flag.AGREES, Flag.CONFLICTS, Flag.MENTIONS)
CONFLICTS = FLAGS.index(Flag.CONFLICTS)
DEALS = 8
"""Ways to deal the rows to folds: with one alone, a threshold moves by .06 from deal to deal."""
PENALTIES = (1e-5, 1e-4, 3e-4, 1e-3, 3e-3)
CUTS = np.round(np.arange(0.34, 0.9, 0.02), 2)
WEIGHTS = Path(__file__).parent.parent / "weights" / "decision.toml"
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows as a matrix: one line per row, one column per feature; labels index FLAGS; a group is one passage.

    `parts` names the set that each row is of, when the numbers of each are wanted.
    """

    names: tuple[str, ...]
    values: Matrix
    labels: NDArray[np.int64]
    groups: NDArray[np.int64]
    may_conflict: NDArray[np.bool_]
    parts: tuple[str, ...] = ()

    def keep(self, names: Container[str]) -> Sample:
        """Return the same rows with these features alone."""
        kept = [place for place, name in enumerate(self.names) if name in names]
        return replace(self, names=tuple(self.names[place] for place in kept), values=self.values[:, kept])

    def repeat(self, times: int) -> Sample:
        """Return the rows several times over."""
        return replace(
            self,
            values=np.tile(self.values, (times, 1)),
            labels=np.tile(self.labels, times),
            groups=np.tile(self.groups, times),
            may_conflict=np.tile(self.may_conflict, times),
            parts=self.parts * times,
        )


def read_sample(rows: Sequence[Row], scores: Sequence[Scores] | None) -> Sample:
    """Compare every row and lay its features out."""
    typed = read_decision("typed") if scores is not None else None
    claims = {row.claim: read_claim(row.claim) for row in rows}
    lines: list[dict[str, float]] = []
    visible: list[bool] = []
    for place, row in enumerate(rows):
        comparison = compare_passage(claims[row.claim], row.passage)
        found = comparison_features(comparison)
        if typed is not None and scores is not None:
            seen = scores[place] if is_for_model(comparison, row.passage) else None
            lines.append(combined_features(found, seen, typed))
        else:
            lines.append(found)
        visible.append(typed is not None or found["has_conflict"] > 0)
    names = tuple(sorted(lines[0]))
    passages = {text: number for number, text in enumerate(dict.fromkeys(row.passage.text for row in rows))}
    return Sample(
        names=names,
        values=np.array([[line[name] for name in names] for line in lines]),
        labels=np.array([FLAGS.index(row.label) for row in rows]),
        groups=np.array([passages[row.passage.text] for row in rows]),
        may_conflict=np.array(visible),
    )


def read_claim(text: str) -> Claim:
    """Read a claim as the service does, without a date of its own."""
    return Claim(text=text, language=detect_language(text), facts=read_facts(text))


def predict_over_folds(sample: Sample, penalty: float, *, folds: int = 5, deal: int = 0) -> Matrix:
    """Return out-of-fold probabilities in the order of FLAGS; every `deal` deals the groups to the folds anew."""
    predicted = np.zeros((len(sample.labels), len(FLAGS)))
    for train, test in group_folds(sample.groups, folds=folds, deal=deal):
        weights = fit_weights(sample, penalty, rows=train)
        predicted[test] = softmax(sample.values[test], weights)
    return predicted


def fit_weights(sample: Sample, penalty: float, *, rows: NDArray[np.int64]) -> Matrix:
    """Return the log-odds of agrees and of conflicts (two lines, the intercept first) fitted on some rows.

    Minimises the log loss plus the squared weights times `penalty`, within the bounds of `sign_of`.
    """
    from scipy.optimize import minimize  # of the training extra; the rest of the module does without

    values, labels = sample.values[rows], sample.labels[rows]
    wanted = np.eye(len(FLAGS))[labels]
    width = values.shape[1] + 1
    shrunk = np.ones((2, width))
    shrunk[:, 0] = 0

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        weights = flat.reshape(2, width)
        chances = softmax(values, weights)
        error = (chances - wanted)[:, :2].T / len(labels)
        slope = np.hstack([error.sum(axis=1, keepdims=True), error @ values]) + 2 * penalty * shrunk * weights
        likely = np.log(np.maximum((chances * wanted).sum(axis=1), 1e-12)).mean()
        return float(-likely + penalty * (shrunk * weights**2).sum()), slope.ravel()

    bounds = [_BOUNDS[sign_of(name, flag)] for flag in FLAGS[:2] for name in ("intercept", *sample.names)]
    return np.asarray(minimize(loss, np.zeros(2 * width), jac=True, method="L-BFGS-B", bounds=bounds).x).reshape(
        2, width
    )


_BOUNDS = {-1: (None, 0.0), 0: (None, None), 1: (0.0, None)}


def sign_of(name: str, flag: Flag) -> int:
    """Return the sign that a weight must have: 1, -1, or 0 when the data may decide."""
    if name.startswith(("missing", "published_before")):
        return -1
    if name.endswith("coverage"):
        return 1
    for side in (Flag.AGREES, Flag.CONFLICTS):
        if name.endswith(f"_{side}"):
            denies = side is Flag.CONFLICTS or name.startswith(("neural", "surely", "typed"))
            return 1 if flag is side else -1 if denies else 0
    return 0


def softmax(values: Matrix, weights: Matrix) -> Matrix:
    """Return the probabilities in the order of FLAGS; `mentions` has the log-odds 0."""
    odds = np.hstack([values @ weights[:, 1:].T + weights[:, 0], np.zeros((len(values), 1))])
    grown = np.exp(odds - odds.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))


def choose(predicted: Matrix, sample: Sample, agrees_from: float, conflicts_from: float) -> NDArray[np.int64]:
    """Flag as `Decision.choose` does, for all rows at once."""
    agrees, conflicts = predicted[:, 0], predicted[:, 1]
    flags = np.full(len(predicted), 2)
    flags[(agrees >= agrees_from) & (agrees >= conflicts)] = 0
    flags[sample.may_conflict & (conflicts >= conflicts_from) & (conflicts >= agrees)] = 1
    return flags


def choose_thresholds(predicted: Matrix, sample: Sample, *, precision: float) -> tuple[float, float]:
    """Return (agrees_from, conflicts_from) with the best macro-F1 that keeps the asked conflict precision.

    When none keeps it, the most precise pair is returned.
    """
    best, chosen = (-1.0, -1.0), (0.5, 0.9)
    for agrees_from in CUTS:
        for conflicts_from in CUTS:
            flags = choose(predicted, sample, agrees_from, conflicts_from)
            kept = precision_of(sample.labels, flags, CONFLICTS)
            rank = (min(kept, precision), macro_f1(sample.labels, flags))
            if rank > best:
                best, chosen = rank, (float(agrees_from), float(conflicts_from))
    return chosen


def fit(sample: Sample, *, version: str, precision: float) -> tuple[Decision, str]:
    """Fit the table; return it with a line of numbers measured over the folds of all deals."""
    tried = {c: np.vstack([predict_over_folds(sample, c, deal=deal) for deal in range(DEALS)]) for c in PENALTIES}
    dealt = sample.repeat(DEALS)
    losses = {c: log_loss(dealt.labels, predicted) for c, predicted in tried.items()}
    penalty = min(losses, key=lambda c: losses[c])
    agrees_from, conflicts_from = choose_thresholds(tried[penalty], dealt, precision=precision)
    weights = fit_weights(sample, penalty, rows=np.arange(len(sample.labels)))
    decision = Decision(
        version=version,
        agrees=_name_weights(sample, weights[0]),
        conflicts=_name_weights(sample, weights[1]),
        agrees_from=agrees_from,
        conflicts_from=conflicts_from,
    )
    flags = choose(tried[penalty], dealt, agrees_from, conflicts_from)
    return decision, f"{len(sample.labels)} rows, {_measure(dealt, flags)}, log loss {losses[penalty]:.3f}, C {penalty}"


def _name_weights(sample: Sample, weights: Matrix) -> dict[str, float]:
    return {name: round(float(weight), 3) for name, weight in zip(("intercept", *sample.names), weights, strict=True)}


def _measure(sample: Sample, flags: NDArray[np.int64]) -> str:
    parts = np.array(sample.parts)
    each = [f"{name}: {_count(sample.labels[parts == name], flags[parts == name])}" for name in dict.fromkeys(parts)]
    return "; ".join([f"out of fold: {_count(sample.labels, flags)}", *each])


def _count(labels: NDArray[np.int64], flags: NDArray[np.int64]) -> str:
    return (
        f"macro-F1 {macro_f1(labels, flags):.3f}, accuracy {np.mean(labels == flags):.3f}, "
        f"conflict precision {precision_of(labels, flags, CONFLICTS):.3f}, "
        f"recall {recall_of(labels, flags, CONFLICTS):.3f}"
    )


def read_scores(path: Path) -> list[Scores]:
    """Read one line of model probabilities per row."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Scores(**{flag: float(json.loads(line)[flag]) for flag in FLAGS}) for line in lines if line.strip()]


@click.command()
@click.argument("table", type=click.Choice(["typed", "combined", "combined-small"]))
@click.argument("rows", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--scores", type=click.Path(exists=True, path_type=Path), help="The model's scores, a line for each row.")
@click.option("--out", type=click.Path(path_type=Path), default=WEIGHTS, show_default=True)
@click.option("--precision", default=0.8, show_default=True, help="Precision that flagged conflicts must keep.")
@click.option("--version", default="1", show_default=True)
def main(table: str, rows: tuple[Path, ...], scores: Path | None, out: Path, precision: float, version: str) -> None:
    """Fit TABLE on the labelled ROWS and write it to the decision file."""
    if table.startswith("combined") is not (scores is not None):
        raise click.UsageError("combined needs --scores, typed takes none")
    labelled = [row for path in rows for row in read_rows(path.read_text(encoding="utf-8").splitlines())]
    sample = read_sample(labelled, read_scores(scores) if scores else None)
    decision, numbers = fit(sample, version=version, precision=precision)
    write_decision(out, table, decision, note=f"Fitted on {', '.join(path.name for path in rows)}: {numbers}")
    click.echo(numbers)


if __name__ == "__main__":
    main()
