"""The same events give the same words, code blocks and verdict to all who read them."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, cast
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui import commands, events
from robotui.chats.export import markdown
from robotui.chats.reply_text import ReplyText
from robotui.chats.transcript import Transcript
from robotui.chats.turns import Did, Reply
from robotui.client import Client
from robotui.client.continuing import Continuation
from robotui.client.words import Paragraphs
from robotui.config import EMBEDDED, Endpoint, Settings
from robotui.errors import ReportedError
from robotui.events import LIMIT_REASONS, Continued, Event, SessionStarted, Unreadable
from robotui.markdown import Document
from robotui.reading import Reading
from robotui.text import printable
from tests.chats.samples import AGENT, act, load, new_chat, observe, say, think, turns_of
from tests.strategies import wire_objects

RECORDED: Final = [
    events.parse(line)
    for line in (Path(__file__).parent / "cases" / "events.jsonl").read_text("utf-8").splitlines()
]
"""Every kind of event that the bases of the service send, in the order of their making."""

CODE: Final = "```py\nprint(1)\n```"


@dataclass(frozen=True)
class View:
    """What somebody gets to see of a reply."""

    words: list[str]
    """The lines of the agent's words that are not blank."""
    code: list[list[str]]
    """The lines of each code block."""
    failure: str


def lines_of(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def code_in(text: str) -> list[list[str]]:
    document = Document(0)
    document.feed(text)
    document.finish()
    return [block.lines for block in document.code_blocks]


# --- the views -----------------------------------------------------------------------------------


def in_the_workbench(transcript: Transcript) -> View:
    replies = [turn for turn in transcript.turns if isinstance(turn, Reply)]
    code = []
    for reply in replies:
        text = ReplyText(reply)
        text.update()
        code += [block.lines for block in text.code_blocks]
    words = "\n\n".join(reply.text for reply in replies)
    return View(lines_of(words), code, replies[-1].failure)


def folded(received: list[Event]) -> Transcript:
    transcript = Transcript()
    transcript.ask("Where?", AGENT)
    for event in received:
        transcript.receive(event)
    transcript.close("done")
    return transcript


def from_disk(received: list[Event], *, together: int) -> Transcript:
    """The chat as it is loaded, its events recorded some ``together``."""
    with tempfile.TemporaryDirectory() as folder, patch("os.fsync"):
        chat = new_chat(Path(folder))
        chat.ask("Where?", AGENT)
        for at in range(0, len(received), together):
            chat.receive(*received[at : at + together])
        chat.close("done")
        chat.shut()
        loaded = load(chat.path).transcript
        assert turns_of(loaded) == turns_of(chat.transcript)
        return loaded


def as_running_text(received: list[Event]) -> View:
    paragraphs = Paragraphs()
    text = "".join(map(paragraphs.add, received))
    return View(lines_of(text), code_in(text), paragraphs.failure)


class Scripted:
    """A client, and its session, whose reply is known."""

    def __init__(self, received: list[Event]) -> None:
        self.endpoint = Endpoint(EMBEDDED, "http://localhost")
        self.settings = Settings()
        self._received = received

    def session(self) -> Scripted:
        return self

    async def batches(self, _prompt: str, _agent: str) -> AsyncGenerator[list[Event]]:
        for event in self._received:
            yield [event]


def by_ask(received: list[Event], *, as_json: bool = False) -> View:
    """What the command prints; it fails if the reply does."""

    @asynccontextmanager
    async def opening() -> AsyncIterator[Client]:
        yield cast("Client", Scripted(received))

    failed = ""
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()):
        try:
            asyncio.run(commands.ask(opening(), "Where?", AGENT, as_json=as_json))
        except ReportedError as error:
            failed = error.headline
    text = "" if as_json else out.getvalue()
    return View(lines_of(text), code_in(text), failed)


def chain_of(received: list[Event]) -> Continuation:
    """The last reply of a chain, as the client judges whether to go on."""
    chain = Continuation("limit")
    for event in received:
        if isinstance(event, Continued):
            chain.next_reply()
        chain.add(event, None)
    return chain


# --- the same everywhere -------------------------------------------------------------------------


