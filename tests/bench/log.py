"""The big reply at full speed: against a ``RichLog``, with a long chat above it, its bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tests.bench.figures import Figure, ratio, single
from tests.bench.program import Program
from tests.bench.replay import BIG
from tests.bench.reply import END, big_reply
from tests.bench.scene import LONG, Scene

ROUNDS: Final = 15


def measure(scene: Scene) -> list[Figure]:
    """Three programs in turn, some rounds, after one that does not count.

    A single round says little: with few of them the ratio of the long chat to the empty one came
    out between 0.96 and 1.76.
    """
    rich: list[float] = []
    empty: list[float] = []
    long: list[float] = []
    written: list[float] = []
    with scene.server() as server:
        for number in range(scene.rounds(ROUNDS) + 1):
            with scene.bare("richlog") as bare:
                bare.painted("waits for a key")
                rich.append(cost(bare, lambda: bare.painted(END)))
            # Neither goes first in every round.
            for turns, costs in ((0, empty), (LONG, long))[:: 1 if number % 2 else -1]:
                with scene.workbench(server, turns) as program:
                    costs.append(big_reply_cost(program))
                    if not turns:
                        written.append(len(program.since) / len(big_reply().encode()))
    figures = [values[1:] for values in (rich, empty, long, written)]
    rich, empty, long, written = figures
    return [
        ratio("reply at full speed, CPU / RichLog's", empty, rich, bar=0.4),
        ratio(f"... with {LONG:,} turns above / none", long, empty, bar=1.15),
        single("... bytes to the terminal / of the reply", written, bar=2, unit="x"),
    ]


def big_reply_cost(program: Program) -> float:
    """Seconds of processor time for the big reply, after a small one to warm up."""
    program.type("hello")
    program.rest()
    cost(program, lambda: program.painted("ready"))
    program.type(BIG)
    program.rest()
    return cost(program, lambda: program.painted(END, "ready"))


def cost(program: Program, wait: Callable[[], object]) -> float:
    """Seconds of processor time from Enter until what ``wait`` waits for is painted."""
    program.idle()
    program.mark()
    before = program.cpu
    program.type("\r")
    wait()
    program.rest(0.1)
    return program.cpu - before
