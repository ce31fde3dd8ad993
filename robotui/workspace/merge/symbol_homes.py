"""Into which class or namespace of a file a symbol goes that the file lacks."""

from __future__ import annotations

import re
from typing import Final

from robotui.workspace.code.outline import Node, Outline
from robotui.workspace.merge.symbol_matching import Matcher
from robotui.workspace.merge.symbol_parts import Item, Merge, owner

_NO_CLASS: Final = re.compile(
    r"\b(?:namespace|mod|enum|type|interface|protocol|union)\b|\bmodule\s+[\w.]+\s*\{"
    r"|\b(?:describe|context|suite)\b|^\s*(?:pub\s+)?struct\s+\w+\s*\{?\s*$"
)
"""Holds others, but no functions with a body."""
_NAMESPACE: Final = re.compile(
    r"^\s*(?:inline\s+|export\s+|declare\s+)*(?:namespace|module)\b[^;]*$"
)
_IMPLS: Final = ("impl", "unsafe impl", "trait", "pub trait")
"""What methods of Rust are in."""


class HomeFinder:
    """Finds the class for what is new in a block."""

    def __init__(self, block: Outline, matcher: Matcher, found: Merge) -> None:
        self.block = block
        self.file = matcher.file
        self.choice = matcher.choice
        self.matcher = matcher
        self.found = found
        self.homes: list[Node] = []
        """Classes of the file into which a new symbol may go, the likeliest first."""

    def home(self, items: list[Item]) -> Node | None:
        """The class, or the file, into which symbols that it lacks go."""
        known = [item.match for item in items if item.match]
        new = [item.node for item in items if item.node and not item.match]
        if not new:
            return None
        if self.choice.home is not None:
            self.homes = [self.choice.home]
            return self.choice.home
        parents = {id(node.parent): node.parent for node in known}
        if len(parents) == 1:
            return next(iter(parents.values()))
        methods = [node for node in new if self.matcher.is_method(node)]
        if not methods or any(not self.matcher.is_method(node) for node in new):
            if methods and len(methods) < len(new):
                self.found.doubts.append("some of it looks like methods")
            return self._namespace_for(new)
        return self._class_for(methods)

    def _namespace_for(self, new: list[Node]) -> Node | None:
        """The namespace that all others of the file are in."""
        if any(_NAMESPACE.search(self.block.masked.lines[node.header]) for node in new):
            return None
        spaces = [
            node for node in self.file if _NAMESPACE.search(self.file.masked.lines[node.header])
        ]
        inside = [node for node in spaces if node.children and node not in _parents(spaces)]
        outer = {id(node) for node in spaces}
        others = [node for node in self.file.top if node.symbol.kind != "value"]
        if not inside or any(id(node) not in outer for node in others):
            return None
        if len(inside) > 1:
            owners = {owner(node.name) for node in new} - {""}
            known = [
                space for space in inside if owners & {owner(node.name) for node in space.children}
            ]
            if len(known) != 1:
                self.found.doubts.append(f"{len(inside)} namespaces are there for {new[0].name}")
            inside = known or inside
        return inside[0]

    def _class_for(self, methods: list[Node]) -> Node | None:
        """The class for methods whose class the block does not show."""
        classes = self._classes()
        there = self._at_hint(classes)
        if there is not None:
            return there
        if len(classes) > 1 and self.choice.raw_margin:
            fitting = [
                node
                for node in classes
                if node.children and len(node.children[0].margin) == self.choice.raw_margin
            ]
            classes = fitting or classes
        self.homes = classes
        if len(classes) == 1:
            return classes[0]
        if not classes:
            self.found.doubts.append("no class is there for it")
            return None
        self.found.doubts.append(f"{len(classes)} classes are there for {methods[0].name}")
        self.homes = sorted(classes, key=lambda node: -self._kinship(methods, node))
        return self.homes[0]

    def _classes(self) -> list[Node]:
        """The classes of the file that can have methods."""
        lines = self.file.lines
        classes = [
            node
            for node in self.file
            if node.symbol.kind == "type"
            and node.end - node.header > 1
            and not (node.name == "tests" and self.file.family == "braces")
            and not _NO_CLASS.search(self.file.masked.lines[node.header])
        ]
        if self.choice.suffix != ".rs":
            return classes
        classes = [node for node in classes if lines[node.header].lstrip().startswith(_IMPLS)]
        own = [
            node for node in classes if " for " not in node.name and "impl" in lines[node.header]
        ]
        return own if len(own) == 1 else classes

    def _at_hint(self, classes: list[Node]) -> Node | None:
        """The innermost class at the line where the block is said to belong, or right above it."""
        line = self.choice.line
        if line is None:
            return None
        at = [node for node in classes if node.start <= line < node.end]
        at = at or [
            node
            for node in classes
            if node.end <= line and not any(map(str.strip, self.file.lines[node.end : line]))
        ]
        return at[-1] if at else None

    def _kinship(self, methods: list[Node], theirs: Node) -> int:
        """How many of its words the class knows."""
        known = set(re.findall(r"\w{3,}", "\n".join(self.file.lines[theirs.header : theirs.end])))
        text = "\n".join("\n".join(self.block.lines[m.header : m.end]) for m in methods)
        return len(set(re.findall(r"(?:self|this)\.(\w+)", text)) & known)


def _parents(nodes: list[Node]) -> list[Node]:
    return [node.parent for node in nodes if node.parent is not None]
