"""Finding text in a scrollback, a bit at a time, so that nothing else has to wait. No Textual.

Most turns are done by a look at their source. Of the others lines are made, until there are so many
matches that nobody needs their exact number, and then only of those that a move comes to.
"""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from typing import Final, NamedTuple

from robotui.chats.turns import Reply, Turn
from robotui.layout.heights import Heights
from robotui.layout.scrollback import Place, Scrollback
from robotui.markdown.blocks import Line
from robotui.ui.find.query import Query
from robotui.ui.find.shown_texts import ShownTexts
from robotui.ui.find.source import may_match, quick_count

_OPEN: Final = 0
_DONE: Final = 1
_RULED_OUT: Final = 2
_UNREAD: Final = 3
"""States of a turn: to be searched, searched, searched and without a chance for longer queries,
looked at but to be read before it is known whether it has matches and how many."""
_RULED_OUT_ONLY: Final = bytes.maketrans(bytes([_DONE, _UNREAD]), bytes([_OPEN, _OPEN]))
"""Keeps of the states those that are true for a longer query as well."""
_ENOUGH: Final = 500
"""Matches; with so many others are not counted that take long to find."""


class Match(NamedTuple):
    """Where in the chat a match is."""

    entry: int
    line: int
    start: int
    end: int

    @property
    def place(self) -> Place:
        """Where it begins."""
        return Place(*self[:3])


