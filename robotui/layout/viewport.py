"""Which rows of a scrollback are in view, and how that changes. No Textual in here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from robotui.layout.code_section import DEFAULT, CodeOptions, CodeSection
from robotui.layout.scrollback import Place, Scrollback
from robotui.layout.section import Section

_MEASURED: Final = 20
"""Entries at the end whose heights are exact, whether they are in view or not."""


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

    def __init__(self, options: CodeOptions = DEFAULT) -> None:
        self.scrollback = Scrollback(options)
        self.top = 0
        self.height = 0
        self._following = True
        self._seen = (0, 0)
        """When following ceased: the last entry, and how many rows it had."""
        self._anchor: tuple[Place, int] | None = None
        """What stays at the top at every width until somebody scrolls, and the rows after it."""

    @property
    def following(self) -> bool:
        """Whether it shows the end, whatever is added."""
        return self._following

    @following.setter
    def following(self, following: bool) -> None:
        if following != self._following:
            self._following, self._anchor = following, None
            self._see_all_but(0)

    @property
    def new(self) -> int:
        """Rows that were added at the end since it was followed last."""
        if self._following:
            return 0
        index, rows = self._seen
        heights = self.scrollback.heights
        return max(0, heights.total - heights.top(min(index, len(heights))) - rows)

    def _see_all_but(self, new: int) -> None:
        """Let so many of the rows at the end be new."""
        heights = self.scrollback.heights
        last = len(heights) - 1
        self._seen = (last, heights[last] - new) if last >= 0 else (0, 0)

    @property
    def below(self) -> int:
        """Rows below the last one in view."""
        return max(0, self.scrollback.heights.total - self.top - self.height)

    def move(self, top: int) -> None:
        """Let this row be the first in view. Going down to the very end is following again."""
        last = self.scrollback.heights.total - self.height
        self.following = top >= max(last, self.top)
        self._anchor = None
        self.top = max(0, min(top, last))

    def resize(self, width: int, height: int) -> None:
        """Another size; the line at the top stays there, at every width."""
        if width != self.scrollback.width:
            self._lay_out(width)
        self.height = height

    def _lay_out(self, width: int) -> None:
        log, new = self.scrollback, self.new
        if self._anchor is not None and self._anchor[0].entry >= len(log.entries):
            self._anchor = None
        if self._anchor is None and log.entries and log.width and not self.following:
            place = log.place_of(self.top)
            self._anchor = place, self.top - log.row_of(place)
        log.resize(width)
        self._measure_new()
        if self._anchor is not None:
            place, more = self._anchor
            self.top = log.row_of(place) + more
        self._see_all_but(new)

    def change(self, place: Place, change: Callable[[], None]) -> None:
        """Change how the entry of a place is shown; the place's row stays where it is."""
        log, new = self.scrollback, self.new
        row = log.row_of(place)
        change()
        log.touch(place.entry)
        self.move(self.top + log.row_of(place) - row)
        self._see_all_but(new)

    def bring(self, index: int, first: int, end: int) -> None:
        """Let rows of an entry be in view: all of them if there is room, else the first ones.

        Rows that are in view already do not move. The end is not followed any more.
        """
        page = self.height
        top = self._near(index, end)
        first, end = top + first, top + end
        if first < self.top or (end > self.top + page and end - first > page - 2):
            self.move(first - 1)
        elif end > self.top + page:
            self.move(end + 1 - page)
        self.following = False

    def show(self, place: Place) -> None:
        """Let a place be in view: where it is already, else a third from the top.

        The end is not followed any more.
        """
        new = self.new
        top = self._near(place.entry, 0)
        row = top + self.scrollback.entries[place.entry].stack.row_of(*place[1:])
        if not self.top <= row < self.top + self.height - 1:
            self.move(row - self.height // 3)
        self.following = False
        self._see_all_but(new)

    def _near(self, index: int, rows: int) -> int:
        """Measure what may be in view with the first ``rows`` rows of an entry; returns its top."""
        log = self.scrollback
        at, row = log.heights.find(self.top)
        self._measure(range(index, len(log.entries)), rows + self.height)
        self._measure(range(index - 1, -1, -1), self.height)
        self.top = log.heights.top(at) + row
        return log.heights.top(index)

    def code(self) -> Iterator[CodeSection]:
        """The code blocks of which a row is in view."""
        log, end = self.scrollback, self.top + self.height
        index = log.heights.find(self.top)[0] if log.entries else 0
        while index < len(log.entries) and (top := log.heights.top(index)) < end:
            for section, first, last in log.entries[index].stack.code():
                if top + first < end and top + last > self.top:
                    yield section
            index += 1

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
            self._hold(index)
            entry, guess = log.entries[index], log.heights[index]
            anchor = entry.stack.anchor(row) if entry.made else None
            log.measure(index)
            row = (
                row * log.heights[index] // guess if anchor is None else entry.stack.row_at(anchor)
            )
            self._measure(range(index, len(log.entries)), 2 * page + row)
            self._measure(range(index - 1, -1, -1), page)
            self._measure_new()
            last = max(0, log.heights.total - page)
            self.top = min(log.heights.top(index) + row, last)

    def _hold(self, index: int) -> None:
        """Nothing folds by itself that is in view, from this entry on."""
        log, end = self.scrollback, self.top + self.height
        top = log.heights.top(index)
        while index < len(log.entries) and top < end:
            log.entries[index].hold(end - top)
            top += log.heights[index]
            index += 1

    def _measure_new(self) -> None:
        """Make the heights of what was added since the end was followed exact."""
        count = 0 if self.following else len(self.scrollback.entries)
        for index in range(max(self._seen[0], count - _MEASURED), count):
            self.scrollback.measure(index)

    def _measure(self, indexes: Iterable[int], rows: int) -> None:
        for index in indexes:
            if rows <= 0:
                break
            self.scrollback.measure(index)
            rows -= self.scrollback.heights[index]

    def rows(self) -> Iterator[tuple[Section, int]]:
        """From the top on, to the end of the whole: a section, and which of its rows is shown.

        In order this is quicker than ``spot``.
        """
        log = self.scrollback
        index, row = log.heights.find(self.top) if log.entries else (0, 0)
        for at in range(index, len(log.entries)):
            if not log.entries[at].made:  # A view so tall that it holds more than are kept.
                log.measure(at)
            yield from log.entries[at].stack.rows(row)
            row = 0

    def spot(self, y: int) -> Spot | None:
        """What the row ``y`` of the view shows; None below the end."""
        log = self.scrollback
        if not log.entries or self.top + y >= log.heights.total:
            return None
        index, row = log.heights.find(self.top + y)
        entry = log.entries[index]
        if not entry.made:  # A view so tall that it holds more entries than are kept.
            log.measure(index)
        return Spot(Place(index, *entry.stack.place_of(row)), *entry.stack.locate(row))
