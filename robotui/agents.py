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

_TABLE: Final[list[Agent]] = [
    Agent(DEFAULT_AGENT, "Python and packages", "#5fafff", "GC"),
    Agent("RepoAgent", "This repository", "#87d787", "RA"),
    Agent("FrontEndAgent", "HTML, CSS, JS, Vue", "#ffaf5f", "FE"),
]
_NEUTRAL: Final = "#afafaf"


def add(name: str, purpose: str, colour: str) -> None:
    """Let an agent of the user's own be known; once, before anything asks for agents.

    One of the same name as a built-in one takes its place.
    """
    own = Agent(name, purpose or "your own", colour or _NEUTRAL, name[:2].upper())
    for at, agent in enumerate(_TABLE):
        if agent.id == name:
            _TABLE[at] = own
            return
    _TABLE.append(own)


def everyone() -> tuple[Agent, ...]:
    """All agents, in the order of the sidebar."""
    return tuple(_TABLE)


def find(name: str) -> Agent | None:
    """The agent meant by ``name``: its id, or an unambiguous start of it, in any case."""
    wanted = name.strip().lower()
    for agent in _TABLE:
        if agent.id.lower() == wanted:
            return agent
    starts = [agent for agent in _TABLE if wanted and agent.id.lower().startswith(wanted)]
    return starts[0] if len(starts) == 1 else None


def get(agent_id: str) -> Agent:
    """The agent with this id; an unknown id (an old chat, another server) gets a neutral entry."""
    for agent in _TABLE:
        if agent.id == agent_id:
            return agent
    return Agent(agent_id, "not in this program's table", _NEUTRAL, agent_id[:2].upper())


def neighbour(agent_id: str, step: int) -> Agent:
    """The agent ``step`` places after this one in the table, round and round."""
    ids = [agent.id for agent in _TABLE]
    at = ids.index(agent_id) if agent_id in ids else 0
    return _TABLE[(at + step) % len(_TABLE)]
