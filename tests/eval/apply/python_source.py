"""Python, taken apart by its own parser."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from tests.eval.apply.source import Holder, Member, Source, Span

_CODE: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class PythonSource:
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
