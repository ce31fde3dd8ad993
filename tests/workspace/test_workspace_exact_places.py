"""Which lines of a file that is being changed were which before."""

from __future__ import annotations

from robotui.workspace.hunks.exact_places import Text


def test_the_lines_of_a_file_are_where_they_were() -> None:
    text = Text(["a\n", "b\n", "c\n"])
    assert list(text.origin) == [0, 1, 2]
    assert [text.now_at(line) for line in (0, 2, 3)] == [0, 2, 3]
    assert [text.behind(line) for line in (0, 2)] == [1, 3]
    assert text.span(1, 3) == (1, 3)


def test_lines_that_a_change_has_put_there_were_nowhere() -> None:
    text = Text(["new\n", "a\n", "newer\n", "b\n"], [-1, 0, -1, 1])
    assert [text.now_at(line) for line in (0, 1, 2)] == [1, 3, 4]
    assert [text.behind(line) for line in (0, 1)] == [2, 4]
    assert text.span(0, 2) == (0, 1)
    assert text.span(2, 3) == (1, 1)
    assert text.span(0, 1) == (0, 0)
