"""Events to fold and record, and transcripts as values that can be compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

from robotui import events
from robotui.chats.sidecar import Sidecar
from robotui.chats.store import Chat
from robotui.chats.transcript import Transcript
from robotui.chats.turns import Did, Level, Notice, Part, Prompt, Remark, Reply, Said, State
from robotui.events import Event

AGENT, OTHER = "RepoAgent", "FrontEndAgent"


def say(text: str, *, delta: bool = False, wait: bool = False, **extras: Any) -> Event:
    """A message, or with ``delta`` a piece of one that goes on."""
    if delta:
        extras["delta"] = True
    args = {"content": text, "wait_for_response": wait, "extras": extras}
    return events.from_object({"source": "agent", "action": "message", "args": args})


def act(action: str, number: int = 1, *, thought: str = "", **args: Any) -> Event:
    """An action with an id."""
    args = {**args, "thought": thought}
    return events.from_object({"id": number, "action": action, "args": args, "message": "acts"})


def think(piece: str, *, delta: bool = False) -> Event:
    """Reasoning, or with ``delta`` a piece of it."""
    args = {"thought": piece, "extras": {"delta": True} if delta else {}}
    return events.from_object({"id": 1, "action": "think", "args": args, "message": "Thinking"})


def observe(observation: str, content: str, cause: Any = None, **extras: Any) -> Event:
    """An observation, of the action ``cause`` if there is one."""
    raw = {"observation": observation, "content": content, "extras": extras, "message": "sees"}
    return events.from_object(raw if cause is None else {**raw, "cause": cause})


def transcript_of(*received: Event, agent: str = AGENT) -> Transcript:
    """A transcript of one prompt and what came then; its reply is still open."""
    transcript = Transcript()
    transcript.ask("Where?", agent)
    for event in received:
        transcript.receive(event)
    return transcript


def parts_of(*received: Event) -> list[Part]:
    """The parts of a reply made of these events."""
    reply = transcript_of(*received).reply
    assert reply is not None
    return reply.parts


def words(part: Part) -> Any:
    """A part as a value: its texts."""
    match part:
        case Said():
            return part.text
        case Did():
            return part.title, part.detail, part.outcome
        case Remark():
            return part.level, part.title, part.detail


def turns_of(transcript: Transcript) -> list[Any]:
    """The turns as values, as they are once nothing more comes.

    Left out: when a reply ended, which a crash can't tell, and what passes with its end.
    """
    return [_turn(turn) for turn in transcript.turns]


def _end(part: Part) -> Any:
    """A part as a value; the title of reasoning is one that passes."""
    return part.detail if isinstance(part, Did) and part.thought else words(part)


def _turn(turn: Any) -> Any:
    match turn:
        case Reply():
            state = "interrupted" if turn.state == "streaming" else turn.state
            parts = [(type(part).__name__, _end(part)) for part in turn.parts]
            verdict = turn.waiting, turn.limit, turn.failure
            return "Reply", turn.agent, state, verdict, turn.began, parts
        case _:
            return type(turn).__name__, asdict(turn)


def new_chat(folder: Path, name: str = "chat.jsonl") -> Chat:
    """A chat whose clock goes on by a second with every look."""
    clock = count(1_000_000.0)
    info = Sidecar(server="http://h", agent=AGENT, workspace="/somewhere")
    return Chat(folder / name, info, lambda: next(clock))


def load(path: Path) -> Chat:
    """The chat as it is loaded, without open files."""
    chat = Chat.load(path)
    chat.shut()
    return chat


def prompts_of(transcript: Transcript) -> list[str]:
    """What was asked."""
    return [turn.text for turn in transcript.turns if isinstance(turn, Prompt)]


Step = Callable[[Chat], None]
"""Something recorded in a chat."""


def asking(text: str, agent: str) -> Step:
    return lambda chat: chat.ask(text, agent)


def receiving(*received: Event) -> Step:
    def step(chat: Chat) -> None:
        for event in received:
            chat.receive(event)

    return step


def noting(level: Level, text: str, retry: bool = False) -> Step:
    return lambda chat: chat.note(level, text, text, retry=retry)


def closing(state: State) -> Step:
    return lambda chat: chat.close(state)


def switching(agent: str) -> Step:
    return lambda chat: chat.switch(agent)


def reply_of(transcript: Transcript) -> Reply:
    """The last reply."""
    return [turn for turn in transcript.turns if isinstance(turn, Reply)][-1]


def damage_of(chat: Chat) -> str:
    """What the last notice of a loaded chat says."""
    notices = [turn for turn in chat.transcript.turns if isinstance(turn, Notice)]
    return notices[-1].remedy if notices else ""


def partial(chat: Chat) -> Path:
    """The file of the chat's journal."""
    return chat.path.with_suffix(".partial")
