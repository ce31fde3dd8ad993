"""Growing text gives the same blocks as the whole text at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.markdown.blocks import Block, CodeBlock
from robotui.markdown.build import Start
from robotui.markdown.document import Document
from robotui.markdown.parse import parse
from robotui.markdown.source import split_lines
from tests.markdown.samples import CORPUS, cuts, documents


def at_once(text: str, *, final: bool = True) -> list[Block]:
    document = Document()
    document.feed(text)
    if final:
        document.finish()
    return document.blocks


@pytest.mark.parametrize("text", CORPUS)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 40])
def test_every_prefix_equals_the_prefix_given_at_once(text: str, size: int) -> None:
    growing = Document()
    for at in range(0, len(text), size):
        growing.feed(text[at : at + size])
        assert growing.blocks == at_once(text[: at + size], final=False)
    growing.finish()
    assert growing.blocks == at_once(text)


@given(st.data())
def test_any_chunking_gives_the_same_blocks(data: st.DataObject) -> None:
    text = data.draw(documents)
    growing, came = Document(), ""
    for piece in data.draw(cuts(text)):
        growing.feed(piece)
        came += piece
        assert growing.blocks == at_once(came, final=False)
    growing.finish()
    assert growing.blocks == at_once(text)


@given(st.data())
def test_blocks_need_not_be_asked_for_in_between(data: st.DataObject) -> None:
    text = data.draw(documents)
    growing = Document()
    for piece in data.draw(cuts(text)):
        growing.feed(piece)
    growing.finish()
    assert growing.blocks == at_once(text)


@given(documents)
def test_a_finished_document_is_what_one_parse_gives(text: str) -> None:
    blocks = parse(split_lines(text), Start(), {}).blocks
    open_end = isinstance(blocks[-1], CodeBlock) and not blocks[-1].closed if blocks else False
    if not open_end:
        assert at_once(text) == blocks


def test_stable_blocks_stay_the_same_objects() -> None:
    document = Document()
    document.feed("# Head\n\nfirst\n\n- a\n- b\n- c")
    before = list(document.blocks)
    document.feed("d\n- e\n")
    assert [a is b for a, b in zip(before, document.blocks, strict=False)] == [True] * 4 + [False]


def test_an_open_code_block_grows_in_place() -> None:
    document = Document()
    document.feed("```py\na")
    (block,) = document.code_blocks
    assert (block.source, block.closed) == ("a", False)
    document.feed("b\nc\n``")
    assert document.code_blocks[0] is block
    assert (block.source, block.closed) == ("ab\nc\n", False)
    document.feed("`\n")
    assert document.code_blocks[0] is block
    assert (block.source, block.closed) == ("ab\nc\n", True)


def test_code_blocks_are_numbered_over_the_reply() -> None:
    document = Document(codes=2)
    document.feed("```\na\n```\n\n    b\n\n- ```\n  c\n  ```\n- ```\n  d")
    assert [block.number for block in document.code_blocks] == [3, 4, 5, 6]


def test_a_definition_that_comes_late_resolves_what_was_said_before() -> None:
    document = Document()
    document.feed("see [the docs]\n\npara\n\npara\n\n")
    assert "http" not in str(document.blocks[0])
    document.feed("[the docs]: http://docs.exa")
    assert "http" not in str(document.blocks[0])
    document.feed("mple/\n")
    assert "http://docs.example/" in str(document.blocks[0])


def test_markers_are_held_back_until_they_are_complete() -> None:
    document = Document()
    document.feed("text\n\n``")
    assert len(document.blocks) == 1
    document.feed("`python")
    assert len(document.blocks) == 1
    document.feed("\n")
    assert [block.language for block in document.code_blocks] == ["python"]
