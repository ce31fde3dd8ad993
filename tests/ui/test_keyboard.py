"""Keys as terminals send them."""

from __future__ import annotations

import pytest
from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

from robotui.ui.internals.key_reader import KeyReader, PasteLost
from robotui.ui.internals.screens import teach_alt


def test_escape_and_a_character_is_alt_and_the_character() -> None:
    teach_alt()
    characters = "123456789acdmsz"
    sequences = "".join(f"\x1b{character}" for character in characters)
    keys = [event for event in XTermParser().feed(sequences) if isinstance(event, events.Key)]
    assert [key.key for key in keys] == [f"alt+{character}" for character in characters]
    assert not any(key.is_printable for key in keys)


def test_escape_and_enter_is_alt_and_enter() -> None:
    teach_alt()
    for end in "\r\n":
        keys = [
            event for event in XTermParser().feed(f"a\x1b{end}b") if isinstance(event, events.Key)
        ]
        assert [key.key for key in keys] == ["a", "alt+enter", "b"]


def messages(*data: bytes) -> list[Message]:
    """What a reader makes of bytes, and of nothing after them."""
    reader, now, found = KeyReader(debug=False), 0.0, list[Message]()
    for part in data:
        found += reader.feed(part, now)
    for _ in range(4):
        now += reader.wait(now, 1.0)
        found += reader.tick(now)
    return found


@pytest.mark.parametrize("at", range(1, 12))
def test_a_paste_cut_within_a_character_is_whole(at: int) -> None:
    data = "é日🙂ß".encode()
    found = messages(b"\x1b[200~" + data[:at], data[at:] + b"\x1b[201~")
    assert [m.text for m in found if isinstance(m, events.Paste)] == ["é日🙂ß"]


def test_bytes_that_are_no_text_break_nothing() -> None:
    (paste,) = messages(b"\x1b[200~a\xff\xfeb\x9b31mc\xc3\x1b[201~")
    assert isinstance(paste, events.Paste)
    assert paste.text == "a\ufffd\ufffdbc\ufffd"
    keys = messages(b"\xff", b"x")
    assert [key.key for key in keys if isinstance(key, events.Key)][-1] == "x"


def test_a_paste_that_is_lost_is_told() -> None:
    paste, lost = messages(b"\x1b[200~one\rtwo")
    assert isinstance(paste, events.Paste)
    assert isinstance(lost, PasteLost)


def test_escape_is_a_key_at_once_when_its_time_is_over() -> None:
    (key,) = messages(b"\x1b")
    assert isinstance(key, events.Key)
    assert key.key == "escape"


def test_the_mouse_and_the_focus_are_still_seen() -> None:
    found = messages(b"\x1b[<0;3;4M\x1b[<0;3;4m\x1b[I\x1b[O")
    kinds = [events.MouseDown, events.MouseUp, events.AppFocus, events.AppBlur]
    assert [type(message) for message in found] == kinds
