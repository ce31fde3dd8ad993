"""The parts that an entry of the log is made of: some lines, laid out for one width.

A section knows its height before any of its rows is made. Its lines are what is selected and
copied; the rows show where in the lines they come from.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import Any, Final

from robotui.markdown import highlight
from robotui.markdown.blocks import Block, CodeBlock, Line, Margin, Paragraph, Piece, Span, Table
from robotui.text import one_line, printable
from robotui.ui.widgets.rows import Row, Run, line_breaks, line_row
from robotui.ui.widgets.table_rows import TableLayout

_CODE: Final = "code-block"
_EDGE: Final = Piece(" ", _CODE)

_CATCH_UP: Final = 2000
"""Lines of code that are coloured in one go to get to a line that is shown."""


class Section:
    """Lines one below the other.

    ``subject`` is what a click on the section is about: a code block, an activity, a notice.
    ``indent`` is how many cells are left free at the left. ``strips`` belongs to whoever paints.
    """

    def __init__(self, lines: list[Line], subject: Any = None, indent: int = 0) -> None:
        self.lines = lines
        self.subject = subject
        self.indent = indent
        self.strips: dict[int, Any] = {}
        self.height = 0
        self._width = 0
        self._breaks: list[tuple[int, ...]] = []
        self._tops: list[int] = []

    def lay_out(self, width: int) -> int:
        """Fit the lines to this many cells and return the height in rows."""
        if width != self._width:
            self._width = width
            self._lay_out_from(0)
        return self.height

    def line_at(self, row: int) -> int:
        """The line that a row belongs to."""
        return bisect_right(self._tops, row) - 1

    def row(self, row: int) -> Row:
        """What a row shows."""
        at = self.line_at(row)
        made = self._line_row(at, row - self._tops[at])
        return [Run(" " * self.indent, ""), *made] if self.indent else made

    def start_of(self, row: int) -> int:
        """The offset in its line at which a row begins."""
        at = self.line_at(row)
        return self._breaks[at][row - self._tops[at]]

    def row_of(self, line: int, offset: int) -> int:
        """The row that shows this place."""
        line = max(0, min(line, len(self.lines) - 1))
        return self._tops[line] + bisect_right(self._breaks[line], offset) - 1

    def fill(self, row: int) -> str:
        """The style of a row where nothing stands."""
        return self.lines[self.line_at(row)].fill

    @property
    def _inner(self) -> int:
        return self._width - self.indent

    def _lay_out_from(self, first: int) -> None:
        """Fit the lines from the one at ``first`` on; those before are fitted already."""
        top = self._tops[first] if first < len(self._tops) else self.height
        if first == 0:
            top = 0
        for row in [row for row in self.strips if row >= top]:
            del self.strips[row]
        new = [line_breaks(line, self._inner) for line in self.lines[first:]]
        self._breaks[first:] = new
        *tops, self.height = accumulate((len(starts) for starts in new), initial=top)
        self._tops[first:] = tops

    def _line_row(self, at: int, row: int) -> Row:
        return line_row(self.lines[at], self._breaks[at], row, self._inner)


class CodeSection(Section):
    """A code block: a header with its number, and its lines on a background of their own.

    The block may grow; ``refresh`` takes that in.
    """

    def __init__(self, block: CodeBlock, indent: int = 0) -> None:
        super().__init__([], block, indent)
        self._block = block
        self._hint = False
        self._count = 0
        self._last = ""
        self._final = False
        self._growing: highlight.Growing | None = None
        self._spans: list[tuple[Span, ...]] = []
        self._exact = False
        self._head = len(gap_lines(block.gap))
        self.lines = [*gap_lines(block.gap), self._header()]
        self.refresh(final=False)

    def refresh(self, *, final: bool, hint: bool = False) -> None:
        """Take in what came since.

        ``final`` says that the text around the block has ended, ``hint`` that a key copies it.
        """
        block = self._block
        final = final or block.closed
        if hint != self._hint:
            self._hint = hint
            self.lines[self._head] = self._header()
            self.strips.pop(self._head, None)
        last = block.lines[-1] if block.lines else ""
        if (len(block.lines), final, last) != (self._count, self._final, self._last):
            self._grow(final=final)

    def _grow(self, *, final: bool) -> None:
        block = self._block
        keep = max(0, self._count - 1)
        first = self._head + 1
        self.lines[first + keep :] = [self._code_line(text) for text in block.lines[keep:]]
        self.lines[self._head] = self._header()
        self.strips.pop(self._head, None)
        del self._spans[keep:]
        if final != self._final:
            self.strips.clear()
        self._count, self._final = len(block.lines), final
        self._last = block.lines[-1] if block.lines else ""
        if self._width:
            self._lay_out_from(first + keep if first + keep <= len(self._tops) else 0)

    def _header(self) -> Line:
        block = self._block
        text, spans = "", []
        for word, key in (
            (block.language or "text", "code-language"),
            (one_line(block.title, 60), "code-title"),
        ):
            if word:
                text += f" {word} "
                spans.append(Span(len(text), key))
        count = len(block.lines)
        lines = f" {count} line{'' if count == 1 else 's'}{'' if block.closed else ' …'} "
        copy = f" copy: Alt+{block.number} " if self._hint and block.number <= 9 else " copy "
        return Line(
            text,
            tuple(spans),
            (*block.first, Piece(f" {block.number} ", "code-number", "copy")),
            (*block.rest, Piece("   ", "code-header")),
            fill="code-header",
            right=(Piece(lines, "code-header"), Piece(copy, "code-header", "copy")),
            chrome=True,
        )

    def _code_line(self, text: str) -> Line:
        margin: Margin = (*self._block.rest, _EDGE)
        shown = printable(text.rstrip("\r\n"))
        return Line(shown, (), margin, margin, "fold", fill=_CODE)

    def _line_row(self, at: int, row: int) -> Row:
        code = at - self._head - 1
        if code < 0:
            return super()._line_row(at, row)
        spans = self._highlighted(code)
        return line_row(self.lines[at], self._breaks[at], row, self._inner, spans)

    def _highlighted(self, at: int) -> tuple[Span, ...]:
        """The colours of the code line at this index."""
        if self._final and not self._exact:
            self._exact = True
            texts = [line.text for line in self.lines[self._head + 1 :]]
            self._spans = highlight.exact(self._block.language, texts) or []
        if at - len(self._spans) > _CATCH_UP:
            # Colouring all lines above could take seconds: begin anew a little above this one.
            self._spans += [()] * (at - len(self._spans) - _CATCH_UP // 2)
            self._growing = None
        if self._growing is None:
            self._growing = highlight.Growing(self._block.language)
        while len(self._spans) <= at:
            index = len(self._spans)
            last = index == self._count - 1 and not self._final
            spans = self._growing.line(self.lines[self._head + 1 + index].text, last=last)
            if last:
                return spans
            self._spans.append(spans)
        return self._spans[at]


class TableSection(Section):
    """A table: its lines are those of the Markdown source, without padding."""

    def __init__(self, table: Table, indent: int = 0) -> None:
        self._table = TableLayout(table)
        self._head = len(gap_lines(table.gap))
        super().__init__([*gap_lines(table.gap), *self._table.lines], table, indent)

    def _lay_out_from(self, first: int) -> None:
        super()._lay_out_from(first)
        self._table.lay_out(self._inner)
        heights = [*(1 for _ in range(self._head)), *self._table.heights]
        self._breaks = [(0,) * height for height in heights]
        *self._tops, self.height = accumulate(heights, initial=0)

    def _line_row(self, at: int, row: int) -> Row:
        if at < self._head:
            return line_row(self.lines[at], (0,), row, self._inner)
        return self._table.row(at - self._head, row)

    def row_of(self, line: int, offset: int) -> int:
        """The first row of the table's line: places inside the cells have no order of their own."""
        del offset
        return self._tops[max(0, min(line, len(self.lines) - 1))]


def gap_lines(gap: Margin | None) -> list[Line]:
    """The blank row before a block, if it has one."""
    return [] if gap is None else [Line("", first=gap, lead="".join(p.text for p in gap).strip())]


def section_of(block: Block, indent: int = 0) -> Section:
    """A block of Markdown as a section."""
    match block:
        case CodeBlock():
            return CodeSection(block, indent)
        case Table():
            return TableSection(block, indent)
        case Paragraph():
            return Section([*gap_lines(block.gap), *block.lines], block, indent)
        case _:
            raise AssertionError(f"a block of unknown kind: {block!r}")
