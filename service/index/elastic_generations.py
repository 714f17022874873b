"""Generations: what an index's name says, which ones are there at one moment, and whether this program knows them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from service.errors import IndexIncompatible
from service.index.elastic_analysis import read_mapping


@dataclass(frozen=True, slots=True, order=True)
class Generation:
    """One index of a family: `isnad-passages-<schema>-<number>`."""

    schema: int
    number: int
    index: str

    @property
    def name(self) -> str:
        """The name shown in coverage: schema and number."""
        return f"{self.schema}-{self.number}"


@dataclass(frozen=True, slots=True)
class Found:
    """The indices under a prefix at one moment, each with its aliases."""

    prefix: str
    aliases: Mapping[str, frozenset[str]]

    def there(self, family: str) -> list[Generation]:
        """Return all generations of a family, oldest first."""
        pattern = re.compile(rf"{re.escape(self.prefix)}-{family}-\d+-\d+")
        return sorted(read_generation(index) for index in self.aliases if pattern.fullmatch(index))

    def behind(self, family: str) -> list[Generation]:
        """Return the generations a family is read from, oldest first. Raises `IndexIncompatible` for a foreign name."""
        alias = f"{self.prefix}-{family}"
        return sorted(read_generation(index) for index, names in self.aliases.items() if alias in names)


def require_known(generation: Generation) -> None:
    """Raise `IndexIncompatible` unless the generation has this program's schema."""
    known = schema_number()
    if generation.schema < known:
        raise IndexIncompatible(
            f"{generation.index} has schema {generation.schema}, this program needs {known}: run `isnad reindex`",
            retry_after=60,
        )
    if generation.schema > known:
        raise IndexIncompatible(
            f"{generation.index} has schema {generation.schema}, this program knows {known}: upgrade this program "
            "(or run `isnad reindex` with it to go back)",
            retry_after=60,
        )


def read_generation(index: str) -> Generation:
    """Return schema and number from an index's name. Raises `IndexIncompatible` for a name that is none of ours."""
    match = re.search(r"-(\d+)-(\d+)$", index)
    if match is None:
        raise IndexIncompatible(f"{index} was not made by this program: its name has no schema", retry_after=60)
    return Generation(int(match[1]), int(match[2]), index)


def schema_number() -> int:
    """Return the schema this program reads and writes."""
    return int(read_mapping()["schema"])
