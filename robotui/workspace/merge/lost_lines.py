"""The lines of a file that a change removes though the block does not show that."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from robotui.workspace.code.bodies import begin
from robotui.workspace.code.outline import Node, Outline
from robotui.workspace.lines.align import pairs, steps
from robotui.workspace.merge.alignment import says

_WORD: Final = re.compile(r"[\w$]+")
_EVERYWHERE: Final = {
    *("self", "this", "cls", "if", "else", "elif", "for", "while", "in", "of", "return", "and"),
    *("or", "not", "is", "def", "function", "func", "fn", "const", "let", "var", "val", "new"),
    *("await", "async", "try", "catch", "except", "finally", "end", "do", "then", "with", "as"),
    *("true", "false", "none", "null", "nil", "True", "False", "None", "int", "string", "str"),
}
"""Words that say nothing about what a line is."""
_NOTHING: Final = re.compile(r"\s*(?:pass|\.{3}|;)\s*;?\s*(?:(?:#|//).*)?")
_SHOWN: Final = 0.5
"""The share of its names that lines in its place have of a line that was changed."""


def lost(before: Outline, after: Outline) -> int:
    """How many lines go that have no counterpart in what is there afterwards.

    A line has one if it is there as before, here or elsewhere, if one much like it is in its place,
    or if half of its names are in the new lines there. Lines that are quite different are a
    counterpart as well, one for one, and so is a stretch of which half the lines have one, and a
    function that is written anew down to what it returns; but not beside a new comment, which may
    stand for what goes, in words that nobody foresaw.
    """
    gone = Counter(map(str.strip, before.lines)) - Counter(map(str.strip, after.lines))
    return sum(
        _lost(before, after, gone, theirs, ours) for theirs, ours in _stretches(before, after)
    )


_Numbers = Sequence[int]


def _stretches(before: Outline, after: Outline) -> Iterator[tuple[_Numbers, _Numbers]]:
    """The numbers of lines that change, function by function, and outside of these."""
    old, new = _functions(before), _functions(after)
    theirs, ours = list(range(len(before.lines))), list(range(len(after.lines)))
    for path in old.keys() & new.keys():
        was, now = old[path], new[path]
        yield from _changes(before, after, range(was.header, was.end), range(now.header, now.end))
        theirs[was.header : was.end] = [-1] * (was.end - was.header)
        ours[now.header : now.end] = [-1] * (now.end - now.header)
    yield from _changes(
        before, after, [at for at in theirs if at >= 0], [at for at in ours if at >= 0]
    )


def _functions(code: Outline) -> dict[tuple[object, ...], Node]:
    """Those that are in no other, by what they are called, if only one is called so."""
    found = [
        node
        for node in code
        if node.symbol.kind == "function"
        and not any(key[0] == "function" for key in node.path[:-1])
    ]
    counts = Counter(node.path for node in found)
    return {node.path: node for node in found if counts[node.path] == 1}


def _changes(
    before: Outline, after: Outline, theirs: _Numbers, ours: _Numbers
) -> Iterator[tuple[_Numbers, _Numbers]]:
    """What changes, with brackets and empty lines between two changes taken as part of them."""
    old, new = [before.lines[at].strip() for at in theirs], [after.lines[at].strip() for at in ours]
    span: tuple[int, int, int, int] | None = None
    for tag, a, b, c, d in [*steps(old, new), ("end", 0, 0, 0, 0)]:
        if tag not in ("equal", "end"):
            span = (span[0], b, span[2], d) if span else (a, b, c, d)
        elif span and (tag == "end" or any(map(says, old[a:b]))):
            yield theirs[span[0] : span[1]], ours[span[2] : span[3]]
            span = None


def _lost(
    before: Outline, after: Outline, gone: Counter[str], theirs: _Numbers, ours: _Numbers
) -> int:
    old = [before.lines[at].strip() for at in theirs]
    new = [after.lines[at].strip() for at in ours]
    notes = {at for at, line in enumerate(new) if line and is_note(after, ours[at])}
    alone, added = [], []
    for there, here in pairs(old, new):
        paired = there is not None and here is not None and _kin(old[there], new[here])
        if there is not None and not paired and _is_gone(old[there], gone):
            alone.append(there)
        if here is not None and not paired and says(new[here]):
            added.append(here)
    if all(is_note(before, theirs[at]) for at in alone):
        return max(0, len(alone) - len(added))
    names = {name for at, line in enumerate(new) if at not in notes for name in _names(line)}
    beside_notes = not notes.isdisjoint(added)
    missing = sum(not _is_shown(old[at], names, beside_notes=beside_notes) for at in alone)
    if beside_notes:
        return missing
    anew = missing * 2 <= len(alone) or _is_written_anew(before, theirs, new)
    return 0 if anew else max(0, missing - len(added))


def _is_written_anew(before: Outline, theirs: _Numbers, new: Sequence[str]) -> bool:
    """Whether nothing of a function stays but its head, and it is shown as far as its answer."""
    node = before.around(theirs[0])
    if node is None or node.symbol.kind != "function":
        return False
    body = [at for at in range(begin(before, node), node.end) if says(before.lines[at])]
    whole = bool(body) and theirs[0] <= body[0] and theirs[-1] >= body[-1]
    return whole and any(map(answers, new[-2:]))


def answers(line: str) -> bool:
    """Whether a line says what a function returns, or raises."""
    return line.lstrip().startswith(("return ", "raise ", "throw ", "yield "))


def _kin(old: str, new: str) -> bool:
    """Whether lines that look alike are versions of one: they share more than signs."""
    return not _names(old).isdisjoint(_names(new))


def _is_gone(line: str, gone: Counter[str]) -> bool:
    return says(line) and gone[line] > 0 and not _NOTHING.fullmatch(line)


def _is_shown(line: str, names: set[str], *, beside_notes: bool) -> bool:
    mine = _names(line)
    share = len(mine & names) / len(mine) if mine else 0.0
    return share > _SHOWN or (share == _SHOWN and not beside_notes)


def _names(line: str) -> set[str]:
    found = set(_WORD.findall(line))
    return found - _EVERYWHERE or found


def is_note(code: Outline, at: int) -> bool:
    """Whether a line is nothing but a comment."""
    return bool(code.lines[at].strip()) and not code.masked.lines[at].strip()
