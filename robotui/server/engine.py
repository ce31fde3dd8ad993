"""Between the server and what answers: an engine yields parts, the server frames them.

An engine knows nothing of HTTP, ids, tokens or line framing. ``reply`` is an async generator; the
server closes it when the client hangs up, so an engine releases what it holds in ``finally``.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

LimitReason = Literal["max_iterations", "budget", "time", "length"]


@dataclass(frozen=True, slots=True)
class Request:
    """One prompt of a session."""

    sid: str
    agent: str
    prompt: str


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the agent's message; pieces that follow one another are one message.

    The server sends each as a delta event if the client asked for that, else joined as one event.
    """

    piece: str


@dataclass(frozen=True, slots=True)
class Act:
    """The agent does something: an action event in the shapes of protocol 4.1.

    ``message`` is the one line that describes it; ``args`` are the action's own.
    """

    action: str
    args: dict[str, Any]
    message: str


@dataclass(frozen=True, slots=True)
class Observe:
    """What came of an action: an observation event."""

    observation: str
    content: str
    extras: dict[str, Any] = field(default_factory=dict)
    message: str = ""


@dataclass(frozen=True, slots=True)
class Fail:
    """Something went wrong; the server sends an ``error`` observation and ends the reply."""

    text: str


@dataclass(frozen=True, slots=True)
class End:
    """The reply's last part, optional.

    ``asks``: the agent wants an answer. ``limit``: the reply stopped at this limit. Either makes
    ``wait_for_response`` true; ``usage`` counts tokens.
    """

    asks: bool = False
    limit: LimitReason | None = None
    usage: dict[str, int] = field(default_factory=dict)


Part = Text | Act | Observe | Fail | End


class Engine(Protocol):
    """What answers prompts."""

    name: str
    """Short name for the status bar, e.g. ``offline``."""
    about: str
    """One line on what it is."""

    async def start(self, workspace: Path) -> None:
        """Get ready for ``workspace`` in the background; returns at once."""

    def reply(self, request: Request) -> AsyncGenerator[Part, None]:
        """Answer one prompt. Closing the generator cancels the work."""

    async def aclose(self) -> None:
        """Stop everything and release files; idempotent."""
