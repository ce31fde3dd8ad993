"""A chat as turns: a pure fold of prompts and events, with no clock, file or screen.

A ``Transcript`` only grows at its end: the last ``Reply`` collects parts until it is closed, closed
turns never change. Only a ``Switch`` at the very end can be replaced or removed again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from robotui import events
from robotui.chats import activity
from robotui.events import Event
from robotui.text import one_line

Level = Literal["info", "warning", "error"]
State = Literal["streaming", "done", "interrupted", "failed"]

SHOWN_UNREADABLE: Final = 20
"""How many unreadable lines in a row are shown; the others are only counted."""


@dataclass(slots=True, eq=False)
class Said:
    """Words of the agent: Markdown that grows while ``open``."""

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
    """What the user asked, or ``continue`` sent by itself (``automatic`` says why)."""

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
    status: str = ""
    """The last passing status line of the server; not part of the reply's text."""
    usage: dict[str, int] = field(default_factory=dict)
    """Tokens, where the server counts them: ``input_tokens``, ``output_tokens``,
    ``context_used``, ``context_window``."""
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


class Transcript:
    """The turns of one chat, in order."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []

    @property
    def reply(self) -> Reply | None:
        """The reply that is coming in, if any."""
        for turn in reversed(self.turns):
            if isinstance(turn, Reply):
                return turn if turn.state == "streaming" else None
        return None

    @property
    def speaking(self) -> bool:
        """Whether a message is under way: more pieces of it follow."""
        reply = self.reply
        last = reply.parts[-1] if reply and reply.parts else None
        return isinstance(last, Said) and last.open

    def ask(self, text: str, agent: str, at: float = 0.0, automatic: str = "") -> Reply:
        """A prompt was sent: adds it and the (still empty) reply to it.

        A reply still coming in has ended: an automatic prompt follows a whole one, the user's own
        means that the program stopped before it could be closed.
        """
        self.close("done" if automatic else "interrupted", at)
        reply = Reply(agent, began=at)
        self.turns += [Prompt(text, agent, at, automatic), reply]
        return reply

    def switch(self, agent: str, previous: str) -> None:
        """The next prompts go to another agent.

        Switching again before any prompt replaces the last ``Switch``; back to where it was,
        removes it.
        """
        last = self.turns[-1] if self.turns else None
        if isinstance(last, Switch):
            previous = last.previous
            self.turns.pop()
        if agent != previous:
            self.turns.append(Switch(agent, previous))

    def note(self, level: Level, headline: str, remedy: str = "", *, retry: bool = False) -> None:
        """This program has something to say."""
        self.turns.append(Notice(level, headline, remedy, retry))

    def close(self, state: State, at: float = 0.0) -> None:
        """The reply coming in has ended."""
        reply = self.reply
        if reply is None:
            return
        reply.state, reply.ended, reply.status = state, at, ""
        _end_message(reply)

    def receive(self, event: Event, at: float = 0.0) -> None:
        """Fold one event into the reply coming in (protocol 2, the text rule)."""
        reply = self.reply
        if reply is None:
            return
        if isinstance(event, events.Continued):
            self.ask("continue", reply.agent, at, automatic=event.why)
        else:
            _fold(reply, event)


def _end_message(reply: Reply) -> None:
    last = reply.parts[-1] if reply.parts else None
    if isinstance(last, Said):
        last.open = False
    elif isinstance(last, Did) and last.open:
        _end_thought(last)


def _add(reply: Reply, part: Part) -> None:
    _end_message(reply)
    reply.parts.append(part)


def _fold(reply: Reply, event: Event) -> None:
    match event:
        case events.Message():
            _say(reply, event)
        case events.Action():
            _act(reply, event)
        case events.Observation():
            _observe(reply, event)
        case events.Failure():
            title = f"The server reports an error: {one_line(event.text, 300)}"
            _add(reply, Remark("error", title, event.text))
        case events.Status():
            reply.status = event.text
        case events.Unreadable():
            _warn(reply, event)
        case events.SessionStarted() if event.why:
            _add(reply, Remark("warning", "A new session was started", event.why))
        case events.StateChange() if event.text:
            _add(reply, Remark("info", f"The agent's state is {event.state}", event.text))
        case _:
            pass


def _say(reply: Reply, event: events.Message) -> None:
    reply.waiting, reply.limit = event.wait_for_response, event.reason
    if event.usage:
        counts = event.usage.items()
        reply.usage = {name: n for name, n in counts if type(n) is int and n >= 0}
    last = reply.parts[-1] if reply.parts else None
    if isinstance(last, Said) and last.open:
        if event.text:
            last.pieces.append(event.text)
        last.open = event.delta
    elif event.text:
        _add(reply, Said([event.text], open=event.delta))


def _think(reply: Reply, thought: str, *, more: bool) -> None:
    """Reasoning, whole or a piece of it; ``more`` follows."""
    last = reply.parts[-1] if reply.parts else None
    if not isinstance(last, Did) or not last.open:
        last = Did("thinking …", open=True)
        _add(reply, last)
    last.detail += thought
    if not more:
        _end_thought(last)


def _thinks(reply: Reply) -> bool:
    last = reply.parts[-1] if reply.parts else None
    return isinstance(last, Did) and last.open


def _end_thought(thought: Did) -> None:
    count = len(thought.detail.split())
    thought.title, thought.open = f"thought: {count} word{'' if count == 1 else 's'}", False


def _act(reply: Reply, event: events.Action) -> None:
    if event.action == "think" and (event.thought or _thinks(reply)):
        _think(reply, event.thought, more=activity.is_piece(event))
        return
    if event.thought:
        _add(reply, Said([event.thought]))
    if event.action not in activity.HIDDEN:
        title, detail = activity.title(event), activity.detail(event)
        _add(reply, Did(title, detail, event_id=event.id))


def _observe(reply: Reply, event: events.Observation) -> None:
    if event.observation in activity.HIDDEN:
        return
    outcome = activity.outcome(event)
    cause = event.raw.get("cause")
    for part in reversed(reply.parts):
        if isinstance(part, Did) and part.event_id is not None and part.event_id == cause:
            part.outcome = outcome
            part.detail = "\n\n".join(text for text in (part.detail, event.content) if text)
            return
    _add(reply, Did(f"{event.observation}: {outcome}", event.content))


def _warn(reply: Reply, event: events.Unreadable) -> None:
    last = reply.parts[-1] if reply.parts else None
    text = f"{event.why}: {event.excerpt}" if event.excerpt else event.why
    if isinstance(last, Remark) and last.count:
        last.count += 1
        last.title = f"{last.count} lines of the reply could not be read"
        if last.count <= SHOWN_UNREADABLE:
            last.detail += "\n" + text
    else:
        _add(reply, Remark("warning", "A line of the reply could not be read", text, count=1))
