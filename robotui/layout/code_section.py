"""Code blocks in the log: a header, and lines that may be folded, and wrapped or cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from robotui.layout.code_colours import CodeColours
from robotui.layout.code_header import code_header
from robotui.layout.rows import Row, Run, cut_row, line_row, margin_runs, room
from robotui.layout.section import INDENT, Section, gap_lines
from robotui.layout.wrap import cells_of
from robotui.markdown.blocks import CodeBlock, Line, Margin, Piece
from robotui.markdown.source import without_ending
from robotui.text import visible

_CODE: Final = "code-block"
_EDGE: Final = Piece(" ", _CODE)

_HEAD: Final = 20
"""Lines of a folded block that are shown above the fold: at most, and half of those allowed."""
_TAIL: Final = 8
"""Lines that are shown below the fold: at most, and a quarter of those allowed."""
_WORTH: Final = 10
"""Lines; a fold that hides fewer is not worth it."""


@dataclass(frozen=True, slots=True)
class CodeOptions:
    """How code blocks are shown."""

    wrap: bool = True
    """Long lines are wrapped; else they are cut, and scroll sideways."""
    fold: int = 60
    """A block with more lines than these is folded; 0: never."""

    def hidden(self, count: int) -> range:
        """The lines that are folded away in a block of so many."""
        head, tail = min(_HEAD, self.fold // 2), min(_TAIL, self.fold // 4)
        if not self.fold or count <= self.fold or count - head - tail < _WORTH:
            return range(0)
        return range(head, count - tail)


DEFAULT: Final = CodeOptions()


@dataclass(slots=True)
class CodeState:
    """What people did to a code block; it outlives the section."""

    hidden: range | None = None
    """The lines that stay folded away, whatever is added; None: as the options have it."""
    shift: int = 0
    """Cells that its lines are scrolled sideways."""
    walked: bool = False
    """Keys are about this block."""


class CodeSection(Section):
    """A code block: a header with its number, and its lines on a background of their own.

    It shows nothing before the first ``refresh``; another takes in what has changed since.
    """

    def __init__(self, block: CodeBlock, state: CodeState, options: CodeOptions) -> None:
        super().__init__([*gap_lines(block.gap), Line("")], block, INDENT)
        self.block = block
        self.state = state
        self.head = len(self.lines) - 1
        """The line that is the header; code follows."""
        self._first = len(self.lines)
        self._options = options
        self._text = (0, False, "")
        self._look: tuple[range, bool, bool] | None = None
        self._hint = False
        self.folded = range(0)
        """The lines of the block that are folded away."""
        self._colours = CodeColours(block.language, self.lines, self._first)

    def refresh(self, *, final: bool, hint: bool) -> bool:
        """Take in what came or was done since; False if that is nothing.

        ``final`` says that the text around the block has ended, ``hint`` that a key copies it.
        """
        block, state = self.block, self.state
        final = final or block.closed
        folded = state.hidden
        if folded is None or folded.stop > len(block.lines):
            folded = self._options.hidden(len(block.lines))
        text = (len(block.lines), final, block.lines[-1] if block.lines else "")
        look = (folded, state.walked, hint)
        if (text, look) == (self._text, self._look):
            return False
        changed = len(self.lines)
        if text != self._text:
            changed = self._grow(final=final)
        if folded != self.folded:
            changed = min(changed, self._fold(folded))
        self._text, self._look, self._hint = text, look, hint
        header = self._header()
        if header.text != self.lines[self.head].text:
            changed = min(changed, self.head)
            self.strips.pop((self.head, 1), None)
        self.lines[self.head] = header
        self.strips.pop((self.head, 0), None)
        if self._width:
            self._lay_out_from(changed if changed <= len(self._tops) else 0)
        return True

    def is_copied(self, at: int) -> bool:
        """A selection across a fold takes the whole code."""
        return not self.lines[at].chrome

    def is_header(self, row: int) -> bool:
        """Whether this row of the section is its header."""
        return self.line_at(row) == self.head

    def hold(self) -> None:
        """Someone reads the block: what is folded away stays as it is."""
        if self.state.hidden is None:
            self.state.hidden = self.folded

    def toggle_fold(self) -> None:
        """Show the whole block; or fold it again, if it is long enough."""
        self.state.hidden = range(0) if self.folded else None

    def unfold_for(self, line: int) -> None:
        """Make sure that a line of the section is shown."""
        if line - self._first in self.folded:
            self.state.hidden = range(0)

    def bring(self, line: int, offset: int) -> None:
        """Move the code sideways if a place of it, or what follows closely, is not in view."""
        if self._options.wrap or line < self._first:
            return
        text, shift = self.lines[line].text, self.state.shift
        column, space = cells_of(text[:offset]), room(self.lines[line], self._inner)
        near_end = column >= shift + space * 3 // 4 and cells_of(text) > shift + space
        if near_end or column < shift + bool(shift):
            self.scroll(column - space // 3 - shift)

    def scroll(self, cells: int) -> None:
        """Move the code sideways, as far as its longest line goes."""
        if self._options.wrap:
            return
        longest = max((cells_of(line.text) for line in self.lines[self._first :]), default=0)
        shift = max(0, min(self.state.shift + cells, longest - room(self.lines[-1], self._inner)))
        if shift != self.state.shift:
            self.state.shift = shift
            self.strips.clear()

    # -- taking in what changed

    def _grow(self, *, final: bool) -> int:
        """Take the block's lines; returns the first line that may look different."""
        count, was_final, _ = self._text
        # The last line may have been part of one; and what looked like content may have been more.
        keep = self._first + max(0, min(count, len(self.block.lines)) - 1)
        for row in range(len(self._breaks[keep]) if keep < len(self._breaks) else 0):
            self.strips.pop((keep, row), None)
        texts = self.block.lines[keep - self._first :]
        self.lines[keep:] = [_code_line(self.block, text) for text in texts]
        if final != was_final:
            self._colours.finish()
            self.strips.clear()
        return keep

    def _fold(self, folded: range) -> int:
        """Fold these lines away; returns the first line that is laid out differently."""
        old, self.folded = self.folded, folded
        first = self._first
        # The first line of them is where the fold is shown.
        self.hidden = range(first + folded.start + 1, first + folded.stop)
        for lines in (old, folded):
            self.strips.pop((first + lines.start, 0), None)
        if old and folded and old.start == folded.start:
            return first + min(old.stop, folded.stop)
        return first + min(lines.start for lines in (old, folded) if lines)

    def _header(self) -> Line:
        return code_header(
            self.block,
            width=self._inner if self._width else 0,
            walked=self.state.walked,
            can_fold=not self.folded and bool(self._options.hidden(len(self.block.lines))),
            has_key=self._hint,
        )

    # -- layout and rows

    def _lay_out_from(self, first: int) -> None:
        if first == 0:
            self.lines[self.head] = self._header()
            if self.state.shift:
                self.scroll(0)
        super()._lay_out_from(first)

    def _fit(self, at: int, line: Line) -> tuple[int, ...]:
        if at >= self._first and (not self._options.wrap or self._is_fold(at)):
            return (0,)
        return super()._fit(at, line)

    def _is_fold(self, at: int) -> bool:
        return bool(self.folded) and at == self._first + self.folded.start

    def _line_row(self, at: int, row: int) -> Row:
        line = self.lines[at]
        if at < self._first:
            return super()._line_row(at, row)
        if self._is_fold(at):
            text = f"… +{len(self.folded)} lines".ljust(room(line, self._inner))
            return [*margin_runs(line.first), Run(text, f"{_CODE} muted", 0, target="fold")]
        spans = self._colours.of(at - self._first)
        if not self._options.wrap:
            return cut_row(line, self.state.shift, self._inner, spans)
        return line_row(line, self._breaks[at], row, self._inner, spans)


def _code_line(block: CodeBlock, text: str) -> Line:
    margin: Margin = (*block.rest, _EDGE)
    shown = visible(without_ending(text))
    return Line(shown, (), margin, margin, "fold", fill=_CODE)
