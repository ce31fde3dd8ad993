"""Sections one below the other: which row and which line of the whole is where in which of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate, islice
from typing import Any, NamedTuple

from robotui.layout.code_section import CodeSection
from robotui.layout.section import Section
from robotui.markdown.blocks import Line


class Anchor(NamedTuple):
    """A row of a stack, to be found again after its sections were made anew."""

    at: int
    """The number of its section."""
    subject: Any
    line: int
    offset: int
    more: int
    """Rows below the one that shows this place."""


class SectionStack:
    """Sections, laid out for one width; ``height`` is how many rows they have together."""

    __slots__ = ("_count", "_firsts", "_tops", "_width", "height", "sections")  # there are many

    def __init__(self) -> None:
        self.sections: list[Section] = []
        self.height = 0
        self._width = 0
        self._tops: list[int] = []
        self._firsts: list[int] = []
        self._count = 0

    def lay_out(self, sections: list[Section], width: int, first: int = 0) -> int:
        """Hold these sections; those before the ``first`` are as they were. Returns the height."""
        self.sections = sections
        if width != self._width:
            self._width, first = width, 0
        top = line = 0
        if first:
            known = first < len(self._tops)
            top = self._tops[first] if known else self.height
            line = self._firsts[first] if known else self._count
        changed = sections[first:]
        heights = (section.lay_out(width) for section in changed)
        *self._tops[first:], self.height = accumulate(heights, initial=top)
        counts = (len(section.lines) for section in changed)
        *self._firsts[first:], self._count = accumulate(counts, initial=line)
        return self.height

    def locate(self, row: int) -> tuple[Section, int]:
        """The section that a row belongs to, and which of its rows it is."""
        at = self._section_at(row)
        return self.sections[at], row - self._tops[at]

    def rows(self, first: int) -> Iterator[tuple[Section, int]]:
        """The rows from ``first`` on, each as its section and which of the section's it is."""
        at = self._section_at(first)
        skipped = first - self._tops[at]
        for section in islice(self.sections, at, None):
            for row in range(skipped, section.height):
                yield section, row
            skipped = 0

    def place_of(self, row: int) -> tuple[int, int]:
        """The line of the entry that a row shows, and an offset in it that the row shows."""
        at = self._section_at(row)
        line, offset = self.sections[at].place_of(row - self._tops[at])
        return self._firsts[at] + line, offset

    def row_of(self, line: int, offset: int) -> int:
        """The row that shows this place."""
        at = self._section_of(line)
        return self._tops[at] + self.sections[at].row_of(line - self._firsts[at], offset)

    def lines(self) -> list[Line]:
        """All lines, in order, also those that are hidden."""
        return [line for section in self.sections for line in section.lines]

    def copied(self) -> list[Line | None]:
        """All lines, with None for those that a selection across them leaves out."""
        return [
            line if section.is_copied(at) else None
            for section in self.sections
            for at, line in enumerate(section.lines)
        ]

    def line_of(self, subject: Any) -> int:
        """The first line in view of the section about a subject."""
        at = next(at for at, section in enumerate(self.sections) if section.subject is subject)
        return self._firsts[at] + self.sections[at].line_at(0)

    def code(self) -> list[tuple[CodeSection, int, int]]:
        """The code blocks, each with the row of its header and the one behind its end."""
        return [
            (section, top + section.row_of(section.head, 0), top + section.height)
            for section, top in zip(self.sections, self._tops, strict=True)
            if isinstance(section, CodeSection)
        ]

    def anchor(self, row: int) -> Anchor:
        """What to find a row by."""
        at = self._section_at(row)
        section, row = self.sections[at], row - self._tops[at]
        line, offset = section.place_of(row)
        return Anchor(at, section.subject, line, offset, row - section.row_of(line, offset))

    def row_at(self, anchor: Anchor) -> int:
        """The row that was given this anchor, or the one that took its place."""
        at = min(anchor.at, len(self.sections) - 1)
        if self.sections[at].subject is not anchor.subject:
            same = (n for n, found in enumerate(self.sections) if found.subject is anchor.subject)
            at = next(same, at)
        section = self.sections[at]
        row = section.row_of(anchor.line, anchor.offset) + anchor.more
        return self._tops[at] + max(0, min(row, section.height - 1))

    def section_of(self, line: int) -> tuple[Section, int]:
        """The section that a line belongs to, and which of its lines it is."""
        at = self._section_of(line)
        return self.sections[at], line - self._firsts[at]

    def _section_at(self, row: int) -> int:
        return max(0, bisect_right(self._tops, min(row, self.height - 1)) - 1)

    def _section_of(self, line: int) -> int:
        return max(0, bisect_right(self._firsts, line) - 1)
