"""Opening a long chat, leafing through it and resizing it, against an empty and a short one."""

from __future__ import annotations

from typing import Final

from tests.bench.figures import Figure, difference, ratio, single
from tests.bench.program import Program
from tests.bench.scene import LONG, Scene

SHORT: Final = 10
"""Turns of a chat that a long one is compared with."""
ROUNDS: Final = 5

_PAGES: Final = 10
"""As many as a short chat has."""
_TIMES: Final = 4
_WIDTHS: Final = (118, 96, 104, 90, 112)
_RESIZES: Final = 20

_PAGE_UP, _END = "\x1b[5~", "\x1b[F"
_STATE: Final = "ready"
"""Stands in the status bar, which every new width paints anew."""


class Costs:
    """Of one kind of chat; seconds of processor time, megabytes."""

    def __init__(self, turns: int) -> None:
        self.turns = turns
        self.opening: list[float] = []
        self.memory: list[float] = []
        self.page: list[float] = []
        self.new_page: list[float] = []
        self.resize: list[float] = []

    def take(self, program: Program) -> None:
        """What opening took, then what pages and other widths take."""
        program.idle()  # what is loaded behind the first frame counts
        self.opening.append(program.cpu)
        self.memory.append(program.memory)
        if not self.turns:
            return
        pages_up(program)  # now all pages of the short chat have been seen
        costs = [pages_up(program) for _ in range(_TIMES)]
        self.page.append(1000 * sum(costs) / len(costs) / _PAGES)
        program.type(_END)
        program.rest()
        before = program.cpu
        for number in range(_RESIZES):
            program.mark()
            program.resize(_WIDTHS[number % len(_WIDTHS)], 40)
            program.painted(_STATE)
            program.rest(0.05)
        self.resize.append(1000 * (program.cpu - before) / _RESIZES)


def pages_up(program: Program, pages: int = _PAGES) -> float:
    """From the end some pages up: seconds of processor time."""
    program.type(_END)
    program.rest(0.1)
    before = program.cpu
    for _ in range(pages):
        program.mark()
        program.type(_PAGE_UP)
        program.something()
        program.rest(0.02)
    program.rest(0.05)
    return program.cpu - before


def measure(scene: Scene) -> list[Figure]:
    """The three chats in turn, some rounds, after one that does not count."""
    empty, short, long = (Costs(turns) for turns in (0, SHORT, LONG))
    with scene.server() as server:
        with scene.workbench(server, LONG):
            pass
        for _ in range(scene.rounds(ROUNDS)):
            for costs in (empty, short, long):
                with scene.workbench(server, costs.turns) as program:
                    costs.take(program)
                    if costs is long:
                        # Beyond the pages that were seen before: each has to be made.
                        pages = _PAGES * _TIMES
                        seen, new = (pages_up(program, n) for n in (_PAGES, _PAGES + pages))
                        costs.new_page.append(1000 * (new - seen) / pages)
    what = f"{LONG:,} turns"
    return [
        difference(f"opening {what}, CPU - empty", long.opening, empty.opening, bar=0.5, unit="s"),
        difference(f"... memory - empty, {what}", long.memory, empty.memory, bar=60, unit="MB"),
        ratio(f"page up, {what} / {SHORT}", long.page, short.page, bar=1.5, unit="ms"),
        ratio(
            "... never seen / seen in the short one", long.new_page, short.page, bar=None, unit="ms"
        ),
        ratio(f"resize, {what} / {SHORT}", long.resize, short.resize, bar=2, unit="ms"),
        single("... opening an empty chat, CPU", empty.opening, unit="s"),
    ]
