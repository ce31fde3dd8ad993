"""What is on the screen, and how it gets there: the prompt first, the rest behind it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widget import Widget

from robotui import agents
from robotui.agents import Agent
from robotui.config import Paths, Settings
from robotui.errors import RobotuiError, StorageError
from robotui.text import printable
from robotui.ui import slash
from robotui.ui.compositor import Compositor
from robotui.ui.widgets.prompt import PromptArea
from robotui.ui.widgets.sidebar import Sidebar
from robotui.ui.widgets.status_bar import StatusBar

if TYPE_CHECKING:
    from robotui.chats.history import PromptHistory
    from robotui.chats.store import Chat
    from robotui.ui.log.chat_log import ChatLog

_HEAD_START = 0.05
"""Seconds that typing has to itself before the rest is loaded."""
_SIDEBAR_FROM = 60
"""Columns below which there is no room for the sidebar."""
_DRAFTS = "drafts.json"
_COLUMNS, _ROWS = 5, 2
"""What a window has to have to show anything."""


class OpeningScreen(Screen[None]):
    """Sidebar, log, prompt and status bar, and the passing words above them.

    The prompt is there first: the log and the chat's own modules are loaded once it is painted,
    in a thread, so that typing starts at once. Until then ``opened`` is false.
    """

    chat_log: ChatLog
    history: PromptHistory

    def __init__(
        self, first_chat: Callable[[], Chat], paths: Paths, settings: Settings, workspace: Path
    ) -> None:
        super().__init__()
        self._compositor = Compositor()
        self.paths = paths
        self.settings = settings
        self.workspace = workspace
        self.opened = False
        self.submitted_early = ""
        self._focus_before: Widget | None = None
        self._first_chat = first_chat
        self.sidebar = Sidebar(settings.agent)
        self.prompt = PromptArea(slash.complete)
        self.status = StatusBar()

    def compose(self) -> ComposeResult:
        """Sidebar beside log and prompt, the status bar below."""
        with Horizontal(id="body"):
            yield self.sidebar
            with Vertical(id="main"):
                yield self.prompt
        yield self.status

    def on_mount(self) -> None:
        """Get ready what the first prompt needs once the prompt is painted."""
        self.show_agent(agents.get(self.settings.agent))
        self.prompt.focus()
        self.call_after_refresh(self.set_timer, _HEAD_START, self.open)

    def on_resize(self, event: events.Resize) -> None:
        """Give a narrow window to the chat."""
        self.set_class(event.size.width < _SIDEBAR_FROM, "-tiny")
        self._hide(event.size.width < _COLUMNS or event.size.height < _ROWS)

    def _hide(self, hidden: bool) -> None:
        """Show nothing, or all again with the focus where it was: Textual takes it from there."""
        if hidden and not self.has_class("-none"):
            self._focus_before = self.focused
        self.set_class(hidden, "-none")
        if not hidden and self._focus_before is not None:
            self.call_after_refresh(self._focus_again, self._focus_before)
            self._focus_before = None

    def _focus_again(self, before: Widget) -> None:
        """Focus what had it; a walk over the blocks has ended meanwhile."""
        if self.focused is None:
            self.set_focus(before if before.focusable else self.prompt)

    @work(name="open", group="open", exit_on_error=False)
    async def open(self) -> None:
        """Load what the chat needs, then show it."""
        try:
            await asyncio.to_thread(self._import)
            chat = await asyncio.to_thread(self._first_chat)
            await self._mount_log()
            self.opened = True
            self.open_chat(chat)
            self.restore_draft()
        finally:
            if not gc.isenabled():
                # What is there stays. To look through it for garbage while more is made costs half
                # of what loading a long chat does.
                gc.freeze()
                gc.enable()
        if self.submitted_early:
            self.prompt.submit(self.submitted_early)
        await self.after_opening()

    def open_chat(self, chat: Chat) -> None:
        """Show a chat and go on in it."""
        raise NotImplementedError

    async def after_opening(self) -> None:
        """What can wait until the first chat is shown."""

    @staticmethod
    def _import() -> None:
        from robotui.chats import history, store
        from robotui.ui import conversation
        from robotui.ui.log import chat_log

        del history, store, conversation, chat_log  # loaded: importing them again is quick

    async def _mount_log(self) -> None:
        from robotui.chats.history import PromptHistory
        from robotui.ui.log.chat_log import ChatLog

        self.history = PromptHistory(self.paths.state / "prompts.jsonl")
        try:
            self.history.load()
        except StorageError as error:
            self.warn_of(error)
        self.prompt.earlier = self.history.entries
        self.chat_log = ChatLog(
            id="log",
            max_fps=self.settings.max_fps,
            code_wrap=self.settings.code_wrap,
            fold_lines=self.settings.fold_lines,
        )
        await self.query_one("#main").mount(self.chat_log, before=self.prompt)

    def check_action(
        self,
        action: str,
        parameters: tuple[object, ...],  # noqa: ARG002 - Textual's signature
    ) -> bool | None:
        """Before the chat is there, only what needs none can be done."""
        return self.opened or action in ("help", "toggle_sidebar")

    def show_agent(self, agent: Agent) -> None:
        """Show whom the next prompt goes to."""
        self.sidebar.activate(agent.id)
        self.prompt.target(agent)
        self.status.show(agent=agent.id)

    # --- what is typed

    def restore_draft(self) -> None:
        """Put back what was typed here and not sent, unless something else is typed already."""
        from robotui.chats import drafts

        try:
            text = drafts.kept(self.paths.state / _DRAFTS, self.workspace)
        except StorageError as error:
            self.warn_of(error)
            return
        if text and not self.prompt.text:
            self.prompt.replace_text(text)
            self.tell("Ctrl+C clears it.", "Your unsent prompt is back")

    def keep_draft(self) -> None:
        """Keep what is typed and not sent for the next time."""
        from robotui.chats import drafts

        try:
            drafts.keep(self.paths.state / _DRAFTS, self.workspace, self.prompt.text)
        except StorageError as error:
            self.warn_of(error)

    # --- passing words

    def remember(self, text: str) -> None:
        """Put a prompt into the history."""
        try:
            self.history.add(text)
        except StorageError as error:
            self.warn_of(error)

    def tell(self, text: str, title: str = "", timeout: float | None = None) -> None:
        """Show a passing word; as nothing in it is trusted, it is neither markup nor obeyed."""
        self.app.clear_notifications()  # one at a time: they cover what people read
        self.notify(printable(text), title=printable(title), timeout=timeout, markup=False)

    def warn(self, text: str) -> None:
        """Show a passing word on what can't be done."""
        self.app.clear_notifications()
        self.notify(printable(text), severity="warning", markup=False)

    def warn_of(self, error: RobotuiError) -> None:
        """Show an error that leaves the chat as it is."""
        self.warn(f"{error.headline}. {error.remedy}")
