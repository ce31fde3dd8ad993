"""A running server, and the plainest of clients for it."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from robotui.server.app import make_app
from robotui.server.engine import Engine
from robotui.server.listen import Tcp, listening
from robotui.server.sessions import Sessions

SECRET = b"0123456789abcdef" * 4


@dataclass
class Served:
    """A server on a Unix socket and an HTTP session with it."""

    http: aiohttp.ClientSession
    sessions: Sessions
    socket: Path
    token: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def sid(self) -> str:
        async with self.http.get("/create-session", headers=self.headers) as response:
            return str((await response.json())["sid"])

    async def post(self, path: str, **kwargs: Any) -> tuple[int, Any]:
        kwargs.setdefault("headers", self.headers)
        async with self.http.post(path, **kwargs) as response:
            return response.status, json.loads(await response.read())

    async def chat(self, sid: str, prompt: str = "hi", **body: Any) -> list[dict[str, Any]]:
        # A stream, as aiohttp warns of large bodies that are not.
        data = io.BytesIO(json.dumps({"sid": sid, "prompt": prompt, **body}).encode())
        async with self.http.post("/chat", data=data, headers=self.headers) as response:
            assert response.status == 200, await response.text()
            return [json.loads(line) for line in (await response.read()).splitlines()]


@asynccontextmanager
async def running(
    engine: Engine, where: Path | Tcp, sessions: Sessions, **options: Any
) -> AsyncIterator[str]:
    """The application, listening."""
    app = make_app(engine, secret=SECRET, sessions=sessions, **options)
    async with listening(app, where) as address:
        yield address


@asynccontextmanager
async def served(engine: Engine, data: Path, *, patience: float = 2.0) -> AsyncIterator[Served]:
    """``engine`` behind the application on a Unix socket, with a token in hand."""
    sessions = Sessions(data / "sessions.db", patience=patience)
    # pytest's own folders have paths too long for a socket.
    with tempfile.TemporaryDirectory(prefix="robotui-") as folder:
        socket = Path(folder, "socket")
        connector = aiohttp.UnixConnector(str(socket), limit=0)
        http = aiohttp.ClientSession("http://localhost", connector=connector)
        async with http, running(engine, socket, sessions):
            server = Served(http, sessions, socket)
            async with http.get("/auth") as response:
                server.token = token_in(await response.text())
            yield server
    sessions.close()


def token_in(page: str) -> str:
    """The token as the public clients find it."""
    return page.partition('<pre id="token">')[2].partition("</pre>")[0]
