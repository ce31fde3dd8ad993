"""Whom the next prompt goes to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from robotui import agents
from robotui.agents import Agent
from robotui.errors import StorageError

if TYPE_CHECKING:
    from robotui.ui.log.chat_log import ChatLog
    from robotui.ui.parts.host import Host
    from robotui.ui.parts.turns import Turns


class Agents:
    """Switches the agent of the open chat; a reply that is coming in goes on undisturbed."""

    def __init__(
        self, host: Host, log: ChatLog, turns: Turns, show: Callable[[Agent], None]
    ) -> None:
        """``show``: tells on the screen whom the next prompt goes to."""
        self.host = host
        self._log = log
        self._turns = turns
        self._show = show

    def step(self, by: int) -> None:
        """The agent that many places on."""
        self.switch(agents.neighbour(self._turns.talk.chat.info.agent, by))

    def pick(self, name: str) -> None:
        """The agent of that name."""
        agent = agents.find(name)
        if agent is None:
            names = ", ".join(agent.id for agent in agents.everyone())
            self.host.warn(f"There is no agent {name!r}. Agents: {names}.")
        else:
            self.switch(agent)

    def switch(self, agent: Agent) -> None:
        """Send the next prompts to this agent."""
        chat = self._turns.talk.chat
        if agent.id == chat.info.agent:
            return
        try:
            chat.switch(agent.id)
        except StorageError as error:
            self.host.warn_of(error)
        if self._turns.busy:
            self.host.tell(f"From the next prompt on: {agent.id}. This reply goes on.")
        self._show(agent)
        self._log.sync()
