"""Selecting text with the mouse, wherever it goes while its button is held.

Textual's own selecting is off in the log: it takes a drag that leaves a widget for one to that
widget's end, which is the end of the chat, and scrolls only while the mouse is inside.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple, Protocol

from textual import events
from textual.app import App
from textual.geometry import Offset
from textual.selection import Selection
from textual.timer import Timer

from robotui.layout.scrollback import Place
from robotui.layout.viewport import Spot, Viewport
from robotui.ui.log.frame import Frame
from robotui.ui.painting.strips import text_at

_SCROLL_EVERY: Final = 0.04
"""Seconds between two steps while the mouse is held at an edge or beyond."""
_WORD: Final = re.compile(r"[\w.@/-]+|\S")


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


class Log(Protocol):
    """What selecting asks of the log that text is selected in."""

    @property
    def view(self) -> Viewport:
        """What is shown."""

    @property
    def frame(self) -> Frame:
        """How it is painted."""

    @property
    def app(self) -> App[object]:
        """Who knows which widget has the mouse."""

    @property
    def text_selection(self) -> Selection | None:
        """What is selected."""

    def select(self, start: Place, end: Place) -> None:
        """Select the text between two places; nothing if they are the same."""

    def scroll_to(self, x: float | None = None, y: float | None = None) -> None:
        """Let a row be the first in view."""

    def update(self) -> None:
        """Show the scrollback as it is now."""

    def capture_mouse(self) -> None:
        """Let all events of the mouse come to the log."""

    def release_mouse(self) -> None:
        """The mouse is everybody's again."""

    def set_interval(self, interval: float, callback: Callable[[], None]) -> Timer:
        """Call something every so many seconds."""


class MouseSelection:
    """From a press to its release; ``press`` tells what was pressed last."""

    def __init__(self, log: Log) -> None:
        self.press: Press | None = None
        self._log = log
        self._pointer: Offset | None = None
        """Where the mouse is while it selects, inside the log or not."""
        self._scrolling: Timer | None = None

    def take(self, event: events.Event) -> None:
        """Take in what the mouse did."""
        match event:
            case events.MouseDown():
                self._begin(event)
            case events.MouseMove():
                self._move(event.x, event.y)
            case events.MouseUp():
                self._end()
            case events.MouseRelease() if not self._has_mouse:
                self._let_go()

    def extend(self) -> None:
        """What came under a held mouse is selected too."""
        if self._pointer is not None:
            self._log.view.following = False
            self._log.view.settle()
            self._select_to(self._pointer)

    def select_around(self, press: Press, *, whole_line: bool) -> None:
        """Select the word that was pressed, or its line."""
        if press.spot is None:
            return
        place = press.text[0]
        text = self._log.view.scrollback.line(place).text
        words = [m.span() for m in _WORD.finditer(text) if m.start() <= place.offset < m.end()]
        span = (0, len(text)) if whole_line else words[0] if words else None
        if span is not None:
            self._log.view.following = False
            self._log.select(*(place._replace(offset=offset) for offset in span))

    @property
    def _has_mouse(self) -> bool:
        """All events of the mouse come to the log, wherever it is."""
        holder: object = self._log.app.mouse_captured
        return holder is self._log

    def _begin(self, event: events.MouseDown) -> None:
        """What is pressed stays under the mouse, whatever comes in."""
        log, view, x, y = self._log, self._log.view, event.x, event.y
        on_notice = y == view.height - 1 and x in log.frame.notice
        spot = None if on_notice else view.spot(y)
        text = self._text_at(x, y)
        self.press = Press(x, y, spot, on_notice, text, view.following, view.top)
        if event.button == 1 and not on_notice and view.scrollback.entries:
            view.following = False
            log.capture_mouse()

    def _move(self, x: int, y: int) -> None:
        """Select up to the mouse; at the edges and beyond scroll, for as long as it is there."""
        press = self.press
        if press is None or not self._has_mouse:
            return
        if self._pointer is None and (x, y) == press[:2]:
            return
        if self._scrolling is None:
            self._scrolling = self._log.set_interval(_SCROLL_EVERY, self._scroll_on)
        self._pointer = Offset(x, y)
        self._log.update()

    def _end(self) -> None:
        """The selection is made. If there is none, this was a click."""
        self._let_go()
        log, press = self._log, self.press
        if press is None or not self._has_mouse:
            return
        log.release_mouse()
        if press.following and log.view.top == press.top and log.text_selection is None:
            log.view.following = True
            log.update()

    def _let_go(self) -> None:
        self._pointer = None
        if self._scrolling is not None:
            self._scrolling.stop()
            self._scrolling = None

    def _scroll_on(self) -> None:
        """Scroll by as many rows as the mouse is beyond the edge; where it was pressed by none."""
        if self._pointer is None or self.press is None or self._pointer.y == self.press.y:
            return
        view, y = self._log.view, self._pointer.y
        rows = min(0, y - 1) + max(0, y + 2 - view.height)
        if rows:
            self._log.scroll_to(y=view.top + rows)

    def _select_to(self, pointer: Offset) -> None:
        if self.press is not None:
            first, last = sorted((self.press.text, self._text_at(pointer.x, pointer.y)))
            self._log.select(first[0], last[1])

    def _text_at(self, x: int, y: int) -> tuple[Place, Place]:
        """What the cell stands for that is nearest in the log; below the end, the end."""
        view, right = self._log.view, self._log.frame.width - 1
        y = max(0, min(y, view.height - 1))
        last = view.scrollback.heights.total - view.top - 1
        x = right if y > last else max(0, min(x, right))
        spot = view.spot(min(y, last))
        if spot is None:
            return Place(0, 0, 0), Place(0, 0, 0)
        place = spot.place
        start, end = text_at(spot.section.row(spot.row), place.offset, x)
        return place._replace(offset=start), place._replace(offset=end)
