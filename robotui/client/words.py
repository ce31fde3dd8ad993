"""What a reply says, as running text (the text rule of protocol 2): pure, no sockets."""

from __future__ import annotations

from typing import Final

from robotui import events
from robotui.events import CUT_REASONS, Event, text_of

_ACTIONS: Final = frozenset(
    {"run", "run_ipython", "kill", "read", "write", "edit", "browse", "browse_interactive"}
    | {"recall", "delegate", "finish", "reject", "add_task", "modify_task", "summarize", "null"}
)
"""Actions of protocol 4, whose arguments are not meant to be read as chat."""


def words(event: Event) -> str:
    """What the agent says in ``event``; empty for events that say nothing."""
    match event:
        case events.Message(text=text):
            return text
        case events.Action(action="think"):
            return ""
        case events.Action(thought=thought) if thought:
            return thought
        case events.Action(action=action, args=args, message=message) if action not in _ACTIONS:
            return text_of(args.get("content")) or message
    return ""


class Paragraphs:
    """Joins the pieces of a message, and separates whole messages by a blank line.

    Reasoning amid a message does not separate its pieces, nor does a ``continue`` after a cut.
    """

    def __init__(self) -> None:
        self._text_before = ""
        self._open = False
        self._cut = False
        self._due = False

    @property
    def spoke(self) -> bool:
        """Whether anything was said."""
        return bool(self._text_before)

    def add(self, event: Event) -> str:
        """The text that ``event`` adds, with the separator that is due before it."""
        self._begin(event)
        text = words(event)
        if not text:
            return ""
        separator = "\n" if self._text_before.endswith("\n") else "\n\n"
        added = separator + text if self._due and self._text_before else text
        self._text_before, self._due = text, False
        return added

    def _begin(self, event: Event) -> None:
        """Whether a separator is due before ``event``, and whether more may be added to it."""
        match event:
            case events.Continued():
                self._open, self._due = self._cut, not self._cut
            case events.Action(action="think") | events.Status() | events.Unreadable():
                return
            case events.Message():
                self._due = self._due or not self._open
                self._open = event.delta
            case events.Action() | events.SessionStarted():
                self._due, self._open = True, False
        cut = isinstance(event, events.Message) and event.reason in CUT_REASONS
        self._cut = cut and (words(event) != "" or not self._due)


def final_failure(before: str, event: Event) -> str:
    """The error that a reply ends with, folded event by event; empty if it ends with an answer.

    A reply has failed if the last of what the agent said, did or reported is an error. ``before``
    is the result for the events before this one.
    """
    if event.source == "user":
        return before
    match event:
        case events.Failure(text=text):
            return text
        case events.Message(text=""):
            return before
        case events.Message() | events.Action() | events.Observation() | events.Continued():
            return ""
    return before
