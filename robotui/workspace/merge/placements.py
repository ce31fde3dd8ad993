"""Where in a file a block belongs. What is found is shown to the user, who decides.

A way is ``sure`` for a reason only, never for being alike: the same symbol of the same kind in the
same container, shown whole, and the only one; a new symbol at a place that its neighbours or the
file's order give; lines that are in the file in order, at one place only, with the block's first
and last line among them. It is not sure if anything is left to guess, or if lines go that the
block does not show. Those are lines of the file in whose place nothing stands: of a stretch that
changes, as many as it has more lines before than after. A function that is shown whole may become
shorter, as long as its end is shown and no more than a few lines go from between lines that stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from robotui.errors import WriteRefusedError
from robotui.workspace.code.elision import gaps
from robotui.workspace.code.masking import family
from robotui.workspace.code.outline import Node, Outline
from robotui.workspace.code.reindenting import fitted
from robotui.workspace.lines.align import pairs, steps
from robotui.workspace.lines.indent import like_file, margin, shift
from robotui.workspace.lines.similar_regions import Fit, Haystack, alike
from robotui.workspace.merge.alignment import says
from robotui.workspace.merge.anchored_lines import Anchored, anchored
from robotui.workspace.merge.lost_lines import lost
from robotui.workspace.merge.result_checks import vet
from robotui.workspace.merge.symbol_merge import Merger
from robotui.workspace.merge.symbol_parts import Choice, Merge, NotSymbolsError, with_edits
from robotui.workspace.text_file import TextFile, content, file_lines

Kind = Literal["new", "whole", "region", "insert", "before", "end"]

_ENDING: Final = re.compile(r"\r\n|\r|\n")
_ALIKE: Final = 0.5
"""A region less alike is no more than a guess."""
_APART: Final = 0.03
"""Regions whose scores are closer than this fit equally well."""
_WORTH_SHOWING: Final = 0.2
_RIVALS: Final = 5
"""Places that are offered for a block which may belong to several."""


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


def placements(file: TextFile, source: str, line: int | None = None) -> list[Placement]:
    """The ways to put a block into a file, best first; ``line`` is where it is said to belong.

    If the first one is not ``sure``, the user has to choose. Raises WriteRefusedError for an empty
    block.
    """
    block = block_lines(source)
    if not any(text.strip() for text in block):
        raise WriteRefusedError("The block is empty", "Pick another block.")
    if not file.text.strip():
        return [whole(file, source)]
    search = _Search(file, block, line)
    ways = [*map(search.vetted, (*search.by_symbols(), search.whole(source)))]
    if not any(way.sure for way in ways):  # it takes a while in large files
        ways += map(search.vetted, search.by_lines())
    ways += [*search.regions(), *search.elsewhere()]
    first, *rest = sorted(_distinct(ways), key=lambda each: -each.score)
    return _with_doubts([first if first.sure else search.vetted(first), *rest])


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
        return Placement("new", 0, 0, 0.0, after, said, _unfilled(gaps(block)))
    old = file_lines(file.text)
    after = spliced(file, 0, len(old), block)
    bare = [content(line) for line in old]
    like = alike(bare, block)
    said = f"replaces the whole file, {like:.0%} alike" if old else "fills the empty file"
    if after == file.text:
        said = "changes nothing: the file is just the same"
    warnings = _unfilled(gaps(block, {line.strip() for line in bare}))
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
        self.name = file.path.name
        first = next(at for at, text in enumerate(block) if text.strip())
        last = next(at for at in range(len(block), 0, -1) if block[at - 1].strip())
        self.original = list(block)
        self.skipped = first
        block, self.retabbed = like_file(block[first:last], self.lines)
        block, self.dropped = self._without_name(block)
        self.skipped += self.dropped
        self.kind = family(self.name, self.lines)
        self.block = fitted(block, self.lines, self.kind, self.name)
        self.haystack = Haystack(self.lines)
        self.gaps = gaps(self.block, set(self.haystack.bare))
        self.outline = Outline(self.lines, self.kind, self.name)
        self.ours = Outline(self.block, self.kind, self.name)

    def _without_name(self, block: list[str]) -> tuple[list[str], int]:
        """A first line that is a comment with the file's name is for the reader."""
        found = re.fullmatch(r"\s*(?:#|//|--|/\*|<!--|;)\s*(\S+?):?\s*(?:\*/|-->)?", block[0])
        if not found or len(block) < 2 or block[0].strip() in map(str.strip, self.lines):
            return block, 0
        if found[1].replace("\\", "/").rpartition("/")[2] != self.name:
            return block, 0
        at = next((at for at in range(1, len(block)) if block[at].strip()), 0)
        return block[at:], at

    # -- by functions and classes

    def by_symbols(self) -> Iterator[Placement]:
        """Each symbol of the block to that of its name in the file, or near its neighbours."""
        raw = min(len(margin(line)) for line in self.block if line.strip())
        choice = Choice(self.hint - 1 if self.hint else None, raw, self.file.path.suffix.lower())
        try:
            merger = Merger(self.ours, self.gaps, self.outline, choice)
            merged = merger.run()
            if merged.only_new_values:
                yield self._merged(merged, 0.12)
                return
            yield self._merged(merged, 2.0)
            others = [replace(choice, target=node) for node in merger.matcher.rivals[:_RIVALS]]
            others += [replace(choice, home=node) for node in merger.inserter.homes[1:_RIVALS]]
            for number, other in enumerate(others):
                other_merge = Merger(self.ours, self.gaps, self.outline, other).run()
                yield self._merged(other_merge, 0.9 - number / 100)
        except NotSymbolsError:
            pass
        yield from self._same_names()

    def _merged(self, found: Merge, score: float) -> Placement:
        doubts = [*found.doubts, *self._all_but_some()]
        if not found.edits:
            doubts += self._not_there(found)
            said = "changes nothing: all of it is in the file already"
            return Placement(
                "region", 0, 0, 1.0, self.file.text, said, tuple(doubts), not doubts, score
            )
        start, end, new = with_edits(self.lines, found.edits)
        like = alike(self.lines[start:end], new)
        kind: Kind = "region" if end > start else "insert"
        said = f"replaces {_span(start, end)}, {like:.0%} alike"
        if start == end:
            said = f"inserts {_lines(len(new))} at line {start + 1}"
        elif len(found.edits) > 1:
            said = f"changes {_span(start, end)}, in {len(found.edits)} places"
        if found.kept:
            said += f", keeps {_lines(found.kept)} that the block leaves out"
        moved = str(found.shift) if found.replaced + found.inserted == 1 else ""
        placed = self._put(kind, start, end, new, said, moved, score)
        known = [at for at in found.guesses if at not in found.unfilled]
        warnings = [*placed.warnings, *map(self._guess, known)]
        warnings += _unfilled(self.skipped + at for at in found.unfilled)
        sure = not (doubts or found.guesses or found.removed or warnings)
        return replace(
            placed,
            alike=like,
            warnings=(*doubts, *dict.fromkeys(warnings)),
            removes=found.removed,
            sure=sure,
            score=score if sure else min(score, 1.0),
            why="; ".join(found.why),
        )

    def _not_there(self, found: Merge) -> Iterator[str]:
        """Lines that would be left out, though nothing says that they stand for others."""
        for at, line in enumerate(self.block):
            if at in found.guesses:
                yield self._guess(at)
            elif at not in self.gaps and says(line) and line.strip() not in self.haystack.bare:
                yield f"line {self.skipped + at + 1} of the block would not be written"

    def _guess(self, at: int) -> str:
        return f"what line {self.skipped + at + 1} of the block stands for is a guess"

    def _all_but_some(self) -> list[str]:
        """The block may be the whole file, without something that is to go."""
        if self.gaps or self.block[0].strip() != next(t for t in self.haystack.bare if t):
            return []
        mine = {node.key for node in self.ours.top}
        theirs = [node for node in self.outline.top if node.symbol.kind != "value"]
        missing = [node for node in theirs if node.key not in mine]
        if not missing or len(missing) * 2 >= len(theirs):
            return []
        return [f"this may be the whole file, without {missing[0].name}"]

    def _same_names(self) -> Iterator[Placement]:
        """The block as it is in place of a symbol that has the name of the block's only one."""
        if len(self.ours.top) != 1:
            return
        ours = self.ours.top[0]
        for node in [node for node in self.outline if node.key == ours.key][:_RIVALS]:
            start = node.start if ours.start < ours.header else node.header
            yield self._fitted(self.haystack.fit(self.block, start, node.end), 0.3)

    # -- by lines

    def by_lines(self) -> Iterator[Placement]:
        """Where the lines of the block are in the file, with what it leaves out."""
        near = self.hint - 1 if self.hint else None
        found = anchored(self.block, self.gaps, self.lines, self.haystack, near)
        if found is not None:
            yield self._anchored(found)

    def _anchored(self, found: Anchored) -> Placement:
        like = alike(self.lines[found.start : found.end], found.lines)
        said = f"replaces {_span(found.start, found.end)}, {like:.0%} alike"
        if found.passed:
            said += f", keeps {_lines(found.passed)} that the block leaves out"
        placed = self._put(
            "region",
            found.start,
            found.end,
            found.lines,
            said,
            str(found.shift),
            1.0 + like if found.sure else like,
        )
        return replace(
            placed,
            alike=like,
            warnings=tuple(map(self._guess, found.guesses)),
            sure=found.sure,
            why=found.why,
            removes=found.unseen,
        )

    def regions(self) -> Iterator[Placement]:
        """Regions of the file that are like the block."""
        if not self.gaps:
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
            yield self._unsure("before", at, at, move.apply(self.block), said, str(move), 0.15)
        end = len(self.lines)
        gap = [""] if self.lines[-1].strip() else []
        said = "at the end of the file"
        yield self._unsure("end", end, end, [*gap, *self.block], said, "", 0.1)

    def _unsure(
        self,
        kind: Kind,
        start: int,
        end: int,
        new: Sequence[str],
        said: str,
        moved: str,
        score: float,
    ) -> Placement:
        placed = self._put(kind, start, end, new, said, moved, score)
        unfilled = _unfilled(self.skipped + at for at in self.gaps)
        return replace(placed, sure=False, warnings=placed.warnings + unfilled)

    def _fitted(self, fit: Fit, more: float = 0.0) -> Placement:
        new = fit.shift.apply(self.block)
        said = f"replaces {_span(fit.start, fit.end)}, {fit.alike:.0%} alike"
        score = fit.alike + more
        if self.hint is not None and fit.start - 2 <= self.hint - 1 <= fit.end + 2:
            score += 0.1
        placed = self._unsure("region", fit.start, fit.end, new, said, str(fit.shift), score)
        unseen = _unseen(self.lines[fit.start : fit.end], new)
        return replace(placed, alike=fit.alike, removes=unseen)

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
        warnings: tuple[str, ...] = ()
        more = (end - start) - len(new)
        if more > 10 and more > len(new):
            warnings = (f"{_lines(more)} less than before: is the rest of the code missing?",)
        return Placement(kind, start, end, 0.0, after, said, warnings, score=score)

    def vetted(self, way: Placement) -> Placement:
        """The way, not sure if the file would not be whole afterwards."""
        after = [content(text) for text in file_lines(way.after)]
        if not way.sure:
            removes = lost(self.outline, Outline(after, self.kind, self.name))
            return replace(way, removes=max(way.removes, removes))
        found = vet(self.outline, after, self.name)
        faults = found.faults
        if way.kind == "whole":
            faults = tuple(each for each in faults if not each.startswith("removes "))
        return replace(
            way,
            sure=not faults,
            warnings=(*way.warnings, *faults),
            removes=max(way.removes, found.removes),
            score=way.score if not faults else min(way.score, 1.0),
        )

    # -- the whole file

    def whole(self, source: str) -> Placement:
        """The block as the whole file; sure if it shows, or visibly changes, all that is there."""
        placed = whole(self.file, source)
        unseen = _unseen(self.lines, self.original)
        first = self.block[0].strip() == next(text for text in self.haystack.bare if text)
        lost = self._lost()
        if self.gaps:
            return replace(placed, score=min(placed.alike, 0.05), sure=False, removes=unseen)
        complete = not (unseen or lost or self.retabbed) and placed.alike >= 0.4
        shown = bool(self.outline.top) or first
        if complete and shown:
            why = "the block shows the whole file"
            return replace(placed, score=3.0, why=why)
        warnings = (f"removes {lost[0]}",) if lost else ()
        score = placed.alike + (0.05 if first else 0.0)
        return replace(
            placed, score=score, sure=False, removes=unseen, warnings=placed.warnings + warnings
        )

    def _lost(self) -> list[str]:
        """Symbols of the file that the block neither has nor shows under a new name."""
        mine = {node.path for node in self.ours}
        lost = [node for node in self.outline if node.path not in mine and _matters(node)]
        if not lost:
            return []
        partners = {}
        for tag, a, b, c, d in steps(self.haystack.bare, [line.strip() for line in self.block]):
            if tag == "replace":
                bare = [line.strip() for line in self.block[c:d]]
                for old, new in pairs(self.haystack.bare[a:b], bare):
                    if old is not None and new is not None:
                        partners[a + old] = c + new
            elif tag == "equal":
                partners.update(zip(range(a, b), range(c, d), strict=True))
        return [node.name for node in lost if node.header not in partners]


