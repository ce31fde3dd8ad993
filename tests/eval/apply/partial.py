"""Functions, classes and files of which a reply shows a part."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from tests.eval.apply.changes import CHANGES, Shape, changed, margin
from tests.eval.apply.made import (
    Made,
    draw_member,
    fine,
    is_real,
    left_out,
    size,
    spliced,
)
from tests.eval.apply.source import Source


def partial(source: Source, draw: random.Random, number: int) -> Made | None:
    """A changed function of which statements are left out, or a class, or a file."""
    if number % 4 == 3:
        return _members_left_out(source, draw, number)
    member = draw_member(source, draw, lambda m: 7 <= size(m) <= 90 and len(m.statements) > 3)
    if member is None or source.language == "css":
        return None
    shape = Shape.of(source, member)
    if any(a[1] < b[0] and any(shape.lines[a[1] : b[0]]) for a, b in pairwise(shape.statements)):
        return None
    at = (1, len(shape.statements) - 2, draw.randrange(1, len(shape.statements) - 1))[number % 3]
    new = statement_changed(shape, at, draw)
    if new is None:
        return None
    start, end = shape.statements[at]
    whole = spliced(shape.lines, start, end, new)
    right = spliced(source.lines, member.start, member.end, whole)
    shown = {at - 1, at, at + 1} if number % 2 else {at, at + 1, len(shape.statements) - 1}
    block = _without(shape, shown, at, new, draw)
    if block is None or not fine(source, right):
        return None
    # Behind a gap, a line that is changed could be a new one.
    doubted = at - 1 not in shown and shape.lines[start] not in new
    note = f"statements {sorted(shown)}"
    return Made(source.lines, (right,), block, member.start, "may" if doubted else "no", note=note)


def statement_changed(shape: Shape, at: int, draw: random.Random) -> list[str] | None:
    """One statement after a change that leaves its first line, or puts something before it."""
    one = replace(shape, statements=(shape.statements[at],))
    start, end = shape.statements[at]
    for change in draw.sample(CHANGES, len(CHANGES)):
        if change.__name__ in ("parameter", "document", "rename_variable", "wrap"):
            continue
        lines = change(one, draw)
        if lines is None:
            continue
        more = len(lines) - len(shape.lines)
        return lines[start : end + more]
    return None


def _without(
    shape: Shape, shown: set[int], changed_one: int, new: Sequence[str], draw: random.Random
) -> tuple[str, ...] | None:
    """The function with some statements only; None where what is left doesn't tell its place."""
    found: list[str] = list(shape.lines[: shape.header + 1])
    hidden: list[str] = []
    before, gaps = shape.header + 1, 0
    for number, (start, end) in enumerate(shape.statements):
        if number not in shown:
            hidden += shape.lines[before:end]
        else:
            if not any(tells(shape.lines[at], shape.lines) for at in (start, end - 1)):
                return None
            gaps += _flush(found, hidden, shape, draw)
            found += shape.lines[before:start]
            found += new if number == changed_one else shape.lines[start:end]
            hidden = []
        before = end
    gaps += _flush(found, hidden, shape, draw)
    found += shape.lines[before:]
    return (*found,) if gaps else None


def _flush(found: list[str], hidden: Sequence[str], shape: Shape, draw: random.Random) -> bool:
    """Add what is hidden, or a line that stands for it if that is shorter."""
    long = sum(bool(text.strip()) for text in hidden) >= 2
    found += [left_out(shape.language, shape.margin, draw)] if long else hidden
    return long


def tells(text: str, lines: Sequence[str]) -> bool:
    """Whether a line says where it belongs: it has words, and is there once."""
    return len(re.findall(r"\w", text)) >= 4 and list(lines).count(text) == 1


def _members_left_out(source: Source, draw: random.Random, number: int) -> Made | None:
    """A class with one changed method, or a file with one changed function, and gaps around."""
    inside = number % 8 == 3
    member = draw_member(
        source,
        draw,
        lambda m: is_real(source, m) and (m.holder is not None) == inside
        and (inside or not margin(source.lines[m.start])),
    )  # fmt: skip
    new = changed(Shape.of(source, member), draw) if member else None
    if member is None or new is None:
        return None
    right = spliced(source.lines, member.start, member.end, new)
    indent = margin(source.lines[member.body - 1])
    gap, last = (left_out(source.language, indent, draw) for _ in range(2))
    block = [gap, "", *new, "", last] if draw.random() < 0.6 else [gap, "", *new]
    made = Made(source.lines, (right,), (*block,), member.start, note="among members")
    if not fine(source, right):
        return None
    if member.holder is not None:
        holder = source.holders[member.holder]
        header = source.lines[holder.start : holder.body]
        end = [] if source.language == "python" else [source.lines[holder.end - 1]]
        made = replace(made, block=(*header, *block, *end), at=holder.start)
    return made
