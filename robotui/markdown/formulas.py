r"""Formulas in LaTeX: kept as they are written, with the marks around them.

A formula stands in ``$$ $$``, ``\[ \]``, ``\( \)``, ``$ $`` or ``\begin{align} \end{align}``.
Prices (``$5 and $10``), variables (``$HOME:$PATH``) and escaped brackets (``\[note\]``) are none.

A formula that goes on over several lines is a paragraph of its own, whatever is in these lines
(``=``, ``-``, blank ones), if the mark that opens it stands at the beginning or the end of a line.
"""

from __future__ import annotations

import re
from typing import Final

from markdown_it.rules_block.state_block import StateBlock
from markdown_it.rules_inline.state_inline import StateInline
from markdown_it.token import Token

_LONGEST: Final = 5_000
"""Characters of a formula."""
_LINES: Final = 100
"""Lines of a formula."""

_ENVIRONMENT: Final = r"\\begin\{(?P<name>[A-Za-z]+\*?)\}"
_OPENING: Final = re.compile(rf"(?P<mark>\$\$|\\\[|\\\(|{_ENVIRONMENT})")
_BELOW: Final = re.compile(
    rf"(?P<mark>\$\$|\\\[|{_ENVIRONMENT})(?P<rest>.*)|.*(?<![\\$])(?P<last>\$\$|\\\[)[ \t]*$",
    re.DOTALL,
)
"""A line that may begin a formula of several lines."""

_BEFORE_DOLLAR: Final = re.compile(r"[\s(\[{\"'*_~:,;=/|>–—-]|[^\x00-\x7f]")
_DOLLAR: Final = re.compile(
    r"\$(?![\s$/)\];,'\"]|\(['\"])(?P<content>(?:[^\\$`]|\\.)+|`[^`$]+`)(?<!\s)\$(?![\w$({])",
    re.DOTALL,
)
_OPERATOR: Final = re.compile(r"\\[A-Za-z]|[=^+<>{}&]|\w_\w")
_GROUPS: Final = re.compile(r"\\[A-Za-z]+|\{[^{}]*\}")
_PROSE: Final = re.compile(
    r"[A-Za-z]{2,}\s+[A-Za-z]{2,}|\s*[A-Za-z]{4,}\s*$|\d[\d.,]*[kKmMbB]?[\s/]+[*_]*[A-Za-z]{2,}"
)


def formula_end(text: str, at: int, end: int) -> int:
    """Where the formula ends that begins at this place of a paragraph; 0 if none does."""
    end = min(end, at + _LONGEST)
    opening = _OPENING.match(text, at, end)
    if opening is not None:
        closing = text.find(_closing(opening["mark"]), opening.end(), end)
        content = text[opening.end() : closing]
        found = closing >= 0 and content.strip() and _is_formula(text, opening, closing)
        return closing + len(_closing(opening["mark"])) if found else 0
    before = text[at - 1] if at else " "
    match = _DOLLAR.match(text, at, end) if _BEFORE_DOLLAR.match(before) else None
    return match.end() if match is not None and not _is_prose(match["content"]) else 0


def _is_formula(text: str, opening: re.Match[str], closing: int) -> bool:
    """Whether brackets with a backslash are marks of a formula, not escaped brackets."""
    content = text[opening.end() : closing]
    before = text[opening.start() - 1] if opening.start() else " "
    if opening["mark"] not in {r"\(", r"\["}:
        return True
    if before.isascii() and (before.isalnum() or before in "_)]"):
        return False
    if _OPERATOR.search(content):
        return True
    if opening["mark"] == r"\(":
        return not _is_prose(content)
    padded = content[0].isspace() and content[-1].isspace()
    return padded and content.strip() not in "xX" and not _is_prose(content)


def _is_prose(content: str) -> bool:
    """Whether there are words in a row, or an amount of something."""
    return _PROSE.match(content) is not None or bool(
        re.search(r"[A-Za-z]{2,}\s+[A-Za-z]{2,}", _GROUPS.sub(" ", content))
    )


def _closing(mark: str) -> str:
    pairs = {"$$": "$$", r"\[": r"\]", r"\(": r"\)"}
    return pairs.get(mark) or mark.replace("begin", "end", 1)


def read_formula(state: StateInline, silent: bool) -> bool:
    """The parser's rule for formulas inside a paragraph: a token of type ``math``."""
    end = formula_end(state.src, state.pos, state.posMax)
    if end and not silent:
        token = state.push("math", "math", 0)
        token.content = state.src[state.pos : end]
    state.pos = end or state.pos
    return bool(end)


def read_formula_lines(state: StateBlock, begins: int, end: int, silent: bool) -> bool:
    """The parser's rule for formulas of several lines.

    A line that may begin one always ends the paragraph above, for that is told before the formula
    has come.
    """
    if not state.env["formulas"]:  # There is no mark of one in the whole text.
        return False
    line = _line(state, begins)
    opening = None if state.is_code_block(begins) else _BELOW.match(line)
    if opening is None:
        return False
    closing = _closing(opening["mark"] or opening["last"])
    if opening["mark"] and closing in opening["rest"]:
        return False
    if silent:
        return True
    last = _last_line(state, begins, end, closing, blanks=not (opening["rest"] or "").strip())
    if last is None:
        return False
    content = state.getLines(begins, last + 1, state.blkIndent, False)
    state.line = last + 1
    state.push("paragraph_open", "p", 1).map = [begins, last + 1]
    token = state.push("inline", "", 0)
    token.map = [begins, last + 1]
    token.content, token.children = content, []
    if closing not in _line(state, last) or last == begins:
        # There is more to come.
        token.type, token.children = "plain", [Token("math", "math", 0, content=content)]
    state.push("paragraph_close", "p", -1)
    return True


def _last_line(
    state: StateBlock, begins: int, end: int, closing: str, *, blanks: bool
) -> int | None:
    """The last line of a formula, as far as it has come; None if it is none.

    ``blanks``: there may be blank lines in it.
    """
    mark = re.compile(rf"(?<!\\){re.escape(closing)}")
    for at in range(begins + 1, min(end, begins + _LINES)):
        line = _line(state, at)
        outside = state.sCount[at] < state.blkIndent and line
        too_long = state.eMarks[at] - state.bMarks[begins] > _LONGEST - len(closing)
        if outside or too_long or line.startswith(("```", "~~~")) or not (line or blanks):
            return None
        if mark.search(line):
            return at
    lines = len(state.bMarks) - 1
    return end - 1 if end == lines < begins + _LINES and not state.env["final"] else None


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
