"""Many at once, and clients that go away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from robotui.server.engine import Part, Request, Text
from tests.server.fake_engine import FakeEngine, echo, waits
from tests.server.serving import Served, served
from tests.waiting import PATIENCE, until

CHATS = 100


async def test_a_hundred_chats_at_once_all_complete(tmp_path: Path) -> None:
    together = asyncio.Barrier(CHATS)

    async def script(request: Request) -> AsyncGenerator[Part, None]:
        # Nobody is answered before all have asked.
        await together.wait()
        for number in range(50):
            yield Text(f"{request.prompt}:{number} ")
            await asyncio.sleep(0)

    engine = FakeEngine(script)
    async with served(engine, tmp_path) as server, asyncio.timeout(PATIENCE):
        sids = await asyncio.gather(*(server.sid() for _ in range(CHATS)))
        replies = await asyncio.gather(
            *(server.chat(sid, str(n), stream=n % 2 == 0) for n, sid in enumerate(sids))
        )
        for number, (sid, reply) in enumerate(zip(sids, replies, strict=True)):
            assert {event["sid"] for event in reply} == {sid}
            text = "".join(event["args"]["content"] for event in reply)
            assert text == "".join(f"{number}:{at} " for at in range(50))
        assert engine.running == 0


async def test_a_client_that_hangs_up_cancels_its_reply(tmp_path: Path) -> None:
    engine = FakeEngine(waits)
    async with served(engine, tmp_path) as server:
        sid = await server.sid()
        before = asyncio.all_tasks()
        for _ in range(3):
            await ask_and_leave(server, sid)
        await until(lambda: engine.running == 0, "the engine was let go")
        await until(lambda: asyncio.all_tasks() <= before, "no task is left")
        assert len(engine.requests) == 3


async def ask_and_leave(server: Served, sid: str) -> None:
    """Read the first event on a connection of one's own, then cut it."""
    async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(server.socket))) as http:
        body = {"sid": sid, "prompt": "hi", "stream": True}
        async with http.post(
            "http://localhost/chat", json=body, headers=server.headers
        ) as response:
            assert json.loads(await response.content.readline())["message"] == "working"
            response.close()


async def test_a_write_that_finds_the_client_gone_is_no_fault_of_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def write(response: web.StreamResponse, _data: bytes) -> None:
        request = response._req
        assert request is not None
        assert request.transport is not None
        request.transport.close()
        raise aiohttp.ClientConnectionResetError("Cannot write to closing transport")

    engine = FakeEngine()
    async with served(engine, tmp_path) as server:
        sid = await server.sid()
        monkeypatch.setattr(web.StreamResponse, "write", write)
        with pytest.raises(aiohttp.ClientError):
            await server.chat(sid)
        await until(lambda: engine.running == 0, "the engine was let go")
    assert "failed" not in caplog.text


async def test_a_client_that_never_reads_holds_nothing_up_for_others(tmp_path: Path) -> None:
    made = 0

    async def endless(request: Request) -> AsyncGenerator[Part, None]:
        nonlocal made
        while request.prompt == "endless":
            made += 1
            yield Text("x" * 1000)
        yield Text("short")

    engine = FakeEngine(endless)
    async with served(engine, tmp_path) as server, asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_unix_connection(str(server.socket))
        body = json.dumps({"sid": await server.sid(), "prompt": "endless", "stream": True})
        head = f"POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}Authorization: Bearer {server.token}\r\n\r\n{body}".encode())
        await reader.readuntil(b"\r\n\r\n")
        assert (await server.chat(await server.sid()))[0]["message"] == "short"
        # The engine is not asked for more than the connection takes.
        assert made < 10_000
        writer.transport.abort()
        await until(lambda: engine.running == 0, "the engine was let go")


@pytest.mark.parametrize("stream", [True, False])
async def test_an_engine_that_never_waits_lets_others_run(tmp_path: Path, stream: bool) -> None:
    others = 0
    others_meanwhile: list[int] = []

    async def eager(_request: Request) -> AsyncGenerator[Part, None]:
        before = others
        for _ in range(3200):
            yield Text("x")
        others_meanwhile.append(others - before)

    async def other() -> None:
        nonlocal others
        while True:
            others += 1
            await asyncio.sleep(0)

    async with served(FakeEngine(eager), tmp_path) as server:
        sid = await server.sid()
        task = asyncio.create_task(other())
        reply = await server.chat(sid, stream=stream)
        task.cancel()
    assert len(reply) == (3201 if stream else 1)
    assert others_meanwhile[0] >= 99


async def test_interrupt_and_ask_again(tmp_path: Path) -> None:
    engine = FakeEngine(waits)
    async with served(engine, tmp_path) as server:
        sid = await server.sid()
        for _ in range(5):
            await ask_and_leave(server, sid)
        engine.script = echo
        (event,) = await server.chat(sid, "again")
        assert event["message"] == "GeneralCodingAgent heard again "


async def test_the_server_stops_while_replies_run(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engine = FakeEngine(waits)
    async with served(engine, tmp_path) as server:
        chats = [asyncio.create_task(server.chat(await server.sid())) for _ in range(5)]
        await until(lambda: engine.running == 5, "all run")
    assert engine.running == 0
    async with asyncio.timeout(PATIENCE):
        ends = await asyncio.gather(*chats, return_exceptions=True)
    assert all(isinstance(end, aiohttp.ClientError) for end in ends), ends
    assert "Traceback" not in caplog.text
