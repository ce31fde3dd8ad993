"""The agents: who there is, what each is for, who gets the next prompt."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from robotui.agents import AGENTS, Agent


class AgentRow(Vertical):
    """One agent: its name in its colour, and what it is for; a click picks it."""

    class Clicked(Message):
        """The row of ``agent`` was clicked."""

        def __init__(self, agent: Agent) -> None:
            super().__init__()
            self.agent = agent

    def __init__(self, agent: Agent) -> None:
        super().__init__(id=f"agent-{agent.id}")
        self.agent = agent
        self._title = Static(classes="name")

    def compose(self) -> ComposeResult:
        """Name and purpose."""
        yield self._title
        yield Static(Content(self.agent.purpose), classes="purpose")

    def mark(self, active: bool) -> None:
        """Show whether the next prompt goes to this agent."""
        style = f"bold {self.agent.colour}" if active else self.agent.colour
        self._title.update(Content.styled(("● " if active else "○ ") + self.agent.id, style))

    def on_click(self, event: events.Click) -> None:
        """Pick this agent."""
        event.stop()
        self.post_message(self.Clicked(self.agent))


class Sidebar(Vertical):
    """The list of agents; ``active`` shows which one the next prompt goes to."""

    class Picked(Message):
        """The user picked an agent."""

        def __init__(self, agent: Agent) -> None:
            super().__init__()
            self.agent = agent

    def __init__(self, active: str) -> None:
        super().__init__(id="sidebar")
        self._active = active

    def compose(self) -> ComposeResult:
        """A heading and a row an agent."""
        yield Static("Agents", classes="heading")
        for agent in AGENTS:
            yield AgentRow(agent)
        yield Static("Shift+Tab  next agent\nF1  all keys", classes="hints")

    def on_mount(self) -> None:
        """Show who is active."""
        self.activate(self._active)

    def activate(self, agent_id: str) -> None:
        """Mark the agent that the next prompt goes to."""
        for row in self.query(AgentRow):
            row.mark(row.agent.id == agent_id)

    def on_agent_row_clicked(self, message: AgentRow.Clicked) -> None:
        """Tell the screen."""
        message.stop()
        self.post_message(self.Picked(message.agent))
