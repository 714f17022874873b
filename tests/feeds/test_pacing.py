"""Pauses between requests to a host, with waits that are written down instead of waited."""

from __future__ import annotations

import threading
import time

import pytest

from service.feeds.pacing import HostPauses, Interrupted, Pausing


class Watch:
    """A clock that goes on when somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waits.append(round(max(0.0, seconds), 3))
        self.now += max(0.0, seconds)


def turns(pauses: HostPauses, watch: Watch, *hosts: tuple[str, float]) -> list[float]:
    for host, pause_s in hosts:
        with pauses.turn(host, pause_s=pause_s):
            watch.now += 0.25
    return watch.waits


@pytest.mark.parametrize(
    ("hosts", "waits"),
    [
        ([("a", 0), ("a", 0), ("a", 0)], [0, 2, 2]),
        ([("a", 0), ("b", 0), ("a", 0)], [0, 0, 1.75]),
        ([("a", 10), ("a", 0)], [0, 10]),
        ([("a", 1), ("a", 0)], [0, 2]),
    ],
)
def test_the_longer_pause_counts(hosts: list[tuple[str, float]], waits: list[float]) -> None:
    watch = Watch()
    assert turns(HostPauses(2.0, watch.wait, clock=watch), watch, *hosts) == waits


def test_a_request_that_fails_is_followed_by_a_pause_too() -> None:
    watch = Watch()
    pauses = HostPauses(2.0, watch.wait, clock=watch)
    with pytest.raises(RuntimeError), pauses.turn("a"):
        raise RuntimeError
    assert turns(pauses, watch, ("a", 0)) == [0, 2]


def test_two_threads_never_hold_a_host_together() -> None:
    pauses = HostPauses(0.0, lambda _: None)
    inside, most = [0], [0]

    def take_turns() -> None:
        for _ in range(20):
            with pauses.turn("a"):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0.001)
                inside[0] -= 1

    threads = [threading.Thread(target=take_turns) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_very_many_hosts_are_forgotten_when_their_pause_is_over() -> None:
    watch = Watch()
    pauses = HostPauses(2.0, watch.wait, clock=watch)
    for number in range(5000):
        with pauses.turn(str(number)):
            watch.now += 1.0
    assert len(pauses._hosts) <= 2000
    assert turns(pauses, watch, ("4999", 0))[-1] == 2, "those whose pause runs are not"


def test_a_wait_ends_when_the_work_is_to_stop() -> None:
    pausing = Pausing()
    threading.Timer(0.05, pausing.stop).start()
    begun = time.monotonic()
    with pytest.raises(Interrupted):
        pausing.wait(30)
    assert time.monotonic() - begun < 10
    with pytest.raises(Interrupted):
        pausing.check()
    pausing.resume()
    pausing.check()
