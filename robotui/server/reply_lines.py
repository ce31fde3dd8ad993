"""An engine's parts as the lines of a reply (protocol 2, 4.1), with ids, times and the sid."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from robotui.server.engine import Act, End, Fail, Observe, Part, Text, Think, Wait

_LAST_WORDS: Final = frozenset({"finish", "reject"})
"""Actions after which a reply may end without a message."""


def _now() -> str:
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


class Frames:
    """Frames one reply: ``feed`` its parts in order, then ``close`` once.

    Each line ends with a newline. With ``deltas`` every piece of text or reasoning is a delta event
    at once, and a message or thought is closed by an event without text; else the pieces are joined
    to one whole event.
    ``next_id`` is the id that the next event will get.
    """

    def __init__(
        self, sid: str, first_id: int, *, deltas: bool, clock: Callable[[], str] = _now
    ) -> None:
        self.next_id = first_id
        self.ended = False
        self._sid = sid
        self._deltas = deltas
        self._clock = clock
        self._words: list[str] = []
        self._thoughts: list[str] = []
        self._speaking = False
        self._thinking = False
        self._last_action = ""
        # Actions whose observation is still to come, oldest first, with their ids.
        self._pending: list[tuple[str, int]] = []

    def feed(self, part: Part) -> Iterator[str]:
        """The lines that ``part`` makes; none after ``End`` or ``Fail``, which end the reply.

        Raises TypeError or ValueError if ``part`` holds what JSON can't.
        """
        if self.ended:
            return
        match part:
            case Text(piece):
                yield from self._say(piece)
            case Think(piece):
                yield from self._think(piece)
            case Wait():
                self._last_action = ""
                yield self._waiting(part)
            case Act():
                yield from self._close_open()
                self._last_action = part.action
                self._pending.append((part.action, self.next_id))
                yield self._line(part.message, {"action": part.action, "args": part.args})
            case Observe():
                yield from self._close_open()
                self._last_action = ""
                yield self._observation(part)
            case Fail(text):
                yield from self._close_open()
                line = self._observation(Observe("error", text, message=text))
                self.ended = True
                yield line
            case End():
                yield from self.close(part)

    def close(self, end: End | None = None) -> Iterator[str]:
        """The lines that end the reply: its last event is a message, a finish or an error."""
        if self.ended:
            return
        end = end or End()
        yield from self._close_thought()
        if self._last_action not in _LAST_WORDS or end.asks or end.limit or end.usage:
            yield self._message("".join(self._words), end)
        self.ended = True

    def _say(self, piece: str) -> Iterator[str]:
        if not piece:
            return
        yield from self._close_thought()
        self._speaking, self._last_action = True, ""
        if self._deltas:
            yield self._message(piece, End(), delta=True)
        else:
            self._words.append(piece)

    def _think(self, piece: str) -> Iterator[str]:
        """Reasoning; it leaves a message under way open, which goes on after it."""
        if not piece:
            return
        self._thinking, self._last_action = True, ""
        if self._deltas:
            yield self._thought(piece, delta=True)
        else:
            self._thoughts.append(piece)

    def _close_thought(self) -> Iterator[str]:
        if self._thinking:
            yield self._thought("".join(self._thoughts))
            self._thinking = False
            self._thoughts.clear()

    def _close_open(self) -> Iterator[str]:
        yield from self._close_thought()
        if self._speaking:
            yield self._message("".join(self._words), End())
            self._speaking = False
            self._words.clear()

    def _thought(self, text: str, *, delta: bool = False) -> str:
        extras = {"delta": True} if delta else {}
        args = {"thought": text, "extras": extras}
        return self._line("Thinking" if text else "", {"action": "think", "args": args})

    def _waiting(self, wait: Wait) -> str:
        """A status line for our own client; for others the event that all of them pass over."""
        if self._deltas:
            extras = {"extras": {"without_tools": True}} if wait.without_tools else {}
            return self._line(wait.text, extras)
        state = {"agent_state": "running"}
        return self._line(
            "", {"observation": "agent_state_changed", "content": "", "extras": state}
        )

    def _message(self, text: str, end: End, *, delta: bool = False) -> str:
        extras: dict[str, Any] = {"delta": True} if delta else {}
        if end.limit:
            extras["reason"] = end.limit
        if end.usage:
            extras["usage"] = end.usage
        waits = end.asks or end.limit is not None
        args = {"content": text, "wait_for_response": waits, "extras": extras}
        return self._line(text, {"action": "message", "args": args})

    def _observation(self, part: Observe) -> str:
        cause = next((entry for entry in self._pending if entry[0] == part.observation), None)
        fields: dict[str, Any] = {}
        if cause is not None:
            self._pending.remove(cause)
            fields["cause"] = cause[1]
        fields |= {
            "observation": part.observation,
            "content": part.content,
            "extras": part.extras,
        }
        return self._line(part.message, fields)

    def _line(self, message: str, fields: dict[str, Any]) -> str:
        event = {
            "id": self.next_id,
            "timestamp": self._clock(),
            "source": "agent",
            "message": message,
            **fields,
            "sid": self._sid,
        }
        line = json.dumps(event, allow_nan=False) + "\n"
        self.next_id += 1
        return line
