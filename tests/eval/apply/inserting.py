"""Functions that come, go, are moved, or get another name."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tests.eval.apply.changes import Shape, changed, margin
from tests.eval.apply.made import (
    Made,
    draw_member,
    fine,
    is_real,
    left_out,
    size,
    spliced,
)
from tests.eval.apply.source import Holder, Member, Source
from tests.eval.apply.sources import parse


def _cuts(source: Source, holder: int | None) -> Sequence[int]:
    return source.cuts if holder is None else source.holders[holder].cuts


def _put_in(source: Source, holder: int | None, block: Sequence[str]) -> list[tuple[str, ...]]:
    """The file with a block at each place of the container that is as good as any other."""
    return [
        spliced(source.lines, at, at, ["", *block, ""]) for at in sorted(set(_cuts(source, holder)))
    ]


def renamed(source: Source, draw: random.Random, number: int) -> Made | None:
    """A function under another name, perhaps changed; and where it is called, in a diff."""
    if source.language == "css":
        return None
    member = draw_member(
        source, draw, lambda m: is_real(source, m) and 2 <= source.words(m.name) <= 5
    )
    if member is None:
        return None
    name = draw.choice(["{}_all", "do_{}", "{}_safely"]).format(member.name)
    if source.language in ("javascript", "typescript", "java", "go"):
        name = draw.choice(["{}All", "{}Safely"]).format(member.name)
    word = re.compile(rf"(?<![\w$]){re.escape(member.name)}(?![\w$])")
    right = tuple(word.sub(name, line) for line in source.lines)
    block = right[member.start : member.end]
    return Made(
        source.lines, (right, *_put_in(source, member.holder, block)), block, member.start, "may"
    )


@dataclass(frozen=True)
class _Taken:
    """A file without one of its functions."""

    whole: Source
    rest: Source
    member: Member
    block: tuple[str, ...]
    holder: int | None
    """Where it belongs in what is left."""
    at: int

    @property
    def right(self) -> tuple[tuple[str, ...], ...]:
        """It is put where it was, or anywhere else in its container."""
        return (self.whole.lines, *_put_in(self.rest, self.holder, self.block))


def _taken(source: Source, draw: random.Random, *, method: bool | None = None) -> _Taken | None:
    """The file without a function that nothing needs while the file is run."""

    def fits(member: Member) -> bool:
        inside = member.holder is not None
        top = inside or not margin(source.lines[member.start])
        wanted = method is None or method == inside
        return wanted and top and is_real(source, member) and _is_free(source, member)

    member = draw_member(source, draw, fits)
    if member is None:
        return None
    start, end = member.start, member.end
    while start and not source.lines[start - 1].strip():
        start -= 1
    gap = source.lines[start : member.start] if end < len(source.lines) else ()
    after = end
    while after < len(source.lines) and not source.lines[after].strip():
        after += 1
    gap = gap if len(gap) >= after - end else source.lines[end:after]
    rest = parse(source.path, "\n".join(spliced(source.lines, start, after, gap)) + "\n")
    if rest is None:
        return None
    holder = None
    if member.holder is not None:
        name = source.holders[member.holder].name
        same = [n for n, each in enumerate(rest.holders) if each.name == name]
        if len(same) != 1 or not any(m.holder == same[0] for m in rest.members):
            return None
        holder = same[0]
    elif not rest.cuts:
        return None
    return _Taken(source, rest, member, source.lines[member.start : member.end], holder, start)


def _is_free(source: Source, member: Member) -> bool:
    """Whether only the insides of functions use it, so that any place will do."""
    depth = len(margin(source.lines[member.start]))
    word = re.compile(rf"(?<![\w$]){re.escape(member.name)}(?![\w$])")
    return not any(
        word.search(line) and len(margin(line)) <= depth
        for at, line in enumerate(source.lines)
        if not member.start <= at < member.end
    )


def inserted(source: Source, draw: random.Random, number: int) -> Made | None:
    """A function that the file doesn't have."""
    taken = _taken(source, draw, method=(None, True, False)[number % 3])
    if taken is None:
        return None
    rest, block, holder = taken.rest, taken.block, taken.holder
    made = Made(rest.lines, taken.right, block, taken.at)
    siblings = [m for m in rest.members if m.holder == holder and rest.named(m.name) == 1]
    siblings = [
        m
        for m in siblings
        if size(m) < 30 and (holder is not None or not margin(rest.lines[m.start]))
    ]
    if number % 4 == 2 and siblings:
        other = draw.choice(siblings)
        both = (*rest.lines[other.start : other.end], "", *block)
        return replace(made, block=both, at=other.start, note="with a neighbour")
    if number % 4 == 3 and holder is not None:
        return replace(in_class(made, rest, rest.holders[holder], draw), note="in its class")
    if number % 8 == 5 and holder is None and rest.language != "css":
        gap = left_out(rest.language, "", draw)
        return replace(made, block=(gap, "", *block), note="behind what is left out")
    if holder is not None and sum(bool(h.cuts) for h in rest.holders) > 1:
        if number % 2:
            return replace(made, line=taken.at + 1, note="with a line number")
        return replace(made, ask="may", note="one of several classes")
    return replace(made, note="alone")


def in_class(made: Made, source: Source, holder: Holder, draw: random.Random) -> Made:
    """The block inside its class, of which the rest is left out."""
    indent = margin(made.block[0])
    gap = left_out(source.language, indent, draw)
    header = source.lines[holder.start : holder.body]
    end = ["}"] if source.language != "python" else []
    end = [margin(source.lines[holder.end - 1]) + text for text in end]
    return replace(made, block=(*header, gap, "", *made.block, *end), at=holder.start)


def deleted_lines(source: Source, draw: random.Random, number: int) -> Made | None:
    """A function without one or two of its statements."""
    member = draw_member(source, draw, lambda m: is_real(source, m) and len(m.statements) > 2)
    if member is None:
        return None
    first = draw.randrange(len(member.statements) - 1)
    last = min(first + draw.randint(0, 1), len(member.statements) - 2)
    start, end = member.statements[first][0], member.statements[last][1]
    right = spliced(source.lines, start, end, ())
    block = right[member.start : member.end - (end - start)]
    if end - start > 8 or not fine(source, right):
        return None
    return Made(source.lines, (right,), block, member.start, "may")


def deleted(source: Source, draw: random.Random, number: int) -> Made | None:
    """A function goes; as a diff."""
    taken = _taken(source, draw)
    return Made(source.lines, (taken.rest.lines,)) if taken else None


def moved(source: Source, draw: random.Random, number: int) -> Made | None:
    """Two functions, one below the other, change places."""
    pairs = [
        (a, b)
        for a in source.members
        for b in source.members
        if a.holder == b.holder and a.end < b.start
        and not any(text.strip() for text in source.lines[a.end : b.start])
        and all(is_real(source, each) and _is_free(source, each) for each in (a, b))
        and source.named(a.name) == source.named(b.name) == 1
    ]  # fmt: skip
    if not pairs:
        return None
    a, b = draw.choice(pairs)
    first, gap = source.lines[a.start : a.end], source.lines[a.end : b.start]
    second = tuple(changed(Shape.of(source, b), draw, 1) or ()) or source.lines[b.start : b.end]
    block = (*second, *gap, *first)
    right = spliced(source.lines, a.start, b.end, block)
    kept = spliced(source.lines, b.start, b.end, second)
    return Made(source.lines, (right, kept), block, a.start) if fine(source, right) else None
