"""Tables whose cells have ``|`` in code or in a formula: people mean that as content.

GitHub's tables end a cell there all the same. If the row has as many cells as the table has columns
only when it is read so, it is read so.
"""

from __future__ import annotations

import re
from typing import Final

from markdown_it.rules_block.state_block import StateBlock
from markdown_it.rules_block.table import table

from robotui.markdown.formulas import formula_end

_KEPT: Final = "\0"
"""Stands for a ``|`` that ends no cell; the parser has replaced all others."""
_LONGEST: Final = 2_000
"""Characters; longer rows are read as they are."""

_DELIMITERS: Final = re.compile(r"[|:-][|: \t-]+\Z")
_CODE: Final = re.compile(r"(?<![`\\])(`+)(?!`).+?(?<!`)\1(?!`)")
_PIPE: Final = re.compile(r"(?<!\\)\|")
_MARK: Final = re.compile(r"[`$]|\\\(")


def read_table(state: StateBlock, begins: int, end: int, silent: bool) -> bool:
    """The parser's rule for tables."""
    if begins + 2 > end:
        return False
    place = state.bMarks[begins + 1] + state.tShift[begins + 1]
    if state.src[place : place + 1] not in {"|", ":", "-"}:
        return False
    if not _DELIMITERS.match(state.src, place, state.eMarks[begins + 1]):
        return False
    delimiters = _row(state, begins + 1)
    source, first = state.src, len(state.tokens)
    state.src = _masked(state, begins, end, _cells(delimiters))
    try:
        return table(state, begins, end, silent)
    finally:
        state.src = source
        for token in state.tokens[first:]:
            token.content = token.content.replace(_KEPT, "|")


def _row(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _masked(state: StateBlock, begins: int, end: int, columns: int) -> str:
    """The source with each ``|`` replaced that ends no cell of the rows from a line on."""
    pieces, done = [], 0
    for at in range(begins, end):
        row = _row(state, at)
        if not row:
            break
        masked = mask(row, columns)
        if masked != row:
            place = state.eMarks[at] - len(row)
            pieces += [state.src[done:place], masked]
            done = state.eMarks[at]
    return "".join([*pieces, state.src[done:]])


def mask(row: str, columns: int) -> str:
    """A row of a table with a stand-in for each ``|`` that is content."""
    if len(row) > _LONGEST or "|" not in row or not _MARK.search(row):
        return row
    masked, done = "", 0
    while (mark := _MARK.search(row, done)) is not None:
        at = mark.start()
        code = _CODE.match(row, at)
        stop = code.end() if code else formula_end(row, at, len(row)) or at + 1
        masked += row[done:at] + _PIPE.sub(_KEPT, row[at:stop])
        done = stop
    masked += row[done:]
    return masked if _cells(masked) == columns or _cells(row) != columns else row


def _cells(row: str) -> int:
    row = row.strip()
    pipes = len(_PIPE.findall(row))
    return (
        pipes
        + 1
        - row.startswith("|")
        - (len(row) > 1 and _PIPE.match(row, len(row) - 1) is not None)
    )
