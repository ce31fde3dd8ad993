"""The one way to a server: opened once, tried again, its engine chosen again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from robotui.client import Client
from robotui.client.connection import Connection, Watcher
from robotui.client.engines import EngineChoice, Engines
from robotui.config import EMBEDDED, Endpoint
from robotui.errors import ConnectError, LaunchError, RobotuiError, ValidationError

OFFLINE = EngineChoice("offline", "offline")
SMALL = EngineChoice("http://127.0.0.1:1/v1", "Ollama", "small:7b")


@dataclass
class Server:
    """A server that can be started anew, and a client of it."""

    socket: Path
    current: EngineChoice = OFFLINE
    switched: list[tuple[str, str]] = field(default_factory=list)
    looked: int = 0
    refusal: RobotuiError | None = None
    opened: int = 0
    closed: int = 0
    failures: list[Exception] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start()

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(EMBEDDED, "http://localhost", self.socket)

    def start(self) -> None:
        """Start it anew, with its settings."""
        fresh = self.socket.with_suffix(".new")
        fresh.touch()
        fresh.replace(self.socket)
        self.current = OFFLINE

    @asynccontextmanager
    async def opening(self) -> AsyncIterator[Client]:
        self.opened += 1
        await asyncio.sleep(0)
        if self.failures:
            raise self.failures.pop(0)
        yield cast("Client", self)
        self.closed += 1

    async def engine(self) -> Engines | None:
        self.looked += 1
        return Engines(self.current)

    async def switch_engine(self, engine: str, model: str = "") -> Engines:
        if self.refusal is not None:
            raise self.refusal
        self.switched.append((engine, model))
        self.current = SMALL
        return Engines(self.current)


@dataclass
class Heard(Watcher):
    """Keeps what it is told."""

    words: list[str] = field(default_factory=list)

    def connected(self, client: Client) -> None:
        self.words.append("connected")

    def chosen_again(self, choice: EngineChoice) -> None:
        self.words.append(f"again {choice.label}")

    def not_chosen_again(self, current: EngineChoice, error: ValidationError) -> None:
        self.words.append(f"not again, {current.label}: {error.headline}")


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path / "socket")


async def test_all_who_wait_get_the_same_client_and_it_is_closed_once(server: Server) -> None:
    async with Connection(server.opening) as connection:
        connection.watcher = heard = Heard()
        clients = await asyncio.gather(*(connection.client() for _ in range(3)))
        assert {id(client) for client in clients} == {id(server)}
        assert (server.opened, server.closed) == (1, 0)
        assert heard.words == ["connected"]
    assert server.closed == 1


async def test_a_start_that_failed_is_tried_again_by_the_next_caller(server: Server) -> None:
    server.failures = [LaunchError("no")]
    async with Connection(server.opening) as connection:
        with pytest.raises(LaunchError):
            await connection.client()
        assert await connection.client() is cast("Client", server)
        assert server.opened == 2


async def test_who_stops_waiting_stops_nobody_else(server: Server) -> None:
    async with Connection(server.opening) as connection:
        waiting = [asyncio.create_task(connection.client()) for _ in range(2)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        assert await waiting[1] is cast("Client", server)


async def test_an_engine_is_chosen_again_only_on_a_server_that_was_started_anew(
    server: Server,
) -> None:
    async with Connection(server.opening) as connection:
        connection.watcher = heard = Heard()
        await connection.switch(SMALL.engine, SMALL.model)
        await connection.client()
        assert server.switched == [(SMALL.engine, SMALL.model)]
        assert server.looked == 0
        server.start()
        await connection.client()
        assert server.switched == [(SMALL.engine, SMALL.model)] * 2
        assert heard.words == ["connected", "again small:7b"]


async def test_after_a_failure_it_is_looked_at_again(server: Server) -> None:
    async with Connection(server.opening) as connection:
        await connection.switch(SMALL.engine, SMALL.model)
        connection.doubt()
        await connection.client()
        assert len(server.switched) == 1, "it still answers"
        server.current = OFFLINE
        await connection.client()
        assert len(server.switched) == 1, "there is no reason to look"
        connection.doubt()
        await connection.client()
        assert len(server.switched) == 2


async def test_what_can_not_be_chosen_again_is_told_and_forgotten(server: Server) -> None:
    async with Connection(server.opening) as connection:
        connection.watcher = heard = Heard()
        await connection.switch(SMALL.engine, SMALL.model)
        server.start()
        server.refusal = ValidationError("Nothing answers there", status=422, remedy="")
        await connection.client()
        assert heard.words == ["connected", "not again, offline: Nothing answers there"]
        assert connection.chosen is None


async def test_a_server_that_does_not_answer_is_asked_again_later(server: Server) -> None:
    async with Connection(server.opening) as connection:
        await connection.switch(SMALL.engine, SMALL.model)
        server.start()
        server.refusal = ConnectError("down")
        assert await connection.client() is cast("Client", server), "who asked for it will tell"
        server.refusal = None
        await connection.client()
        assert len(server.switched) == 2


async def test_a_start_under_way_is_ended_with_it(server: Server) -> None:
    begun = asyncio.Event()

    @asynccontextmanager
    async def opening() -> AsyncIterator[Client]:
        begun.set()
        await asyncio.Event().wait()
        yield cast("Client", server)

    async with Connection(opening) as connection:
        waiting = asyncio.create_task(connection.client())
        await begun.wait()
    with pytest.raises(asyncio.CancelledError):
        await waiting
