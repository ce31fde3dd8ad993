from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui import events
from robotui.chats import sidecar
from robotui.chats.sidecar import Sidecar
from robotui.chats.store import Chat
from robotui.events import Continued, Event, SessionStarted, Status, Unreadable
from robotui.files import LineFile
from tests.chats.samples import (
    AGENT,
    OTHER,
    Step,
    act,
    asking,
    closing,
    damage_of,
    load,
    new_chat,
    noting,
    observe,
    prompts_of,
    receiving,
    say,
    switching,
    think,
    turns_of,
)
from tests.strategies import wire_objects

names = st.sampled_from([AGENT, OTHER, "A"])
texts = st.one_of(st.text(max_size=12), st.sampled_from(["", "a\ud800b", "日本\n", "\u2028", "`"]))


@st.composite
def streamed(draw: st.DrawFn) -> Step:
    """A message in pieces of any size, whole or not."""
    text = events.text_of(draw(texts))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=5)))
    pieces = [text[start:end] for start, end in pairwise([0, *cuts, len(text)])]
    deltas = [say(piece, delta=True) for piece in pieces]
    whole, wait = draw(st.booleans()), draw(st.booleans())
    return receiving(*deltas[:-1], say(pieces[-1], wait=wait) if whole else deltas[-1])


steps = st.one_of(
    streamed(),
    streamed(),
    st.builds(asking, texts, names),
    st.builds(receiving, st.builds(say, texts)),
    st.builds(receiving, st.builds(say, texts, wait=st.just(True), reason=st.just("length"))),
    st.builds(receiving, st.builds(think, texts, delta=st.booleans())),
    st.builds(receiving, st.builds(act, names, st.integers(1, 3), thought=texts, command=texts)),
    st.builds(receiving, st.builds(observe, names, texts, st.sampled_from([None, 1, 2, 3]))),
    st.builds(receiving, wire_objects.map(events.from_object)),
    st.builds(receiving, st.builds(Unreadable, why=texts, excerpt=texts)),
    st.builds(receiving, st.just(Status(text="busy"))),
    st.builds(receiving, st.builds(SessionStarted, sid=texts, why=texts)),
    st.builds(receiving, st.builds(Continued, number=st.just(1), why=st.just("budget"))),
    st.builds(noting, st.sampled_from(["info", "warning", "error"]), texts, st.booleans()),
    st.builds(switching, names),
    st.builds(closing, st.sampled_from(["done", "interrupted", "failed"])),
)
scripts = st.lists(steps, max_size=14).map(lambda rest: [asking("Hi", AGENT), *rest])


@given(st.lists(steps, max_size=2), scripts)
def test_a_chat_is_loaded_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, before: list[Step], script: list[Step]
) -> None:
    chat = new_chat(tmp_path_factory.mktemp("chat"))
    for step in [*before, *script]:
        step(chat)
    expected = turns_of(chat.transcript)
    assert turns_of(load(chat.path).transcript) == expected  # As after a crash.
    chat.shut()
    loaded = load(chat.path)
    assert turns_of(loaded.transcript) == expected
    assert not loaded.transcript.speaking


@given(scripts, st.lists(steps, max_size=8))
def test_a_loaded_chat_goes_on_and_comes_back(
    tmp_path_factory: pytest.TempPathFactory, first: list[Step], then: list[Step]
) -> None:
    chat = new_chat(tmp_path_factory.mktemp("chat"))
    for step in first:
        step(chat)
    again = Chat.load(chat.path)
    chat.shut()
    for step in then:
        step(again)
    again.shut()
    assert turns_of(load(chat.path).transcript) == turns_of(again.transcript)


# --- a crash at any byte -------------------------------------------------------------------------

SCRIPT: list[Step] = [
    switching(OTHER),
    asking("Höw?", AGENT),
    receiving(SessionStarted(sid="s1")),
    receiving(say("One ", delta=True)),
    receiving(Status(text="busy")),
    receiving(say("two ", delta=True)),
    receiving(say("three.")),
    receiving(say("Four ", delta=True)),
    receiving(act("run", 4, command="ls")),
    receiving(observe("run", "out", 4)),
    receiving(say("five", delta=True)),
    receiving(Continued(number=1, why="budget")),
    receiving(say("Whole.")),
    receiving(say("Begun ", delta=True)),
    receiving(think("hm ", delta=True)),
    receiving(think("")),
    receiving(say("cut", wait=True, reason="length")),
    receiving(Continued(number=2, why="length")),
    receiving(think("again", delta=True)),
    receiving(say(" off ", delta=True)),
    receiving(say("there.")),
    receiving(say("six ", delta=True)),
    closing("interrupted"),
    noting("error", "It failed", retry=True),
    switching(OTHER),
    asking("Again", OTHER),
    receiving(say("seven", delta=True)),
]

Files = dict[str, bytes]


def crashes(script: list[Step], chat: Chat) -> Iterator[tuple[Files, list[list[Any]]]]:
    """Every content of the files that a crash can leave, with the turns before and after the step.

    Each line is written byte by byte.
    """
    calls: list[tuple[str, bytes]] = []

    def append(lines: LineFile, line: str) -> None:
        calls.append((lines.path.suffix, line.encode() + b"\n"))

    def clear(lines: LineFile) -> None:
        calls.append((lines.path.suffix, b""))

    files: Files = {".jsonl": b"", ".partial": b""}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LineFile, "append", append)
        patch.setattr(LineFile, "clear", clear)
        for step in script:
            before = turns_of(chat.transcript)
            step(chat)
            expected = [before, turns_of(chat.transcript)]
            for suffix, data in calls:
                if not data:
                    files = {**files, suffix: b""}
                for end in range(1, len(data) + 1):
                    yield {**files, suffix: files[suffix] + data[:end]}, expected
                files = {**files, suffix: files[suffix] + data}
                yield files, expected
            calls.clear()


