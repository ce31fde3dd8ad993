"""The imports of a block merged into those of a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from robotui.workspace.code.masking import Family
from robotui.workspace.code.outline import Outline

_PYTHON: Final = re.compile(r"(?:import\s+[\w.]+(?:\s|,|$)|from\s+[.\w]+\s+import\b)")
_BRACES: Final = re.compile(
    r"(?:import\b(?!\s*\()|export\s+(?:\*|\{[^}]*\})\s+from\b|using\s+(?:static\s+)?[\w.=\s]+;|#\s*(?:include|import)\b"
    r"|(?:pub\s+)?use\s+[\w:{\\]|extern\s+crate\b|mod\s+\w+;|require(?:_once)?\b"
    r"|(?:const|let|var)\s+[\w${},:\s]+=\s*require\()|import\s+\("
)
_ENDED: Final = re.compile(
    r"(?:require(?:_relative)?\b|(?:local\s+)?[\w,\s]+=\s*require\b|source\s|\.\s+\S+\.sh"
    r"|import\s|alias\s+[A-Z]|use\s|using\s|library\()"
)
_RULES: Final = re.compile(r"@(?:import|use|forward|charset)\b")
_FROM: Final = re.compile(r"from\s+([.\w]+)\s+import\s+([\w\s,]+)$")
_NAMED: Final = re.compile(
    r"(import\s+(?:type\s+)?)(?:([\w$]+)\s*,\s*)?\{([^}]*)\}(\s*from\s*)([\"'][^\"']+[\"'])(;?)$"
)
_BINDINGS: Final = (
    (re.compile(r"from\s+[.\w]+\s+import\s+(.*)", re.DOTALL), ","),
    (re.compile(r"import\s+(?:type\s+)?(.*?)\s+from\b", re.DOTALL), ","),
    (re.compile(r"(?:const|let|var|local)\s+(.*?)\s*=", re.DOTALL), ","),
    (re.compile(r"import\s+([\w.]+(?:\s+as\s+\w+)?(?:\s*,\s*[\w.]+(?:\s+as\s+\w+)?)*)\s*$"), ","),
)


@dataclass(frozen=True)
class Import:
    """One import of a file or block."""

    start: int
    end: int
    text: str
    """Its lines, joined by single blanks."""


def imports(code: Outline) -> Iterator[Import]:
    """The imports that stand in no function or class."""
    at = 0
    lines, masked = code.lines, code.masked
    pattern = _pattern(code.family)
    taken = {
        line
        for node in code.top
        if not pattern.match(lines[node.header].strip())
        for line in range(node.start, node.end)
    }
    while at < len(lines):
        text = lines[at].strip()
        if at in taken or at in masked.within or not pattern.match(text) or lines[at][:1] in " \t":
            at += 1
            continue
        end = at + 1
        while end < len(lines) and (
            masked.depths[end] > masked.depths[at] or masked.lines[end - 1].rstrip().endswith("\\")
        ):
            end += 1
        yield Import(at, end, " ".join(" ".join(lines[at:end]).split()))
        at = end


def _pattern(family: Family) -> re.Pattern[str]:
    return {"indented": _PYTHON, "braces": _BRACES, "rules": _RULES, "ended": _ENDED}[family]


@dataclass(frozen=True)
class Merged:
    """What becomes of a file's imports."""

    edits: list[tuple[int, int, list[str]]]
    """Lines of the file, and what takes their place."""
    added: int
    doubt: str = ""


def merge(block: Outline, file: Outline) -> Merged:
    """The imports of the block among those of the file; none of the file's own goes."""
    have = list(imports(file))
    texts = {_bare(each.text): each for each in have}
    dotted = file.family != "indented"
    bound = {name for each in have for name in _bound(each.text, dotted=dotted)}
    new: list[str] = []
    edits: list[tuple[int, int, list[str]]] = []
    doubt = ""
    added = 0
    for each in imports(block):
        if _bare(each.text) in texts or _is_there(each.text, have):
            continue
        added += 1
        joined = next(((old, text) for old in have if (text := _joined(old, each, file))), None)
        taken = {start for start, _, _ in edits}
        if joined and joined[0].start not in taken:
            edits.append((joined[0].start, joined[0].end, [joined[1]]))
            continue
        inner = _go_group(each, block, have, file)
        if inner is not None:
            edits += inner
            continue
        twice = sorted(_bound(each.text, dotted=dotted) & bound)
        if twice:
            doubt = f"{twice[0]} is imported already, from elsewhere"
        new += block.lines[each.start : each.end]
    if new:
        edits.append(_placed(new, have, file))
    return Merged(edits, added, doubt)


def _bare(text: str) -> str:
    return re.sub(r"\s+|;$|,(?=\s*[)}])", "", text).replace("'", '"')


def _is_there(text: str, have: Sequence[Import]) -> bool:
    """The names of ``from x import a, b`` are all imported from there already."""
    module, names = _names(text)
    if not names:
        return False
    return any(mod == module and names <= got for mod, got in map(_names, (h.text for h in have)))


