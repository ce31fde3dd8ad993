"""A log in which the mouse selects text.

Textual's own selecting is off here: it takes a drag that leaves a widget for one to that widget's
end, which is the end of the chat, and scrolls only while the mouse is inside.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from textual import events
from textual.geometry import Offset
from textual.selection import Selection
from textual.timer import Timer

from robotui.layout.scrollback import Place
from robotui.layout.viewport import Spot
from robotui.ui.log.log_view import LogView
from robotui.ui.painting.strips import text_at

_SCROLL_EVERY: Final = 0.04
"""Seconds between two steps while the mouse is held at an edge or beyond."""


class Press(NamedTuple):
    """A mouse button went down."""

    x: int
    y: int
    spot: Spot | None
    """What was there; None below the end, and on the notice in the last row."""
    on_notice: bool
    text: tuple[Place, Place]
    """What the cell stands for: from here to there."""
    following: bool
    """Whether the end was followed."""
    top: int
    """The row that was the first in view."""


class SelectLog(LogView, can_focus=False):
    """Selects whole lines and parts of lines of the text, wherever the mouse goes meanwhile."""

    ALLOW_SELECT = False

    press: Press | None = None
    _pointer: Offset | None = None
    """Where the mouse is while it selects, inside the log or not."""
    _scrolling: Timer | None = None

    @property
    def text_selection(self) -> Selection | None:
        """What is selected. One without ends is meant for other widgets: the chat has no ends."""
        selection = super().text_selection
        return None if selection is None or None in selection else selection

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text: logical lines, without margins, padding and soft breaks."""
        start, end = selection
        if start is None or end is None:
            return None
        places = Place.at(*start.transpose), Place.at(*end.transpose)
        return self.view.scrollback.text(*places), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Paint the rows that are selected now, or no longer."""
        del selection
        self.update()

    def update(self) -> None:
        """Show the scrollback as it is now; what comes under a held mouse is selected too."""
        if self._pointer is not None:
            self.view.following = False
            self.view.settle()
            self._select_to(self._pointer)
        super().update()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """What is pressed stays under the mouse, whatever comes in."""
        view, x, y = self.view, event.x, event.y
        on_notice = y == view.height - 1 and x in self.frame.notice
        spot = None if on_notice else view.spot(y)
        text = self._text_at(x, y)
        self.press = Press(x, y, spot, on_notice, text, view.following, view.top)
        if event.button == 1 and not on_notice and view.scrollback.entries:
            view.following = False
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Select up to the mouse; at the edges and beyond scroll, for as long as it is there."""
        press = self.press
        if press is None or self.app.mouse_captured is not self:
            return
        if self._pointer is None and (event.x, event.y) == press[:2]:
            return
        if self._scrolling is None:
            self._scrolling = self.set_interval(_SCROLL_EVERY, self._scroll_on)
        self._pointer = Offset(event.x, event.y)
        self.update()

    def on_mouse_up(self) -> None:
        """The selection is made. If there is none, this was a click."""
        self._let_go()
        press, view = self.press, self.view
        if press is None or self.app.mouse_captured is not self:
            return
        self.release_mouse()
        if press.following and view.top == press.top and self.text_selection is None:
            view.following = True
            self.update()

    def on_mouse_release(self) -> None:
        """Somebody else has the mouse now."""
        if self.app.mouse_captured is not self:
            self._let_go()

    def _let_go(self) -> None:
        self._pointer = None
        if self._scrolling is not None:
            self._scrolling.stop()
            self._scrolling = None

    def _scroll_on(self) -> None:
        """Scroll by as many rows as the mouse is beyond the edge; where it was pressed by none."""
        if self._pointer is None or self.press is None or self._pointer.y == self.press.y:
            return
        y, last = self._pointer.y, self.view.height - 1
        rows = min(0, y - 1) + max(0, y + 1 - last)
        if rows:
            self.scroll_to(y=self.view.top + rows)

    def _select_to(self, pointer: Offset) -> None:
        if self.press is not None:
            first, last = sorted((self.press.text, self._text_at(pointer.x, pointer.y)))
            self.select(first[0], last[1])

    def select(self, start: Place, end: Place) -> None:
        """Select the text between two places; nothing if they are the same."""
        ends = (Offset(place.offset, place.y) for place in (start, end))
        self.screen.selections = {} if start == end else {self: Selection(*ends)}

    def _text_at(self, x: int, y: int) -> tuple[Place, Place]:
        """What the cell stands for that is nearest in the log; below the end, the end."""
        view, right = self.view, self._laid_out.width - 1
        y = max(0, min(y, view.height - 1))
        last = view.scrollback.heights.total - view.top - 1
        x = right if y > last else max(0, min(x, right))
        spot = view.spot(min(y, last))
        if spot is None:
            return Place(0, 0, 0), Place(0, 0, 0)
        place = spot.place
        start, end = text_at(spot.section.row(spot.row), place.offset, x)
        return place._replace(offset=start), place._replace(offset=end)
