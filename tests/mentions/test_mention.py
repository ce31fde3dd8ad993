"""Mentions of files in a prompt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.mentions.mention import Mention, mentions, typed_path


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("@app.py", [Mention("app.py")]),
        ("see @src/app.py:10-40 there", [Mention("src/app.py", 10, 40)]),
        ("see @src/app.py:7", [Mention("src/app.py", 7, 7)]),
        ("is @src/app.py:40-10, wrong?", [Mention("src/app.py", 10, 40)]),
        ('@"a file.md":2-3 and (@b.py)', [Mention("a file.md", 2, 3), Mention("b.py")]),
        ("@src/", [Mention("src/")]),
        ("What does @src/app.py do? And @b.py.", [Mention("src/app.py"), Mention("b.py")]),
        ("mail me@example.org, and @@ no", []),
        ("line\n@last.txt", [Mention("last.txt")]),
        ('"@quoted.py"', [Mention("quoted.py")]),
    ],
)
def test_what_is_mentioned(prompt: str, expected: list[Mention]) -> None:
    shortest = [readings[-1] for readings in mentions(prompt)]
    assert shortest == expected


def test_a_name_may_end_like_a_sentence_or_in_a_line_number() -> None:
    [readings] = mentions("look at @odd.:3.")
    assert readings == (
        Mention("odd.:3."),
        Mention("odd.:3"),
        Mention("odd.", 3, 3),
    )


@pytest.mark.parametrize("path", ["a b.md", "@types/x.ts", "@a b/", "src/a.py"])
def test_a_path_that_is_written_as_a_mention_is_read_back(path: str) -> None:
    [readings] = mentions(f"see {Mention(path)} there")
    assert readings[0] == Mention(path)


@pytest.mark.parametrize(
    ("before", "path"),
    [
        ("@", ""),
        ("what is @sr", "sr"),
        ("(@a/b", "a/b"),
        ('@"a fi', "a fi"),
        ("me@ex", None),
        ("@a ", None),
        ('@"a" ', None),
        ("", None),
        ("x\n@y", "y"),
    ],
)
def test_what_is_being_typed(before: str, path: str | None) -> None:
    assert typed_path(before) == path


@given(
    st.text("ab/._-", min_size=1, max_size=9).filter(lambda path: path[-1] not in ".-"),
    st.integers(1, 500),
    st.integers(0, 500),
)
def test_what_is_written_is_read_again(path: str, first: int, more: int) -> None:
    for mention in (Mention(path), Mention(path, first, first + more)):
        [readings] = mentions(f"see {mention}, please")
        assert mention in readings


@given(st.text('@":-.,09 \na/(', max_size=30))
def test_any_prompt_can_be_read(prompt: str) -> None:
    assert all(reading.path for readings in mentions(prompt) for reading in readings)
    typed_path(prompt)
