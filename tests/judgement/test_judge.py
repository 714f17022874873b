from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from service.arabic.facts import read_facts
from service.arabic.language import detect_language
from service.judgement.decision import Tables, parse_decision
from service.judgement.judge import CombinedJudge, ScoredPairs, TypedJudge
from service.model import Claim, Evidence, Flag, JudgedText, Relation, Scores

AGREES, CONFLICTS, MENTIONS = Scores(0.9, 0.05, 0.05), Scores(0.05, 0.9, 0.05), Scores(0.05, 0.05, 0.9)
TRUSTING = parse_decision(
    """
    [combined]
    version = "test"
    agrees_from = 0.5
    conflicts_from = 0.5
    [combined.agrees]
    neural_agrees = 1.0
    [combined.conflicts]
    neural_conflicts = 1.0
    """,
    "combined",
)
ALIKE = Tables(given=TRUSTING, searched=TRUSTING, undated=TRUSTING)


class FakeScorer:
    """Gives every pair the same scores and remembers the batches it was asked."""

    version = "fake 1"

    def __init__(self, scores: Scores) -> None:
        self.scores = scores
        self.batches: list[list[tuple[str, str]]] = []

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[Scores]:
        self.batches.append(list(pairs))
        return [self.scores] * len(pairs)


def read(text: str, as_of: date | None = None) -> Claim:
    return Claim(text, detect_language(text), read_facts(text, reference=as_of), as_of)


def assert_spans_hold(claim: Claim, passage: JudgedText, evidence: Sequence[Evidence]) -> None:
    for found in evidence:
        assert 0 <= found.claim_span.start < found.claim_span.end <= len(claim.text)
        assert 0 <= found.passage_span.start < found.passage_span.end <= len(passage.text)


# --- typed ---------------------------------------------------------------------------------------------------------

TYPED = [
    ("رفض البرلمان مشروع قانون الصيد البحري", "صادق البرلمان على مشروع قانون الصيد البحري.", Flag.CONFLICTS),
    ("قتل 12 شخصا في حريق مصنع النسيج بالسويس", "لقي 17 شخصا مصرعهم في حريق مصنع النسيج بالسويس.", Flag.CONFLICTS),
    ("قتل 12 شخصا في حريق مصنع النسيج بالسويس", "لقي 12 شخصا مصرعهم في حريق مصنع النسيج بالسويس.", Flag.AGREES),
    ("قتل 12 شخصا في حريق مصنع النسيج بالسويس", "افتتح الوزير معرض الكتاب في الرباط بحضور 17 ناشرا.", Flag.MENTIONS),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "passage", "flag"), TYPED)
def test_typed_judge(claim: str, passage: str, flag: Flag) -> None:
    read_one, text = read(claim), JudgedText(passage, published=date(2024, 5, 1))
    (judgement,) = TypedJudge().judge(read_one, [text])
    assert judgement.flag is flag
    assert judgement.scores.agrees + judgement.scores.conflicts + judgement.scores.mentions == pytest.approx(1)
    assert judgement.confidence == pytest.approx(getattr(judgement.scores, flag))
    assert_spans_hold(read_one, text, judgement.evidence)
    if flag is not Flag.CONFLICTS:
        assert all(found.relation is not Relation.CONFLICTS for found in judgement.evidence)


def test_typed_judge_keeps_the_order_of_the_passages() -> None:
    claim = read(TYPED[1][0])
    passages = [JudgedText(text) for text in (TYPED[3][1], TYPED[1][1], TYPED[2][1])]
    flags = [judgement.flag for judgement in TypedJudge().judge(claim, passages)]
    assert flags == [Flag.MENTIONS, Flag.CONFLICTS, Flag.AGREES]


def test_no_passages_no_judgements() -> None:
    assert TypedJudge().judge(read("قتل 12 شخصا"), []) == []


# --- combined ------------------------------------------------------------------------------------------------------

BRIDGE = "أغلقت البلدية جسر الوادي أمام الشاحنات الثقيلة"
PARAPHRASE = JudgedText("لن تعبر الشاحنات الثقيلة بعد اليوم جسر الوادي، كما قررت البلدية.")


def test_the_model_is_asked_once_for_all_passages_and_never_twice_for_one() -> None:
    scorer = FakeScorer(AGREES)
    judge = CombinedJudge(scorer, ALIKE)
    claim = read(BRIDGE)
    first = judge.judge(claim, [PARAPHRASE, PARAPHRASE])
    second = judge.judge(claim, [PARAPHRASE])
    assert len(scorer.batches[0]) == 1
    asked = [pair for batch in scorer.batches for pair in batch]
    assert len(asked) == len({*asked})
    assert first == [second[0], second[0]]


@pytest.mark.parametrize("scores", [AGREES, CONFLICTS])
def test_several_claims_are_one_batch_and_judged_as_each_alone(scores: Scores) -> None:
    asked = [(read(claim), [JudgedText(passage), PARAPHRASE]) for claim, passage, _ in TYPED]
    asked.append((read(BRIDGE), []))
    scorer = FakeScorer(scores)
    together = CombinedJudge(scorer, ALIKE).judge_many(asked)
    assert len(scorer.batches[0]) == len({*scorer.batches[0]}) > len(asked) // 2
    alone = CombinedJudge(FakeScorer(scores), ALIKE)
    assert together == [alone.judge(claim, passages) for claim, passages in asked]


