"""The bytes of a reply as events (protocol 6.1): a pure decoder without sockets."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Final, cast

from robotui import events
from robotui.events import Event, Unreadable
from robotui.secret import redact

LINE_CAP: Final = 16 * 2**20
"""Bytes that one line may have; a longer one is skipped and reported."""

HELD_LINES: Final = 10_000
"""Unreadable lines at the start of a body that are kept for reading it as a whole."""

_SECRET_LENGTH: Final = 8
"""Characters from which on a token is looked for in a reply; a shorter one is an ordinary word."""

_HEAD: Final = 4096
"""Bytes of a line too long that are looked at for its excerpt."""

_DECODER: Final = json.JSONDecoder()
# Between objects; brackets too, so that an array reads like its members.
_SEPARATORS: Final = re.compile(r"[\s,\[\]]*")
# Server-sent events: comments, fields without data, and the customary end mark.
_NO_DATA: Final = re.compile(r":|(?:event|id|retry):|\[DONE\]$")


class ReplyDecoder:
    """Feeds on chunks cut anywhere and gives the same events however they were cut.

    Nothing is dropped silently: what is no event comes out as ``Unreadable``. Such lines are held
    back until the first event, because a body of one pretty-printed JSON value has none on any line
    of its own; ``flush`` then reads the body as a whole. A ``secret`` that a line echoes is taken
    out of it, so that no event, message or file holds it.
    """

    def __init__(self, line_cap: int = LINE_CAP, secret: str = "") -> None:
        self._line_cap = line_cap
        self._secret = secret if len(secret) >= _SECRET_LENGTH else ""
        self._buffer = bytearray()
        self._skipping = False
        self._held: list[str] | None = []
        self._held_size = 0
        self.incomplete = False
        """After ``flush``: whether the body ended in the middle of a value."""

    @property
    def unread(self) -> str:
        """The text so far of a body in which no event was found yet, else empty."""
        if self._held is None:
            return ""
        return "\n".join([*self._held, self._clean(bytes(self._buffer))])

    def decode(self, chunk: bytes) -> list[Event]:
        """The events that ``chunk`` completes."""
        found: list[Event] = []
        *lines, rest = chunk.split(b"\n")
        if lines:
            lines[0] = bytes(self._buffer) + lines[0]
            self._buffer.clear()
        for line in lines:
            if self._skipping:
                self._skipping = False
            else:
                found += self._line(line)
        self._buffer += rest
        if len(self._buffer) > self._line_cap or self._skipping:
            if not self._skipping:
                found += self._too_long(bytes(self._buffer))
            self._skipping = True
            self._buffer.clear()
        return found

    def flush(self) -> list[Event]:
        """The events left at the end of the body: a last line without newline, or a whole body."""
        text = self._clean(bytes(self._buffer))
        self._buffer.clear()
        found, rest = _read(text)
        if self._held is not None and not _any_event(found):
            whole, whole_rest = _read("\n".join([*self._held, text]))
            if _any_event(whole):
                self._held = None
                found, rest = whole, whole_rest
        self.incomplete = rest.startswith("{")
        if rest and (text or self.incomplete):
            last = cast("Unreadable", found[-1])
            found[-1] = dataclasses.replace(last, why=f"incomplete line, {last.why}")
        return [*self._release(), *found]

    def _line(self, data: bytes) -> list[Event]:
        if len(data) > self._line_cap:
            return self._too_long(data)
        text = self._clean(data)
        found, _rest = _read(text)
        if self._held is None or not text:
            return found
        if _any_event(found):
            return [*self._release(), *found]
        self._held.append(text)
        self._held_size += len(text)
        if len(self._held) > HELD_LINES or self._held_size > self._line_cap:
            return self._release()
        return []

    def _release(self) -> list[Event]:
        """The held lines as what they are by themselves; from now on nothing is held."""
        held, self._held = self._held or [], None
        return [event for text in held for event in _read(text)[0]]

    def _too_long(self, start: bytes) -> list[Event]:
        head = start[: min(_HEAD, self._line_cap)].decode("utf-8", "replace")
        excerpt = redact(head, self._secret)[: events.EXCERPT]
        why = f"a line of more than {self._line_cap} bytes was skipped"
        return [*self._release(), Unreadable(why=why, excerpt=excerpt)]

    def _clean(self, data: bytes) -> str:
        """One line as text, without byte order mark, outer white space and SSE framing."""
        text = data.decode("utf-8", "replace").strip()
        if text.startswith("{"):  # as nearly every line does: there is nothing around it
            return redact(text, self._secret)
        text = text.lstrip("\ufeff").strip().removeprefix("data:").strip()
        text = redact(text, self._secret)
        return "" if _NO_DATA.match(text) else text


def _any_event(found: list[Event]) -> bool:
    return any(not isinstance(event, Unreadable) for event in found)


def _read(text: str) -> tuple[list[Event], str]:
    """The objects in ``text``, and the rest from where it is no JSON (the last event tells that).

    Text without any event becomes one ``Unreadable``; text of separators only is nothing.
    """
    try:
        value, end = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        pass
    else:
        if end == len(text) and isinstance(value, dict):  # as nearly every line is
            return [events.from_object(value)], ""
    found: list[Event] = []
    at, rest = _skip(text, 0), ""
    while at < len(text):
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            rest, end = text[at:], len(text)
            value = None
        known = isinstance(value, dict)
        found.append(events.from_object(value) if known else events.parse(text[at:end]))
        at = _skip(text, end)
    if found and not _any_event(found):
        return [events.parse(text)], rest
    return found, rest


def _skip(text: str, at: int) -> int:
    match = _SEPARATORS.match(text, at)
    return match.end() if match else at
