"""Lines that are too long to be shown whole: minified code, data, logs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from robotui.server.index.question_terms import Terms, union
from robotui.server.index.results import Hit
from robotui.server.index.words import split_humps

SIDE: Final = 200
"""Characters that are shown on each side of what was found."""
LONG: Final = 2 * SIDE
"""Characters from which on a line is not shown whole."""

_BACK: Final = 100_000  # characters that are looked through for what a place is in
_WORDS: Final = 500  # of a question, in one line, that are looked at
_WORD: Final = re.compile(r"\w+")
_TOKEN: Final = re.compile(r"""(["'`])(?:(?!\1)[^\\]|\\.)*\1|[{}\[\]]""", re.DOTALL)
_NO_NAMES: Final = frozenset(
    ["if", "for", "while", "switch", "catch", "with", "function", "return"]
)
# What stands before a bracket that opens, and names what is in it.
_FUNCTION: Final = re.compile(
    r"(?:function\*?\s+([\w$]+)\s*\([^()]*\)|class\s+([\w$]+)[^{};]*"
    r"|([\w$]+)\s*[=:]\s*(?:async\s*)?(?:function\*?\s*)?(?:\([^()]*\)|[\w$]+)\s*(?:=>)?"
    r"|([\w$]+)\([^()]*\))\s*$"
)
_KEY: Final = re.compile(r"""(?:["']([^"']*)["']\s*:|([\w$-]+)\s*[:=]|([.#@]?[\w-]+))\s*$""")


def excerpt(line: str, at: int = 0, end: int = 0) -> str:
    """``line``, or if it is long what is around the characters ``at`` to ``end``."""
    if len(line) <= LONG:
        return line
    first, last = max(at - SIDE, 0), min(max(end, at) + SIDE, len(line))
    before, after = "…" if first else "", "…" if last < len(line) else ""
    return f"{before}{line[first:last]}{after}"


def shorten(hit: Hit, lines: Sequence[str], exact: Sequence[str], terms: Terms) -> Hit:
    """``hit`` with its long lines cut to what was found, and what that is in as its symbol.

    ``lines`` are those of the whole file; ``exact`` is what was asked for by name or in quotes.
    """
    text, symbol, kind, symbol_line = [], hit.symbol, hit.kind, hit.symbol_line
    for number, part in enumerate(hit.text, hit.line):
        at, end = _found(part, exact, terms) if len(part) > LONG else (0, 0)
        whole = lines[number - 1] if number <= len(lines) else part
        start = whole.find(part)  # of a very long line a hit has only a piece
        whole, start = (whole, start) if start >= 0 else (part, 0)
        text.append(excerpt(whole, start + at, start + end))
        if end:
            symbol, kind = enclosing(whole, start + at)
            symbol_line = number if symbol else 0
    return replace(hit, text=tuple(text), symbol=symbol, kind=kind, symbol_line=symbol_line)


def _found(line: str, exact: Sequence[str], terms: Terms) -> tuple[int, int]:
    """Where in a line the most of a question stands together; 0, 0 if nothing of it does."""
    folded = line.lower()
    for text in exact:
        at = folded.find(text.lower())
        if text and at >= 0:
            return at, at + len(text)
    places = [
        (match.start(), match.end(), mask)
        for match in _WORD.finditer(line)
        if (mask := terms.of(split_humps(match[0]))) != (0, 0)
    ][:_WORDS]
    best, found = 0.0, (0, 0)
    for number, (start, end, _) in enumerate(places):
        near = [mask for at, _, mask in places[number:] if at < start + SIDE]
        value = terms.value(union(near))
        if value > best + 1e-9:
            best, found = value, (start, end)
    return found


def enclosing(line: str, at: int) -> tuple[str, str]:
    """Name and kind of what the place ``at`` of a line is in: a function, or keys of data."""
    first = max(at - _BACK, 0)
    opened: list[tuple[str, str]] = []
    for token in _TOKEN.finditer(line, first):
        if token.start() >= at:
            break
        if token[0] in "{[":
            opened.append(_named(line[max(token.start() - SIDE, first) : token.start()]))
        elif token[0] in "}]" and opened:
            opened.pop()
    functions = [name for name, kind in opened if kind == "function"]
    keys = [name for name, _ in opened if name]
    if functions:
        return ".".join(functions[-3:]), "function"
    return (".".join(keys[-4:]), "key") if keys else ("", "")


def _named(before: str) -> tuple[str, str]:
    """Name and kind of what a bracket opens, by what stands before it."""
    for pattern, kind in ((_FUNCTION, "function"), (_KEY, "key")):
        match = pattern.search(before)
        name = next(filter(None, match.groups()), "") if match else ""
        if name and name not in _NO_NAMES:
            return name, kind
    return "", ""
