"""How many processor cores are ours: what an affinity mask and a container's quota leave of the machine's."""

from __future__ import annotations

import math
import os
from pathlib import Path

QUOTA = Path("/sys/fs/cgroup/cpu.max")
"""Of control groups, version 2: «max 100000» or microseconds of processor time in so many microseconds."""
MOST_THREADS = 8
"""The products of a batch of passages are too small to gain from more."""


def count_cores(*, quota: Path = QUOTA) -> int:
    """Return the number of cores this process may use, at least 1."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, _read_quota(quota) or cores))


def _read_quota(quota: Path) -> int | None:
    try:
        allowed, period = quota.read_text("ascii").split()
        return math.ceil(int(allowed) / int(period))
    except (OSError, ValueError):  # no such group, or no limit in it
        return None


def share_threads(cores: int, *, processes: int) -> int:
    """Return how many threads each of several processes computes with: twice its share of the cores.

    Twice, because the processes seldom compute at the same time, and waiting threads sleep instead of spinning.
    """
    return min(cores, MOST_THREADS, math.ceil(2 * cores / processes))
