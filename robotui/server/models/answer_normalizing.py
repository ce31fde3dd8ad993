"""Answers of model servers rewritten on their way in, so that OpenAI's client understands them all.

One seam: what the client reads is what OpenAI's own server would have sent.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any, Final

import httpx2

from robotui.server.models.error_bodies import of_body
from robotui.server.models.stream_chunks import Chunks
from robotui.server.models.stream_framing import Framing, Junk

_MOST: Final = 256 << 10  # bytes that are read of an error
_CODED: Final = ("Content-Encoding", "Content-Length", "Transfer-Encoding")
_DONE: Final = b"data: [DONE]\n\n"


async def rewrite(response: httpx2.Response) -> None:
    """An event hook of the client: from here on ``response`` reads like OpenAI's."""
    request, stream = response.request, response.stream
    chat = request.method == "POST" and request.url.path.endswith("/chat/completions")
    if not chat or response.is_redirect or not isinstance(stream, httpx2.AsyncByteStream):
        return
    # A response of its own undoes the encoding that the headers tell.
    raw = httpx2.Response(
        response.status_code, headers=response.headers, stream=stream, request=request
    )
    for name in _CODED:
        response.headers.pop(name, None)
    if response.status_code >= 400:
        response.headers["Content-Type"] = "application/json"
        response.stream = _Body(raw, _failure(raw))
    else:
        response.headers["Content-Type"] = "text/event-stream"
        response.stream = _Body(raw, _events(raw, _offered(request)))


class _Body(httpx2.AsyncByteStream):
    def __init__(self, raw: httpx2.Response, data: AsyncGenerator[bytes]) -> None:
        self._raw = raw
        self._data = data

    def __aiter__(self) -> AsyncGenerator[bytes]:
        return self._data

    async def aclose(self) -> None:
        """Close the connection."""
        await self._data.aclose()
        await self._raw.aclose()


async def _failure(raw: httpx2.Response) -> AsyncGenerator[bytes]:
    """The body of an error in OpenAI's shape."""
    body = b""
    async with aclosing(raw.aiter_bytes()) as pieces:
        async for data in pieces:
            body += data
            if len(body) > _MOST:
                break
    yield json.dumps({"error": of_body(body)}).encode()


async def _events(raw: httpx2.Response, tools: list[str]) -> AsyncGenerator[bytes]:
    """The chunks of an answer; what comes after its end is read, but not told."""
    framing, chunks = Framing(), Chunks(tools)
    async with aclosing(raw.aiter_bytes()) as pieces:
        async for data in pieces:
            for frame in framing.feed(data):
                for event in _sent(chunks.feed(frame)):
                    yield event
    for frame in framing.flush():
        if not (
            isinstance(frame, Junk) and frame.text[:1] in "{["
        ):  # else the stream was cut in it
            for event in _sent(chunks.feed(frame)):
                yield event
    for event in _sent(chunks.flush()):
        yield event
    if chunks.ended:
        yield _DONE


def _sent(made: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    for chunk in made:
        yield b"data: " + json.dumps(chunk).encode() + b"\n\n"


def _offered(request: httpx2.Request) -> list[str]:
    """The names of the tools in a request."""
    tools = json.loads(request.content).get("tools") or []
    return [str(tool["function"]["name"]) for tool in tools]
