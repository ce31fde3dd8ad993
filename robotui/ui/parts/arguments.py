"""What may follow commands, as far as it is known without asking anybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from robotui import agents
from robotui.ui.parts.numbered import title_of

if TYPE_CHECKING:
    from robotui.ui.log.chat_log import ChatLog
    from robotui.ui.parts.engines import Engines
    from robotui.ui.slash import Argument, Arguments


def arguments(log: ChatLog, engines: Engines) -> Arguments:
    """Agents, engines and code blocks for the commands that take them."""

    def blocks() -> Iterator[Argument]:
        for block in log.blocks.of_reply():
            yield str(block.number), title_of(block)

    def copied() -> Iterator[Argument]:
        numbered = list(blocks())
        yield from numbered
        yield "all", "all code blocks of the latest reply"
        yield "reply", "the latest reply as Markdown"
        yield "plain", "the block without line numbers, prompts or signs before its lines"
        for number, title in numbered:
            yield f"{number} plain", f"{title}, without line numbers"

    return {
        "agent": lambda: [(agent.id, agent.purpose) for agent in agents.everyone()],
        "copy-block": copied,
        "save": blocks,
        "apply": blocks,
        "engine": engines.known,
    }
