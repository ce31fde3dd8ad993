"""What is asked for often is done at once, then not too often, and never forgotten."""

from __future__ import annotations

from collections.abc import Callable

from robotui.ui.log.throttle import Throttle


class Clock:
    """A time that passes when it is told to, and a list of what is to be called when."""

    def __init__(self) -> None:
        self.now = 100.0
        self.later: list[tuple[float, Callable[[], None]]] = []

    def call(self, wait: float, action: Callable[[], None]) -> None:
        self.later.append((wait, action))


def throttled(takes: float = 0.0) -> tuple[Clock, Throttle, list[float]]:
    """Four times a second at most; each run takes so many seconds."""
    clock, runs = Clock(), list[float]()

    def run() -> None:
        runs.append(clock.now)
        clock.now += takes

    return clock, Throttle(run, 4, clock.call, lambda: clock.now), runs


def test_what_is_asked_for_is_done_at_once_and_then_a_bit_later_once() -> None:
    clock, throttle, runs = throttled()
    throttle()
    assert runs == [100.0]
    clock.now = 100.1
    for _ in range(3):
        throttle()
    assert len(runs) == 1
    ((wait, later),) = clock.later
    assert round(wait, 6) == 0.15
    clock.now = 100.25
    later()
    assert runs == [100.0, 100.25]
    throttle()
    assert len(clock.later) == 2


def test_after_a_while_it_is_done_at_once_again() -> None:
    clock, throttle, runs = throttled()
    throttle()
    clock.now = 100.25
    throttle()
    assert (runs, clock.later) == ([100.0, 100.25], [])


def test_what_takes_long_gets_half_of_the_time() -> None:
    clock, throttle, _ = throttled(takes=2.0)
    throttle()
    throttle()
    assert [wait for wait, _ in clock.later] == [2.0]


def test_a_flush_waits_for_nothing() -> None:
    clock, throttle, runs = throttled()
    throttle()
    throttle.flush()
    assert runs == [100.0, 100.0]
    throttle()
    assert len(clock.later) == 1
