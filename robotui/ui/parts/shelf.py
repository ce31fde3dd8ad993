"""All code blocks of the open chat, to find, copy, compare, save and apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from robotui.ui.parts.host import background

if TYPE_CHECKING:
    from robotui.ui.dialogs.shelf import ShelfState
    from robotui.ui.log.chat_log import ChatLog
    from robotui.ui.parts.copying import Copying
    from robotui.ui.parts.host import Host
    from robotui.ui.parts.turns import Turns
    from robotui.ui.parts.writing import Writing


class Shelf:
    """Opens the dialog as it was left, as long as the chat is the same."""

    def __init__(
        self, host: Host, log: ChatLog, turns: Turns, copying: Copying, writing: Writing
    ) -> None:
        self.host = host
        self._log = log
        self._turns = turns
        self._copying = copying
        self._writing = writing
        self._state: ShelfState | None = None

    @background("shelf", group="dialog")
    async def open(self) -> None:
        """Show all blocks; after saving or applying one the dialog is there again."""
        from robotui.chats.shelf import Shelf as Blocks
        from robotui.ui.dialogs.shelf import ShelfDialog, ShelfState

        transcript = self._turns.talk.chat.transcript
        if self._state is None or self._state.shelf.transcript is not transcript:
            self._state = ShelfState(Blocks(transcript))
        copy = self._copying.copy_quietly
        while picked := await self.host.ask(ShelfDialog(self._state, copy)):
            if picked.action == "jump":
                self._log.blocks.jump_to(*picked.item.key)
                return
            await self._writing.show_each_file(picked.item.block, picked.action)
