"""What was typed before, over all chats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from robotui.errors import StorageError
from robotui.files import append_to, write_atomic

KEPT: Final = 1000
"""How many prompts are kept."""


class PromptHistory:
    """Earlier prompts, oldest first, kept in a file of one JSON string a line, mode 0600."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.entries: list[str] = []
        self._refused = False

    def load(self) -> None:
        """Read the file; lines that are no JSON strings are passed over. Raises StorageError."""
        try:
            lines = self._path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return
        except OSError as error:
            raise StorageError(f"{self._path} can't be read: {error.strerror}") from error
        found = [text for text in map(_text, lines) if text]
        self.entries[:] = found[-KEPT:]
        if len(found) > 2 * KEPT:
            kept = "".join(json.dumps(text) + "\n" for text in self.entries)
            write_atomic(self._path, kept.encode())

    def add(self, text: str) -> None:
        """Remember a prompt; the same one twice in a row counts once.

        Raises StorageError the first time that the file can't be written; until it can be again,
        prompts are remembered here only.
        """
        if not text.strip() or (self.entries and self.entries[-1] == text):
            return
        self.entries.append(text)
        try:
            with append_to(self._path) as file:
                file.write(json.dumps(text) + "\n")
            self._refused = False
        except (OSError, StorageError) as error:
            if not self._refused:
                self._refused = True
                why = error.strerror if isinstance(error, OSError) else error.headline
                raise StorageError(f"{self._path} can't be written: {why}") from error


def _text(line: bytes) -> str:
    try:
        value = json.loads(line)
    except ValueError:
        return ""
    return value if isinstance(value, str) else ""
