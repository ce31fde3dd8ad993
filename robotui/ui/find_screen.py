"""Finding in the chat: the bar above the prompt, and the worker that searches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work

from robotui.ui.block_screen import BlockScreen

if TYPE_CHECKING:
    from robotui.chats.store import Chat
    from robotui.ui.find.controller import FindController
    from robotui.ui.find.find_bar import FindBar


class FindScreen(BlockScreen):
    """A chat that can be searched; the bar is made when it is first needed."""

    _finding: FindController | None = None

    async def action_find(self, text: str) -> None:
        """Open the bar with this text, else with a selected line, else as it was left."""
        selected = self.get_selected_text() or ""
        if not text and "\n" not in selected:
            text = selected
        finding = await self._made()
        finding.open(text)
        self._find()

    async def _made(self) -> FindController:
        if self._finding is None:
            from robotui.ui.find.controller import FindController
            from robotui.ui.find.find_bar import FindBar

            bar = FindBar(id="find")
            await self.query_one("#main").mount(bar, before=self.prompt)
            self._finding = FindController(self.chat_log, bar)
        return self._finding

    @work(name="find", group="find", exclusive=True, exit_on_error=False)
    async def _find(self) -> None:
        if self._finding is not None:
            await self._finding.run()

    @property
    def finds(self) -> bool:
        """Whether the bar is open."""
        return self._finding is not None and self._finding.is_open

    def close_find(self) -> None:
        """Close the bar, if it is open, and go back to the prompt."""
        if self._finding is not None and self._finding.is_open:
            self._finding.close()
            self.prompt.focus()

    def open_chat(self, chat: Chat) -> None:
        """Show a chat; what was to be found was in another."""
        if not self.busy:
            self.close_find()
        super().open_chat(chat)

    def changed(self) -> None:
        """The chat has grown: there may be more to find."""
        super().changed()
        if self._finding is not None and self._finding.is_open:
            self._finding.sync()

    def on_find_bar_changed(self, message: FindBar.Changed) -> None:
        """Something else is to be found."""
        if self._finding is not None:
            self._finding.change(message.query)

    def on_find_bar_moved(self, message: FindBar.Moved) -> None:
        """To another match."""
        if self._finding is not None:
            self._finding.move(message.step)

    def on_find_bar_closed(self) -> None:
        """Esc in the bar."""
        self.close_find()
