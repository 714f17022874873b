"""One request of many lines, answered while it is read: reading, taking in and answering each go at their own pace.

    connection → reader → Backlog (bounded) → taker, batch by batch → Outbox → connection

The reader stops while the backlog is full: a fast sender is held back. The outbox never is, since most clients send all
before they read anything, and would wait for us while we wait for them; beyond a few megabytes it lies in a file.
When the connection breaks, the lines that had arrived whole are still taken, and nothing after them.
"""

from __future__ import annotations

import logging
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from service.api.ndjson import Line
from service.api.problems import Problem, problem_of, unexpected
from service.errors import ServiceError

LOGGER = logging.getLogger("isnad.bulk")
BATCH_LINES = 200
BATCH_BYTES = 8 * 1024 * 1024
LINGER_S = 0.2
"""How long the first line of a batch waits for others: one store for many is several times as fast."""
KEPT_IN_MEMORY = 4 * 1024 * 1024
SENT_AT_ONCE = 65536

Take = Callable[[Sequence[Line]], Iterator[bytes]]
Stop = Callable[[int, Problem], bytes]


class Backlog:
    """Lines that were read and not yet taken; at most about two batches."""

    def __init__(self) -> None:
        self._lines: deque[Line] = deque()
        self._bytes = 0
        self._changed = threading.Condition()
        self._is_ended = self._is_stopped = False
        self.problem: Problem | None = None

    def put(self, line: Line) -> bool:
        """Add a line when there is room; False when nobody takes any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_stopped or not self._is_full())
            self._lines.append(line)
            self._bytes += line.size
            self._changed.notify_all()
            return not self._is_stopped

    def end(self, problem: Problem | None = None) -> None:
        """Say that no line follows, and why when it is not the end of the body."""
        with self._changed:
            self._is_ended, self.problem = True, self.problem or problem
            self._changed.notify_all()

    def stop(self) -> None:
        """Say that no line will be taken any more."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()

    def take(self) -> list[Line]:
        """Return the next batch; waits for its first line, and a moment for more. Empty at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._lines or self._is_ended or self._is_stopped)
            self._changed.wait_for(self._has_batch, timeout=LINGER_S)
            batch: list[Line] = []
            size = 0
            while self._lines and not self._is_stopped and len(batch) < BATCH_LINES and size < BATCH_BYTES:
                batch.append(self._lines.popleft())
                size += batch[-1].size
            self._bytes -= size
            self._changed.notify_all()
            return batch

    def _is_full(self) -> bool:
        return len(self._lines) >= 2 * BATCH_LINES or self._bytes >= BATCH_BYTES

    def _has_batch(self) -> bool:
        return self._is_ended or self._is_stopped or len(self._lines) >= BATCH_LINES or self._bytes >= BATCH_BYTES


class Outbox:
    """Results on their way to the caller: written by one thread, sent by another; no amount of them blocks."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(KEPT_IN_MEMORY)  # noqa: SIM115 (closed by whoever sends)
        self._read = self._written = 0
        self._changed = threading.Condition()
        self._is_closed = False

    def write(self, data: bytes) -> None:
        """Add to what is sent."""
        with self._changed:
            if not self._file.closed:
                self._file.seek(self._written)
                self._file.write(data)
                self._written += len(data)
                self._changed.notify_all()

    def close(self) -> None:
        """Say that nothing follows."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def send(self) -> Iterator[bytes]:
        """Yield all that is written, as soon as it is, until the outbox is closed."""
        try:
            while data := self._next():
                yield data
        finally:
            with self._changed:
                self._file.close()

    def _next(self) -> bytes:
        with self._changed:
            self._changed.wait_for(lambda: self._written > self._read or self._is_closed)
            self._file.seek(self._read)
            data = self._file.read(SENT_AT_ONCE)
            self._read += len(data)
            if self._read == self._written:
                self._file.seek(0)
                self._file.truncate()
                self._read = self._written = 0
            return data


class Exchange:
    """The threads of one request. `take` answers a batch line by line, `stop` words the answer that ends the stream.

    `body` is what the lines are made of; it is read to its end even when nobody takes the lines any more, since a
    client that still sends does not see an answer.
    """

    def __init__(self, body: Iterator[bytes], lines: Iterator[Line], *, take: Take, stop: Stop) -> None:
        self._body, self._lines = body, lines
        self._take, self._stop = take, stop
        self._backlog, self._outbox = Backlog(), Outbox()
        self._next_number = 1
        self.problem: Problem | None = None
        """Why the stream ended before the body did."""

    def results(self) -> Iterator[bytes]:
        """Start, and yield results until all lines are answered; closing the iterator ends the exchange."""
        threads = [
            threading.Thread(target=target, name=name, daemon=True)
            for name, target in (("bulk-reader", self._read_all), ("bulk-taker", self._take_all))
        ]
        for thread in threads:
            thread.start()
        try:
            yield from self._outbox.send()
        finally:
            self._backlog.stop()
        # Only now is the connection free for the next request. (When the caller is gone there is none.)
        for thread in threads:
            thread.join()

    def _read_all(self) -> None:
        problem: Problem | None = None
        try:
            all(self._backlog.put(line) for line in self._lines)
        except Problem as error:
            problem = error
        except Exception:
            LOGGER.exception("a body of lines could not be read")
            problem = unexpected()
        self._backlog.end(problem)
        self._pass_over_rest()

    def _pass_over_rest(self) -> None:
        try:
            for _ in self._body:
                pass
        except Problem:
            return

    def _take_all(self) -> None:
        try:
            while batch := self._backlog.take():
                self._take_batch(batch)
            self.problem = self._backlog.problem
        except Problem as error:
            self.problem = error
        except ServiceError as error:
            self.problem = problem_of(error)
            LOGGER.warning("a stream of articles ends early", extra={"fields": {"reason": str(error)}})
        except Exception:
            LOGGER.exception("a stream of articles ends early")
            self.problem = unexpected()
        if self.problem:
            self._outbox.write(self._stop(self._next_number, self.problem))
        self._backlog.stop()
        self._outbox.close()

    def _take_batch(self, batch: Sequence[Line]) -> None:
        self._next_number = batch[0].number
        for place, result in enumerate(self._take(batch), start=1):
            self._outbox.write(result)
            self._next_number = batch[place].number if place < len(batch) else batch[-1].number + 1
