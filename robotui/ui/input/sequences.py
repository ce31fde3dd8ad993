"""A terminal's input split into text, keys and the marks of a paste. No Textual in here."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal, NamedTuple

START: Final = "\x1b[200~"
"""What a terminal sends before a paste."""
END: Final = "\x1b[201~"
"""What it sends behind one."""

_STRING: Final = r"[^\x07\x1b\x9c\r\n]*"
# ECMA-48, and what rxvt, the Linux console and X10's mouse reports add to it. Two ESC are Alt with
# a key that begins with ESC itself; an ESC and a bracket choose a character set.
_TOKEN: Final = re.compile(
    r"(?P<text>[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+)"
    r"|(?P<sequence>(?:\x1b(?!\x1b\[20[01]~))?"
    r"\x1b\[(?:\[[A-E]|\d+\$(?!y)|M[ -\xff]{3}|[0-?]*[ -/]*[@-~])"
    rf"|\x1b[\]PX^_]{_STRING}(?:\x07|\x1b\\|\x9c)|\x1b[()*+][0-9A-Z])"
    r"|(?P<key>\x1b{1,2}O\d*[@-~]|\x1b[^\x1b]|[\x00-\x1f\x7f])"
    rf"|(?P<other>\x9b[0-?]*[ -/]*[@-~]|[\x90\x98\x9d-\x9f]{_STRING}(?:\x07|\x1b\\|\x9c)"
    r"|[\x80-\x9f])"
)
_CUT: Final = re.compile(
    rf"(?:\x1b{{1,2}}(?:\[(?:\[|M[ -\xff]{{0,2}}|[0-?]*[ -/]*)|O\d*)?"
    rf"|\x1b[\]PX^_]{_STRING}\x1b?|\x1b[()*+]|\x9b[0-?]*[ -/]*)\Z"
)

Kind = Literal["text", "key", "start", "end"]


class Token(NamedTuple):
    """A run of text, a key, or a mark; ``at`` is where it begins in the input."""

    kind: Kind
    text: str
    at: int


def split(text: str, is_key: Callable[[str], bool]) -> tuple[list[Token], str]:
    """The tokens of ``text``, and what is left of it: the beginning of a sequence.

    Runs of text hold line ends and tabs. Sequences that are no key, such as colours, and controls
    of 8 bits are left out; what is around them is one run.
    """
    cut = _CUT.search(text)
    end = cut.start() if cut else len(text)
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text, 0, end):
        kind = _kind(match, is_key)
        if kind == "text" and tokens and tokens[-1].kind == "text":
            tokens[-1] = tokens[-1]._replace(text=tokens[-1].text + match[0])
        elif kind is not None:
            tokens.append(Token(kind, match[0], match.start()))
    return tokens, text[end:]


def _kind(match: re.Match[str], is_key: Callable[[str], bool]) -> Kind | None:
    if match[0] == START:
        return "start"
    if match[0] == END:
        return "end"
    if match["text"] is not None:
        return "text"
    known = match["key"] is not None or (match["sequence"] is not None and is_key(match[0]))
    return "key" if known else None


def begins_mark(text: str) -> bool:
    """Whether ``text`` is the beginning of a mark, and longer than what a person may type."""
    return len(text) > 2 and (START.startswith(text) or END.startswith(text))
