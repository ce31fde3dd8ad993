"""Before which line of a file a symbol goes that the file lacks."""

from __future__ import annotations

import re
from typing import NamedTuple

from robotui.workspace.code.outline import Node, Outline
from robotui.workspace.merge.imports import imports
from robotui.workspace.merge.symbol_parts import Choice, Item, owner


class Place(NamedTuple):
    """Where something new goes."""

    line: int
    """The line of the file, from 0, before which it goes."""
    why: str
    """The reason, as a sentence on what happens."""
    sure: bool = True


class PlaceFinder:
    """Finds places in one file."""

    def __init__(self, file: Outline, choice: Choice) -> None:
        self.file = file
        self.choice = choice

    def place(self, items: list[Item], number: int, home: Node | None) -> Place:
        """Where a new symbol of the block goes in ``home``: beside its neighbours, if any."""
        ours = items[number].node
        name = ours.name if ours else ""
        where = f" in {home.name}" if home else ""
        for item in reversed(items[:number]):
            if item.gap:
                break
            node = item.match
            if node is not None and node.parent is home:
                return Place(node.end, f"inserts {name} after {node.name}{where}")
            if item.at is not None:
                break
        for item in items[number + 1 :]:
            node = item.match
            if item.gap or item.at is not None:
                break
            if node is not None and node.parent is home:
                return Place(node.start, f"inserts {name} before {node.name}{where}")
        if home is not None and not home.children:
            return Place(self._closing(home), f"inserts {name} at the end of {home.name}")
        return self._usual_place(items, number, home)

    def _usual_place(self, items: list[Item], number: int, home: Node | None) -> Place:
        """Where such things are in the file."""
        ours = items[number].node
        siblings = self.file.inside(home)
        where = f" in {home.name}" if home else ""
        if ours is None or (not siblings and home is None):
            return Place(len(self.file.lines), "adds it at the end of the file")
        kind, name = ours.symbol.kind, ours.name
        if name == "__main__":
            return Place(len(self.file.lines), "adds the start of the program at the end")
        twins = [node for node in siblings if node.name == name or _pair(node.name) == _pair(name)]
        if kind == "function" and twins:
            return Place(twins[-1].end, f"inserts {name} after {twins[-1].name}{where}")
        if kind == "value":
            return self._value_place(items, number, siblings, home)
        line = self.choice.line
        if line is not None:
            node = next((node for node in siblings if node.end > line), None)
            if node is not None:
                return Place(node.start, f"inserts {name} at line {node.start + 1}{where}")
        last = self._last(ours, siblings)
        if last is None:
            return Place(len(self.file.lines), "adds it at the end of the file", home is None)
        return Place(last.end, f"inserts {name} after {last.name}{where}")

    def _last(self, ours: Node, siblings: list[Node]) -> Node | None:
        """The last of its like, before the tests and the start of the program."""
        usable = [
            node
            for node in siblings
            if node.name not in ("__main__", "tests") and node.symbol.kind != "value"
        ]
        owned = owner(ours.name)
        if owned:
            own = [node for node in usable if owned in (owner(node.name), node.name)]
            usable = own or usable
        callables = [node for node in usable if node.symbol.kind == ours.symbol.kind]
        if ours.symbol.kind == "function" and callables and callables[0].parent is not None:
            usable = callables
        usable = usable or [node for node in siblings if node.name not in ("__main__", "tests")]
        return usable[-1] if usable else None

    def _value_place(
        self, items: list[Item], number: int, siblings: list[Node], home: Node | None
    ) -> Place:
        """A new value goes behind the others of the beginning, before what uses it."""
        ours = items[number].node
        name = ours.name if ours else ""
        before = []
        for node in siblings:
            if node.symbol.kind != "value":
                break
            before.append(node)
        if before:
            return Place(before[-1].end, f"inserts {name} after {before[-1].name}")
        if home is not None:
            first = siblings[0]
            return Place(first.start, f"inserts {name} before {first.name} in {home.name}")
        have = [
            each for each in imports(self.file) if not siblings or each.start < siblings[0].start
        ]
        if have:
            return Place(have[-1].end, f"inserts {name} after the imports")
        return Place(siblings[0].start, f"inserts {name} before {siblings[0].name}", False)

    def _closing(self, home: Node) -> int:
        """The line that closes a class, or the one behind it."""
        last = self.file.lines[home.end - 1].strip()
        closes = last in ("}", "};", "end", "})", "});") and home.end - home.header > 1
        return home.end - 1 if closes else home.end


def _pair(name: str) -> str:
    """``get size`` and ``set size`` belong together."""
    return re.sub(r"^(?:get|set)\s", "", name)
