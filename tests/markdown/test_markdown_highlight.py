"""Colours of code: they cover each line, and come line by line where the lexer allows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.markdown import highlight
from robotui.markdown.blocks import Span

PYTHON = [
    'def f(x: int) -> str:  # say "x"',
    '    """Doc."""',
    '    return f"{x}" + str(1.5)',
    "",
    "@d",
]


def covered(spans: list[tuple[Span, ...]], lines: list[str]) -> bool:
    return [s[-1].end if s else 0 for s in spans] == [len(line) for line in lines]


@pytest.mark.parametrize(
    "language", ["python", "py", "bash", "js", "json", "html", "c", "yaml", "diff"]
)
def test_complete_code_is_coloured_line_by_line(language: str) -> None:
    spans = highlight.exact(language, PYTHON)
    assert spans is not None
    assert covered(spans, PYTHON)


@pytest.mark.parametrize("language", ["", "nosuchlanguage"])
def test_an_unknown_language_is_plain(language: str) -> None:
    assert highlight.exact(language, PYTHON) is None
    growing = highlight.Growing(language)
    assert growing.line("x") == ()


def test_growing_code_gets_the_colours_of_complete_code() -> None:
    growing = highlight.Growing("python")
    code = ["x = '''one", "two'''", *PYTHON]
    assert [growing.line(line) for line in PYTHON[2:]] == (highlight.exact("python", PYTHON) or [])[
        2:
    ]
    assert covered([growing.line(line) for line in code], code)


def test_the_state_goes_on_to_the_next_line() -> None:
    growing = highlight.Growing("python")
    growing.line("x = '''one")
    assert {span.key for span in growing.line("two'''")} == {"token-string"}
    assert {span.key for span in growing.line("three")} == {""}


def test_an_unfinished_line_leaves_no_trace() -> None:
    growing, other = highlight.Growing("python"), highlight.Growing("python")
    growing.line("x = '''a", last=True)
    assert growing.line("x = 1") == other.line("x = 1")


def test_json_has_to_be_complete() -> None:
    assert highlight.exact("json", ['{"a": 1}']) != [()]
    assert highlight.Growing("json").line('{"a": 1}') == ()


def test_code_that_is_too_long_is_not_coloured_as_a_whole() -> None:
    assert highlight.exact("python", ["x" * highlight.EXACT_LIMIT, "y"]) is None


@given(
    st.sampled_from(["python", "bash", "js", "html", "css", "rust", "toml", "diff"]),
    st.lists(st.text("abc'\"#/*<>{}()[]=:\\ \t`$@0é日", max_size=20), max_size=5),
)
def test_growing_covers_whatever_comes(language: str, lines: list[str]) -> None:
    growing = highlight.Growing(language)
    assert covered([growing.line(line) for line in lines], lines)
