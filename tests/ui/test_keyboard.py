"""Keys as terminals send them."""

from __future__ import annotations

from textual import events
from textual._xterm_parser import XTermParser

from robotui.ui.keyboard import teach_alt


def test_escape_and_a_character_is_alt_and_the_character() -> None:
    teach_alt()
    characters = "123456789acdms"
    sequences = "".join(f"\x1b{character}" for character in characters)
    keys = [event for event in XTermParser().feed(sequences) if isinstance(event, events.Key)]
    assert [key.key for key in keys] == [f"alt+{character}" for character in characters]
    assert not any(key.is_printable for key in keys)
