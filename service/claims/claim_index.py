"""Many claims held in memory, found by the words of a text: an inverted index over what the claims speak of.

For each term it holds the things that the term names; a text marks things, and each claim gets the share of its weight
that is marked. Arrays make that a few operations a text, however many claims are held.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from service.claims.claim_terms import Face

LEAST_THINGS = 2
"""Things that a text must name, of a claim that has as many: one rare word is no event."""

_Numbers = npt.NDArray[np.int32]
_Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ClaimIndex:
    """Claims under keys. It never changes: a change makes a new one.

    A claim has a row for each of its faces. `postings` hold, for a term, the numbers of the things it names; of each
    thing `weights` says how much it tells, and `rows` of which face it is.
    """

    keys: tuple[str, ...]
    places: Mapping[str, tuple[int, ...]]
    alive: npt.NDArray[np.bool_]
    postings: Mapping[str, _Numbers]
    weights: _Values
    rows: _Numbers
    totals: _Values
    needed: _Values

    @classmethod
    def of(cls, faces: Mapping[str, Sequence[Face]] | Iterable[tuple[str, Sequence[Face]]]) -> ClaimIndex:
        """Return the index of claims, each given by its key and its faces."""
        keys: list[str] = []
        postings: defaultdict[str, list[int]] = defaultdict(list)
        weights: list[float] = []
        rows: list[int] = []
        for key, each in faces.items() if isinstance(faces, Mapping) else faces:
            for face in each:
                for thing in face:
                    for term in thing.terms:
                        postings[term].append(len(weights))
                    weights.append(thing.weight)
                    rows.append(len(keys))
                keys.append(key)
        every, of_rows = np.array(weights, dtype=np.float64), np.array(rows, dtype=np.int32)
        return cls(
            keys=tuple(keys),
            places=_place(keys),
            alive=np.ones(len(keys), dtype=np.bool_),
            postings={term: np.array(things, dtype=np.int32) for term, things in postings.items()},
            weights=every,
            rows=of_rows,
            totals=_add_up(of_rows, len(keys), every),
            needed=np.minimum(_add_up(of_rows, len(keys)), LEAST_THINGS),
        )

    def __len__(self) -> int:
        """Return the number of faces that are held."""
        return int(np.count_nonzero(self.alive))

    def score(self, terms: Iterable[str], *, least_share: float) -> Iterator[tuple[str, float]]:
        """Yield the claims of which a text with these terms names enough, each face for itself, with its score.

        `least_share` is the share of a claim's weight that must be named. The score is the weight named times that
        share: more words, and more of the words.
        """
        found = [self.postings[term] for term in terms if term in self.postings]
        if not found:
            return
        things = np.unique(np.concatenate(found))
        rows = self.rows[things]
        weight = _add_up(rows, len(self.keys), self.weights[things])
        share = weight / self.totals
        is_found = self.alive & (share >= least_share) & (_add_up(rows, len(self.keys)) >= self.needed)
        for place in np.flatnonzero(is_found):
            yield self.keys[place], float(weight[place] * share[place])

    def with_changes(self, faces: Mapping[str, Sequence[Face]], *, without: Collection[str] = ()) -> ClaimIndex:
        """Return an index in which these claims stand instead of those of the same keys, and those in `without` do not.

        What goes only stops to be found: its room comes back when the index is made anew.
        """
        more = ClaimIndex.of(faces)
        alive = self.alive.copy()
        for key in (*faces, *without):
            alive[list(self.places.get(key, ()))] = False
        things, before = len(self.weights), len(self.keys)
        postings = dict(self.postings)
        for term, numbers in more.postings.items():
            own = postings.get(term)
            postings[term] = numbers + things if own is None else np.concatenate((own, numbers + things))
        return replace(
            more,
            keys=self.keys + more.keys,
            places={**self.places, **{key: tuple(p + before for p in places) for key, places in more.places.items()}},
            alive=np.concatenate((alive, more.alive)),
            postings=postings,
            weights=np.concatenate((self.weights, more.weights)),
            rows=np.concatenate((self.rows, more.rows + before)),
            totals=np.concatenate((self.totals, more.totals)),
            needed=np.concatenate((self.needed, more.needed)),
        )


def _place(keys: Sequence[str]) -> dict[str, tuple[int, ...]]:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        places[key].append(place)
    return {key: tuple(found) for key, found in places.items()}


def _add_up(rows: _Numbers, count: int, weights: _Values | None = None) -> _Values:
    """Add up weights row by row, or count."""
    return np.bincount(rows, weights=weights, minlength=count).astype(np.float64)
