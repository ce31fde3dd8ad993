"""A file, taken apart into functions and classes."""

from __future__ import annotations

import re
from dataclasses import dataclass

Span = tuple[int, int]
"""The first line, from 0, and the line after the last one."""


@dataclass(frozen=True)
class Member:
    """A function, a method or a rule of a style sheet."""

    name: str
    start: int
    """Its first line, from 0: decorators are part of it, and comments right above."""
    body: int
    """The line after its header, which ends with ``:`` or ``{``."""
    end: int
    """The line after its last one."""
    statements: tuple[Span, ...]
    """Of its body, without the documentation."""
    holder: int | None = None
    """Which of the file's classes it is in."""


@dataclass(frozen=True)
class Holder:
    """A class, or what has functions in it in other languages."""

    name: str
    start: int
    body: int
    end: int
    cuts: tuple[int, ...]
    """Lines before which a member may be put."""


@dataclass(frozen=True)
class Source:
    """A file, taken apart."""

    path: str
    language: str
    lines: tuple[str, ...]
    members: tuple[Member, ...] = ()
    holders: tuple[Holder, ...] = ()
    cuts: tuple[int, ...] = ()
    """Lines before which a function of the module may be put."""
    parts: tuple[Span, ...] = ()
    """What stands at the top level, Python only."""

    @property
    def text(self) -> str:
        """The whole file."""
        return "\n".join(self.lines) + "\n"

    def named(self, name: str) -> int:
        """How many of its functions have this name."""
        return sum(member.name == name for member in self.members)

    def words(self, word: str) -> int:
        """How often a word is in it."""
        return len(re.findall(rf"(?<![\w$]){re.escape(word)}(?![\w$])", self.text))
