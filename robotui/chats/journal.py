"""The pieces of a message that is streaming in, safe on disk until the message is whole."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from robotui import events
from robotui.events import Message, Raw
from robotui.files import LineFile


class Journal:
    """The journal beside a transcript (``.partial``); empty whenever no message is under way.

    Its first line is the message so far and a key; each line after it is more of its text. The
    record that the message becomes has the same key: a journal whose message was written to the
    transcript just before a crash is stale, and that shows.
    """

    def __init__(self, transcript: Path) -> None:
        self._lines = LineFile(transcript.with_suffix(".partial"))
        self._pieces: list[str] = []
        self._last: Message | None = None
        self._key = ""
        self._written = 0
        """How many of the pieces are in the file; none if it has to be written anew."""
        self._used = False
        """Whether there may be something in the file."""

    @property
    def active(self) -> bool:
        """Whether a message is under way."""
        return self._last is not None

    def add(self, piece: Message) -> None:
        """A piece came; ``write`` it before it is shown."""
        self._pieces.append(piece.text)
        self._last = piece

    def write(self) -> None:
        """Write down what was added. Raises StorageError; it is then written the next time."""
        written, self._written = self._written, 0
        if self._last is None:
            return
        if written < len(self._pieces):
            line = json.dumps("".join(self._pieces[written:]))
            if not written:
                self._key = self._key or secrets.token_hex(4)
                line = json.dumps({"key": self._key, "event": self._whole(self._last)})
                self._used = True
                self._lines.clear()
            self._lines.append(line)
        self._written = len(self._pieces)

    def take(self, end: Message | None = None) -> tuple[Raw, str] | None:
        """The message under way as one whole event, and its key; then it is no longer under way.

        ``end`` is its last piece, if that came. The file keeps the message until ``clear``; the key
        is empty if it never was there.
        """
        if self._last is None:
            return None
        if end is not None:
            self._pieces.append(end.text)
        taken = self._whole(end or self._last), self._key
        self._pieces, self._last, self._key, self._written = [], None, "", 0
        return taken

    def clear(self) -> None:
        """Empty the file, unless a message is under way. Raises StorageError."""
        if self._used and not self.active:
            self._lines.clear()
            self._used = False

    def shut(self) -> None:
        """Close the file."""
        self._lines.close()

    def recover(self, settled: str) -> Message | None:
        """Take up the message that a crash left unfinished; None if there is none.

        ``settled`` is the key of the last message that the transcript has. Raises OSError.
        """
        lines = _read(self._lines.path)
        match lines[:1]:
            case [{"key": str(key), "event": dict(raw)}] if key != settled:
                first = events.from_object(raw)
            case _:
                return None
        if not isinstance(first, Message):
            return None
        self._pieces = [first.text, *(piece for piece in lines[1:] if isinstance(piece, str))]
        self._last, self._key, self._used = first, key, True
        whole = events.from_object(self._whole(first))
        return whole if isinstance(whole, Message) else None

    def _whole(self, last: Message) -> Raw:
        """The event that says all of the message, from its last piece's event."""
        text = "".join(self._pieces)
        args = events.as_object(last.raw.get("args"))
        extras = {**events.as_object(args.get("extras"))}
        extras.pop("delta", None)
        return {**last.raw, "message": text, "args": {**args, "content": text, "extras": extras}}


def _read(path: Path) -> list[Any]:
    """The journal's lines up to the first that a crash cut."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    values: list[Any] = []
    for line in lines[:-1]:
        try:
            values.append(json.loads(line))
        except (ValueError, RecursionError):
            break
    return values
