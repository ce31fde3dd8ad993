"""Waiting for facts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

PATIENCE: Final = 120.0
"""Seconds after which what is waited for is taken never to come.

Only a test that fails takes so long: how fast the machine is decides nothing.
"""


async def until(
    fact: Callable[[], bool],
    what: Callable[[], str] | str,
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> None:
    """Wait for a fact that nothing announces; ``what`` says what did not happen."""
    end = time.monotonic() + PATIENCE
    while not fact():
        if time.monotonic() > end:
            raise AssertionError(what if isinstance(what, str) else what())
        await pause(0.005)


class Clock:
    """The clock of the running loop, which a test moves forward instead of waiting."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ahead = 0.0
        real = self._loop.time
        self._loop.time = lambda: real() + self._ahead  # type: ignore[method-assign]

    def forward(self, seconds: float) -> None:
        """Let so many seconds have passed."""
        self._ahead += seconds
