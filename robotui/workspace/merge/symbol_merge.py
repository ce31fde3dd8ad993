"""A block of functions and classes on its way into a file, symbol by symbol.

What the file has of the same name, kind and container is replaced; what it lacks is inserted near
its neighbours in the block, or where such things are in the file. Nothing takes the place of a
symbol with another name.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from robotui.workspace.code.bodies import (
    begin,
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
from robotui.workspace.merge.imports import imports, merge
from robotui.workspace.merge.symbol_inserting import Inserter
from robotui.workspace.merge.symbol_matching import Matcher
from robotui.workspace.merge.symbol_parts import Choice, Edit, Item, Merge, NotSymbolsError


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
        self.inserter = Inserter(block, self.gaps, self.matcher, self.found)

    def run(self) -> Merge:
        """Raises NotSymbolsError if the block has anything that is no symbol, nor in the file."""
        items = self._items(None)
        if not any(item.node for item in items) and not self._imports():
            raise NotSymbolsError
        self.matcher.match(items)
        symbols = [item for item in items if item.node]
        self.found.only_new_values = bool(symbols) and not any(
            item.match or item.node.symbol.kind != "value" for item in symbols if item.node
        )
        home = self.inserter.home(items)
        if home is not None and home.symbol.kind == "function":
            self._refuse_statements(symbols)
        self._merge_imports()
        self._merge(items, home)
        return self.found

    def _refuse_statements(self, symbols: list[Item]) -> None:
        """Assignments inside a function are mere lines. Raises NotSymbolsError."""
        if any(item.node and item.node.symbol.kind == "value" for item in symbols):
            raise NotSymbolsError

    def _imports(self) -> list[tuple[int, int]]:
        return [(each.start, each.end) for each in imports(self.block)]

    def _items(self, node: Node | None) -> list[Item]:
        """What is right inside a class of the block, or in the block itself."""
        block = self.block
        low, high = (node.header + 1, node.end) if node else (0, len(block.lines))
        taken: dict[int, Node] = {}
        imported = (
            set()
            if node
            else {line for start, end in self._imports() for line in range(start, end)}
        )
        for child in block.inside(node):
            if child.header not in imported:
                taken.update(dict.fromkeys(range(child.start, child.end), child))
        items: list[Item] = []
        at = low
        while at < high:
            child_here = taken.get(at)
            if at in self.gaps and not (child_here and at > child_here.header):
                items.append(Item(at, at + 1, gap=True))
            elif child_here is not None:
                items.append(Item(at, child_here.end, node=child_here))
                at = child_here.end
                continue
            elif block.lines[at].strip() and at not in imported:
                items.append(Item(at, at + 1))
            at += 1
        return items

    def _merge_imports(self) -> None:
        merged = merge(self.block, self.file)
        self.found.edits += [Edit(*each) for each in merged.edits]
        if merged.added:
            said = "1 import" if merged.added == 1 else f"{merged.added} imports"
            self.found.why.append(f"adds {said}")
        if merged.doubt:
            self.found.doubts.append(merged.doubt)

    def _merge(self, items: list[Item], home: Node | None) -> None:
        self._known_lines(items, home)
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
                self._replace(item, item.node, item.match)

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
            self._replace(item, ours, theirs)
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

    def _known_lines(self, items: list[Item], home: Node | None) -> None:
        """Lines that are no symbols must be in the file as well, in order."""
        inner = self.file.inside(home)
        covered = {line for node in inner for line in range(node.header, node.end)}
        low, high = (home.header, home.end) if home else (0, len(self.file.lines))
        at = low
        for item in items:
            if item.node is not None or item.gap:
                continue
            text = self.block.lines[item.start].strip()
            found = next(
                (
                    line
                    for line in [*range(at, high), *range(low, at)]
                    if line not in covered and self.file.lines[line].strip() == text
                ),
                None,
            )
            if found is None:
                if not any(map(str.isalnum, self.block.masked.lines[item.start])):
                    item.gap = True  # a comment or a bracket between the symbols: left alone
                    if self.block.masked.lines[item.start].strip():
                        continue
                    continue
                raise NotSymbolsError
            item.at = found
            at = found + 1

    def _lead(self, item: Item, ours: Node, theirs: Node | None) -> list[str]:
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
            moved = self._shift(ours, theirs).apply(mine)
            return [*moved, *its[marks:]]
        if its and not is_mark(its[0]) and all(map(is_mark_or_inner, mine)):
            marks = next((at for at, line in enumerate(its) if is_mark(line)), len(its))
            return [*its[:marks], *self._shift(ours, theirs).apply(mine)]
        return self._shift(ours, theirs).apply(mine)

    def _shift(self, ours: Node, theirs: Node) -> Shift:
        more = len(theirs.margin) - len(ours.margin)
        return Shift(add=theirs.margin[:more]) if more > 0 else Shift(cut=-more)

    def _replace(self, item: Item, ours: Node, theirs: Node) -> None:
        """A function, value or whole class takes the place of that of its name."""
        found, shift = self.found, self._shift(ours, theirs)
        found.shift = shift
        start = theirs.start if item.start < ours.header else theirs.header
        lead = self._lead(item, ours, theirs) if item.start < ours.header else []
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
        came = outcome(filled, block, lines, self._shift(ours, theirs)) if filled else None
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

    def _merge_class(self, item: Item, ours: Node, theirs: Node) -> None:
        """A class of which the block may show some members only."""
        inner = self._items(ours)
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
            self._replace(item, ours, theirs)
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
        moved = self._shift(ours, theirs).apply(here)
        if [line.strip() for line in moved] != [line.strip() for line in there]:
            self.found.edits.append(Edit(theirs.header, there_end, moved))
            self.found.why.append(f"changes the first line of {theirs.name}")
        if item.start < ours.header:
            lead = self._lead(item, ours, theirs)
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
            moved = self._shift(ours, theirs).apply(new)
            if moved != old:
                self.found.edits.append(Edit(there, there + len(old), moved))
            done += [each for each in inner if first <= each.start < first + len(new)]
        closing = self.block.lines[ours.end - 1].strip()
        if (closing and not any(map(str.isalnum, closing))) or closing == "end":
            done += [each for each in inner if each.start == ours.end - 1 and each.node is None]
        return done


def _answers(lines: Sequence[str]) -> bool:
    """Whether a function ends with what it returns, or raises."""
    return any(line.lstrip().startswith(("return ", "raise ", "yield ")) for line in lines)
