"""Which watches an article may concern: by the words of its passages, in whatever form, and nothing lost on the way."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.claims.claim_index import LEAST_THINGS
from service.claims.claim_terms import Face, Thing, read_faces, read_text_terms
from service.claims.read import read_claim
from service.model import Flag
from service.watches.candidates import LEAST_SHARE, PASSAGES, WatchedClaims
from tests.index.articles import make_article
from tests.quality.rows import cluster_rows, read_clusters

FOUND_FLOOR = 0.92
"""Of the passages of clusters_dev that agree or conflict with an Arabic claim; measured .938. Falls only on purpose."""


def find(claims: dict[str, str], *passages: str, most: int = 100) -> list[str]:
    watched = WatchedClaims({name: read_faces(read_claim(claim)) for name, claim in claims.items()})
    return [one.watch for one in watched.find(make_article("a", *passages), most=most)]


@pytest.mark.parametrize(
    ("claim", "passage", "is_found"),
    [
        (
            "ارتفعت أسعار الوقود في تونس",
            "قررت الحكومة التونسية رفع أسعار المحروقات، وارتفاع أسعار الوقود يبدأ غدا.",
            True,
        ),
        ("انهار مبنى الميناء", "قُتل سبعة في انهيار مبنى قرب الميناء.", True),
        ("استقبل حفتر وفدا روسيا في بنغازي", "وصل وفد روسي إلى بنغازي حيث استقبله خليفة حفتر.", True),
        ("Haftar received a Russian delegation in Benghazi", "وصل وفد روسي إلى بنغازي حيث استقبله خليفة حفتر.", True),
        (
            "Haftar received a Russian delegation in Benghazi",
            "Marshal Haftar has received the delegation in Benghazi.",
            True,
        ),
        ("قال 12", "قال 12 منهم ذلك.", True),
        ("انهار مبنى الميناء", "افتتح وزير النقل جسر المنارة الجديد.", False),
        ("انهار مبنى الميناء ومات سبعة من عمال الصيد في العاصفة", "وصلت سفينة إلى الميناء.", False),
    ],
)
def test_which_passages_may_concern_a_claim(claim: str, passage: str, is_found: bool) -> None:
    assert (find({"w": claim}, passage) == ["w"]) is is_found


def test_the_likeliest_come_first_and_the_rest_is_cut() -> None:
    claims = {"half": "انهار مبنى الميناء ونجا عمال الصيد", "whole": "انهار مبنى الميناء"}
    passage = "انهار مبنى الميناء فجر اليوم."
    assert find(claims, passage) == ["whole", "half"]
    assert find(claims, passage, most=1) == ["whole"]


def test_the_best_passages_are_chosen() -> None:
    watched = WatchedClaims({"w": read_faces(read_claim("انهار مبنى الميناء القديم"))})
    texts = ["مبنى الميناء.", "كلام آخر.", "انهار مبنى الميناء القديم.", *["انهار مبنى."] * PASSAGES]
    (found,) = watched.find(make_article("a", *texts), most=9)
    assert found.passages[0] == 2
    assert len(found.passages) == PASSAGES
    assert 1 not in found.passages


def test_nothing_is_found_among_no_watches() -> None:
    assert find({}, "انهار مبنى الميناء.") == []


THINGS = st.builds(
    Thing,
    terms=st.frozensets(st.sampled_from(["kواحد", "kاثن", "kثلاث", "kاربع", "kخمس"]), min_size=1, max_size=3),
    weight=st.floats(0.3, 1),
)
FACES = st.lists(st.lists(THINGS, min_size=1, max_size=5).map(tuple), min_size=1, max_size=2).map(tuple)


@settings(deadline=None)
@given(
    st.dictionaries(st.text("wxyz", min_size=1), FACES, max_size=6),
    st.sets(st.sampled_from(["واحد", "اثن", "ثلاث", "اربع", "خمس"])),
)
def test_arrays_find_what_counting_finds(faces: dict[str, tuple[Face, ...]], words: set[str]) -> None:
    passage = " ".join(sorted(words)) or "…"
    terms = read_text_terms(passage)
    expected = {name for name, each in faces.items() if any(_is_named(face, terms) for face in each)}
    found = WatchedClaims(faces).find(make_article("a", passage), most=100)
    assert {one.watch for one in found} == expected


def _is_named(face: Face, terms: frozenset[str]) -> bool:
    named = [thing.weight for thing in face if thing.terms & terms]
    share = sum(named) / sum(thing.weight for thing in face)
    return share >= LEAST_SHARE and len(named) >= min(LEAST_THINGS, len(face))


def test_what_agrees_or_conflicts_is_a_candidate() -> None:
    rows = [row for row in cluster_rows(read_clusters()) if row.label is not Flag.MENTIONS and row.language == "ar"]
    watched = WatchedClaims({claim: read_faces(read_claim(claim)) for claim in {row.claim for row in rows}})
    found = 0
    for row in rows:
        seen = watched.find(make_article("a", row.passage.text), most=len(rows))
        found += any(one.watch == row.claim for one in seen)
    assert found / len(rows) >= FOUND_FLOOR
