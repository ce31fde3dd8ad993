"""Keys: how they are called, and Alt with a digit as terminals send it.

Most terminals send ESC and the digit for it. Textual 8.2 takes these for what WezTerm on macOS
sends for the Option key and turns them into characters such as ``¡``, so that no binding to
``alt+1`` could ever fire there.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, cast

from textual import _ansi_sequences


class AltDigit(Enum):
    """Names of the keys, in the form that Textual's table of sequences wants."""

    ALT_1 = "alt+1"
    ALT_2 = "alt+2"
    ALT_3 = "alt+3"
    ALT_4 = "alt+4"
    ALT_5 = "alt+5"
    ALT_6 = "alt+6"
    ALT_7 = "alt+7"
    ALT_8 = "alt+8"
    ALT_9 = "alt+9"


def teach_alt_digits() -> None:
    """Let ESC and a digit be the key ``alt+DIGIT``; idempotent."""
    table = cast("dict[str, Any]", _ansi_sequences.ANSI_SEQUENCES_KEYS)
    for key in AltDigit:
        table[f"\x1b{key.value[-1]}"] = (key,)


_NAMES = {"escape": "Esc", "pageup": "PgUp", "pagedown": "PgDn"}


def key_name(keys: str) -> str:
    """Keys of a binding as they are printed on keyboards: ``shift+tab,f4`` is Shift+Tab, F4."""
    return ", ".join(
        "+".join(_NAMES.get(part, part.title()) for part in key.split("+"))
        for key in keys.split(",")
    )
