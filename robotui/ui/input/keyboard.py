"""How keys are called."""

from __future__ import annotations

from typing import Final

_NAMES: Final = {"escape": "Esc", "pageup": "PgUp", "pagedown": "PgDn"}


def key_name(keys: str) -> str:
    """Keys of a binding as they are printed on keyboards: ``shift+tab,f4`` is Shift+Tab, F4."""
    return ", ".join(
        "+".join(_NAMES.get(part, part.title()) for part in key.split("+"))
        for key in keys.split(",")
    )
