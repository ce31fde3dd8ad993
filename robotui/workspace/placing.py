"""Where in a file a block belongs. What is found is shown to the user, who decides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from robotui.errors import WriteRefusedError
from robotui.workspace.align import steps
from robotui.workspace.elision import Expanded, expand, gaps, opened
from robotui.workspace.fitting import Fit, Haystack, alike
from robotui.workspace.indent import like_file, margin, shift
from robotui.workspace.text_file import TextFile, content, file_lines

Kind = Literal["new", "whole", "region", "before", "end"]

_ENDING: Final = re.compile(r"\r\n|\r|\n")
_SURE: Final = 0.5
"""A region less alike is no more than a guess."""
_APART: Final = 0.03
"""Regions whose scores are closer than this fit equally well."""
_WORTH_SHOWING: Final = 0.2


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
    """``alike``, and more where the name of a function or a line number says so too."""


def placements(file: TextFile, source: str, line: int | None = None) -> list[Placement]:
    """The ways to put a block into a file, best first; ``line`` is where it is said to belong.

    If the first one is not ``sure``, nothing in the file is enough like the block.
    Raises WriteRefusedError for an empty block.
    """
    block = block_lines(source)
    if not any(text.strip() for text in block):
        raise WriteRefusedError("The block is empty", "Pick another block.")
    if not file.text.strip():
        return [whole(file, source)]
    search = _Search(file, block, line)
    found = _distinct([*search.regions(), *search.elsewhere(), _scored_whole(file, source, search)])
    found.sort(key=lambda each: -each.score)
    return _with_doubts(found)


def block_lines(source: str) -> list[str]:
    """The lines of a block without their endings, of whatever kind these are."""
    lines = _ENDING.split(source)
    return lines[:-1] if not lines[-1] else lines


def whole(file: TextFile, source: str) -> Placement:
    """The block as the whole file."""
    block = block_lines(source)
    if file.is_new:
        after = source if source.endswith(("\n", "\r")) or not source else source + "\n"
        said = f"makes a new file of {_lines(len(block))}"
        return Placement("new", 0, 0, 0.0, after, said, _unfilled(gaps(block, Haystack([]))))
    old = file_lines(file.text)
    after = spliced(file, 0, len(old), block)
    bare = [content(line) for line in old]
    like = alike(bare, block)
    said = f"replaces the whole file, {like:.0%} alike" if old else "fills the empty file"
    if after == file.text:
        said = "changes nothing: the file is just the same"
    warnings = _unfilled(gaps(block, Haystack(bare)))
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


class _Search:
    """The places of one block in one file."""

    def __init__(self, file: TextFile, block: Sequence[str], line: int | None) -> None:
        self.file = file
        self.lines = [content(text) for text in file_lines(file.text)]
        self.hint = line if line is not None and 1 <= line <= len(self.lines) else None
        first = next(at for at, text in enumerate(block) if text.strip())
        last = next(at for at in range(len(block), 0, -1) if block[at - 1].strip())
        self.skipped = first
        self.block, self.retabbed = like_file(block[first:last], self.lines)
        self.haystack = Haystack(self.lines)
        self.gaps = gaps(self.block, self.haystack)
        self.unfilled = _unfilled(first + at for at in self.gaps)

    def regions(self) -> Iterator[Placement]:
        """Regions of the file that are like the block."""
        if self.gaps:
            filled = expand(self.block, self.gaps, self.haystack)
            if filled is not None:
                yield self._expanded(filled)
                return
        inside = opened(self.block)
        filled = expand(inside, [1], self.haystack) if inside else None
        if filled is not None and filled.taken:
            yield self._expanded(filled)
        for fit in self.haystack.fits(self.block):
            yield self._fitted(fit)

    def elsewhere(self) -> Iterator[Placement]:
        """Places where it replaces nothing: at the line it is said to belong to, at the end."""
        if self.hint is not None:
            at = self.hint - 1
            there = next((text for text in self.lines[at:] if text.strip()), "")
            low = min((text for text in self.block if text.strip()), key=lambda t: len(margin(t)))
            move = shift([(there, low)])
            said = f"before line {self.hint}"
            yield self._put("before", at, at, move.apply(self.block), said, str(move), 0.15)
        end = len(self.lines)
        gap = [""] if self.lines[-1].strip() else []
        yield self._put("end", end, end, [*gap, *self.block], "at the end of the file", "", 0.1)

    def _fitted(self, fit: Fit) -> Placement:
        score = fit.alike
        if fit.symbol is not None:
            # A block that is a whole function takes the place of the whole function of that name,
            # however few lines they share; a class may be shown in part.
            score = score + 0.2 if fit.symbol.holds_others else 1 + score / 10
        new = fit.shift.apply(self.block)
        said = f"replaces {_span(fit.start, fit.end)}, {fit.alike:.0%} alike"
        placed = self._put("region", fit.start, fit.end, new, said, str(fit.shift), score)
        return replace(placed, alike=fit.alike)

    def _expanded(self, filled: Expanded) -> Placement:
        like = alike(self.lines[filled.start : filled.end], filled.lines)
        said = f"replaces {_span(filled.start, filled.end)}, {like:.0%} alike"
        if filled.taken:
            said += f", keeps {_lines(filled.taken)} that the block leaves out"
        placed = self._put(
            "region", filled.start, filled.end, filled.lines, said, filled.shift, like
        )
        doubts = tuple(
            f"what line {self.skipped + at + 1} of the block stands for is a guess"
            for at in filled.doubts
        )
        return replace(placed, alike=like, warnings=doubts, sure=not doubts)

    def _put(
        self,
        kind: Kind,
        start: int,
        end: int,
        new: Sequence[str],
        said: str,
        moved: str,
        score: float,
    ) -> Placement:
        after = spliced(self.file, start, end, new)
        if after == self.file.text:
            said = f"changes nothing: {_span(start, end)}, just the same"
        else:
            said = ", ".join(part for part in (said, moved, self.retabbed) if part)
        warnings = self.unfilled
        more = (end - start) - len(new)
        if more > 10 and more > len(new):
            warnings += (f"{_lines(more)} less than before: is the rest of the code missing?",)
        if self.hint is not None and start - 2 <= self.hint - 1 <= end + 2 and kind == "region":
            score += 0.1
        return Placement(kind, start, end, 0.0, after, said, warnings, score=score)


def _scored_whole(file: TextFile, source: str, search: _Search) -> Placement:
    placed = whole(file, source)
    score = placed.alike
    if search.gaps:
        score = min(score, 0.05)
    elif search.block[0].strip() == next(text for text in search.haystack.bare if text):
        score += 0.05  # it begins as the file does
    return replace(placed, score=score)


def _distinct(found: Sequence[Placement]) -> list[Placement]:
    """One placement for each result; of equal ones the best."""
    best: dict[str, Placement] = {}
    for each in sorted(found, key=lambda each: -each.score):
        if each.kind != "region" or each.score >= _WORTH_SHOWING:
            best.setdefault(each.after, each)
    return list(best.values())


def _with_doubts(found: list[Placement]) -> list[Placement]:
    """The same, with the first one saying so if it is no more than a guess."""
    first, rest = found[0], found[1:]
    rivals = [
        each
        for each in rest
        if first.score - each.score < _APART
        and each.kind == "region"
        and (each.end <= first.start or first.end <= each.start)
    ]
    if first.score < _SURE or first.kind in ("before", "end"):
        doubt = "nothing in the file is much like the block; a guess"
    elif rivals:
        doubt = f"{len(rivals) + 1} places fit alike; one of them"
    elif first.warnings:
        doubt = "not sure"
    else:
        return found
    return [
        replace(
            each,
            sure=False,
            description=f"{doubt}: {each.description}" if each is first else each.description,
        )
        for each in found
    ]


def _unfilled(left_out: Iterable[int]) -> tuple[str, ...]:
    return tuple(f"line {at + 1} of the block stands for code that was left out" for at in left_out)


def _span(start: int, end: int) -> str:
    return f"line {end}" if end - start == 1 else f"lines {start + 1}-{end}"


def _lines(count: int) -> str:
    return f"{count} line{'' if count == 1 else 's'}"
