"""Markdown source to blocks, in one go. The parser is loaded when it is first needed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from robotui.markdown.build import DEEPEST, Builder, Parsed, Start
from robotui.markdown.fences import read_fence

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore

_MARKERS: Final = 2_000
"""Brackets and asterisks in a paragraph; no text that was meant to be read has so many."""


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    from robotui.markdown.cells import read_table
    from robotui.markdown.formulas import read_formula_lines
    from robotui.markdown.literals import read_emphasis, read_escape

    # What is nested deeper than the parser's bound it drops; so it gets some levels more.
    parser = MarkdownIt("commonmark", {"maxNesting": DEEPEST + 20})
    parser.core.ruler.before("inline", "bound", _bound)
    interrupts = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.at("fence", read_fence, {"alt": interrupts})
    parser.block.ruler.at("table", read_table, {"alt": ["paragraph", "reference"]})
    parser.block.ruler.before("lheading", "formula", read_formula_lines, {"alt": interrupts})
    parser.inline.ruler.at("escape", read_escape)
    parser.inline.ruler.at("emphasis", read_emphasis)
    return parser.enable(["table", "strikethrough"])


def _bound(state: StateCore) -> None:
    """Paragraphs with masses of markers become plain text: parsing takes their number squared."""
    from markdown_it.token import Token

    for token in state.tokens:
        if token.type == "inline" and len(token.content) > _MARKERS:
            markers = token.content.count("[") + token.content.count("*") + token.content.count("_")
            if markers > _MARKERS:
                token.type = "plain"
                token.children = [Token("text", "", 0, content=token.content)]


def parse(
    lines: list[str], start: Start, references: dict[str, Any], *, final: bool = True
) -> Parsed:
    """Parse source lines; link definitions found are added to ``references`` (the first wins).

    If they are not ``final``, more lines may come.
    """
    text = "".join(lines)
    environment = {
        "references": references,
        "final": final,
        "formulas": "$$" in text or "\\" in text,
    }
    tokens = _parser().parse(text, environment)
    return Builder(lines, start).build(tokens)


def label(text: str) -> str:
    """A link label as ``references`` has it."""
    from markdown_it.common.utils import normalizeReference

    return normalizeReference(text)
