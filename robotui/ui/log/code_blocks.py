"""The code blocks of the log as things: listed, walked by keys, folded, moved sideways."""

from __future__ import annotations

from typing import Final, Protocol

from textual.message import Message

from robotui.chats.turns import Reply
from robotui.layout import disclosure
from robotui.layout.block_actions import BlockAction
from robotui.layout.block_walk import BlockWalk, Step
from robotui.layout.code_section import CodeSection
from robotui.layout.viewport import Viewport
from robotui.markdown import CodeBlock
from robotui.ui.log.messages import BlockActionRequested, BlockLeft, NoMoreBlocks

ACTIONS: Final = {
    "c": BlockAction.COPY,
    "s": BlockAction.SAVE,
    "a": BlockAction.APPLY,
    "enter": BlockAction.MENU,
    "space": BlockAction.FOLD,
}
"""What the keys do with the walked block."""
_STEPS: Final[dict[str, Step]] = {"up": -1, "down": 1}
_SIDEWAYS: Final[dict[str, Step]] = {"left": -1, "right": 1}

_CELLS: Final = 8
"""How far code moves sideways at once."""


class Log(Protocol):
    """What the code blocks ask of the log that they are in."""

    can_focus: bool

    @property
    def view(self) -> Viewport:
        """What is shown."""

    def update(self) -> None:
        """Show the scrollback as it is now."""

    def take_focus(self) -> None:
        """Let keys come to the log, at once."""

    def post_message(self, message: Message) -> bool:
        """Tell the screen something."""


class CodeBlocks:
    """Keys walk from code block to code block; the walked one is marked and has keys of its own.

    The log can have the focus only while a block is walked.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._walk = BlockWalk(log.view)

    def of_reply(self, reply: Reply | None = None) -> list[CodeBlock]:
        """The code blocks of a reply as far as it has come; of the latest without one."""
        scrollback = self._log.view.scrollback
        scrollback.sync()
        return scrollback.code_blocks(reply)

    # -- the walk

    @property
    def walked(self) -> CodeBlock | None:
        """The block that keys are about."""
        section = self._walk.section
        return None if section is None else section.block

    def step(self, step: Step) -> None:
        """Walk to the next code block (1), or to the one before (-1).

        At first to the first one in or below the view, or to the last one in or above it.
        """
        self._settle()
        if self._walk.step(step):
            self._show_walked()
        else:
            self._log.post_message(NoMoreBlocks(step))

    def jump_to(self, turn_index: int, number: int) -> None:
        """Walk to a code block by its turn's index and its number; nothing if there is none."""
        self._settle()
        if self._walk.go(turn_index, number):
            self._show_walked()

    def leave(self, text: str = "") -> None:
        """End the walk and give the focus away, to whom ``text`` is meant for."""
        # More may have been typed before the focus went.
        if self._log.can_focus or text:
            self.end()
            self._log.post_message(BlockLeft(text))

    def end(self) -> None:
        """End the walk. Where the end of the chat is in view it is followed again."""
        self._walk.leave()
        if not self._log.view.below:
            self._log.view.following = True
        self._log.can_focus = False
        self._log.update()

    def press(self, key: str) -> bool:
        """Do what a key means while a block is walked; False if that is nothing."""
        block = self.walked
        if key in _STEPS:
            self.step(_STEPS[key])
        elif key in _SIDEWAYS:
            self.scroll_sideways(_SIDEWAYS[key])
        elif key == "escape":
            self.leave()
        elif block is None or key not in ACTIONS:
            return False
        elif ACTIONS[key] is BlockAction.FOLD:
            disclosure.toggle_fold(self._log.view, block)
            self._walk.bring_folded()
            self._log.update()
        else:
            self._log.post_message(BlockActionRequested(ACTIONS[key], block))
        return True

    def _settle(self) -> None:
        self._log.view.scrollback.sync()
        self._log.view.settle()

    def _show_walked(self) -> None:
        self._log.take_focus()
        self._log.update()

    # -- how they are shown

    def toggle_fold(self, block: CodeBlock) -> None:
        """Fold a long block, or show all of it; its header or its fold stays where it is."""
        disclosure.toggle_fold(self._log.view, block)
        self._log.update()

    def scroll_sideways(self, step: Step) -> None:
        """Move the walked block sideways, on (1) or back (-1); without one, all code in view."""
        walked = self._walk.section
        self._scroll(list(self._log.view.code()) if walked is None else [walked], step)

    def scroll_at(self, y: int, step: Step) -> None:
        """Move the code in a row of the view sideways, if it shows some."""
        spot = self._log.view.spot(y)
        if spot is not None and isinstance(spot.section, CodeSection):
            self._scroll([spot.section], step)

    def _scroll(self, sections: list[CodeSection], step: Step) -> None:
        for section in sections:
            section.scroll(step * _CELLS)
        self._log.update()
