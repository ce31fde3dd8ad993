"""The header of a code block: its number, language and name, and what can be done with it."""

from __future__ import annotations

from typing import Final

from robotui.markdown.blocks import CodeBlock, Line, Margin, Piece, Span
from robotui.text import one_line

_LONGEST: Final = 60
"""Characters of the name that are shown at most."""
_OFFERS: Final = 33
"""Cells for what can be done with a walked block, and for what is around language and name."""
_COPY: Final = 22
"""The same for the key that copies a block that is not walked."""


def code_header(
    block: CodeBlock, *, width: int, walked: bool, can_fold: bool, has_key: bool
) -> Line:
    """The header for so many cells, 0 as long as that is not known.

    ``has_key`` says that Alt and the block's number copy it.
    """
    language = block.language or "text"
    # What can be done with the block needs the room more than the folders of a long name.
    space = width - len(language) - (_OFFERS if walked else _COPY) if width else _LONGEST
    name = _name(block, max(8, min(space, _LONGEST)))
    text, spans = "", []
    for word, key in ((language, "code-language"), (name, "code-title")):
        if word:
            text += f" {word} "
            spans.append(Span(len(text), "" if walked else key))
    fill = "code-walked" if walked else "code-header"
    sign = "▶" if walked else " "
    return Line(
        text,
        tuple(spans),
        (*block.first, Piece(f"{sign}{block.number} ", "code-number", "copy")),
        (*block.rest, Piece("   ", fill)),
        fill=fill,
        right=_offers(block, fill, walked=walked, can_fold=can_fold, has_key=has_key),
        chrome=True,
    )


def _name(block: CodeBlock, space: int) -> str:
    """The file that the block is for, and how many others; the beginning is left out first."""
    name = one_line(block.file_name)
    others = len(set(block.files) - {block.file_name})
    if others:
        name += f" +{others}"
    return name if len(name) <= space else "…" + name[1 - space :]


def _offers(block: CodeBlock, fill: str, *, walked: bool, can_fold: bool, has_key: bool) -> Margin:
    """How long the block is, and what can be done with it; what is needed most comes last."""
    count = len(block.lines)
    lines = f" {count} line{'' if count == 1 else 's'}{'' if block.closed else ' …'} "
    pieces = [Piece(lines, fill)]
    if walked:
        pieces.append(Piece(" Enter menu ", fill, "menu"))
    if can_fold:
        pieces.append(Piece(" fold ", fill, "fold"))
    if walked:
        offers = (("a apply", "apply"), ("s save", "save"), ("c copy", "copy"))
        return (*pieces, *(Piece(f" {text} ", fill, target) for text, target in offers))
    copy = f" copy: Alt+{block.number} " if has_key and block.number <= 9 else " copy "
    return (*pieces, Piece(copy, fill, "copy"))
