"""Files of installed packages, and some of our own, taken apart into functions and classes.

Python is taken apart by its own parser. Other languages are, by their braces: that is enough for
files that are formatted as their communities do, and such a file is left out if they don't match.
"""

from __future__ import annotations

import ast
import random
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

MOST_LINES: Final = 900
LEAST_LINES: Final = 30
OWN: Final = Path(__file__).parent / "files"

LANGUAGES: Final = {
    ".py": "python",
    ".js": "javascript",
    ".ts": "typescript",
    ".css": "css",
    ".go": "go",
    ".rs": "rust",
    ".java": "java",
    ".c": "c",
}

Span = tuple[int, int]
"""The first line, from 0, and the line after the last one."""


@dataclass(frozen=True)
class Member:
    """A function, a method or a rule of a style sheet."""

    name: str
    start: int
    """Its first line, from 0: decorators are part of it, and comments right above."""
    body: int
    """The line after its header, which ends with ``:`` or ``{``."""
    end: int
    """The line after its last one."""
    statements: tuple[Span, ...]
    """Of its body, without the documentation."""
    holder: int | None = None
    """Which of the file's classes it is in."""


@dataclass(frozen=True)
class Holder:
    """A class, or what has functions in it in other languages."""

    name: str
    start: int
    body: int
    end: int
    cuts: tuple[int, ...]
    """Lines before which a member may be put."""


@dataclass(frozen=True)
class Source:
    """A file, taken apart."""

    path: str
    language: str
    lines: tuple[str, ...]
    members: tuple[Member, ...] = ()
    holders: tuple[Holder, ...] = ()
    cuts: tuple[int, ...] = ()
    """Lines before which a function of the module may be put."""
    parts: tuple[Span, ...] = ()
    """What stands at the top level, Python only."""

    @property
    def text(self) -> str:
        """The whole file."""
        return "\n".join(self.lines) + "\n"

    def named(self, name: str) -> int:
        """How many of its functions have this name."""
        return sum(member.name == name for member in self.members)

    def words(self, word: str) -> int:
        """How often a word is in it."""
        return len(re.findall(rf"(?<![\w$]){re.escape(word)}(?![\w$])", self.text))


def parse(path: str, text: str) -> Source | None:
    """A file taken apart; None where that can't be done."""
    language = LANGUAGES[Path(path).suffix]
    lines = tuple(text.rstrip("\n").split("\n"))
    if not LEAST_LINES <= len(lines) <= MOST_LINES or not text.endswith("\n") or "\r" in text:
        return None
    if any(len(line) > 200 or "\f" in line for line in lines):
        return None
    if language == "python":
        return _Python(path, lines).source(text)
    return _Braces(path, language, lines).source()


def find(packages: Sequence[Path], most: int = 40) -> Iterator[Source]:
    """The files of packages that can be used, at most so many of each language in each package."""
    for root in (*packages, OWN):
        for suffix in LANGUAGES:
            found = 0
            files = sorted(root.rglob(f"*{suffix}"))
            random.Random(root.name).shuffle(files)
            for file in files:
                if found >= most:
                    break
                if ".min." in file.name or "tests" in file.parts[len(root.parts) :]:
                    continue
                source = parse(file.relative_to(root.parent).as_posix(), file.read_text("utf-8"))
                if source is not None and source.members:
                    found += 1
                    yield source


_CODE: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class _Python:
    """Takes Python apart."""

    def __init__(self, path: str, lines: tuple[str, ...]) -> None:
        self.path, self.lines = path, lines
        self.members: list[Member] = []
        self.holders: list[Holder] = []

    def source(self, text: str) -> Source | None:
        tree = parsed(text)
        if tree is None or not tree.body:
            return None
        self._visit(tree.body, None)
        parts = tuple(span(node) for node in tree.body)
        codes = (at for at, node in enumerate(tree.body) if isinstance(node, _CODE))
        head = tree.body[: next(codes, len(tree.body))]
        imports = [at for at, node in enumerate(head) if _is_import(node)]
        low = parts[imports[-1] if imports else 0][1]
        high = next((span(node)[0] for node in tree.body if _is_guard(node)), len(self.lines))
        cuts = tuple(at for at in self._cuts(parts) if low <= at <= high)
        return Source(
            self.path, "python", self.lines, (*self.members,), (*self.holders,), cuts, parts
        )

    def _visit(self, body: Sequence[ast.stmt], holder: int | None) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef) and holder is None:
                parts = [span(part) for part in node.body]
                if ast.get_docstring(node) is None:
                    parts.insert(0, (parts[0][0], parts[0][0]))
                start, end = span(node)
                cuts = tuple(at for at in self._cuts(parts) if at <= end)
                number = len(self.holders)
                self.holders.append(Holder(node.name, start, span(node.body[0])[0], end, cuts))
                self._visit(node.body, number)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self._function(node, holder)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, holder: int | None) -> None:
        start, end = span(node)
        spans = [span(part) for part in node.body]
        body = spans[0][0]
        if body <= node.lineno - 1 or any(a[1] > b[0] for a, b in pairwise(spans)):
            return  # more than one statement in a line
        if not self.lines[body - 1].rstrip().endswith(":"):
            return
        if ast.get_docstring(node) is not None:
            spans = spans[1:]
        self.members.append(Member(node.name, start, body, end, tuple(spans), holder))

    def _cuts(self, parts: Sequence[Span]) -> Iterator[int]:
        """Behind each part, and where the blank lines between two of them end."""
        for at, (_, end) in enumerate(parts):
            high = parts[at + 1][0] if at + 1 < len(parts) else end
            yield end
            yield from (
                line for line in range(end + 1, high + 1) if not self.lines[line - 1].strip()
            )


def parsed(text: str) -> ast.Module | None:
    """Python's tree; None for what is no Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of escapes in other people's strings
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError):
            return None


def span(node: ast.stmt) -> Span:
    """The lines of a statement, with its decorators."""
    marks = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(mark.lineno for mark in marks)])
    return first - 1, node.end_lineno or node.lineno


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def _is_guard(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)


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


class _Braces:
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
