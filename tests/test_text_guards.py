"""Edges of text that comes in pieces: how much of it is held back, and from where on."""

from __future__ import annotations

import pytest

from robotui.text import PrintableStream

HELD = PrintableStream.HELD


@pytest.mark.parametrize("before", ["", "words ", "x" * HELD, "a line\n"])
@pytest.mark.parametrize(("length", "is_held"), [(2, True), (HELD - 1, True), (HELD, False)])
def test_a_sequence_without_an_end_is_held_back_up_to_a_length(
    before: str, length: int, is_held: bool
) -> None:
    text = PrintableStream()
    title = "t" * (length - 2)
    assert text.feed(f"{before}\x1b]{title}") == before + ("" if is_held else title)
    assert text.flush() == (title if is_held else "")
