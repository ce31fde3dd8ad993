"""Textual's table of escape sequences, and what makes events of them.

Most terminals send ESC and the character for Alt with a key. Textual 8.2 takes ESC and a digit for
what WezTerm on macOS sends for the Option key and turns it into characters such as ``¡``, so that
no binding to ``alt+1`` could ever fire there. ESC and a letter it knows only if nothing comes right
behind it; else it is taken for ``^`` and the letter. ESC and Enter it takes for two keys.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, cast

from textual import _ansi_sequences, _xterm_parser

from robotui.ui.internals import need

need(_ansi_sequences, "ANSI_SEQUENCES_KEYS")
need(_xterm_parser, "XTermParser")
need(_xterm_parser.XTermParser, "feed", "tick")

Parser = _xterm_parser.XTermParser
"""Makes events of text; takes whether Textual is being debugged."""

_TABLE: Final = cast("dict[str, Any]", _ansi_sequences.ANSI_SEQUENCES_KEYS)
_TAUGHT: Final = {character: character for character in "123456789acdmsz"} | {
    "\r": "enter",
    "\n": "enter",
}
"""The characters of all bindings with Alt, and how their keys are called."""


class _Key(NamedTuple):
    """A key in the form that the table wants."""

    value: str


def teach_alt() -> None:
    """Let ESC and a digit, a bound letter or Enter be that key with Alt; idempotent."""
    for character, name in _TAUGHT.items():
        _TABLE[f"\x1b{character}"] = (_Key(f"alt+{name}"),)


def is_known(sequence: str) -> bool:
    """Whether an escape sequence is a key."""
    return sequence in _TABLE
