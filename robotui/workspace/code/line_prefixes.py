"""Prefixes of every line that are no code: line numbers, prompts, signs of a diff."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from robotui.workspace.text_file import content, file_lines

_GUTTER: Final = "|│┃┆┊▏→⇥»"
_FORMS: Final = tuple(
    re.compile(form)
    for form in (
        rf"[ \t]*(?P<number>\d+)(?P<gap>[ \t]*[{_GUTTER}])(?P<text>.*)",
        r"[ \t]*\[ *(?P<number>\d+)\](?P<gap>:?)(?P<text>.*)",
        r"[ \t]*(?:[Ll]ine |[Ll]|#)(?P<number>\d+)(?P<gap>[:.)])(?P<text>.*)",
        r"[ \t]*(?:\( *)?(?P<number>\d+)(?P<gap>[:.)])(?P<text>.*)",
        r"[ \t]*(?P<number>\d+)(?P<gap>[:-])(?P<text>.*)",
        r"[ ]*(?P<number>\d+)(?P<gap>\t|$)(?P<text>.*)",
        r"[ ]*(?P<number>\d+)(?P<gap>)(?P<text>(?: .*)?)",
        r"[ \t]*(?:/\*+|<!--+|\(\*)[ ]*(?:[Ll](?:ine )?)?(?P<number>\d+)[ ]*"
        r"(?P<gap>\*/|--+>|\*\))(?P<text>.*)",
        r"[ \t]*(?:[Ll]ine |[Ll]|#+ ?|// ?|-- ?|;+ ?|% ?)(?P<number>\d+)(?P<gap>)"
        r"(?P<text>(?: .*)?)",
    )
)
_BEHIND: Final = re.compile(
    r"(?P<text>.*?)[ \t]*(?:#+|//|--|;+|%|/\*+|<!--+|\(\*)[ ]*(?:[Ll](?:ine )?)?(?P<number>\d+)"
    r"(?P<gap>)[ ]*(?:\*+/|--+>|\*\))?"
)
_ELLIPSIS: Final = re.compile(r"\W*(?:\.{3,}|…|⋮)\W*")
_LONG: Final = 60
"""Characters of a line that stands for others; what is longer is cut, and is none."""
_LONGEST: Final = 2000
"""Characters; longer lines have no prompt."""
_REPL: Final = re.compile(r"(?P<mark>>>>|\.\.\.)(?: (?P<text>.*))?")
_IPYTHON: Final = re.compile(r"(?:In \[\d*\]|(?P<more> *\.{3,})): ?(?P<text>.*)")
_SHELL: Final = re.compile(
    r"(?:(?:\([\w.-]+\) ?)?(?:[\w.-]+@[\w.-]+[: ]?[^\s$#%]* ?)?[$%❯➜]|(?:PS )?[A-Z]:\\[^>]*>)"
    r" (?P<text>.*)"
)
_ROOT: Final = re.compile(r"# (?P<text>.*)")


@dataclass(frozen=True)
class Plain:
    """A block without what is before its lines."""

    text: str
    what: str
    """What was taken off, for people: "line numbers"."""
    line: int | None = None
    """The number of its first line."""
    form: Callable[[str], bool] = bool
    """Whether a line has the same before it."""
    certain: bool = True
    """The numbers follow each other; else they may be what the lines are about."""


def undecorated(source: str) -> Plain | None:
    """The block without its decorations; None if not every line that has text has one."""
    lines = file_lines(source)
    bare = [content(line) for line in lines]
    if sum(bool(line.strip()) for line in bare) < 2:
        return None
    for reader in (_numbered, _prompted, _signed):
        found = reader(lines, bare)
        if found is not None:
            return found
    return None


def _like(form: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda line: form.fullmatch(line) is not None


# -- numbers


def _numbered(lines: Sequence[str], bare: Sequence[str]) -> Plain | None:
    short = all(len(line) <= _LONGEST for line in bare)
    for form in (*_FORMS, _BEHIND) if short else _FORMS:
        matches = [form.fullmatch(line) for line in bare]
        if all(
            match or not line.strip() or _ELLIPSIS.fullmatch(line.strip()[:_LONG])
            for match, line in zip(matches, bare, strict=True)
        ):
            numbers = [int(match["number"]) for match in matches if match]
            rising = all(a < b for a, b in pairwise(numbers))
            told = any(match and match["text"].strip() for match in matches)
            if len(numbers) > 1 and rising and told:
                return _without_numbers(lines, matches, form)
    return None


def _without_numbers(
    lines: Sequence[str], matches: Sequence[re.Match[str] | None], form: re.Pattern[str]
) -> Plain:
    found = [match for match in matches if match]
    widths = [0] * len(found) if form is _BEHIND else _blanks(found)
    gutter = 0 if form is _BEHIND else found[0].start("text") + widths[0]
    texts = []
    at = 0
    for line, match in zip(lines, matches, strict=True):
        if match is None:
            texts.append(line[min(gutter, _margin(line)) :])
            continue
        text = match["text"]
        texts.append(text[min(widths[at], _margin(text)) :] + line[len(content(line)) :])
        at += 1
    numbers = [int(match["number"]) for match in found]
    gaps = any(a + 1 != b for a, b in pairwise(numbers))
    marked = any(match is None and line.strip() for line, match in zip(lines, matches, strict=True))
    return Plain(
        "".join(texts),
        "line numbers",
        numbers[0],
        _like(form),
        certain=not gaps or marked,
    )


def _margin(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _blanks(found: Sequence[re.Match[str]]) -> list[int]:
    """How many blanks behind each number belong to it, not to the code."""
    told = [match for match in found if match["text"].strip()]
    gap = told[0]["gap"]
    if gap == "\t":
        return [0] * len(found)
    least = min(_margin(match["text"]) for match in told)
    if gap:
        # grep puts nothing behind the colon: code that is indented by 4 shows that.
        tight = gap in ":-" and least % 2 == 0
        return [0 if tight else min(least, 1)] * len(found)
    start = [match.start("text") for match in found]
    margins = [_margin(match["text"]) for match in told]
    columns = [match.start("text") + _margin(match["text"]) for match in told]
    if len(set(start)) > 1 and _is_even(columns) and not _is_even(margins):
        # The numbers begin in one column, and so does the code.
        width = max(start) + _usual(min(columns) - max(start), found)
        return [width - each for each in start]
    return [_usual(least, found)] * len(found)


def _is_even(columns: Sequence[int]) -> bool:
    """Whether the columns are apart by even numbers, as indented code is."""
    return len({column % 2 for column in columns}) == 1


def _usual(least: int, found: Sequence[re.Match[str]]) -> int:
    """One blank or two, so that the code is indented by an even number; empty lines tell it too."""
    empty = {len(m["text"]) for m in found if m["text"] and not m["text"].strip()}
    if len(empty) == 1 and 0 < (width := next(iter(empty))) <= least:
        return width
    return least if least <= 2 else 2 - least % 2


# -- prompts


def _prompted(lines: Sequence[str], bare: Sequence[str]) -> Plain | None:
    first = next(line for line in bare if line.strip())
    for form in (_REPL, _IPYTHON, _SHELL) if len(first) <= _LONGEST else ():
        if form.fullmatch(first) and not first.startswith("..."):
            typed = _session(lines, form)
            printed = sum(map(bool, map(str.strip, lines))) > len(typed)
            return Plain("".join(typed), "prompts", form=_like(form), certain=not printed)
    if all(_ROOT.fullmatch(line) or not line.strip() for line in bare):
        text = "".join(line[2:] if line.strip() else line for line in lines)
        return Plain(text, "prompts", form=_like(_ROOT), certain=False)
    return None


def _session(lines: Sequence[str], form: re.Pattern[str]) -> list[str]:
    """The lines that were typed; what was printed is left out."""
    found: list[str] = []
    typed = False
    for line in lines:
        match = form.fullmatch(content(line)) if len(line) <= _LONGEST else None
        more = form is _SHELL and typed and found and content(found[-1]).endswith("\\")
        if match:
            found.append((match["text"] or "") + line[len(content(line)) :])
        elif more:
            found.append(re.sub(r"^> ?", "", line))
        typed = bool(match or more)
    return found


# -- signs


def _signed(lines: Sequence[str], bare: Sequence[str]) -> Plain | None:
    told = [line for line in bare if line.strip()]
    for sign, what in (("+", "signs"), ("│", "rule"), ("┃", "rule"), ("▏", "rule"), (">", "marks")):
        if all(line.startswith(sign) for line in told):
            inner = [line[1:] for line in told if line[1:].strip()]
            blank = all(line.startswith(" ") for line in inner) and (
                sign != "+" or min(map(_margin, inner), default=0) % 2 == 1
            )
            cut = 1 + (blank and bool(inner))
            texts = [_cut(line, cut) if line.strip() else line for line in lines]
            return Plain("".join(texts), what, form=_like(re.compile(re.escape(sign) + ".*")))
    if min(map(_margin, told)) == 1:
        texts = [line[1:] if line.strip() else line for line in lines]
        return Plain("".join(texts), "leading blanks", form=_like(re.compile(" .*")))
    return None


def _cut(line: str, width: int) -> str:
    """The line without its first characters; its ending stays."""
    bare = content(line)
    return bare[width:] + line[len(bare) :]
