"""Which code block is meant, and what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from robotui.markdown import CodeBlock
    from robotui.ui.log.chat_log import ChatLog
    from robotui.ui.parts.host import Host


def numbered(host: Host, log: ChatLog, number: str) -> CodeBlock | None:
    """A block of the latest reply; without a number the walked one, or the reply's last.

    None, after a word on what there is, if there is no such block.
    """
    blocks = log.blocks.of_reply()
    if not number and log.blocks.walked is not None:
        return log.blocks.walked
    if not blocks:
        host.warn("The latest reply has no code block. Alt+Up walks to earlier ones.")
    elif not number:
        return blocks[-1]
    elif number.isdecimal() and 1 <= int(number) <= len(blocks):
        return blocks[int(number) - 1]
    else:
        host.warn(f"The latest reply has blocks 1 to {len(blocks)}.")
    return None


def title_of(block: CodeBlock) -> str:
    """What a block is called in messages: ``block 2: 34 lines of python so far``."""
    so_far = "" if block.closed else " so far"
    lines = lines_of(block.source)
    return f"block {block.number}: {lines} of {block.language or 'text'}{so_far}"


def lines_of(text: str) -> str:
    """``1 line``, ``34 lines``; a line that has no end yet counts."""
    count = text.count("\n") + (not text.endswith("\n") and bool(text))
    return f"{count} line{'' if count == 1 else 's'}"
