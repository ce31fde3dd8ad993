"""What Markdown becomes: paragraphs, code blocks and tables, one after the other.

Containers (quotes, lists) leave no block of their own: what they draw is the ``Margin`` of the
blocks inside them. Styles are names ("strong", "code", "heading1", ...), joined by blanks where
several apply; the screen turns them into colours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from robotui import edits
from robotui.markdown import file_names
from robotui.markdown.file_names import FileName

Wrap = Literal["word", "fold", "cut", "rule"]


class Span(NamedTuple):
    """A stretch of a line's text in one style; it starts where the span before it ends."""

    end: int
    key: str
    target: str = ""
    """Where a click leads: a URL in text from outside, an action's name in our own lines."""


class Piece(NamedTuple):
    """Decoration: it is painted, but neither selected nor copied."""

    text: str
    key: str = ""
    target: str = ""
    lead: str = ""
    """What stands for it in copied text: ``"- "``, ``"> "``."""


Margin = tuple[Piece, ...]


def lead_of(margin: Margin) -> str:
    """What stands for a margin in copied text."""
    return "".join(piece.lead for piece in margin)


@dataclass(frozen=True, slots=True)
class Line:
    """A logical line: what is wrapped, selected and copied as one, however wide the screen."""

    text: str
    spans: tuple[Span, ...] = ()
    first: Margin = ()
    """Painted before the first row."""
    rest: Margin = ()
    """Painted before the rows that wrapping adds."""
    wrap: Wrap = "word"
    """``fold`` breaks at the width, ``cut`` shows one row and leaves out what does not fit in;
    ``rule`` centres the text in a line across the screen."""
    lead: str = ""
    """What stands before the text where it is copied: ``"- "``, ``"# "``."""
    fill: str = ""
    """The style of the whole row, also where there is no text."""
    right: Margin = ()
    """Painted at the right end of the first row, where there is room."""
    chrome: bool = False
    """Painted, but left out of copied text."""


@dataclass(slots=True)
class Block:
    """What all blocks have."""

    gap: Margin | None = None
    """The margin of the blank row before the block; None: no blank row."""


@dataclass(slots=True)
class Paragraph(Block):
    """Text: a paragraph, a heading, a rule, or HTML as it came."""

    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Cell:
    """One cell of a table."""

    text: str
    spans: tuple[Span, ...] = ()
    rows: tuple[int, ...] = ()
    """Where its rows begin, but for the first, that a line break makes."""


@dataclass(slots=True)
class Table(Block):
    """A table; ``rows[0]`` is its header."""

    rows: list[list[Cell]] = field(default_factory=list)
    aligns: list[str] = field(default_factory=list)
    """For each column ``left``, ``center`` or ``right``."""
    first: Margin = ()
    rest: Margin = ()


@dataclass(slots=True)
class CodeBlock(Block):
    r"""A fenced or indented code block.

    ``lines`` is its content as CommonMark defines it: the fences are not part of it, the
    indentation of the opening fence is removed from each line, tabs and trailing blanks stay, and
    each line keeps the line ending it came with (``\n``, ``\r\n`` or ``\r``), the last one too.
    """

    number: int = 1
    """Its place among the code blocks of the reply, from 1."""
    info: str = ""
    """The info string of the fence."""
    lines: list[str] = field(default_factory=list)
    closed: bool = True
    """The closing fence has come. An indented block counts as closed."""
    first: Margin = ()
    rest: Margin = ()
    above: FileName | None = None
    """The file that the line before the block names."""
    above_told: edits.LineMention | None = None
    """What that line says of lines of the file: to replace them, or to insert there."""

    @property
    def source(self) -> str:
        """The exact content: what is copied and saved. Ends with a line ending unless empty."""
        return "".join(self.lines)

    @property
    def language(self) -> str:
        """The first word of the info string, e.g. ``python``; empty if there is none."""
        return file_names.language_of(self.info)

    @property
    def file_name(self) -> str:
        """The file that the code is of, as far as the text tells (``file_names``); else empty.

        Of a diff, or another description of changes, the first file that it changes.
        """
        return self._file.name

    @property
    def files(self) -> list[str]:
        """The files that it describes changes of, by its own account; of code none."""
        complete = self.lines if self.closed else self.lines[:-1]
        return edits.files_named(complete)

    @property
    def line(self) -> int | None:
        """The line of the file that was told with its name, from 1."""
        return self._file.line

    @property
    def told(self) -> edits.LineMention | None:
        """The lines of the file that it is said to be for."""
        line = self.line
        return self.above_told or (edits.LineMention("see", line, line + 1) if line else None)

    @property
    def _file(self) -> FileName:
        if not self.lines:
            return FileName("")  # The info string may still be coming in.
        told = file_names.in_info(self.info)
        if told is None and (changed := self.files):
            told = FileName(changed[0])
        if told is None:
            language = self.language
            guesses = (self.above, file_names.in_code(self.lines, language))
            told = next((g for g in guesses if g and file_names.suits(g.name, language)), None)
        return told or FileName("")
