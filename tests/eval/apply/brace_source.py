"""Languages with braces, taken apart by them.

That is enough for files that are formatted as their communities do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tests.eval.apply.source import Holder, Member, Source, Span

_QUOTED: Final = r"\"(?:\\.|[^\"\\\n])*\""
_STRINGS: Final = re.compile(
    rf"//[^\n]*|/\*.*?\*/|{_QUOTED}|`(?:\\.|[^`\\])*`|'(?:\\.|[^'\\\n])*'"
    r"|(?<=[(,:=] )/(?![/*])(?:\\.|[^/\\\n])+/|(?<=\()/(?![/*])(?:\\.|[^/\\\n])+/",
    re.DOTALL,
)
_OTHER_STRINGS: Final = {
    "rust": re.compile(rf"//[^\n]*|{_QUOTED}|'(?:\\.|[^'\\])'"),
    "css": re.compile(rf"/\*.*?\*/|{_QUOTED}|'[^'\n]*'", re.DOTALL),
}
_NAME: Final = r"([A-Za-z_$][\w$]*)"
_FUNCTIONS: Final = {
    "javascript": [
        rf"\s*(?:export\s+)?(?:async\s+)?function\s*\*?\s*{_NAME}\s*\(.*\{{$",
        rf"\s*(?:static\s+|async\s+|get\s+)?{_NAME}\s*\([^()]*\)\s*\{{$",
        rf"\s*(?:export\s+)?const\s+{_NAME}\s*=\s*(?:async\s*)?\(.*\)\s*=>\s*\{{$",
    ],
    "go": [rf"func\s+(?:\(\w+\s+\*?\w+\)\s+)?{_NAME}\(.*\{{$"],
    "rust": [rf"\s*(?:pub\s+)?fn\s+{_NAME}(?:<.*>)?\(.*\{{$"],
    "java": [
        rf"\s+(?:(?:public|private|protected|static|final)\s+)*[\w<>,.\[\]]+\s+{_NAME}\([^()]*\)\s*\{{$"
    ],
    "c": [rf"[A-Za-z_][\w\s*]*?[\s*]{_NAME}\([^;]*\)$"],
    "css": [r"([^\s@}/*][^{}]*?)\s*\{$"],
}
_FUNCTIONS["typescript"] = [
    rf"\s*(?:export\s+)?(?:async\s+)?function\s+{_NAME}\s*\(.*\{{$",
    rf"\s*(?:private\s+|public\s+|static\s+|async\s+|get\s+)*{_NAME}\s*\([^()]*\)\s*(?::\s*[^()]+)?\{{$",
    rf"\s*(?:export\s+)?const\s+{_NAME}\s*=\s*(?:async\s*)?\(.*\).*=>\s*\{{$",
]
_WORDS: Final = {
    "if",
    "for",
    "while",
    "switch",
    "catch",
    "else",
    "return",
    "function",
    "with",
    "do",
}
_HOLDERS: Final = re.compile(
    r"\s*(?:(?:export|default|abstract|public|private|protected|static|final)\s+)*"
    r"(?:class|impl)\s+(?:[\w:]+\s+for\s+)?(\w+).*\{$"
)
_IMPORTS: Final = re.compile(r"import\b|use\b|#include|#define|package\b|['\"]use strict|\)")


class BraceSource:
    """Takes languages with braces apart."""

    def __init__(self, path: str, language: str, lines: tuple[str, ...]) -> None:
        self.path, self.language, self.lines = path, language, lines
        strings = _OTHER_STRINGS.get(language, _STRINGS)
        text = "\n".join(lines)
        self.code = strings.sub(lambda m: re.sub(r"[^\n]", "~", m[0]), text).split("\n")
        self.depths: list[int] = []  # before each line
        depth = 0
        self.balanced = True
        for line in self.code:
            self.depths.append(depth)
            depth += sum(line.count(char) for char in "{([") - sum(line.count(c) for c in "})]")
            self.balanced &= depth >= 0
        self.depths.append(depth)
        self.balanced &= depth == 0

    def source(self) -> Source | None:
        if not self.balanced:
            return None
        holders = list(self._holders())
        members = [member for at in range(len(self.lines)) for member in self._member(at, holders)]
        first = max((at + 1 for at in range(len(self.lines)) if self._imports(at)), default=0)
        cuts = tuple(at for at in self._cuts(0, len(self.lines), 0) if at >= first)
        if self.language == "java":
            cuts = ()
        return Source(self.path, self.language, self.lines, (*members,), (*holders,), cuts)

    def _imports(self, at: int) -> bool:
        return self.depths[at + 1] == 0 and bool(_IMPORTS.match(self.lines[at]))

    def _end(self, at: int) -> int | None:
        """The line after the bracket closes that the line ``at`` opens."""
        depth = self.depths[at]
        for line in range(at, len(self.lines)):
            if self.depths[line + 1] <= depth:
                return line + 1 if line > at else None
        return None

    def _holders(self) -> Iterator[Holder]:
        for at, line in enumerate(self.lines):
            found = _HOLDERS.match(line)
            end = self._end(at) if found else None
            if found and end and self.language != "css":
                cuts = tuple(self._cuts(at + 1, end - 1, self.depths[at + 1]))
                yield Holder(found[1], self._lead(at), at + 1, end, cuts)

    def _member(self, at: int, holders: Sequence[Holder]) -> Iterator[Member]:
        line = self.lines[at]
        found = next((f for p in _FUNCTIONS[self.language] if (f := re.match(p, line))), None)
        if at and self.language == "css" and self.lines[at - 1].endswith(","):
            return  # one of several selectors
        if found is None or found[1] in _WORDS or "~" in self.code[at][: found.end(1)]:
            return
        body = at + 1
        if self.language == "c":
            if self.lines[at + 1 : at + 2] != ("{",):
                return
            body = at + 2
        end = self._end(body - 1)
        if end is None or self.depths[body] != self.depths[at] + 1:
            return
        inner = [n for n, h in enumerate(holders) if h.body <= at < h.end]
        holder = (
            inner[-1] if inner and self.depths[at] == self.depths[holders[inner[-1]].body] else None
        )
        statements = tuple(self._statements(body, end - 1))
        yield Member(found[1], self._lead(at), body, end, statements, holder)

    def _lead(self, at: int) -> int:
        while at and re.match(r"\s*(?://|/\*|\*|@\w|#\[)", self.lines[at - 1]):
            at -= 1
        return at

    def _statements(self, low: int, high: int) -> Iterator[Span]:
        """What stands at the body's own depth: from one line that ends a statement to the next."""
        start, depth = low, self.depths[low]
        for at in range(low, high):
            if not self.lines[at].strip():
                start = at + 1 if start == at else start
                continue
            goes_on = at + 1 < high and re.match(
                r"\s*(?:else|catch|finally|[.?:)\]&|+]|\{)", self.lines[at + 1]
            )
            if self.depths[at + 1] == depth and not goes_on and self._ends(at):
                yield start, at + 1
                start = at + 1

    def _ends(self, at: int) -> bool:
        text = self.code[at].rstrip()
        if text.strip("~ \t") == "" and text:
            return False  # a comment belongs to what follows
        if self.language in ("go", "css"):
            return True
        return text.rstrip("~ \t").endswith(
            (";", "}", ")" if self.language == "javascript" else ";")
        )

    def _cuts(self, low: int, high: int, depth: int) -> Iterator[int]:
        """Lines of a depth with nothing above them, or with what ends there."""
        for at in range(low, high + 1):
            above = self.lines[at - 1].strip() if at > low else ""
            if self.depths[at] == depth and (not above or above.endswith(("}", "};", ";"))):
                yield at
