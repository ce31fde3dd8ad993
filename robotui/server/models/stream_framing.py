"""The bytes of an answer as JSON values, however a server frames them: pure, any chunking.

Server-sent events as in the HTML standard (9.2.6), and what servers make of them: no blank lines
between events, values without a field's name before them, one JSON document in place of a stream.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

_FIELD: Final = re.compile(r"(data|event|error|id|retry)[ \t]*:[ \t]?")
_LINE_END: Final = re.compile(rb"\r\n|\n|\r(?!\Z)")
_DONE: Final = re.compile(r'"?\[DONE\]"?\s*')
_MOST: Final = 8 << 20  # characters of an event that is no JSON


@dataclass(frozen=True, slots=True)
class Value:
    """A JSON value, and the name of the event that it came in."""

    json: Any
    event: str = ""


@dataclass(frozen=True, slots=True)
class Junk:
    """What is no JSON: an error in words, a page, a damaged chunk."""

    text: str
    event: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """The server says that the stream is whole (``[DONE]``)."""


Frame = Value | Junk | Done


class Framing:
    """Takes the bytes of one answer; ``feed`` them, then ``flush`` once."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._begun = False
        self._event = ""
        self._field: list[str] = []  # lines of an event that are no JSON yet
        self._field_event = ""
        self._bare: list[str] = []  # lines without a field's name
        self._size = 0

    def feed(self, data: bytes) -> Iterator[Frame]:
        """What is whole now."""
        complete = self._bytes.endswith(b"\r") or b"\n" in data or b"\r" in data
        self._bytes += data
        if complete:
            *lines, self._bytes = map(bytearray, _LINE_END.split(bytes(self._bytes)))
            for line in lines:
                yield from self._line(line)

    def flush(self) -> Iterator[Frame]:
        """The rest, at the end."""
        line, self._bytes = self._bytes.removesuffix(b"\r"), bytearray()
        if line:
            yield from self._line(line)
        yield from self._end_event()
        yield from self._end_bare()

    def _line(self, data: bytearray) -> Iterator[Frame]:
        line = data.decode("utf-8", "replace")
        if not self._begun:
            line = line.removeprefix("\ufeff")
            self._begun = bool(line.strip())
        if not line.strip():
            yield from self._end_event()
            if self._bare:
                self._bare.append(line)
            self._event = ""
        elif not self._bare and line.startswith(":"):
            return
        elif field := _FIELD.match(line):
            yield from self._end_bare()
            yield from self._take_field(field[1], line[field.end() :])
        elif line.strip() not in ("data", "event", "id", "retry"):
            yield from self._take_bare(line)

    def _take_field(self, name: str, text: str) -> Iterator[Frame]:
        if name == "event":
            yield from self._end_event()
            self._event = text.strip().lower()
        if name not in ("data", "error"):
            return
        event = "error" if name == "error" else self._event
        while again := re.match(r"\s*data:\s?", text):
            text = text[again.end() :]
        frame = _frame(text, event)
        if frame is not None:
            yield from self._end_event()
            yield frame
        elif text.strip():
            self._field_event = event
            self._size += len(text)
            self._field.append(text)
            whole = _frame("\n".join(self._field), event) if text.rstrip()[-1:] in "}]" else None
            if whole is not None:
                self._clear_field()
                yield whole
            elif self._size > _MOST:
                yield from self._end_event()

    def _clear_field(self) -> None:
        self._field.clear()
        self._size = 0

    def _end_event(self) -> Iterator[Frame]:
        """The lines that were no JSON one by one are so together, or never."""
        if self._field:
            text = "\n".join(self._field)
            self._clear_field()
            yield _frame(text, self._field_event) or Junk(text, self._field_event)

    def _take_bare(self, line: str) -> Iterator[Frame]:
        if not self._bare:
            frame = _frame(line, self._event)
            if frame is not None:
                yield frame
                return
        self._bare.append(line)
        # A document over several lines ends where its first line began.
        if line[:1] in "}]":
            frame = _frame("\n".join(self._bare), self._event)
            if frame is not None:
                self._bare.clear()
                yield frame

    def _end_bare(self) -> Iterator[Frame]:
        text = "\n".join(self._bare).strip()
        self._bare.clear()
        if text:
            yield _frame(text, self._event) or Junk(text, self._event)


def _frame(text: str, event: str) -> Frame | None:
    """What ``text`` is by itself; None if it is no JSON object or list, or not yet."""
    text = text.strip()
    if _DONE.fullmatch(text):
        return Done()
    if text[:1] not in ("{", "["):
        return None
    try:
        return Value(json.loads(text, strict=False), event)
    except (ValueError, RecursionError):
        return None
