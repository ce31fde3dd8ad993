"""What can be done with the code blocks of a chat."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from textual import work

from robotui.ui.chat_screen import ChatScreen

if TYPE_CHECKING:
    from robotui.markdown import CodeBlock
    from robotui.ui.widgets.chat_log import ChatLog


class BlockScreen(ChatScreen):
    """A chat whose code blocks are things: copied, saved, applied, compared."""

    # --- copying

    def on_chat_log_copy_requested(self, message: ChatLog.CopyRequested) -> None:
        """A click on a code block's badge."""
        self.copy_code(message.block)

    @work(name="copy", group="copy", exit_on_error=False)
    async def copy_code(self, block: CodeBlock) -> None:
        """Copy a block's source, exactly, and say what was copied and how."""
        lines = block.source.count("\n")
        what = f"{lines} line{'' if lines == 1 else 's'} of {block.language or 'text'}"
        so_far = "" if block.closed else " so far"
        await self._copy(block.source, f"block {block.number}: {what}{so_far}")

    def action_copy_block(self, number: str) -> None:
        """Copy a numbered code block of the latest reply; without a number the last one."""
        blocks = self.chat_log.code_blocks()
        if not blocks:
            self.warn("The latest reply has no code block.")
        elif not number:
            self.copy_code(blocks[-1])
        elif number.isdecimal() and 1 <= int(number) <= len(blocks):
            self.copy_code(blocks[int(number) - 1])
        else:
            self.warn(f"The latest reply has blocks 1 to {len(blocks)}.")

    @work(name="copy", group="copy", exit_on_error=False)
    async def copy_text(self, text: str) -> None:
        """Copy a selection."""
        await self._copy(text, f"{len(text)} characters")

    async def _copy(self, text: str, what: str) -> None:
        from robotui import clipboard

        copied = await clipboard.copy(
            text,
            osc52=self.app.copy_to_clipboard,
            environment=os.environ,
            folder=self.paths.state / "copied",
        )
        self.tell(copied.how, f"Copied {what}")
