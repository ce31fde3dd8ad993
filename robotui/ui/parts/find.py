"""Finding in the chat: the bar above the prompt, made when it is first needed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.widget import Widget

    from robotui.ui.find.controller import FindController
    from robotui.ui.find.find_bar import FindBar
    from robotui.ui.log.chat_log import ChatLog
    from robotui.ui.parts.host import Host
    from robotui.ui.widgets.prompt import PromptArea

Mount = Callable[["Widget"], Awaitable[object]]
"""Puts a widget above the prompt."""


class Find:
    """Opens and closes the bar, and lets a worker search while it is open."""

    def __init__(self, host: Host, log: ChatLog, prompt: PromptArea, mount: Mount) -> None:
        self.host = host
        self._log = log
        self._prompt = prompt
        self._mount = mount
        self._bar: FindBar | None = None
        self._finding: FindController | None = None

    async def open(self, text: str) -> None:
        """Open the bar with this text, else with a selected line, else as it was left."""
        selected = self.host.selected()
        if not text and "\n" not in selected:
            text = selected
        if self._finding is None:
            if self._bar is not None:  # it is being put there
                return
            from robotui.ui.find.controller import FindController
            from robotui.ui.find.find_bar import FindBar

            self._bar = FindBar(id="find")
            await self._mount(self._bar)
            self._finding = FindController(self._log, self._bar)
        self._finding.open(text)
        self.host.start(self._finding.run(), name="find", group="find", exclusive=True)

    @property
    def is_open(self) -> bool:
        """Whether something is to be found."""
        return self._finding is not None and self._finding.is_open

    @property
    def has_focus(self) -> bool:
        """Whether keys go to the bar."""
        return self._bar is not None and self._bar.has_focus_within

    def close(self) -> None:
        """Close the bar, if it is open, and go back to the prompt."""
        if self._finding is not None and self._finding.is_open:
            self._finding.close()
            self._prompt.focus()

    def sync(self) -> None:
        """The chat has grown: there may be more to find."""
        if self._finding is not None and self._finding.is_open:
            self._finding.sync()

    def change(self, query: str) -> None:
        """Something else is to be found."""
        if self._finding is not None:
            self._finding.change(query)

    def move(self, step: int) -> None:
        """To another match."""
        if self._finding is not None:
            self._finding.move(step)
