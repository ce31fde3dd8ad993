"""A block of functions and classes merged into a file, symbol by symbol.

What the file has of the same name, kind and container is replaced; what it lacks is inserted near
its neighbours in the block, or where such things are in the file. Nothing takes the place of a
symbol with another name.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from robotui.workspace.code.bodies import (
    begin,
    docstring,
)
from robotui.workspace.code.outline import Node, Outline
from robotui.workspace.merge.imports import imports, merge
from robotui.workspace.merge.symbol_homes import HomeFinder
from robotui.workspace.merge.symbol_inserting import Inserter
from robotui.workspace.merge.symbol_items import find_lines, items_of
from robotui.workspace.merge.symbol_matching import Matcher
from robotui.workspace.merge.symbol_parts import Choice, Edit, Item, Merge, NotSymbolsError
from robotui.workspace.merge.symbol_replacing import Replacer


class Merger:
    """One block, one file, one choice where there are several."""

    def __init__(
        self, block: Outline, left_out: Sequence[int], file: Outline, choice: Choice
    ) -> None:
        self.block = block
        self.gaps = set(left_out)
        self.file = file
        self.found = Merge()
        self.matcher = Matcher(block, file, choice, self.found)
        self.replacer = Replacer(block, self.gaps, self.matcher, self.found)
        self.home_finder = HomeFinder(block, self.matcher, self.found)
        self.inserter = Inserter(block, self.gaps, self.matcher, self.found)

    def run(self) -> Merge:
        """Raises NotSymbolsError if the block has anything that is no symbol, nor in the file."""
        items = items_of(self.block, self.gaps)
        if not any(item.node for item in items) and not imports(self.block):
            raise NotSymbolsError
        self.matcher.match(items)
        symbols = [item for item in items if item.node]
        self.found.only_new_values = bool(symbols) and not any(
            item.match or item.node.symbol.kind != "value" for item in symbols if item.node
        )
        home = self.home_finder.home(items)
        if home is not None and home.symbol.kind == "function":
            self._refuse_statements(symbols)
        self._merge_imports()
        self._merge(items, home)
        return self.found

    def _refuse_statements(self, symbols: list[Item]) -> None:
        """Assignments inside a function are mere lines. Raises NotSymbolsError."""
        if any(item.node and item.node.symbol.kind == "value" for item in symbols):
            raise NotSymbolsError

    def _merge_imports(self) -> None:
        merged = merge(self.block, self.file)
        self.found.edits += [Edit(*each) for each in merged.edits]
        if merged.added:
            said = "1 import" if merged.added == 1 else f"{merged.added} imports"
            self.found.why.append(f"adds {said}")
        if merged.doubt:
            self.found.doubts.append(merged.doubt)

    def _merge(self, items: list[Item], home: Node | None) -> None:
        find_lines(items, self.block, self.file, home)
        if self._reorder(items):
            return
        for number, item in enumerate(items):
            if item.node is None:
                continue
            if item.match is None:
                self.inserter.insert(items, number, home)
            elif item.node.symbol.kind == "type" and item.node.children and item.match.children:
                self._merge_class(item, item.node, item.match)
            else:
                self.replacer.replace(item, item.node, item.match)

    def _reorder(self, items: list[Item]) -> bool:
        """Symbols that follow each other in the file, and in the block in another order."""
        pairs = [(item, item.node, item.match) for item in items if item.node and item.match]
        order = [match.header for _, _, match in pairs]
        if order == sorted(order):
            return False
        there = sorted((match for _, _, match in pairs), key=lambda match: match.header)
        apart = [self.file.lines[first.end : then.start] for first, then in pairwise(there)]
        plain = all(item.node and item.match for item in items) and len(set(order)) == len(order)
        beside = not any(line.strip() for lines in apart for line in lines)
        simple = not any(self.gaps & set(range(item.start, item.end)) for item in items)
        if not (plain and beside and simple) or any(
            node.children and node.symbol.kind == "type" for _, node, _ in pairs
        ):
            self.found.doubts.append("the file has them in another order")
            return False
        before = len(self.found.edits)
        texts = []
        for item, ours, theirs in pairs:
            self.replacer.replace(item, ours, theirs)
            edits, self.found.edits = self.found.edits[before:], self.found.edits[:before]
            old = self.file.lines[theirs.start : theirs.end]
            first = edits[0].start - theirs.start if edits else 0
            texts.append([*old[:first], *edits[0].lines] if edits else list(old))
        new = texts[0]
        for gap, text in zip(apart, texts[1:], strict=True):
            new = [*new, *gap, *text]
        self.found.edits.append(Edit(there[0].start, there[-1].end, new))
        self.found.why.append("in the order of the block")
        return True

    def _merge_class(self, item: Item, ours: Node, theirs: Node) -> None:
        """A class of which the block may show some members only."""
        inner = items_of(self.block, self.gaps, ours)
        for each in inner:
            if each.node:
                self.matcher.match_in(each, theirs)
        missing = [node for node in theirs.children if not any(i.match is node for i in inner)]
        marked = any(each.gap for each in inner)
        if (
            not missing
            and not marked
            and not any(at in self.gaps for at in range(ours.header, ours.end))
        ):
            self.replacer.replace(item, ours, theirs)
            return
        shown = len(theirs.children) - len(missing)
        if not marked and shown > len(missing) and missing:
            self.found.doubts.append(f"{theirs.name} is shown without {missing[0].name}")
        self._class_head(item, ours, theirs)
        self.found.kept += sum(
            sum(bool(line.strip()) for line in self.file.lines[node.start : node.end])
            for node in missing
        )
        below = self._class_text(inner, ours, theirs)
        self._merge([each for each in inner if each not in below], theirs)

    def _class_head(self, item: Item, ours: Node, theirs: Node) -> None:
        """The first lines of a class, as far as its body."""
        here = self.block.lines[ours.header : begin(self.block, ours)]
        there_end = begin(self.file, theirs)
        there = list(self.file.lines[theirs.header : there_end])
        moved = self.replacer.shift(ours, theirs).apply(here)
        if [line.strip() for line in moved] != [line.strip() for line in there]:
            self.found.edits.append(Edit(theirs.header, there_end, moved))
            self.found.why.append(f"changes the first line of {theirs.name}")
        if item.start < ours.header:
            lead = self.replacer.lead(item, ours, theirs)
            if [line.strip() for line in lead] != [
                line.strip() for line in self.file.lines[theirs.start : theirs.header]
            ]:
                self.found.edits.append(Edit(theirs.start, theirs.header, lead))

    def _class_text(self, inner: list[Item], ours: Node, theirs: Node) -> list[Item]:
        """The docstring of a class, and the ends of its head, which are no members."""
        first, there = begin(self.block, ours), begin(self.file, theirs)
        done = [each for each in inner if each.end <= first]
        new = docstring(self.block.lines[ours.header : ours.end])
        old = docstring(self.file.lines[theirs.header : theirs.end])
        if self.file.family == "indented" and new:
            moved = self.replacer.shift(ours, theirs).apply(new)
            if moved != old:
                self.found.edits.append(Edit(there, there + len(old), moved))
            done += [each for each in inner if first <= each.start < first + len(new)]
        closing = self.block.lines[ours.end - 1].strip()
        if (closing and not any(map(str.isalnum, closing))) or closing == "end":
            done += [each for each in inner if each.start == ours.end - 1 and each.node is None]
        return done
