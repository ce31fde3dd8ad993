"""A cut reply and its continuation make the whole text, however it comes."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from robotui.server.models.reply_stitching import ANCHOR, Joiner, anchor_of, is_pattern

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
    assert joiner.feed("quite") == "quite"
    assert joiner.feed(" new") == " new"
    joiner = Joiner("The end of a line")
    assert joiner.feed("What may be a sentence") == ""
    assert joiner.feed("\nIt") == "What may be a sentence\nIt"


CODE = st.lists(
    st.builds(
        "{}{} = {}({!r})".format,
        st.sampled_from(["", "    ", "\t"]),
        *[st.text("abcdefgh", min_size=3)] * 3,
    )
    | st.sampled_from(
        ["-" * 70, "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,", "    return x", "```", "else:", ""]
    ),
    min_size=1,
    max_size=12,
).map("\n".join)
BEFORE = ["", "```python\n", "Sure, continuing:\n", "Continuing.\n\n```\n", "<<<"]


@given(CODE, st.floats(0, 1), st.sampled_from(BEFORE), CHUNKS)
def test_a_whole_is_whole_again(whole: str, part: float, before: str, sizes: list[int]) -> None:
    cut = int(part * len(whole))
    text, rest = whole[:cut], whole[cut:]
    anchor = anchor_of(text)
    assume(len(anchor) >= 16)
    marks = ">>>" if before == "<<<" else ""
    space = text[len(text.rstrip()) :]
    again = joined(text, before + anchor + marks + space + rest, sizes)
    once = pieces_of(anchor, whole) == 1 and not is_pattern(anchor)
    if once or before in {"", "<<<"}:
        assert again == whole
    else:
        assert again in (whole, text + before + anchor + space + rest)


@given(CODE, st.floats(0, 1), CHUNKS)
def test_nothing_is_lost_of_what_just_goes_on(whole: str, part: float, sizes: list[int]) -> None:
    cut = int(part * len(whole))
    text, rest = whole[:cut], whole[cut:]
    # Whether a repeated anchor is an answer to being asked for it, nobody can tell.
    assume(pieces_of(anchor_of(text), rest) == 0)
    assert joined(text, rest, sizes) == whole


def pieces_of(anchor: str, text: str) -> int:
    return " ".join(text.split()).count(" ".join(anchor.split())) if anchor.strip() else 0


@pytest.mark.parametrize("row", ["-----", "0, 0, 0, ", "| --- ", "=", "    "])
def test_a_row_that_goes_on_is_not_shortened(row: str) -> None:
    text = "The table of what was found on the way:\n" + row * 9
    assert joined(text, row * 5 + "|", [3]) == text + row * 5 + "|"


def test_a_line_like_the_last_is_kept() -> None:
    text = "pixel = color('aab')\npixel = color('aaa"
    assert joined(text, "')\npixel = color('aaa')", [1]) == text + "')\npixel = color('aaa')"


def test_a_line_that_is_there_twice_is_kept_twice() -> None:
    text = "def f():\n    items.append(None)"
    rest = "\n    items.append(None)\n"
    assert joined(text, rest, [1]) == text + rest
    assert joined(text + "\n", rest[1:], [1]) == text + rest


def test_an_anchor_with_other_white_space_is_the_anchor() -> None:
    text = "def begin(self):\n    if self.ready:\n        self.value = 7"
    new = anchor_of(text).replace("        ", "\t\t") + "\n        return"
    assert joined(text, new, [4]) == text + "\n        return"
