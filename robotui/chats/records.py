"""The records of a chat's file: what each says, and what it adds to a transcript."""

from __future__ import annotations

from typing import Any

from robotui import events
from robotui.chats.sidecar import is_time
from robotui.chats.transcript import Transcript
from robotui.events import Event

Record = dict[str, Any]


def pack(event: Event) -> Record:
    """What is recorded of an event; ``apply`` folds the same out of it."""
    match event:
        case events.SessionStarted():
            return {"session": event.sid, "why": event.why}
        case events.Unreadable():
            return {"unreadable": event.why, "excerpt": event.excerpt}
        case events.Action(action="think") if event.thought and event.delta:  # one of thousands
            args = {"thought": event.thought, "extras": {"delta": True}}
            return {"event": {"action": "think", "args": args}}
        case events.Status() if not event.raw:  # The client's own, e.g. that it waits.
            return {"event": {"message": event.text}}
        case _:
            return {"event": event.raw}


def apply(record: Any, transcript: Transcript) -> None:
    """Fold one record. Raises ValueError for what is none."""
    at = record.get("at", 0.0) if isinstance(record, dict) else None
    if not is_time(at):
        raise ValueError("no record, or its time makes no sense")
    match record:
        case {"event": dict(event)}:
            transcript.receive(events.from_object(event), at)
        case {"ask": str(text), "agent": str(agent), "auto": str(automatic)}:
            transcript.ask(text, agent, at, automatic)
        case {"close": "done" | "interrupted" | "failed" as state}:
            transcript.close(state, at)
        case {"switch": str(agent), "from": str(previous)}:
            transcript.switch(agent, previous)
        case {
            "note": str(headline),
            "level": "info" | "warning" | "error" as level,
            "remedy": str(remedy),
            "retry": bool(retry),
        }:
            transcript.note(level, headline, remedy, retry=retry)
        case {"session": str(sid), "why": str(why)}:
            transcript.receive(events.SessionStarted(sid=sid, why=why))
        case {"unreadable": str(why), "excerpt": str(excerpt)}:
            transcript.receive(events.Unreadable(why=why, excerpt=excerpt))
        case _:
            raise ValueError("an unknown kind of record")
