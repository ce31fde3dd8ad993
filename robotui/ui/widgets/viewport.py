"""Which rows of a scrollback are in view, and how that changes. No Textual in here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from robotui.ui.widgets.scrollback import Place, Scrollback
from robotui.ui.widgets.sections import Section


class Spot(NamedTuple):
    """What a row of the screen shows."""

    place: Place
    section: Section
    row: int
    """The row in the section."""


class Viewport:
    """A window on a scrollback. While ``following`` it shows the end, whatever is added.

    Otherwise the text that it shows stays where it is until somebody scrolls.
    """

    def __init__(self) -> None:
        self.scrollback = Scrollback()
        self.following = True
        self.top = 0
        self.height = 0

    @property
    def below(self) -> int:
        """Rows below the last one in view."""
        return max(0, self.scrollback.heights.total - self.top - self.height)

    def move(self, top: int) -> None:
        """Let this row be the first in view. Going down to the very end is following again."""
        last = self.scrollback.heights.total - self.height
        self.following = top >= max(last, self.top)
        self.top = max(0, min(top, last))

    def resize(self, width: int, height: int) -> None:
        """Another size; the line at the top stays there, at every width."""
        log = self.scrollback
        if width != log.width:
            reading = bool(log.entries and log.width and not self.following)
            place = log.place_of(self.top) if reading else None
            log.resize(width)
            if place is not None:
                self.top = log.row_of(place)
        self.height = height

    def settle(self) -> None:
        """Make the heights in and around the view exact, without moving what it shows."""
        log, page = self.scrollback, self.height
        if not log.entries:
            self.top = 0
        elif self.following:
            self._measure(range(len(log.entries) - 1, -1, -1), 2 * page)
            self.top = max(0, log.heights.total - page)
        else:
            index, row = log.heights.find(self.top)
            guess = 0 if log.entries[index].made else log.heights[index]
            log.measure(index)
            if guess:
                row = row * log.heights[index] // guess
            self._measure(range(index, len(log.entries)), 2 * page + row)
            self._measure(range(index - 1, -1, -1), page)
            last = max(0, log.heights.total - page)
            self.top = min(log.heights.top(index) + row, last)

    def _measure(self, indexes: Iterable[int], rows: int) -> None:
        for index in indexes:
            if rows <= 0:
                break
            self.scrollback.measure(index)
            rows -= self.scrollback.heights[index]

    def spot(self, y: int) -> Spot | None:
        """What the row ``y`` of the view shows; None below the end."""
        log = self.scrollback
        if not log.entries or self.top + y >= log.heights.total:
            return None
        index, row = log.heights.find(self.top + y)
        entry = log.entries[index]
        return Spot(Place(index, *entry.place_of(row)), *entry.locate(row))
