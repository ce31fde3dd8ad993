"""Edges of what Markdown is read as: the deepest nesting, the end of a bare address."""

from __future__ import annotations

import pytest

from robotui.markdown import Document
from robotui.markdown.blocks import Paragraph
from robotui.markdown.build import DEEPEST
from robotui.markdown.inline import trim_url


def first_line(text: str) -> str:
    document = Document()
    document.feed(text)
    document.finish()
    block = document.blocks[0]
    assert isinstance(block, Paragraph)
    return block.lines[0].text


@pytest.mark.parametrize(
    ("quotes", "is_read"), [(DEEPEST - 3, True), (DEEPEST - 2, True), (DEEPEST - 1, False)]
)
def test_text_at_the_deepest_level_is_the_first_that_is_shown_as_its_source(
    quotes: int, is_read: bool
) -> None:
    # The text in a paragraph is a level deeper than the paragraph, and that than its quotes.
    text = "> " * quotes + "deep"
    assert first_line(text + "\n") == ("deep" if is_read else text)


@pytest.mark.parametrize("mark", [*".,:;!?*_~"])
def test_a_mark_at_the_end_is_the_sentence_s(mark: str) -> None:
    assert trim_url(f"https://host/a{mark}") == "https://host/a"
    assert trim_url(f"https://host/a{mark}{mark}") == "https://host/a"
    assert trim_url(f"https://host/a{mark}b") == f"https://host/a{mark}b"


@pytest.mark.parametrize(
    ("url", "trimmed"),
    [
        ("https://host/~", "https://host/"),
        ("https://host/~user", "https://host/~user"),
        ("https://host/a(b)~)", "https://host/a(b)"),
        ("https://host/a[1]", "https://host/a[1]"),
        ("https://host/a]~.", "https://host/a"),
        ("~~", ""),
        ("https://host/-", "https://host/-"),
    ],
)
def test_an_address_ends_before_the_marks_around_it(url: str, trimmed: str) -> None:
    assert trim_url(url) == trimmed
