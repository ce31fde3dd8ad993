"""Between the server and what answers: an engine yields parts, the server frames them.

An engine knows nothing of HTTP, ids, tokens or line framing. ``reply`` is an async generator; the
server closes it when the client hangs up, so an engine releases what it holds in ``finally``.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

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
class Think:
    """A piece of the agent's reasoning; pieces that follow one another are one thought.

    The server sends each as a delta event if the client asked for that, else joined as one event.
    """

    piece: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Why nothing comes for now: shown in passing, no part of the reply.

    ``without_tools``: from here on the agent does not see the workspace.
    """

    text: str
    without_tools: bool = False


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


Part = Text | Think | Wait | Act | Observe | Fail | End


class Engine(Protocol):
    """What answers prompts."""

    @property
    def name(self) -> str:
        """Short name for the status bar, e.g. ``offline``."""

    @property
    def about(self) -> str:
        """One line on what it is."""

    async def start(self, workspace: Path) -> None:
        """Get ready for ``workspace`` in the background; returns at once."""

    def reply(self, request: Request) -> AsyncGenerator[Part, None]:
        """Answer one prompt. Closing the generator cancels the work."""

    async def aclose(self) -> None:
        """Stop everything and release files; idempotent."""


@runtime_checkable
class SwitchableEngine(Engine, Protocol):
    """An engine that stands for one of several, and can be told which."""

    @property
    def agents(self) -> Sequence[str]:
        """Agents of the user's own, beside the table of agents."""

    async def describe(self) -> dict[str, Any]:
        """``current`` and the ``choices`` there are, as JSON values."""

    async def switch(self, engine: str, model: str) -> dict[str, Any]:
        """Let another engine answer from the next prompt on; gives what ``describe`` gives.

        Raises RobotuiError if it can't be used.
        """

    async def answer(self, engine: str, *, use: bool) -> dict[str, Any]:
        """The user's word on a model server of another user (``strangers`` of ``describe``).

        It is kept, and with ``use`` the server is taken. Gives what ``describe`` gives. Raises
        RobotuiError if it can't be used.
        """

    def redact(self, text: str) -> str:
        """``text`` without the secrets that the engine knows."""
