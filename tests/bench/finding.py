"""Walking the code blocks of a chat, and finding text in it, with a long chat and a short one."""

from __future__ import annotations

import time
from typing import Final

from tests.bench.figures import Figure, ratio
from tests.bench.opening import SHORT
from tests.bench.program import Program
from tests.bench.scene import LONG, Scene

ROUNDS: Final = 3

_ALT_UP, _FIND, _ESCAPE, _BACKSPACE = "\x1b[1;3A", "\x06", "\x1b", "\x7f"
_WALKED: Final = "s save"
"""Stands in the header of the block that was walked to."""
_EMPTY: Final = "type to find"
_COUNT: Final = "/"
"""Stands in the find bar once something was found, and not before."""
_BLOCKS: Final = 15
_LETTERS: Final = "pvbskm"
_PAUSE: Final = 0.3
"""Seconds between a letter and what comes next."""


class Waits:
    """Milliseconds until what a key does is painted."""

    def __init__(self, turns: int) -> None:
        self.turns = turns
        self.walk: list[float] = []
        self.find: list[float] = []

    def take(self, program: Program) -> None:
        """Walk up some blocks, then find a word letter by letter."""
        program.rest()
        for _ in range(_BLOCKS):
            self.walk.append(wait(program, _ALT_UP, _WALKED))
        program.type(_ESCAPE)
        program.rest()
        wait(program, _FIND, _EMPTY)
        for letter in _LETTERS:
            program.read_for(_PAUSE)
            self.find.append(wait(program, letter, _COUNT))
            program.read_for(_PAUSE)
            wait(program, _BACKSPACE, _EMPTY)


def wait(program: Program, key: str, text: str) -> float:
    """Milliseconds from a key until a text is painted."""
    program.mark()
    began = time.perf_counter()
    program.type(key)
    program.painted(text)
    return 1000 * (time.perf_counter() - began)


def measure(scene: Scene) -> list[Figure]:
    """Both chats in turn, some rounds."""
    short, long = Waits(SHORT), Waits(LONG)
    with scene.server() as server:
        for _ in range(scene.rounds(ROUNDS)):
            for waits in (short, long):
                with scene.workbench(server, waits.turns) as program:
                    waits.take(program)
    what = f"{LONG:,} turns / {SHORT}"
    return [
        ratio(f"Alt+Up until painted, {what}", long.walk, short.walk, bar=None, unit="ms"),
        ratio(
            f"a letter to find until painted, {what}", long.find, short.find, bar=None, unit="ms"
        ),
    ]
