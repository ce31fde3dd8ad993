"""Where in a file a symbol goes that it lacks, and whether that is clear."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import Final

from robotui.workspace.code.bodies import is_finished
from robotui.workspace.code.elision import in_line
from robotui.workspace.code.outline import Node, Outline
from robotui.workspace.lines.indent import Shift, margin
from robotui.workspace.lines.similar_regions import alike
from robotui.workspace.merge.imports import imports
from robotui.workspace.merge.symbol_matching import Matcher
from robotui.workspace.merge.symbol_parts import Edit, Item, Merge

_LIKE_ANOTHER: Final = 0.72
"""A new function whose body is as much like that of one in the file may be that one, renamed."""
_NO_CLASS: Final = re.compile(
    r"\b(?:namespace|mod|enum|type|interface|protocol|union)\b|\bmodule\s+[\w.]+\s*\{"
    r"|\b(?:describe|context|suite)\b|^\s*(?:pub\s+)?struct\s+\w+\s*\{?\s*$"
)
"""Holds others, but no functions with a body."""
_NAMESPACE: Final = re.compile(
    r"^\s*(?:inline\s+|export\s+|declare\s+)*(?:namespace|module)\b[^;]*$"
)


class Inserter:
    """Puts what is new among what is there."""

    def __init__(self, block: Outline, gaps: set[int], matcher: Matcher, found: Merge) -> None:
        self.block = block
        self.gaps = gaps
        self.file = matcher.file
        self.choice = matcher.choice
        self.matcher = matcher
        self.found = found
        self.homes: list[Node] = []
        """Classes of the file into which a new symbol may go."""

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
            owners = {_owner(node.name) for node in new} - {""}
            known = [
                space for space in inside if owners & {_owner(node.name) for node in space.children}
            ]
            if len(known) != 1:
                self.found.doubts.append(f"{len(inside)} namespaces are there for {new[0].name}")
            inside = known or inside
        return inside[0]

    def _class_for(self, methods: list[Node]) -> Node | None:
        """The class for methods whose class the block does not show."""
        classes = [
            node
            for node in self.file
            if node.symbol.kind == "type"
            and node.end - node.header > 1
            and not (node.name == "tests" and self.file.family == "braces")
            and not _NO_CLASS.search(self.file.masked.lines[node.header])
        ]
        if self.choice.suffix == ".rs":
            classes = [
                node
                for node in classes
                if self.file.lines[node.header]
                .lstrip()
                .startswith(("impl", "unsafe impl", "trait", "pub trait"))
            ]
            own = [
                node
                for node in classes
                if " for " not in node.name and "impl" in self.file.lines[node.header]
            ]
            classes = own if len(own) == 1 else classes
        line = self.choice.line
        if line is not None:
            at = [node for node in classes if node.start <= line < node.end]
            at = at or [
                node
                for node in classes
                if node.end <= line and not any(map(str.strip, self.file.lines[node.end : line]))
            ]
            if at:
                return at[-1]
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

    def _kinship(self, methods: list[Node], theirs: Node) -> int:
        """How many of its words the class knows."""
        known = set(re.findall(r"\w{3,}", "\n".join(self.file.lines[theirs.header : theirs.end])))
        text = "\n".join("\n".join(self.block.lines[m.header : m.end]) for m in methods)
        return len(set(re.findall(r"(?:self|this)\.(\w+)", text)) & known)

    def insert(self, items: list[Item], number: int, home: Node | None) -> None:
        """Put one symbol of the block, which the file lacks, into ``home``."""
        item = items[number]
        ours = item.node
        if ours is None:
            return
        found = self.found
        self._check_new(ours, home)
        at, why, sure = self._place(items, number, home)
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

    def _place(self, items: list[Item], number: int, home: Node | None) -> tuple[int, str, bool]:
        """The line before which a new symbol goes, why there, and whether that is sure."""
        ours = items[number].node
        name = ours.name if ours else ""
        where = f" in {home.name}" if home else ""
        for item in reversed(items[:number]):
            if item.gap:
                break
            node = item.match
            if node is not None and node.parent is home:
                return node.end, f"inserts {name} after {node.name}{where}", True
            if item.at is not None:
                break
        for item in items[number + 1 :]:
            node = item.match
            if item.gap or item.at is not None:
                break
            if node is not None and node.parent is home:
                return node.start, f"inserts {name} before {node.name}{where}", True
        if home is not None and not home.children:
            return self._closing(home), f"inserts {name} at the end of {home.name}", True
        return self._usual_place(items, number, home)

    def _usual_place(
        self, items: list[Item], number: int, home: Node | None
    ) -> tuple[int, str, bool]:
        """Where such things are in the file."""
        ours = items[number].node
        siblings = self.file.inside(home)
        where = f" in {home.name}" if home else ""
        if ours is None or (not siblings and home is None):
            return len(self.file.lines), "adds it at the end of the file", True
        kind, name = ours.symbol.kind, ours.name
        if name == "__main__":
            return len(self.file.lines), "adds the start of the program at the end", True
        twins = [node for node in siblings if node.name == name or _pair(node.name) == _pair(name)]
        if kind == "function" and twins:
            return twins[-1].end, f"inserts {name} after {twins[-1].name}{where}", True
        if kind == "value":
            return self._value_place(items, number, siblings, home)
        line = self.choice.line
        if line is not None:
            node = next((node for node in siblings if node.end > line), None)
            if node is not None:
                return node.start, f"inserts {name} at line {node.start + 1}{where}", True
        last = self._last(ours, siblings)
        if last is None:
            return len(self.file.lines), "adds it at the end of the file", home is None
        return last.end, f"inserts {name} after {last.name}{where}", True

    def _last(self, ours: Node, siblings: list[Node]) -> Node | None:
        """The last of its like, before the tests and the start of the program."""
        usable = [
            node
            for node in siblings
            if node.name not in ("__main__", "tests") and node.symbol.kind != "value"
        ]
        owner = _owner(ours.name)
        if owner:
            own = [node for node in usable if owner in (_owner(node.name), node.name)]
            usable = own or usable
        callables = [node for node in usable if node.symbol.kind == ours.symbol.kind]
        if ours.symbol.kind == "function" and callables and callables[0].parent is not None:
            usable = callables
        usable = usable or [node for node in siblings if node.name not in ("__main__", "tests")]
        return usable[-1] if usable else None

    def _value_place(
        self, items: list[Item], number: int, siblings: list[Node], home: Node | None
    ) -> tuple[int, str, bool]:
        """A new value goes behind the others of the beginning, before what uses it."""
        ours = items[number].node
        name = ours.name if ours else ""
        before = []
        for node in siblings:
            if node.symbol.kind != "value":
                break
            before.append(node)
        if before:
            return before[-1].end, f"inserts {name} after {before[-1].name}", True
        if home is not None:
            first = siblings[0]
            return first.start, f"inserts {name} before {first.name} in {home.name}", True
        have = [
            each for each in imports(self.file) if not siblings or each.start < siblings[0].start
        ]
        if have:
            return have[-1].end, f"inserts {name} after the imports", True
        return siblings[0].start, f"inserts {name} before {siblings[0].name}", False

    def _closing(self, home: Node) -> int:
        """The line that closes a class, or the one behind it."""
        last = self.file.lines[home.end - 1].strip()
        closes = last in ("}", "};", "end", "})", "});") and home.end - home.header > 1
        return home.end - 1 if closes else home.end


def _parents(nodes: list[Node]) -> list[Node]:
    return [node.parent for node in nodes if node.parent is not None]


def _owner(name: str) -> str:
    """``A`` of ``A::run`` and ``A.run``."""
    found = re.match(r"(\w+)(?:\.|::)", name)
    return found[1] if found else ""


def _pair(name: str) -> str:
    """``get size`` and ``set size`` belong together."""
    return re.sub(r"^(?:get|set)\s", "", name)
