"""A symbol that the file lacks, put among those that are there; and whether it is new at all."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Final

from robotui.workspace.code.bodies import is_finished
from robotui.workspace.code.elision import in_line
from robotui.workspace.code.outline import Node, Outline
from robotui.workspace.lines.indent import Shift, margin
from robotui.workspace.lines.similar_regions import alike
from robotui.workspace.merge.symbol_matching import Matcher
from robotui.workspace.merge.symbol_parts import Edit, Item, Merge
from robotui.workspace.merge.symbol_places import PlaceFinder

_LIKE_ANOTHER: Final = 0.72
"""A new function whose body is as much like that of one in the file may be that one, renamed."""


class Inserter:
    """Puts what is new among what is there."""

    def __init__(self, block: Outline, gaps: set[int], matcher: Matcher, found: Merge) -> None:
        self.block = block
        self.gaps = gaps
        self.file = matcher.file
        self.found = found
        self.places = PlaceFinder(matcher.file, matcher.choice)

    def insert(self, items: list[Item], number: int, home: Node | None) -> None:
        """Put one symbol of the block, which the file lacks, into ``home``."""
        item = items[number]
        ours = item.node
        if ours is None:
            return
        found = self.found
        self._check_new(ours, home)
        at, why, sure = self.places.place(items, number, home)
        if not sure:
            found.doubts.append(f"where {ours.name} belongs is a guess")
        siblings = self.file.inside(home)
        there = siblings[0].margin if siblings else self._inner_margin(home)
        more = len(there) - len(ours.margin)
        shift = Shift(add=there[:more]) if more > 0 else Shift(cut=-more)
        found.shift = shift
        lead = [
            self.block.lines[at] for at in range(item.start, ours.header) if at not in self.gaps
        ]
        new = shift.apply([*lead, *self.block.lines[ours.header : ours.end]])
        found.edits.append(Edit(at, at, new, self._apart(ours, siblings, home)))
        found.inserted += 1
        found.why.append(why)

    def _inner_margin(self, home: Node | None) -> str:
        if home is None:
            return ""
        body = [
            margin(line) for line in self.file.lines[home.header + 1 : home.end] if line.strip()
        ]
        deeper = [each for each in body if len(each) > len(home.margin)]
        return deeper[0] if deeper else home.margin + "    "

    def _apart(self, ours: Node, siblings: list[Node], home: Node | None) -> int:
        """How many empty lines are between such things in the file."""
        counts = Counter(
            then.start - first.end
            for first, then in pairwise(siblings)
            if ours.symbol.kind in (first.symbol.kind, then.symbol.kind)
            and not any(line.strip() for line in self.file.lines[first.end : then.start])
        )
        if counts:
            return counts.most_common(1)[0][0]
        if ours.symbol.kind == "value":
            return 0 if home else 1
        return 2 if home is None and self.file.family == "indented" else 1

    def _check_new(self, ours: Node, home: Node | None) -> None:
        """Whether what seems new may be what the file has under another name, or elsewhere."""
        found = self.found
        gaps = [at for at in self.gaps if ours.start <= at < ours.end]
        if gaps:
            found.guesses += gaps
            found.unfilled += gaps
        if not is_finished(self.block, ours):
            found.doubts.append(f"{ours.name} breaks off in the block")
        body = [line.strip() for line in self.block.lines[ours.header + 1 : ours.end]]
        if any(in_line(line) for line in body):
            found.doubts.append(f"code is left out within a line of {ours.name}")
        same_name = [
            node
            for node in self.file
            if node.name == ours.name
            and node.symbol.kind != "value"
            and ours.symbol.kind != "value"
            and node.parent is home
        ]
        if same_name and not ours.mark:
            found.doubts.append(f"the file has another {ours.name}")
        self._check_selectors(ours, home)
        self._check_renamed(ours, home, body)

    def _check_renamed(self, ours: Node, home: Node | None, body: list[str]) -> None:
        """A function much like one that the block does not show may be that one."""
        found = self.found
        shown = {node.key for node in self.block}
        if ours.symbol.kind == "value" or len("".join(body)) < 20:
            return
        for node in self.file:
            if node.symbol.kind != ours.symbol.kind or node.key in shown or node.mark:
                continue
            if home is not None and node.parent is not home:
                continue
            like = alike(self.file.lines[node.header + 1 : node.end], body)
            if like >= _LIKE_ANOTHER:
                found.doubts.append(f"{ours.name} may be {node.name}, renamed")
                return

    def _check_selectors(self, ours: Node, home: Node | None) -> None:
        """A rule for one of several selectors may be meant for that of all of them."""
        if self.file.family != "rules":
            return
        mine = set(ours.name.split(","))
        for node in self.file.inside(home):
            if mine & set(node.name.split(",")):
                self.found.doubts.append(f"the file has a rule for {node.name}")
                return
