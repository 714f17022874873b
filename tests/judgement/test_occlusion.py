"""Explanations by occlusion, with a scorer whose reasons are known: the evidence must point at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from service.arabic.facts import read_facts
from service.arabic.language import detect_language
from service.judgement.alignment import align
from service.judgement.compare_names import how_alike
from service.judgement.decision import Tables, parse_decision
from service.judgement.explain_kind import choose_kind
from service.judgement.judge import CombinedJudge
from service.judgement.occlusion import MOST_EXPLAINED
from service.judgement.sides import Reading, read_side
from service.judgement.stretches import MOST_CLAUSES, MOST_STRETCHES, leave_out, split_claim, split_clauses
from service.model import Claim, EvidenceKind, Flag, JudgedText, Relation, Scores, Span

TRUSTING = parse_decision(
    """
    [t]
    version = "test"
    agrees_from = 0.5
    conflicts_from = 0.5
    [t.agrees]
    neural_agrees = 1.0
    [t.conflicts]
    neural_conflicts = 1.0
    """,
    "t",
)
ALIKE = Tables(given=TRUSTING, searched=TRUSTING, undated=TRUSTING)
CONFLICTS, MENTIONS, AGREES = Scores(0.02, 0.96, 0.02), Scores(0.02, 0.02, 0.96), Scores(0.96, 0.02, 0.02)


class Reasoner:
    """Scores `scores` when the claim has one word and the passage the other, else `mentions`; remembers the batches."""

    version = "reasoner 1"

    def __init__(self, here: str, there: str, scores: Scores = CONFLICTS) -> None:
        self.here, self.there, self.scores = here, there, scores
        self.batches: list[list[tuple[str, str]]] = []

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[Scores]:
        self.batches.append(list(pairs))
        return [self.scores if self.here in claim and self.there in text else MENTIONS for claim, text in pairs]


def read(text: str) -> Claim:
    return Claim(text, detect_language(text), read_facts(text))


def side(text: str) -> Reading:
    return read_side(text, read_facts(text))


FLIGHT = "غادرت الطائرة صباحا، ثم عادت أدراجها بعد ساعة، بحسب بيان الشركة."
CASES = [
    ("أكملت الطائرة رحلتها إلى المطار الجديد بسلام", "أكملت"),
    ("The envoy finished his journey in peace", "finished"),
]


@pytest.mark.parametrize(("claim", "word"), CASES)
def test_a_conflict_is_pinned_on_the_words_it_hangs_on(claim: str, word: str) -> None:
    judge = CombinedJudge(Reasoner(word, "أدراجها"), ALIKE)
    (judgement,) = judge.judge(read(claim), [JudgedText(FLIGHT, published=date(2024, 5, 1))])
    assert judgement.flag is Flag.CONFLICTS
    (found,) = [found for found in judgement.evidence if found.relation is Relation.CONFLICTS]
    assert word in found.claim_span.of(claim)
    assert len(found.claim_span.of(claim)) < len(claim) / 2
    assert found.passage_span.of(FLIGHT) == "ثم عادت أدراجها بعد ساعة"
    assert word in found.note.en
    assert "ثم عادت أدراجها بعد ساعة" in found.note.ar


def test_an_agreement_is_with_the_whole_claim_and_the_clause_that_says_it() -> None:
    claim, passage = "لم تبلغ القافلة وجهتها", "انطلقت الشاحنات فجرا، وتعطلت القافلة في الطريق، بحسب سائق منهم."
    judge = CombinedJudge(Reasoner("تبلغ", "وتعطلت", AGREES), ALIKE)
    (judgement,) = judge.judge(read(claim), [JudgedText(passage)])
    assert judgement.flag is Flag.AGREES
    found = next(found for found in judgement.evidence if found.kind is EvidenceKind.PARAPHRASE)
    assert found.relation is Relation.AGREES
    assert found.claim_span.of(claim) == claim
    assert found.passage_span.of(passage) == "وتعطلت القافلة في الطريق"


def test_a_conflict_that_hangs_on_no_words_of_the_claim_stays_mentions() -> None:
    judge = CombinedJudge(Reasoner("", "الشاحنات"), ALIKE)
    (judgement,) = judge.judge(
        read("The valley crossing is shut to lorries"), [JudgedText("تعبر الشاحنات جسر الوادي.")]
    )
    assert judgement.flag is Flag.MENTIONS
    assert judgement.evidence == ()


def test_a_conflict_between_texts_without_a_shared_word_is_with_the_whole_claim() -> None:
    claim, passage = "تبيت السفن خاوية", "أفرغت القاطرة حمولتها أمس، ثم غادرت محملة بالقمح."
    judge = CombinedJudge(Reasoner("", "محملة"), ALIKE)
    (judgement,) = judge.judge(read(claim), [JudgedText(passage)])
    assert judgement.flag is Flag.CONFLICTS
    (found,) = judgement.evidence
    assert found.claim_span.of(claim) == claim
    assert found.passage_span.of(passage) == "ثم غادرت محملة بالقمح"


def test_a_flag_with_typed_evidence_is_not_asked_about_again() -> None:
    scorer = Reasoner("12", "17")
    judge = CombinedJudge(scorer, ALIKE)
    passage = JudgedText("لقي 17 شخصا مصرعهم في حريق مصنع النسيج بالسويس.")
    (judgement,) = judge.judge(read("قتل 12 شخصا في حريق مصنع النسيج بالسويس"), [passage])
    assert judgement.flag is Flag.CONFLICTS
    assert len(scorer.batches) == 1


def test_no_more_than_a_few_pairs_of_a_claim_are_explained_all_in_two_batches() -> None:
    scorer = Reasoner("finished", "أدراجها")
    passages = [JudgedText(f"عادت الطائرة رقم {n} أدراجها بعد ساعة.") for n in range(20, 20 + 2 * MOST_EXPLAINED)]
    judgements = CombinedJudge(scorer, ALIKE).judge(read("The plane finished its journey in peace"), passages)
    assert [judgement.flag for judgement in judgements].count(Flag.CONFLICTS) == MOST_EXPLAINED
    assert len(scorer.batches) <= 3
    assert sum(map(len, scorer.batches[1:])) <= MOST_EXPLAINED * (MOST_CLAUSES + MOST_STRETCHES)


def test_words_that_agree_by_facts_are_no_reason_for_a_conflict() -> None:
    claim = "افتتح الوزير الجسر الجديد في 12 مايو 2024"
    passage = JudgedText("في 12 مايو 2024 بقي الجسر الجديد مغلقا، وغاب الوزير.", published=date(2024, 5, 13))
    scorer = Reasoner("مايو", "مايو")
    (judgement,) = CombinedJudge(scorer, ALIKE).judge(read(claim), [passage])
    for found in judgement.evidence:
        if found.relation is Relation.CONFLICTS:
            assert "مايو" not in found.claim_span.of(claim)


# --- kinds ---------------------------------------------------------------------------------------------------------

KINDS = [
    ("ارتفعت الأسعار", "هبطت الأسعار", EvidenceKind.DIRECTION),
    ("وصل الوفد", "لم يأت أحد", EvidenceKind.NEGATION),
    ("شارك 20 نائبا", "حضر 30 نائبا", EvidenceKind.QUANTITY),
    ("وصل في 3 مايو 2024", "وصل في 5 مايو 2024", EvidenceKind.DATE),
    ("وصل إلى طرابلس", "هبط في بنغازي", EvidenceKind.PLACE),
    ("هكذا سار الأمر", "مضت الأيام على حالها", EvidenceKind.PARAPHRASE),
]


@pytest.mark.parametrize(("claim", "passage", "kind"), KINDS)
def test_the_kind_comes_from_lists_and_facts(claim: str, passage: str, kind: EvidenceKind) -> None:
    alignment = align(side(claim), side(passage), alike=how_alike)
    assert choose_kind(alignment, alignment.claim.words, alignment.passage.words) is kind


def test_a_place_that_the_passage_repeats_is_not_what_differs() -> None:
    alignment = align(side("غادر طرابلس"), side("بقي في طرابلس"), alike=how_alike)
    assert choose_kind(alignment, alignment.claim.words, alignment.passage.words) is not EvidenceKind.PLACE


# --- parts ---------------------------------------------------------------------------------------------------------

TEXTS = [
    "وصل وزير الخارجية الليبي محمد الدايري إلى القاهرة يوم 12 مايو 2024 برفقة 30 نائبا من مجلس النواب",
    "نعم.",
    "في",
    "قال، نعم، ثم مضى إلى بيته في آخر الحي، وأغلق الباب، ونام. وفي الصباح خرج مبكرا؛ ولم يعد، كما روى الجيران.",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(("split", "most"), [(split_claim, MOST_STRETCHES), (split_clauses, MOST_CLAUSES)])
def test_parts_are_few_ordered_and_apart(text: str, split: Callable[[Reading], list[tuple]], most: int) -> None:  # type: ignore[type-arg]
    parts = split(side(text))
    assert 1 <= len(parts) <= most
    places = [word.place for part in parts for word in part]
    assert places == sorted(set(places))
    if split is split_claim:
        assert places == list(range(len(side(text).words)))


def test_facts_stay_whole() -> None:
    reading = side(TEXTS[0])
    for stretch in split_claim(reading):
        covered = Span(stretch[0].span.start, stretch[-1].span.end)
        for fact in reading.facts:
            if fact.kind != "polarity" and fact.span.overlaps(covered):
                assert covered.start <= fact.span.start
                assert fact.span.end <= covered.end


def test_leaving_out_a_stretch_leaves_the_rest() -> None:
    reading = side("وصل الوزير إلى القاهرة")
    assert leave_out(reading.text, reading.words[1:2]) == "وصل إلى القاهرة"
    assert leave_out(reading.text, reading.words[:1]) == "الوزير إلى القاهرة"


def test_a_text_without_words_has_no_parts() -> None:
    assert split_claim(side("…")) == split_clauses(side("…")) == []
