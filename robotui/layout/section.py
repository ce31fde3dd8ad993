"""The parts that an entry of the log is made of: some lines, laid out for one width.

A section knows its height before any of its rows is made. Its lines are what is selected and
copied; the rows show where in the lines they come from.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import Any, Final

from robotui.layout.rows import Row, Run, line_breaks, line_row
from robotui.markdown.blocks import Line, Margin, lead_of

INDENT: Final = 2
"""Cells in front of what an agent says and does."""
BLANK: Final = Line("")

_NONE: Final = range(0)


class Section:
    """Lines one below the other.

    ``subject`` is what a click on the section is about: a code block, an activity, a notice.
    ``indent`` is how many cells are left free at the left. ``hidden`` lines take no row: a place
    in them is shown by the row above. ``strips`` belongs to whoever paints: by line and row in it.
    """

    def __init__(
        self, lines: list[Line], subject: Any = None, indent: int = 0, hidden: range = _NONE
    ) -> None:
        self.lines = lines
        self.subject = subject
        self.indent = indent
        self.hidden = hidden
        self.strips: dict[tuple[int, int], Any] = {}
        self.height = 0
        self._width = 0
        self._breaks: list[tuple[int, ...]] = []
        self._tops: list[int] = []

    def lay_out(self, width: int) -> int:
        """Fit the lines to this many cells and return the height in rows."""
        if width != self._width:
            self._width = width
            self.strips.clear()
            self._lay_out_from(0)
        return self.height

    def is_copied(self, at: int) -> bool:
        """Whether a selection across this line takes it: not our own words, nor what is hidden."""
        return not self.lines[at].chrome and at not in self.hidden

    def line_at(self, row: int) -> int:
        """The line that a row belongs to."""
        return bisect_right(self._tops, row) - 1

    def locate(self, row: int) -> tuple[int, int]:
        """The line that a row belongs to, and which of its rows it is."""
        at = self.line_at(row)
        return at, row - self._tops[at]

    def row(self, row: int) -> Row:
        """What a row shows."""
        made = self._line_row(*self.locate(row))
        return [Run(" " * self.indent, ""), *made] if self.indent else made

    def start_of(self, row: int) -> int:
        """The offset in its line at which a row begins."""
        at, row = self.locate(row)
        return self._breaks[at][row]

    def place_of(self, row: int) -> tuple[int, int]:
        """The line that a row belongs to, and an offset by which the row is found again."""
        return self.line_at(row), self.start_of(row)

    def row_of(self, line: int, offset: int) -> int:
        """The row that shows this place."""
        line = max(0, min(line, len(self.lines) - 1))
        return max(0, self._tops[line] + bisect_right(self._breaks[line], offset) - 1)

    def fill(self, row: int) -> str:
        """The style of a row where nothing stands."""
        return self.lines[self.line_at(row)].fill

    @property
    def _inner(self) -> int:
        return self._width - self.indent

    def _lay_out_from(self, first: int) -> None:
        """Fit the lines from the one at ``first`` on; those before are fitted already."""
        top = self._tops[first] if first < len(self._tops) else self.height
        if first == 0:
            top = 0
        hidden = self.hidden
        new = [
            () if at in hidden else self._fit(at, line)
            for at, line in enumerate(self.lines[first:], first)
        ]
        self._breaks[first:] = new
        *tops, self.height = accumulate((len(starts) for starts in new), initial=top)
        self._tops[first:] = tops

    def _fit(self, at: int, line: Line) -> tuple[int, ...]:
        """The offsets at which the rows of the line begin that is the section's ``at``-th."""
        del at
        return line_breaks(line, self._inner)

    def _line_row(self, at: int, row: int) -> Row:
        return line_row(self.lines[at], self._breaks[at], row, self._inner)


def gap_lines(gap: Margin | None) -> list[Line]:
    """The blank row before a block, if it has one."""
    return [] if gap is None else [Line("", first=gap, lead=lead_of(gap).strip())]
