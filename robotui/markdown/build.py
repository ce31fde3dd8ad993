"""Markdown-it's tokens to blocks, with the places at which the source can be cut.

A ``Unit`` is a top-level block, or an item of a top-level list: parsing the source again from its
line on gives the same blocks as parsing all of it, whatever comes later. ``document`` uses this to
parse only the end of a reply that is coming in.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from robotui.edits import line_mention
from robotui.markdown.blocks import (
    Block,
    CodeBlock,
    Line,
    Margin,
    Paragraph,
    Table,
    lead_of,
)
from robotui.markdown.containers import Containers
from robotui.markdown.fences import info_string
from robotui.markdown.inline import cell_of, styled, task_state
from robotui.markdown.sentences import in_sentence
from robotui.markdown.source import split_lines, without_ending
from robotui.text import printable_line

if TYPE_CHECKING:
    from markdown_it.token import Token

DEEPEST: Final = 80
"""Levels; what is nested deeper is shown as its source."""

Extent = tuple[int, int]
"""The first line of something in the source, and the line after its last."""


@dataclass(slots=True, frozen=True)
class Start:
    """What came before the source to parse, as far as it matters."""

    gap: Margin | None = None
    """The gap of the first block."""
    codes: int = 0
    """How many code blocks came before."""
    number: int | None = None
    """The source begins in the midst of a top-level list, with its item of this number."""
    above: str = ""
    """The last line of the text that comes right before, if text comes right before."""


@dataclass(slots=True, frozen=True)
class Unit:
    """A place at which the source can be cut."""

    line: int
    """Where to cut: behind the block before, in front of blank lines and link definitions."""
    begins: int
    """The line on which the block or item itself begins."""
    blocks: int
    """How many blocks come before it."""
    codes: int
    """How many code blocks come before it, since the beginning."""
    number: int | None
    """The number of the item if it is one."""
    above: str
    """The last line of the text that comes right before it; empty if something else does."""


@dataclass(slots=True)
class Parsed:
    """The blocks of a source and its units, in order."""

    blocks: list[Block] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    open_fence: bool = False
    """The last unit is a fence without its closing line."""


class Builder:
    """Turns the tokens of one source into blocks."""

    def __init__(self, source: list[str], start: Start) -> None:
        self._source = source
        self._start = start
        self._number = start.number
        self._codes = start.codes
        self._above = start.above
        self._out = Parsed()
        self._around = Containers()
        self._end: int | None = None
        """The line after the block before; None for the first of a top-level block."""

    def build(self, tokens: list[Token]) -> Parsed:
        """The blocks that the tokens stand for."""
        at = after = 0
        while at < len(tokens):
            close = _close_of(tokens, at)
            begins, end = _extent(tokens[at])
            self._unit(after, begins, None if after else self._start.number)
            self._end = None
            while at <= close:
                at += self._take(tokens, at)
            after = end
        last = self._out.blocks[-1] if self._out.blocks else None
        if isinstance(last, CodeBlock) and tokens[-1].type == "fence":
            self._out.open_fence = not last.closed
        return self._out

    def _unit(self, line: int, begins: int, number: int | None) -> None:
        blocks = len(self._out.blocks)
        self._out.units.append(Unit(line, begins, blocks, self._codes, number, self._above))

    def _take(self, tokens: list[Token], at: int) -> int:
        """Take the token, with those that belong to it; return how many they are."""
        token = tokens[at]
        if token.level == 0 or (token.level == 1 and token.type == "list_item_open"):
            close = _close_of(tokens, at)
            deep = any(part.level >= DEEPEST for part in tokens[at : close + 1])
            if deep and not token.type.endswith("list_open"):
                self._too_deep(token)
                return close + 1 - at
        match token.type:
            case "paragraph_open":
                self._paragraph(token, tokens[at + 1])
                return 3
            case "heading_open":
                self._paragraph(token, tokens[at + 1], int(token.tag[1:]))
                return 3
            case "table_open":
                close = _close_of(tokens, at)
                self._table(token, tokens[at : close + 1])
                return close - at + 1
            case "fence" | "code_block":
                self._code(token)
            case "html_block":
                self._plain(_extent(token), token.content.rstrip("\n").split("\n"))
            case "hr":
                self._text(_extent(token), [Line("", wrap="rule", lead="---")])
            case _:
                self._container(token)
        return 1

    # -- containers

    def _container(self, token: Token) -> None:
        around = self._around
        begins, _ = _extent(token)
        match token.type:
            case "ordered_list_open":
                number = int(token.attrs.get("start", 1))
                first, self._number = self._number, None
                around.open_list(token.markup, number if first is None else first)
            case "bullet_list_open":
                self._number = None
                around.open_list(token.markup, None)
            case "bullet_list_close" | "ordered_list_close":
                around.close_list()
            case "list_item_open":
                self._item_unit(begins)
                around.open_item(begins)
            case "blockquote_open":
                around.open_quote(begins)
            case "list_item_close" | "blockquote_close":
                if around.is_new_item:
                    line = around.begins(0)
                    self._text((line, line + 1), [Line("")])
                around.close()
            case _:
                raise AssertionError(f"unknown Markdown token {token.type}")

    def _item_unit(self, begins: int) -> None:
        before, number = self._around.next_item()
        # With a "|" the item's line could be taken for the header of a table.
        if not self._around and before and "|" not in self._source[begins]:
            self._unit(begins, begins, number)

    def _too_deep(self, token: Token) -> None:
        extent = _extent(token)
        if token.type == "list_item_open":
            self._item_unit(extent[0])
        self._plain(extent, [without_ending(line) for line in self._source[slice(*extent)]])

    # -- blocks

    def _add(self, block: Block, extent: Extent) -> None:
        begins, end = extent
        if not self._out.blocks:
            block.gap = self._start.gap
        elif self._end is None:
            block.gap = ()
        elif self._around.begins(begins) > self._end:
            block.gap = self._around.gap()
        self._around.use()
        self._end = end
        self._above = ""
        self._out.blocks.append(block)

    def _text(self, extent: Extent, lines: list[Line]) -> None:
        margins = self._around.margins()
        placed = []
        for at, line in enumerate(lines):
            first = margins.rest if at else margins.first
            lead = lead_of(first) + line.lead
            placed.append(replace(line, first=first, rest=margins.rest, lead=lead))
        self._add(Paragraph(lines=placed), extent)

    def _paragraph(self, token: Token, inline: Token, level: int = 0) -> None:
        children = inline.children or []
        if self._around.is_new_item and not level and (state := task_state(children)):
            self._around.set_task(state)
        texts = styled(children, f"heading{level}" if level else "")
        lead = "#" * level + " " if level else ""
        self._text(_extent(token), [Line(text, spans, lead=lead) for text, spans in texts])
        self._above = inline.content.rpartition("\n")[2]

    def _plain(self, extent: Extent, texts: list[str]) -> None:
        """Source as it is."""
        self._text(extent, [Line(printable_line(text), wrap="fold") for text in texts])

    def _code(self, token: Token) -> None:
        begins, _ = _extent(token)
        content = split_lines(token.content)
        lines = [
            without_ending(line) + source[len(without_ending(source)) :]
            for line, source in zip(
                content, self._source[begins + (token.type == "fence") :], strict=False
            )
        ]
        closed = token.meta.get("closed", True)
        self._codes += 1
        block = CodeBlock(None, self._codes, info_string(token.info), lines, closed)
        margins = self._around.margins()
        block.first, block.rest = margins.first, margins.rest
        block.above = in_sentence(self._above)
        block.above_told = line_mention(self._above)
        self._add(block, _extent(token))

    def _table(self, token: Token, tokens: list[Token]) -> None:
        margins = self._around.margins()
        table = Table(first=margins.first, rest=margins.rest)
        for at, part in enumerate(tokens):
            if part.type == "tr_open":
                table.rows.append([])
            elif part.type in {"th_open", "td_open"}:
                head = part.type == "th_open"
                cell = cell_of(tokens[at + 1].children or [], "th" if head else "")
                table.rows[-1].append(cell)
                if head:
                    style = str(part.attrs.get("style", "text-align:left"))
                    table.aligns.append(style.removeprefix("text-align:"))
        self._add(table, _extent(token))


def _extent(token: Token) -> Extent:
    first, last = token.map or (0, 0)
    return first, last


def _close_of(tokens: list[Token], at: int) -> int:
    """The index of the token that closes the one at ``at``."""
    level = tokens[at].level
    if tokens[at].nesting < 1:
        return at
    return next(i for i in range(at + 1, len(tokens)) if tokens[i].level == level)
