"""Clients as the public ones are: plain HTTP, no knowledge of this server."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from robotui.server import auth
from robotui.server.engine import Act, Text
from robotui.server.listen import Tcp
from robotui.server.sessions import Sessions
from tests.server.fake_engine import FakeEngine, plays
from tests.server.serving import running, token_in
from tests.waiting import PATIENCE

IPYTHON = {"code": "print(1)", "thought": "T", "kernel_init_code": "from agentskills import *"}


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    engine = FakeEngine(
        plays(
            Text("Certainly! "),
            Text("I look."),
            Act("run_ipython", IPYTHON, "Running Python code interactively: print(1)"),
            Text("Done."),
        )
    )
    sessions = Sessions(tmp_path / "sessions.db")
    async with running(engine, Tcp(port=0), sessions) as address:
        yield address
    sessions.close()


async def test_a_client_that_reads_lines(url: str) -> None:
    async with aiohttp.ClientSession(headers={"accept": "text/html", "user-agent": "x"}) as web:
        async with web.get(f"{url}/auth") as response:
            page = await response.text()
            token = page.split('<pre id="token">')[1].split("</pre>")[0].strip()
        headers = {"Authorization": f"Bearer {token}"}
        async with web.get(f"{url}/create-session", headers=headers) as response:
            sid = (await response.json())["sid"]
        body = {"sid": sid, "prompt": "hi", "agent": "RepoAgent"}
        said = []
        async with web.post(f"{url}/chat", headers=headers, json=body) as response:
            assert response.status == 200
            async for line in response.content:
                event = json.loads(line)
                said.append(event["args"].get("content") or event.get("message", ""))
    assert said == [
        "Certainly! I look.",
        "Running Python code interactively: print(1)",
        "Done.",
    ]


def blocking_chat(url: str) -> list[dict[str, Any]]:
    """The route with http.client: one connection, kept alive."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=PATIENCE)
    try:
        connection.request("GET", "/auth")
        page = connection.getresponse().read().decode()
        headers = {"Authorization": "Bearer " + page.split('"token">')[1].split("<")[0]}
        connection.request("GET", "/create-session", headers=headers)
        sid = json.load(connection.getresponse())["sid"]
        body = json.dumps({"sid": sid, "prompt": "hi"})
        headers["Content-Type"] = "application/json"
        connection.request("POST", "/chat", body, headers)
        events = [json.loads(line) for line in connection.getresponse()]
        connection.request("POST", "/chat", body, headers)
        return events + [json.loads(line) for line in connection.getresponse()]
    finally:
        connection.close()


async def test_a_client_of_the_standard_library(url: str) -> None:
    events = await asyncio.to_thread(blocking_chat, url)
    assert [event["id"] for event in events] == [1, 2, 3, 4, 5, 6]
    assert [event["action"] for event in events[:3]] == ["message", "run_ipython", "message"]
    assert events[1]["args"] == IPYTHON
    assert {tuple(event) for event in events} == {
        ("id", "timestamp", "source", "message", "action", "args", "sid")
    }


async def raw(url: str, request: str) -> str:
    """All that comes before the server closes the connection."""
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request.encode())
    async with asyncio.timeout(PATIENCE):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.decode()


async def test_a_client_of_http_1_0_gets_the_reply_without_chunks(url: str) -> None:
    token = token_in(await raw(url, "GET /auth HTTP/1.0\r\nHost: localhost\r\n\r\n"))
    head = f"HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
    answer = await raw(url, f"GET /create-session {head}\r\n")
    sid = json.loads(answer.partition("\r\n\r\n")[2])["sid"]
    body = json.dumps({"sid": sid, "prompt": "hi"})
    answer = await raw(url, f"POST /chat {head}Content-Length: {len(body)}\r\n\r\n{body}")
    events = [json.loads(line) for line in answer.partition("\r\n\r\n")[2].splitlines()]
    assert [event["id"] for event in events] == [1, 2, 3]


async def test_no_token_for_another_machine(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "is_loopback", lambda _address: False)
    async with aiohttp.ClientSession() as web, web.get(f"{url}/auth") as response:
        assert response.status == 403
        assert "where the server runs" in (await response.json())["detail"]
