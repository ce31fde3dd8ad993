"""A model server that plays a script: OpenAI's chat completions on 127.0.0.1."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from robotui.config import Paths, Settings
from robotui.profiles import Profile
from robotui.server.choosing import SwitchingEngine, make_engine
from robotui.server.engine import Act, End, Fail, Observe, Part, Request, Text, Think

Body = dict[str, Any]
Answer = Callable[["Turn"], Awaitable[None]]
SID = "07f3c70b-8c19-4ace-98a2-9a9290161656"


@dataclass
class Turn:
    """One request to the model, and the stream that answers it."""

    body: Body
    request: web.Request
    response: web.StreamResponse | None = None

    @property
    def messages(self) -> list[Body]:
        return list(self.body["messages"])

    @property
    def last(self) -> Body:
        return self.messages[-1]

    async def begin(self) -> web.StreamResponse:
        if self.response is None:
            headers = {"Content-Type": "text/event-stream"}
            self.response = web.StreamResponse(headers=headers)
            await self.response.prepare(self.request)
        return self.response

    async def raw(self, data: str) -> None:
        await (await self.begin()).write(data.encode())

    async def chunk(self, delta: Body | None, stop: str | None = None, **more: Any) -> None:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": stop}]
        value = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        await self.raw(f"data: {json.dumps({**value, 'choices': choices, **more})}\n\n")

    async def say(self, *pieces: str) -> None:
        for piece in pieces:
            await self.chunk({"content": piece})

    async def stop(self, why: str = "stop", read: int = 0, written: int = 0) -> None:
        await self.chunk({}, why)
        if read:
            usage = {"prompt_tokens": read, "completion_tokens": written}
            await self.chunk(None, usage={**usage, "total_tokens": read + written})
        await self.raw("data: [DONE]\n\n")

    async def call(self, index: int, name: str, arguments: str, pieces: int = 1) -> None:
        """A tool call, its arguments in so many pieces."""
        function: Body = {"name": name, "arguments": ""}
        first = {"index": index, "id": f"call_{index}", "type": "function", "function": function}
        await self.chunk({"tool_calls": [first]})
        size = max(1, -(-len(arguments) // pieces))
        for start in range(0, len(arguments), size):
            part = {"index": index, "function": {"arguments": arguments[start : start + size]}}
            await self.chunk({"tool_calls": [part]})

    async def fail(self, status: int, message: str = "no", **headers: str) -> None:
        self.response = web.json_response(
            {"error": {"message": message, "type": "x", "code": None}},
            status=status,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )

    def cut(self) -> None:
        """Break the connection."""
        assert self.request.transport is not None
        self.request.transport.abort()


@dataclass
class ModelServer:
    """What was asked of it, and what it answers: the script's parts in turn, the last for ever."""

    script: list[Answer]
    url: str = ""
    models: list[Body] = field(default_factory=lambda: [{"id": "tiny", "object": "model"}])
    pages: dict[str, Any] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)

    async def chat(self, request: web.Request) -> web.StreamResponse:
        self.headers.append(dict(request.headers))
        turn = Turn(await request.json(), request)
        self.turns.append(turn)
        answer = self.script[min(len(self.turns), len(self.script)) - 1]
        try:
            await answer(turn)
        except (asyncio.CancelledError, ConnectionError):
            self.hung_up.set()
            raise
        response = turn.response or await turn.begin()
        if not response.prepared:
            return response
        await response.write_eof()
        return response

    async def page(self, request: web.Request) -> web.Response:
        self.headers.append(dict(request.headers))
        if request.path == "/v1/models":
            return web.json_response({"object": "list", "data": self.models})
        value = self.pages.get(request.path)
        if isinstance(value, web.Response):
            return value
        return web.json_response(value, status=404 if value is None else 200)


@asynccontextmanager
async def model_server(*script: Answer, **fields: Any) -> AsyncIterator[ModelServer]:
    """A server that answers with ``script``."""
    server = ModelServer(list(script), **fields)
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.chat)
    app.router.add_route("*", "/{path:.*}", server.page)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    server.url = f"http://127.0.0.1:{port}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()


def says(*pieces: str, why: str = "stop", read: int = 0, written: int = 0) -> Answer:
    """An answer of these pieces."""

    async def answer(turn: Turn) -> None:
        await turn.say(*pieces)
        await turn.stop(why, read, written)

    return answer


def calls(*wanted: tuple[str, Body], words: str = "", pieces: int = 3) -> Answer:
    """An answer that calls tools, all of them at once."""

    async def answer(turn: Turn) -> None:
        if words:
            await turn.say(words)
        for index, (name, arguments) in enumerate(wanted):
            await turn.call(index, name, json.dumps(arguments), pieces)
        await turn.stop("tool_calls", 10, 5)

    return answer


def fails(status: int, message: str = "no", **headers: str) -> Answer:
    """An answer with an HTTP error."""

    async def answer(turn: Turn) -> None:
        await turn.fail(status, message, **headers)

    return answer


def folders(tmp_path: Path) -> Paths:
    return Paths(*(tmp_path / name for name in ("config", "data", "cache", "state", "runtime")))


@asynccontextmanager
async def engine_for(
    url: str, tmp_path: Path, *own: Profile, workspace: Path | None = None, **settings: Any
) -> AsyncIterator[SwitchingEngine]:
    """A started engine for the model server at ``url``."""
    root = workspace or tmp_path / "workspace"
    root.mkdir(parents=True, exist_ok=True)
    chosen = Settings(engine=url, **settings)
    engine = make_engine(chosen, folders(tmp_path), {}, own)
    await engine.start(root)
    try:
        yield engine
    finally:
        await engine.aclose()


async def ask(
    engine: SwitchingEngine,
    prompt: str = "hello",
    agent: str = "GeneralCodingAgent",
    sid: str = SID,
) -> list[Part]:
    """The parts of one reply."""
    return [part async for part in engine.reply(Request(sid, agent, prompt))]


def text(parts: list[Part]) -> str:
    return "".join(part.piece for part in parts if isinstance(part, Text))


def thoughts(parts: list[Part]) -> str:
    return "".join(part.piece for part in parts if isinstance(part, Think))


def acts(parts: list[Part]) -> list[Act]:
    return [part for part in parts if isinstance(part, Act)]


def observed(parts: list[Part]) -> list[Observe]:
    return [part for part in parts if isinstance(part, Observe)]


def end(parts: list[Part]) -> End:
    last = parts[-1]
    assert isinstance(last, End), last
    return last


def failure(parts: list[Part]) -> str:
    last = parts[-1]
    assert isinstance(last, Fail), last
    return last.text
