"""What is found out, and how it is told."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from robotui.text import one_line


class State(Enum):
    """What is known of a way to the clipboard."""

    WORKS = auto()
    UNSURE = auto()
    FAILS = auto()
    UNUSED = auto()


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about one thing."""

    name: str
    says: str
    state: State = State.UNUSED


@dataclass(frozen=True, slots=True)
class Report:
    """The findings on the ways to the clipboard, in their order, and on everything else."""

    routes: list[Finding]
    rest: list[Finding]

    @property
    def taken(self) -> Finding | None:
        """The way that a copy takes; None if there is none."""
        usable = (State.WORKS, State.UNSURE)
        return next((route for route in self.routes if route.state in usable), None)

    def lines(self, width: int) -> Iterator[str]:
        """The report in lines of at most ``width`` columns, where their words allow it."""
        rows = [("clipboard", self._verdict())]
        rows += [(f"  {finding.name}", finding.says) for finding in self.routes]
        rows += [(finding.name, finding.says) for finding in self.rest]
        for name, says in rows:
            yield from textwrap.wrap(
                f"{name:<14}{one_line(says, 1000)}",
                max(width, 40),
                subsequent_indent=" " * 14,
                break_long_words=False,
                break_on_hyphens=False,
            )

    def _verdict(self) -> str:
        way = self.taken
        if way is None:
            return "none: what you copy is kept, but on no clipboard"
        return f"works, by {way.name}" if way.state is State.WORKS else f"by {way.name}, unverified"
