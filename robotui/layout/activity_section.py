"""An activity of an agent, or a remark of the program on it: a row, and what is behind it."""

from __future__ import annotations

from robotui.chats.turns import Did, Remark
from robotui.layout.rows import is_cut
from robotui.layout.section import BLANK, INDENT, Section
from robotui.markdown.blocks import Line, Margin, Piece, Span, Wrap
from robotui.text import one_line, printable


class ActivitySection(Section):
    """An activity or a remark. It can be expanded where one row is not all there is of it."""

    def __init__(self, part: Did | Remark, *, expanded: bool, gap: bool) -> None:
        self._part = part
        self._expanded = expanded
        self._title = int(gap)
        """The line that is the title; the detail follows."""
        lines = [*([BLANK] if gap else []), self._title_line(can_expand=bool(part.detail))]
        shown = len(lines)
        if part.detail:
            bar: Margin = (Piece("│ ", "muted"),)
            texts = printable(part.detail).rstrip("\n").split("\n")
            lines += [Line(text, (Span(len(text), "detail"),), bar, bar, "fold") for text in texts]
        hidden = range(0) if expanded else range(shown, len(lines))
        super().__init__(lines, part, INDENT, hidden)

    @property
    def can_expand(self) -> bool:
        """There is more than one row has room for, at the width it was laid out for."""
        return bool(self._part.detail) or is_cut(self.lines[self._title], self._inner)

    def _lay_out_from(self, first: int) -> None:
        self.lines[self._title] = self._title_line(can_expand=self.can_expand)
        super()._lay_out_from(first)

    def _title_line(self, *, can_expand: bool) -> Line:
        part, expanded = self._part, self._expanded
        key = "did" if isinstance(part, Did) else part.level
        target = "toggle" if can_expand else ""
        title = one_line(part.title) or "?"
        spans = [Span(len(title), key, target)]
        if isinstance(part, Did) and part.outcome:
            title += f" — {one_line(part.outcome)}"
            spans.append(Span(len(title), "muted", target))
        sign = ("▾" if expanded else "▸") if can_expand else "·"
        margin: Margin = (Piece(f"{sign} ", key, target),)
        wrap: Wrap = "word" if expanded else "cut"
        return Line(title, tuple(spans), margin, (Piece("  "),), wrap)
