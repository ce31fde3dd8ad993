"""The prompts that were sent, and the one that is being typed: history, draft, editor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from robotui.chats import drafts
from robotui.chats.history import PromptHistory
from robotui.errors import StorageError
from robotui.ui.parts.host import background

if TYPE_CHECKING:
    from robotui.config import Paths
    from robotui.ui.parts.host import Host
    from robotui.ui.widgets.prompt import PromptArea

_HISTORY: Final = "prompts.jsonl"
_DRAFTS: Final = "drafts.json"


def keep_draft(paths: Paths, workspace: Path, text: str) -> None:
    """Keep what is typed and not sent for the next time in this folder. Raises StorageError."""
    drafts.keep(paths.state / _DRAFTS, workspace, text)


def draft(paths: Paths, workspace: Path) -> str:
    """What was typed in this folder and not sent; may be empty. Raises StorageError."""
    return drafts.kept(paths.state / _DRAFTS, workspace)


class Prompts:
    """Nothing that was typed is lost: not by sending, clearing, replacing, quitting."""

    def __init__(self, host: Host, area: PromptArea, paths: Paths, workspace: Path) -> None:
        self.host = host
        self.area = area
        self._paths = paths
        self._workspace = workspace
        self.history = PromptHistory(paths.state / _HISTORY)
        try:
            self.history.load()
        except StorageError as error:
            host.warn_of(error)
        area.earlier = self.history.entries

    def remember(self, text: str) -> None:
        """Put a prompt into the history."""
        try:
            self.history.add(text)
        except StorageError as error:
            self.host.warn_of(error)

    def take(self, text: str) -> None:
        """A prompt is sent: it goes from the field into the history."""
        self.area.take(text)
        self.remember(text)

    def clear(self) -> None:
        """Clear what is typed; it can be had again from the history."""
        self.remember(self.area.text)
        self.area.clear()

    @background("prompts", group="dialog")
    async def search(self) -> None:
        """Search what was asked before, over all chats."""
        from robotui.ui.dialogs.history import History

        text = await self.host.ask(History(self.history.entries))
        if text is not None:
            self.remember(self.area.text)
            self.area.replace_text(text)

    def edit(self) -> None:
        """Edit the prompt in $VISUAL or $EDITOR."""
        from robotui.ui import editor

        text = self.host.lend_terminal(lambda: editor.edit(self.area.text))
        if text is not None:
            self.area.replace_text(text)

    # -- what is typed and not sent

    def restore_draft(self) -> None:
        """Put back what was typed here and not sent, unless something else is typed already."""
        try:
            text = draft(self._paths, self._workspace)
        except StorageError as error:
            self.host.warn_of(error)
            return
        if text and not self.area.text:
            self.area.replace_text(text)
            self.host.tell("Ctrl+C clears it.", "Your unsent prompt is back")

    def keep_draft(self) -> None:
        """Keep what is typed and not sent for the next time."""
        self.remember(self.area.text)
        try:
            keep_draft(self._paths, self._workspace, self.area.text)
        except StorageError as error:
            self.host.warn_of(error)
