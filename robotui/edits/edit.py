"""A described change of files, parsed: edits of files, their hunks and lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

Sign = Literal[" ", "-", "+"]
Action = Literal["change", "add", "delete"]
Style = Literal["diff", "SEARCH/REPLACE", "patch", "line numbers", "ed script"]

KEPT: Final = " "


class Line(NamedTuple):
    """A line that stays, goes or comes; without its ending."""

    sign: Sign
    text: str


@dataclass(frozen=True)
class Hunk:
    """One change: lines that follow each other."""

    lines: tuple[Line, ...]
    at: int
    """The line of the block where it begins, from 1."""
    line: int | None = None
    """Where the file is said to have its first line, from 1."""
    span: tuple[int, int] | None = None
    """It replaces these lines of the file, whatever they are; from 1, without the last."""
    under: tuple[str, ...] = ()
    """Lines of the file that it is said to be under: a class, then a function in it."""
    bare_old: bool = False
    """The file ends with its last line, which has no line ending."""
    bare_new: bool = False
    """The same for the file afterwards."""
    at_end: bool = False
    """It is said to be at the end of the file."""
    miscounted: bool = False
    """Its header says that it has other numbers of lines: its numbers are no program's."""

    @property
    def old(self) -> list[str]:
        """The lines that the file is to have."""
        return [line.text for line in self.lines if line.sign != "+"]

    @property
    def new(self) -> list[str]:
        """The lines that stand there afterwards."""
        return [line.text for line in self.lines if line.sign != "-"]

    @property
    def changes(self) -> bool:
        """It does something."""
        return any(line.sign != KEPT for line in self.lines) or self.span is not None


@dataclass(frozen=True)
class FileEdit:
    """What is changed in one file."""

    name: str
    """The file as it is called afterwards, or before if it is deleted; empty: not told."""
    hunks: tuple[Hunk, ...] = ()
    action: Action = "change"
    old_name: str = ""
    """What it was called, if it is renamed."""
    without_lines: str = ""
    """What is done to it instead of changing lines: "changes the mode of", ..."""


@dataclass(frozen=True)
class Edit:
    """A block that describes changes of files."""

    style: Style
    files: tuple[FileEdit, ...]
    marks: frozenset[str]
    """The lines that make it one; a file that has such lines itself may be meant literally."""
    certain: bool = True
    """It can be nothing else; if not, a file has to be found that it fits."""

    @property
    def names(self) -> list[str]:
        """The files that it names, each once."""
        return list(dict.fromkeys(each.name for each in self.files if each.name))
