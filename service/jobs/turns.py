"""Whose job comes next: owners take turns, and the jobs of one owner come in the order they were made.

So a desk that sends ten batches does not keep another from its one. Each process counts the turns that it has given;
over several processes every owner still gets a share in each of them.
"""

from __future__ import annotations

from collections.abc import Mapping

TURN = 4
"""Claims of one job in a turn: others wait no longer than these take, and changing the job costs four small writes."""


class Turns:
    """The turns given by one process."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}
        self._count = 0

    def order(self, jobs: Mapping[str, str]) -> list[str]:
        """Return the ids of jobs (given with their owners, the oldest first), whose turn it is first."""
        self._given = {owner: self._given.get(owner, 0) for owner in jobs.values()}
        return sorted(jobs, key=lambda job_id: self._given[jobs[job_id]])

    def note(self, owner: str) -> None:
        """Note that an owner had a turn."""
        self._count += 1
        self._given[owner] = self._count
