"""One code block of the log: walked to, and asked for something to be done with it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, assert_never

from robotui.layout.block_actions import BlockAction
from robotui.ui.parts.host import background
from robotui.ui.parts.numbered import title_of

if TYPE_CHECKING:
    from robotui.layout.block_walk import Step
    from robotui.markdown import CodeBlock
    from robotui.ui.log.chat_log import ChatLog
    from robotui.ui.parts.copying import Copying
    from robotui.ui.parts.host import Host
    from robotui.ui.parts.shelf import Shelf
    from robotui.ui.parts.writing import Writing
    from robotui.ui.widgets.prompt import PromptArea


class Blocks:
    """Passes on what the log and the menu want done with a block."""

    def __init__(
        self,
        host: Host,
        log: ChatLog,
        prompt: PromptArea,
        copying: Copying,
        writing: Writing,
        shelf: Shelf,
    ) -> None:
        self.host = host
        self._log = log
        self._prompt = prompt
        self._copying = copying
        self._writing = writing
        self._shelf = shelf

    def walk(self, step: Step) -> None:
        """To the next code block of the chat, or the one before."""
        self._log.blocks.step(step)

    def none_there(self, step: Step) -> None:
        """There is no block on that side."""
        self.host.tell(f"There is no code block {'below' if step > 0 else 'above'}.")

    def left(self, typed: str = "") -> None:
        """The walk is over; what was typed to end it goes on in the prompt."""
        self._prompt.focus()
        if typed:
            self._prompt.insert(typed)

    def act_on(self, block: CodeBlock, action: BlockAction) -> None:
        """Do with a block what a key, a click or the menu asks for."""
        match action:
            case BlockAction.COPY:
                self._copying.copy_block(block)
            case BlockAction.PLAIN:
                self._copying.copy_plain(block)
            case BlockAction.SAVE:
                self._writing.write(block, "save")
            case BlockAction.APPLY:
                self._writing.write(block, "apply")
            case BlockAction.FOLD:
                self._log.blocks.toggle_fold(block)
            case BlockAction.REPLY:
                self._copying.copy("reply")
            case BlockAction.SHELF:
                self._shelf.open()
            case BlockAction.MENU:
                self.menu(block)
            case _:
                assert_never(action)

    @background("menu", group="dialog")
    async def menu(self, block: CodeBlock) -> None:
        """Pick what to do with a block."""
        from robotui.ui.dialogs.menu import BlockMenu
        from robotui.workspace.code.line_prefixes import undecorated

        plain = await asyncio.to_thread(undecorated, block.source)
        action = await self.host.ask(BlockMenu(title_of(block), plain.what if plain else ""))
        if action is not None:
            self.act_on(block, action)
