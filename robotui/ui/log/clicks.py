"""What a click on the log does, where what was clicked says so."""

from __future__ import annotations

from typing import Protocol

from textual.app import App
from textual.message import Message

from robotui.chats.turns import Did, Notice, Remark
from robotui.layout import disclosure
from robotui.layout.block_actions import BlockAction
from robotui.layout.code_section import CodeSection
from robotui.layout.viewport import Spot, Viewport
from robotui.markdown import CodeBlock
from robotui.ui.log.code_blocks import CodeBlocks
from robotui.ui.log.messages import BlockActionRequested, RetryRequested
from robotui.ui.painting.strips import target_at


class Log(Protocol):
    """What a click asks of the log."""

    @property
    def app(self) -> App[object]:
        """Who opens links."""

    @property
    def view(self) -> Viewport:
        """What is shown."""

    @property
    def blocks(self) -> CodeBlocks:
        """The code blocks of the chat."""

    def update(self) -> None:
        """Show the scrollback as it is now."""

    def post_message(self, message: Message) -> bool:
        """Tell the screen something."""


def click(log: Log, spot: Spot, x: int) -> bool:
    """Do what the cell ``x`` of a row is there for; False if it leads nowhere."""
    target = target_at(spot.section.row(spot.row), x)
    if target:
        _follow(log, target, spot)
    elif isinstance(spot.section, CodeSection) and spot.section.is_header(spot.row):
        log.blocks.jump_to(spot.place.entry, spot.section.block.number)
    return bool(target)


def _follow(log: Log, target: str, spot: Spot) -> None:
    match target, spot.section.subject:
        case "fold", CodeBlock() as block:
            log.blocks.toggle_fold(block)
        case ("copy" | "save" | "apply" | "menu") as action, CodeBlock() as block:
            log.post_message(BlockActionRequested(BlockAction(action), block))
        case "toggle", Did() | Remark() as part:
            disclosure.toggle_detail(log.view, spot.place, part)
            log.update()
        case "retry", Notice():
            log.post_message(RetryRequested())
        case _ if ":" in target:
            log.app.open_url(target)
