"""A service on a real socket that answers exactly the bytes it is told to."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from robotui.client.api import Client
from robotui.client.session import Session
from robotui.client.tokens import TokenStore
from robotui.config import Endpoint, Settings
from robotui.errors import ServiceError
from robotui.events import Event

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ0ZXN0In0.c2lnbmF0dXJl"
AUTH_PAGE = f'<html><body><pre id="token">{TOKEN}</pre></body></html>'.encode()


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Script = Callable[[asyncio.StreamWriter], Awaitable[None]]
Answer = bytes | Script


def http(status: int, body: bytes | str = b"", **headers: str) -> bytes:
    """A whole answer with its length."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(data)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def line(**event: Any) -> bytes:
    return json.dumps(event).encode() + b"\n"


def said(
    text: str, wait: Any = False, *, sid: str = "sid-1", number: int | None = None, **extras: Any
) -> bytes:
    """A ``message`` event as the service sends it."""
    event: dict[str, Any] = {"id": number} if number is not None else {}
    event |= {"source": "agent", "message": text, "action": "message"}
    event["args"] = {"content": text, "wait_for_response": wait, "extras": extras}
    return line(**event, sid=sid)


def acted(action: str = "run", **args: Any) -> bytes:
    return line(source="agent", message="m", action=action, args=args, sid="sid-1")


def failed(text: str) -> bytes:
    return line(source="agent", observation="error", content=text, extras={}, message=text)


def reset(writer: asyncio.StreamWriter) -> None:
    """End the connection with RST."""
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


@dataclass
class Service:
    """Answers by path, in order; the last answer of a path is given again and again."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)
    _answers: dict[str, list[Answer]] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def on(self, path: str, *answers: Answer) -> None:
        self._answers[path] = list(answers)

    def replies(self, *bodies: bytes) -> None:
        """One reply of POST /chat after the other."""
        self.on("/chat", *(http(200, body) for body in bodies))

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    @property
    def prompts(self) -> list[str]:
        return [request.json["prompt"] for request in self.asked("/chat")]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            await self._answer(await _read_request(reader), writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client hung up, or the test is over
        finally:
            writer.close()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        self.requests.append(request)
        answers = self._answers.get(request.path)
        if not answers:
            answers = [http(404, '{"detail":"Not Found"}')]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, bytes):
            writer.write(answer)
            await writer.drain()
        else:
            await answer(writer)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _read_request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *rest = head.strip().split("\r\n")
    method, path, _version = first.split(" ")
    pairs = (entry.split(": ", 1) for entry in rest)
    headers = {name.lower(): value for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, path, headers, body)


@asynccontextmanager
async def serving() -> AsyncIterator[Service]:
    """A service with a token page and sessions ``sid-1``, ``sid-2``."""
    service = Service()
    service.on("/auth", http(200, AUTH_PAGE, Content_Type="text/html"))
    service.on("/create-session", http(200, '{"sid": "sid-1"}'), http(200, '{"sid": "sid-2"}'))
    server = await asyncio.start_server(service.serve, "127.0.0.1", 0)
    service.url = "http://{}:{}".format(*server.sockets[0].getsockname())
    async with server:
        yield service
        await service.close()


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    """A service for one test."""
    async with serving() as service:
        yield service


def settings(**changes: Any) -> Settings:
    """Settings, also with values that are too small for real use."""
    made = Settings()
    for name, value in changes.items():
        object.__setattr__(made, name, value)
    return made


Open = Callable[..., Awaitable[Client]]


@pytest.fixture
async def connect() -> AsyncIterator[Open]:
    """``await connect(url, **settings)``: an open client, closed at the end."""
    async with AsyncExitStack() as stack:

        async def open_client(
            url: str, *, name: str | None = None, socket: Path | None = None, **changes: Any
        ) -> Client:
            chosen = settings(**changes)
            client = Client(Endpoint(name or url, url, socket), chosen, TokenStore(chosen, {}))
            client.http.backoff = 0.001
            return await stack.enter_async_context(client)

        yield open_client


async def _nothing(_event: Event) -> None:
    pass


async def collect(
    session: Session,
    prompt: str = "hello",
    *,
    after_each: Callable[[Event], Awaitable[None]] = _nothing,
    **more: Any,
) -> tuple[list[Event], ServiceError | None]:
    """All events of a chat, and the error that ended it."""
    found: list[Event] = []
    try:
        async with aclosing(session.batches(prompt, **more)) as reply:
            async for batch in reply:
                for event in batch:
                    found.append(event)
                    await after_each(event)
    except ServiceError as error:
        return found, error
    return found, None
