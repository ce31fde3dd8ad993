"""Doing something that takes time not too often, however often it is asked for."""

from __future__ import annotations

import time
from collections.abc import Callable

Later = Callable[[float, Callable[[], None]], object]
"""Calls a function after so many seconds."""


class Throttle:
    """Runs ``action`` at most ``per_second`` times a second; what was asked for is always done.

    An action that takes long (laying out a paragraph of a megabyte) gets at most half of the time.
    """

    def __init__(
        self,
        action: Callable[[], None],
        per_second: int,
        later: Later,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._action = action
        self._interval = 1 / per_second
        self._later = later
        self._clock = clock
        self._next_at = float("-inf")
        self._is_waiting = False

    def __call__(self) -> None:
        """Run the action now if it has not run for a while, else a bit later."""
        if self._is_waiting:
            return
        wait = self._next_at - self._clock()
        if wait <= 0:
            self.flush()
        else:
            self._is_waiting = True
            self._later(wait, self.flush)

    def flush(self) -> None:
        """Run the action now, whenever it ran last."""
        self._is_waiting = False
        began = self._clock()
        self._action()
        ended = self._clock()
        self._next_at = ended + max(self._interval, ended - began)
