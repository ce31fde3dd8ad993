"""The one way to a server: opened once for all who need it, and its engine chosen again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import TYPE_CHECKING, Final, Self

from robotui.errors import RobotuiError, ValidationError

if TYPE_CHECKING:
    from robotui.client.api import Client
    from robotui.client.engines import EngineChoice, Engines

Opening = Callable[[], AbstractAsyncContextManager["Client"]]
"""Gives a client of a running server, which is started and stopped with it if need be."""

_UNSURE: Final = (0, 0)


class Watcher:
    """Is told how a connection fares; this one takes no notice."""

    def connected(self, client: Client) -> None:
        """There is a server, or another one than before."""

    def chosen_again(self, choice: EngineChoice) -> None:
        """The server was started anew, and answers with what had been chosen."""

    def not_chosen_again(self, current: EngineChoice, error: ValidationError) -> None:
        """The server was started anew, and what had been chosen can't answer there."""


class Connection:
    """Use as ``async with Connection(opening) as connection``; what it opened is closed with it.

    A server that is started anew goes back to its settings, so the last choice of an engine is made
    again then.
    """

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._stack = AsyncExitStack()
        self._started: asyncio.Task[Client] | None = None
        self._told: Client | None = None
        self.watcher = Watcher()
        self.chosen: tuple[str, str] | None = None
        """Engine and model, once they were switched."""
        self._chosen_on: tuple[int, int] | None = _UNSURE
        """The start of the server that they were switched on."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exc: object) -> None:
        if self._started is not None:  # a start under way is ended first: it would open more
            self._started.cancel()
            await asyncio.gather(self._started, return_exceptions=True)
        await self._stack.aclose()

    async def client(self) -> Client:
        """The client of a server that answers with what was chosen last.

        There is one start for all who wait; a failed one is tried again by the next caller. Raises
        LaunchError, ConnectError.
        """
        if self._started is None or _failed(self._started):
            opened = self._stack.enter_async_context(self._opening())
            self._started = asyncio.create_task(opened)
        client = await asyncio.shield(self._started)
        if client is not self._told:
            self._told = client
            self.watcher.connected(client)
        if self.chosen is not None and self._chosen_on != (start := _start_of(client)):
            self._chosen_on = start
            try:
                await self._choose_again(client, self.chosen)
            except RobotuiError:  # it is not there: who asked for it will tell
                self.doubt()
        return client

    async def switch(self, engine: str, model: str = "") -> Engines:
        """Let another engine answer from the next prompt on, on later starts of the server too.

        Raises what ``client`` and ``Client.switch_engine`` raise.
        """
        client = await self.client()
        engines = await client.switch_engine(engine, model)
        self.chosen = (engines.current.engine, engines.current.model)
        self._chosen_on = _start_of(client)
        return engines

    def doubt(self) -> None:
        """A reply failed: the server may be another one now."""
        self._chosen_on = _UNSURE

    async def _choose_again(self, client: Client, chosen: tuple[str, str]) -> None:
        engines = await client.engine()
        if engines is None or (engines.current.engine, engines.current.model) == chosen:
            return
        try:
            current = (await client.switch_engine(*chosen)).current
        except ValidationError as error:
            self.chosen = None
            self.watcher.not_chosen_again(engines.current, error)
        else:
            self.watcher.chosen_again(current)


def _failed(start: asyncio.Task[Client]) -> bool:
    return start.done() and (start.cancelled() or start.exception() is not None)


def _start_of(client: Client) -> tuple[int, int] | None:
    """What tells one start of the embedded server from the next; None where nothing does."""
    socket = client.endpoint.socket
    if socket is None:
        return None
    try:
        status = socket.stat()
    except OSError:
        return _UNSURE
    return status.st_ino, status.st_ctime_ns