def test_what_a_search_brought_up_without_a_shared_word_is_not_sent_to_the_model() -> None:
    scorer = FakeScorer(AGREES)
    searched = JudgedText("فازت سارة بذهبية الجودو.", is_searched=True)
    (judgement,) = CombinedJudge(scorer, ALIKE).judge(read(BRIDGE), [searched])
    assert scorer.batches == []
    assert judgement.flag is Flag.MENTIONS


def test_what_somebody_put_beside_the_claim_is_always_sent_to_the_model() -> None:
    scorer = FakeScorer(MENTIONS)
    CombinedJudge(scorer, ALIKE).judge(read("لم يزر عائلته قط"), [JudgedText("أقام عند أقربائه شهرا.")])
    assert scorer.batches == [[("لم يزر عائلته قط", "أقام عند أقربائه شهرا.")]]


def test_a_passage_in_another_language_is_sent_to_the_model() -> None:
    scorer = FakeScorer(AGREES)
    (judgement,) = CombinedJudge(scorer, ALIKE).judge(read("The valley crossing is shut to lorries"), [PARAPHRASE])
    assert len(scorer.batches[0]) == 1
    assert judgement.flag is Flag.AGREES


def test_a_neural_conflict_points_at_the_words_that_differ() -> None:
    claim = read("أغلقت البلدية جسر الوادي أمام الحافلات السياحية")
    passage = JudgedText("أغلقت البلدية جسر الوادي أمام الشاحنات الثقيلة. وسيستمر العمل شهرين.")
    (judgement,) = CombinedJudge(FakeScorer(CONFLICTS), ALIKE).judge(claim, [passage])
    assert judgement.flag is Flag.CONFLICTS
    found = next(found for found in judgement.evidence if found.relation is Relation.CONFLICTS)
    assert found.claim_span.of(claim.text) == "الحافلات السياحية"
    assert found.passage_span.of(passage.text) == "أغلقت البلدية جسر الوادي أمام الشاحنات الثقيلة"
    assert "الحافلات السياحية" in found.note.ar
    assert "الشاحنات الثقيلة" in found.note.en


def test_a_neural_conflict_with_nothing_to_point_at_stays_mentions() -> None:
    claim = read("The valley crossing is shut to lorries")
    (judgement,) = CombinedJudge(FakeScorer(CONFLICTS), ALIKE).judge(claim, [PARAPHRASE])
    assert judgement.flag is Flag.MENTIONS


def test_a_firm_typed_conflict_is_never_turned_into_agreement() -> None:
    claim = read(TYPED[1][0])
    (judgement,) = CombinedJudge(FakeScorer(AGREES), ALIKE).judge(claim, [JudgedText(TYPED[1][1])])
    assert judgement.flag is not Flag.AGREES


def test_what_a_search_brought_up_and_what_has_no_day_are_judged_by_tables_of_their_own() -> None:
    claim = read("قتل 12 شخصا في حريق مصنع النسيج بالسويس")
    undated = JudgedText("لقي 17 شخصا مصرعهم في حريق مصنع النسيج بالسويس.")
    chosen = replace(undated, published=date(2024, 3, 5))
    wary, never = replace(TRUSTING, conflicts_from=0.99), replace(TRUSTING, conflicts={"intercept": -9.0})
    tables = Tables(given=TRUSTING, searched=wary, undated=never)
    judged = CombinedJudge(FakeScorer(CONFLICTS), tables).judge(
        claim, [chosen, replace(chosen, is_searched=True), undated, replace(undated, is_searched=True)]
    )
    assert [judgement.flag for judgement in judged] == [Flag.CONFLICTS, *[Flag.MENTIONS] * 3]
    assert judged[1].scores == judged[3].scores == judged[0].scores
    assert judged[2].scores.conflicts < judged[0].scores.conflicts / 100
    assert [found.relation for found in judged[1].evidence if found.kind == "quantity"] == [Relation.UNCLEAR]


def test_version_names_decision_and_model() -> None:
    assert CombinedJudge(FakeScorer(AGREES), ALIKE).version == "combined test, fake 1"
    assert TypedJudge(TRUSTING).version == "typed test"


def test_the_model_reads_date_title_and_context_with_the_passage() -> None:
    scorer = FakeScorer(MENTIONS)
    passage = JudgedText(
        "وأضافت أن جسر الوادي مغلق.", published=date(2023, 9, 26), title="جسر الوادي", context="اجتمعت البلدية."
    )
    CombinedJudge(scorer, ALIKE).judge(read(BRIDGE), [passage])
    assert scorer.batches == [
        [(BRIDGE, "2023-09-26 الثلاثاء | جسر الوادي | اجتمعت البلدية. وأضافت أن جسر الوادي مغلق.")]
    ]


def test_the_memory_of_pairs_is_bounded() -> None:
    scorer = FakeScorer(MENTIONS)
    pairs = ScoredPairs(scorer, size=2)
    for text in ("أ", "ب", "ج", "أ"):
        pairs.score([("ادعاء", text)])
    assert [batch[0][1] for batch in scorer.batches] == ["أ", "ب", "ج", "أ"]
    pairs.score([("ادعاء", "ج"), ("ادعاء", "أ")])
    assert len(scorer.batches) == 4
