from __future__ import annotations

import json
from pathlib import Path

import pytest

from robotui.chats.journal import Journal
from robotui.errors import StorageError
from robotui.events import Event, Message
from tests.chats.samples import say

FULL = Path("/dev/full")


def piece(text: str, *, delta: bool = True) -> Message:
    event: Event = say(text, delta=delta, usage={"output": 1})
    assert isinstance(event, Message)
    return event


def put(journal: Journal, *pieces: Message) -> None:
    """Pieces that came together."""
    for each in pieces:
        journal.add(each)
    journal.write()


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    return tmp_path / "chat.jsonl"


def file_of(transcript: Path) -> Path:
    return transcript.with_suffix(".partial")


def text_after_crash(transcript: Path, settled: str = "") -> str | None:
    """What another program finds, the first one being gone."""
    message = Journal(transcript).recover(settled)
    assert message is None or not message.delta
    return message.text if message else None


def test_pieces_are_on_disk_as_they_come(transcript: Path) -> None:
    journal, text = Journal(transcript), ""
    for word in ("One ", "two\n", "日本", "", "\u2028"):
        text += word
        put(journal, piece(word))
        assert text_after_crash(transcript) == text
    journal.shut()


def test_pieces_that_came_together_are_one_line(transcript: Path) -> None:
    journal = Journal(transcript)
    put(journal, piece("One "), piece("two "))
    put(journal, piece("three "), piece("four"))
    assert file_of(transcript).read_bytes().count(b"\n") == 2
    put(journal)
    assert file_of(transcript).read_bytes().count(b"\n") == 2
    assert text_after_crash(transcript) == "One two three four"
    journal.shut()


def test_a_message_that_was_never_written_has_no_key(transcript: Path) -> None:
    journal = Journal(transcript)
    journal.add(piece("One "))
    taken = journal.take(piece("two.", delta=False))
    assert taken is not None
    assert (taken[0]["message"], taken[1]) == ("One two.", "")
    put(journal)
    assert not file_of(transcript).exists()


def test_the_file_is_for_this_user_only(transcript: Path) -> None:
    journal = Journal(transcript)
    put(journal, piece("x"))
    journal.shut()
    assert file_of(transcript).stat().st_mode & 0o777 == 0o600


def test_a_whole_message_is_taken_with_its_end(transcript: Path) -> None:
    journal = Journal(transcript)
    assert journal.take() is None
    put(journal, piece("One "))
    assert journal.active
    taken = journal.take(piece("two.", delta=False))
    assert taken is not None
    raw, key = taken
    assert raw["message"] == raw["args"]["content"] == "One two."
    assert raw["args"]["extras"] == {"usage": {"output": 1}}
    assert key == json.loads(file_of(transcript).read_text())["key"]
    assert journal.take() is None
    journal.shut()


def test_the_pieces_events_are_left_as_they_were(transcript: Path) -> None:
    journal, first = Journal(transcript), piece("One ")
    put(journal, first)
    journal.take(piece("two."))
    assert first.raw["args"]["content"] == "One "
    assert first.raw["args"]["extras"]["delta"] is True
    journal.shut()


def test_every_message_has_its_own_key(transcript: Path) -> None:
    journal, keys = Journal(transcript), set()
    for _ in range(3):
        put(journal, piece("x"))
        taken = journal.take()
        assert taken is not None
        keys.add(taken[1])
    assert len(keys) == 3
    journal.shut()


def test_a_settled_message_is_not_recovered(transcript: Path) -> None:
    journal = Journal(transcript)
    put(journal, piece("x"))
    taken = journal.take()
    assert taken is not None
    assert text_after_crash(transcript) == "x"
    assert text_after_crash(transcript, settled=taken[1]) is None
    journal.shut()


def test_the_file_is_emptied_once_no_message_is_under_way(transcript: Path) -> None:
    journal = Journal(transcript)
    journal.clear()
    assert not file_of(transcript).exists()
    put(journal, piece("x"))
    journal.clear()
    assert text_after_crash(transcript) == "x"
    journal.take()
    journal.clear()
    assert file_of(transcript).read_bytes() == b""
    assert text_after_crash(transcript) is None
    journal.shut()


def test_a_new_message_replaces_a_stale_one(transcript: Path) -> None:
    file_of(transcript).write_text('{"key": "old", "event": {}}\n"stale"\n"half')
    journal = Journal(transcript)
    put(journal, piece("new"))
    assert text_after_crash(transcript) == "new"
    journal.shut()


def test_a_recovered_message_is_under_way_again(transcript: Path) -> None:
    first = Journal(transcript)
    put(first, piece("One "))
    put(first, piece("two."))
    first.shut()
    second = Journal(transcript)
    assert second.recover("other")
    taken = second.take()
    assert taken is not None
    raw, key = taken
    assert raw["args"]["content"] == "One two."
    assert text_after_crash(transcript, settled=key) is None
    second.clear()
    assert file_of(transcript).read_bytes() == b""
    second.shut()


def test_a_cut_at_any_byte_loses_at_most_the_last_piece(transcript: Path) -> None:
    journal = Journal(transcript)
    texts = ["One ", "zwei é ", "\u4e09 ", "4"]
    for text in texts:
        put(journal, piece(text))
    journal.shut()
    data = file_of(transcript).read_bytes()
    for length in range(len(data) + 1):
        file_of(transcript).write_bytes(data[:length])
        whole = data[:length].count(b"\n")
        assert text_after_crash(transcript) == ("".join(texts[:whole]) or None)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\xff\n",
        b"null\n",
        b"[" * 100_000 + b"\n",
        b'{"key": 5, "event": {}}\n',
        b'{"key": "k"}\n"x"\n',
        b'{"key": "k", "event": {"action": "run"}}\n"x"\n',
        b'{"key": "k", "event": []}\n',
    ],
    ids=lambda data: ascii(data[:30]),
)
def test_what_is_no_journal_is_passed_over(transcript: Path, data: bytes) -> None:
    file_of(transcript).write_bytes(data)
    assert text_after_crash(transcript) is None


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("refused", [1, 2, 3])
def test_what_a_full_disk_refused_comes_with_the_next_piece(transcript: Path, refused: int) -> None:
    journal, path = Journal(transcript), file_of(transcript)
    for number in (1, 2, 3):
        if number == refused:
            journal.shut()
            path.unlink(missing_ok=True)
            path.symlink_to(FULL)
            with pytest.raises(StorageError, match=r"chat\.partial"):
                put(journal, piece(f"{number} "))
            path.unlink()
        else:
            put(journal, piece(f"{number} "))
    put(journal, piece("end"))
    assert text_after_crash(transcript) == "1 2 3 end"
    journal.shut()
