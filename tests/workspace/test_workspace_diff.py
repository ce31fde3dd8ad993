from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from robotui.workspace.diff import Diff, Row, changed
from robotui.workspace.lines.align import matches, pairs, steps

texts = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "", "  x = 1", "  x = 2", "}", "long line of words"]),
        st.sampled_from(["\n", "\n", "\n", "\r\n", ""]),
    ),
    max_size=30,
).map(lambda lines: "".join(text + end for text, end in lines))
sequences = st.lists(st.integers(0, 8), max_size=25)


def signs(diff: Diff) -> str:
    return "".join(row.sign for row in diff.unified)


def rebuilt(diff: Diff, rows: Iterable[Row], sign: str) -> str:
    """One of the texts out of the rows; a gap is taken from the text before."""
    found = ""
    for row in rows:
        if row.sign == "…" and row.old is not None:
            found += "".join(diff.old[row.old - 1 : row.old - 1 + row.hidden])
        elif row.sign in (" ", sign):
            found += row.text + row.end
    return found


@given(texts, texts, st.sampled_from([None, 0, 1, 3]))
def test_the_rows_rebuild_both_texts(before: str, after: str, context: int | None) -> None:
    diff = Diff.of(before, after, context)
    assert rebuilt(diff, diff.unified, "-") == before
    assert rebuilt(diff, diff.unified, "+") == after
    left = [row for row, _ in diff.side_by_side if row is not None]
    right = [row for _, row in diff.side_by_side if row is not None]
    assert rebuilt(diff, left, "-") == before
    assert rebuilt(diff, right, "+") == after


@given(texts, texts)
def test_rows_are_numbered_as_the_lines_are(before: str, after: str) -> None:
    diff = Diff.of(before, after)
    for row in diff.unified:
        if row.sign != "…":
            assert row.old is None or diff.old[row.old - 1] == row.text + row.end
            assert row.new is None or diff.new[row.new - 1] == row.text + row.end
    assert diff.removed == signs(diff).count("-")
    assert diff.added == signs(diff).count("+")


@given(sequences, sequences)
def test_matches_are_equal_and_in_order(old: list[int], new: list[int]) -> None:
    at = to = 0
    for start, begin, length in matches(old, new):
        assert length > 0
        assert (start, begin) >= (at, to)
        assert start >= at
        assert begin >= to
        assert old[start : start + length] == new[begin : begin + length]
        at, to = start + length, begin + length


@given(sequences, sequences)
def test_steps_lead_from_one_to_the_other(old: list[int], new: list[int]) -> None:
    built: list[int] = []
    at = 0
    for tag, a, b, c, d in steps(old, new):
        assert (a, c) == (at, len(built))
        assert tag == "equal" or old[a:b] != new[c:d]
        built += new[c:d]
        at = b
    assert at == len(old)
    assert built == new


@given(st.lists(st.text("abc ", max_size=6), max_size=8), st.lists(st.text("abc ", max_size=6)))
def test_pairs_have_every_line_once_and_in_order(old: list[str], new: list[str]) -> None:
    found = pairs(old, new)
    assert [a for a, _ in found if a is not None] == list(range(len(old)))
    assert [b for _, b in found if b is not None] == list(range(len(new)))


def test_changed_lines_stand_beside_each_other() -> None:
    before = "def f(a):\n    return a\n"
    after = "import os\ndef f(a, b):\n    return a\n"
    sides = [
        (left and left.text, right and right.text)
        for left, right in Diff.of(before, after).side_by_side
    ]
    assert sides == [
        (None, "import os"),
        ("def f(a):", "def f(a, b):"),
        ("    return a", "    return a"),
    ]


def test_what_changed_in_a_line() -> None:
    assert changed("x = one + 2", "x = two + 2") == ((4, 7),)
    assert changed("call(a, b)", "call(a)") == ((6, 9),)
    assert changed("call(a)", "call(a, b)") == ()
    assert changed("alpha beta", "?!") == ()
    assert changed("a " * 5000, "b " * 5000) == ()


def test_unchanged_lines_are_left_out_away_from_changes() -> None:
    before = "".join(f"{number}\n" for number in range(1, 31))
    diff = Diff.of(before, before.replace("15\n", "x\n"))
    assert signs(diff) == "…   -+   …"
    gaps = [(row.old, row.hidden) for row in diff.unified if row.sign == "…"]
    assert gaps == [(1, 11), (19, 12)]
    assert signs(Diff.of(before, before)) == "…"
    assert signs(Diff.of("", "")) == ""
    # A gap of one line would not save anything.
    assert signs(Diff.of("a\nb\nc\nd\ne\n", "A\nb\nc\nd\ne\n")) == "-+    "


def test_line_endings_and_the_last_newline_count() -> None:
    diff = Diff.of("a\r\nb\n", "a\nb")
    assert [(row.sign, row.text, row.end) for row in diff.unified] == [
        ("-", "a", "\r\n"),
        ("-", "b", "\n"),
        ("+", "a", "\n"),
        ("+", "b", ""),
    ]
    assert diff.endings == {"\r\n", "\n"}


def test_lines_that_moved_far_keep_what_is_around_them_together() -> None:
    old = [f"line {number}" for number in range(3000)]
    new = [*old[1500:], *old[:1500]]
    diff = Diff.of("\n".join(old), "\n".join(new))
    assert diff.added < 1510
