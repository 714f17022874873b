"""How an article gets in: read → clean → recognise copies → cut into passages → store.

An article's id is the sender's; else that of the article already stored under its address; else made from the address;
else from outlet, title and text, so that the same submission again changes nothing. An article split off from a host's
page has an id made from the host's id and its own text.

Agencies send versions, and take articles back: of versions the latest counts, in whatever order they come, and an
article that was taken back stays away until a later version is sent.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from service.errors import Conflict, InvalidInput
from service.index import PassageIndex
from service.ingest.clean import CleanArticle, clean
from service.ingest.copies import Fingerprint, Printed, choose_group, fingerprint
from service.ingest.outlets import Outlets, words_of
from service.ingest.passages import cut_passages, passage_id
from service.ingest.sources import Handed, Submission, Withdrawal
from service.ingest.withdrawals import Withdrawals, Withdrawn
from service.model import Article, ArticleHead, Stored

BATCH = 200
LONGEST_ID, LONGEST_URL = 200, 2000
_BAD_IN_ID = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|igshid|ocid)\Z")


@dataclass(frozen=True, slots=True)
class Taken:
    """An article that was taken in: what became of it, and the article as it now stands in the index."""

    stored: Stored
    article: Article


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of many: the articles taken from it, the article taken back, or why nothing was done."""

    handed: Handed
    taken: tuple[Taken, ...] = ()
    error: InvalidInput | Conflict | None = None
    withdrawn: Withdrawn | None = None


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A submission ready to be stored, or what has become of it already."""

    submission: Submission
    articles: tuple[Article, ...] = ()
    settled: Outcome | None = None


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Intake:
    """Takes submissions into an index."""

    def __init__(
        self,
        index: PassageIndex,
        outlets: Outlets,
        *,
        withdrawals: Withdrawals | None = None,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        """Without `withdrawals`, versions count in the order in which they come."""
        self._index = index
        self._outlets = outlets
        self._withdrawals = withdrawals
        self._clock = clock

    def take(self, submission: Submission, *, wait: bool = False) -> list[Taken]:
        """Take one submission in and return its main article and those split off from it.

        With `wait`, return only when their passages are searchable. Raises `InvalidInput` (or `UnreadableSource`)
        when it cannot be used, `IndexUnavailable` when nothing was stored.
        """
        articles = self._prepare(submission, _Waiting())
        stored = self._index.store(articles, wait=wait)
        return [_as_stored(article, one) for article, one in zip(articles, stored, strict=True)]

    def take_many(self, submissions: Iterable[Handed], *, batch: int = BATCH, wait: bool = False) -> Iterator[Outcome]:
        """Take many in, or back, `batch` at a time; one outcome for each, in their order.

        A bad one spoils no other. Raises `IndexUnavailable`; what was yielded before is stored.
        """
        rest = iter(submissions)
        while some := list(islice(rest, batch)):
            for run in _split_runs(some):
                if isinstance(run, Withdrawal):
                    yield self._take_back(run, wait=wait)
                    continue
                for group in self._prepare_groups(run):
                    yield from self._store_group(group, wait=wait)

    def _take_back(self, withdrawal: Withdrawal, *, wait: bool) -> Outcome:
        try:
            _check_id(withdrawal.id)
        except InvalidInput as error:
            return Outcome(withdrawal, error=error)
        if self._withdrawals:
            return Outcome(withdrawal, withdrawn=self._withdrawals.take_back(withdrawal, wait=wait))
        is_removed = self._index.delete(withdrawal.id, wait=wait)
        return Outcome(withdrawal, withdrawn=Withdrawn(withdrawal.id, withdrawal.status, is_removed))

    def _settle_version(self, submission: Submission) -> Outcome | None:
        """Return what becomes of a version that came too late, None when it is to be stored."""
        settled = self._withdrawals.settle(submission) if self._withdrawals and submission.is_version else None
        if isinstance(settled, Article):
            return Outcome(submission, (Taken(Stored(settled.head, "unchanged"), settled),))
        return Outcome(submission, withdrawn=settled) if settled else None

    def _prepare_groups(self, submissions: Sequence[Submission]) -> Iterator[list[_Prepared]]:
        """Prepare submissions in groups that can be stored in one call: no id twice in one of them."""
        group: list[_Prepared] = []
        waiting = _Waiting()
        for submission in submissions:
            prepared = self._try_prepare(submission, waiting)
            if any(waiting.holds(article.head.id) for article in prepared.articles):
                yield group
                group, waiting = [], _Waiting()
                prepared = self._try_prepare(submission, waiting)
            waiting.add(prepared.articles)
            group.append(prepared)
        yield group

    def _try_prepare(self, submission: Submission, waiting: _Waiting) -> _Prepared:
        try:
            settled = self._settle_version(submission)
            return _Prepared(submission, () if settled else tuple(self._prepare(submission, waiting)), settled)
        except InvalidInput as error:
            return _Prepared(submission, settled=Outcome(submission, error=error))

    def _store_group(self, group: Sequence[_Prepared], *, wait: bool) -> Iterator[Outcome]:
        articles = [article for prepared in group for article in prepared.articles]
        try:
            stored = iter(self._index.store(articles, wait=wait) if articles else [])
        except (Conflict, InvalidInput) as error:
            if len(group) == 1:
                yield Outcome(group[0].submission, error=error)
                return
            for prepared in group:
                yield from self._store_group([prepared], wait=wait)
            return
        for prepared in group:
            taken = tuple(_as_stored(article, next(stored)) for article in prepared.articles)
            yield prepared.settled or Outcome(prepared.submission, taken)

    def _prepare(self, submission: Submission, waiting: _Waiting) -> list[Article]:
        submission = replace(submission, url=tidy_url(submission.url), id=_check_id(submission.id))
        now = self._clock()
        main, *split_off = clean(submission, self._outlets, now=now)
        host_print = fingerprint(main.text)
        host_id = self._find_id(submission, main, host_print)
        articles = [self._build(main, host_id, host_print, waiting, now=now, url=submission.url)]
        for piece in split_off:
            print_ = fingerprint(piece.text)
            articles.append(self._build(piece, f"{host_id}~{print_.digest[:12]}", print_, waiting, now=now))
        return list({article.head.id: article for article in articles}.values())

    def _find_id(self, submission: Submission, main: CleanArticle, print_: Fingerprint) -> str:
        if submission.id:
            return submission.id
        if submission.url:
            stored = self._index.find_by_url(submission.url)
            return stored.id if stored else _hash_id(submission.url)
        return _hash_id(main.outlet.id if main.outlet else "", *words_of(main.title or ""), print_.digest)

    def _build(
        self,
        piece: CleanArticle,
        id_: str,
        print_: Fingerprint,
        waiting: _Waiting,
        *,
        now: datetime,
        url: str | None = None,
    ) -> Article:
        stored = (
            Printed(one.head.id, one.head.source_group, one.head.stored_at, one.digest, one.signature)
            for one in self._index.find_by_bands(print_.bands)
        )
        head = ArticleHead(
            id=id_,
            revision=1,
            outlet=piece.outlet,
            url=url,
            title=piece.title,
            author=piece.author,
            published_at=piece.published_at,
            published_at_source=piece.published_at_source,
            updated_at=piece.updated_at,
            language=piece.language,
            wire_source=piece.wire_source,
            role=piece.role,
            source_group=choose_group(id_, print_, [*stored, *waiting.sharing(print_.bands)]),
            stored_at=now,
        )
        return Article(
            head=head,
            text=piece.text,
            passages=cut_passages(piece.text, article_id=id_, language=piece.language),
            removed=piece.removed,
            digest=print_.digest,
            bands=print_.bands,
            signature=print_.signature,
        )


def _split_runs(handed: Sequence[Handed]) -> Iterator[list[Submission] | Withdrawal]:
    """Yield each withdrawal by itself, and the submissions between two of them together."""
    run: list[Submission] = []
    for one in handed:
        if isinstance(one, Submission):
            run.append(one)
        else:
            yield run
            yield one
            run = []
    yield run


class _Waiting:
    """Articles of one batch that are not stored yet: copies among them are found, too."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._by_band: defaultdict[str, list[Printed]] = defaultdict(list)

    def holds(self, article_id: str) -> bool:
        return article_id in self._ids

    def add(self, articles: Iterable[Article]) -> None:
        for article in articles:
            head = article.head
            self._ids.add(head.id)
            printed = Printed(head.id, head.source_group, head.stored_at, article.digest, article.signature)
            for band in article.bands:
                self._by_band[band].append(printed)

    def sharing(self, bands: Iterable[str]) -> Iterator[Printed]:
        for band in bands:
            yield from self._by_band.get(band, ())


