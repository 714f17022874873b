"""The indices: their names and aliases, made from elastic_mapping.json, and whether this program may use what is there.

    isnad-articles-1-1    ← isnad-articles                       the record: latest revisions, text verbatim
    isnad-revisions-1-1   ← isnad-revisions                      the record: superseded revisions
    isnad-documents-1-1   ← isnad-documents                      small documents
    isnad-passages-1-1    ← isnad-passages, isnad-passages-write what is searched; made from the record

Numbers are <schema>-<generation>. The schema grows when documents or analysis change in a way that an older or newer
program would get wrong; the generation with every reindex. A program uses only indices of its own schema.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch

from service.errors import IndexIncompatible, IndexUnavailable, InvalidSettings
from service.index.elastic_analysis import read_mapping, server_analysis
from service.index.elastic_client import Connection

RECORD = ("articles", "revisions", "documents")
FAMILIES = (*RECORD, "passages")

LARGEST_INNER = 1000
"""Passages of one outlet in an answer at most."""

_MANY_SHARDS = ("articles", "passages")
_COMPRESSED = ("articles", "revisions")


@dataclass(frozen=True, slots=True)
class Layout:
    """How many pieces and copies of each index there are to be; copies come as far as there are nodes for them."""

    shards: int = 1
    replicas: int = 1


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


class Schema:
    """Knows the names under one prefix, makes what is missing and refuses what it does not know."""

    def __init__(self, connection: Connection, *, prefix: str, layout: Layout | None = None) -> None:
        """Raises `InvalidSettings` for a prefix that cannot be part of an index name."""
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,60}", prefix):
            raise InvalidSettings("elasticsearch.prefix: lower-case letters, digits, - and _, at most 61 characters")
        self._connection = connection
        self._prefix = prefix
        self._layout = layout or Layout()
        self._lock = threading.Lock()
        self._is_checked = False
        self._is_record_checked = False

    @property
    def layout(self) -> Layout:
        """How indices are to be made."""
        return self._layout

    def alias(self, family: str) -> str:
        """Return the name under which a family is read (and the record written)."""
        return f"{self._prefix}-{family}"

    @property
    def write_alias(self) -> str:
        """The name that marks the generations of passages that writes reach."""
        return f"{self._prefix}-passages-write"

    def ensure(self) -> None:
        """Make the indices at first use. Raises `IndexIncompatible` for another schema's, `IndexUnavailable`."""
        if self._is_checked:
            return
        with self._lock, self._connection.lend() as client:
            self.check(client)
            self._is_checked = True

    def ensure_record(self) -> None:
        """Make the record at first use, whatever schema the passages have: small documents and a reindex need it."""
        if self._is_checked or self._is_record_checked:
            return
        with self._lock, self._connection.lend() as client:
            self.check_record(client)
            self._is_record_checked = True

    def check(self, client: Elasticsearch) -> None:
        """Make missing indices and compare the schema of those that are there.

        What is searched is made only while the record is empty: an empty index beside a full record would answer that
        nobody has reported anything.
        """
        self.check_record(client)
        if not self.generations(client, "passages"):
            client.indices.refresh(index=self.alias("articles"))
            if client.count(index=self.alias("articles"), terminate_after=1)["count"]:
                raise IndexUnavailable("what is searched is missing: run `isnad reindex`", retry_after=60)
        self._check_family(client, "passages")

    def check_record(self, client: Elasticsearch) -> None:
        """Make what is missing of the record and compare its schema.

        The passages are made last; so a record that is missing beside them was lost, and is not made anew.
        """
        for family in RECORD:
            if not self.generations(client, family) and self.generations(client, "passages"):
                raise IndexUnavailable(f"{self.alias(family)} is missing: restore it from a snapshot", retry_after=60)
            self._check_family(client, family)

    def forget(self) -> None:
        """Look again at the next use: an index was not where it should be."""
        self._is_checked = False
        self._is_record_checked = False

    def behind(self, client: Elasticsearch, alias: str) -> list[Generation]:
        """Return the generations behind an alias, oldest first."""
        answer = client.options(ignore_status=404).indices.get_alias(name=alias)
        return [] if answer.meta.status == 404 else sorted(read_generation(index) for index in answer.body)

    def generations(self, client: Elasticsearch, family: str) -> list[Generation]:
        """Return all generations of a family, oldest first."""
        answer = client.indices.get(
            index=f"{self.alias(family)}-*", allow_no_indices=True, filter_path="*.settings.index.uuid"
        )
        pattern = re.compile(rf"{re.escape(self.alias(family))}-\d+-\d+")
        return sorted(read_generation(index) for index in answer.body if pattern.fullmatch(index))

    def write_targets(self, client: Elasticsearch) -> list[Generation]:
        """Return the generations of passages that a write must reach now.

        A newer schema's generation that is only being built is left to the program that builds it (it reads the
        record again before and after it swaps). Raises `IndexIncompatible` when readers already use another schema.
        """
        answer = client.indices.get_alias(name=f"{self.alias('passages')},{self.write_alias}").body
        targets = []
        for index, entry in answer.items():
            generation = read_generation(index)
            if self.alias("passages") in entry["aliases"]:
                require_known(generation)
            if self.write_alias in entry["aliases"] and generation.schema == schema_number():
                targets.append(generation)
        return sorted(targets)

    def create(self, client: Elasticsearch, family: str, number: int, *, aliases: tuple[str, ...], **extra: Any) -> str:
        """Make one index with its aliases; return its name. One that is already there stays as it is."""
        name = f"{self.alias(family)}-{schema_number()}-{number}"
        mapping = read_mapping()["indices"][family]
        settings = index_settings(family, self._layout) | extra
        try:
            client.indices.create(
                index=name, mappings=mapping, settings=settings, aliases={alias: {} for alias in aliases}
            )
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":  # another process was first
                raise
        return name

    def finish(self, client: Elasticsearch, index: str) -> None:
        """Give an index that was being built the settings it is to serve with."""
        wanted = index_settings("passages", self._layout)
        client.indices.put_settings(
            index=index, settings={key: wanted[key] for key in ("refresh_interval", "auto_expand_replicas")}
        )

    def change_over(self, client: Elasticsearch, target: Generation) -> None:
        """Let readers and writers use `target` and no other generation, in one action."""
        actions = []
        for alias in (self.alias("passages"), self.write_alias):
            for old in self.behind(client, alias):
                if old != target:
                    actions.append({"remove": {"index": old.index, "alias": alias, "must_exist": True}})
            actions.append({"add": {"index": target.index, "alias": alias}})
        client.indices.update_aliases(actions=actions)

    def _check_family(self, client: Elasticsearch, family: str) -> None:
        current = self.behind(client, self.alias(family))
        if not current and not self.generations(client, family):
            self._create_first(client, family)
            current = self.behind(client, self.alias(family))
        if not current:
            raise IndexUnavailable(
                f"the alias {self.alias(family)} points nowhere, but indices of that name are there: "
                "a restore that was not finished?",
                retry_after=60,
            )
        for generation in current:
            require_known(generation)

    def _create_first(self, client: Elasticsearch, family: str) -> None:
        also = (self.write_alias,) if family == "passages" else ()
        self.create(client, family, 1, aliases=(self.alias(family), *also))


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


def index_settings(family: str, layout: Layout) -> dict[str, Any]:
    """Return the settings an index of this family is made with."""
    settings: dict[str, Any] = {
        "number_of_shards": layout.shards if family in _MANY_SHARDS else 1,
        "auto_expand_replicas": f"0-{layout.replicas}" if layout.replicas else "false",
        "number_of_replicas": 0,
        "refresh_interval": "1s",
    }
    if family in _COMPRESSED:
        settings["codec"] = "best_compression"
    if family == "passages":
        settings["mapping.nested_objects.limit"] = 100_000  # sentences of the longest text a request may bring
        settings["max_inner_result_window"] = LARGEST_INNER
        settings["gc_deletes"] = "1h"  # so long a late write cannot bring a deleted article back
        settings["analysis"] = server_analysis()
        settings["similarity"] = read_mapping()["similarity"]
    return settings