def _matters(node: Node) -> bool:
    return node.symbol.kind != "value" or node.parent is None


def _unseen(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines go without anything in their place."""
    count = 0
    bare = [line.strip() for line in old]
    for tag, a, b, c, d in steps(bare, [line.strip() for line in new]):
        if tag != "equal":
            more = sum(map(bool, bare[a:b])) - sum(bool(line.strip()) for line in new[c:d])
            count += max(0, more)
    return count


def _distinct(found: Iterable[Placement]) -> list[Placement]:
    """One placement for each result; of equal ones the best, with what speaks against any."""
    best: dict[str, Placement] = {}
    for each in sorted(found, key=lambda each: -each.score):
        known = best.get(each.after)
        if known is not None and not known.sure:
            warnings = tuple(dict.fromkeys((*known.warnings, *each.warnings)))
            removes = max(known.removes, each.removes)
            best[each.after] = replace(known, warnings=warnings, removes=removes)
        elif known is None and (each.kind != "region" or each.score >= _WORTH_SHOWING):
            best[each.after] = each
    return list(best.values())


def _with_doubts(found: list[Placement]) -> list[Placement]:
    """The same, with the first one saying so if it is no more than a guess."""
    first, rest = found[0], found[1:]
    if first.sure:
        return found
    rivals = [
        each
        for each in rest
        if first.score - each.score < _APART
        and each.kind == "region"
        and (each.end <= first.start or first.end <= each.start)
    ]
    if first.score < _ALIKE or first.kind in ("before", "end"):
        doubt = "nothing in the file is much like the block; a guess"
    elif rivals:
        doubt = f"{len(rivals) + 1} places fit alike; one of them"
    else:
        doubt = "not sure"
    return [
        replace(first, description=f"{doubt}: {first.description}"),
        *(replace(each, sure=False) for each in rest),
    ]


def _unfilled(left_out: Iterable[int]) -> tuple[str, ...]:
    return tuple(f"line {at + 1} of the block stands for code that was left out" for at in left_out)


def _span(start: int, end: int) -> str:
    return f"line {end}" if end - start == 1 else f"lines {start + 1}-{end}"


def _lines(count: int) -> str:
    return f"{count} line{'' if count == 1 else 's'}"
