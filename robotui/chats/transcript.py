"""A chat as turns: a pure fold of prompts and events, with no clock, file or screen.

A ``Transcript`` only grows at its end: the last ``Reply`` collects parts until it is closed, closed
turns never change. Only a ``Switch`` at the very end can be replaced or removed again.
"""

from __future__ import annotations

from robotui.chats.reply_parts import ReplyParts
from robotui.chats.turns import (
    Level,
    Notice,
    Prompt,
    Reply,
    State,
    Switch,
    Turn,
)
from robotui.events import Continued, Event


class Transcript:
    """The turns of one chat, in order."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self._coming: ReplyParts | None = None

    @property
    def reply(self) -> Reply | None:
        """The reply that is coming in, if any."""
        return self._coming.reply if self._coming is not None else None

    @property
    def speaking(self) -> bool:
        """Whether a message is under way: more pieces of it follow."""
        return self._coming is not None and self._coming.speaking

    def ask(self, text: str, agent: str, at: float = 0.0, automatic: str = "") -> Reply:
        """A prompt was sent: adds it and the (still empty) reply to it.

        A reply still coming in has ended: an automatic prompt follows a whole one, the user's own
        means that the program stopped before it could be closed. Only one that was cut goes on if
        the prompt is automatic.
        """
        if automatic and self._coming is not None and self._coming.may_go_on(agent):
            self._coming.go_on()
            return self._coming.reply
        self.close("done" if automatic else "interrupted", at)
        reply = Reply(agent, began=at)
        self._coming = ReplyParts(reply)
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
        if self._coming is not None:
            self._coming.close(state, at)
            self._coming = None

    def receive(self, event: Event, at: float = 0.0) -> None:
        """Fold one event into the reply coming in."""
        if self._coming is None:
            return
        if isinstance(event, Continued):
            self.ask("continue", self._coming.reply.agent, at, automatic=event.why)
        else:
            self._coming.add(event)
