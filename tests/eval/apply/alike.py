"""Functions that a file has twice, or nearly so."""

from __future__ import annotations

import random
import re
from dataclasses import replace

from tests.eval.apply.changes import Shape, changed, margin
from tests.eval.apply.inserting import in_class
from tests.eval.apply.made import (
    Made,
    draw_member,
    fine,
    is_real,
    size,
    spliced,
)
from tests.eval.apply.source import Source


def alike(source: Source, draw: random.Random, number: int) -> Made | None:
    """A function that the file has twice, in two classes, or nearly so under another name."""
    if number % 3 == 0:
        return _near(source, draw)
    member = draw_member(source, draw, lambda m: 7 <= size(m) <= 30 and m.holder is not None)
    if member is None or member.holder is None or source.language == "javascript":
        return None
    depth = margin(source.lines[member.start])
    others = [n for n in range(len(source.holders)) if n != member.holder]
    others = [n for n in others if _depth(source, n) == depth]
    new = changed(Shape.of(source, member), draw, 1)
    if not others or new is None:
        return None
    cut = source.holders[draw.choice(others)].cuts[-1]
    copy = ["", *source.lines[member.start : member.end], ""]
    before = spliced(source.lines, cut, cut, copy)
    at = member.start + (len(copy) if cut <= member.start else 0)
    right = spliced(before, at, at + size(member), new)
    if not fine(source, before, right):
        return None
    made = Made(before, (right,), (*new,), at, "must", note="the same in two classes")
    if number % 3 == 1:
        holder = source.holders[member.holder]
        return replace(in_class(made, source, holder, draw), ask="no", note="its class is shown")
    if number % 2:
        return replace(made, ask="no", line=at + 1, note="with a line number")
    return made


def _depth(source: Source, holder: int) -> str:
    return next((margin(source.lines[m.start]) for m in source.members if m.holder == holder), "?")


def _near(source: Source, draw: random.Random) -> Made | None:
    """One of two functions that differ in little but their names."""
    if source.language in ("css", "javascript"):
        return None
    member = draw_member(source, draw, lambda m: is_real(source, m))
    if member is None:
        return None
    shape = Shape.of(source, member)
    other = changed(shape, draw, 1)
    name = member.name + ("Again" if source.language in ("java", "go", "typescript") else "_again")
    new = changed(shape, draw, 2)
    if other is None or new is None:
        return None
    copy = [re.sub(rf"\b{re.escape(member.name)}\b", name, text) for text in other]
    gap = source.lines[member.end : member.end + 2]
    gap = tuple(text for text in gap if not text.strip())
    before = spliced(source.lines, member.end, member.end, [*gap, *copy])
    if len(gap) == 0 or not fine(source, before):
        return None
    right = spliced(before, member.start, member.end, new)
    return Made(before, (right,), (*new,), member.start, note="two with much the same body")
