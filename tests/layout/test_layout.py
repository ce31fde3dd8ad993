"""Heights, breaks and rows: nothing is lost, nothing is wider than the screen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from robotui.chats.transcript import Transcript
from robotui.chats.turns import Did, Remark, Said
from robotui.layout.code_section import CodeSection
from robotui.layout.heights import Heights
from robotui.layout.reply_entry import section_of
from robotui.layout.rows import line_breaks, line_row
from robotui.layout.scrollback import Place, Scrollback
from robotui.layout.wrap import breaks, cells_of
from robotui.markdown import Document
from robotui.markdown.blocks import Line, Piece
from tests.markdown.samples import CORPUS, documents

texts = st.lists(st.sampled_from([*"ab c\t日é-", "👩‍💻", "e\u0301"]), max_size=40).map("".join)


@given(st.lists(st.tuples(st.sampled_from("asp"), st.integers(0, 99), st.integers(0, 5))))
def test_heights_are_a_list_with_sums(steps: list[tuple[str, int, int]]) -> None:
    heights, plain = Heights([3, 0, 2]), [3, 0, 2]
    for step, index, height in steps:
        if step == "a":
            heights.append(height)
            plain.append(height)
        elif step == "p" and plain:
            heights.pop()
            plain.pop()
        elif plain:
            heights[index % len(plain)] = plain[index % len(plain)] = height
    assert [heights[at] for at in range(len(heights))] == plain
    assert [heights.top(at) for at in range(len(plain) + 1)] == [
        sum(plain[:at]) for at in range(len(plain) + 1)
    ]
    expected = [(at, row) for at, height in enumerate(plain) for row in range(height)]
    assert [heights.find(row) for row in range(heights.total)] == expected


@given(texts, st.integers(2, 20), st.booleans())
def test_broken_lines_fit_and_are_whole(text: str, width: int, words: bool) -> None:
    starts = breaks(text, width, words=words)
    assert starts[0] == 0
    assert list(starts) == sorted(set(starts))
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        row = text[start:end].rstrip(" \t") if words else text[start:end]
        assert "\t" in row or cell_len(row) <= width


def test_words_stay_whole_where_they_can() -> None:
    def rows(text: str, width: int) -> list[str]:
        starts = breaks(text, width, words=True)
        return [text[i:j] for i, j in zip(starts, [*starts[1:], len(text)], strict=True)]

    assert rows("hello world foo", 8) == ["hello ", "world ", "foo"]
    assert rows("a verylongword b", 6) == ["a ", "verylo", "ngword ", "b"]
    assert rows("日本語 word", 6) == ["日本語 ", "word"]
    assert rows("日本語日本語", 5) == ["日本", "語日", "本語"]
    assert rows("a👩‍💻b", 3) == ["a👩‍💻", "b"]


def test_text_from_right_to_left_stays_in_its_order() -> None:
    text = "שלום עולם, e\u0301 مرحبا بالعالم " * 3
    line = Line(text.strip())
    starts = line_breaks(line, 16)
    rows = [line_row(line, starts, at, 16) for at in range(len(starts))]
    assert " ".join("".join(run.text for run in row) for row in rows) == line.text


def test_a_tab_reaches_to_its_stop() -> None:
    assert cells_of("a\tb\t") == 8
    line = Line("a\tb", wrap="fold")
    row = line_row(line, line_breaks(line, 20), 0, 20)
    assert [(run.text, run.start, run.length) for run in row] == [
        ("a", 0, 1),
        ("   ", 1, 1),
        ("b", 2, 1),
    ]


def test_what_stands_at_the_right_gives_way() -> None:
    pieces = (Piece(" long "), Piece(" key "))
    line = Line("text", right=pieces)

    def shown(width: int) -> str:
        return "".join(run.text for run in line_row(line, (0,), 0, width))

    assert shown(20) == "text      long  key "
    assert shown(12) == "text    key "
    assert shown(8) == "text"


@given(documents, st.integers(1, 60))
def test_every_character_is_shown_once_and_rows_fit(text: str, width: int) -> None:
    document = Document()
    document.feed(text)
    document.finish()
    for block in document.blocks:
        section = section_of(block, {})
        if isinstance(section, CodeSection):
            section.refresh(final=True, hint=False)
        height = section.lay_out(width)
        seen: dict[int, list[int]] = {}
        for row in range(height):
            at = section.line_at(row)
            places = seen.setdefault(at, [])
            for run in section.row(row):
                assert run.start < 0 or run.length in {len(run.text), 1} or run.text == "|"
                places += range(run.start, run.start + run.length)
        for at, places in seen.items():
            line = section.lines[at].text
            hidden = set(range(len(line))) - set(places)
            assert len(places) == len(set(places))
            assert {line[place] for place in hidden} <= set(" \t|-:")


def test_any_width_will_do() -> None:
    chat = Transcript()
    for text in CORPUS:
        reply = chat.ask(text, "RepoAgent")
        reply.parts += [Said([text]), Did(text, text, text), Remark("warning", text, text)]
    chat.note("error", CORPUS[3], CORPUS[3], retry=True)
    chat.switch("FrontEndAgent", "RepoAgent")
    log = Scrollback()
    log.load(chat.turns)
    for width in (1, 2, 7, 20, 200):
        log.resize(width)
        for index in range(len(log.entries)):
            log.measure(index)
        for row in range(log.heights.total):
            place = log.place_of(row)
            assert log.row_of(place) <= row
            index, inner = log.heights.find(row)
            section, at = log.entries[index].stack.locate(inner)
            assert section.row(at) is not None


def test_text_between_two_places() -> None:
    chat = Transcript()
    chat.ask("one\ntwo", "RepoAgent").parts.append(Said(["# Head\n\n- a\n  b\n- c"]))
    log = Scrollback()
    log.load(chat.turns)
    log.resize(40)
    assert log.text(Place(0, 1, 1), Place(1, 4, 1)) == "ne\ntwo\n\n# Head\n\n- a"
    assert log.text(Place(0, 1, 1), Place(0, 1, 2)) == "n"
    assert log.text(Place(1, 4, 0), Place(99, 99, 99)) == "- a b\n- c"


def test_places_fit_31_bits_and_keep_their_order() -> None:
    places = [Place(0, 0, 0), Place(0, 70_000, 0), Place(1, 0, 0), Place(99_999, 99_999, 0)]
    numbers = [place.y for place in places]
    assert numbers == sorted(numbers)
    assert numbers[-1] < 2**31
    assert Place.at(Place(12, 34, 0).y, 5) == Place(12, 34, 5)
