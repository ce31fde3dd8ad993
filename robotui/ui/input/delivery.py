"""Keys on their way to the app, one at a time.

In Textual 8.2 a letter is put in by the widget that has the focus, when its turn comes; a key that
is bound to an action goes on to the app, or is taken there first. Keys that come in one burst would
overtake each other: ``abc``, Backspace, ``d`` would be ``abd`` or ``abcd`` without its end.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any, Final

from textual import events
from textual.app import App, ScreenError
from textual.message import Message
from textual.message_pump import MessagePump

_SETTLED: Final = 0.25
"""Seconds after which a key has surely had its effect."""
_AT_MOST: Final = 0.5
"""Seconds that a key is waited for: keys must work whatever the one before does."""


class Delivery:
    """Hands messages to an app in their order; a key when the one before has had its effect."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._waiting: asyncio.Queue[Message] = asyncio.Queue()
        self._last_key = float("-inf")
        self._task = asyncio.create_task(self._deliver(), name="keys")

    def put(self, message: Message) -> None:
        """Deliver a message when its turn comes."""
        self._waiting.put_nowait(message)

    async def _deliver(self) -> None:
        while True:
            message = await self._waiting.get()
            if isinstance(message, events.Key | events.Paste | events.MouseDown):
                if time.monotonic() - self._last_key < _SETTLED:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._let_settle(), _AT_MOST)
                self._last_key = time.monotonic()
            self._app.post_message(message)

    async def _let_settle(self) -> None:
        """Until all has done its work that a key comes by: app, widget, what it is in, app."""
        await _is_through(self._app)
        try:
            target = self._app.focused or self._app.screen
        except ScreenError:
            return
        for node in target.ancestors_with_self:
            await _is_through(node)


async def _is_through(pump: MessagePump) -> None:
    """Until a widget has done what it was sent so far; at once if it is closed."""
    done = asyncio.Event()
    if pump.call_later(done.set):
        await done.wait()