def test_a_crash_at_any_byte_loses_at_most_what_was_being_written(tmp_path: Path) -> None:
    info = Sidecar(agent=AGENT, created=1.0)
    chat = new_chat(tmp_path, "first.jsonl")
    copy = tmp_path / "copy.jsonl"
    sidecar.write(copy, info)
    states = 0
    for files, expected in crashes(SCRIPT, chat):
        for suffix, data in files.items():
            copy.with_suffix(suffix).write_bytes(data)
        loaded = turns_of(load(copy).transcript)
        if loaded and "This chat was damaged" in str(loaded[-1]):
            loaded.pop()  # It tells of the half record.
        states += 1
        if files[".jsonl"].count(b"\n") > 1:  # Before that the prompt itself is being written.
            assert loaded in expected, files
    assert states > 1000


def together(batch: list[Event]) -> Step:
    return lambda chat: chat.receive(*batch)


BATCHES: list[list[Event]] = [
    [SessionStarted(sid="s1"), say("One ", delta=True), say("two ", delta=True)],
    [say("three ", delta=True), Status(text="busy"), say("four ", delta=True)],
    [say("five."), say("Six ", delta=True), say("seven."), say("Eight ", delta=True)],
    [say("nine."), say("Whole."), say("Ten ", delta=True), say("eleven.")],
    [say("Twelve ", delta=True), say("13.")],
    [say("14 ", delta=True)],
    [act("run", 4, command="ls"), observe("run", "out", 4), say("15 ", delta=True)],
    [say("16 ", delta=True), Continued(number=1, why="budget"), say("17 ", delta=True)],
    [say("18.")],
]


def test_a_crash_amid_what_came_together_loses_nothing_of_before(tmp_path: Path) -> None:
    chat, one_by_one = new_chat(tmp_path, "first.jsonl"), new_chat(tmp_path, "second.jsonl")
    copy = tmp_path / "copy.jsonl"
    sidecar.write(copy, Sidecar(agent=AGENT, created=1.0))
    for each in (chat, one_by_one):
        each.ask("Hi", AGENT)
    chat.shut()
    begin = {".jsonl": chat.path.read_bytes()}
    allowed: dict[str, list[list[Any]]] = {}
    for batch in BATCHES:
        passed = [turns_of(one_by_one.transcript)]
        for event in batch:
            one_by_one.receive(event)
            passed.append(turns_of(one_by_one.transcript))
        allowed[str(passed[0])] = passed
    one_by_one.shut()
    for files, (before, _) in crashes([together(batch) for batch in BATCHES], chat):
        for suffix, data in files.items():
            copy.with_suffix(suffix).write_bytes(begin.get(suffix, b"") + data)
        loaded = turns_of(load(copy).transcript)
        if "This chat was damaged" in str(loaded[-1]):
            loaded.pop()  # It tells of the half record.
        assert loaded in allowed[str(before)], files


def test_a_chat_cut_at_any_byte_has_all_whole_records(tmp_path: Path) -> None:
    chat = new_chat(tmp_path)
    for step in SCRIPT[:-1]:
        step(chat)
    chat.shut()
    data = chat.path.read_bytes()
    ends = [0, *(at + 1 for at in range(len(data)) if data[at] == ord("\n"))]
    whole = {}
    for end in ends:
        chat.path.write_bytes(data[:end])
        whole[end] = turns_of(load(chat.path).transcript)
    for length in range(len(data)):
        chat.path.write_bytes(data[:length])
        loaded = load(chat.path)
        last = max(end for end in ends if end <= length)
        if length + 1 in whole:  # Only the newline is missing.
            assert turns_of(loaded.transcript) == whole[length + 1]
        elif length in whole:
            assert turns_of(loaded.transcript) == whole[length]
        else:
            assert turns_of(loaded.transcript)[:-1] == whole[last]
            assert damage_of(loaded) == "1 record of chat.jsonl can't be read"


def test_after_a_half_record_the_chat_goes_on(tmp_path: Path) -> None:
    chat = new_chat(tmp_path)
    for step in SCRIPT[:3]:
        step(chat)
    chat.shut()
    with chat.path.open("ab") as file:
        file.write(b'{"at": 1, "ask": "hal')
    again = Chat.load(chat.path)
    again.ask("Next", AGENT)
    again.close("done")
    again.shut()
    loaded = load(chat.path)
    assert prompts_of(loaded.transcript) == ["Höw?", "Next"]
    assert damage_of(loaded) == "1 record of chat.jsonl can't be read"


@given(st.lists(st.tuples(st.integers(0, 10_000), st.binary(min_size=1, max_size=9)), max_size=4))
def test_a_damaged_chat_loads(
    tmp_path_factory: pytest.TempPathFactory, damages: list[tuple[int, bytes]]
) -> None:
    chat = new_chat(tmp_path_factory.mktemp("chat"))
    for step in SCRIPT:
        step(chat)
    chat.shut()
    for path in chat.path.parent.iterdir():
        data = path.read_bytes()
        for at, damage in damages:
            start = at % (len(data) + 1)
            data = data[:start] + damage + data[start + len(damage) :]
        path.write_bytes(data)
    loaded = Chat.load(chat.path)
    loaded.ask("Next", AGENT)
    loaded.shut()
    assert prompts_of(load(chat.path).transcript)[-1:] == ["Next"]
