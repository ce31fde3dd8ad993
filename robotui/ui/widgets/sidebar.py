"""The agents: who there is, what each is for, who gets the next prompt."""

from __future__ import annotations

from typing import Final

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from robotui.agents import Agent, everyone

_HEADING: Final = 2
_ROWS: Final = 3
"""An agent's rows: its name, what it is for, a blank one."""
_HINTS: Final = ("Shift+Tab  next agent", "F1  all keys")


class Sidebar(Widget):
    """The list of agents; the one that the next prompt goes to is marked."""

    ALLOW_SELECT = False

    class Picked(Message):
        """The user picked an agent."""

        def __init__(self, agent: Agent) -> None:
            super().__init__()
            self.agent = agent

    def __init__(self, active: str) -> None:
        super().__init__(id="sidebar")
        self._active = active

    def activate(self, agent_id: str) -> None:
        """Mark the agent that the next prompt goes to."""
        self._active = agent_id
        self.refresh()

    def render(self) -> Content:
        """A heading, the agents, and at the bottom the keys to start with."""
        parts: list[str | tuple[str, str]] = [("Agents\n\n", "bold dim")]
        for agent in everyone():
            active = agent.id == self._active
            style = f"bold {agent.colour}" if active else agent.colour
            parts += [("● " if active else "○ ", style), (f"{agent.id}\n", style)]
            parts.append((f"  {agent.purpose}\n\n", "dim"))
        gap = self.size.height - _HEADING - _ROWS * len(everyone()) - len(_HINTS)
        if gap >= 0:
            parts.append(("\n" * gap + "\n".join(_HINTS), "dim"))
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """Pick the agent whose rows were clicked."""
        offset = event.get_content_offset(self)
        row = offset.y - _HEADING if offset is not None else -1
        if 0 <= row < _ROWS * len(everyone()):
            event.stop()
            self.post_message(self.Picked(everyone()[row // _ROWS]))
