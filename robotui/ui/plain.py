"""The chat on the plain terminal, where its own selection and search work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from robotui.chats import export
from robotui.chats.turns import Turn
from robotui.text import printable

LIMIT: Final = 200_000
"""Characters that are shown, the newest."""

_BACK: Final = "\n— Enter goes back to robotui —"


def show(turns: Sequence[Turn]) -> None:
    """Print the end of the chat as it came, without margins or breaks, and wait for Enter.

    Only while the screen is suspended. Ctrl+C and Ctrl+D go back too.
    """
    print(printable(export.newest(turns, LIMIT)), end="")
    try:
        input(_BACK)
    except (EOFError, KeyboardInterrupt):
        return
