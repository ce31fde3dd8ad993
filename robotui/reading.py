"""What the events of a reply mean: one reading for all who show or judge a reply. Pure.

The text rule (protocol 2): a ``message`` speaks through ``args.content``, else ``message``; of any
other action ``args.thought`` is the agent's words and the action itself is an activity; one that
nobody knows speaks through its content too. The pieces of a message are one text, whatever is seen
or told between them: it is ended by what the agent does, by an error and by a new session.
"""

from __future__ import annotations

from typing import NamedTuple

from robotui import activity, events
from robotui.events import CUT_REASONS, Event


class Words(NamedTuple):
    """The agent speaks, in Markdown. ``joins``: it goes on in the words before, without a break."""

    text: str
    joins: bool = False


class Thought(NamedTuple):
    """The agent reasons, perhaps amid its words. ``more`` of the same thought follows."""

    text: str
    more: bool = False


Step = Words | Thought | Event
"""What can be shown of an event: words, reasoning, else the event itself."""


class Reading:
    """Folds the events of a reply, and tells how it stands.

    What comes from the user's side (``source`` is ``user``) is no verdict on the agent.
    """

    def __init__(self) -> None:
        self.last: Event | None = None
        """The last message, action, observation or error, though there be nothing to show of it."""
        self.failure = ""
        """The error that the reply ends with; empty once the agent goes on after it."""
        self.waiting = False
        """The last message waits for an answer."""
        self.limit = ""
        """The limit at which the last message stopped, if the server said so."""
        self._open = False
        """More of the last message follows."""
        self._cut = False
        """A limit cut the last message: more of it follows if it is continued."""
        self._spoke = False
        """There are words of that message."""
        self._thought = False
        """There was reasoning since the agent acted last."""

    @property
    def joining(self) -> bool:
        """Whether the next message goes on in the one before."""
        return self._open

    @property
    def speaking(self) -> bool:
        """Whether there are words that more may follow: pieces, or what comes once it continues."""
        return self._cut or (self._open and self._spoke)

    @property
    def ended(self) -> bool:
        """Whether the agent says that it is done."""
        return isinstance(self.last, events.Action) and self.last.action in activity.ENDINGS

    @property
    def unfinished(self) -> bool:
        """Whether the reply stops while the agent is at work."""
        return isinstance(self.last, events.Action | events.Observation) and not self.ended

    def add(self, event: Event) -> list[Step]:
        """Take in an event; what can be shown of it, in order."""
        match event:
            case events.Message():
                return self._say(event)
            case events.Action():
                return self._think(event) if event.action == "think" else self._act(event)
            case events.Observation():
                if event.observation == activity.NULL:
                    self._judge(event, self.failure)
                    return []
                self._judge(event)
            case events.SessionStarted(why="") | events.StateChange(text=""):
                return []
            case events.Failure():
                self._judge(event, event.text)
                self._end_message()
            case events.SessionStarted():
                self._end_message()
            case events.Continued():
                self.go_on()
                return []
        return [event]

    def go_on(self) -> None:
        """``continue`` is sent: a message that was cut goes on, and no verdict stands."""
        self._open, self._cut = self._cut, False
        self._spoke = self._open
        self.last, self.failure, self.waiting, self.limit = None, "", False, ""

    def _judge(self, event: Event, failure: str = "") -> None:
        if event.source != "user":
            self.last, self.failure = event, failure

    def _say(self, message: events.Message) -> list[Step]:
        text = message.text
        if message.source != "user":
            self.last, self.waiting, self.limit = message, message.wait_for_response, message.reason
            if text:
                self.failure = ""
        joins = self._open and self._spoke
        self._open, self._spoke = message.delta, joins or bool(text)
        self._cut = message.reason in CUT_REASONS and self._spoke and not message.delta
        return [Words(text, joins)] if text else []

    def _think(self, action: events.Action) -> list[Step]:
        """Reasoning does not end a message. Without any words it is shown as an action."""
        self._judge(action)
        self._thought = self._thought or bool(action.thought) or action.delta
        return [Thought(action.thought, action.delta)] if self._thought else [action]

    def _act(self, action: events.Action) -> list[Step]:
        steps: list[Step] = [Words(text) for text in activity.said(action)]
        if action.action != activity.NULL:
            steps.append(action)
            self._thought = False
        self._judge(action, "" if steps else self.failure)
        if steps:
            self._end_message()
        return steps

    def _end_message(self) -> None:
        self._open = self._cut = self._spoke = False
