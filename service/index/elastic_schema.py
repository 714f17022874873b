"""The indices: their names and aliases, made from elastic_mapping.json, and whether this program may use what is there.

    isnad-articles-1-1    ← isnad-articles                       the record: latest revisions, text verbatim
    isnad-revisions-1-1   ← isnad-revisions                      the record: superseded revisions
    isnad-documents-1-1   ← isnad-documents                      small documents
    isnad-passages-1-1    ← isnad-passages, isnad-passages-write what is searched; made from the record

Numbers are <schema>-<generation>. The schema grows when documents or analysis change in a way that an older or newer
program would get wrong; the generation with every reindex. A program uses only indices of its own schema.

Several processes may start at once, so what is there is judged from one answer: each index is made together with its
aliases, in the order above, and an answer shows one moment of that. Two answers put together can show what never was
(no alias in the first, its index in the second).
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch

from service.errors import IndexUnavailable, InvalidSettings
from service.index.elastic_analysis import read_mapping, server_analysis
from service.index.elastic_client import Connection
from service.index.elastic_generations import Found, Generation, read_generation, require_known, schema_number
from service.pauses import pauses

RECORD = ("articles", "revisions", "documents")
FAMILIES = (*RECORD, "passages")

LARGEST_INNER = 1000
"""Passages of one outlet in an answer at most."""

LOOKS = 8
"""How often is looked for an index that another process has made, and for its parts to open; some 10 s in all."""

_MANY_SHARDS = ("articles", "passages")
_COMPRESSED = ("articles", "revisions")


@dataclass(frozen=True, slots=True)
class Layout:
    """How many pieces and copies of each index there are to be; copies come as far as there are nodes for them."""

    shards: int = 1
    replicas: int = 1


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
            if not self._is_checked:  # another thread may have been first
                self.check(client)
                self._wait_for_parts(client, FAMILIES)
            self._is_checked = True

    def ensure_record(self) -> None:
        """Make the record at first use, whatever schema the passages have: small documents and a reindex need it."""
        if self._is_checked or self._is_record_checked:
            return
        with self._lock, self._connection.lend() as client:
            if not self._is_record_checked:
                self.check_record(client)
                self._wait_for_parts(client, RECORD)
            self._is_record_checked = True

    def check(self, client: Elasticsearch) -> None:
        """Make missing indices and compare the schema of those that are there."""
        self._check(client, FAMILIES)

    def check_record(self, client: Elasticsearch) -> None:
        """Make what is missing of the record and compare its schema."""
        self._check(client, RECORD)

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
        return self.look(client).there(family)

    def look(self, client: Elasticsearch) -> Found:
        """Return what is there of all families at one moment."""
        names = [name for family in FAMILIES for name in (self.alias(family), f"{self.alias(family)}-*")]
        answer = client.indices.get(
            index=names,
            ignore_unavailable=True,
            allow_no_indices=True,
            filter_path=["*.settings.index.uuid", "*.aliases"],  # an index without aliases is to be seen, too
        )
        found = {index: frozenset(entry.get("aliases", ())) for index, entry in answer.body.items()}
        return Found(self._prefix, found)

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

    def _check(self, client: Elasticsearch, families: Sequence[str]) -> None:
        found = self.look(client)
        for family in families:
            if not found.there(family) and not found.behind(family):
                found = self._make_missing(client, family, found)
            current = found.behind(family)
            if not current:
                raise IndexUnavailable(
                    f"the alias {self.alias(family)} points nowhere, but indices of that name are there: "
                    "a restore that was not finished?",
                    retry_after=60,
                )
            for generation in current:
                require_known(generation)

    def _make_missing(self, client: Elasticsearch, family: str, found: Found) -> Found:
        """Make the first index of a family, unless that would hide a loss; return what is there then.

        The passages are made last; so a record that is missing beside them was lost. They are made only while the
        record is empty: an empty index beside a full record would answer that nobody has reported anything.
        """
        if family in RECORD and found.there("passages"):
            raise IndexUnavailable(f"{self.alias(family)} is missing: restore it from a snapshot", retry_after=60)
        if family == "passages" and self._has_articles(client):
            found = self.look(client)
            if found.there(family):  # another process has made them since, and has stored articles already
                return found
            raise IndexUnavailable("what is searched is missing: run `isnad reindex`", retry_after=60)
        also = (self.write_alias,) if family == "passages" else ()
        self.create(client, family, 1, aliases=(self.alias(family), *also))
        return self._look_until_there(client, family)

    def _has_articles(self, client: Elasticsearch) -> bool:
        self._wait_for_parts(client, ["articles"])
        client.indices.refresh(index=self.alias("articles"))
        return bool(client.count(index=self.alias("articles"), terminate_after=1)["count"])

    def _look_until_there(self, client: Elasticsearch, family: str) -> Found:
        """Wait for an index that is known to be made: the node that answers may be behind its master."""
        for pause in (*pauses(LOOKS), None):
            found = self.look(client)
            if found.there(family) or pause is None:
                break
            time.sleep(pause)
        return found

    def _wait_for_parts(self, client: Elasticsearch, families: Sequence[str]) -> None:
        """Wait until every part is open: an index that another process makes now is seen before it can answer.

        Parts that stay away are said by whoever needs them. Not asked for as a status: the server calls an index that
        was just made yellow, whether its parts are open or not.
        """
        names = [self.alias(family) for family in families]
        for pause in (*pauses(LOOKS), None):
            health = client.options(ignore_status=408).cluster.health(index=names, level="indices", timeout="1s").body
            indices = health.get("indices", {}).values()
            is_open = all(one["active_primary_shards"] == one["number_of_shards"] for one in indices)
            if is_open or pause is None:
                return
            time.sleep(pause)


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
