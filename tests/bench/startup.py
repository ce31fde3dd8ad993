"""Time from start to a usable prompt, against an empty Textual app."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.bench.figures import Figure, ratio
from tests.bench.program import PROGRAM, Screen
from tests.bench.scene import Scene

ROUNDS: Final = 15
BAR: Final = 1.3

_LETTER: Final = "ß"


def measure(scene: Scene) -> list[Figure]:
    """Both in turn, some rounds, after one that does not count."""
    bare = [sys.executable, "-m", "tests.bench.floors", "prompt"]
    base: list[tuple[float, float]] = []
    ours: list[tuple[float, float]] = []
    for _ in range(scene.rounds(ROUNDS) + 1):
        for command, ready, times in ((bare, "usable", base), (PROGRAM, "Ask General", ours)):
            with scene.home() as home:
                times.append(start(command, ready, home))
    figures = []
    for index, what in enumerate(("shown", "first letter typed")):
        one, other = ([times[index] for times in side[1:]] for side in (ours, base))
        figures.append(ratio(f"start: {what} / an empty app", one, other, bar=BAR))
    return figures


def start(command: Sequence[str], ready: str, home: Path) -> tuple[float, float]:
    """Seconds until ``ready`` is on the screen, and until a letter typed then is."""
    began = time.perf_counter()
    with Screen(command, home=home) as screen:
        shown = screen.painted(ready) - began
        screen.type(_LETTER)
        usable = screen.painted(_LETTER) - began
        screen.quit()
    return shown, usable