def tidy_url(url: str | None) -> str | None:
    """Return a web address without fragment and tracking parameters. Raises `InvalidInput` for anything else."""
    if url is None:
        return None
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError as error:
        raise InvalidInput(f"{url[:100]!r} is not a web address", pointer="/url") from error
    if parts.scheme not in {"http", "https"} or not host or len(url) > LONGEST_URL or re.search(r"\s", url.strip()):
        raise InvalidInput(f"{url[:100]!r} is not a web address", pointer="/url")
    query = parts.query
    if any(_TRACKING.match(name) for name, _ in parse_qsl(query, keep_blank_values=True)):
        kept = [pair for pair in parse_qsl(query, keep_blank_values=True) if not _TRACKING.match(pair[0])]
        query = urlencode(kept)
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path, query, ""))


def _check_id(id_: str | None) -> str | None:
    if id_ is not None and (not id_ or len(id_) > LONGEST_ID or _BAD_IN_ID.search(id_)):
        raise InvalidInput(
            f"an id has 1 to {LONGEST_ID} characters, no blanks and no control characters", pointer="/id"
        )
    return id_


def _hash_id(*parts: str) -> str:
    return "a" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]


def _as_stored(article: Article, stored: Stored) -> Taken:
    """Return the article with the head the index gave it, its passages' ids following the revision."""
    head = stored.head
    passages = tuple(replace(one, id=passage_id(head.id, head.revision, one.ordinal)) for one in article.passages)
    return Taken(stored, replace(article, head=head, passages=passages))
