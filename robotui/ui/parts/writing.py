"""Code blocks into files: saved or applied after the difference was seen, and taken back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from robotui.errors import RobotuiError
from robotui.text import one_line
from robotui.ui.parts.host import background
from robotui.ui.parts.numbered import numbered

if TYPE_CHECKING:
    from robotui.markdown import CodeBlock
    from robotui.ui.log.chat_log import ChatLog
    from robotui.ui.parts.host import Host
    from robotui.workspace.changes import Changes
    from robotui.workspace.plan import Mode


class Writing:
    """Lets a dialog write a block to files of the workspace, one after the other."""

    def __init__(self, host: Host, log: ChatLog, workspace: Path, undo: Path) -> None:
        """``undo``: the folder of what was written, for it to be taken back."""
        self.host = host
        self._log = log
        self._workspace = workspace
        self._undo = undo

    def save(self, number: str) -> None:
        """Save a block of the latest reply to a file."""
        block = numbered(self.host, self._log, number)
        if block is not None:
            self.write(block, "save")

    def apply(self, number: str) -> None:
        """Apply a block of the latest reply to a file of the workspace."""
        block = numbered(self.host, self._log, number)
        if block is not None:
            self.write(block, "apply")

    @background("write", group="dialog")
    async def write(self, block: CodeBlock, mode: Mode) -> None:
        """Let a block be saved or applied, to one file or several."""
        await self.show_each_file(block, mode)

    async def show_each_file(self, block: CodeBlock, mode: Mode) -> None:
        """A dialog after the other, where a block to be applied changes several files."""
        names = [block.file_name]
        if mode == "apply":
            from robotui.workspace.plan import targets

            names = await asyncio.to_thread(targets, block.source, block.file_name)
        for at, name in enumerate(names):
            if not await self._show_dialog(block, name, mode):
                rest = ", ".join(one_line(name) for name in names[at:])
                if len(names) > 1:
                    self.host.warn(f"Not applied: {rest}. Apply the block again to go on.")
                return

    async def _show_dialog(self, block: CodeBlock, name: str, mode: Mode) -> bool:
        """Whether the file was written."""
        from robotui.ui.dialogs.write import Write

        dialog = Write(
            self._changes(),
            name,
            block.source,
            mode=mode,
            told=block.told,
            language=name.rpartition(".")[2] if block.files else block.language,
        )
        change = await self.host.ask(dialog)
        if change is not None:
            shown = self._in_workspace(change.file.path)
            self.host.tell("/undo takes it back.", f"{shown} is written")
        return change is not None

    @background("undo")
    async def take_back(self) -> None:
        """Take the last change of a file of this workspace back."""
        try:
            taken = await asyncio.to_thread(self._changes().take_back)
        except RobotuiError as error:
            self.host.warn_of(error)
        else:
            became = "was removed again" if taken.removed else "is as before"
            self.host.tell(f"{self._in_workspace(taken.path)} {became}.", "Taken back")

    def _in_workspace(self, path: Path) -> Path:
        """How a file is called: from the workspace on, if it is there."""
        return path.relative_to(self._workspace) if self._workspace in path.parents else path

    def _changes(self) -> Changes:
        from robotui.workspace.changes import Changes

        return Changes(self._undo, self._workspace)
