"""The outlets an operator knows (config/outlets.toml): by name, alias or web address, and in a line of a page.

A name is compared in its normalised words, so that «العين الاخبارية» is «العين الإخبارية». Names that are also
everyday words or places (الخليج، الرياض، الحياة) are marked `common` in the file: they are believed where a source is
named (a source line, a web address, quotes), not in running words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from service.arabic.normalise import normalise
from service.errors import InvalidSettings
from service.model import Outlet

_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> tuple[str, ...]:
    """Return the normalised words of a line, without any punctuation («أ.ف.ب» gives three)."""
    return tuple(_WORD.findall(normalise(text)))


@dataclass(frozen=True, slots=True)
class KnownOutlet:
    """One entry of outlets.toml. `agency`: others copy its text; `common`: its name is an everyday word, too."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    agency: bool = False
    common: bool = False

    @property
    def outlet(self) -> Outlet:
        """The outlet as articles carry it."""
        return Outlet(self.id, self.name)


@dataclass(frozen=True, slots=True)
class Mention:
    """A known outlet named in a line: words `start` to `end` of `words_of(line)`."""

    known: KnownOutlet
    start: int
    end: int


class Outlets:
    """All known outlets, with the ways to find one."""

    def __init__(self, known: Iterable[KnownOutlet]) -> None:
        self._by_id: dict[str, KnownOutlet] = {}
        self._by_words: dict[tuple[str, ...], KnownOutlet] = {}
        self._by_domain: dict[str, KnownOutlet] = {}
        self._longest: dict[str, int] = {}
        for outlet in known:
            self._add(outlet)

    def __iter__(self) -> Iterator[KnownOutlet]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def named(self, name: str) -> KnownOutlet | None:
        """Return the outlet with this id, name or alias."""
        return self._by_id.get(name) or self._by_words.get(words_of(name))

    def at(self, url: str) -> KnownOutlet | None:
        """Return the outlet whose domain a web address lies in («arabic.cnn.com» wins over «cnn.com»)."""
        host = (urlsplit(url if "//" in url else f"//{url}").hostname or "").removeprefix("www.")
        labels = host.split(".")
        domains = (".".join(labels[start:]) for start in range(len(labels)))
        return next((self._by_domain[domain] for domain in domains if domain in self._by_domain), None)

    def resolve(self, name: str) -> Outlet:
        """Return the known outlet of this name, else a new one whose id is the name's slug."""
        known = self.named(name) or (self.at(name) if "." in name and " " not in name else None)
        return known.outlet if known else Outlet(slug(name), name.strip())

    def mentions(self, line: str) -> list[Mention]:
        """Return the outlets named in a line, left to right, the longest name at each place."""
        return list(self._find(words_of(line)))

    def _find(self, words: tuple[str, ...]) -> Iterator[Mention]:
        start = 0
        while start < len(words):
            longest = min(self._longest.get(words[start], 0), len(words) - start)
            for length in range(longest, 0, -1):
                known = self._by_words.get(words[start : start + length])
                if known:
                    yield Mention(known, start, start + length)
                    start += length - 1
                    break
            start += 1

    def _add(self, known: KnownOutlet) -> None:
        if known.id in self._by_id:
            raise InvalidSettings(f"outlets: the id {known.id!r} stands twice")
        self._by_id[known.id] = known
        for name in (known.name, *known.aliases):
            words = words_of(name)
            if not words or self._by_words.setdefault(words, known) is not known:
                raise InvalidSettings(f"outlets.{known.id}: the name {name!r} is empty or stands twice")
            self._longest[words[0]] = max(self._longest.get(words[0], 0), len(words))
        for domain in known.domains:
            if self._by_domain.setdefault(domain.lower().removeprefix("www."), known) is not known:
                raise InvalidSettings(f"outlets.{known.id}: the domain {domain!r} stands twice")


def slug(name: str) -> str:
    """Return the id of an outlet that no file knows: its normalised words joined by hyphens."""
    return "-".join(words_of(name)) or "unnamed"


def load_outlets(path: Path) -> Outlets:
    """Read an outlets.toml: one table per outlet, its key the id. Raises `InvalidSettings` that names the bad entry."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidSettings(f"{path}: {error}") from error
    return Outlets(_read_entry(path, id_, table) for id_, table in tables.items())


def _read_entry(path: Path, id_: str, table: object) -> KnownOutlet:
    if not isinstance(table, Mapping) or not isinstance(table.get("name"), str):
        raise InvalidSettings(f"{path}: {id_} needs a name")
    unknown = sorted(set(table) - {"name", "aliases", "domains", "agency", "common"})
    if unknown:
        raise InvalidSettings(f"{path}: {id_} has an unknown key {unknown[0]!r}")
    return KnownOutlet(
        id=id_,
        name=table["name"],
        aliases=_read_strings(path, id_, table.get("aliases", [])),
        domains=_read_strings(path, id_, table.get("domains", [])),
        agency=_read_flag(path, id_, table.get("agency", False)),
        common=_read_flag(path, id_, table.get("common", False)),
    )


def _read_strings(path: Path, id_: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InvalidSettings(f"{path}: {id_} has a list that does not hold strings only")
    return tuple(value)


def _read_flag(path: Path, id_: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise InvalidSettings(f"{path}: {id_} has a flag that is neither true nor false")
    return value
