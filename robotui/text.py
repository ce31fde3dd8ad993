"""Text from outside, made safe to show in a terminal."""

from __future__ import annotations

import re
from typing import Final

# ECMA-48: CSI sequences, string sequences (OSC, DCS, SOS, PM, APC) up to their terminator, other
# two-character escapes. A string sequence that never ends loses its introducer only, so that a
# stray ESC can't swallow the rest of a reply; it ends where another begins, so that many of them
# take no longer than one.
_ESCAPES: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x90\x98\x9c-\x9f\n]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]?"
)
_INTRODUCER: Final = re.compile(r"[\x1b\x90\x98\x9b\x9d-\x9f]")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SEPARATORS: Final = re.compile("[\u2028\u2029]")
# Overrides and isolates reorder what a reader sees ("Trojan Source", CVE-2021-42574).
_BIDI: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")


def encodable(text: str) -> str:
    """``text`` with lone surrogates replaced by ``?``, so that it can be printed and saved."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def printable(text: str) -> str:
    """``text`` without anything a terminal would obey; newlines and tabs stay.

    Escape sequences and control characters are removed, carriage returns too; Unicode's line and
    paragraph separators become newlines, bidirectional overrides U+FFFD so that hidden reordering
    shows.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _SEPARATORS.sub("\n", _ESCAPES.sub("", encodable(text)))
    return _BIDI.sub("\ufffd", _CONTROLS.sub("", text))


def printable_line(text: str) -> str:
    """``printable`` for what is one line and has to stay so: separators become blanks."""
    return printable(text).replace("\n", " ")


def one_line(text: str, limit: int = 200) -> str:
    """``text`` made printable and folded to a line of at most ``limit`` characters."""
    head = text[: limit * 8]
    line = " ".join(printable(head).split())
    whole = len(line) <= limit and len(head) == len(text)
    return line if whole else line[: limit - 1] + "…"


class PrintableStream:
    """``printable`` for text that comes in pieces.

    An escape sequence may be cut anywhere, so text from an introducer on is held back until the
    line ends or ``HELD`` characters came.
    """

    HELD: Final = 4096

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> str:
        """What can be printed now."""
        text = self._held + piece
        cut = len(text)
        introducer = _INTRODUCER.search(text, text.rfind("\n") + 1)
        if introducer and len(text) - introducer.start() < self.HELD:
            cut = introducer.start()
        self._held = text[cut:]
        return printable(text[:cut])

    def flush(self) -> str:
        """The rest, at the end."""
        text, self._held = self._held, ""
        return printable(text)
