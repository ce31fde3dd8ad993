"""The chat that is open, its connection, and the one worker that runs a turn."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from textual import work
from textual.worker import Worker, WorkerError, WorkerState

from robotui import agents
from robotui.agents import Agent
from robotui.config import Paths, Settings
from robotui.errors import RobotuiError, StorageError, shortage
from robotui.files import hold
from robotui.ui.opening import OpeningScreen
from robotui.ui.widgets.sidebar import Sidebar

if TYPE_CHECKING:
    from robotui.chats.sidecar import Sidecar
    from robotui.chats.store import Chat
    from robotui.client import Client
    from robotui.ui.conversation import Connect, Conversation

_RESTING_KEYS = ("F1 keys", "Shift+Tab agent", "Enter send")
_REPLYING_KEYS = ("Esc interrupt", "F1 keys")


class ChatScreen(OpeningScreen):
    """One conversation at a time, and who is talked to in it."""

    talk: Conversation

    def __init__(
        self,
        first_chat: Callable[[], Chat],
        connect: Connect,
        paths: Paths,
        settings: Settings,
        workspace: Path,
    ) -> None:
        super().__init__(first_chat, paths, settings, workspace)
        self._lock: tuple[Path, IO[bytes]] | None = None
        self.client: Client | None = None
        self._connect = connect

    async def connected(self) -> Client:
        """The client, once there is a server for it. Raises LaunchError, ConnectError."""
        client = await self._connect()
        if client is not self.client:
            self.client = client
            self.status.show(server=client.endpoint.name)
            if client.endpoint.remark:
                self.warn(client.endpoint.remark)
        return client

    async def after_opening(self) -> None:
        """Connect, so that the first prompt need not wait for it."""
        client = await self.connected()
        await client.token()
        self._show_token()

    def _show_token(self) -> None:
        if self.client is not None:
            from robotui.client.transport import exposure

            tokens = self.client.tokens
            exposed = exposure(self.client.endpoint, self.settings)
            place = f"token in {tokens.place}{', sent unencrypted' if exposed else ''}"
            self.status.show(token=place, why=exposed or tokens.why)

    async def on_unmount(self) -> None:
        """Lose nothing: an unsent prompt is kept, a reply under way is recorded."""
        if not self.opened:
            return
        self.remember(self.prompt.text)
        self.keep_draft()
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
        self.talk = Conversation(chat, self.connected)
        self.chat_log.show(chat.transcript)
        self.show_agent(agents.get(chat.info.agent))
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
        self.show_agent(agent)
        self.chat_log.sync()

    def on_sidebar_picked(self, message: Sidebar.Picked) -> None:
        """A click on an agent."""
        self.switch(message.agent)

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
            text, agent, changed=self.changed, may_continue=lambda: not self.prompt.text
        )

    def changed(self) -> None:
        """There is more to show."""
        self.chat_log.sync()
        reply = self.talk.last_reply
        if (
            reply
            and reply.usage.get("without_tools")
            and "no tools" not in self.status.standing.context
        ):
            self._show_usage()
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
                self._show_usage()
            self.chat_log.sync()

    def _show_usage(self) -> None:
        """How full the model's context is, where the server tells."""
        usage = self.talk.last_reply.usage if self.talk.last_reply else {}
        used, window = usage.get("context_used", 0), usage.get("context_window", 0)
        tokens = usage.get("input_tokens", 0) + usage.get("output_tokens", 0)
        said = f"{tokens:,} tokens" if tokens else ""
        if used and window:
            said += f", context {100 * used // window} % full"
        if usage.get("without_tools"):
            said = f"no tools, {said.removeprefix(', ')}".removesuffix(", ")
        self.status.show(context=said.removeprefix(", "))

    def _tell(self, work_name: str, error: BaseException) -> None:
        if not hasattr(self, "talk"):
            raise error  # there is no chat to tell it in
        known = error if isinstance(error, RobotuiError) else shortage(error)
        if known is not None:
            headline, remedy = known.headline, known.remedy
        else:
            headline = f"{work_name} failed: {type(error).__name__}: {error}"
            remedy = "This is a fault of robotui; the chat is kept."
        self.talk.chat.transcript.note("error", headline, remedy)
        self.chat_log.sync()
