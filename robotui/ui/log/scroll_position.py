"""Telling Textual how long the log is and what is in view, without a new layout of the screen.

Textual lays out the whole screen when the virtual size of a widget changes, and draws a scroll bar
anew whenever it moves: a third to half of what painting a row that comes in would cost. So this
sets what Textual watches without its watchers, and the scroll bar is drawn again only when its
thumb moves by what can be seen.
"""

from __future__ import annotations

from math import ceil

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.widget import Widget


class ScrollPosition:
    """The virtual size, the scroll offset and the vertical scroll bar of a widget."""

    def __init__(self, widget: ScrollView) -> None:
        self._widget = widget
        self._thumb = (0, 0)

    def set(self, size: Size, top: int, height: int) -> None:
        """The whole takes ``size``; of that ``height`` rows are in view, from ``top`` on."""
        widget = self._widget
        widget.set_reactive(Widget.virtual_size, size)
        widget.set_reactive(Widget.scroll_y, float(top))
        widget.set_reactive(Widget.scroll_target_y, float(top))
        bar, total = widget.vertical_scrollbar, size.height
        bar.set_reactive(ScrollBar.window_virtual_size, total)
        bar.set_reactive(ScrollBar.window_size, height)
        bar.set_reactive(ScrollBar.position, float(top))
        thumb = thumb_of(total, top, height)
        if thumb != self._thumb:
            self._thumb = thumb
            bar.refresh()


def thumb_of(total: int, top: int, height: int) -> tuple[int, int]:
    """Where the thumb begins and how long it is, in eighths of a cell, as it is drawn."""
    size = min(height, max(1.0, height * height / max(1, total)))
    start = (height - size) * top / max(1, total - height)
    return int(start * 8), ceil(size * 8)
