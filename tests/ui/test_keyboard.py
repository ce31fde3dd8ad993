"""Keys as terminals send them."""

from __future__ import annotations

from textual import events
from textual._xterm_parser import XTermParser

from robotui.ui.keyboard import teach_alt_digits


def test_escape_and_a_digit_is_alt_and_the_digit() -> None:
    teach_alt_digits()
    sequences = "".join(f"\x1b{digit}" for digit in range(1, 10))
    keys = [event for event in XTermParser().feed(sequences) if isinstance(event, events.Key)]
    assert [key.key for key in keys] == [f"alt+{digit}" for digit in range(1, 10)]
    assert not any(key.is_printable for key in keys)
