"""A cut reply and its continuation make the whole text, however it comes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.server.models.joining import ANCHOR, Joiner, anchor_of

WORDS = st.text(alphabet="abc  \n\t`{}é", max_size=200)
CHUNKS = st.lists(st.integers(1, 9), min_size=1, max_size=30)


def joined(text: str, new: str, sizes: list[int]) -> str:
    """``text`` and what is left of ``new``, which comes in pieces of these sizes."""
    joiner, out, at, number = Joiner(text), "", 0, 0
    while at < len(new):
        size = sizes[number % len(sizes)]
        out += joiner.feed(new[at : at + size])
        at, number = at + size, number + 1
    return text + out + joiner.flush()


@given(WORDS, WORDS, CHUNKS)
def test_the_anchor_repeated_is_taken_off_exactly(text: str, rest: str, sizes: list[int]) -> None:
    anchor = anchor_of(text)
    if anchor:
        space = text[len(text.rstrip()) :]
        assert joined(text, anchor + space + rest, sizes) == text + rest


@given(WORDS, WORDS, CHUNKS)
def test_how_it_is_cut_makes_no_difference(text: str, new: str, sizes: list[int]) -> None:
    assert joined(text, new, sizes) == joined(text, new, [1]) == joined(text, new, [999])


@given(WORDS, st.text(alphabet="xyz \n", max_size=100), CHUNKS)
def test_new_words_are_all_kept(text: str, new: str, sizes: list[int]) -> None:
    if not new[:16].isspace():
        assert joined(text, new, sizes) == text + new


@pytest.mark.parametrize(
    ("text", "new", "whole"),
    [
        ("", "Hello", "Hello"),
        ("   ", "Hello", "   Hello"),
        ("ha ha ", "ha ha ha", "ha ha ha"),
        ("def f():\n    ", "def f():\n    return 1", "def f():\n    return 1"),
        ("def f():\n    ", "def f():\nreturn 1", "def f():\n    return 1"),
        ("one two", "\n\none two three", "one two three"),
        ("a long line of words here", "line of words here and more", None),
        ("x" * 100, "x" * ANCHOR + "y", "x" * 100 + "y"),
        ("See the end", " of it", "See the end of it"),
        ("See the en", "d of it", "See the end of it"),
    ],
)
def test_seams(text: str, new: str, whole: str | None) -> None:
    wanted = whole or "a long line of words here and more"
    assert joined(text, new, [1]) == wanted


def test_what_can_be_told_is_not_held_back() -> None:
    joiner = Joiner("The end of a line")
    assert joiner.feed("Quite") == "Quite"
    assert joiner.feed(" new") == " new"
