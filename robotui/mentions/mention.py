"""Mentions in a prompt: ``@src/app.py``, ``@src/app.py:10-40``, ``@"a file.md"``.

A mention begins a word. What it names is a path below the workspace, with slashes; whether there is
such a file is for others to see: ``@property`` and ``@anna`` look the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_MENTION: Final = re.compile(
    r'(?<![^\s(\[{"\'])@(?:"(?P<quoted>[^"\n]+)"|(?P<plain>[^\s"@][^\s"]*))'
    r"(?(quoted)(?::(?P<first>\d{1,9})(?:-(?P<last>\d{1,9}))?)?)"
)
_LINES: Final = re.compile(r"(?P<path>.+?):(?P<first>\d{1,9})(?:-(?P<last>\d{1,9}))?$")
_BEHIND: Final = ".,;:!?)]}'>"
"""What may follow a mention without being part of it."""
_TYPED: Final = re.compile(r'(?:^|(?<=[\s(\[{"\']))@(?:"(?P<quoted>[^"\n]*)|(?P<plain>[^\s"]*))$')


@dataclass(frozen=True, slots=True)
class Mention:
    """A path that a prompt mentions, and which of its lines: from 1 on, both included."""

    path: str
    first: int = 0
    """0: all of them."""
    last: int = 0

    def __str__(self) -> str:
        path = f'"{self.path}"' if " " in self.path or self.path[:1] == "@" else self.path
        if not self.first:
            return f"@{path}"
        return f"@{path}:{self.first}" + (f"-{self.last}" if self.last != self.first else "")


def mentions(prompt: str) -> Iterator[tuple[Mention, ...]]:
    """The mentions of a prompt in their order; each in the ways to read it, the longest first.

    ``@app.py.`` may be a file's name, or one at the end of a sentence.
    """
    for found in _MENTION.finditer(prompt):
        if found["quoted"]:
            yield (_lines(found["quoted"], found["first"], found["last"]),)
            continue
        words = [found["plain"]]
        while words[-1][-1] in _BEHIND and len(words[-1]) > 1:
            words.append(words[-1][:-1])
        yield tuple(reading for word in words for reading in _readings(word))


def typed_path(before: str) -> str | None:
    """The path that is being typed at the end of ``before``, without its sign; None: none is."""
    found = _TYPED.search(before)
    if found is None:
        return None
    return found["plain"] if found["quoted"] is None else found["quoted"]


def _readings(word: str) -> Iterator[Mention]:
    yield Mention(word)
    if found := _LINES.match(word):
        yield _lines(found["path"], found["first"], found["last"])


def _lines(path: str, first: str | None, last: str | None) -> Mention:
    if not first or not int(first):
        return Mention(path)
    begin = int(first)
    end = int(last) if last else begin
    return Mention(path, min(begin, end) or 1, max(begin, end))
