"""Finding in the chat: the bar tells what, the search looks for it, the log shows it."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from robotui.layout import disclosure
from robotui.layout.code_section import CodeSection
from robotui.layout.scrollback import Place
from robotui.layout.table_section import TableSection
from robotui.ui.find.find_bar import FindBar
from robotui.ui.find.search import Match, Search
from robotui.ui.log.chat_log import ChatLog

_SLICE: Final = 0.006
"""Seconds of searching at a stretch while somebody types."""
_REST: Final = 0.004
"""Seconds for everybody else between two stretches: a key goes through several hands."""
_CALM: Final = 0.3
"""Seconds after a key until the stretches are longer and the rests shorter."""
_CALM_SLICE: Final = 0.014
_CALM_REST: Final = 0.001
_SHOWN_EVERY: Final = 0.15
"""Seconds between two counts while the search goes on."""
_GROWN_EVERY: Final = 0.25
"""Seconds between two searches in a reply that is coming in."""


class FindController:
    """Lets a bar search a log. The screen passes on what the bar says, and lets a worker ``run``.

    Typing moves the view only if the first match at or below its top is not in it. With a match the
    end is not followed any more: what is read would go away while a reply comes in.
    """

    def __init__(self, log: ChatLog, bar: FindBar) -> None:
        self._log = log
        self._bar = bar
        self._search: Search | None = None
        self._wake = asyncio.Event()
        self._grown = False
        self._start = Place(0, 0, 0)
        self._top: int | None = None
        """The row at the top of the view when it was last looked at or put there."""
        self._moved = False
        self._at: Match | None = None
        self._let_go = False
        """The end was followed until a match in view was found."""
        self._key_at = float("-inf")

    @property
    def is_open(self) -> bool:
        """Whether something is to be found."""
        return self._search is not None

    def open(self, text: str = "") -> None:
        """Open the bar with this text, or with the one that was searched last."""
        if self._search is None:
            self._search = Search(self._log.view.scrollback)
            self._top = None
        self._bar.open(text)
        self.change(self._bar.query_text)

    def close(self) -> None:
        """Close the bar; the view stays as it is, what was marked is not any more."""
        self._search = self._at = None
        if self._let_go and self._log.view.below == 0:
            self._log.view.following = True
        self._let_go = False
        self._log.frame.marker = None
        self._log.update()
        self._bar.close()
        self._wake.set()

    def change(self, query: str) -> None:
        """Find something else. What is in view is marked at once."""
        if self._search is None:
            return
        view, current = self._log.view, self._search.current
        if view.top != self._top and view.scrollback.entries:
            self._top, self._start = view.top, view.scrollback.place_of(view.top)
        elif self._moved and current is not None:
            self._start = current.place
        self._search.look_for(query, self._start)
        self._at, self._moved = None, False
        self._key_at = time.monotonic()
        self._log.frame.marker = self._search.marks if query else None
        self._log.update()
        self._wake.set()

    def move(self, step: int) -> None:
        """To the next match, or the one before."""
        if self._search is not None:
            self._search.move(step)
            self._moved = True
            self._key_at = time.monotonic()
            self._wake.set()

    def sync(self) -> None:
        """The chat has grown."""
        self._grown = True
        self._wake.set()

    async def run(self) -> None:
        """Search whenever there is something to search, until it is closed."""
        shown_at = grown_at = float("-inf")
        while (search := self._search) is not None:
            self._wake.clear()
            now = time.monotonic()
            if self._grown and now - grown_at >= _GROWN_EVERY:
                self._grown, grown_at = False, now
                search.sync()
            calm = now - self._key_at >= _CALM
            more = search.work(_CALM_SLICE if calm else _SLICE)
            self._go_to_current(search)
            if not more or now - shown_at >= _SHOWN_EVERY:
                shown_at = now
                self._show(search)
            if more or self._grown:
                rest = _CALM_REST if calm else _REST
                await asyncio.sleep(rest if more else _GROWN_EVERY)
            else:
                await self._wake.wait()

    def _show(self, search: Search) -> None:
        self._bar.show(
            search.count,
            search.position,
            complete=search.complete,
            busy=search.busy,
            is_position_exact=search.is_position_exact,
            exact_case=search.query.exact_case,
            wrapped=search.wrapped,
        )

    def _go_to_current(self, search: Search) -> None:
        match = search.current
        if match == self._at:
            return
        self._at = match
        if match is not None:
            view = self._log.view
            if not self._in_view(match.place):
                disclosure.reveal(view, match.place)
                self._log.update()
                self._top, self._let_go = view.top, False
            elif view.following:
                view.following, self._let_go = False, True
        self._log.update()

    def _in_view(self, place: Place) -> bool:
        """Whether a place can be seen now. Of code and tables some columns may not be."""
        view = self._log.view
        first, last = view.spot(0), view.spot(view.height - 1)
        if first is None or place.entry < first.place.entry:
            return False
        if last is not None and place.entry > last.place.entry:
            return False
        y = view.scrollback.row_of(place) - view.top
        spot = view.spot(y) if 0 <= y < view.height else None
        if spot is None or isinstance(spot.section, CodeSection | TableSection):
            return False
        return spot.place[:2] == place[:2]
