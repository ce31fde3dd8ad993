"""The events of a reply (protocol sections 2 to 6), as values.

Every line that a service sends becomes one event. ``action`` and ``observation`` are open sets:
what is not known here is kept as it came, in ``raw``. What the events of a reply mean to a reader
is in reading.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

from robotui.text import encodable

Raw = dict[str, Any]

LIMIT_REASONS: Final = frozenset({"max_iterations", "budget", "time", "length"})
"""Values of ``args.extras.reason`` that say a reply stopped at a limit (protocol 5)."""

CUT_REASONS: Final = frozenset({"length", "time"})
"""Those of them that end a message anywhere, inside a word too: what ``continue`` brings is more of
the same message."""

MAX_DEPTH: Final = 100
"""How deep an event may be nested; far below what Python can write again from deep in a program."""

EXCERPT: Final = 200
"""How many characters of something unreadable are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What all events have. ``raw`` is the object as received; ``id`` counts over a session."""

    raw: Raw = field(default_factory=dict, repr=False)
    id: int | None = None
    timestamp: str = ""
    source: str = ""
    sid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Event):
    """The agent speaks.

    ``delta`` (our streaming extension) says that more of the same message follows.
    ``wait_for_response`` is the JSON value true and nothing else; ``reason`` is the limit at which
    the reply stopped; ``usage`` counts tokens where the server does.
    """

    text: str
    wait_for_response: bool = False
    delta: bool = False
    reason: str = ""
    usage: Raw = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Event):
    """The agent does something: a report of what ran on the server, never an order to us.

    ``delta`` (our streaming extension) says that more of the same reasoning follows.
    """

    action: str
    args: Raw
    thought: str = ""
    message: str = ""
    delta: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation(Event):
    """What came of an action."""

    observation: str
    content: str
    extras: Raw
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure(Event):
    """An error that the server reports inside a reply."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange(Event):
    """The agent's state changed; a limit or a pause can be read from it.

    ``text`` is the server's word about it, mostly empty; without one the change is not shown.
    """

    state: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Event):
    """A frame with neither action nor observation: ``text`` is shown while waiting."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable(Event):
    """Something came that is no event. ``why`` says what is wrong, ``excerpt`` shows its start."""

    why: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStarted(Event):
    """Of our own: the client got a new session; ``why`` is empty for a chat's first one."""

    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Continued(Event):
    """Of our own: the client is about to send ``continue`` unasked, ``number``-th in a row."""

    number: int
    why: str


def text_of(value: Any) -> str:
    """A JSON value as text (protocol 6.4): parts are joined, other values become compact JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, list) and all(isinstance(p, dict) and "text" in p for p in value):
        return "".join(text_of(part["text"]) for part in value)
    return encodable(json.dumps(value, separators=(",", ":"), ensure_ascii=False))


def as_object(value: Any) -> Raw:
    """A JSON value if it is an object, else an empty one (protocol 6.4)."""
    return value if isinstance(value, dict) else {}


_NESTING: Final = (dict, list)


def _too_deep(value: Raw | list[Any], levels: int = MAX_DEPTH) -> bool:
    """Whether it is nested in ``levels`` levels or more, itself being the first."""
    if levels == 1:
        return True
    for child in value.values() if isinstance(value, dict) else value:
        if isinstance(child, _NESTING) and _too_deep(child, levels - 1):
            return True
    return False


def from_object(value: Any) -> Event:
    """The event that a JSON value stands for; never fails.

    What is no object, says nothing, or is nested deeper than ``MAX_DEPTH`` becomes ``Unreadable``.
    """
    if isinstance(value, _NESTING) and _too_deep(value):
        return Unreadable(why=f"nested deeper than {MAX_DEPTH} levels")
    if not isinstance(value, dict):
        kind = type(value).__name__
        return Unreadable(why=f"JSON, but no object ({kind})", excerpt=_excerpt(json.dumps(value)))
    common = _common(value)
    if isinstance(value.get("action"), str):
        return _action(value, common)
    if isinstance(value.get("observation"), str):
        return _observation(value, common)
    text, error = text_of(value.get("message")), value.get("error")
    if error or value.get("type") == "error":
        return Failure(
            text=text or (text_of(error) if error is not True else "") or "error", **common
        )
    if text:
        return Status(text=text, **common)
    why = "an object with neither action, observation nor message"
    return Unreadable(why=why, excerpt=_excerpt(json.dumps(value)), **common)


def _excerpt(text: str) -> str:
    return encodable(text[:EXCERPT])


def _common(raw: Raw) -> dict[str, Any]:
    """The fields that all events share, ready to be passed on."""
    number = raw.get("id")
    return {
        "raw": raw,
        "id": number if isinstance(number, int) and not isinstance(number, bool) else None,
        "timestamp": text_of(raw.get("timestamp")),
        "source": text_of(raw.get("source")),
        "sid": text_of(raw.get("sid")),
    }


def _action(raw: Raw, common: dict[str, Any]) -> Event:
    name, args = raw["action"], as_object(raw.get("args"))
    said, extras = text_of(raw.get("message")), as_object(args.get("extras"))
    if name == "message":
        return Message(
            text=text_of(args.get("content")) or said,
            wait_for_response=args.get("wait_for_response") is True,
            delta=extras.get("delta") is True,
            reason=text_of(extras.get("reason")),
            usage=as_object(extras.get("usage")),
            **common,
        )
    if name == "change_agent_state":
        return StateChange(state=text_of(args.get("agent_state")), **common)
    return Action(
        action=encodable(name),
        args=args,
        thought=text_of(args.get("thought")),
        message=said,
        delta=extras.get("delta") is True,
        **common,
    )


def _observation(raw: Raw, common: dict[str, Any]) -> Event:
    name, extras = raw["observation"], as_object(raw.get("extras"))
    content, said = text_of(raw.get("content")), text_of(raw.get("message"))
    if name == "error":
        return Failure(text=content or said or "error", **common)
    if name == "agent_state_changed":
        return StateChange(state=text_of(extras.get("agent_state")), text=content, **common)
    return Observation(
        observation=encodable(name), content=content, extras=extras, message=said, **common
    )


def parse(line: str) -> Event:
    """One line of a reply as an event; what is no JSON object becomes ``Unreadable``."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        # RecursionError: deep nesting; ValueError also covers the integer digit limit.
        return Unreadable(why=f"not JSON ({str(error)[:80]})", excerpt=_excerpt(line))
    return from_object(value)


def dump(event: Event) -> str:
    """``event`` as it came, on one line without a newline (protocol 2: default separators)."""
    return json.dumps(event.raw)
