"""An index over claims that was changed is the index that would have been made of what there is now."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from service.claims.claim_index import ClaimIndex
from service.claims.claim_terms import READING, Face, Thing, read_faces, read_reading, read_text_terms, write_reading
from service.claims.read import read_claim

TERMS = ["a", "b", "c", "d", "e"]
THINGS = st.builds(
    Thing,
    terms=st.frozensets(st.sampled_from(TERMS), min_size=1, max_size=3),
    weight=st.sampled_from([0.3, 0.5, 1.0]),
)
FACES = st.lists(st.lists(THINGS, min_size=1, max_size=4).map(tuple), min_size=1, max_size=2).map(tuple)
CLAIMS = st.dictionaries(st.sampled_from("uvwxyz"), FACES, max_size=5)


def found(index: ClaimIndex, terms: set[str]) -> dict[str, list[float]]:
    scores: dict[str, list[float]] = {}
    for key, score in index.score(terms, least_share=0.3):
        scores.setdefault(key, []).append(round(score, 9))
    return {key: sorted(each) for key, each in scores.items()}


@settings(deadline=None)
@given(
    CLAIMS, st.lists(st.tuples(CLAIMS, st.sets(st.sampled_from("uvwxyz"))), max_size=3), st.sets(st.sampled_from(TERMS))
)
def test_changed_or_made_anew(
    first: dict[str, tuple[Face, ...]], changes: list[tuple[dict[str, tuple[Face, ...]], set[str]]], terms: set[str]
) -> None:
    index, claims = ClaimIndex.of(first), dict(first)
    for added, gone in changes:
        gone -= added.keys()
        index = index.with_changes(added, without=gone)
        claims = {key: faces for key, faces in {**claims, **added}.items() if key not in gone}
    assert found(index, terms) == found(ClaimIndex.of(claims), terms)
    assert len(index) == sum(map(len, claims.values()))


def test_the_old_one_stays_as_it_was() -> None:
    old = ClaimIndex.of({"w": read_faces(read_claim("انهار مبنى الميناء"))})
    new = old.with_changes({"x": read_faces(read_claim("انهار مبنى المطار"))}, without=["w"])
    terms = read_text_terms("انهار مبنى الميناء ومبنى المطار")
    assert [list(found(index, set(terms))) for index in (old, new)] == [["w"], ["x"]]


def test_a_reading_comes_back_unless_it_is_of_another_version() -> None:
    faces = read_faces(read_claim("Haftar received a Russian delegation in Benghazi"))
    assert read_reading(write_reading(faces)) == faces
    assert read_reading({**write_reading(faces), "version": READING + 1}) is None
