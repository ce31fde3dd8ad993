"""The symbols of a file that those of a block stand for: the same name, kind and container."""

from __future__ import annotations

import re
from typing import Final

from robotui.workspace.code.bodies import begin
from robotui.workspace.code.outline import Node, Outline
from robotui.workspace.lines.similar_regions import alike
from robotui.workspace.merge.symbol_parts import Choice, Item, Merge

_OVERLOADS: Final = {
    *(".java", ".cs", ".cc", ".cpp", ".cxx", ".hpp", ".h", ".hh", ".kt", ".swift", ".scala"),
    ".groovy",
}
"""Kinds of files in which functions of one name differ in their parameters."""
_SAME_BODY: Final = 0.6
"""Functions that differ in the types of their parameters, and more in all, may be two."""
_SURELY_SAME: Final = 0.8
"""The same for the bodies of functions that differ in the number of their parameters."""


class Matcher:
    """Finds the symbols of a file for those of a block."""

    def __init__(self, block: Outline, file: Outline, choice: Choice, found: Merge) -> None:
        self.block = block
        self.file = file
        self.choice = choice
        self.found = found
        self.rivals: list[Node] = []
        """Symbols of the file of which one is meant, but not clear which."""

    def match(self, items: list[Item]) -> None:
        """Find the symbols of the file for those of the block."""
        unclear: list[tuple[Item, list[Node]]] = []
        parents: set[int] = set()
        for item in items:
            if item.node is None:
                continue
            found = self._candidates(item.node)
            if len(found) == 1:
                item.match = found[0]
                parents.add(id(found[0].parent))
            elif found:
                unclear.append((item, found))
        for item, found in unclear:
            near = [node for node in found if id(node.parent) in parents]
            if len(near) == 1:
                item.match = near[0]
            else:
                self._several(item, near or found)

    def match_in(self, item: Item, theirs: Node) -> None:
        """The member of the class that a member of the block's class is."""
        ours = item.node
        if ours is None:
            return
        found = [node for node in theirs.children if node.key == ours.key]
        if len(found) > 1:
            head = self.head(self.block, ours)
            found = [node for node in found if self.head(self.file, node) == head] or found
        if len(found) == 1:
            item.match = found[0]
            if self.is_other_overload(ours, found[0]):
                self.found.doubts.append(f"{ours.name} has other parameters here: an overload?")
        elif found:
            self._several(item, found)

    def _several(self, item: Item, found: list[Node]) -> None:
        ours = item.node
        if ours is None:
            return
        if self.choice.target in found:
            item.match = self.choice.target
            return
        if self.choice.line is not None:
            at = self.choice.line
            near = [node for node in found if node.start - 2 <= at < node.end + 2]
            if len(near) == 1:
                item.match = near[0]
                return
        item.match = max(found, key=lambda node: self._likeness(ours, node))
        self.rivals = found
        self.found.doubts.append(f"{len(found)} in the file are called {ours.name}")

    def _likeness(self, ours: Node, theirs: Node) -> float:
        return alike(
            self.file.lines[theirs.header : theirs.end], self.block.lines[ours.header : ours.end]
        )

    def _candidates(self, ours: Node) -> list[Node]:
        found = [node for node in self.file if node.key == ours.key and self._may_be(ours, node)]
        if len(found) > 1:
            head = self.head(self.block, ours)
            same = [node for node in found if self.head(self.file, node) == head]
            found = same or found
        if len(found) > 1 and not self.is_method(ours):
            top = [node for node in found if node.parent is None]
            best = max(found, key=lambda node: self._likeness(ours, node))
            found = top if top == [best] else found
        if len(found) == 1 and not found[0].mark and self.is_other_overload(ours, found[0]):
            self.found.doubts.append(f"{ours.name} has other parameters here: an overload?")
        return found

    def head(self, code: Outline, node: Node) -> str:
        """The first line of a symbol, with its parameters if these are in it."""
        lines = code.masked
        end = node.header + 1
        while (
            end < node.end
            and "(" in lines.lines[node.header]
            and (code.lines[node.header].count("(") > code.lines[node.header].count(")"))
            and lines.depths[end] > lines.depths[node.header] + 1
        ):
            end += 1
        return " ".join(" ".join(code.lines[node.header : end]).split())

    def is_other_overload(self, ours: Node, theirs: Node) -> bool:
        """Whether they seem to be two functions that differ in their parameters."""
        if self.choice.suffix not in _OVERLOADS or ours.symbol.kind != "function":
            return False
        here, there = self.head(self.block, ours), self.head(self.file, theirs)
        if _types(here) == _types(there):
            return False
        if len(_types(here)) != len(_types(there)):
            return self._likeness_of_bodies(ours, theirs) < _SURELY_SAME
        return self._likeness(ours, theirs) < _SAME_BODY

    def _likeness_of_bodies(self, ours: Node, theirs: Node) -> float:
        mine = self.block.lines[begin(self.block, ours) : ours.end - 1]
        its = self.file.lines[begin(self.file, theirs) : theirs.end - 1]
        return alike(its, mine) if mine and its else 0.0

    def _may_be(self, ours: Node, theirs: Node) -> bool:
        """Whether both can be the same by what they are in."""
        if ours.symbol.kind == "value":
            return theirs.parent is None or theirs.parent.symbol.kind != "function"
        if self.file.family != "indented" or ours.symbol.kind != "function":
            return True
        mine, its = self._takes_self(self.block, ours), self._takes_self(self.file, theirs)
        in_class = theirs.parent is not None and theirs.parent.symbol.kind == "type"
        if self.choice.raw_margin == 0 and in_class and its and not mine:
            return self._is_static(ours)
        return not (mine and not its and theirs.parent is None)

    def _takes_self(self, code: Outline, node: Node) -> bool:
        text = " ".join(code.lines[node.header : node.header + 3])
        return bool(re.search(r"\(\s*(?:self|cls|mcs)\b", text))

    def _is_static(self, ours: Node) -> bool:
        above = " ".join(self.block.lines[ours.start : ours.header])
        return "@staticmethod" in above or "@classmethod" in above

    def is_method(self, ours: Node) -> bool:
        """Whether a function of the block belongs into a class, by its looks or its depth."""
        if ours.symbol.kind == "type":
            return bool(self.choice.raw_margin)
        if self.file.family == "indented":
            return (
                self._takes_self(self.block, ours)
                or self._is_static(ours)
                or bool(self.choice.raw_margin)
            )
        return bool(self.choice.raw_margin) or bool(self._method_words(ours))

    def _method_words(self, ours: Node) -> bool:
        line = self.block.lines[ours.header]
        if self.choice.suffix in (".go", ".c", ".h", ".lua", ".sh"):
            return False
        if re.search(r"\bfn\b", line):
            return bool(re.search(r"[(,]\s*&?(?:'\w+\s+)?(?:mut\s+)?self\b", line))
        if "::" in ours.name or ours.symbol.kind == "type":
            return False
        if re.match(r"\s*(?:public|private|protected|internal|static|override|get|set|@)\b", line):
            return True
        if self.choice.suffix in (".java", ".cs"):
            return True
        script = (".js", ".jsx", ".mjs", ".ts", ".tsx", ".mts", ".cjs", ".vue", "")
        return (
            self.choice.suffix in script
            and self.file.family == "braces"
            and bool(
                re.match(
                    r"\s*(?:static\s+|async\s+|get\s+|set\s+|\*\s*)*[\w$#]+\s*(?:<.*>)?\(", line
                )
                and not re.match(r"\s*(?:async\s+)?function\b", line)
                and ours.symbol.kind == "function"
                and "(" in line
                and not re.match(r"\s*(?:it|test|describe|before|after)", line)
            )
        )


def _types(head: str) -> list[str]:
    inner = head.partition("(")[2].rpartition(")")[0]
    if not inner.strip():
        return []
    return [re.sub(r"\s+[\w$]+\s*(?:=.*)?$", "", part.strip()) for part in inner.split(",")]
