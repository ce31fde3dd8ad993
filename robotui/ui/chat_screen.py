"""What is on the screen, who talks to whom, and the one worker that runs a turn."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from textual import events, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.worker import Worker, WorkerError, WorkerState

from robotui import agents
from robotui.agents import Agent
from robotui.config import Paths, Settings
from robotui.errors import RobotuiError, StorageError
from robotui.files import hold
from robotui.text import printable
from robotui.ui import slash
from robotui.ui.widgets.prompt import PromptArea
from robotui.ui.widgets.sidebar import Sidebar
from robotui.ui.widgets.status_bar import StatusBar

if TYPE_CHECKING:
    from robotui.chats.history import PromptHistory
    from robotui.chats.sidecar import Sidecar
    from robotui.chats.store import Chat
    from robotui.client import Client
    from robotui.ui.conversation import Connect, Conversation
    from robotui.ui.widgets.chat_log import ChatLog

_RESTING_KEYS = ("F1 keys", "Shift+Tab agent", "Enter send")
_REPLYING_KEYS = ("Esc interrupt", "F1 keys")
_HEAD_START = 0.05
"""Seconds that typing has to itself before the rest is loaded."""
_SIDEBAR_FROM = 60
"""Columns below which there is no room for the sidebar."""


class ChatScreen(Screen[None]):
    """Sidebar, log, prompt and status bar around one conversation.

    The prompt is there first: the log and the chat's own modules are loaded once it is painted,
    in a thread, so that typing starts at once. Until then ``opened`` is false.
    """

    talk: Conversation
    chat_log: ChatLog
    history: PromptHistory

    def __init__(
        self,
        first_chat: Callable[[], Chat],
        connect: Connect,
        paths: Paths,
        settings: Settings,
        workspace: Path,
    ) -> None:
        super().__init__()
        self.paths = paths
        self.workspace = workspace
        self.opened = False
        self._submitted_early = ""
        self._lock: tuple[Path, IO[bytes]] | None = None
        self._client: Client | None = None
        self._first_chat = first_chat
        self._connect = connect
        self._settings = settings
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
        self._show_agent(agents.get(self._settings.agent))
        self.prompt.focus()
        self.call_after_refresh(self.set_timer, _HEAD_START, self.open)

    def on_resize(self, event: events.Resize) -> None:
        """Give a narrow window to the chat."""
        self.set_class(event.size.width < _SIDEBAR_FROM, "-tiny")

    @work(name="open", group="open", exit_on_error=False)
    async def open(self) -> None:
        """Load what the chat needs, show it, then connect."""
        try:
            await asyncio.to_thread(self._import)
            chat = await asyncio.to_thread(self._first_chat)
            await self._mount_log()
        finally:
            gc.enable()
        self.opened = True
        self.open_chat(chat)
        if self._submitted_early:
            self.prompt.submit(self._submitted_early)
        await self._warm_up()

    @staticmethod
    def _import() -> None:
        from robotui.chats import history, store
        from robotui.ui import conversation
        from robotui.ui.widgets import chat_log

        del history, store, conversation, chat_log  # loaded: importing them again is quick

    async def _mount_log(self) -> None:
        from robotui.chats.history import PromptHistory
        from robotui.ui.widgets.chat_log import ChatLog

        self.history = PromptHistory(self.paths.state / "prompts.jsonl")
        try:
            self.history.load()
        except StorageError as error:
            self.warn_of(error)
        self.prompt.earlier = self.history.entries
        self.chat_log = ChatLog(id="log", max_fps=self._settings.max_fps)
        await self.query_one("#main").mount(self.chat_log, before=self.prompt)

    async def _connected(self) -> Client:
        self._client = await self._connect()
        self.status.show(server=self._client.endpoint.name)
        return self._client

    async def _warm_up(self) -> None:
        client = await self._connected()
        await client.token()
        self._show_token()

    def _show_token(self) -> None:
        if self._client is not None:
            tokens = self._client.tokens
            self.status.show(token=f"token in {tokens.place}", why=tokens.why)

    def check_action(
        self,
        action: str,
        parameters: tuple[object, ...],  # noqa: ARG002 - Textual's signature
    ) -> bool | None:
        """Before the chat is there, only what needs none can be done."""
        return self.opened or action in ("help", "toggle_sidebar")

    async def on_unmount(self) -> None:
        """Lose nothing: an unsent prompt goes to the history, a reply under way is recorded."""
        if not self.opened:
            return
        self.remember(self.prompt.text)
        for worker in self.workers:
            if worker.group == "turn":
                worker.cancel()
                with suppress(WorkerError):
                    await worker.wait()
        self.leave_chat()

    # --- the chat

    def open_chat(self, chat: Chat) -> None:
        """Show a chat and go on in it; not while a reply comes in."""
        from robotui.ui.conversation import Conversation

        if self.busy:
            self.warn("A reply is coming in: interrupt it first (Esc).")
            return
        lock = chat.path.with_suffix(".lock")
        try:
            held = hold(lock)
        except StorageError as error:
            self.warn_of(error)
            if hasattr(self, "talk"):
                return
            chat = self.new_chat(chat.info)
            lock = chat.path.with_suffix(".lock")
            held = hold(lock)
        self.leave_chat()
        self._lock = (lock, held) if held is not None else None
        self.talk = Conversation(chat, self._connected)
        self.chat_log.show(chat.transcript)
        self._show_agent(agents.get(chat.info.agent))
        self.status.show(sid=self.talk.sid)
        self._rest("ready")

    def leave_chat(self) -> None:
        """Close the chat's files, and let another program open it."""
        if hasattr(self, "talk"):
            self.talk.chat.shut()
        if self._lock is not None:
            path, held = self._lock
            path.unlink(missing_ok=True)
            held.close()
            self._lock = None

    def new_chat(self, like: Sidecar) -> Chat:
        """A chat without a prompt, on the same server and with the same agent."""
        from robotui.chats.store import Chat

        return Chat.new(
            self.paths.chats, server=like.server, agent=like.agent, workspace=self.workspace
        )

    def switch(self, agent: Agent) -> None:
        """Send the next prompts to ``agent``; a reply coming in goes on undisturbed."""
        if agent.id == self.talk.chat.info.agent:
            return
        try:
            self.talk.chat.switch(agent.id)
        except StorageError as error:
            self.warn_of(error)
        if self.busy:
            self.tell(f"From the next prompt on: {agent.id}. This reply goes on.")
        self._show_agent(agent)
        self.chat_log.sync()

    def _show_agent(self, agent: Agent) -> None:
        self.sidebar.activate(agent.id)
        self.prompt.target(agent)
        self.status.show(agent=agent.id)

    def on_sidebar_picked(self, message: Sidebar.Picked) -> None:
        """A click on an agent."""
        self.switch(message.agent)

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

    # --- a turn

    @property
    def busy(self) -> bool:
        """Whether a reply is coming in."""
        return any(w.group == "turn" and not w.is_finished for w in self.workers)

    def send(self, text: str) -> None:
        """Send a prompt to the agent that is active."""
        self.prompt.offer_retry(False)
        self.chat_log.action_scroll_end()  # who asks wants to see the answer
        self.status.show(state="replying", since=time.monotonic(), keys=_REPLYING_KEYS)
        self.run_turn(text, self.talk.chat.info.agent)

    @work(name="turn", group="turn", exit_on_error=False)
    async def run_turn(self, text: str, agent: str) -> str:
        """One prompt and its reply, from the socket to the log."""
        return await self.talk.turn(
            text, agent, changed=self._changed, may_continue=lambda: not self.prompt.text
        )

    def _changed(self) -> None:
        self.chat_log.sync()
        if self.status.standing.sid != self.talk.sid:
            self.status.show(sid=self.talk.sid)

    def _rest(self, state: str) -> None:
        self.status.show(state=state, since=None, keys=_RESTING_KEYS)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show how a worker ended; what none expected is told in the chat, never swallowed."""
        failed = event.state == WorkerState.ERROR
        if failed and event.worker.error is not None:
            self._tell(event.worker.name, event.worker.error)
        if event.worker.group == "turn" and event.worker.is_finished and self.is_running:
            failed = failed or event.worker.result == "failed"
            self.prompt.offer_retry(failed)
            self._rest("failed" if failed else "ready")
            if not failed:
                self._show_token()
            self.chat_log.sync()

    def _tell(self, work_name: str, error: BaseException) -> None:
        if isinstance(error, RobotuiError):
            headline, remedy = error.headline, error.remedy
        else:
            headline = f"{work_name} failed: {type(error).__name__}: {error}"
            remedy = "This is a fault of robotui; the chat is kept."
        self.talk.chat.transcript.note("error", headline, remedy)
        self.chat_log.sync()
