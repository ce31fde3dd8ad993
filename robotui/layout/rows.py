"""Logical lines as rows for a width: stretches of text, each with its style and its origin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from robotui.layout.wrap import breaks, cells_of, graphemes, is_simple
from robotui.markdown.blocks import Line, Margin, Span

_NARROWEST: Final = 8
"""Cells; text gets at least these, however deep it is nested. What does not fit is cut off."""


class Run(NamedTuple):
    """A stretch of a row in one style."""

    text: str
    key: str
    start: int = -1
    """Where it comes from in the line's text; -1 for decoration."""
    length: int = 0
    """How many characters of the line's text it shows."""
    target: str = ""


Row = list[Run]


def room(line: Line, width: int) -> int:
    """The cells that the margins leave for the line's text."""
    margins = max(_margin_cells(line.first), _margin_cells(line.rest))
    return max(_NARROWEST, width - margins)


def line_breaks(line: Line, width: int) -> tuple[int, ...]:
    """The offsets at which the line's rows begin."""
    if line.wrap == "cut" or is_rule(line, width):
        return (0,)
    return breaks(line.text, room(line, width), words=line.wrap != "fold")


def is_rule(line: Line, width: int) -> bool:
    """The line goes across the screen; its text fits in."""
    return line.wrap == "rule" and cells_of(line.text) + 2 <= room(line, width)


def line_row(
    line: Line, starts: tuple[int, ...], at: int, width: int, spans: tuple[Span, ...] | None = None
) -> Row:
    """The row ``at`` of a line whose rows begin at ``starts``; ``spans`` in place of its own."""
    row = margin_runs(line.rest if at else line.first)
    if is_rule(line, width):
        return [*row, *_rule(line, room(line, width))]
    if line.wrap == "cut":
        return [*row, *_with_ellipsis(line, room(line, width))]
    start = starts[at]
    end = starts[at + 1] if at + 1 < len(starts) else len(line.text)
    if line.wrap != "fold" and end < len(line.text):
        end = start + len(line.text[start:end].rstrip(" \t"))
    row += text_runs(line.text, line.spans if spans is None else spans, start, end, line.fill)
    if line.right and at == 0:
        row += _right(line, row, width)
    return row


def cut_row(line: Line, shift: int, width: int, spans: tuple[Span, ...]) -> Row:
    """The line in one row, not wrapped but cut, from its cell ``shift`` on.

    A sign at either end says that there is more; it stands for the first place beside it. What
    is behind the row stands for the end of the line.
    """
    text, space = line.text, room(line, width)
    more = bool(shift and text), cells_of(text) > shift + space
    first, lost, stop, free = _window(text, shift + more[0], shift + space - more[1])
    row = margin_runs(line.first)
    if more[0]:
        row.append(Run("‹" + " " * lost, f"{line.fill} muted", first))
    row += text_runs(text, spans, first, stop, line.fill)
    if more[1]:
        row.append(Run(" " * free + "›", f"{line.fill} muted", stop))
    return [*row, Run("", "", len(text))]


def is_cut(line: Line, width: int) -> bool:
    """The line does not fit into one row."""
    return cells_of(line.text) > room(line, width)


def _with_ellipsis(line: Line, space: int) -> Row:
    """As much of the line as has room; the sign behind it stands for all the rest."""
    text = line.text
    if cells_of(text) <= space:
        return text_runs(text, line.spans, 0, len(text), line.fill)
    _, _, stop, _ = _window(text, 0, space - 1)
    if stop == len(text):  # stray joiners: their cells are counted in two ways
        return text_runs(text, line.spans, 0, stop, line.fill)
    rest, *_ = text_runs(text, line.spans, stop, len(text), line.fill)
    sign = rest._replace(text="…", start=stop, length=len(text) - stop)
    return [*text_runs(text, line.spans, 0, stop, line.fill), sign]


def _window(text: str, low: int, high: int) -> tuple[int, int, int, int]:
    """What is whole between two cells: its first place, the cells before it, its end, those after.

    Text that has no cell there begins and ends at its end.
    """
    if is_simple(text):
        first, stop = min(low, len(text)), min(high, len(text))
        return first, 0, max(first, stop), max(0, high - max(low, stop))
    column, first, begun = 0, len(text), low
    for start, _, cells in graphemes(text):
        if column >= low and first == len(text):
            first, begun = start, column
        if column + cells > high:
            return min(first, start), begun - low, start, high - column
        column += cells
    return first, begun - low, len(text), high - max(low, column)


def margin_runs(margin: Margin) -> Row:
    """A margin as runs."""
    return [Run(piece.text, piece.key, target=piece.target) for piece in margin]


def text_runs(
    text: str, spans: tuple[Span, ...], start: int, end: int, fill: str = "", offset: int = 0
) -> Row:
    """``text[start:end]`` as runs; they say to come from ``offset`` on."""
    row: Row = []
    for at, stop, key, target in _stretches(spans, start, end):
        style = f"{fill} {key}" if fill and key else fill or key
        part = text[at:stop]
        if is_simple(part) or "\t" not in part:
            row.append(Run(part, style, offset + at, stop - at, target))
        else:
            row += _with_tabs(text, at, stop, Run("", style, offset, 0, target))
    return row


def _stretches(
    spans: tuple[Span, ...], start: int, end: int
) -> Iterator[tuple[int, int, str, str]]:
    at = start
    for span in spans:
        if span.end > at and at < end:
            stop = min(span.end, end)
            yield at, stop, span.key, span.target
            at = stop
    if at < end:
        yield at, end, "", ""


def _with_tabs(text: str, start: int, end: int, like: Run) -> Iterator[Run]:
    """As runs in which each tab is a run of its own: blanks up to its stop."""
    at = start
    for first, last, cells in graphemes(text):
        if first < start or first >= end:
            continue
        if text[first] == "\t":
            if at < first:
                yield like._replace(text=text[at:first], start=like.start + at, length=first - at)
            yield like._replace(text=" " * cells, start=like.start + first, length=1)
            at = last
    if at < end:
        yield like._replace(text=text[at:end], start=like.start + at, length=end - at)


def _rule(line: Line, width: int) -> Row:
    """The text in the middle of a line."""
    key = line.spans[0].key if line.spans else "rule"
    if not line.text:
        return [Run("─" * width, key)]
    cells = cells_of(line.text) + 2
    left = (width - cells) // 2
    right = width - cells - left
    text = Run(line.text, key, 0, len(line.text))
    return [Run("─" * left + " ", key), text, Run(" " + "─" * right, key)]


def _right(line: Line, row: Row, width: int) -> Row:
    """The pieces for the right end; the first ones are left out where they do not fit."""
    free = width - sum(cells_of(run.text) for run in row)
    pieces = line.right
    while pieces and _margin_cells(pieces) >= free:
        pieces = pieces[1:]
    if not pieces:
        return []
    return [Run(" " * (free - _margin_cells(pieces)), line.fill), *margin_runs(pieces)]


def _margin_cells(margin: Margin) -> int:
    return sum(cells_of(piece.text) for piece in margin)
