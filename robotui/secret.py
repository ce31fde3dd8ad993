"""A text that no traceback, debugger or log shows."""

from __future__ import annotations

from typing import Self, SupportsIndex


class Secret(str):
    """A secret: text on the wire, but its ``repr`` does not show it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}('…')"

    def __getitem__(self, key: SupportsIndex | slice) -> Self:
        # Tracebacks with local variables show the start of long texts.
        return type(self)(super().__getitem__(key))


def redact(text: str, secret: str) -> str:
    """``text`` without ``secret``, so that it can be quoted."""
    return text.replace(secret, "…") if secret else text
