"""Keys: how they are called, and Alt with another key as terminals send it.

Most terminals send ESC and the character for it. Textual 8.2 takes ESC and a digit for what WezTerm
on macOS sends for the Option key and turns it into characters such as ``¡``, so that no binding to
``alt+1`` could ever fire there. ESC and a letter it knows only if nothing comes right behind it;
else it is taken for ``^`` and the letter. ESC and Enter it takes for two keys.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, cast

from textual import _ansi_sequences

_TAUGHT: Final = {character: character for character in "123456789acdmsz"} | {
    "\r": "enter",
    "\n": "enter",
}
"""The characters of all bindings with Alt, and how their keys are called."""


class _Key(NamedTuple):
    """A key in the form that Textual's table of sequences wants."""

    value: str


def teach_alt() -> None:
    """Let ESC and a digit, a bound letter or Enter be that key with Alt; idempotent."""
    table = cast("dict[str, Any]", _ansi_sequences.ANSI_SEQUENCES_KEYS)
    for character, name in _TAUGHT.items():
        table[f"\x1b{character}"] = (_Key(f"alt+{name}"),)


_NAMES = {"escape": "Esc", "pageup": "PgUp", "pagedown": "PgDn"}


def key_name(keys: str) -> str:
    """Keys of a binding as they are printed on keyboards: ``shift+tab,f4`` is Shift+Tab, F4."""
    return ", ".join(
        "+".join(_NAMES.get(part, part.title()) for part in key.split("+"))
        for key in keys.split(",")
    )
