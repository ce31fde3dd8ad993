"""The agents of the service: what each is called, what it is for, and its colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent that a prompt can be sent to."""

    id: str
    """The name on the wire (protocol 1.1)."""
    purpose: str
    """One line on what it is for."""
    colour: str
    """A CSS colour; its badge and divider."""
    initials: str
    """Two letters for narrow places."""


DEFAULT_AGENT: Final = "GeneralCodingAgent"

AGENTS: Final[tuple[Agent, ...]] = (
    Agent(DEFAULT_AGENT, "Python and packages", "#5fafff", "GC"),
    Agent("RepoAgent", "This repository", "#87d787", "RA"),
    Agent("FrontEndAgent", "HTML, CSS, JS, Vue", "#ffaf5f", "FE"),
)


def find(name: str) -> Agent | None:
    """The agent meant by ``name``: its id, or an unambiguous start of it, in any case."""
    wanted = name.strip().lower()
    for agent in AGENTS:
        if agent.id.lower() == wanted:
            return agent
    starts = [agent for agent in AGENTS if wanted and agent.id.lower().startswith(wanted)]
    return starts[0] if len(starts) == 1 else None


def get(agent_id: str) -> Agent:
    """The agent with this id; an unknown id (an old chat, another server) gets a neutral entry."""
    for agent in AGENTS:
        if agent.id == agent_id:
            return agent
    return Agent(agent_id, "not in this program's table", "#afafaf", agent_id[:2].upper())


def neighbour(agent_id: str, step: int) -> Agent:
    """The agent ``step`` places after this one in the table, round and round."""
    ids = [agent.id for agent in AGENTS]
    at = ids.index(agent_id) if agent_id in ids else 0
    return AGENTS[(at + step) % len(AGENTS)]