def compare(received: list[Event], *, code: bool = True) -> View:
    """Show the events to everyone, and fail if two see different things; returns what they see.

    ``code``: compare code blocks too; only where no other text can run into one that has no end.
    """
    transcript = folded(received)
    seen = in_the_workbench(transcript)
    assert in_the_workbench(from_disk(received, together=1 + len(received) % 3)) == seen
    text, printed = as_running_text(received), by_ask(received)
    failed = by_ask(received, as_json=True).failure
    assert text.words == seen.words
    assert printed.words == lines_of(printable("\n".join(seen.words)))
    if code:
        assert text.code == printed.code == seen.code
    assert text.failure == seen.failure
    assert bool(seen.failure) == bool(printed.failure) == bool(failed)
    agrees_with_the_client(received, transcript)
    return seen


def agrees_with_the_client(received: list[Event], transcript: Transcript) -> None:
    reply = next(turn for turn in reversed(transcript.turns) if isinstance(turn, Reply))
    why = chain_of(received).why_continue(60)
    if "the reply stopped at a limit" in why:
        assert reply.waiting
        assert reply.limit in LIMIT_REASONS
    if "reports that it stopped" in why and not chain_of(received)._state:
        assert reply.failure


def reply_of(transcript: Transcript) -> Reply:
    (reply,) = (turn for turn in transcript.turns if isinstance(turn, Reply))
    return reply


def unknown(**args: Any) -> Event:
    raw = {"source": "agent", "action": "novel", "args": args, "message": "does it"}
    return events.from_object(raw)


@pytest.mark.parametrize("event", RECORDED, ids=lambda event: json.dumps(event.raw)[60:120])
def test_each_recorded_event_is_read_alike(event: Event) -> None:
    compare([event])
    compare([say("Before."), event, say("After.")])
    compare([say("Be", delta=True), event, say("fore.")])


def test_a_recorded_run_of_events_is_read_alike() -> None:
    seen = compare(RECORDED)
    assert "Hello. What next?" in seen.words
    assert "All tests pass." in seen.words


BOOM: Final = observe("error", "boom")
LINE: Final = Unreadable(why="not JSON", excerpt="{")
CUT: Final = say("", wait=True, reason="length")
ON: Final = Continued(number=1, why="limit")
PAUSED: Final = observe("agent_state_changed", "too dear", agent_state="paused")


@pytest.mark.parametrize(
    ("received", "words", "failure"),
    [
        ([unknown(content=f"Here:\n{CODE}")], ["Here:", *CODE.split("\n")], ""),
        ([unknown(thought="I go.", content=CODE)], ["I go.", *CODE.split("\n")], ""),
        ([unknown()], ["does it"], ""),
        ([unknown(content={"odd": [1]})], ['{"odd":[1]}'], ""),
        ([say("a", delta=True), LINE, say("b")], ["ab"], ""),
        ([say("a", delta=True), observe("run", "out"), say("b")], ["ab"], ""),
        ([say("a", delta=True), PAUSED, say("b")], ["ab"], ""),
        ([say("a", delta=True), BOOM, say("b", delta=True)], ["a", "b"], ""),
        ([say("a", delta=True), unknown(), say("b")], ["a", "does it", "b"], ""),
        ([say("a", delta=True), CUT, PAUSED, ON, say("b")], ["ab"], ""),
        ([say("a", delta=True), CUT, act("run", command="x"), ON, say("b")], ["a", "b"], ""),
        ([say("a", delta=True), CUT, say("b")], ["a", "b"], ""),
        ([say("a", delta=True), SessionStarted(sid="s", why="gone"), say("b")], ["a", "b"], ""),
        ([BOOM], [], "boom"),
        ([BOOM, LINE, PAUSED, events.from_object({"message": "waits"})], [], "boom"),
        ([BOOM, observe("null", "")], [], "boom"),
        ([BOOM, act("null"), say("")], [], "boom"),
        ([BOOM, ON], [], ""),
        ([BOOM, say("a")], ["a"], ""),
        ([act("run", 5, command="x"), BOOM, observe("run", "out", 5)], [], ""),
    ],
)
def test_odd_replies_are_read_alike(received: list[Event], words: list[str], failure: str) -> None:
    seen = compare(received)
    assert (seen.words, seen.failure) == (words, failure)


