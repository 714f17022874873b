"""Budget and breaker, on a clock that the test turns."""

from __future__ import annotations

from service.judgement.remote.limits import FAILURES, MINUTE_S, REST_S, Breaker, Budget


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_budget_is_of_any_sixty_seconds() -> None:
    clock = Clock()
    budget = Budget(2, clock=clock)
    taken = []
    for passed in (0, 30, 29, 1.5, 0, 30):
        clock.now += passed
        taken.append(budget.take())
    assert taken == [True, True, False, True, False, True]
    clock.now += MINUTE_S
    assert [budget.take() for _ in range(3)] == [True, True, False]


def test_a_breaker_opens_after_failures_in_a_row_only() -> None:
    breaker = Breaker(clock=Clock())
    for _ in range(FAILURES - 1):
        breaker.failed()
    breaker.succeeded()
    for _ in range(FAILURES - 1):
        breaker.failed()
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()


def test_after_a_rest_one_question_tries() -> None:
    clock = Clock()
    breaker = Breaker(clock=clock)
    for _ in range(FAILURES):
        breaker.failed()
    clock.now += REST_S
    assert [breaker.allows(), breaker.allows()] == [True, False]
    breaker.failed()
    clock.now += REST_S / 2
    assert not breaker.allows()
    clock.now += REST_S / 2
    assert breaker.allows()
    breaker.succeeded()
    assert [breaker.allows(), breaker.allows()] == [True, True]
