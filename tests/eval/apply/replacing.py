"""Functions that are shown whole, and stretches of lines."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from tests.eval.apply.changes import Shape, changed, margin
from tests.eval.apply.made import (
    Made,
    draw_member,
    fine,
    is_real,
    size,
    spliced,
)
from tests.eval.apply.partial import statement_changed, tells
from tests.eval.apply.source import Source


def replaced(source: Source, draw: random.Random, number: int) -> Made | None:
    """A whole function, changed; some without the decorators that it has."""
    member = draw_member(source, draw, lambda m: is_real(source, m))
    new = changed(Shape.of(source, member), draw) if member else None
    if member is None or new is None:
        return None
    right = spliced(source.lines, member.start, member.end, new)
    at = member.start
    header = source.lines[member.start].lstrip()
    if number % 4 == 1 and header.startswith(("@", "//", "/*", "#[")):
        skip = next(i for i, text in enumerate(new) if not re.match(r"\s*(@|//|/\*|\*|#\[)", text))
        return Made(source.lines, (right,), (*new[skip:],), at + skip, note="without decorators")
    return Made(source.lines, (right,), (*new,), at) if fine(source, right) else None


def reindented(source: Source, draw: random.Random, number: int) -> Made | None:
    """A whole function with other margins than the file's."""
    member = draw_member(source, draw, lambda m: is_real(source, m))
    new = changed(Shape.of(source, member), draw) if member else None
    if member is None or new is None:
        return None
    right = spliced(source.lines, member.start, member.end, new)
    depth = margin(source.lines[member.start])
    block: list[str] | None = None
    if number % 4 in (0, 3):
        if not depth or not all(text.startswith(depth) for text in new if text):
            return None
        block = [text[len(depth) :] for text in new]
    elif number % 4 == 1:
        block = ["    " + text if text else text for text in new]
    else:
        block = _other_unit(new)
    if block is None or not fine(source, right):
        return None
    return Made(source.lines, (right,), (*block,), member.start, note=f"variant {number % 4}")


def _other_unit(lines: Sequence[str]) -> list[str] | None:
    """Tabs for blanks, or blanks for tabs."""
    if any('"""' in text for text in lines):
        return None
    if any(text.startswith("\t") for text in lines):
        return ["    " * len(margin(text)) + text.lstrip("\t") for text in lines]
    if any(len(margin(text)) % 4 for text in lines):
        return None
    return ["\t" * (len(margin(text)) // 4) + text.lstrip(" ") for text in lines]


def snippet(source: Source, draw: random.Random, number: int) -> Made | None:
    """A few lines, some changed, with lines around them that tell the place."""
    member = draw_member(source, draw, lambda m: size(m) >= 8)
    if member is None or source.language == "css":
        return None
    shape = Shape.of(source, member)
    at = draw.randrange(len(shape.statements))
    new = statement_changed(shape, at, draw)
    start, end = shape.statements[at]
    if new is None or end - start > 8:
        return None
    low, high = start - draw.randint(2, 4), end + draw.randint(2, 4)
    if low <= shape.header or high > len(shape.lines):
        return None
    above, below = shape.lines[low:start], shape.lines[end:high]
    if not all(text.strip() for text in (above[0], below[-1])) or len(below) < 2:
        return None
    clear = [any(tells(text, source.lines) for text in part) for part in (above, below)]
    if not all(clear) or not (tells(above[0], source.lines) or tells(below[-1], source.lines)):
        return None
    whole = spliced(shape.lines, start, end, new)
    right = spliced(source.lines, member.start, member.end, whole)
    block = (*above, *new, *below)
    if number % 3 == 2:
        depth = min(len(margin(text)) for text in block if text)
        block = tuple(text[depth:] for text in block)
    if not fine(source, right):
        return None
    return Made(source.lines, (right,), block, member.start + low)


def stale(source: Source, draw: random.Random, number: int) -> Made | None:
    """A change of what the file no longer has: of a function that is gone, or of other lines."""
    made = replaced(source, draw, 0)
    member = next((m for m in source.members if made and m.start == made.at), None)
    if made is None or member is None:
        return None
    if number % 2:
        file = spliced(source.lines, member.start, member.end, ())
        return replace(made, file=file, ask="must", note="the function is gone")
    more = len(made.right[0]) - len(source.lines)
    left = source.lines[member.start : member.end]
    new = made.right[0][member.start : member.end + more]
    gone = [text for text in left if text not in new and len(re.findall(r"\w", text)) > 8]
    if not gone:
        return None
    words = re.compile(r"[a-z]{3,}")
    other = [words.sub(lambda m: m[0][::-1], text) if text in gone else text for text in left]
    file = spliced(source.lines, member.start, member.end, other)
    return replace(made, file=file, ask="must", note="the lines that go are others by now")