class Search:
    """The matches of a query in a scrollback, one of them the current one.

    ``work`` does the searching; what is known meanwhile can be asked for at any time.
    """

    def __init__(self, log: Scrollback) -> None:
        self.query = Query("")
        self.current: Match | None = None
        self.wrapped = 0
        """1 if the last move went on from the top, -1 if from the end."""
        self._log = log
        self._turns: list[Turn] = []
        self._counts = Heights()
        self._done = bytearray()
        self._growing: set[int] = set()
        self._texts = ShownTexts(log)
        self._last: tuple[int, list[Match]] = (-1, [])
        self._start = Place(0, 0, 0)
        self._nth = 0
        self._steps = 0
        self._undecided = False
        self.sync()

    @property
    def count(self) -> int:
        """Matches found so far."""
        return self._counts.total

    @property
    def position(self) -> int:
        """Which of the matches found so far is the current one, from 1; 0: none."""
        return 0 if self.current is None else self._counts.top(self.current.entry) + self._nth + 1

    @property
    def complete(self) -> bool:
        """All of the chat has been searched, and the last move is done."""
        return not (self.busy or self._done.count(_UNREAD))

    @property
    def busy(self) -> bool:
        """There is something left to do; if not, it may still be that not all was counted."""
        return self._undecided or bool(self._steps) or self._next() is not None

    @property
    def is_position_exact(self) -> bool:
        """There are no more matches before the current one than were found."""
        before = self.current.entry if self.current is not None else 0
        return _nearest_unknown(self._done, before, -1) < 0

    def look_for(self, text: str, start: Place) -> None:
        """Look for this from now on; the match at or below ``start`` will be the current one."""
        self._start = start
        self.sync()
        before, self.query = self.query, Query(text)
        narrower = bool(text and before.text) and self.query.extends(before)
        if narrower:
            self._done = self._done.translate(_RULED_OUT_ONLY)
        else:
            self._done = bytearray([_OPEN if text else _DONE]) * len(self._turns)
        self._counts = Heights([0] * len(self._turns))
        self._last = (-1, [])
        self.current, self.wrapped, self._steps = None, 0, 0
        self._undecided = bool(text)

    def move(self, step: int) -> None:
        """To the next match (1) or the one before (-1), as soon as it is found."""
        if self.current is not None:
            self._steps += step

    def sync(self) -> None:
        """Take in that turns were added or taken away, or that the last reply grew."""
        self._log.sync()
        self._last = (-1, [])
        entries, turns = self._log.entries, self._turns
        while turns and (
            len(turns) > len(entries) or entries[len(turns) - 1].turn is not turns[-1]
        ):
            turns.pop()
            self._counts.pop()
            self._done.pop()
            self._growing.discard(len(turns))
            self._texts.forget(len(turns))
        if self.current is not None and self.current.entry >= len(turns):
            self.current, self._undecided = None, True
        for entry in entries[len(turns) :]:
            turns.append(entry.turn)
            self._counts.append(0)
            self._done.append(_OPEN if self.query.text else _DONE)
        for index in self._growing if self.query.text else ():
            self._done[index] = _OPEN
        if self._start.entry >= len(turns):
            self._start = Place(max(0, len(turns) - 1), 0, 0)

    def work(self, seconds: float) -> bool:
        """Search for about so long; False once there is nothing left to do."""
        entries, turns = self._log.entries, self._turns
        if len(entries) != len(turns) or (turns and entries[-1].turn is not turns[-1]):
            self.sync()
        until, searched = time.perf_counter() + seconds, False
        while True:
            index = needed = self._settle()
            if index is None:
                index = self._next()
            if index is None:
                return False
            if searched and time.perf_counter() >= until:
                return True
            self._examine(index, read=needed is not None)
            searched = True

    def marks(self, place: Place, line: Line) -> list[tuple[int, int, str]]:
        """The matches in a line, with the names of their styles."""
        found = [] if line.chrome else self.query.find(line.text)
        now = self.current
        at = now.start if now is not None and now[:2] == place[:2] else -1
        return [(start, end, "match-current" if start == at else "match") for start, end in found]

    # -- which is the current one

    def _settle(self) -> int | None:
        """Find the current match and move on from it; the turn that has to be searched first."""
        if self._undecided:
            if not self.count and (index := self._nearest_unknown()) >= 0:
                return index
            line, offset = self._start[1:]
            found = self._beyond(Place(self._start.entry, line, offset - 1), 1)
            if found is None:
                found = self._beyond(self._start, -1)
            if isinstance(found, int):
                return found
            self._undecided = False
            self._go(found)
        while self._steps and self.current is not None:
            step = 1 if self._steps > 0 else -1
            found, wrapped = self._beyond(self.current.place, step), 0
            if found is None:
                end = Place(0, 0, -1) if step > 0 else Place(len(self._turns) - 1, 1 << 31, 0)
                found, wrapped = self._beyond(end, step), step
            if isinstance(found, int):
                return found
            self._steps -= step
            self._go(found)
            self.wrapped = wrapped
        self._steps = 0
        return None

    def _nearest_unknown(self) -> int:
        """The first turn from the start on that may have matches, else the last before; or -1."""
        start = self._start.entry
        index = _nearest_unknown(self._done, start - 1, 1)
        return index if index >= 0 else _nearest_unknown(self._done, start, -1)

    def _go(self, match: Match | None) -> None:
        self.current = match
        if match is not None:
            self._nth = self._matches(match.entry).index(match)

    def _beyond(self, place: Place, step: int) -> Match | int | None:
        """The nearest match behind or before a place; or the turn that has to be searched first."""
        index = place.entry
        if not self._turns:
            return None
        if self._done[index] in {_OPEN, _UNREAD}:
            return index
        own = self._matches(index) if self._counts[index] else []
        side = bisect_right if step > 0 else bisect_left
        at = side(own, place, key=lambda match: match.place) - (step < 0)
        if 0 <= at < len(own):
            return own[at]
        hit = self._nearest(index, step)
        gap = _nearest_unknown(self._done, index, step)
        if gap >= 0 and (hit is None or (gap - hit) * step < 0):
            return gap
        if hit is None:
            return None
        matches = self._matches(hit)
        if not matches:  # The end of a reply that is coming in was read anew.
            self._counts[hit] = 0
            return self._beyond(place, step)
        return matches[0 if step > 0 else -1]

    def _nearest(self, index: int, step: int) -> int | None:
        """The nearest turn behind or before that one in which matches were found."""
        nth = self._counts.top(index + 1) if step > 0 else self._counts.top(index) - 1
        return self._counts.find(nth)[0] if 0 <= nth < self._counts.total else None

    # -- searching

    def _next(self) -> int | None:
        """The turn to search next: downward from the start, then upward; those to read last."""
        for state in (_OPEN, _UNREAD) if self.count < _ENOUGH else (_OPEN,):
            index = self._done.find(state, self._start.entry)
            if index < 0:
                index = self._done.rfind(state, 0, self._start.entry)
            if index >= 0:
                return index
        return None

    def _examine(self, index: int, *, read: bool) -> None:
        """Count the matches in a turn; if a look can't tell, do some ``read``ing or leave it."""
        turn = self._turns[index]
        growing = isinstance(turn, Reply) and turn.state == "streaming"
        if growing:
            self._growing.add(index)
        else:
            self._growing.discard(index)
        state, count = _DONE, None
        if self._done[index] == _OPEN and not growing and index not in self._texts:
            state, count = self._look(turn)
            if state == _UNREAD and not read:
                self._done[index] = _UNREAD
                return
        if count is None:
            if not growing and not self._texts.read(index):
                return
            state, count = _DONE, self.query.count(self._texts.get(index))
        self._done[index] = state
        if count != self._counts[index]:
            self._counts[index] = count
        if self._last[0] == index:
            self._last = (-1, [])
        if self.current is not None and self.current.entry == index:
            self._keep_current(self.current)

    def _look(self, turn: Turn) -> tuple[int, int | None]:
        """The state of a turn after a look at its source, and how many matches there are."""
        if not may_match(self.query, turn):
            return _RULED_OUT, 0
        count = quick_count(self.query, turn)
        return (_UNREAD if count is None else _DONE), count

    def _keep_current(self, current: Match) -> None:
        """The turn of the current match has changed."""
        matches = self._matches(current.entry)
        near = [each for each in matches if each.place >= current.place] or matches[-1:]
        if near:
            self._go(near[0])
        else:
            self.current, self._undecided, self._start = None, True, current.place

    def _matches(self, index: int) -> list[Match]:
        """The matches in a turn."""
        if self._last[0] != index:
            lines = enumerate(self._texts.get(index).split("\n"))
            find = self.query.find
            found = [Match(index, at, *stretch) for at, line in lines for stretch in find(line)]
            self._last = (index, found)
        return self._last[1]


def _nearest_unknown(states: bytearray, index: int, step: int) -> int:
    """The nearest turn behind or before that one that may have matches not yet found; or -1."""
    if step < 0:
        return max(states.rfind(_OPEN, 0, index), states.rfind(_UNREAD, 0, index))
    found = states.find(_OPEN, index + 1), states.find(_UNREAD, index + 1)
    return min(found) if min(found) >= 0 else max(found)
