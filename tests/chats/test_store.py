from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from robotui import events
from robotui.chats import sidecar
from robotui.chats.sidecar import Sidecar
from robotui.chats.store import Chat
from robotui.chats.turns import Did, Notice, Reply, Said
from robotui.errors import StorageError
from robotui.events import Continued, SessionStarted, Status, Unreadable
from tests.chats.samples import (
    AGENT,
    OTHER,
    act,
    damage_of,
    load,
    new_chat,
    observe,
    partial,
    prompts_of,
    reply_of,
    say,
    turns_of,
)


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    chat = new_chat(tmp_path / "chats")
    yield chat
    chat.shut()


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


# --- what is written -----------------------------------------------------------------------------


def test_nothing_is_written_before_the_first_prompt(chat: Chat) -> None:
    chat.switch(OTHER)
    chat.note("info", "Welcome")
    chat.receive(SessionStarted(sid="s1"))
    chat.save_info()
    assert not chat.started
    assert not chat.path.parent.exists()


def test_what_came_before_the_first_prompt_is_written_with_it(chat: Chat) -> None:
    chat.switch(OTHER)
    chat.note("info", "Welcome")
    chat.ask("Hi", OTHER)
    assert [next(iter(record)) for record in records(chat.path)] == ["note", "at"]
    assert turns_of(load(chat.path).transcript) == turns_of(chat.transcript)


def test_files_are_for_this_user_only(chat: Chat) -> None:
    chat.ask("Hi", AGENT)
    chat.receive(say("Hel", delta=True))
    modes = {path.suffix: path.stat().st_mode & 0o777 for path in chat.path.parent.iterdir()}
    assert modes == {".jsonl": 0o600, ".json": 0o600, ".partial": 0o600}
    assert chat.path.parent.stat().st_mode & 0o777 == 0o700


def test_the_sidecar_tells_of_the_chat(chat: Chat) -> None:
    chat.ask("Where is\nthe token?", AGENT)
    chat.receive(SessionStarted(sid="s1"))
    info, warning = sidecar.read(chat.path)
    assert warning == ""
    assert (info.server, info.sid, info.agent) == ("http://h", "s1", AGENT)
    assert (info.title, info.workspace) == ("Where is the token?", "/somewhere")
    assert 1_000_000.0 <= info.created < info.updated


def test_the_title_is_the_first_prompts_and_the_agent_the_last_choice(chat: Chat) -> None:
    chat.ask("first", AGENT)
    chat.switch(OTHER)
    chat.receive(Continued(number=1, why="budget"))
    assert sidecar.read(chat.path)[0].agent == OTHER
    chat.ask("second", OTHER)
    assert (chat.info.title, chat.info.agent) == ("first", OTHER)


def test_a_streamed_message_becomes_one_record(chat: Chat) -> None:
    chat.ask("Hi", AGENT)
    for word in ("One ", "two ", "three "):
        chat.receive(say(word, delta=True))
    assert len(records(chat.path)) == 1
    chat.receive(say("four.", wait=True, reason="length"))
    message = records(chat.path)[1]["event"]
    assert message["args"]["content"] == message["message"] == "One two three four."
    assert message["args"]["wait_for_response"] is True
    assert message["args"]["extras"] == {"reason": "length"}
    assert partial(chat).read_bytes() == b""


def test_a_whole_message_is_recorded_as_it_came(chat: Chat) -> None:
    event = say("Hello", usage={"output": 2})
    chat.ask("Hi", AGENT)
    chat.receive(event)
    assert records(chat.path)[1]["event"] == event.raw
    assert not partial(chat).exists()


@pytest.mark.parametrize(
    "end",
    [
        lambda chat: chat.receive(act("run", command="ls")),
        lambda chat: chat.receive(Unreadable(why="bad")),
        lambda chat: chat.receive(Continued(number=1, why="budget")),
        lambda chat: chat.close("interrupted"),
        lambda chat: chat.ask("Again", AGENT),
    ],
    ids=["action", "unreadable", "continued", "close", "ask"],
)
def test_whatever_ends_a_message_comes_after_it(chat: Chat, end: Callable[[Chat], None]) -> None:
    chat.ask("Hi", AGENT)
    chat.receive(say("half a", delta=True))
    end(chat)
    message = records(chat.path)[1]["event"]
    assert message["args"]["content"] == "half a"
    assert len(records(chat.path)) == 3
    assert partial(chat).read_bytes() == b""


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda chat: chat.receive(Status(text="busy")),
        lambda chat: chat.receive(observe("agent_state_changed", "", agent_state="running")),
        lambda chat: chat.receive(SessionStarted(sid="s2")),
        lambda chat: chat.receive(act("null")),
        lambda chat: chat.receive(observe("run", "out", 1)),
        lambda chat: chat.switch(OTHER),
        lambda chat: chat.note("info", "by the way"),
    ],
    ids=["status", "state", "session", "null", "attached", "switch", "note"],
)
def test_what_comes_meanwhile_neither_cuts_nor_loses_the_message(
    chat: Chat, meanwhile: Callable[[Chat], None]
) -> None:
    chat.ask("Hi", AGENT)
    chat.receive(act("run", 1, command="ls"))
    chat.receive(say("one ", delta=True))
    meanwhile(chat)
    assert reply_of(load(chat.path).transcript).text == "one "
    chat.receive(say("two", delta=True))
    assert reply_of(load(chat.path).transcript).text == "one two"
    chat.close("done")
    assert turns_of(load(chat.path).transcript) == turns_of(chat.transcript)


