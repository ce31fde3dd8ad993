"""A turn of a chat as an entry of the log, made of sections."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice
from typing import Any, NamedTuple

from robotui.chats.transcript import Notice, Prompt, Reply, Switch, Turn
from robotui.layout.code_section import DEFAULT, CodeOptions, CodeSection
from robotui.layout.section import Section
from robotui.layout.turn_sections import notice, prompt, switch
from robotui.markdown.blocks import Line
from robotui.text import printable


class Anchor(NamedTuple):
    """A row of an entry, to be found again after the entry was made anew."""

    at: int
    """The number of its section."""
    subject: Any
    line: int
    offset: int
    more: int
    """Rows below the one that shows this place."""


class Entry:
    """One turn. Its sections are made when it is first needed, and can be dropped again.

    ``height`` is an estimate until ``made``.
    """

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.height = 0
        self.made = False
        self.sections: list[Section] = []
        self._width = 0
        self._tops: list[int] = []
        self._firsts: list[int] = []
        self._count = 0
        self._extent: tuple[int, int] | None = None

    def estimate(self, width: int) -> int:
        """About how many rows the turn takes; cheap."""
        lines, characters = self._extent or _extent(self._texts())
        if not isinstance(self.turn, Reply) or self.turn.state != "streaming":
            self._extent = lines, characters  # it stays so: to count anew at every width is slow
        self.height = 1 + lines + characters // (width or 80)
        return self.height

    def make(self, width: int, options: CodeOptions = DEFAULT) -> int:
        """Make or renew the sections for this width and return the exact height."""
        del options
        if not self.made:
            self.sections = self._sections()
            self.made = True
        return self._sum_up(width)

    def drop(self) -> None:
        """Forget the sections; the height stays."""
        self.made = False
        self.sections = []

    def hold(self, rows: int) -> None:
        """The first ``rows`` rows may be read: what is folded there stays as it is."""

    def reveal(self, line: int, offset: int) -> None:
        """Let a place be shown, if it is hidden, once the entry is made anew."""

    # -- rows, lines, sections

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

    def source(self) -> str:
        """The text as it came, Markdown and all; cheap."""
        return "\n" + printable("\n\n".join(text.rstrip("\n") for text in self._texts()))

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

    def _section_at(self, row: int) -> int:
        return max(0, bisect_right(self._tops, min(row, self.height - 1)) - 1)

    def _section_of(self, line: int) -> int:
        return max(0, bisect_right(self._firsts, line) - 1)

    # -- making

    def _sum_up(self, width: int, first: int = 0) -> int:
        """Lay out the sections from the ``first`` on: those before did not change."""
        if width != self._width:
            self._width, first = width, 0
        top = line = 0
        if first:
            known = first < len(self._tops)
            top = self._tops[first] if known else self.height
            line = self._firsts[first] if known else self._count
        changed = self.sections[first:]
        heights = (section.lay_out(width) for section in changed)
        *self._tops[first:], self.height = accumulate(heights, initial=top)
        counts = (len(section.lines) for section in changed)
        *self._firsts[first:], self._count = accumulate(counts, initial=line)
        return self.height

    def _texts(self) -> Iterable[str]:
        match self.turn:
            case Prompt(text=text):
                yield text
            case Notice(headline=headline, remedy=remedy):
                yield headline
                yield remedy
            case _:
                yield ""

    def _sections(self) -> list[Section]:
        match self.turn:
            case Prompt():
                return [prompt(self.turn)]
            case Switch():
                return [switch(self.turn)]
            case Notice():
                return [notice(self.turn)]
            case _:
                raise AssertionError(f"a turn of unknown kind: {self.turn!r}")


def _extent(texts: Iterable[str]) -> tuple[int, int]:
    """How many lines and characters these are."""
    lines = characters = 0
    for text in texts:
        lines += 1 + text.count("\n")
        characters += len(text)
    return lines, characters
