"""Questions to the terminal, and its answers."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

_ANSWER_TIME: Final = 0.5
"""Seconds a terminal gets for each question."""

_STDIN: Final = 0
_STDOUT: Final = 1

# Primary device attributes. Nearly every terminal answers, and in order, so that an answer to an
# earlier question is there before or never.
_ATTRIBUTES: Final = b"\x1b[c"
_ATTRIBUTES_ANSWER: Final = re.compile(rb"\x1b\[\?([0-9;]*)c")
_CLIPBOARD: Final = b"\x1b]52;c;?\a"
_CLIPBOARD_ANSWER: Final = re.compile(rb"\x1b\]52;[^;\x07\x1b]*;([^\x07\x1b]*)(?:\x07|\x1b\\)")


class Terminal:
    """Questions to a terminal in raw mode, on the descriptors of its two directions."""

    def __init__(self, reads: int, writes: int) -> None:
        self._reads, self._writes = reads, writes

    def attributes(self) -> list[int] | None:
        """What it says it can (DA1), without its class; None if it does not answer."""
        found = _ATTRIBUTES_ANSWER.search(self._ask(b""))
        return [int(part) for part in found[1].split(b";")[1:] if part] if found else None

    def clipboard(self) -> bytes | None:
        """What is on its clipboard, in base64; None if it does not tell."""
        found = _CLIPBOARD_ANSWER.search(self._ask(_CLIPBOARD))
        return found[1] if found else None

    def set_clipboard(self, encoded: bytes) -> None:
        """Give it a text in base64 for its clipboard."""
        self._send(b"\x1b]52;c;" + encoded + b"\a")

    def _ask(self, question: bytes) -> bytes:
        """All that comes until the attributes, asked last, are told or the time is up."""
        import select

        self._send(question + _ATTRIBUTES)
        answer, end = b"", time.monotonic() + _ANSWER_TIME
        while not _ATTRIBUTES_ANSWER.search(answer):
            left = end - time.monotonic()
            if left <= 0 or not select.select([self._reads], [], [], left)[0]:
                break
            piece = os.read(self._reads, 65_536)
            if not piece:
                break
            answer += piece
        return answer

    def _send(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._writes, data) :]


def _in_background() -> bool:
    """Whether this program would be stopped if it changed its terminal."""
    try:
        return os.tcgetpgrp(_STDIN) != os.getpgrp()
    except OSError:
        return False  # a terminal that does not control us stops nobody


@contextmanager
def raw_terminal() -> Iterator[Terminal | None]:
    """The terminal of standard input and output, by the byte and without echo.

    None where there is none that may be asked: a pipe, a program in the background, Windows.
    """
    try:
        import termios
        import tty
    except ImportError:
        yield None
        return
    if not os.isatty(_STDIN) or not os.isatty(_STDOUT) or _in_background():
        yield None
        return
    before = termios.tcgetattr(_STDIN)
    try:
        sys.stdout.flush()
        tty.setcbreak(_STDIN, termios.TCSADRAIN)
        yield Terminal(_STDIN, _STDOUT)
    finally:
        # Discards what was answered too late, which the shell would take for keys.
        with suppress(termios.error):
            termios.tcsetattr(_STDIN, termios.TCSAFLUSH, before)
