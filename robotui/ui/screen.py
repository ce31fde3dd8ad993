"""The workbench: what is on the screen, and which part gets a message or an action."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module
from inspect import isawaitable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, work
from textual.actions import parse
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from robotui import agents
from robotui.agents import Agent
from robotui.config import Paths, Settings
from robotui.errors import StorageError, UsageError
from robotui.ui import actions, slash
from robotui.ui.internals.screens import paint_rows_alone
from robotui.ui.parts.window import Window
from robotui.ui.textual_host import TextualHost
from robotui.ui.widgets.prompt import PromptArea
from robotui.ui.widgets.sidebar import Sidebar
from robotui.ui.widgets.status_bar import StatusBar

if TYPE_CHECKING:
    from robotui.chats.store import Chat
    from robotui.client.connection import Connection
    from robotui.ui.find.find_bar import FindBar
    from robotui.ui.log import messages
    from robotui.ui.log.chat_log import ChatLog
    from robotui.ui.parts.assembly import Parts
    from robotui.ui.widgets.completion_list import CompletionList

_HEAD_START: Final = 0.05
"""Seconds that typing has to itself before the rest is loaded."""


class Workbench(Screen[None]):
    """Sidebar, log, prompt and status bar.

    The prompt is there first: the log and the parts are loaded once it is painted, in a thread, so
    that typing starts at once. Until then ``opened`` is false, and there are no ``parts``.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings()]

    chat_log: ChatLog
    parts: Parts

    def __init__(
        self,
        first_chat: Callable[[], Chat],
        connection: Connection,
        paths: Paths,
        settings: Settings,
        workspace: Path,
    ) -> None:
        super().__init__()
        paint_rows_alone(self)
        self.settings = settings
        self.opened = False
        self.submitted_early = ""
        self._first_chat = first_chat
        self._connection = connection
        self._paths = paths
        self.state_folder = paths.state
        self._workspace = workspace
        self.sidebar = Sidebar(settings.agent)
        self.prompt = PromptArea()
        self.status = StatusBar()
        self.host = TextualHost(self)
        self._window = Window(self, self.prompt)

    # --- what is on the screen

    def compose(self) -> ComposeResult:
        """Sidebar beside log and prompt, the status bar below."""
        with Horizontal(id="body"):
            yield self.sidebar
            with Vertical(id="main"):
                yield self.prompt
        yield self.status

    def show_agent(self, agent: Agent) -> None:
        """Show whom the next prompt goes to."""
        self.sidebar.activate(agent.id)
        self.prompt.target(agent)
        self.status.show(agent=agent.id)

    def on_mount(self) -> None:
        """Get ready what the first prompt needs once the prompt is painted."""
        self.show_agent(agents.get(self.settings.agent))
        self.prompt.focus()
        self.call_after_refresh(self.set_timer, _HEAD_START, self.open)

    @work(name="open", group="open", exit_on_error=False)
    async def open(self) -> None:
        """Load what the chat needs, show it, and connect."""
        try:
            await asyncio.to_thread(import_module, "robotui.ui.parts.assembly")
            chat = await asyncio.to_thread(self._first_chat)
            from robotui.ui.parts.assembly import Parts, Widgets, make_log
            from robotui.ui.widgets.completion_list import CompletionList

            self.chat_log = log = make_log(self.settings)
            choices = CompletionList()
            mount = partial(self.query_one("#main").mount, before=self.prompt)
            await mount(log, choices)
            widgets = Widgets(log, choices, self.prompt, self.status, mount, self.show_agent)
            self.parts = Parts(
                self.host,
                widgets,
                self._connection,
                self._paths,
                self.settings,
                self._workspace,
            )
            self.parts.chats.open(chat)
            self.opened = True
            if self.prompt.text:
                self.parts.completing.edited(typed=True)
            self.parts.prompts.restore_draft()
        finally:
            if not gc.isenabled():
                # What is there stays. To look through it for garbage while more is made costs half
                # of what loading a long chat does.
                gc.freeze()
                gc.enable()
        if self.submitted_early and self.prompt.text.startswith(self.submitted_early):
            self.prompt.post_message(PromptArea.Submitted(self.submitted_early))
        await self.parts.engines.connect()

    def on_resize(self, event: events.Resize) -> None:
        """Give a narrow window to the chat."""
        self._window.fit(event.size)

    async def on_unmount(self) -> None:
        """Lose nothing: an unsent prompt is kept, a reply under way is recorded."""
        if not self.opened:
            self._keep_early()
            return
        try:
            self.parts.prompts.keep_draft()
        finally:
            await self.parts.turns.stop()
            self.parts.chats.leave()

    def _keep_early(self) -> None:
        """Keep what was typed before the chat was there; an earlier draft only if that is none."""
        from robotui.ui.parts import prompts

        if self.prompt.text.strip():
            with suppress(StorageError):  # there is no screen any more to tell it on
                prompts.keep_draft(self._paths, self._workspace, self.prompt.text)

    # --- actions

    def check_action(
        self,
        action: str,
        parameters: tuple[object, ...],  # noqa: ARG002 - Textual's signature
    ) -> bool | None:
        """Before the chat is there, only what needs none can be done."""
        return self.opened or action != "do"

    async def action_do(self, action_id: str, argument: str = "") -> None:
        """Let a part do what the table says of an action."""
        action = actions.by_id(action_id)
        part, name, given = parse(action.run)
        method = getattr(getattr(self.parts, part), name)
        done = method(*given, *([argument] if action.argument else []))
        if isawaitable(done):
            await done

    def action_help(self) -> None:
        """All keys and commands."""
        from robotui.ui.dialogs.help import Help

        self.app.push_screen(Help(actions.key_rows(), actions.command_rows()))

    def action_toggle_sidebar(self) -> None:
        """Show or hide the agents."""
        self.toggle_class("-no-sidebar")

    # --- messages

    def on_prompt_area_submitted(self, message: PromptArea.Submitted) -> None:
        """Run a command, or send a prompt."""
        text = message.text
        if not text.strip():
            return
        if not self.opened:
            self.submitted_early = text
            return
        try:
            command = slash.parse(text)
        except UsageError as error:
            self.host.warn_of(error)
            return
        if command is None:
            self.parts.turns.submit(text)
        else:
            action, argument = command
            self.prompt.take(text)
            call = self.run_action(action.call(argument))
            self.host.start(call, name="command", group="command")

    def on_prompt_area_retry_requested(self) -> None:
        """``r`` on the empty prompt after an error."""
        self.parts.turns.retry()

    def on_text_area_changed(self) -> None:
        """Something was typed."""
        if self.opened:
            self.parts.stopping.typed()

    def on_completion_list_picked(self, message: CompletionList.Picked) -> None:
        """A click on a choice."""
        self.parts.completing.pick(message.index)

    def on_sidebar_picked(self, message: Sidebar.Picked) -> None:
        """A click on an agent."""
        if self.opened:
            self.parts.agents.switch(message.agent)

    def on_chat_log_block_action_requested(self, message: messages.BlockActionRequested) -> None:
        """Something is to be done with a code block."""
        self.parts.blocks.act_on(message.block, message.action)

    def on_chat_log_block_left(self, message: messages.BlockLeft) -> None:
        """The walk over the blocks is over."""
        self.parts.blocks.left(message.text)

    def on_chat_log_no_more_blocks(self, message: messages.NoMoreBlocks) -> None:
        """There is no block to walk to."""
        self.parts.blocks.none_there(message.step)

    def on_chat_log_retry_requested(self) -> None:
        """A click on an error's retry."""
        self.parts.turns.retry()

    def on_find_bar_changed(self, message: FindBar.Changed) -> None:
        """Something else is to be found."""
        self.parts.find.change(message.query)

    def on_find_bar_moved(self, message: FindBar.Moved) -> None:
        """To another match."""
        self.parts.find.move(message.step)

    def on_find_bar_closed(self) -> None:
        """Esc in the bar."""
        self.parts.find.close()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Tell how a turn ended, and what failed that should not."""
        worker, failed = event.worker, event.state == WorkerState.ERROR
        if failed and worker.error is not None:
            if not self.opened:
                raise worker.error  # there is no chat to tell it in
            self.parts.turns.tell_failure(worker.name, worker.error)
        if worker.group == "turn" and worker.is_finished and self.is_running:
            self.parts.turns.ended(worker, failed=failed or worker.result == "failed")
