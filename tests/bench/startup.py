"""Time from start to a usable prompt, against an empty Textual app."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import Final

from tests.bench.figures import Figure, ratio
from tests.bench.program import PROGRAM, Program
from tests.bench.scene import Scene

ROUNDS: Final = 7
BAR: Final = 1.3

_LETTER: Final = "ß"


def measure(scene: Scene) -> list[Figure]:
    """Both in turn, some rounds, after one that does not count."""
    bare = [sys.executable, "-m", "tests.bench.floors", "prompt"]
    base, ours = [], []
    for _ in range(scene.rounds(ROUNDS) + 1):
        base.append(_start(scene, bare, "usable"))
        ours.append(_start(scene, PROGRAM, "Ask General"))
    figures = []
    for index, what in enumerate(("shown", "first letter typed")):
        one, other = ([times[index] for times in side[1:]] for side in (ours, base))
        figures.append(ratio(f"start: {what} / an empty app", one, other, bar=BAR))
    return figures


def _start(scene: Scene, command: Sequence[str], ready: str) -> tuple[float, float]:
    """Seconds until ``ready`` is painted, and until a typed letter is."""
    with scene.home() as home:
        began = time.perf_counter()
        with Program(command, home=home) as program:
            program.painted(ready)
            shown = time.perf_counter() - began
            program.type(_LETTER)
            program.painted(_LETTER)
            usable = time.perf_counter() - began
            program.quit()
    return shown, usable
