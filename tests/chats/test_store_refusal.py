from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from robotui.chats.store import Chat
from robotui.chats.turns import Notice, Switch
from robotui.errors import StorageError
from robotui.events import Unreadable
from tests.chats.samples import (
    AGENT,
    OTHER,
    act,
    asking,
    closing,
    damage_of,
    load,
    new_chat,
    noting,
    partial,
    prompts_of,
    receiving,
    reply_of,
    say,
    switching,
    turns_of,
)

FULL = Path("/dev/full")
needs_full_device = pytest.mark.skipif(not FULL.exists(), reason="no /dev/full on this system")


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    chat = new_chat(tmp_path / "chats")
    yield chat
    chat.shut()


@contextmanager
def full_disk(chat: Chat) -> Iterator[None]:
    """Both files of the chat are on a full disk; what they had is put back afterwards."""
    chat.shut()
    chat.path.parent.mkdir(exist_ok=True)
    kept = {path: path.read_bytes() for path in (chat.path, partial(chat)) if path.exists()}
    for path in (chat.path, partial(chat)):
        path.unlink(missing_ok=True)
        path.symlink_to(FULL)
    try:
        yield
    finally:
        for path in (chat.path, partial(chat)):
            path.unlink()
            if path in kept:
                path.write_bytes(kept[path])


@needs_full_device
def test_what_the_disk_refuses_is_told_kept_and_written_later(chat: Chat) -> None:
    script = [
        asking("Hi", AGENT),
        receiving(act("run", command="ls")),
        receiving(say("One ", delta=True)),
        receiving(say("two ", delta=True)),
        receiving(say("three.")),
        receiving(say("four ", delta=True)),
        receiving(Unreadable(why="bad")),
        switching(OTHER),
        noting("warning", "Full"),
        closing("done"),
    ]
    with full_disk(chat):
        for step in script:
            with pytest.raises(StorageError, match="No space left"):
                step(chat)
    reply = reply_of(chat.transcript)
    assert (reply.state, reply.text) == ("done", "One two three.\n\nfour ")
    assert [type(turn) for turn in chat.transcript.turns[2:]] == [Switch, Notice]
    chat.ask("And?", OTHER)
    assert turns_of(load(chat.path).transcript) == turns_of(chat.transcript)
    assert not partial(chat).exists()


@needs_full_device
def test_a_message_that_ends_on_a_full_disk_is_written_once(chat: Chat) -> None:
    chat.ask("Hi", AGENT)
    chat.receive(say("One ", delta=True))
    with full_disk(chat):
        with pytest.raises(StorageError):
            chat.receive(say("two."))
        with pytest.raises(StorageError):
            chat.receive(say("Three."))
    chat.close("done")
    assert reply_of(load(chat.path).transcript).text == "One two.\n\nThree."
    assert damage_of(load(chat.path)) == ""


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    chat = new_chat(tmp_path / "file")
    with pytest.raises(StorageError, match="can't be made"):
        chat.ask("Hi", AGENT)
    assert prompts_of(chat.transcript) == ["Hi"]
    assert reply_of(chat.transcript).state == "streaming"
