"""A chat as Markdown, as it was typed and received."""

from __future__ import annotations

from collections.abc import Sequence

from robotui.chats.turns import Notice, Prompt, Reply, Said, Switch, Turn


def markdown(turns: Sequence[Turn]) -> str:
    """The turns as one Markdown text: a heading for each prompt and reply, their words unchanged.

    What comes from outside is not made printable: that is for whoever shows it.
    """
    return "\n\n".join(text for text in map(_turn, turns) if text) + "\n"


def newest(turns: Sequence[Turn], limit: int) -> str:
    """As many of the newest turns as fit into ``limit`` characters, at least one."""
    first, room = len(turns), limit
    while first and room > 0:
        first -= 1
        room -= len(_turn(turns[first]))
    if room < 0 and first + 1 < len(turns):
        first += 1
    return markdown(turns[first:])


def _turn(turn: Turn) -> str:
    match turn:
        case Prompt():
            return f"## To {turn.agent}\n\n{turn.text}"
        case Reply():
            parts = (p.text if isinstance(p, Said) else f"({p.title})" for p in turn.parts)
            return "\n\n".join((f"## {turn.agent}", *parts))
        case Switch():
            return f"({turn.agent} from here on)"
        case Notice():
            return f"({turn.headline})"
