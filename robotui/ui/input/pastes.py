"""What of the terminal's input was typed, and what was pasted. No Textual in here.

Terminals put marks around a paste (xterm's "bracketed paste"). What is between them is text,
whatever it holds. A mark may come in parts, with any pause between them; a paste whose end does not
come is given up, and so is one into which Ctrl+Q or Ctrl+C is pressed. A text may hold the end mark
itself, to have the rest of it obeyed: what comes right behind an end is held for a moment, and is
pasted as well if another end follows.

Not every terminal sets marks. Then a paste is known by its speed only. These are the rules:

- A line end with more text behind it within ``TOGETHER`` is pasted, and so is all that follows
  until nothing came for ``QUIET``: nobody types a line end and the next letter that fast.
- A line end behind a single line is the Enter key: fast typing over a slow line comes so, and so
  does what scripts type. Right behind a paste it is part of it.
- Line feeds are Ctrl+J, new lines that are typed, if one carriage return ends it all.
- More than ``LONG`` characters at once are pasted; the line end behind them is the Enter key.
- Escape sequences that are no keys, such as colours, are neither typed nor pasted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final, Literal

from robotui.text import pasted
from robotui.ui.input.sequences import END, START, begins_mark, split

TOGETHER: Final = 0.025
"""Seconds within which text behind a line end makes a paste of both."""
QUIET: Final = 0.1
"""Seconds without input after which a paste without marks is over, what was cut is what it is, and
nothing behind a paste is part of it any more."""
PRESSED: Final = 0.2
"""Seconds without input after which a Ctrl+Q or Ctrl+C within a paste was pressed."""
GIVE_UP: Final = 2.0
"""Seconds without input after which the end of a paste is no longer waited for."""
LONG: Final = 40
"""Characters that nobody types between two looks at the input."""

_SEVERAL_LINES: Final = re.compile(r"\r(?!\Z)|\A[^\r]*\n[^\r]+\Z")
_LINE_ENDS: Final = re.compile(r"[\r\n]*")
_PRESSES: Final = re.compile(r"(?:[\x03\x11]|\x1b\[(?:99|113);5u)+")
_END_CUT: Final = re.compile(r"\x1b(?:\[(?:2(?:01?)?)?)?\Z")


@dataclass(frozen=True, slots=True)
class Typed:
    """Keys, as the terminal sends them."""

    text: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """Text without anything that a terminal would obey."""

    text: str
    ended: bool = True
    """False: its end never came."""


Piece = Typed | Pasted


class PasteReader:
    """Takes input as it comes, cut anywhere; gives what was typed and what was pasted, in order.

    ``is_key`` tells whether an escape sequence is for the keys' parser, ``is_report`` whether it is
    something that a terminal says by itself, such as where the mouse is. Times are seconds of any
    steady clock.
    """

    def __init__(self, is_key: Callable[[str], bool], is_report: Callable[[str], bool]) -> None:
        self._is_key = is_key
        self._is_report = is_report
        self._mode: Literal["typing", "marked", "behind", "unmarked"] = "typing"
        self._unread = ""
        self._body: list[str] = []
        """The paste that is coming in."""
        self._pressed = ""
        """The newest input, if it may be a key that ends a paste."""
        self._lapsed = ""
        """The beginning of a sequence that was not completed in time, but may be yet."""
        self._told = 0
        """How much of what is unread was given before it was completed."""
        self._pieces: list[Piece] = []
        self.deadline: float | None = None
        """When ``tick`` has something to do, if nothing comes until then."""

    def feed(self, text: str, now: float) -> list[Piece]:
        """What this input is, as far as that can be told."""
        joined, self._lapsed = self._lapsed + text, ""
        if joined != text and any(
            m.startswith(joined) or joined.startswith(m) for m in (START, END)
        ):
            self._told, text = len(joined) - len(text), joined
        self._pressed = text if self._mode == "marked" and _PRESSES.fullmatch(text) else ""
        self._unread += text
        self._read(now)
        return self._take()

    def tick(self, now: float) -> list[Piece]:
        """What is known as nothing came; to be called when there is nothing to be read."""
        if self.deadline is None or now < self.deadline:
            return []
        self.deadline = None
        if self._mode == "marked":
            self._give_up()
        elif self._mode == "unmarked":
            self._end("typing")
        elif self._mode == "behind":
            self._read_behind(now)
        else:
            self._type(now, is_all=True)
        self._read(now)
        return self._take()

    def _take(self) -> list[Piece]:
        pieces, self._pieces = self._pieces, []
        return pieces

    def _read(self, now: float) -> None:
        mode = None
        while mode != self._mode:  # another one takes what this one left
            mode = self._mode
            match mode:
                case "marked":
                    self._read_marked(now)
                case "behind":
                    self._read_behind(now)
                case "unmarked":
                    self._read_unmarked(now)
                case "typing":
                    self._type(now)

    def _end(self, mode: Literal["typing", "behind"], *, ended: bool = True) -> None:
        """The paste is over."""
        text = pasted("".join(self._body))
        if text or not ended:
            self._pieces.append(Pasted(text, ended))
        self._body, self._mode = [], mode

    # -- between marks, and behind them

    def _read_marked(self, now: float) -> None:
        at = self._unread.find(END)
        if at < 0:
            cut = max(0, len(self._unread) - len(END))
            self._body.append(self._unread[:cut])
            self._unread = self._unread[cut:]
            self.deadline = now + (PRESSED if self._pressed else GIVE_UP)
        else:
            self._body.append(self._unread[:at])
            self._unread = self._unread[at + len(END) :]
            self.deadline = now + QUIET
            self._end("behind")

    def _give_up(self) -> None:
        text, pressed = "".join(self._body) + self._unread, self._pressed
        cut = None if pressed else _END_CUT.search(text)
        self._lapsed = cut[0] if cut else ""
        self._body = [text.removesuffix(pressed or self._lapsed)]
        self._unread, self._pressed = pressed, ""
        self._end("typing", ended=begins_mark(self._lapsed))

    def _read_behind(self, now: float) -> None:
        end, start = self._unread.find(END), self._unread.find(START)
        if end >= 0 and (start < 0 or end < start):
            self._mode = "marked"
        elif start >= 0 or self.deadline is None or now >= self.deadline:
            self._mode = "typing"
            self._type(now, is_behind=True)

    # -- without marks

    def _read_unmarked(self, now: float) -> None:
        tokens, cut = split(self._unread, self._is_key)
        text, self._unread = self._unread, ""
        start = text.find(START)
        if start >= 0:
            self._body.append(text[:start])
            self._unread = text[start + len(START) :]
            self._end("typing")
            self._mode = "marked"
        elif cut or not tokens or any(token.kind != "key" for token in tokens):
            self._body.append(text)
            self.deadline = now + QUIET
        elif all(self._is_report(token.text) for token in tokens):
            self._pieces.append(Typed(text))
        else:
            self._unread = text
            self._end("typing")

    # -- keys

    def _type(self, now: float, *, is_all: bool = False, is_behind: bool = False) -> None:
        """Read keys. ``is_all``: nothing more belongs to it. ``is_behind``: behind a paste."""
        text, self._unread, self.deadline = self._unread, "", None
        tokens, cut = split(text, self._is_key)
        for token, following in zip_longest(tokens, tokens[1:]):
            if token.kind == "key":
                self._press(token.text)
            elif token.kind == "start":
                self._unread, self._mode = text[token.at + len(START) :], "marked"
                return
            elif token.kind == "text" and following is not None and following.kind == "end":
                self._body = [token.text]
                self._end("typing")
            elif token.kind == "text" and _is_pasted(token.text, is_behind=is_behind):
                self._unread, self._mode = text[token.at :], "unmarked"
                return
            elif token.kind == "text" and "\r" in token.text and not (following or is_all):
                self._unread = text[token.at :]
                self.deadline = now + (QUIET if cut else TOGETHER)
                return
            elif token.kind == "text":
                self._type_text(token.text)
        self._hold(cut, now, is_all=is_all)

    def _hold(self, cut: str, now: float, *, is_all: bool) -> None:
        """Wait for the rest of a sequence, or give what came of it as keys."""
        if is_all:
            self._press(cut[self._told :])
            self._lapsed = cut
        elif cut:
            self._unread = cut
            self.deadline = None if begins_mark(cut) else now + QUIET
            return
        self._told = 0

    def _type_text(self, text: str) -> None:
        line = text.rstrip("\r\n")
        if len(line) > LONG:
            self._pieces.append(Pasted(pasted(line)))
            text = text[len(line) :]
        self._press(text if line else text.replace("\r\n", "\r"))

    def _press(self, keys: str) -> None:
        if self._pieces and isinstance(before := self._pieces[-1], Typed):
            self._pieces[-1] = Typed(before.text + keys)
        elif keys:
            self._pieces.append(Typed(keys))


def _is_pasted(text: str, *, is_behind: bool) -> bool:
    """Whether nobody types such a run of text at once."""
    if _LINE_ENDS.fullmatch(text):
        return False
    return (is_behind and "\r" in text) or _SEVERAL_LINES.search(text) is not None
