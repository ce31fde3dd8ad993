"""Whether to send ``continue`` by itself after a reply (protocol 5): pure, no clock."""

from __future__ import annotations

import re
from typing import Final, Literal

from robotui import events
from robotui.events import LIMIT_REASONS, Event
from robotui.reading import Reading

MAX_CONTINUES: Final = 3
"""Automatic continues after one prompt of the user."""

_TAIL: Final = 600
"""Characters at the end of a text in which a limit sign is looked for."""

_UNIT: Final = (
    r"(?:iterations?|steps?|turns?|budget|tokens?|context(?: window)?|output(?: length)?"
    r"|resources?|time)"
)
_LIMIT_WORDS: Final = re.compile(
    rf"\b(?:reached|hit|exceeded) (?:(?:the|my|its|a) )?max(?:imum)? (?:(?:number of|allowed) )?"
    rf"{_UNIT}\b"
    rf"|\b(?:reached|hit|exceeded) (?:(?:the|my|its|a) )?{_UNIT} limit\b"
    rf"|\b{_UNIT} (?:limit )?(?:(?:was|has been) )?(?:exceeded|reached)\b"
    r"|\btask paused\b"
    r"|\b(?:type|say|send|reply|respond) (?:with )?[\"'`]continue",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile("“[^“”]*”")


def has_limit_sign(text: str) -> bool:
    """Whether the end of ``text`` says that the agent stopped at a limit.

    What stands in curved quotation marks was said by someone else.
    """
    return bool(_LIMIT_WORDS.search(_QUOTED.sub("“”", _fold(text))[-_TAIL:]))


def _fold(text: str) -> str:
    return " ".join(text.split())


class Continuation:
    """Folds the replies of one chain: the user's prompt and the automatic continues after it.

    Give it every event of a reply, then ask ``why_continue``; call ``next_reply`` when ``continue``
    is sent.
    """

    def __init__(self, mode: Literal["limit", "always", "off"]) -> None:
        self._mode = mode
        self.number = 0
        """Automatic continues so far."""
        self._after_failure = False
        self._previous = ""
        self._clear()

    def _clear(self) -> None:
        self._reading = Reading()
        self._pieces: list[str] = []
        self._begin = 0
        self._acted = False
        self._state = ""
        self._status = ""

    def next_reply(self) -> None:
        """``continue`` is sent: the events to come are those of the next reply."""
        self.number += 1
        self._after_failure = self._stopped_by_failure()
        self._previous = self._text()
        self._clear()

    def add(self, event: Event, sid: str | None) -> None:
        """Fold one event; those of the user or of another session than ``sid`` do not count."""
        if event.source == "user" or (event.sid and sid and event.sid != sid):
            return
        match event:
            case events.Message():
                self._add_message(event.text)
            case events.Action() | events.Observation():
                self._acted = True
            case events.StateChange():
                self._state, self._status = event.state, event.text or self._status
            case events.Status():
                self._status = event.text
        self._reading.add(event)

    def _add_message(self, text: str) -> None:
        if not self._reading.joining:
            self._pieces.append("\n")
            self._begin = len(self._pieces)
        self._pieces.append(text)

    @property
    def unfinished(self) -> bool:
        """Whether the reply ended while the agent was at work: worth offering ``continue``."""
        return self._reading.unfinished

    def why_continue(self, seconds_left: float) -> str:
        """Why to send ``continue`` now, for the user to read; empty: it is the user's turn."""
        if self._mode == "off" or self.number >= MAX_CONTINUES or seconds_left <= 0:
            return ""
        if self.number and not self._progressed():
            return ""
        if self._stopped_by_failure():
            return "" if self._after_failure else "the agent reports that it stopped at a limit"
        last = self._reading.last
        if not isinstance(last, events.Message) or not last.wait_for_response:
            return ""
        if last.reason in LIMIT_REASONS:
            return f"the reply stopped at a limit ({last.reason})"
        if has_limit_sign(self._last_words()):
            return "the agent says that it stopped at a limit"
        return "the agent waits for an answer" if self._mode == "always" else ""

    def _stopped_by_failure(self) -> bool:
        """An ``error`` observation, or a paused or error state, with a limit sign."""
        last = self._reading.last
        if isinstance(last, events.Failure):
            return has_limit_sign(last.text)
        if self._reading.ended or self._state not in ("paused", "error"):
            return False
        return has_limit_sign(self._status) or has_limit_sign(self._last_words())

    def _progressed(self) -> bool:
        text = self._text()
        return self._acted or (text not in ("", self._previous))

    def _text(self) -> str:
        return _fold("".join(self._pieces))

    def _last_words(self) -> str:
        """The text of the last message, its pieces joined."""
        return "".join(self._pieces[self._begin :])
