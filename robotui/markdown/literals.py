r"""What looks like Markdown's marks and is meant as it is written.

Names (``__init__``), products (``5*3*2``, ``2**8``), globs (``src/**/*.py``, ``*.txt``) and paths
with backslashes (``C:\new\_temp\*.txt``, ``\d+\.\d+``).
"""

from __future__ import annotations

import re
from typing import Final

from markdown_it.rules_inline.escape import escape
from markdown_it.rules_inline.state_inline import Delimiter, StateInline

from robotui.markdown.formulas import read_formula

_FAR: Final = 200
"""Characters of a word that are looked at on each side of a mark."""

_NAME: Final = re.compile(r"__(?P<word>[A-Za-z0-9]+(?:_[A-Za-z0-9]+)*)__(?!\w)")
_WORD_BEFORE: Final = re.compile(r"[^\s`<>|\"()\[\]]*\Z")
_WORD: Final = re.compile(r"[^\s`<>|\"()\[\]]*")
_PATH: Final = re.compile(r"[*_~]*(?:[A-Za-z]:|\.{1,2})\\|.*\\[A-Za-z0-9]")
_RUN_AT_END: Final = re.compile(r"(?<=[^\W_])[*_~]+\Z")
_NO_BEGINNING: Final = frozenset(",;:!?)]}")
"""What no emphasis begins with."""
_EAST: Final = "\u2e80"
"""From here on there are scripts that put no blanks between words."""


def read_emphasis(state: StateInline, silent: bool) -> bool:
    """The parser's rule for ``*`` and ``_``: CommonMark's, but for marks that are none."""
    text, at = state.src, state.pos
    mark = text[at]
    if silent or mark not in "*_":
        return False
    name = _NAME.match(text, at) if mark == "_" else None
    if name is not None and not name["word"].istitle() and not text[max(0, at - 1) : at].isalnum():
        state.append_pending(name.group())
        state.pos = name.end()
        return True
    scanned = state.scanDelims(at, mark == "*")
    state.pos += scanned.length
    opens, closes = _sides(state, at, mark)
    for _ in range(scanned.length):
        token = state.push("text", "", 0)
        token.content = mark
        state.delimiters.append(
            Delimiter(
                marker=ord(mark),
                length=scanned.length,
                token=len(state.tokens) - 1,
                end=-1,
                open=scanned.can_open and opens,
                close=scanned.can_close and closes,
            )
        )
    return True


def _sides(state: StateInline, begin: int, mark: str) -> tuple[bool, bool]:
    """Whether a run of marks may open and close emphasis, as far as its neighbours tell."""
    text, end = state.src, state.pos
    before = text[begin - 1] if begin else " "
    after = text[end] if end < state.posMax else " "
    if (before == "/" and after in "/.") or (before == "(" and after == ")"):
        return False, False
    if mark == "_":
        if before in "/\\" or after in "/\\":
            return False, False
        return after not in _NO_BEGINNING and after != ".", True
    if _is_western(before) and _is_western(after):
        # Part of a word may be bold (``un**believ**able``); one letter or a number is a factor.
        bold = end - begin == 2 and after.isalpha() and text[max(0, begin - 2) : begin].isalpha()
        return bold and begin > 1, not (before.isdigit() and after.isdigit())
    if before in ")]" or after in _NO_BEGINNING or (before == "." and not after.isalnum()):
        return False, True
    return not _is_glob(text, end, run=end - begin), True


def _is_western(letter: str) -> bool:
    return letter.isalnum() and letter < _EAST


def _is_glob(text: str, at: int, *, run: int) -> bool:
    """Whether the stars before this place begin a pattern: ``*.py``, ``**/*.py``."""
    if text[at : at + 1] not in {".", "/"}:
        return False
    found = _WORD.match(text, at, at + _FAR)
    word = (found.group() if found else "").rstrip(".,;:!?")
    if word.endswith("*"):
        return "*" in word.rstrip("*")
    return "*" in word or (run == 1 and word[:1] == "." and word[1:2].isalnum())


def read_escape(state: StateInline, silent: bool) -> bool:
    """The parser's rule for backslashes and dollars: formulas, paths, then CommonMark's escapes."""
    mark = state.src[state.pos]
    if mark == "$":
        return read_formula(state, silent)
    if mark != "\\":
        return False
    return read_formula(state, silent) or _read_path(state, silent) or escape(state, silent)


def _read_path(state: StateInline, silent: bool) -> bool:
    """A word in which backslashes are no escapes, from its first backslash on."""
    text, at = state.src, state.pos
    before = _WORD_BEFORE.search(text, max(0, at - _FAR), at)
    after = _WORD.match(text, at, min(state.posMax, at + _FAR))
    if before is None or after is None or not _PATH.match(before.group() + after.group()):
        return False
    run = _RUN_AT_END.search(after.group())
    end = after.end() - (len(run.group()) if run else 0)
    if not silent:
        state.append_pending(text[at:end])
    state.pos = end
    return True
