"""The body of an answer: a reply as events, or a bounded piece of text (protocol 6.1, 6.2, 6.4)."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from typing import Final

import aiohttp

from robotui.client.auth import describe_page
from robotui.client.lines import ReplyDecoder
from robotui.client.transport import service_errors
from robotui.errors import CutReplyError, EmptyReplyError, ServiceError
from robotui.events import Event, Unreadable
from robotui.secret import redact

_log = logging.getLogger("robotui.client")

BODY_CAP: Final = 256 * 2**10
"""Bytes read of an answer that is not a reply: a page, a session, an error."""


async def read_text(response: aiohttp.ClientResponse) -> str:
    """The body's first part as text; bad UTF-8 is replaced."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) >= BODY_CAP:
            break
    return body[:BODY_CAP].decode("utf-8", "replace")


async def read_reply(
    response: aiohttp.ClientResponse, where: str, secret: str
) -> AsyncGenerator[list[Event]]:
    """The events of a reply, those together that came together; a ``secret`` is taken out of them.

    After those that came, raises CutReplyError or ReplyTimeoutError when the connection failed,
    EmptyReplyError when nothing was readable, ServiceError when a web page came.
    """
    decoder = ReplyDecoder(secret=secret)
    any_event = False
    failure: ServiceError | None = None
    rest: list[Event] = []
    try:
        with service_errors(where):
            async for chunk in response.content.iter_any():
                found = decoder.decode(chunk)
                any_event = any_event or _any_event(found)
                yield _logged(found)
    except ServiceError as error:
        failure = error
        rest = decoder.decode(_buffered(response.content))
    unread = decoder.unread
    rest += decoder.flush()
    any_event = any_event or _any_event(rest)
    if not any_event:
        _refuse_page(redact(unread, secret), response.content_type, where)
    yield _logged(rest)
    if failure is not None:
        raise failure
    if not any_event:
        raise EmptyReplyError(f"the reply of {where} holds no event")
    if decoder.incomplete:
        raise CutReplyError(f"the reply of {where} ends in the middle of a line")


def _buffered(content: aiohttp.StreamReader) -> bytes:
    """What had arrived before the connection failed, and was not read yet.

    aiohttp raises the failure first and has no public way to the bytes.
    """
    return b"".join(content._buffer)[content._buffer_offset :]  # noqa: SLF001 - see above


def _refuse_page(text: str, content_type: str, where: str) -> None:
    if text and (content_type == "text/html" or text.startswith("<")):
        raise ServiceError(
            f"{where} answered with {describe_page(text[:BODY_CAP])} instead of a reply",
            "Log in again, or check the address: it may not be a Robocoders service.",
        )


def _any_event(found: list[Event]) -> bool:
    return not all(isinstance(event, Unreadable) for event in found)


def _logged(found: list[Event]) -> list[Event]:
    for event in found:
        if isinstance(event, Unreadable):
            _log.warning("unreadable in a reply: %s", event.why)  # its text may hold secrets
    return found
