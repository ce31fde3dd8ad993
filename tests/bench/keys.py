"""From a key to the screen while a reply streams in, with a long chat above it and without."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from statistics import median
from typing import Final

from tests.bench.figures import Figure, percentile, ratio, single
from tests.bench.program import Program
from tests.bench.replay import BIG, ReplayServer
from tests.bench.reply import PIECE
from tests.bench.scene import LONG, Scene

RATE: Final = 60
"""Pieces a second that stream in."""
ROUNDS: Final = 10

_LETTERS: Final = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
"""Typed once each in a round: none stands anywhere else on the screen."""
_PAUSE: Final = (0.03, 0.17)
"""Seconds between two keys."""
_QUIET: Final = 2.0
"""Seconds in a round without a key, to see what streaming takes."""
_DELETE_LINE: Final = "\x15"


class Side:
    """One of the two programs, and what was measured of it."""

    def __init__(self, program: Program, server: ReplayServer) -> None:
        self.program = program
        self.server = server
        self.waits: list[float] = []
        self.shares: list[float] = []
        self.typing_shares: list[float] = []
        self.bytes_a_second: list[float] = []
        program.type("hello")
        program.rest()
        program.mark()
        program.type("\r")
        program.painted("ready")
        server.rate(0)
        program.idle()
        program.type(BIG)
        program.rest()
        program.mark()  # the reply before was "replying" too
        program.type("\r")
        program.painted("replying")

    def play(self, rng: random.Random) -> None:
        """One round: let the reply stream for a while, then type."""
        program = self.program
        self.server.rate(RATE)
        program.read_for(0.5)
        program.mark()
        self.shares.append(self._share(lambda: program.read_for(_QUIET)))
        self.bytes_a_second.append(len(program.since) / _QUIET)
        self.typing_shares.append(self._share(lambda: self._type(rng)))
        program.type(_DELETE_LINE)
        self.server.rate(0)
        program.read_for(0.1)

    def _type(self, rng: random.Random) -> None:
        for letter in _LETTERS:
            self.program.read_for(rng.uniform(*_PAUSE))
            self.program.mark()
            began = time.perf_counter()
            self.program.type(letter)
            self.waits.append(1000 * (self.program.painted(letter) - began))

    def _share(self, do: Callable[[], None]) -> float:
        before, began = self.program.cpu, time.perf_counter()
        do()
        return 100 * (self.program.cpu - before) / (time.perf_counter() - began)


def measure(scene: Scene) -> list[Figure]:
    """Both are open all the time; in each round first one streams, then the other."""
    rng = random.Random(5)
    with ExitStack() as stack:
        sides = []
        for turns in (0, LONG):
            server = stack.enter_context(scene.server())
            sides.append(Side(stack.enter_context(scene.workbench(server, turns)), server))
        for _ in range(scene.rounds(ROUNDS)):
            for side in sides:
                side.play(rng)
        for side in sides:
            side.server.rate(float("inf"))
    empty, long = sides
    return [*_waits(empty, long), *_shares(empty, long)]


def _waits(empty: Side, long: Side) -> list[Figure]:
    short, far = percentile(empty.waits, 0.99), percentile(long.waits, 0.99)
    count = f"{len(long.waits)} keys a side"
    medians = f"medians {median(long.waits):.1f} / {median(empty.waits):.1f} ms"
    return [
        Figure(
            f"key to screen while {RATE} pieces/s stream, p99: {LONG:,} turns / none",
            far / short,
            bar=1.2,
            detail=f"{far:.1f} / {short:.1f} ms; {medians}; {count}",
        ),
        Figure("... p99, empty chat", short, "ms", 20, count),
        Figure(f"... p99, {LONG:,} turns", far, "ms", 20, count),
    ]


def _shares(empty: Side, long: Side) -> list[Figure]:
    sent = RATE * PIECE
    return [
        single(f"... CPU meanwhile, {LONG:,} turns", long.shares, bar=15, unit="%"),
        single("... CPU meanwhile, empty chat", empty.shares, bar=15, unit="%"),
        single("... CPU with 10 keys/s typed too, empty chat", empty.typing_shares, unit="%"),
        ratio(
            f"... bytes to the terminal / of the reply, at {RATE} pieces/s",
            empty.bytes_a_second,
            [sent] * len(empty.bytes_a_second),
            bar=None,
            unit="B/s",
        ),
    ]
