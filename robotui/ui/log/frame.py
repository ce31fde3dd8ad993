"""The painted rows of a viewport, and which of them have changed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Final

from textual.selection import Selection
from textual.strip import Strip

from robotui.layout.rows import Run
from robotui.layout.scrollback import Place
from robotui.layout.viewport import Spot, Viewport
from robotui.markdown.blocks import Line
from robotui.ui.painting.palette import SELECTED, Palette
from robotui.ui.painting.strips import MARGIN, Mark, paint, strip_of, with_mark

Marker = Callable[[Place, Line], list[Mark]]
"""What is to be marked in a line; the place says which one it is."""

_END: Final = 1 << 30


class Frame:
    """Rows as strips of one width. Rows that look the same stay the same objects.

    That is worth a lot: a strip remembers what it looks like on the terminal.
    """

    def __init__(self, view: Viewport, colours: Callable[[], Palette]) -> None:
        self.strips: list[Strip] = []
        self.width = 0
        self.marker: Marker | None = None
        self.notice = range(0)
        """The columns of the last row that say what is below."""
        self._view = view
        self._colours = colours
        self._palette: Palette | None = None

    def compose(self, width: int, selection: Selection | None) -> list[int]:
        """Paint the rows in view; returns those that look different from before."""
        if self._palette is None:
            self._palette = self._colours()
        view, old, palette = self._view, self.strips, self._palette
        self.width = width
        if selection is None and self.marker is None:
            shown = islice(view.rows(), view.height)
            strips = [strip_of(section, row, width, palette) for section, row in shown]
            strips += [Strip.blank(width, palette[""])] * (view.height - len(strips))
        else:
            strips = [self._strip(y, width, palette, selection) for y in range(view.height)]
        self.notice = range(0)
        if view.below and view.height > 1:
            strips[-1] = self._with_notice(strips[-1], width, palette)
        changed = []
        for y, strip in enumerate(strips):
            if y < len(old) and (old[y] is strip or old[y] == strip):
                strips[y] = old[y]
            else:
                changed.append(y)
        self.strips = strips
        return changed

    def restyle(self) -> bool:
        """Look whether the theme has other colours now; if so, all has to be painted anew."""
        if self._palette is None:
            return False
        fresh = self._colours()
        if fresh.same_as(self._palette):
            return False
        self._palette, self.strips = fresh, []
        for entry in self._view.scrollback.entries:
            for section in entry.stack.sections:
                section.strips.clear()
        return True

    def _strip(self, y: int, width: int, palette: Palette, selection: Selection | None) -> Strip:
        spot = self._view.spot(y)
        if spot is None:
            return Strip.blank(width, palette[""])
        marks = self._marks(spot)
        span = selection.get_span(spot.place.y) if selection is not None else None
        if span is not None:
            start, end = span
            marks.append((start, end if end >= 0 else _END, SELECTED))
        if not marks:
            return strip_of(spot.section, spot.row, width, palette)
        row = spot.section.row(spot.row)
        for mark in marks:
            row = with_mark(row, mark)
        return paint(row, spot.section.fill(spot.row), width, palette)

    def _marks(self, spot: Spot) -> list[Mark]:
        """What is marked in the row of a spot."""
        section, row = spot.section, spot.row
        at = section.line_at(row)
        marks = self.marker(spot.place, section.lines[at]) if self.marker is not None else []
        if not marks:
            return []
        first = section.start_of(row)
        more = row + 1 < section.height and section.line_at(row + 1) == at
        # All rows of a table's line begin at 0: what they show is in no order.
        last = (section.start_of(row + 1) if more else 0) or _END
        return [mark for mark in marks if mark[1] > first and mark[0] < last]

    def _with_notice(self, strip: Strip, width: int, palette: Palette) -> Strip:
        """The last row, at its right end what came since the end was left: a click leads there."""
        new = self._view.new
        what = f"{new} new line{'' if new == 1 else 's'} · " if new else ""
        notice = f" ↓ {what}End "
        room = width - len(notice) - MARGIN
        if room < 1:
            return strip
        self.notice = range(room, room + len(notice))
        label = paint([Run(notice, "below")], "", len(notice) + 2 * MARGIN, palette).crop(MARGIN)
        return Strip.join([strip.crop(0, room), label])


def runs(rows: list[int]) -> list[tuple[int, int]]:
    """Ascending numbers as stretches, each with its first number and the one behind its end."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row:
            found[-1] = (found[-1][0], row + 1)
        else:
            found.append((row, row + 1))
    return found
