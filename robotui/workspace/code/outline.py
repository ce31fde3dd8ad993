"""The outline of code: its functions, classes and values as a tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from robotui.workspace.code.masking import Family, Masked
from robotui.workspace.code.symbols import Symbol, symbol
from robotui.workspace.lines.indent import margin

_NOTE: Final = re.compile(
    r"\s*(?:#(?!\[|\s*(?:include|define|if|else|endif|pragma|import)\b)|//|/\*|\*|--)"
)
_MARK: Final = re.compile(r"\s*(?:@[\w.]|#!?\[|\[\w[\w.]*(?:\(.*\))?\]\s*$|template\s*<)")
_RETURN_TYPE: Final = re.compile(r"(?:[A-Za-z_][\w:<>,]*[\s*&]*)+$")
_GOES_ON: Final = re.compile(
    r"\s*(?:\.\w|\?|:(?!:)|&&|\|\|?|\+|=>?|\{|\)|extends\b|implements\b|where\b|throws\b|permits\b)"
)
_UNFINISHED: Final = re.compile(r"(?:=>?|[+\-*/|&,(<\\]|\bextends|\bimplements)\s*$")
_CLOSER: Final = re.compile(r"\s*(?:[)\]}]|(?:end|fi|done|esac|endif|endfunction|END)\b)")
_MIDDLE: Final = re.compile(r"\s*(?:else|elif|elsif|rescue|ensure|except|finally|catch|then)\b")


@dataclass(eq=False)
class Node:
    """A function, class or value: lines ``start`` to ``end``, with what belongs to it above."""

    symbol: Symbol
    start: int
    """The first line, of the comments and decorators right above it."""
    header: int
    """The line with the name."""
    end: int
    """The line after the last one."""
    margin: str
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    mark: str = ""
    """What tells it from others of the same name: ``setter``."""

    @property
    def name(self) -> str:
        """Its name, as it is told to people."""
        return self.symbol.name

    @property
    def key(self) -> tuple[str, str, str]:
        """What two versions of it have in common."""
        return (*self.symbol, self.mark)

    @property
    def path(self) -> tuple[tuple[str, str, str], ...]:
        """The keys of all that it is in, and its own."""
        return (*(self.parent.path if self.parent else ()), self.key)


class Outline:
    """The lines of a file or block, and the symbols in them."""

    def __init__(self, lines: Sequence[str], kind: Family, name: str = "") -> None:
        self.lines = lines
        self.family = kind
        self.masked = Masked(lines, kind, name)
        self.nodes: list[Node] = []
        """All of them, in the order of the file."""
        self._build()

    @property
    def top(self) -> list[Node]:
        """Those that are in no other."""
        return [node for node in self.nodes if node.parent is None]

    def inside(self, node: Node | None) -> list[Node]:
        """Those right inside ``node``; None is the file."""
        return self.top if node is None else node.children

    def around(self, line: int) -> Node | None:
        """The innermost that a line is in."""
        found = [node for node in self.nodes if node.start <= line < node.end]
        return found[-1] if found else None

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def _build(self) -> None:
        open_nodes: list[Node] = []
        for at in range(len(self.lines)):
            while open_nodes and open_nodes[-1].end <= at:
                open_nodes.pop()
            found = symbol(self.lines, self.masked, at, where=self.family)
            parent = open_nodes[-1] if open_nodes else None
            if found is None or not self._counts(found, parent, at):
                continue
            start = self._lead(at)
            node = Node(found, start, at, self._extent(at, found), margin(self.lines[at]), parent)
            node.mark = self._mark(node)
            (parent.children if parent else []).append(node)
            self.nodes.append(node)
            open_nodes.append(node)

    def _counts(self, found: Symbol, parent: Node | None, at: int) -> bool:
        """Statements inside functions, and arguments of calls, define nothing."""
        if self.family == "indented" and self.masked.depths[at] > 0:
            return False
        if found.kind != "value":
            return True
        if parent is None:
            first = next((text for text in self.lines if text.strip()), "")
            plain = re.match(r"\s*[\w$]+\s*[=;:]", self.lines[at])
            known = self.family != "braces" or not plain
            return known and self.masked.depths[at] == 0 and margin(self.lines[at]) == margin(first)
        inside = self.masked.depths[at] - self.masked.depths[parent.header]
        return parent.symbol.kind == "type" and (
            inside == 1
            if self.family in ("braces", "rules")
            else len(margin(self.lines[at])) == self._body_margin(parent)
        )

    def _body_margin(self, parent: Node) -> int:
        body = (
            len(margin(self.lines[at]))
            for at in range(parent.header + 1, parent.end)
            if self.masked.lines[at].strip()
            and at not in self.masked.within
            and self.masked.depths[at] == self.masked.depths[parent.header]
        )
        return next(body, -1)

    def _mark(self, node: Node) -> str:
        above = "\n".join(self.lines[node.start : node.header])
        found = re.search(rf"@{re.escape(node.name)}\.(\w+)", above)
        return found[1] if found else ""

    # -- where it begins

    def _lead(self, header: int) -> int:
        """The first of the decorators, comments and type words right above a header."""
        at = header
        while at and self._belongs(at - 1, header):
            at -= 1
        depths = self.masked.depths
        if at and depths[at] > depths[header]:  # a decorator of several lines was cut
            return header
        return at

    def _belongs(self, at: int, header: int) -> bool:
        line = self.lines[at]
        masked = self.masked
        if not line.strip():
            return at in masked.within and at + 1 in masked.within
        if masked.depths[at] > masked.depths[header]:  # inside, or at the end, of a decorator
            first = next(
                (to for to in range(at, -1, -1) if masked.depths[to] <= masked.depths[header]), 0
            )
            return bool(_MARK.match(self.lines[first]))
        if at in masked.within and not masked.lines[at].strip():
            return True
        if margin(line) != margin(self.lines[header]):
            return False
        if _MARK.match(line) and not (self.family == "rules" and "{" in line):
            return True
        if _NOTE.match(line) and not masked.lines[at].strip():
            return True
        plain = self.family == "braces" and at + 1 == header and not margin(line)
        return plain and bool(_RETURN_TYPE.fullmatch(masked.lines[at].strip()))

    # -- where it ends

    def _extent(self, header: int, found: Symbol) -> int:
        if self.family == "indented":
            return self._value_end(header) if self._is_value(found) else self._by_indent(header)
        if re.match(r"\s*#\s*define\b", self.lines[header]):
            return self._value_end(header)
        if self.family in ("braces", "rules"):
            end = self._by_braces(header)
            return end if end is not None else self._by_indent(header)
        return self._by_indent(header)

    def _is_value(self, found: Symbol) -> bool:
        return found.kind == "value" and found.name != "__main__"

    def _value_end(self, header: int) -> int:
        depths, masked = self.masked.depths, self.masked
        for at in range(header, len(self.lines)):
            goes_on = at + 1 in masked.within or masked.lines[at].rstrip().endswith("\\")
            if depths[at + 1] <= depths[header] and not goes_on:
                return at + 1
        return header + 1

    def _by_indent(self, header: int) -> int:
        """The line after the last one that is indented deeper, with what closes it."""
        indent = len(margin(self.lines[header]))
        depths, masked = self.masked.depths, self.masked
        end = header + 1
        for at in range(header + 1, len(self.lines)):
            if at in masked.within or depths[at] > depths[header]:
                end = at + 1
                continue
            text = masked.lines[at]
            here = len(margin(self.lines[at]))
            if not text.strip():
                if self.lines[at].strip() and here > indent:
                    end = at + 1
                continue
            closes = here == indent and bool(_CLOSER.match(text) or text.strip()[0] == "{")
            if self.family == "indented":
                closes = here == indent and text.strip()[0] in ")]}"
            middle = here == indent and self.family == "ended" and _MIDDLE.match(text)
            if here <= indent and not closes and not middle:
                break
            end = at + 1
            if closes and self.family == "ended" and not re.search(r"[({]\s*$", text):
                break
        return end

    def _by_braces(self, header: int) -> int | None:
        """The line after the one where all that was opened since the header is closed."""
        masked, depths = self.masked, self.masked.depths
        base = depths[header]
        opened = False
        for at in range(header, len(self.lines)):
            opened = opened or "{" in masked.lines[at]
            if depths[at + 1] > base or at + 1 in masked.within:
                continue
            if depths[at + 1] < base:
                return at if at > header else header + 1
            text = masked.lines[at].rstrip()
            if text.endswith((";", "}", "},", "});", ");")) and (opened or text.endswith(";")):
                return at + 1
            if not self._goes_on(at, header):
                return at + 1
        return None

    def _goes_on(self, at: int, header: int) -> bool:
        masked = self.masked
        if _UNFINISHED.search(masked.lines[at]):
            return True
        after = next(
            (to for to in range(at + 1, len(self.lines)) if masked.lines[to].strip()), None
        )
        if after is None:
            return False
        text = masked.lines[after]
        if _GOES_ON.match(text) and text.strip()[0] != ")":
            return True
        return len(margin(text)) > len(margin(self.lines[header]))
