"""A chat as turns: a pure fold of prompts and events, with no clock, file or screen.

A ``Transcript`` only grows at its end: the last ``Reply`` collects parts until it is closed, closed
turns never change. Only a ``Switch`` at the very end can be replaced or removed again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from robotui import events
from robotui.chats import activity
from robotui.events import CUT_REASONS, Event
from robotui.text import one_line

Level = Literal["info", "warning", "error"]
State = Literal["streaming", "done", "interrupted", "failed"]

SHOWN_UNREADABLE: Final = 20
"""How many unreadable lines in a row are shown; the others are only counted."""


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

_THINKING: Final = "thinking …"


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
        return reply is not None and _said(reply) is not None

    def ask(self, text: str, agent: str, at: float = 0.0, automatic: str = "") -> Reply:
        """A prompt was sent: adds it and the (still empty) reply to it.

        A reply still coming in has ended: an automatic prompt follows a whole one, the user's own
        means that the program stopped before it could be closed. Only one that was cut goes on if
        the prompt is automatic.
        """
        cut = self.reply
        if automatic and cut is not None and cut.limit in CUT_REASONS and cut.agent == agent:
            cut.waiting, cut.limit, cut.status = False, "", ""
            cut.continued += 1
            return cut
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


def _said(reply: Reply) -> Said | None:
    """The words that are under way; reasoning that came amid them may stand after them."""
    for part in reversed(reply.parts):
        if isinstance(part, Said):
            return part if part.open else None
        if not isinstance(part, Did) or not part.thought:
            return None
    return None


def _thought(reply: Reply) -> Did | None:
    """The reasoning that more of it is added to: open, or beside the words that are under way."""
    parts = reply.parts[-2:]
    last = parts[-1] if parts else None
    if isinstance(last, Said) and last.open:
        beside = parts[0]
        return beside if isinstance(beside, Did) and beside.thought else None
    if isinstance(last, Did) and last.thought and (last.open or _said(reply)):
        return last
    return None


def _end_message(reply: Reply) -> None:
    said = _said(reply)
    _end_thought(_thought(reply))
    if said is not None:
        said.open = False


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
            if events.as_object(event.raw.get("extras")).get("without_tools") is True:
                reply.usage = {**reply.usage, "without_tools": 1}
        case events.Unreadable():
            _warn(reply, event)
        case events.SessionStarted() if event.why:
            _add(reply, Remark("warning", "A new session was started", event.why))
        case events.StateChange() if event.text:
            _add(reply, Remark("info", f"The agent's state is {event.state}", event.text))
        case _:
            pass


def _say(reply: Reply, event: events.Message) -> None:
    if reply.limit in CUT_REASONS:  # What comes unasked is another message.
        _end_message(reply)
    reply.waiting, reply.limit = event.wait_for_response, event.reason
    if event.usage:
        counts = event.usage.items()
        reply.usage = {name: n for name, n in counts if type(n) is int and n >= 0}
    said, goes_on = _said(reply), event.delta or event.reason in CUT_REASONS
    if said is not None:
        _end_thought(_thought(reply))
        if event.text:
            said.pieces.append(event.text)
        said.open = goes_on
    elif event.text:
        _add(reply, Said([event.text], open=goes_on))


def _think(reply: Reply, thought: str, *, more: bool) -> None:
    """Reasoning, whole or a piece of it; ``more`` follows.

    Amid words it is put beside them, so that they stay one text.
    """
    did = _thought(reply)
    if did is None:
        did = Did(_THINKING, open=True, thought=True)
        if _said(reply) is None:
            _end_message(reply)
        reply.parts.append(did)
    elif thought and not did.open:
        did.title, did.open = _THINKING, True
        did.detail += "\n\n"
    did.detail += thought
    if not more:
        _end_thought(did)


def _end_thought(did: Did | None) -> None:
    if did is not None and did.open:
        count = len(did.detail.split())
        did.title, did.open = f"thought: {count} word{'' if count == 1 else 's'}", False


def _act(reply: Reply, event: events.Action) -> None:
    if event.action == "think" and (event.thought or _thought(reply)):
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
