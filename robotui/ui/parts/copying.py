"""Copying to the clipboard, exactly, with a word on what was copied and how."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from robotui.ui.parts.host import background
from robotui.ui.parts.numbered import lines_of, numbered, title_of

if TYPE_CHECKING:
    from robotui.markdown import CodeBlock
    from robotui.ui.log.chat_log import ChatLog
    from robotui.ui.parts.host import Host
    from robotui.ui.parts.turns import Turns


class Copying:
    """Copies blocks of code, whole replies and any text."""

    def __init__(self, host: Host, log: ChatLog, turns: Turns, folder: Path) -> None:
        """``folder``: where a text is left that no clipboard takes."""
        self.host = host
        self._log = log
        self._turns = turns
        self._folder = folder

    def copy(self, what: str) -> None:
        """Copy a block by its number, ``all`` blocks of the latest reply, or the ``reply`` itself.

        With ``plain`` behind it, without the line numbers, prompts or signs before its lines.
        """
        match what.lower().split():
            case ["reply"]:
                self._copy_reply()
            case ["all"]:
                self._copy_all()
            case [*_, "plain"]:
                block = numbered(self.host, self._log, what[: -len("plain")].strip())
                if block is not None:
                    self.copy_plain(block)
            case _:
                block = numbered(self.host, self._log, what)
                if block is not None:
                    self.copy_block(block)

    def _copy_reply(self) -> None:
        reply = self._turns.talk.last_reply
        if reply is None:
            self.host.warn("There is no reply yet.")
        else:
            so_far = " so far" if reply.state == "streaming" else ""
            self.copy_text(reply.text, f"the reply: {lines_of(reply.text)} of Markdown{so_far}")

    def _copy_all(self) -> None:
        blocks = self._log.blocks.of_reply()
        text = "\n".join(block.source for block in blocks)
        if blocks:
            self.copy_text(text, f"{len(blocks)} blocks, {lines_of(text)}")
        else:
            self.host.warn("The latest reply has no code block.")

    @background("copy")
    async def copy_block(self, block: CodeBlock) -> None:
        """Copy a block's source."""
        if block.source:
            self._tell(title_of(block), await self._put(block.source))
        else:
            self.host.warn(f"Block {block.number} is empty: there is nothing to copy.")

    @background("copy")
    async def copy_plain(self, block: CodeBlock) -> None:
        """Copy a block without the line numbers, prompts or signs before its lines."""
        from robotui.workspace.code.line_prefixes import undecorated

        plain = await asyncio.to_thread(undecorated, block.source)
        if plain is None:
            self.host.warn(f"Block {block.number} has no line numbers or prompts on every line.")
        else:
            self._tell(f"{title_of(block)} without {plain.what}", await self._put(plain.text))

    @background("copy")
    async def copy_text(self, text: str, what: str) -> None:
        """Copy any text."""
        self._tell(what, await self._put(text))

    async def copy_quietly(self, block: CodeBlock) -> str:
        """Copy a block's source; the sentence that says how is for the caller to show."""
        return f"Copied {title_of(block)}: {await self._put(block.source)}"

    def _tell(self, what: str, how: str) -> None:
        self.host.tell(how, f"Copied {what}")

    async def _put(self, text: str) -> str:
        """Copy; how that went."""
        from robotui import clipboard

        osc52 = self.host.put_into_clipboard
        return await clipboard.copy(text, osc52=osc52, environment=os.environ, folder=self._folder)
