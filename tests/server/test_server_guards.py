"""What is waited for when a server stops."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path

import aiohttp
import pytest

from robotui.server.app import make_app
from robotui.server.engine import End, Part, Request, Text
from robotui.server.listen import listening
from robotui.server.sessions import Sessions
from tests.server.fake_engine import FakeEngine
from tests.server.serving import SECRET, Served, token_in
from tests.waiting import PATIENCE


class _Tidying:
    """A script that waits for ever, and takes some turns of the loop to end when cancelled."""

    tidied = 0

    async def __call__(self, _request: Request) -> AsyncGenerator[Part, None]:
        yield Text("working")
        try:
            await asyncio.Event().wait()
        finally:
            for _ in range(50):
                await asyncio.sleep(0)
            self.tidied += 1
        yield End()


@pytest.mark.parametrize("replies", [0, 1, 3])
async def test_a_server_that_stops_waits_for_what_its_engine_tidies_up(
    tmp_path: Path, replies: int
) -> None:
    script = _Tidying()
    engine = FakeEngine(script)
    sessions = Sessions(tmp_path / "sessions.db")
    app = make_app(engine, secret=SECRET, sessions=sessions)
    with tempfile.TemporaryDirectory(prefix="robotui-") as folder:
        socket = Path(folder, "socket")
        http = aiohttp.ClientSession(
            "http://localhost", connector=aiohttp.UnixConnector(str(socket), limit=0)
        )
        async with http, listening(app, socket):
            async with http.get("/auth") as page:
                server = Served(http, sessions, socket, token_in(await page.text()))
            open_replies = [await _ask(server) for _ in range(replies)]
            await app.shutdown()
            assert (script.tidied, engine.running) == (replies, 0)
            for reply in open_replies:
                reply.close()
    sessions.close()


async def _ask(server: Served) -> aiohttp.ClientResponse:
    """A reply that has begun."""
    body = {"sid": await server.sid(), "prompt": "hi", "stream": True}
    response = await server.http.post("/chat", json=body, headers=server.headers)
    async with asyncio.timeout(PATIENCE):
        assert b"working" in await response.content.readline()
    return response
