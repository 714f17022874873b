"""The judge that asks a chat endpoint where the local judge is unsure, and is the local judge everywhere else."""

from __future__ import annotations

import logging
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from service.errors import JudgeUnavailable
from service.judgement import Judge, Judged
from service.judgement.judge import fit_evidence
from service.judgement.remote.limits import Breaker, Budget
from service.judgement.remote.question import write_data, write_messages
from service.judgement.remote.reply import Opinion, check_reply, read_reply
from service.model import Claim, Flag, JudgedText, Judgement, Relation, Scores

LOGGER = logging.getLogger("isnad")
AT_ONCE = 4
"""Questions of one claim on their way at the same time."""
_CACHED_OPINIONS = 5_000
_TOLD = ("answered", "dropped")


class Endpoint(Protocol):
    """A model that answers messages."""

    model: str

    def ask(self, messages: list[dict[str, str]], *, timeout_s: float) -> str:
        """Return what the model wrote. Raises `JudgeUnavailable` with the reason."""


@dataclass(frozen=True, slots=True)
class Terms:
    """When the endpoint is asked, and how far it is believed.

    Asked are the pairs whose local judgement is less sure than `unsure_below` (a chance, 0..1), at most `per_claim`
    of a claim, all within `timeout_s`. `trust` is the chance that its flag is right when nothing else is known.
    """

    unsure_below: float = 0.6
    per_claim: int = 8
    timeout_s: float = 20.0
    trust: float = 0.8


class RemoteJudge:
    """The local judgement, and for unsure pairs a second opinion weighed in; says in `versions` what came of it."""

    def __init__(
        self, local: Judge, endpoint: Endpoint, *, budget: Budget, breaker: Breaker | None = None, terms: Terms
    ) -> None:
        self._local, self._endpoint, self._terms = local, endpoint, terms
        self._budget, self._breaker = budget, breaker or Breaker()
        self._known: OrderedDict[str, Opinion | None] = OrderedDict()
        self._lock = Lock()

    @property
    def version(self) -> str:
        """Name and version of the local judge, and who is asked when it is unsure."""
        return f"{self._local.version}; when unsure {self._endpoint.model}"

    def judge(self, claim: Claim, passages: Sequence[JudgedText]) -> list[Judgement]:
        """Return one judgement per passage, in their order."""
        return self.judge_and_report(claim, passages).judgements

    def judge_and_report(self, claim: Claim, passages: Sequence[JudgedText]) -> Judged:
        """Judge, and say beside the local judge's version how many second opinions were had, and why not more."""
        judgements = self._local.judge(claim, passages)
        asked = choose_unsure(judgements, self._terms)
        outcomes = self._ask_all(claim, {place: passages[place] for place in asked})
        for place, outcome in outcomes.items():
            if isinstance(outcome, Opinion):
                judgements[place] = weigh_in(judgements[place], outcome, trust=self._terms.trust)
        return Judged(judgements, {"judge": self._local.version, **self._report(outcomes.values())})

    def _report(self, outcomes: Iterable[Opinion | str | None]) -> dict[str, str]:
        told = Counter("answered" if isinstance(outcome, Opinion) else outcome or "dropped" for outcome in outcomes)
        if not told:
            return {}
        counts = [f"{told[name]} {name}" for name in _TOLD if told[name]]
        counts += [
            f"{count} left to the local judge ({why})" for why, count in sorted(told.items()) if why not in _TOLD
        ]
        return {"remote": f"{self._endpoint.model}: {', '.join(counts)}"}

    def _ask_all(self, claim: Claim, passages: dict[int, JudgedText]) -> dict[int, Opinion | str | None]:
        """Return for every passage the opinion, None when the answer may not count, or why there is no answer."""
        if not passages:
            return {}
        pool = ThreadPoolExecutor(min(AT_ONCE, len(passages)), thread_name_prefix="remote-judge")
        futures = {place: pool.submit(self._ask, claim, passage) for place, passage in passages.items()}
        wait(futures.values(), timeout=self._terms.timeout_s)
        pool.shutdown(wait=False, cancel_futures=True)
        return {place: _outcome_of(future) for place, future in futures.items()}

    def _ask(self, claim: Claim, passage: JudgedText) -> Opinion | str | None:
        data = write_data(claim, passage)
        with self._lock:
            if data in self._known:
                self._known.move_to_end(data)
                return self._known[data]
        if not self._breaker.allows():
            return "resting after failures"
        if not self._budget.take():
            return "budget of the minute spent"
        try:
            content = self._endpoint.ask(write_messages(data), timeout_s=self._terms.timeout_s)
        except JudgeUnavailable as error:
            self._breaker.failed()
            LOGGER.warning("no second opinion", extra={"fields": {"model": self._endpoint.model, "reason": str(error)}})
            return str(error)
        self._breaker.succeeded()
        return self._remember(data, _opinion_of(content, claim, passage))

    def _remember(self, data: str, opinion: Opinion | None) -> Opinion | None:
        with self._lock:
            self._known[data] = opinion
            while len(self._known) > _CACHED_OPINIONS:
                self._known.popitem(last=False)
        return opinion


def _outcome_of(future: Future[Opinion | str | None]) -> Opinion | str | None:
    return future.result() if future.done() and not future.cancelled() else "timeout"


def _opinion_of(content: str, claim: Claim, passage: JudgedText) -> Opinion | None:
    reply = read_reply(content)
    return None if reply is None else check_reply(reply, claim, passage)


def choose_unsure(judgements: Sequence[Judgement], terms: Terms) -> list[int]:
    """Return the places of the pairs to ask about, the least sure first."""
    unsure = [place for place, judgement in enumerate(judgements) if judgement.confidence < terms.unsure_below]
    return sorted(unsure, key=lambda place: judgements[place].confidence)[: terms.per_claim]


def weigh_in(judgement: Judgement, opinion: Opinion, *, trust: float) -> Judgement:
    """Return the judgement after a second opinion, by Bayes' rule: the local scores are what was believed before.

    An opinion on flag f is `trust` likely when f is right and half of the rest when another flag is. The flag becomes f
    when f is then the likeliest. A conflict that the local judge shows evidence for is not talked away into agreement.
    """
    is_shown = any(found.relation is Relation.CONFLICTS for found in judgement.evidence)
    if is_shown and opinion.flag is Flag.AGREES:
        return judgement
    scores = _update(judgement.scores, opinion.flag, trust)
    chances = {flag: getattr(scores, flag) for flag in Flag}
    if chances[opinion.flag] < max(chances.values()):
        return Judgement(judgement.flag, chances[judgement.flag], scores, judgement.evidence)
    evidence = (*opinion.evidence, *judgement.evidence)
    return Judgement(opinion.flag, chances[opinion.flag], scores, fit_evidence(opinion.flag, evidence))


def _update(scores: Scores, flag: Flag, trust: float) -> Scores:
    likely = {each: getattr(scores, each) * (trust if each is flag else (1 - trust) / 2) for each in Flag}
    whole = sum(likely.values())
    return Scores(*(likely[each] / whole for each in (Flag.AGREES, Flag.CONFLICTS, Flag.MENTIONS)))