def test_a_status_of_the_clients_own_comes_back_as_one(chat: Chat) -> None:
    chat.ask("Hi", AGENT)
    chat.receive(Status(text="next try in 2 s"))
    assert reply_of(chat.transcript).status == "next try in 2 s"
    assert reply_of(load(chat.path).transcript).parts == []


def test_two_new_chats_have_two_files(tmp_path: Path) -> None:
    first, second = (
        Chat.new(tmp_path, server="embedded", agent=AGENT, workspace=tmp_path) for _ in range(2)
    )
    assert first.path != second.path
    assert first.path.parent == tmp_path
    assert first.info == Sidecar(server="embedded", agent=AGENT, workspace=str(tmp_path))


# --- what is loaded ------------------------------------------------------------------------------


def test_a_chat_goes_on_where_it_was(chat: Chat) -> None:
    chat.ask("Hi", AGENT)
    chat.receive(SessionStarted(sid="s1"))
    chat.receive(say("Hello."))
    chat.close("done")
    again = Chat.load(chat.path)
    assert again.info == chat.info
    assert again.started
    again.ask("And?", AGENT)
    again.close("failed")
    again.shut()
    assert turns_of(load(chat.path).transcript) == turns_of(again.transcript)
    assert prompts_of(again.transcript) == ["Hi", "And?"]


def test_loading_changes_no_file(chat: Chat) -> None:
    chat.ask("Hi", AGENT)
    chat.receive(say("half", delta=True))
    chat.shut()

    def files() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in chat.path.parent.iterdir()}

    before = files()
    for _ in range(2):
        assert reply_of(load(chat.path).transcript).text == "half"
        assert files() == before


def test_a_reply_that_a_crash_cut_is_interrupted(chat: Chat) -> None:
    chat.ask("Hi", AGENT)
    chat.receive(say("half", delta=True))
    loaded = load(chat.path)
    (said,) = reply_of(loaded.transcript).parts
    assert isinstance(said, Said)
    assert (said.text, said.open) == ("half", False)
    assert reply_of(loaded.transcript).state == "interrupted"
    assert damage_of(loaded) == ""


def test_an_interrupted_reply_stays_one_after_the_next_prompt(chat: Chat) -> None:
    chat.ask("Hi", AGENT)
    chat.receive(say("half", delta=True))
    again = Chat.load(chat.path)
    again.ask("And?", AGENT)
    again.receive(say("whole"))
    again.close("done")
    again.shut()
    states = [turn.state for turn in load(chat.path).transcript.turns if isinstance(turn, Reply)]
    assert states == ["interrupted", "done"]
    assert turns_of(load(chat.path).transcript) == turns_of(again.transcript)


def test_pieces_that_come_without_a_reply_join_no_reply(chat: Chat) -> None:
    chat.ask("Hi", AGENT)
    again = Chat.load(chat.path)
    again.receive(say("late", delta=True))
    again.shut()
    assert reply_of(again.transcript).text == ""
    assert turns_of(load(chat.path).transcript) == turns_of(again.transcript)


def test_a_recovered_message_is_taken_once(chat: Chat) -> None:
    chat.ask("Hi", AGENT)
    chat.receive(say("half", delta=True))
    stale = partial(chat).read_bytes()
    chat.receive(say(" and half"))
    partial(chat).write_bytes(stale)  # As a crash between the record and the emptying leaves it.
    assert reply_of(load(chat.path).transcript).text == "half and half"
    again = Chat.load(chat.path)
    again.ask("And?", AGENT)
    again.shut()
    assert reply_of(load(chat.path).transcript).text == ""
    text = json.dumps(records(chat.path))
    assert text.count("half and half") == 2  # Once as message, once as content.


def test_a_chat_without_a_sidecar_gets_one_from_its_prompts(chat: Chat) -> None:
    chat.ask("First\nprompt", AGENT)
    chat.close("done")
    chat.ask("Second", AGENT)
    chat.switch(OTHER)
    chat.receive(Continued(number=1, why="budget"))
    sidecar.path_of(chat.path).unlink()
    loaded = load(chat.path)
    assert damage_of(loaded) == ""
    assert (loaded.info.title, loaded.info.agent) == ("First prompt", OTHER)
    assert (loaded.info.sid, loaded.info.created) == ("", chat.info.created)
    assert sidecar.read(chat.path) == (loaded.info, "")


