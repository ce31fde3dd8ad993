"""Edits of one line: constants and imports."""

from __future__ import annotations

import random
import re
from typing import Final

from tests.eval.apply.changes import margin
from tests.eval.apply.made import (
    Made,
    fine,
    spliced,
)
from tests.eval.apply.source import Source

_ASSIGNED: Final = re.compile(
    r"(\s*(?:export\s+|private\s+|static\s+|final\s+|public\s+)*(?:const\s+|let\s+|#define\s+)?"
    r"(?:[\w<>]+ )?[A-Za-z_]\w*(?::\s*[\w\[\], ]+)?\s*=?\s*)"
    r"(\d[\d_]*|\"[^\"]*\"|True|False|None)(;?)"
)


def constants(source: Source, draw: random.Random, number: int) -> Made | None:
    """One line: a constant, an import, a property of a style."""
    if number % 3 == 1:
        return _import(source, draw)
    if number % 6 == 2:
        return _new_import(source, draw)
    found = [
        (at, match)
        for at, line in enumerate(source.lines)
        if (match := _ASSIGNED.fullmatch(line)) and ("=" in line or "#define" in line)
        and len(margin(line)) <= 4 and source.language != "css"
        and not any(m.start <= at < m.end for m in source.members)
        and sum(text.startswith(match[1].rstrip()) for text in source.lines) == 1
    ]  # fmt: skip
    if not found:
        return None
    at, match = draw.choice(found)
    value = {"True": "False", "False": "True", "None": "0"}.get(match[2])
    if value is None:
        value = (
            f'"{match[2][1:-1]}-new"'
            if match[2][0] == '"'
            else str(int(match[2].replace("_", "")) * 2 + 1)
        )
    new = match[1] + value + match[3]
    right = spliced(source.lines, at, at + 1, [new])
    if not fine(source, right):
        return None
    return Made(source.lines, (right,), (new,), at, note="a constant")


def _import(source: Source, draw: random.Random) -> Made | None:
    found = [
        (at, m)
        for at, line in enumerate(source.lines)
        if (m := re.fullmatch(r"(from [\w.]+ import )(\w+(?:, \w+)*)", line))
        and "__future__" not in line
        and sum(text.startswith(line.partition(" import")[0] + " ") for text in source.lines) == 1
    ]
    if not found:
        return None
    at, match = draw.choice(found)
    names = [*re.split(r", ", match[2]), draw.choice(["resolve", "lookup_any", "Registry"])]
    orders = (names, sorted(names), sorted(names, key=str.lower))  # tidy ones are as good
    right = tuple(
        spliced(source.lines, at, at + 1, [match[1] + ", ".join(order)]) for order in orders
    )
    return Made(source.lines, right, (match[1] + ", ".join(names),), at, note="an import")


def _new_import(source: Source, draw: random.Random) -> Made | None:
    parts = [span for span in source.parts if re.match(r"import |from ", source.lines[span[0]])]
    parts = [span for span in parts if "__future__" not in source.lines[span[0]]]
    name = draw.choice(["zlib", "secrets", "graphlib"])
    if source.language != "python" or not parts or source.words(name):
        return None
    new = (f"import {name}",)
    places = sorted({parts[0][0], *(end for _, end in parts)})
    right = tuple(spliced(source.lines, at, at, new) for at in places)
    return Made(source.lines, right, new, parts[-1][1], "may", note="a new import")
