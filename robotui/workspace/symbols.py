"""Functions and classes in code, by the look of their first lines and their indentation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from robotui.workspace.indent import margin

_HEADER: Final = re.compile(
    r"\s*(?:(?:export|default|pub(?:\([^)]*\))?|public|private|protected|internal|static|final"
    r"|abstract|async|unsafe|override|inline|local|declare|data|sealed)\s+)*"
    r"(def|class|function\b\*?|func|fn|fun|sub|interface|struct|enum|trait|impl|module|namespace"
    r"|object|record)\s+(?:\([^)]*\)\s*)?([\w$.:<>]*[\w$>])"
)
_HOLDERS: Final = {
    *("class", "interface", "struct", "enum", "trait", "impl", "module", "namespace"),
    *("object", "record"),
}


class Symbol(NamedTuple):
    """What a line begins."""

    kind: str
    name: str

    @property
    def holds_others(self) -> bool:
        """It is of the kind that has functions in it."""
        return self.kind in _HOLDERS


def symbol(line: str) -> Symbol | None:
    """The function or class that a line begins."""
    found = _HEADER.match(line)
    return Symbol(*found.groups()) if found else None


def extent(lines: Sequence[str], header: int) -> int:
    """The line after the last one of the function or class that begins at ``header``."""
    indent = len(margin(lines[header]))
    end = header + 1
    for at in range(header + 1, len(lines)):
        text = lines[at].strip()
        if not text:
            continue
        here = len(margin(lines[at]))
        closes = text[0] in ")]}" or text.split()[0] in ("end", "end;", "{")
        if here < indent or (here == indent and not closes):
            break
        end = at + 1
        if here == indent and text[-1] not in ":{(,":
            break
    return end


def lead(lines: Sequence[str], header: int) -> int:
    """The first of the decorators and comments right above a header."""
    at = header
    while at and re.match(r"\s*(?:@|#\[|#|//|/\*|\*)", lines[at - 1]):
        at -= 1
    return at