def test_a_corrupt_sidecar_is_kept_told_and_rebuilt(chat: Chat) -> None:
    chat.ask("First", AGENT)
    sidecar.path_of(chat.path).write_bytes(b'{"sid": ')
    loaded = load(chat.path)
    notice = loaded.transcript.turns[-1]
    assert isinstance(notice, Notice)
    assert (notice.level, notice.headline) == ("warning", "This chat was damaged")
    assert "chat.json.corrupt" in notice.remedy
    assert (chat.path.parent / "chat.json.corrupt").read_bytes() == b'{"sid": '
    info, warning = sidecar.read(chat.path)
    assert (info.title, warning) == ("First", "")
    assert damage_of(load(chat.path)) == ""


BAD_RECORDS = [
    b"",
    b"nonsense",
    b"\xff\xfe\x00",
    b"\x00" * 100,
    b"[" * 100_000,
    b"null",
    b"[]",
    b'"at"',
    b"{}",
    b'{"at": "now", "ask": "x", "agent": "A", "auto": ""}',
    b'{"at": NaN, "ask": "x", "agent": "A", "auto": ""}',
    b'{"at": 1, "ask": 5, "agent": "A", "auto": ""}',
    b'{"at": 1, "ask": "x"}',
    b'{"at": 1, "close": "tired"}',
    b'{"at": 1, "close": ["done"]}',
    b'{"at": 1, "event": "message"}',
    b'{"switch": "A"}',
    b'{"note": "x", "level": "loud", "remedy": "", "retry": false}',
    b'{"note": "x", "level": "info", "remedy": "", "retry": "no"}',
    b'{"session": 5, "why": ""}',
    b'{"unreadable": "x"}',
    b'{"from the future": 1}',
]


@pytest.mark.parametrize("bad", BAD_RECORDS, ids=lambda bad: ascii(bad[:40]))
def test_a_damaged_record_is_counted_and_the_others_stay(chat: Chat, bad: bytes) -> None:
    chat.ask("Hi", AGENT)
    chat.receive(say("Hello."))
    with chat.path.open("ab") as file:
        file.write(bad + b"\n")
    chat.close("done")
    loaded = load(chat.path)
    assert turns_of(loaded.transcript)[:-1] == turns_of(chat.transcript)
    assert damage_of(loaded) == "1 record of chat.jsonl can't be read"


def test_damaged_records_are_counted(chat: Chat) -> None:
    chat.ask("Hi", AGENT)
    with chat.path.open("ab") as file:
        file.write(b"x\n" * 7)
    assert damage_of(load(chat.path)) == "7 records of chat.jsonl can't be read"


def test_a_file_without_a_readable_record_loads_empty(tmp_path: Path) -> None:
    path = tmp_path / "chat.jsonl"
    path.write_bytes(b"nonsense")
    loaded = load(path)
    assert not loaded.started
    assert [type(turn) for turn in loaded.transcript.turns] == [Notice]
    assert list(tmp_path.iterdir()) == [path]


def test_a_transcript_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    for name in ("none.jsonl", "folder.jsonl"):
        with pytest.raises(StorageError, match=name) as caught:
            Chat.load(tmp_path / name)
        assert caught.value.remedy


def test_a_journal_that_cannot_be_read_is_told(chat: Chat) -> None:
    chat.ask("Hi", AGENT)
    partial(chat).mkdir()
    assert "end of the last reply" in damage_of(load(chat.path))


def test_a_sidecar_that_cannot_be_rebuilt_does_not_keep_a_chat_from_loading(chat: Chat) -> None:
    chat.ask("Hi", AGENT)
    sidecar.path_of(chat.path).unlink()
    sidecar.path_of(chat.path).mkdir()
    loaded = load(chat.path)
    assert prompts_of(loaded.transcript) == ["Hi"]
    assert "chat.json can't be written" in damage_of(loaded)


def test_reasoning_is_kept_in_small_records_and_comes_back_whole(chat: Chat) -> None:
    chat.ask("?", "RepoAgent")
    for piece in ("one ", "two", ""):
        extras = {"delta": True} if piece else {}
        args = {"thought": piece, "extras": extras}
        raw = {"id": 1, "timestamp": "x" * 500, "action": "think", "args": args, "message": "t"}
        chat.receive(events.from_object(raw))
    chat.close("done")
    chat.shut()
    reply = next(turn for turn in Chat.load(chat.path).transcript.turns if isinstance(turn, Reply))
    (part,) = reply.parts
    assert isinstance(part, Did)
    assert (part.title, part.detail) == ("thought: 2 words", "one two")
    assert chat.path.read_text().count("x" * 500) == 1
