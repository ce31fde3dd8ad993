"""Which chat is open. An open one is locked, so that no other program writes to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING

from robotui import agents
from robotui.agents import Agent
from robotui.chats.resuming import note_folder
from robotui.chats.store import Chat
from robotui.errors import StorageError
from robotui.files import hold
from robotui.ui.parts.host import background

if TYPE_CHECKING:
    from robotui.chats.sidecar import Sidecar
    from robotui.ui.parts.find import Find
    from robotui.ui.parts.host import Host
    from robotui.ui.parts.turns import Turns


class Chats:
    """Opens one chat at a time, for turns to be added to it."""

    def __init__(
        self,
        host: Host,
        turns: Turns,
        find: Find,
        show_agent: Callable[[Agent], None],
        folder: Path,
        workspace: Path,
    ) -> None:
        """``folder``: where chats are. ``show_agent``: tells whom the next prompt goes to."""
        self.host = host
        self._turns = turns
        self._find = find
        self._show_agent = show_agent
        self._folder = folder
        self._workspace = workspace
        self._open: Chat | None = None
        self._lock: tuple[Path, IO[bytes]] | None = None

    def open(self, chat: Chat) -> None:
        """Show a chat and go on in it; not while a reply comes in.

        One that is open elsewhere is left alone: the chat stays, or at the start a new one opens.
        """
        if self._turns.busy:
            self.host.warn("A reply is coming in: interrupt it first (Esc).")
            return
        self._find.close()
        lock = _lock_of(chat)
        try:
            held = hold(lock)
        except StorageError as error:
            self.host.warn_of(error)
            if self._open is not None:
                return
            chat = self._new(chat.info)
            lock = _lock_of(chat)
            held = hold(lock)
        self.leave()
        self._lock = (lock, held) if held is not None else None
        self._open = chat
        self._turns.begin(chat)
        self._show_agent(agents.get(chat.info.agent))

    def leave(self) -> None:
        """Close the chat's files, and let another program open it."""
        if self._open is not None:
            self._open.shut()
        if self._lock is not None:
            path, held = self._lock
            path.unlink(missing_ok=True)
            held.close()
            self._lock = None

    def start(self) -> None:
        """Open a new chat with the agent that is active."""
        self.open(self._new(self._turns.talk.chat.info))

    @background("chats", group="dialog")
    async def pick(self) -> None:
        """Open an earlier chat."""
        from robotui.ui.dialogs.chats import Chats as Picker

        path = await self.host.ask(Picker(self._folder))
        if path is not None and path != self._turns.talk.chat.path:
            chat = Chat.load(path)
            note_folder(chat, self._workspace)
            self.open(chat)

    def _new(self, like: Sidecar) -> Chat:
        """A chat without a prompt, on the same server and with the same agent."""
        return Chat.new(
            self._folder, server=like.server, agent=like.agent, workspace=self._workspace
        )


def _lock_of(chat: Chat) -> Path:
    return chat.path.with_suffix(".lock")
