"""The difference of two texts: one below the other, or side by side where there is room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.cache import LRUCache
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from robotui.layout.rows import text_runs
from robotui.layout.wrap import TAB, cells_of
from robotui.markdown.blocks import Span
from robotui.markdown.highlight import Spans, exact
from robotui.text import visible
from robotui.ui.painting import palette
from robotui.ui.painting.palette import Palette
from robotui.workspace.diff import Diff, Pair, Row, changed
from robotui.workspace.text_file import content

SIDE_BY_SIDE: Final = 100
"""Columns that two texts beside each other need."""

_CACHED: Final = 2_000
"""Painted lines that are kept."""

_STYLES: Final = {
    "diff-added": "background: $success 12%;",
    "diff-removed": "background: $error 12%;",
    "diff-added-word": "background: $success 35%; text-style: bold;",
    "diff-removed-word": "background: $error 35%; text-style: bold;",
    "diff-added-sign": "color: $text-success; background: $success 20%; text-style: bold;",
    "diff-removed-sign": "color: $text-error; background: $error 20%; text-style: bold;",
    "diff-gap": "color: $text-muted; background: $foreground 5%;",
}
_NAMES: Final = {"-": "diff-removed", "+": "diff-added"}


class DiffView(ScrollView, can_focus=True):
    """Scrolls through a difference. Lines are painted when they come into view."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = palette.COMPONENTS | {
        palette.PREFIX + name for name in _STYLES
    }
    DEFAULT_CSS = (
        """
        DiffView {
            height: 1fr;
            overflow: auto;
            scrollbar-size: 1 1;
            scrollbar-color: $foreground 20%;
            scrollbar-background: $surface;
            scrollbar-background-hover: $surface;
            scrollbar-background-active: $surface;
            scrollbar-corner-color: $surface;
            background: $surface;
        """
        + palette.CSS
        + "\n".join(f".{palette.PREFIX}{name} {{ {rules} }}" for name, rules in _STYLES.items())
        + "}"
    )

    def __init__(
        self,
        before: str,
        after: str,
        *,
        language: str = "",
        side_by_side: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._wanted = side_by_side
        self._painted: LRUCache[tuple[int, int], Strip] = LRUCache(_CACHED)
        self._palette: Palette | None = None
        self._take(Diff.of(before, after), language)

    @property
    def side_by_side(self) -> bool:
        """Whether the texts are beside each other: it is wanted, and there is room."""
        return self._wanted and self.size.width >= SIDE_BY_SIDE

    def show(self, diff: Diff, language: str = "") -> None:
        """Show another difference, from its beginning."""
        self._take(diff, language)
        self.scroll_to(0, 0, animate=False)
        self._lay_out()

    def toggle_layout(self) -> None:
        """Put the texts beside each other, or one below the other; the top line stays."""
        top = self._number(round(self.scroll_y))
        self._wanted = not self._wanted
        self._lay_out()
        self.scroll_to(y=self._find(top), animate=False)

    def on_resize(self, event: events.Resize) -> None:
        """Find the layout that fits."""
        del event
        self._lay_out()

    def notify_style_update(self) -> None:
        """The theme may have changed; what it means for the components is known a bit later."""
        super().notify_style_update()
        if self._palette is not None:
            self.call_next(self._forget_colours)

    def _forget_colours(self) -> None:
        self._palette = None
        self._painted.clear()
        self.refresh()

    def _take(self, diff: Diff, language: str) -> None:
        self._diff = diff
        self._language = language
        self._colours: tuple[list[Spans] | None, list[Spans] | None] | None = None
        self._unified = diff.unified
        self._pairs = diff.side_by_side
        self._mixed = len(diff.endings) > 1
        last = max(len(diff.old), len(diff.new), 1)
        self._digits = max(2, len(str(last)))
        self._widest = max(
            (_cells(visible(row.text) + self._end(row)) for row in self._unified), default=0
        )

    def _lay_out(self) -> None:
        self._painted.clear()
        if self.side_by_side:
            # Both texts move sideways together, each in its half.
            hidden = self._widest + self._digits + 3 - self.size.width // 2 + 1
            width, height = self.size.width + max(0, hidden), len(self._pairs)
        else:
            width, height = self._widest + 2 * self._digits + 4, len(self._unified)
        self.virtual_size = Size(width, height)
        self.refresh()

    def _number(self, at: int) -> tuple[int, int]:
        rows: Iterable[Row | None] = (
            self._pairs[at] if self.side_by_side else self._unified[at : at + 1]
        )
        found = [row for row in rows if row is not None]
        old = next((row.old for row in found if row.old), 0)
        new = next((row.new for row in found if row.new), 0)
        return old, new

    def _find(self, number: tuple[int, int]) -> int:
        """The first row of the layout that is not before these lines."""
        count = len(self._pairs if self.side_by_side else self._unified)
        old, new = number
        for at in range(count):
            here = self._number(at)
            if (old and here[0] >= old) or (new and here[1] >= new):
                return at
        return 0

    # -- painting

    def render_line(self, y: int) -> Strip:
        """The row at ``y`` of the view."""
        if self._palette is None:
            self._palette = Palette(self)
        colours = self._palette
        at, width = y + round(self.scroll_y), self.scrollable_content_region.width
        if not self.side_by_side:
            if at >= len(self._unified):
                return Strip.blank(width, colours[""])
            return self._row_strip(self._unified[at], at, 0, width, colours)
        if at >= len(self._pairs):
            return Strip.blank(width, colours[""])
        return self._pair_strip(self._pairs[at], at, width, colours)

    def _pair_strip(self, pair: Pair, at: int, width: int, colours: Palette) -> Strip:
        left, right = pair
        if left is not None and left.sign == "…":
            return _gap(left, width, colours)
        half = (width - 1) // 2
        strips = [Strip([Segment("│", colours["rule"])], 1)]
        strips.insert(0, self._row_strip(left, at, 1, half, colours))
        strips.append(self._row_strip(right, at, 2, width - 1 - half, colours))
        return Strip.join(strips)

    def _row_strip(
        self, row: Row | None, at: int, side: int, width: int, colours: Palette
    ) -> Strip:
        """A line with its numbers; ``side`` is 0 for both texts, 1 for the old, 2 for the new."""
        if row is None:
            return Strip.blank(width, colours["diff-gap"])
        if row.sign == "…":
            return _gap(row, width, colours)
        numbers = {0: (row.old, row.new), 1: (row.old,), 2: (row.new,)}[side]
        label = " ".join(f"{number or '':>{self._digits}}" for number in numbers)
        name = _NAMES.get(row.sign, "")
        gutter = [
            Segment(label, colours["muted"]),
            Segment(f" {row.sign} ", colours[f"{name}-sign" if name else ""]),
        ]
        room = max(0, width - len(label) - 3)
        text = self._painted.get((at, side))
        if text is None:
            text = Strip(list(self._segments(row, name, colours)))
            self._painted[at, side] = text
        first = round(self.scroll_x)
        shown = text.crop(first, first + room).extend_cell_length(room, colours[name])
        return Strip.join([Strip(gutter), shown]).crop(0, width)

    def _segments(self, row: Row, name: str, colours: Palette) -> Iterator[Segment]:
        text = visible(row.text)
        marks = changed(text, visible(row.mate)) if row.mate is not None else ()
        spans = tuple(_marked(self._syntax(row), marks, f"{name}-word", len(text)))
        for run in text_runs(text, spans, 0, len(text), name):
            yield Segment(run.text, colours[run.key])
        yield Segment(self._end(row), colours[f"{name} muted"])

    def _end(self, row: Row) -> str:
        """What is to be said of a changed line's ending."""
        if row.sign not in _NAMES:
            return ""
        if not row.end:
            return " no newline at end"
        return {"\r\n": "␍␊", "\n": "␊"}[row.end] if self._mixed else ""

    def _syntax(self, row: Row) -> Spans:
        """The colours of a line as code."""
        if self._colours is None:
            old, new = (
                exact(self._language, [content(line) for line in lines])
                for lines in (self._diff.old, self._diff.new)
            )
            self._colours = old, new
        number, spans = (
            (row.old, self._colours[0]) if row.new is None else (row.new, self._colours[1])
        )
        return spans[number - 1] if spans and number else ()


def _cells(text: str) -> int:
    """The cells of a line, counted fast: a tab may count for a cell or two too many."""
    if text.isascii():
        return len(text.expandtabs(TAB))
    return cell_len(text.expandtabs(TAB))


def _gap(row: Row, width: int, colours: Palette) -> Strip:
    text = f"  … {row.hidden} unchanged lines …"
    strip = Strip([Segment(text, colours["diff-gap"])], cells_of(text))
    return strip.crop(0, width).extend_cell_length(width, colours["diff-gap"])


def _marked(
    spans: Spans, marks: tuple[tuple[int, int], ...], style: str, length: int
) -> Iterator[Span]:
    """The spans of a line, with a style more in the marked stretches."""
    edges = {length, *(edge for mark in marks for edge in mark)}
    edges |= {span.end for span in spans if span.end < length}
    at = mark = token = 0
    for edge in sorted(edges - {0}):
        while token < len(spans) and spans[token].end <= at:
            token += 1
        while mark < len(marks) and marks[mark][1] <= at:
            mark += 1
        key = spans[token].key if token < len(spans) else ""
        if mark < len(marks) and marks[mark][0] <= at:
            key = f"{key} {style}".strip()
        yield Span(edge, key)
        at = edge