def _names(text: str) -> tuple[str, set[str]]:
    text = text.split("#", maxsplit=1)[0].strip()
    if found := re.match(r"from\s+([.\w]+)\s+import\s+\(?([^()]*)\)?$", text):
        return found[1], {name.strip() for name in found[2].split(",") if name.strip()}
    if found := _NAMED.match(text):
        names = {name.strip() for name in found[3].split(",") if name.strip()}
        return found[5].replace("'", '"'), names | ({f"default {found[2]}"} if found[2] else set())
    return "", set()


def _joined(old: Import, new: Import, file: Outline) -> str | None:
    """``from x import a`` with the names of a second one added, where both are a plain line."""
    raw = file.lines[old.start].rstrip()
    if old.end - old.start != 1 or "#" in raw:
        return None
    a, b = _FROM.match(raw.strip()), _FROM.match(new.text)
    if a and b and a[1] == b[1]:
        return f"from {a[1]} import {_list(a[2], b[2])}"
    c, d = _NAMED.match(raw.strip()), _NAMED.match(new.text)
    if c and d and c[1].split() == d[1].split() and _bare(c[5]) == _bare(d[5]):
        if d[2] and d[2] != c[2]:
            return None
        default = f"{c[2]}, " if c[2] else ""
        inner = _list(c[3], d[3])
        wide = " " if c[3].startswith(" ") or not c[3] else ""
        return f"{c[1]}{default}{{{wide}{inner}{wide}}}{c[4]}{c[5]}{c[6]}"
    return None


def _list(old: str, new: str) -> str:
    names = [name.strip() for name in old.split(",") if name.strip()]
    more = [name.strip() for name in new.split(",") if name.strip()]
    if set(names) <= set(more):
        return ", ".join(more)
    in_order = names == sorted(names)
    names += [name for name in more if name not in names]
    return ", ".join(sorted(names) if in_order else names)


def _bound(text: str, *, dotted: bool) -> set[str]:
    """The names that an import gives; of a dotted one the last part, in Python the first."""
    for pattern, comma in _BINDINGS:
        if found := pattern.match(text.rstrip(";")):
            parts = re.sub(r"[(){}]", comma, found[1].split("#")[0]).split(comma)
            names = (re.split(r"\s+as\s+|\s*:\s*", part.strip())[-1] for part in parts)
            return {name.split(".")[-dotted] for name in names if name} - {"*"}
    return set()


def _go_group(
    each: Import, block: Outline, have: Sequence[Import], file: Outline
) -> list[tuple[int, int, list[str]]] | None:
    """Go: the lines of ``import ( ... )`` go into the group of the file."""
    if not re.match(r"import\s+(?:\(|[\w.]*\s*\")", each.text):
        return None
    group = next((old for old in have if re.match(r"import\s+\(", old.text)), None)
    if group is None:
        return None
    own = {line.strip() for line in file.lines[group.start : group.end]}
    inner = block.lines[each.start + 1 : each.end - 1]
    if each.end - each.start == 1:
        inner = ["\t" + each.text.removeprefix("import").strip()]
    new = [line for line in inner if line.strip() and line.strip() not in own]
    at = group.end - 1
    return [(at, at, new)] if new else []


def _placed(new: list[str], have: Sequence[Import], file: Outline) -> tuple[int, int, list[str]]:
    """Behind the imports that the file begins with, or where these would be."""
    lines = file.lines
    if any(line.startswith("from __future__") for line in new):
        at = have[0].start if have else _top(file)
        return at, at, new
    first_node = min(
        (node.header for node in file.top if node.symbol.kind != "value"), default=len(lines)
    )
    leading = [each for each in have if each.start <= first_node]
    if leading:
        return leading[-1].end, leading[-1].end, new
    at = _top(file)
    gap = [""] if at < len(lines) and lines[at].strip() else []
    above = [""] if at and lines[at - 1].strip() else []
    return at, at, [*above, *new, *gap]


def _top(file: Outline) -> int:
    """Behind what a file begins with: its comments, its docstring, its package."""
    at = 0
    masked = file.masked
    lines = file.lines
    end = 0
    while at < len(lines):
        text = masked.lines[at].strip()
        raw = lines[at].strip()
        if re.match(r"package\b|namespace\b.*;|<\?php|[\"'`]use |#!|module\s+\w+\s*$", raw):
            end = at + 1
        elif not raw or (not text and not re.match(r"#\[", raw)):
            end = (
                at + 1
                if raw
                and (
                    at + 1 >= len(lines)
                    or not lines[at + 1].strip()
                    or (end == 0 and raw.startswith("#!"))
                )
                else end
            )
        elif at in masked.within or re.match(r"[rRuUbB]?[\"']{3}", raw):
            end = at + 1
        else:
            break
        at += 1
    return end
