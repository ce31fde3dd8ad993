"""Parts of functions and classes: where a body begins, its docstring, whether it is whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from robotui.workspace.code.elision import in_line, is_stub
from robotui.workspace.code.outline import Node, Outline

_HOLLOW: Final = re.compile(
    r"\s*(?:pass|\.{3}|…|return(?:\s+(?:None|null|nil|undefined))?|raise\s+NotImplementedError\b.*"
    r"|(?:throw|raise|return|panic|fatalError|error|die|errors\.New|TODO|todo!|unimplemented!)\b"
    r".*(?:not[ _]?(?:yet[ _])?implemented|to[ -]?do|unimplemented|unsupported).*"
    r"|(?:todo|unimplemented)!\s*\(.*\)|TODO\(.*\)|fatalError\(.*\)|NotImplemented)?\s*;?\s*\}?\s*",
    re.IGNORECASE,
)
"""A statement that stands where a body would be."""


def is_mark(line: str) -> bool:
    """Whether a line is a decorator, an attribute, an annotation."""
    return bool(re.match(r"\s*(?:@|#\[|\[\w|template\s*<)", line))


def is_mark_or_inner(line: str) -> bool:
    """Whether a line above a header is no comment."""
    return not re.match(r"\s*(?:#(?!\[)|//|/\*|\*|--)", line)


def is_stubbed(body: Sequence[str]) -> bool:
    """Whether the body of a function is dots alone."""
    told = [line for line in body if line.strip()]
    if len(told) == 1:
        return is_stub(told[0]) or in_line(told[0])
    return (
        bool(told)
        and told[-1].strip() == "..."
        and len(told) - 1 == body_start(told) + len(docstring(told))
    )


def body_start(lines: Sequence[str]) -> int:
    """The first line of a Python body."""
    depth = 0
    for at, line in enumerate(lines):
        depth += sum(map(line.count, "([{")) - sum(map(line.count, ")]}"))
        if depth <= 0 and re.search(r":\s*(?:#.*)?$", line):
            return at + 1
    return len(lines)


def docstring(lines: Sequence[str]) -> list[str]:
    """The lines of the docstring of a Python function or class."""
    at = body_start(lines)
    if at >= len(lines):
        return []
    found = re.match(r"\s*[rRuU]?(\"\"\"|'''|\"|')", lines[at])
    if not found:
        return []
    if lines[at].count(found[1]) >= 2 or len(found[1]) == 1:
        return list(lines[at : at + 1])
    end = next((to for to in range(at + 1, len(lines)) if found[1] in lines[to]), len(lines) - 1)
    return list(lines[at : end + 1])


def begin(code: Outline, node: Node) -> int:
    """The first line of the body of a class."""
    if code.family == "indented":
        return node.header + body_start(code.lines[node.header : node.end])
    if code.family == "ended":
        return node.header + 1
    for at in range(node.header, node.end):
        if "{" in code.masked.lines[at]:
            return at + 1
    return node.header + 1


def is_finished(code: Outline, node: Node) -> bool:
    """Whether all that a symbol of a block opens is closed, and something is in it."""
    depths = code.masked.depths
    if depths[node.end] != depths[node.header]:
        return False
    last = next(at for at in range(node.end - 1, node.header - 1, -1) if code.lines[at].strip())
    text = code.masked.lines[last].rstrip()
    if code.family == "indented":
        return not text.endswith((":", ",", "\\", "(")) and code.lines[last].count('"""') != 1
    return not text.endswith(("(", ",")) or last > node.header


def is_hollow(code: Outline, node: Node) -> bool:
    """Whether a function has no body but docstring, comments, and what stands in for one."""
    lines = list(code.lines[node.header : node.end])
    if code.family == "indented":
        at = body_start(lines) + len(docstring(lines))
        if at > len(lines):
            return False
        if body_start(lines) == len(lines):  # all in one line
            return bool(_HOLLOW.fullmatch(re.sub(r"#.*", "", lines[-1].rpartition(":")[2])))
    else:
        at = begin(code, node) - node.header
        opened = code.masked.lines[node.header + at - 1].partition("{")
        if opened[1] and not _HOLLOW.fullmatch(opened[2]):
            return False
    rest = [line for line in range(at, len(lines)) if code.masked.lines[node.header + line].strip()]
    if rest and lines[rest[-1]].strip().rstrip(";,)") in ("}", "end"):
        rest.pop()
    return all(_HOLLOW.fullmatch(lines[line]) for line in rest)
