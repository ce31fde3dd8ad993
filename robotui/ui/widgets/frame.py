"""The painted rows of a viewport, and which of them have changed."""

from __future__ import annotations

from textual.selection import Selection
from textual.strip import Strip

from robotui.ui.widgets.paint import MARGIN, paint, strip_of, with_selection
from robotui.ui.widgets.palette import Palette
from robotui.ui.widgets.rows import Run
from robotui.ui.widgets.viewport import Viewport


class Frame:
    """Rows as strips of one width. Rows that look the same stay the same objects.

    That is worth a lot: a strip remembers what it looks like on the terminal.
    """

    def __init__(self, view: Viewport) -> None:
        self.strips: list[Strip] = []
        self._view = view

    def compose(self, width: int, palette: Palette, selection: Selection | None) -> list[int]:
        """Paint the rows in view; returns those that look different from before."""
        view, old = self._view, self.strips
        strips = [self._strip(y, width, palette, selection) for y in range(view.height)]
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

    def forget(self) -> None:
        """The colours have changed."""
        self.strips = []
        for entry in self._view.scrollback.entries:
            for section in entry.sections:
                section.strips.clear()

    def _strip(self, y: int, width: int, palette: Palette, selection: Selection | None) -> Strip:
        spot = self._view.spot(y)
        if spot is None:
            return Strip.blank(width, palette[""])
        span = selection.get_span(spot.place.y) if selection is not None else None
        if span is None:
            return strip_of(spot.section, spot.row, width, palette)
        start, end = span
        row = with_selection(spot.section.row(spot.row), start, end if end >= 0 else 1 << 30)
        return paint(row, spot.section.fill(spot.row), width, palette)

    def _with_notice(self, strip: Strip, width: int, palette: Palette) -> Strip:
        """The last row, at its right end how much there is below."""
        below = self._view.below
        notice = f" ↓ {below} line{'' if below == 1 else 's'} below · End "
        room = width - len(notice) - MARGIN
        if room < 1:
            return strip
        label = paint([Run(notice, "below")], "", len(notice) + 2 * MARGIN, palette).crop(MARGIN)
        return Strip.join([strip.crop(0, room), label])
