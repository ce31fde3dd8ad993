"""The small faults that can be made in a module: each is a piece of its source and another one.

They are found in the syntax tree and put in by position, so that all else stays as it is written.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

_FLIPPED: Final = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: (r"is\s+not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: (r"not\s+in", "in"),
}
_ARITHMETIC: Final = {ast.Add: (r"\+", "-"), ast.Sub: ("-", "+")}
_OF_NO_ACCOUNT: Final = ("log.", "_log.", "warnings.")
"""What tests need not notice if it isn't called."""
_IN_ANY_ORDER: Final = ("min", "max", "isinstance")
_DANGEROUS: Final = re.compile(rb"\b(?:kill|killpg|rmtree)\(")
"""What might end another process than it should, or remove another folder."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A piece of a module's source, in bytes, and what is there instead."""

    kind: str
    line: int
    start: int
    end: int
    before: str
    after: str

    def put_into(self, source: bytes) -> bytes:
        """The module with the fault in it."""
        return source[: self.start] + self.after.encode() + source[self.end :]

    def __str__(self) -> str:
        before, after = (" ".join(text.split())[:60] for text in (self.before, self.after))
        return f"{self.line}: {self.kind}: {before} -> {after}"


def faults(source: bytes) -> list[Fault]:
    """All that can be made in a module, in the order of its source."""
    found = _Finder(source)
    found.visit(ast.parse(source))
    return sorted(found.faults, key=lambda fault: (fault.start, fault.end, fault.after))


class _Finder(ast.NodeVisitor):
    def __init__(self, source: bytes) -> None:
        self.faults: list[Fault] = []
        self._source = source
        self._lines = [0, *accumulate(map(len, source.splitlines(keepends=True)))]

    def visit(self, node: ast.AST) -> None:
        """Find faults in what runs: not in annotations, texts, or for type checkers alone."""
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                return
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                start, end = self.span(node)
                if _DANGEROUS.search(self._source, start, end):
                    return
        for find in (_flips, _steps, _drops, _swaps, _returns):
            self.faults.extend(find(self, node))
        for name, value in ast.iter_fields(node):
            if name not in ("annotation", "returns", "decorator_list"):
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr):
                        self.visit(child)

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Where a node is in the source, in bytes."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self._lines[node.lineno - 1] + node.col_offset
        return start, self._lines[node.end_lineno - 1] + node.end_col_offset

    def text(self, node: ast.expr) -> str:
        """The source of a node."""
        start, end = self.span(node)
        return self._source[start:end].decode()

    def exchanged(self, first: ast.expr, second: ast.expr) -> Fault:
        """Each in the other's place."""
        (start, between), (end_between, end) = self.span(first), self.span(second)
        middle = self._source[between:end_between].decode()
        return self.fault("swap", (start, end), self.text(second) + middle + self.text(first))

    def fault(self, kind: str, span: tuple[int, int], after: str) -> Fault:
        """Something else instead of a span of the source."""
        start, end = span
        line = bisect_left(self._lines, start + 1)
        return Fault(kind, line, start, end, self._source[start:end].decode(), after)

    def between(
        self, kind: str, left: ast.expr, right: ast.expr, change: tuple[str, str]
    ) -> Iterator[Fault]:
        """Another operator between two expressions: ``change`` is its pattern, and the other."""
        gap = self.span(left)[1], self.span(right)[0]
        operator = re.search(change[0].encode(), self._source[gap[0] : gap[1]])
        if operator:
            span = gap[0] + operator.start(), gap[0] + operator.end()
            yield self.fault(kind, span, change[1])


def _flips(finder: _Finder, node: ast.AST) -> Iterator[Fault]:
    """Comparisons, ``and`` and ``or``, conditions and truths turned into their opposite."""
    match node:
        case ast.Compare(left=first, ops=operators, comparators=others):
            for operator, (left, right) in zip(operators, pairwise([first, *others]), strict=True):
                yield from finder.between("flip", left, right, _FLIPPED[type(operator)])
        case ast.BoolOp(op=operator, values=values):
            change = (r"\band\b", "or") if isinstance(operator, ast.And) else (r"\bor\b", "and")
            for left, right in pairwise(values):
                yield from finder.between("flip", left, right, change)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield finder.fault("flip", finder.span(node), f"({finder.text(operand)})")
        case ast.Constant(value=bool(value)):
            yield finder.fault("flip", finder.span(node), str(not value))


def _steps(finder: _Finder, node: ast.AST) -> Iterator[Fault]:
    """Numbers that are one more, sums that are differences."""
    match node:
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            yield finder.fault("off by one", finder.span(node), str(number + 1))
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as operator, right=right):
            if not any(isinstance(part, ast.Constant | ast.JoinedStr) for part in (left, right)):
                yield from finder.between("sign", left, right, _ARITHMETIC[type(operator)])


def _drops(finder: _Finder, node: ast.AST) -> Iterator[Fault]:
    """Calls for what they do, not made."""
    match node:
        case ast.Expr(value=(ast.Call() | ast.Await(value=ast.Call())) as call):
            if not finder.text(call).removeprefix("await ").startswith(_OF_NO_ACCOUNT):
                yield finder.fault("drop", finder.span(call), "pass")


def _swaps(finder: _Finder, node: ast.AST) -> Iterator[Fault]:
    """The first two arguments, or what is done if and if not, each in the other's place."""
    match node:
        case ast.Call(func=function, args=[ast.expr() as first, ast.expr() as second, *_]):
            others = finder.text(function) not in _IN_ANY_ORDER
            starred = isinstance(first, ast.Starred) or isinstance(second, ast.Starred)
            if others and not starred and finder.text(first) != finder.text(second):
                yield finder.exchanged(first, second)
        case ast.IfExp(test=test) | ast.If(test=test, orelse=[_, *_]):
            yield finder.fault("swap", finder.span(test), f"(not ({finder.text(test)}))")


def _returns(finder: _Finder, node: ast.AST) -> Iterator[Fault]:
    """What gives nothing back, left before its last step."""
    match node:
        case (
            ast.FunctionDef(body=[_, *_, last], returns=ast.Constant(value=None))
            | ast.AsyncFunctionDef(body=[_, *_, last], returns=ast.Constant(value=None))
        ) if not isinstance(last, ast.Pass | ast.FunctionDef | ast.AsyncFunctionDef):
            start, _ = finder.span(last)
            yield finder.fault("early return", (start, start), "return\n" + " " * last.col_offset)
