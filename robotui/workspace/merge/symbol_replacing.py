"""A symbol of a block in place of that of its name in the file."""

from __future__ import annotations

from collections.abc import Sequence

from robotui.workspace.code.bodies import (
    body_start,
    docstring,
    is_finished,
    is_mark,
    is_mark_or_inner,
    is_stubbed,
)
from robotui.workspace.code.elision import in_line
from robotui.workspace.code.outline import Node, Outline
from robotui.workspace.lines.indent import Shift, margin
from robotui.workspace.merge.alignment import along
from robotui.workspace.merge.alignment_outcome import outcome
from robotui.workspace.merge.symbol_matching import Matcher
from robotui.workspace.merge.symbol_parts import Edit, Item, Merge, NotSymbolsError


class Replacer:
    """Replaces symbols of the file, with what the block leaves out of them."""

    def __init__(self, block: Outline, gaps: set[int], matcher: Matcher, found: Merge) -> None:
        self.block = block
        self.gaps = gaps
        self.file = matcher.file
        self.matcher = matcher
        self.found = found

    def replace(self, item: Item, ours: Node, theirs: Node) -> None:
        """A function, value or whole class takes the place of that of its name."""
        found, shift = self.found, self.shift(ours, theirs)
        found.shift = shift
        start = theirs.start if item.start < ours.header else theirs.header
        lead = self.lead(item, ours, theirs) if item.start < ours.header else []
        body = list(self.block.lines[ours.header : ours.end])
        region = self.file.lines[theirs.header : theirs.end]
        left_out = [at - ours.header for at in sorted(self.gaps) if ours.header <= at < ours.end]
        if left_out or self._is_context(ours, theirs):
            body = self._filled(ours, theirs, left_out)
        else:
            self._check_whole(body, region, ours)
            body = shift.apply(body)
        if lead + body != list(self.file.lines[start : theirs.end]):
            found.edits.append(Edit(start, theirs.end, lead + body))
        found.replaced += 1
        found.why.append(self._only(theirs))

    def lead(self, item: Item, ours: Node, theirs: Node | None) -> list[str]:
        """The comments and decorators above: those of the block, and those it does not show."""
        mine = [
            self.block.lines[at] for at in range(item.start, ours.header) if at not in self.gaps
        ]
        if theirs is None:
            return mine
        its = list(self.file.lines[theirs.start : theirs.header])
        if not mine:
            return its
        if any(map(is_mark, its)) and not any(map(is_mark, mine)):
            marks = next(at for at, line in enumerate(its) if is_mark(line))
            moved = self.shift(ours, theirs).apply(mine)
            return [*moved, *its[marks:]]
        if its and not is_mark(its[0]) and all(map(is_mark_or_inner, mine)):
            marks = next((at for at, line in enumerate(its) if is_mark(line)), len(its))
            return [*its[:marks], *self.shift(ours, theirs).apply(mine)]
        return self.shift(ours, theirs).apply(mine)

    def shift(self, ours: Node, theirs: Node) -> Shift:
        """How a symbol of the block is moved to be indented as that of the file."""
        more = len(theirs.margin) - len(ours.margin)
        return Shift(add=theirs.margin[:more]) if more > 0 else Shift(cut=-more)

    def _only(self, theirs: Node) -> str:
        kind = {"function": "function", "type": "class", "value": "value"}[theirs.symbol.kind]
        name = f"{kind} {theirs.name}" if " " not in theirs.name else theirs.name
        inside = theirs.parent
        same = sum(node.key == theirs.key for node in self.file)
        where = f" in {inside.name}" if inside is not None else ""
        only = ", the only one of that name" if same == 1 else ""
        return f"{name}{where}{only}"

    def _is_context(self, ours: Node, theirs: Node) -> bool:
        """``def save(self): ...`` is shown for its name only where the file has more."""
        body = self.block.lines[ours.header : ours.end]
        return is_stubbed(body) and not is_stubbed(self.file.lines[theirs.header : theirs.end])

    def _filled(self, ours: Node, theirs: Node, left_out: list[int]) -> list[str]:
        """The function with what the block leaves out."""
        found = self.found
        block = list(self.block.lines[ours.header : ours.end])
        lines = self.file.lines[theirs.header : theirs.end]
        if self._is_context(ours, theirs):
            head, known = self.matcher.head(self.block, ours), self.matcher.head(self.file, theirs)
            if head.split("...")[0].rstrip(" {") != known.rstrip(" {"):
                found.doubts.append(f"the body of {ours.name} may be left out, or meant")
            found.kept += len(lines) - 1
            return list(lines)
        block, left_out = self._with_docstring(block, left_out, lines)
        filled = along(block, left_out, lines, within=False)
        came = outcome(filled, block, lines, self.shift(ours, theirs)) if filled else None
        if filled is None or came is None:
            raise NotSymbolsError
        if came.doubts or filled.ambiguous:
            found.guesses += [ours.header + at for at in (came.doubts or left_out[:1])]
        found.removed += came.unseen
        found.kept += came.passed
        new = came.lines
        return [*lines[: came.start], *new, *lines[came.end :]]

    def _with_docstring(
        self, block: list[str], left_out: list[int], lines: Sequence[str]
    ) -> tuple[list[str], list[int]]:
        """A docstring that the block does not show stays the first thing in its function."""
        if self.file.family != "indented":
            return block, left_out
        doc = docstring(lines)
        at = body_start(block)
        if not doc or at >= len(block) or at in left_out or docstring(block):
            return block, left_out
        moved = (
            Shift(cut=len(margin(lines[0])) - len(margin(block[0])))
            if len(margin(lines[0])) > len(margin(block[0]))
            else Shift()
        )
        return [*block[:at], *moved.apply(doc), *block[at:]], [
            each + len(doc) if each >= at else each for each in left_out
        ]

    def _check_whole(self, body: list[str], region: Sequence[str], ours: Node) -> None:
        """Whether a function is shown whole, so that all that it lacks is meant to go."""
        found = self.found
        if any(in_line(line) and line.strip() not in region for line in body):
            found.doubts.append(f"code is left out within a line of {ours.name}")
        if not is_finished(self.block, ours):
            found.doubts.append(f"{ours.name} breaks off in the block")
        if ours.symbol.kind == "value":
            if len(region) > 3 and len(body) == 1:
                found.removed += len(region) - 1
            return
        filled = along(body, [], region, within=False)
        if filled is None:
            return
        came = outcome(filled, body, region, Shift())
        if came is None:
            return
        ends = came.tail or (_answers(region[-1:]) and not _answers(body) and came.unseen)
        if ends and self.file.family != "braces":
            found.removed += came.tail or came.unseen
            found.doubts.append(f"the end of {ours.name} is not shown")


def _answers(lines: Sequence[str]) -> bool:
    """Whether a function ends with what it returns, or raises."""
    return any(line.lstrip().startswith(("return ", "raise ", "yield ")) for line in lines)
