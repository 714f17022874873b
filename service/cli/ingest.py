"""`isnad ingest`: files and folders in, with progress, a summary and every bad item named.

Articles go in by batches of 200. How far each file has come is kept in a journal inside the data directory until the
run is through, so that the same command goes on where it was interrupted; what was in flight is taken again, which
changes nothing.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from service.cli.journal import Journal
from service.cli.options import opened, read_settings, settings_options
from service.cli.terminal import messages, tame
from service.errors import ServiceError
from service.ingest.files import FileItem, find_files, read_items
from service.ingest.intake import Taken
from service.ingest.sources import Handed
from service.model import Article
from service.services import Services

SOME_BAD = 3
"""Exit code when some items were bad and all others are in."""


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@settings_options
def ingest(paths: tuple[Path, ...], data: Path | None, config: Path | None) -> None:
    """Take articles in from files and folders.

    .txt is a raw page, .html a page, .json an article or a list of them, .ndjson or .jsonl an article a line; articles
    have the fields of POST /v1/articles, or are ninjs items. .xml is a NewsML-G2 message. Run again after an
    interruption it goes on where it was.
    The same articles again change nothing.
    """
    files = find_files(paths)
    if not files:
        raise click.ClickException("there is no file of a kind that holds articles in the folders given")
    console = messages()
    settings = read_settings(data, config)
    with opened(settings) as services, Journal(settings.data, files) as journal:
        run = Run(services, journal, console)
        try:
            with shown_progress(console, files) as advance:
                run.take(files, advance)
        except (KeyboardInterrupt, ServiceError):
            run.say_summary()
            console.print("interrupted: the same command goes on where it was")
            raise
        run.wait_until_searchable()
        journal.finish()
    run.say_summary()
    if run.bad:
        raise click.exceptions.Exit(SOME_BAD)


class Run:
    """One ingest: what was taken in so far, and what could not be."""

    def __init__(self, services: Services, journal: Journal, console: Console) -> None:
        self._services = services
        self._journal = journal
        self._console = console
        self._reading: deque[FileItem] = deque()
        self._counts: Counter[str] = Counter()
        self._last: Article | None = None
        self._started = time.monotonic()
        self.bad = 0

    def take(self, files: Sequence[Path], advance: Callable[[int], None]) -> None:
        """Take every item of every file in, but those that an interrupted run has taken."""
        for outcome in self._services.intake.take_many(self._submissions(files, advance)):
            item = self._reading.popleft()
            self._count(outcome.taken)
            self._counts["withdrawn"] += bool(outcome.withdrawn and outcome.withdrawn.is_removed)
            if outcome.error:
                self._say_bad(f"{item.handed.origin if item.handed else item.path}: {outcome.error}")
            self._journal.note(item.path, item.number)
            advance(item.size)

    def wait_until_searchable(self) -> None:
        """Return when claims find what was taken in: the same article again, unchanged, waits for its turn."""
        if self._last:
            self._services.index.store([self._last], wait=True)

    def say_summary(self) -> None:
        """Say what became of the items."""
        seconds = time.monotonic() - self._started
        counts = self._counts
        parts = [f"{counts[name]:,} {name}" for name in ("created", "revised", "unchanged")]
        more = ("split off", "copies of others", "withdrawn", "passed over")
        parts += [f"{counts[name]:,} {name}" for name in more if counts[name]]
        articles = sum(counts[name] for name in ("created", "revised", "unchanged"))
        self._console.print(
            f"{articles:,} articles in {seconds:.1f} s ({articles / max(seconds, 0.001):,.0f} a second)"
        )
        self._console.print("  " + ", ".join(parts))
        if counts["taken before"]:
            self._console.print(f"  {counts['taken before']:,} items were taken in before the interruption")
        if self.bad:
            self._console.print(f"  {self.bad:,} bad items, named above, are not in", style="red")

    def _submissions(self, files: Sequence[Path], advance: Callable[[int], None]) -> Iterator[Handed]:
        for path in files:
            done = self._journal.done(path)
            for item in read_items(path):
                if item.number <= done:
                    self._counts["taken before"] += 1
                    advance(item.size)
                elif item.handed:
                    self._reading.append(item)
                    yield item.handed
                else:
                    self._say_left_out(item)
                    advance(item.size)

    def _count(self, taken: Sequence[Taken]) -> None:
        for one in taken:
            self._counts[one.stored.outcome] += 1
            self._counts["split off"] += one.article.head.role == "split_off"
            self._counts["copies of others"] += one.article.head.source_group != one.article.head.id
            if one.stored.outcome != "unchanged":
                self._last = one.article

    def _say_left_out(self, item: FileItem) -> None:
        if item.error:
            self._say_bad(str(item.error))
        else:
            self._counts["passed over"] += 1
            self._console.print(f"passed over: {tame(item.passed or '')}", soft_wrap=True)

    def _say_bad(self, what: str) -> None:
        self.bad += 1
        self._console.print(f"bad item: {tame(what)}", style="red", soft_wrap=True)


@contextmanager
def shown_progress(console: Console, files: Sequence[Path]) -> Iterator[Callable[[int], None]]:
    """Show how many bytes of the files are done; yield the function that says so."""
    total = sum(path.stat().st_size for path in files)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        task = bars.add_task(f"{len(files):,} file{'s' if len(files) > 1 else ''}", total=total)
        yield lambda size: bars.advance(task, size)
