"""Lines of a block that stand for code left out: ``# ... existing code``, ``// rest unchanged``.

A comment that says so, in any of the usual languages, or dots alone. A line that the file has
itself stands for nothing but itself.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from typing import Final

from robotui.workspace.code.elision_phrases import SAID

_COMMENT: Final = re.compile(
    r"\s*(?:#+|//+|--+(?:\[\[)?|;+|%+|\{[/#]?\*+|/\*+|\{#|\{-|\{\{!(?:--)?|<!--+|\(\*|@\*|\"\"\"|'''"
    r"|REM\b|rem\b|'(?!.*')|\"(?!.*\"))"
    r"\s*(.*?)\s*(?:\*+/\}?|\*\)|\*@|#\}|-\}|(?:--)?\}\}|--+>|\]\]|\"\"\"|''')?\s*,?\s*"
)
_NOTE_BEHIND: Final = re.compile(
    r"\s*(?:pass|\.{3}|…|\{\s*\}|;|return)\s*[;,]?\s*(?=#|//|/\*|--|;)"
)
_DOTS: Final = r"(?:\.\s?){3,}|…+|⋮|⋯|\[\s*(?:\.{3}|…)\s*\]|<\s*(?:\.{3}|…)\s*>"
_BARE: Final = re.compile(
    rf"\s*[\[(<{{]?\s*(?:{_DOTS})\s*[\])>}}]?\s*[,;]?\s*"
    rf"|\s*[\[(<]\s*(?:\.{{3}}|…)?\s*(?P<said>[^\[\]()<>]*?)\s*(?:\.{{3}}|…)?\s*[\])>]\s*"
    r"|\s*(?:\.{3,}|…)\s*(?P<words>[^\W\d_][^=(){};]*?)\s*(?:\.{3,}|…)?\s*"
)
_BEGINS: Final = re.compile(rf"[\[(<*=\-\s]*(?:{_DOTS})")
_ENDS: Final = re.compile(rf"(?:{_DOTS})[\])>*=\-\s]*$")
_INLINE: Final = re.compile(
    r"\{\s*(?:\.{3}|…|/\*.*?(?:\.{3}|…|unchanged|existing|same|omitted).*?\*/)\s*;?\s*\}"
    r"|(?<!Field)(?<!Query)(?<!Body)(?<!Path)(?<!Form)(?<!Header)(?<!File)(?<!Cookie)(?<!Param)"
    r"\(\s*(?:\.{3}|…)\s*\)|\[\s*(?:\.{3}|…)\s*\]|…"
    r"|[(,]\s*/\*\s*(?:\.{3}|…)[^*]*\*/|\([^()]*,\s*\.{3}\s*\)\s*:$"
)
_STUB: Final = re.compile(r".*[:{]\s*(?:\.{3}|…)\s*\}?\s*(?:#.*)?$")

_BEGINS_DOCSTRING: Final = {
    quotes: re.compile(rf"\s*[rRuU]?{quotes}.*\S") for quotes in ('"""', "'''")
}
_LONGEST: Final = 400
"""Characters of a line; nobody says in more that code was left out, and looking would take long."""
_MOST_WORDS: Final = 14
"""A comment with more words explains something."""


def stands_for_code(line: str) -> bool:
    """Whether a comment, or the note behind ``pass``, says that code was left out there."""
    behind = _NOTE_BEHIND.match(line)
    comment = _COMMENT.fullmatch(line[behind.end() :] if behind else line)
    if comment is None or not comment[1]:
        return False
    return _says_so(comment[1])


def _says_so(text: str) -> bool:
    text = re.sub(r"^<(.*)>$", r"\1", text)
    if len(text.split()) > _MOST_WORDS:
        return False
    return bool(
        _BEGINS.match(text)
        or (said := SAID.search(text))
        or (_ENDS.search(text) and (said or len(re.findall(r"\w+", text)) == 0))
    )


def is_bare(line: str) -> bool:
    """Whether a line is dots alone, ``[...]``, ``... rest of the code ...``: no comment."""
    line = line.strip()
    found = _BARE.fullmatch(line) if len(line) <= _LONGEST else None
    if not found:
        return False
    said = found["said"] or found["words"]
    if said is None:
        return not found.re.pattern or "." in line or "…" in line or "⋮" in line or "⋯" in line
    return _says_so(said) or (found["words"] is not None and len(said.split()) > 1)


def in_line(line: str) -> bool:
    """Whether code is left out within a line: ``{ ... }``, ``call(...)``."""
    return len(line) <= _LONGEST and bool(_INLINE.search(line))


def is_stub(line: str) -> bool:
    """Whether a line begins something whose whole body is ``...``: ``def f(): ...``."""
    return bool(_STUB.match(line)) and not is_bare(line)


def gaps(block: Sequence[str], own: Container[str] = ()) -> list[int]:
    """The lines of the block that stand for code; ``own`` are lines of the file, stripped.

    Dots that are all there is of a body are code, as in a protocol.
    """
    found = []
    for at, line in enumerate(block):
        if line.strip() in own:
            continue
        if stands_for_code(line) or (is_bare(line) and not _is_whole_body(block, at)):
            found.append(at)
    return found


def _is_whole_body(block: Sequence[str], at: int) -> bool:
    """Whether dots are the body of a Python function or class, behind its docstring at most."""
    if block[at].strip() != "...":
        return False
    depth = len(block[at]) - len(block[at].lstrip())
    after = next((text for text in block[at + 1 :] if text.strip()), None)
    if after is not None and len(after) - len(after.lstrip()) >= depth:
        return False
    above = _above(block, at)
    if above >= 0 and block[above].rstrip().endswith(('"""', "'''")):
        quotes = block[above].rstrip()[-3:]
        while above > 0 and not _BEGINS_DOCSTRING[quotes].match(block[above]):
            above -= 1
        above = _above(block, above)
    return above >= 0 and bool(
        re.search(r":\s*(?:#.*)?$", block[above])
        and len(block[above]) - len(block[above].lstrip()) < depth
    )


def _above(block: Sequence[str], at: int) -> int:
    """The nearest line above that is not empty; -1 where there is none."""
    return next((to for to in range(at - 1, -1, -1) if block[to].strip()), -1)
