"""The turns of a chat and the parts of a reply, as values that grow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Level = Literal["info", "warning", "error"]
State = Literal["streaming", "done", "interrupted", "failed"]


@dataclass(slots=True, eq=False)
class Said:
    """Words of the agent: Markdown that grows while ``open``.

    It stays open where a limit cut it, for as long as the rest may come.
    """

    pieces: list[str] = field(default_factory=list)
    open: bool = False

    @property
    def text(self) -> str:
        """All that came so far; joined once, however many pieces came."""
        if len(self.pieces) > 1:
            self.pieces[:] = ["".join(self.pieces)]
        return self.pieces[0] if self.pieces else ""


@dataclass(slots=True, eq=False)
class Did:
    """An activity: one line, and what it expands to.

    The agent's reasoning is one too: its words are the detail, which grows while ``open``.
    """

    title: str
    detail: str = ""
    outcome: str = ""
    event_id: int | None = None
    open: bool = False
    thought: bool = False
    """Whether it is reasoning."""


@dataclass(slots=True, eq=False)
class Remark:
    """Something to know inside a reply: a line that could not be read, an error the server told."""

    level: Level
    title: str
    detail: str = ""
    count: int = 0
    """How many unreadable lines it stands for."""


Part = Said | Did | Remark


@dataclass(slots=True, eq=False)
class Prompt:
    """What the user asked, or ``continue`` sent by itself (``automatic`` says why).

    Of a ``continue`` after a cut there is none: the reply goes on.
    """

    text: str
    agent: str
    at: float = 0.0
    automatic: str = ""


@dataclass(slots=True, eq=False)
class Reply:
    """What an agent answered to the prompt before it."""

    agent: str
    parts: list[Part] = field(default_factory=list)
    state: State = "streaming"
    waiting: bool = False
    """The agent asked for an answer."""
    limit: str = ""
    """The limit at which the reply stopped, if the server said so."""
    failure: str = ""
    """The error that the reply ends with, if it does."""
    continued: int = 0
    """How often it was cut and ``continue`` was sent by itself, so that it went on."""
    status: str = ""
    """The last passing status line of the server; not part of the reply's text."""
    usage: dict[str, int] = field(default_factory=dict)
    """Tokens, where the server counts them: ``input_tokens``, ``output_tokens``,
    ``context_used``, ``context_window``; ``without_tools`` is 1 while the agent's tools are off."""
    began: float = 0.0
    ended: float = 0.0

    @property
    def text(self) -> str:
        """The agent's words, without activities and remarks."""
        return "\n\n".join(part.text for part in self.parts if isinstance(part, Said))


@dataclass(slots=True, eq=False)
class Switch:
    """From here on prompts go to another agent."""

    agent: str
    previous: str


@dataclass(slots=True, eq=False)
class Notice:
    """A word of this program: what happened, and what to do. ``retry``: a prompt can be resent."""

    level: Level
    headline: str
    remedy: str = ""
    retry: bool = False


Turn = Prompt | Reply | Switch | Notice
