"""A block re-indented: it has other steps of indentation than the file, or was shifted in part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import Final

from robotui.workspace.code.masking import Family, Masked
from robotui.workspace.lines.indent import Verbatim, margin

_MOST: Final = 0.75
"""The share of the steps that have to be alike for a file to have a step."""
_CLOSERS: Final = ("}", ")", "]", "end")


def fitted(block: Sequence[str], file: Sequence[str], family: Family, name: str) -> list[str]:
    """The block indented by the file's steps; lines inside strings stay as they are.

    A first line that lost its margin when the block was copied gets it back.
    """
    lines = list(block)
    wanted = _step(file, Masked(file, family, name), family)
    lines[0] = " " * _first_margin(lines, family, name, wanted or 4) + lines[0]
    masked = Masked(lines, family, name)
    step = _step(lines, masked, family)
    if wanted and step and step != wanted:
        lines = _in_steps(lines, masked, step, wanted)
    for run in _runs(masked.texts):
        if _is_text(lines[run.start : run.stop], file):
            lines[run.start : run.stop] = map(Verbatim, lines[run.start : run.stop])
    return lines


def _code(lines: Sequence[str], masked: Masked) -> Iterator[tuple[int, int, str]]:
    """The number, margin and text of each line that has code and is indented by blanks."""
    for at, line in enumerate(lines):
        text = masked.lines[at].rstrip()
        if text.strip() and at not in masked.within and "\t" not in margin(line):
            yield at, len(margin(line)), text


def _step(lines: Sequence[str], masked: Masked, family: Family) -> int | None:
    """By how many blanks code is indented deeper than what it is in; None if that differs."""
    steps: Counter[int] = Counter()
    before, above = 0, ""
    for _, here, text in _code(lines, masked):
        opens = above.endswith(("{", ":")) or (family == "ended" and above)
        if opens and here > before:
            steps[here - before] += 1
        before, above = here, text
    if not steps:
        return None
    step, count = steps.most_common(1)[0]
    return step if count >= _MOST * steps.total() and 2 <= step <= 8 else None


def _first_margin(lines: Sequence[str], family: Family, name: str, step: int) -> int:
    """The margin that the first line lacks: all others are deeper than what it begins."""
    masked = Masked(lines, family, name)
    code = list(_code(lines, masked))
    if len(code) < 2 or code[0][0] or code[0][1] or family == "ended":
        return 0
    rest = code[1:]
    least = min(here for _, here, _ in rest)
    if not least:
        return 0
    opens = code[0][2].endswith(("{", ":", "(", "[", ","))
    if rest[-1][2].strip().startswith(_CLOSERS) and opens:
        return rest[-1][1] if rest[-1][1] == least else 0
    if not opens:
        follows = re.match(r"\s*[.?:&|+*/-]", rest[0][2])
        return 0 if follows else rest[0][1]
    inner = _step(lines[1:], Masked(lines[1:], family, name), family)
    return least - step if least > step and inner in (None, step) else 0


def _in_steps(lines: Sequence[str], masked: Masked, old: int, new: int) -> list[str]:
    """The lines with each step of ``old`` blanks made one of ``new``.

    What is aligned with something above moves with the line that it goes on from.
    """
    base = min(here for _, here, _ in _code(lines, masked))
    found, moved, regular = [], 0, 0
    for at, line in enumerate(lines):
        depth = len(margin(line)) - base
        if not line.strip() or at in masked.texts or "\t" in margin(line) or depth < 0:
            found.append(line)
            continue
        if depth % old == 0 and depth <= regular + old and at not in masked.within:
            moved, regular = depth // old * (new - old), depth
        found.append(" " * max(0, base + depth + moved) + line.lstrip(" "))
    return found


def _runs(numbers: Collection[int]) -> Iterator[range]:
    for _, group in groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        yield range(run[0], run[-1] + 1)


def _is_text(lines: Sequence[str], file: Sequence[str]) -> bool:
    """Whether a string is shown as it is, not moved with the code around it."""
    told = [line for line in lines if sum(map(str.isalnum, line)) > 2]
    own = set(file)
    if any(line in own for line in told):
        return True
    bare = {line.strip() for line in file}
    return not any(line.strip() in bare for line in told)
