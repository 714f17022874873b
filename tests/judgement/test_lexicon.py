from __future__ import annotations

import pytest

from service.arabic.normalise import normalise
from service.arabic.words import read_table
from service.judgement.lexicon import key_of, load_lexicon
from service.model import EvidenceKind

MEET = [
    ("ارتفع يرتفع ترتفع ارتفاع مرتفعا وارتفعت بارتفاع سيرتفع", "رتفع"),
    ("انخفض ينخفض انخفاض وانخفضت", "نخفض"),
    ("تراجع يتراجع تراجعت متراجعا", "رجع"),
    ("قتل قتيل قتلى مقتل قتلوا يقتل", "قتل"),
    ("اعتقل يعتقل اعتقال المعتقلين", "عتقل"),
    ("المدرسة مدارس مدرسي", "درس"),
    ("killed killing kills", "kill"),
]
APART = [("زار", "وزير"), ("قوات", "قتل"), ("شرق", "غرب"), ("فوز", "فشل")]


@pytest.mark.parametrize(("forms", "key"), MEET)
def test_forms_of_a_word_meet_under_one_key(forms: str, key: str) -> None:
    assert {form: key_of(normalise(form)) for form in forms.split()} == dict.fromkeys(forms.split(), key)


@pytest.mark.parametrize(("one", "two"), APART)
def test_other_words_stay_apart(one: str, two: str) -> None:
    assert key_of(normalise(one)) != key_of(normalise(two))


SYNONYMS = [("مصرع", "قتيل"), ("زيارة", "تزور"), ("توقيف", "اعتقلت"), ("killed", "قتلى"), ("visited", "زار")]
NO_SYNONYMS = [("حكومة", "محكمة"), ("قتيل", "جريح"), ("رفض", "وافق"), ("مدرسة", "دراسة")]


def groups(word: str) -> frozenset[int]:
    return load_lexicon().groups_of([normalise(word)])


@pytest.mark.parametrize(("one", "two"), SYNONYMS)
def test_synonyms_share_a_group(one: str, two: str) -> None:
    assert groups(one) & groups(two)


@pytest.mark.parametrize(("one", "two"), NO_SYNONYMS)
def test_listed_words_are_not_taken_for_others_with_the_same_key(one: str, two: str) -> None:
    assert not groups(one) & groups(two)


OPPOSED = [
    ("ارتفعت", "انخفاض", EvidenceKind.DIRECTION),
    ("فازت", "خسارة", EvidenceKind.OUTCOME),
    ("اعتقال", "أفرجت", EvidenceKind.OUTCOME),
    ("أغلقت", "فتحت", EvidenceKind.OUTCOME),
    ("شرقي", "الغرب", EvidenceKind.PLACE),
    ("زوجها", "زوجته", EvidenceKind.ACTOR),
    ("rejected", "صادقت", EvidenceKind.OUTCOME),
]


@pytest.mark.parametrize(("one", "two", "kind"), OPPOSED)
def test_opposites_stand_on_two_sides_of_a_row(one: str, two: str, kind: EvidenceKind) -> None:
    here, there = (load_lexicon().sides_of([normalise(word)]) for word in (one, two))
    assert kind in {a.kind for a in here for b in there if a.row == b.row and a.column != b.column}


def test_an_entry_of_several_words_needs_them_all() -> None:
    lexicon = load_lexicon()
    whole = lexicon.sides_of(["الدفاع", "المدني", "امس"])
    assert {side.kind for side in whole} == {EvidenceKind.ACTOR}
    assert not lexicon.sides_of(["الدفاع", "عن"]) & whole


@pytest.mark.parametrize(
    "name", ["synonyms", "opposites", "weak_words", "order_words", "role_words", "evidence_labels"]
)
def test_lists_are_sorted_and_without_doubles(name: str) -> None:
    rows = read_table(name)
    assert list(rows) == sorted(set(rows))