def test_code_in_an_unknown_action_can_be_copied() -> None:
    transcript = folded([unknown(content=f"Here:\n{CODE}", more=1)])
    assert in_the_workbench(transcript).code == [["print(1)\n"]]
    did = reply_of(transcript).parts[-1]
    assert isinstance(did, Did)
    assert (did.title, json.loads(did.detail)) == ("does it", {"more": 1})
    assert CODE in markdown(transcript.turns)


def test_pieces_of_a_code_block_stay_one_whatever_is_told_between_them() -> None:
    between = [LINE, observe("run", "out"), PAUSED, events.from_object({"message": "busy"})]
    for told in [*between, think("hm")]:
        seen = compare([say("```py\nprint", delta=True), told, say("(1)\n```")])
        assert seen.code == [["print(1)\n"]]


# --- made by chance ------------------------------------------------------------------------------

TEXTS: Final = st.sampled_from(
    ["One.", "Two\nlines", f"See:\n\n{CODE}", "~~~\nx\n\ny\n~~~\nend", ""]
)
TOLD: Final = st.sampled_from(
    [
        LINE,
        PAUSED,
        observe("run", "out", 1, exit_code=0),
        observe("run", "out"),
        observe("null", ""),
        act("null"),
        events.from_object({"message": "busy"}),
        events.from_object({"observation": "agent_state_changed", "content": ""}),
        think("hm"),
        think("hm", delta=True),
        think(""),
    ]
)
"""What does not end a message."""


@st.composite
def messages(draw: st.DrawFn) -> list[Event]:
    """A message, cut into pieces anywhere, with other things between them; perhaps continued."""
    text = draw(TEXTS)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=4)))
    pieces = [text[start:end] for start, end in pairwise([0, *cuts, len(text)])]
    received: list[Event] = []
    for piece in pieces[:-1]:
        if draw(st.integers(0, 4)) == 0 and "".join(e.text for e in _messages(received)):
            received += [say(piece, wait=True, reason="length"), draw(TOLD), ON]
        else:
            received += [say(piece, delta=True), *draw(st.lists(TOLD, max_size=2))]
    return [*received, say(pieces[-1], wait=draw(st.booleans()))]


def _messages(received: list[Event]) -> list[events.Message]:
    return [event for event in received if isinstance(event, events.Message)]


DEEDS: Final = st.builds(
    lambda name, thought, content: [act(name, 1, thought=thought, content=content)],
    st.sampled_from(["run", "write", "novel", "finish", "null", "think"]),
    TEXTS,
    TEXTS,
)
OTHERS: Final = st.sampled_from([BOOM, SessionStarted(sid="s", why="gone"), ON]).map(
    lambda event: [event]
)


@given(st.lists(messages() | DEEDS | OTHERS | TOLD.map(lambda event: [event]), max_size=6))
def test_replies_are_read_alike(made: list[list[Event]]) -> None:
    compare([event for part in made for event in part])


@given(st.lists(wire_objects, max_size=6))
def test_any_events_are_read_alike(raws: list[dict[str, Any]]) -> None:
    compare([events.from_object(raw) for raw in raws], code=False)


@given(st.text(), st.lists(st.integers(0, 40), max_size=6))
def test_any_chunking_of_a_message_is_the_same_reading(text: str, at: list[int]) -> None:
    safe = events.text_of(text)
    bounds = [0, *sorted(min(n, len(safe)) for n in at), len(safe)]
    chunks = [safe[start:end] for start, end in pairwise(bounds)]
    received = [say(chunk, delta=True) for chunk in chunks] + [say("")]
    assert in_the_workbench(folded(received)).words == lines_of(safe)
    assert as_running_text(received).words == lines_of(safe)


@pytest.mark.parametrize("nothing", [observe("null", ""), act("null")])
def test_what_says_nothing_is_the_end_of_a_reply_but_mends_no_error(nothing: Event) -> None:
    reading = Reading()
    for event in (BOOM, nothing):
        reading.add(event)
    assert (reading.failure, reading.unfinished) == ("boom", True)


def test_what_the_user_says_is_no_verdict() -> None:
    reading = Reading()
    reading.add(events.Failure(text="boom", source="agent"))
    reading.add(events.Message(text="mine", reason="length", source="user"))
    assert (reading.failure, reading.limit, reading.unfinished) == ("boom", "", False)
