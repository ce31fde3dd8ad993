"""What can be done with the code blocks of a chat: copy, save, apply, compare, find again."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from textual import work

from robotui.errors import RobotuiError
from robotui.text import one_line
from robotui.ui.chat_screen import ChatScreen

if TYPE_CHECKING:
    from robotui.clipboard import Copied
    from robotui.markdown import CodeBlock
    from robotui.ui.dialogs.shelf import ShelfState
    from robotui.ui.log import messages
    from robotui.workspace.changes import Undo
    from robotui.workspace.plan import Mode


class BlockScreen(ChatScreen):
    """A chat whose code blocks are things."""

    _shelf: ShelfState | None = None

    # --- which block

    def numbered(self, number: str) -> CodeBlock | None:
        """A block of the latest reply; without a number the walked one, or the reply's last.

        None, after a word on what there is, if there is no such block.
        """
        blocks = self.chat_log.blocks.of_reply()
        if not number and self.chat_log.blocks.walked is not None:
            return self.chat_log.blocks.walked
        if not blocks:
            self.warn("The latest reply has no code block. Alt+Up walks to earlier ones.")
        elif not number:
            return blocks[-1]
        elif number.isdecimal() and 1 <= int(number) <= len(blocks):
            return blocks[int(number) - 1]
        else:
            self.warn(f"The latest reply has blocks 1 to {len(blocks)}.")
        return None

    def action_walk(self, step: int) -> None:
        """To the next code block of the chat, or the one before."""
        self.chat_log.blocks.step(-1 if step < 0 else 1)

    def on_chat_log_no_more_blocks(self, message: messages.NoMoreBlocks) -> None:
        """There is no block on that side."""
        self.tell(f"There is no code block {'below' if message.step > 0 else 'above'}.")

    def on_chat_log_block_left(self, message: messages.BlockLeft) -> None:
        """The walk is over; if typing ended it, that goes on in the prompt."""
        self.prompt.focus()
        if message.text:
            self.prompt.insert(message.text)

    def on_chat_log_block_action_requested(self, message: messages.BlockActionRequested) -> None:
        """A key was pressed on a block."""
        self.act_on(message.block, message.action)

    def act_on(self, block: CodeBlock, action: str) -> None:
        """Do with a block what the menu calls so."""
        match action:
            case "copy":
                self.copy_code(block)
            case "plain":
                self.copy_plain(block)
            case "save" | "apply":
                self.write(block, action)
            case "menu":
                self.menu(block)
            case "fold":
                self.chat_log.blocks.toggle_fold(block)
            case "reply":
                self.action_copy("reply")
            case "shelf":
                self.action_shelf()

    @work(name="menu", group="dialog", exit_on_error=False)
    async def menu(self, block: CodeBlock) -> None:
        """Pick what to do with a block."""
        from robotui.ui.dialogs.menu import BlockMenu
        from robotui.workspace.decorations import undecorated

        plain = await asyncio.to_thread(undecorated, block.source)
        title = title_of(block)
        action = await self.app.push_screen_wait(BlockMenu(title, plain.what if plain else ""))
        if action is not None:
            self.act_on(block, action)

    # --- files

    def action_save_block(self, number: str) -> None:
        """Save a block of the latest reply to a file."""
        block = self.numbered(number)
        if block is not None:
            self.write(block, "save")

    def action_apply_block(self, number: str) -> None:
        """Apply a block of the latest reply to a file of the workspace."""
        block = self.numbered(number)
        if block is not None:
            self.write(block, "apply")

    @work(name="write", group="dialog", exit_on_error=False)
    async def write(self, block: CodeBlock, mode: Mode) -> None:
        """Let a block be written, after its difference was seen; answers when that is over."""
        await self._write(block, mode)

    async def _write(self, block: CodeBlock, mode: Mode) -> None:
        """A file after the other, where a block to be applied changes several."""
        names = [block.file_name]
        if mode == "apply":
            from robotui.workspace.plan import targets

            names = await asyncio.to_thread(targets, block.source, block.file_name)
        for at, name in enumerate(names):
            if not await self._write_one(block, name, mode):
                rest = ", ".join(one_line(name) for name in names[at:])
                if len(names) > 1:
                    self.warn(f"Not applied: {rest}. Apply the block again to go on.")
                return

    async def _write_one(self, block: CodeBlock, name: str, mode: Mode) -> bool:
        from robotui.ui.dialogs.write import Write

        dialog = Write(
            self.workspace,
            name,
            block.source,
            undo=self._undo(),
            mode=mode,
            told=block.told,
            language=name.rpartition(".")[2] if block.files else block.language,
        )
        change = await self.app.push_screen_wait(dialog)
        if change is not None:
            path = change.file.path
            shown = path.relative_to(self.workspace) if self.workspace in path.parents else path
            self.tell("/undo takes it back.", f"{shown} is written")
        return change is not None

    @work(name="undo", group="undo", exit_on_error=False)
    async def action_undo(self) -> None:
        """Take the last change of a file of this workspace back."""
        try:
            undone = await asyncio.to_thread(self._undo().undo, self.workspace)
        except RobotuiError as error:
            self.warn_of(error)
        else:
            self.tell(f"{undone}.", "Taken back")

    def _undo(self) -> Undo:
        from robotui.workspace.changes import Undo

        return Undo(self.paths.state / "undo")

    # --- the shelf

    @work(name="shelf", group="dialog", exit_on_error=False)
    async def action_shelf(self) -> None:
        """All code blocks of this chat; after saving or applying one it is there again."""
        from robotui.chats.shelf import Shelf
        from robotui.ui.dialogs.shelf import ShelfDialog, ShelfState

        transcript = self.talk.chat.transcript
        if self._shelf is None or self._shelf.shelf.transcript is not transcript:
            self._shelf = ShelfState(Shelf(transcript))
        while picked := await self.app.push_screen_wait(ShelfDialog(self._shelf, self._copied)):
            if picked.action == "jump":
                self.chat_log.blocks.jump_to(*picked.item.key)
                return
            await self._write(picked.item.block, picked.action)

    async def _copied(self, block: CodeBlock) -> str:
        copied = await self._to_clipboard(block.source)
        return f"Copied {title_of(block)}: {copied.how}"

    # --- copying

    def action_copy_block(self, number: str) -> None:
        """Copy a numbered code block of the latest reply."""
        block = self.numbered(number)
        if block is not None:
            self.copy_code(block)

    def action_copy(self, what: str) -> None:
        """Copy a block by its number, all blocks of the latest reply, or the reply itself."""
        if what.lower() == "reply":
            reply = self.talk.last_reply
            if reply is None:
                self.warn("There is no reply yet.")
            else:
                so_far = " so far" if reply.state == "streaming" else ""
                self.copy_text(reply.text, f"the reply: {_lines(reply.text)} of Markdown{so_far}")
        elif what.lower() == "all":
            blocks = self.chat_log.blocks.of_reply()
            text = "\n".join(block.source for block in blocks)
            if blocks:
                self.copy_text(text, f"{len(blocks)} blocks, {_lines(text)}")
            else:
                self.warn("The latest reply has no code block.")
        elif what.lower().split()[-1:] == ["plain"]:
            block = self.numbered(what[: -len("plain")].strip())
            if block is not None:
                self.copy_plain(block)
        else:
            self.action_copy_block(what)

    @work(name="copy", group="copy", exit_on_error=False)
    async def copy_code(self, block: CodeBlock) -> None:
        """Copy a block's source, exactly, and say what was copied and how."""
        if block.source:
            await self._copy(block.source, title_of(block))
        else:
            self.warn(f"Block {block.number} is empty: there is nothing to copy.")

    @work(name="copy", group="copy", exit_on_error=False)
    async def copy_plain(self, block: CodeBlock) -> None:
        """Copy a block without the line numbers, prompts or signs before its lines."""
        from robotui.workspace.decorations import undecorated

        plain = await asyncio.to_thread(undecorated, block.source)
        if plain is None:
            self.warn(f"Block {block.number} has no line numbers or prompts on every line.")
        else:
            await self._copy(plain.text, f"{title_of(block)} without {plain.what}")

    @work(name="copy", group="copy", exit_on_error=False)
    async def copy_text(self, text: str, what: str) -> None:
        """Copy any text."""
        await self._copy(text, what)

    async def _copy(self, text: str, what: str) -> None:
        copied = await self._to_clipboard(text)
        self.tell(copied.how, f"Copied {what}")

    async def _to_clipboard(self, text: str) -> Copied:
        from robotui import clipboard

        return await clipboard.copy(
            text,
            osc52=self.app.copy_to_clipboard,
            environment=os.environ,
            folder=self.paths.state / "copied",
        )


def title_of(block: CodeBlock) -> str:
    """What a block is called in messages: ``block 2: 34 lines of python so far``."""
    so_far = "" if block.closed else " so far"
    lines = _lines(block.source)
    return f"block {block.number}: {lines} of {block.language or 'text'}{so_far}"


def _lines(text: str) -> str:
    """``1 line``, ``34 lines``; a line that has no end yet counts."""
    count = text.count("\n") + (not text.endswith("\n") and bool(text))
    return f"{count} line{'' if count == 1 else 's'}"
