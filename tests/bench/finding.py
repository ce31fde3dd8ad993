"""Walking the code blocks of a chat, and finding text in it, with a long chat and a short one."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Final

from tests.bench.figures import Figure, ratio
from tests.bench.opening import SHORT
from tests.bench.program import Screen
from tests.bench.scene import LONG, Scene

ROUNDS: Final = 5

_ALT_UP, _FIND, _ESCAPE, _BACKSPACE = "\x1b[1;3A", "\x06", "\x1b", "\x7f"
_WALKED: Final = "s save"
"""Stands in the header of the block that was walked to."""
_EMPTY: Final = "type to find"
_COUNT: Final = re.compile(r"\bFind .* [\d,]+\+?/[\d,]+")
"""The find bar, once something was found."""
_BLOCKS: Final = 15
_LETTERS: Final = "pvbskm"
_PAUSE: Final = 0.3
"""Seconds until the next key."""


class Waits:
    """Milliseconds until what a key does is on the screen."""

    def __init__(self, turns: int) -> None:
        self.turns = turns
        self.walk: list[float] = []
        self.find: list[float] = []

    def take(self, screen: Screen) -> None:
        """Walk up some blocks, then find a word letter by letter."""
        for _ in range(_BLOCKS):
            self.walk.append(walk(screen))
        wait(screen, _ESCAPE, lambda: _WALKED not in screen.text)
        wait(screen, _FIND, lambda: _EMPTY in screen.text)
        for letter in _LETTERS:
            self.find.append(wait(screen, letter, lambda: bool(_COUNT.search(screen.text))))
            wait(screen, _BACKSPACE, lambda: _EMPTY in screen.text)


def walk(screen: Screen) -> float:
    """Milliseconds to the block before."""
    before = screen.text
    return wait(screen, _ALT_UP, lambda: screen.text != before and _WALKED in screen.text)


def wait(screen: Screen, key: str, fact: Callable[[], bool]) -> float:
    """Milliseconds from a key until its effect is on the screen; then a pause.

    Not until nothing more comes: in a long chat the count goes on for seconds.
    """
    began = time.perf_counter()
    screen.type(key)
    shown = screen.when(fact, f"the effect of {key!r}")
    screen.read_for(_PAUSE)
    return 1000 * (shown - began)


def measure(scene: Scene) -> list[Figure]:
    """Both chats in turn, some rounds."""
    short, long = Waits(SHORT), Waits(LONG)
    with scene.server() as server:
        for _ in range(scene.rounds(ROUNDS)):
            for waits in (short, long):
                with scene.watched(server, waits.turns) as screen:
                    waits.take(screen)
    what = f"{LONG:,} turns / {SHORT}"
    return [
        ratio(f"Alt+Up until painted, {what}", long.walk, short.walk, bar=None, unit="ms"),
        ratio(
            f"a letter to find until painted, {what}", long.find, short.find, bar=None, unit="ms"
        ),
    ]
