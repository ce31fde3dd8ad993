"""One way to put a block into a file, and what it comes to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from robotui.workspace.code.elision import gaps
from robotui.workspace.lines.align import steps
from robotui.workspace.lines.similar_regions import alike
from robotui.workspace.text_file import TextFile, content, file_lines

Kind = Literal["new", "whole", "region", "insert", "before", "end"]

_ENDING: Final = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Placement:
    """One way to put a block into a file."""

    kind: Kind
    start: int
    """The first line that it replaces, from 0."""
    end: int
    """The line after the last one; ``start`` where nothing is replaced."""
    alike: float
    """How alike the code there is, 0 to 1."""
    after: str
    """The file's text with the block in it."""
    description: str
    """What happens, in a sentence for people."""
    warnings: tuple[str, ...] = ()
    sure: bool = True
    """The program can stand for it; else the user has to choose."""
    score: float = 0.0
    """``alike``, and more where there is a reason for this place."""
    why: str = ""
    """The reason for this place, for people; empty where there is none but likeness."""
    removes: int = 0
    """Lines of the file that go though the block does not show them: ask twice."""


def doubtful(ways: Sequence[Placement], reason: str) -> list[Placement]:
    """The same, to be chosen from, with the reason for it."""
    first = replace(ways[0], warnings=(*ways[0].warnings, reason))
    return [replace(way, sure=False) for way in (first, *ways[1:])]


def block_lines(source: str) -> list[str]:
    """The lines of a block without their endings, of whatever kind these are."""
    lines = _ENDING.split(source)
    return lines[:-1] if not lines[-1] else lines


def whole(file: TextFile, source: str) -> Placement:
    """The block as the whole file."""
    block = block_lines(source)
    if file.is_new:
        after = source if source.endswith(("\n", "\r")) or not source else source + "\n"
        said = f"makes a new file of {counted(len(block))}"
        return Placement("new", 0, 0, 0.0, after, said, unfilled(gaps(block)))
    old = file_lines(file.text)
    after = spliced(file, 0, len(old), block)
    bare = [content(line) for line in old]
    like = alike(bare, block)
    said = f"replaces the whole file, {like:.0%} alike" if old else "fills the empty file"
    if after == file.text:
        said = "changes nothing: the file is just the same"
    warnings = unfilled(gaps(block, {line.strip() for line in bare}))
    return Placement("whole", 0, len(old), like, after, said, warnings, score=like)


def spliced(file: TextFile, start: int, end: int, new: Sequence[str]) -> str:
    """The file's text with ``new`` (lines without endings) in place of the lines start to end.

    Lines that stay keep their endings; new ones get the ending that most lines have. A file
    without an ending at its very end still has none.
    """
    lines = file_lines(file.text)
    old = lines[start:end]
    put: list[str] = []
    for tag, a, b, c, d in steps([content(line) for line in old], new):
        put += old[a:b] if tag == "equal" else (text + file.newline for text in new[c:d])
    result = [*lines[:start], *put, *lines[end:]]
    bare = bool(lines) and lines[-1] == content(lines[-1])
    for at, text in enumerate(result):
        last = at == len(result) - 1
        if last and bare:
            result[at] = content(text)
        elif text == content(text):
            result[at] = text + file.newline
    return "".join(result)


def unseen(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines go without anything in their place."""
    count = 0
    bare = [line.strip() for line in old]
    for tag, a, b, c, d in steps(bare, [line.strip() for line in new]):
        if tag != "equal":
            more = sum(map(bool, bare[a:b])) - sum(bool(line.strip()) for line in new[c:d])
            count += max(0, more)
    return count


def unfilled(left_out: Iterable[int]) -> tuple[str, ...]:
    """The warnings for lines of the block, from 0, that stand for code which nothing fills in."""
    return tuple(f"line {at + 1} of the block stands for code that was left out" for at in left_out)


def span(start: int, end: int) -> str:
    """Lines of a file for people; both from 0, without the last."""
    return f"line {end}" if end - start == 1 else f"lines {start + 1}-{end}"


def counted(count: int) -> str:
    """``1 line``, ``3 lines``."""
    return f"{count} line{'' if count == 1 else 's'}"
