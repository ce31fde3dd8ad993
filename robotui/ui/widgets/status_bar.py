"""One line on where things stand: server, state, session, token, and the keys that work now."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

from rich.cells import cell_len
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from robotui import agents
from robotui.text import duration, one_line


@dataclass(frozen=True, slots=True)
class Standing:
    """What the bar says."""

    server: str = ""
    """The server's name, or what answers on our own."""
    context: str = ""
    """Tokens of the last reply, and how full the model's context is."""
    agent: str = ""
    """Id of the agent that the next prompt goes to."""
    state: str = "starting"
    """One or two words."""
    since: float | None = None
    """``time.monotonic()`` at which the state began, to show how long it lasts."""
    sid: str = ""
    """The session's id; its first eight characters are shown."""
    token: str = ""
    """Where the token is kept."""
    why: str = ""
    """Why it is not in the keyring."""
    keys: tuple[str, ...] = ()
    """The keys that work now, the most needed first."""


class StatusBar(Widget):
    """Shows a ``Standing``; where there is no room the least needed parts are left out."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__(id="status")
        self.standing = Standing()
        self._ticker: Timer | None = None

    def on_mount(self) -> None:
        """Prepare the clock; it runs only while a state with a time is shown."""
        self._ticker = self.set_interval(0.5, self.refresh, pause=self.standing.since is None)

    def show(self, **changes: Any) -> None:
        """Change some fields of the standing."""
        self.standing = replace(self.standing, **changes)
        if self._ticker is not None:
            if self.standing.since is None:
                self._ticker.pause()
            else:
                self._ticker.resume()
        self.refresh()

    def render(self) -> Content:
        """As many parts as fit, the state always, keys at the right."""
        now = self.standing
        state = now.state
        if now.since is not None:
            state += f" {duration(time.monotonic() - now.since)}"
        agent = agents.get(now.agent)
        # In the order of need: what does not fit is left out from the end.
        facts = [
            (state, "bold"),
            (agent.id, agent.colour),
            (one_line(now.server), ""),
            (now.context, ""),
            (now.token, ""),
            (f"sid {one_line(now.sid[:8])}" if now.sid else "no session yet", "dim"),
        ]
        keys = [(key, "dim") for key in now.keys]
        room = self.size.width - 2
        left = _fitting(facts, room - _width(keys[:1]) - _GAP)
        right = _fitting(keys, room - _width(left) - _GAP)
        why = (one_line(now.why), "dim")
        if len(right) == len(keys) and _width([*left, why, *right]) + _GAP <= room:
            left.append(why)
        gap = " " * (room - _width(left) - _width(right))
        return Content.assemble(" ", *_joined(left), gap, *_joined(right[::-1]))


_Part = tuple[str, str]
_SEPARATOR = " · "
_GAP = 2


def _width(parts: list[_Part]) -> int:
    texts = [text for text, _style in parts if text]
    return cell_len(_SEPARATOR.join(texts))


def _fitting(parts: list[_Part], room: int) -> list[_Part]:
    """The first parts with a text that fit, in their order."""
    kept: list[_Part] = []
    for part in parts:
        if part[0] and _width([*kept, part]) <= room:
            kept.append(part)
    return kept


def _joined(parts: list[_Part]) -> list[_Part]:
    pairs = [((_SEPARATOR, "dim"), part) for part in parts if part[0]]
    return [item for pair in pairs for item in pair][1:]
