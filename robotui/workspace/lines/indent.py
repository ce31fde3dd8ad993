"""Indentation: of which kind it is, and how a block is shifted to fit that of a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple


def margin(line: str) -> str:
    """The blanks and tabs before the text."""
    return line[: len(line) - len(line.lstrip(" \t"))]


class Verbatim(str):
    """A line inside a string: the blanks before it are content, and stay when code is moved."""

    __slots__ = ()


class Shift(NamedTuple):
    """What to put before each line, or how many characters to take away."""

    add: str = ""
    cut: int = 0

    def apply(self, lines: Iterable[str]) -> list[str]:
        """The lines moved; empty ones stay empty, and nothing but blanks is ever cut."""
        return [line if isinstance(line, Verbatim) else self._moved(line) for line in lines]

    def _moved(self, line: str) -> str:
        if self.cut:
            return line[min(self.cut, len(margin(line))) :]
        return self.add + line if line.strip() else line

    def __str__(self) -> str:
        if self.cut:
            return f"indented by {self.cut} less"
        if not self.add:
            return ""
        tabs = self.add.count("\t")
        return (
            f"indented by {tabs} tab{'s' * (tabs > 1)}" if tabs else f"indented by {len(self.add)}"
        )


def shift(pairs: Iterable[tuple[str, str]]) -> Shift:
    """The move that most of these pairs need: a line of the file, and the block's line for it."""
    counts: Counter[Shift] = Counter()
    for theirs, ours in pairs:
        there, here = margin(theirs), margin(ours)
        more = len(there) - len(here)
        counts[Shift(add=there[:more]) if more > 0 else Shift(cut=-more)] += 1
    return counts.most_common(1)[0][0] if counts else Shift()


def like_file(block: Sequence[str], file: Sequence[str]) -> tuple[list[str], str]:
    """The block with tabs or blanks for its margins as the file has them, and what was done."""
    theirs = Counter(line[0] for line in file if line[:1] in ("\t", " ") and line.strip())
    ours = {line[0] for line in block if line[:1] in ("\t", " ") and line.strip()}
    wanted = theirs.most_common(1)[0][0] if theirs else ""
    if not wanted or ours <= {wanted}:
        return list(block), ""
    if wanted == "\t":
        unit = _unit(block)
        return [_with_tabs(line, unit) for line in block], "with tabs as the file has"
    unit = _unit(file)
    return [
        margin(line).replace("\t", " " * unit) + line.lstrip(" \t") for line in block
    ], "with blanks as the file has"


def _with_tabs(line: str, unit: int) -> str:
    columns = len(margin(line).expandtabs(unit))
    return "\t" * (columns // unit) + " " * (columns % unit) + line.lstrip(" \t")


def _unit(lines: Sequence[str]) -> int:
    """The blanks by which most lines are indented deeper than the one before."""
    widths = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip()]
    steps = Counter(then - first for first, then in pairwise(widths) if 2 <= then - first <= 8)
    if steps:
        return steps.most_common(1)[0][0]
    return min((width for width in widths if 2 <= width <= 8), default=4)
