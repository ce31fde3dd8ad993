"""What is typed and what is pasted, with input cut anywhere and clocks of its own."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.text import pasted
from robotui.ui.input.pastes import Pasted, PasteReader, Piece, Typed
from robotui.ui.input.sequences import END, START
from robotui.ui.internals.key_reader import is_key, is_report

Step = str | float
"""Some input, or seconds without any."""


def read(*steps: Step) -> list[Piece]:
    """What a reader makes of input and pauses; in the end nothing more comes."""
    reader, now = PasteReader(is_key, is_report), 0.0
    pieces: list[Piece] = []
    for step in (*steps, 60.0):
        if isinstance(step, str):
            pieces += reader.feed(step, now)
            continue
        end = now + step
        while reader.deadline is not None and reader.deadline <= end:
            now = max(now, reader.deadline)
            pieces += reader.tick(now)
        now = end
    return pieces


def text_of(pieces: list[Piece]) -> str:
    assert all(isinstance(piece, Pasted) for piece in pieces), pieces
    return "".join(piece.text for piece in pieces)


def keys_of(pieces: list[Piece]) -> str:
    assert all(isinstance(piece, Typed) for piece in pieces), pieces
    return "".join(piece.text for piece in pieces)


def chunks(text: str, cuts: list[int]) -> list[str]:
    """The text in parts, cut at these places."""
    places = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    return [text[a:b] for a, b in pairwise(places)]


WILD = (
    st.text(st.sampled_from("ab\r\n\t \x1b[]2016~;m?\x00\x03\x07\x11\x7f\x9b\x9déЖ日🙂"))
    | st.text()
)
"""Text with what ends, moves, colours and quits."""


@given(WILD, st.lists(st.integers(0, 300), max_size=12), st.sampled_from([0.0, 0.01, 0.15, 1.5]))
def test_a_paste_is_the_same_text_however_it_comes(
    text: str, cuts: list[int], pause: float
) -> None:
    text = text.replace(END, "")
    steps: list[Step] = []
    for chunk in chunks(text + END, cuts):
        # A Ctrl+Q alone that nothing follows is pressed, not pasted.
        steps += [chunk, pause if not set(chunk) <= set("\x03\x11") else 0.0]
    assert text_of(read(START, *steps)) == pasted(text)


@pytest.mark.parametrize("pause", [0.02, 0.15, 1.0])
@pytest.mark.parametrize("at", range(1, len(END)))
def test_an_end_mark_may_be_cut_at_any_byte(at: int, pause: float) -> None:
    pieces = read(START + "one\rtwo", END[:at], pause, END[at:], 1.0, "x")
    assert pieces == [Pasted("one\ntwo"), Typed("x")]


@pytest.mark.parametrize("at", range(1, len(END)))
def test_the_rest_of_an_end_mark_is_no_text_after_it_was_given_up(at: int) -> None:
    *pastes, typed = read(START + "one\rtwo", END[:at], 5.0, END[at:], 1.0, "x")
    assert text_of(pastes) == "one\ntwo"
    assert typed == Typed("x")


@pytest.mark.parametrize("pause", [0.02, 0.15, 3.0])
@pytest.mark.parametrize("at", range(1, len(START)))
def test_a_start_mark_may_be_cut_at_any_byte(at: int, pause: float) -> None:
    pieces = read(START[:at], pause, START[at:] + "one\rtwo" + END)
    assert pieces[-1] == Pasted("one\ntwo")
    # Nobody can tell a lone ESC from the key of that name.
    assert keys_of(pieces[:-1]) in ("", "\x1b", "\x1b[")


def test_a_paste_without_an_end_is_given_up_and_keys_work_again() -> None:
    assert read(START + "one\rtwo", 3.0, "x") == [Pasted("one\ntwo", ended=False), Typed("x")]


def test_the_rest_of_a_paste_that_was_given_up_is_pasted_too() -> None:
    pieces = read(START + "one\rtwo", 3.0, " three\r" + END)
    assert text_of(pieces) == "one\ntwo three\n"


@pytest.mark.parametrize("key", ["\x11", "\x03", "\x11\x11", "\x1b[113;5u", "\x1b[99;5u"])
def test_quitting_ends_a_paste(key: str) -> None:
    assert read(START + "one", 0.05, key) == [Pasted("one", ended=False), Typed(key)]


def test_a_control_character_on_its_own_within_a_paste_is_none_that_is_pressed() -> None:
    assert read(START + "one", "\x11", "two" + END) == [Pasted("onetwo")]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x1b[31;1mb\x1b[0mc", "abc"),
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]8;;http://x\x1b\\b", "ab"),
        ("a\x1bPq#0\x1b\\b", "ab"),
        ("a\x9b31mb\x9d0;t\x9cc", "abc"),
        ("a\x00b\x08c\x7fd", "abcd"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("\ta\t", "\ta\t"),
        ("a" + START + "b", "ab"),
    ],
)
def test_what_a_terminal_would_obey_is_taken_out_whole(text: str, kept: str) -> None:
    assert read(START + text + END) == [Pasted(kept)]


@pytest.mark.parametrize("evil", ["rm -rf x\r", "\r", "y\ry\r", "/quit\r\x11", "\x1b[A\r"])
def test_an_end_mark_in_a_paste_does_not_end_it(evil: str) -> None:
    pieces = read(START + "one" + END + evil + END)
    assert text_of(pieces) == "one" + pasted(evil)


@pytest.mark.parametrize("pause", [0.0, 0.01, 0.05])
def test_a_line_right_behind_a_paste_is_not_sent(pause: float) -> None:
    assert text_of(read(START + "one" + END, pause, "two\r")) == "onetwo\n"


def test_enter_behind_a_paste_is_enter() -> None:
    assert read(START + "one" + END + "\r") == [Pasted("one"), Typed("\r")]
    assert read(START + "one" + END, 0.5, "\r") == [Pasted("one"), Typed("\r")]
    both = read(START + "one" + END + "\r" + START + "two" + END)
    assert both == [Pasted("one"), Typed("\r"), Pasted("two")]


def test_a_mebibyte_is_one_paste() -> None:
    text = "0123456789abcde\n" * 65536
    pieces = read(START, *(text[at : at + 4096] for at in range(0, len(text), 4096)), END)
    assert pieces == [Pasted(text)]


# --- without marks


@pytest.mark.parametrize(
    ("burst", "kept"),
    [
        ("one\rtwo\rthree", "one\ntwo\nthree"),
        ("one\rtwo\r", "one\ntwo\n"),
        ("one\ntwo\nthree", "one\ntwo\nthree"),
        ("one\r\n\ttwo\r\n", "one\n\ttwo\n"),
        ("\rone", "\none"),
        ("one\r\r", "one\n\n"),
        ("y\ry\ry\r", "y\ny\ny\n"),
        ("\x1b[31mone\x1b[0m\r\x1b[32mtwo\x1b[0m\r", "one\ntwo\n"),
        ("日本\r語\r", "日本\n語\n"),
        ("one\x1b]0;t\x07\rtwo\x03\x11\x08\r", "one\ntwo\n"),
    ],
)
def test_lines_that_come_at_once_are_pasted(burst: str, kept: str) -> None:
    assert read(burst) == [Pasted(kept)]


@given(st.lists(st.integers(0, 60), max_size=6), st.sampled_from([0.0, 0.005, 0.02]))
def test_nothing_of_lines_that_come_in_parts_is_sent(cuts: list[int], pause: float) -> None:
    steps: list[Step] = []
    for chunk in chunks("first line\r\tsecond, with a tab\rthird line\r", cuts):
        steps += [chunk, pause]
    pieces = read(*steps)
    assert all("\r" not in piece.text for piece in pieces)
    assert "".join(p.text for p in pieces) == "first line\n\tsecond, with a tab\nthird line\n"


@pytest.mark.parametrize(
    "keys",
    [
        *("\r", "hello\r", "send this\x7f\x7f\x7f\x7fthat\r", "one\ntwo\r", "\r\r", "é\r"),
        *("one\x1b\rtwo\r", "hello\r\x1b[Z", "/ag\t", "\x1b[1;3Ac", "\x1bOM"),
        "\x1b[<0;3;4M\x1b[<0;3;4m",
    ],
)
def test_what_a_person_or_a_script_types_is_typed(keys: str) -> None:
    assert keys_of(read(keys)) == keys


def test_enter_is_enter_when_the_next_key_comes_later() -> None:
    assert keys_of(read("one\r", 0.05, "two\r")) == "one\rtwo\r"


def test_a_long_line_is_pasted_and_its_enter_typed() -> None:
    assert read("x" * 100 + "\r") == [Pasted("x" * 100), Typed("\r")]


def test_keys_end_a_paste_and_what_a_terminal_says_by_itself_does_not() -> None:
    pieces = read("one\rtwo\r", "\x1b[<35;1;1M", "three\r", 0.05, "\x1b[A")
    assert pieces == [Typed("\x1b[<35;1;1M"), Pasted("one\ntwo\nthree\n"), Typed("\x1b[A")]


@pytest.mark.parametrize("sequence", ["\x1b[A", "\x1bOP", "\x1b[15~", "\x1b[1;3A", "\x1b\x1b[A"])
def test_a_key_that_comes_in_parts_is_one(sequence: str) -> None:
    for at in range(1, len(sequence)):
        assert keys_of(read(sequence[:at], 0.05, sequence[at:])) == sequence


def test_escape_alone_is_a_key_after_a_moment() -> None:
    assert read("\x1b", 0.2, "x") == [Typed("\x1b"), Typed("x")]
