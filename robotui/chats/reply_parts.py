"""How what comes becomes the parts of a reply: words, activities, remarks."""

from __future__ import annotations

from typing import Final

from robotui import activity, events
from robotui.chats.turns import Did, Part, Remark, Reply, Said, State
from robotui.events import CUT_REASONS, Event
from robotui.reading import Reading, Thought, Words
from robotui.text import one_line

SHOWN_UNREADABLE: Final = 20
"""How many unreadable lines in a row are shown; the others are only counted."""

_THINKING: Final = "thinking …"


class ReplyParts:
    """Folds events into one reply, by the one reading there is of them."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self._reading = Reading()
        self._said: Said | None = None
        """The words that are under way; other parts may stand after them."""
        self._beside: Did | None = None
        """The reasoning before or amid them, which more of it is added to."""
        self._thinking: Did | None = None
        """The reasoning that is under way."""

    @property
    def speaking(self) -> bool:
        """Whether a message is under way: more of it follows, or may once it is continued."""
        return self._reading.speaking

    def add(self, event: Event) -> None:
        """Take in what an event shows."""
        for step in self._reading.add(event):
            match step:
                case Words():
                    self._say(step)
                case Thought():
                    self._think(step)
                case _:
                    self._show(step)
        if isinstance(event, events.Message) and self._said is not None:
            self._end_thought()
        if not self._reading.speaking:
            self._end_message()
        self._count(event)
        self._take_verdict()

    def may_go_on(self, agent: str) -> bool:
        """Whether what comes after an automatic ``continue`` to ``agent`` belongs to this reply."""
        return self.reply.limit in CUT_REASONS and self.reply.agent == agent

    def go_on(self) -> None:
        """``continue`` is sent: what was cut goes on in this reply."""
        self._reading.go_on()
        self.reply.status = ""
        self.reply.continued += 1
        self._take_verdict()

    def close(self, state: State, at: float) -> None:
        """Nothing more comes: the reply has ended so, at that time."""
        self._end_message()
        self._end_thought()
        self.reply.state, self.reply.ended, self.reply.status = state, at, ""

    def _take_verdict(self) -> None:
        reply, reading = self.reply, self._reading
        reply.waiting, reply.limit, reply.failure = reading.waiting, reading.limit, reading.failure

    def _count(self, event: Event) -> None:
        """The tokens, where the server counts them, and whether the agent lacks its tools."""
        match event:
            case events.Message(usage=usage) if usage:
                counts = usage.items()
                self.reply.usage = {name: n for name, n in counts if type(n) is int and n >= 0}
            case events.Status(raw={"extras": {"without_tools": True}}):
                self.reply.usage = {**self.reply.usage, "without_tools": 1}

    def _say(self, words: Words) -> None:
        self._end_thought()
        if words.joins and self._said is not None:
            self._said.pieces.append(words.text)
            return
        self._end_message()
        parts = self.reply.parts
        before = parts[-1] if parts else None
        self._beside = before if isinstance(before, Did) and before.thought else None
        self._said = Said([words.text], open=True)
        parts.append(self._said)

    def _end_message(self) -> None:
        if self._said is not None:
            self._end_thought()
            self._said.open = False
            self._said = self._beside = None

    def _think(self, thought: Thought) -> None:
        """Reasoning, whole or a piece of it.

        Amid words it is put beside them, so that they stay one text.
        """
        text, more = thought
        did = self._thinking or self._beside
        if did is None and text:
            did = Did(_THINKING, thought=True)
            self.reply.parts.append(did)
            self._beside = did if self._said is not None else None
        if did is None:
            return
        if text and not did.open:
            did.title, did.open = _THINKING, True
            did.detail += "\n\n" if did.detail else ""
            self._thinking = did
        did.detail += text
        if not more:
            self._end_thought()

    def _end_thought(self) -> None:
        did, self._thinking = self._thinking, None
        if did is not None:
            count = len(did.detail.split())
            did.title, did.open = f"thought: {count} word{'' if count == 1 else 's'}", False

    def _show(self, event: Event) -> None:
        match event:
            case events.Status(text=text):
                self.reply.status = text
            case events.Action():
                title, detail = activity.title(event), activity.detail(event)
                self._append(Did(title, detail, event_id=event.id))
            case events.Observation():
                self._observe(event)
            case events.Failure(text=text):
                title = f"The server reports an error: {one_line(text, 300)}"
                self._append(Remark("error", title, text))
            case events.SessionStarted(why=why):
                self._append(Remark("warning", "A new session was started", why))
            case events.StateChange(state=state, text=text):
                self._append(Remark("info", f"The agent's state is {state}", text))
            case events.Unreadable():
                self._warn(event)

    def _append(self, part: Part) -> None:
        self._end_thought()
        self.reply.parts.append(part)

    def _observe(self, event: events.Observation) -> None:
        outcome = activity.outcome(event)
        cause = event.raw.get("cause")
        for part in reversed(self.reply.parts):
            if isinstance(part, Did) and part.event_id is not None and part.event_id == cause:
                part.outcome = outcome
                part.detail = "\n\n".join(text for text in (part.detail, event.content) if text)
                return
        self._append(Did(f"{event.observation}: {outcome}", event.content))

    def _warn(self, event: events.Unreadable) -> None:
        parts = self.reply.parts
        last = parts[-1] if parts else None
        text = f"{event.why}: {event.excerpt}" if event.excerpt else event.why
        if isinstance(last, Remark) and last.count:
            last.count += 1
            last.title = f"{last.count} lines of the reply could not be read"
            if last.count <= SHOWN_UNREADABLE:
                last.detail += "\n" + text
        else:
            self._append(Remark("warning", "A line of the reply could not be read", text, count=1))
