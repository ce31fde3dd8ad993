"""Turns of the open chat: a prompt is sent, its reply comes in, and ends in one way or another."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from textual.worker import WorkerError

from robotui.errors import RobotuiError, shortage
from robotui.ui.conversation import Conversation

if TYPE_CHECKING:
    from robotui.chats.store import Chat
    from robotui.client.connection import Connection
    from robotui.ui.log.chat_log import ChatLog
    from robotui.ui.parts.find import Find
    from robotui.ui.parts.host import Host, Work
    from robotui.ui.parts.prompts import Prompts
    from robotui.ui.parts.status import Status


class Turns:
    """At most one turn goes on at a time; what is typed meanwhile is kept.

    There is a ``talk`` once ``begin`` was called.
    """

    talk: Conversation

    def __init__(
        self,
        host: Host,
        log: ChatLog,
        prompts: Prompts,
        status: Status,
        find: Find,
        connection: Connection,
    ) -> None:
        self.host = host
        self._log = log
        self._prompts = prompts
        self._status = status
        self._find = find
        self._connection = connection
        self._work: Work | None = None

    def begin(self, chat: Chat) -> None:
        """The next prompts go to this chat."""
        self.talk = Conversation(chat, self._connection)
        self._log.show(chat.transcript)
        self._status.session(self.talk.sid)
        self._status.usage(self.talk.last_reply.usage if self.talk.last_reply else {})
        self._status.resting("ready")

    @property
    def busy(self) -> bool:
        """Whether a reply is coming in."""
        return self._work is not None and not self._work.is_finished

    # -- sending

    def submit(self, text: str) -> None:
        """Send what was typed; while a reply comes in it stays in the field."""
        if self.busy:
            self.host.tell("A reply is coming in: Esc interrupts it. Your prompt is kept.")
        else:
            self._prompts.take(text)
            self._send(text)

    def retry(self) -> None:
        """Send the last prompt again, to the agent that is active now."""
        text = self.talk.last_prompt
        if self.busy or not text:
            self.host.tell("A reply is coming in." if self.busy else "There is nothing to retry.")
        else:
            self._send(text)

    def go_on(self) -> None:
        """Let the agent go on."""
        if not self.busy:
            self._send("continue")

    def _send(self, text: str) -> None:
        """Send a prompt to the agent that is active."""
        area = self._prompts.area
        area.offer_retry(False)
        self._log.action_scroll_end()  # who asks wants to see the answer
        self._status.replying()
        turn = self.talk.turn(
            text,
            self.talk.chat.info.agent,
            changed=self._grown,
            may_continue=lambda: not area.text,
        )
        self._work = self.host.start(turn, name="turn", group="turn")

    # -- what comes

    def _grown(self) -> None:
        """There is more to show."""
        self._log.sync()
        self._status.session(self.talk.sid)
        if self.talk.last_reply is not None:
            self._status.without_tools(self.talk.last_reply.usage)
        self._find.sync()

    def interrupt(self) -> None:
        """Stop the reply that is coming in: what came stays."""
        if self._work is not None and self.busy:
            self._work.cancel()

    async def stop(self) -> None:
        """Interrupt, and wait until what came is recorded."""
        self.interrupt()
        if self._work is not None:
            with suppress(WorkerError):
                await self._work.wait()

    def ended(self, work: Work, *, failed: bool) -> None:
        """A turn is over; if another one has begun since, that is what is shown."""
        if work is not self._work:
            return
        self._prompts.area.offer_retry(failed)
        self._status.resting("failed" if failed else "ready")
        if not failed:
            self._status.token()
            self._status.usage(self.talk.last_reply.usage if self.talk.last_reply else {})
        self._log.sync()

    def tell_failure(self, work: str, error: BaseException) -> None:
        """Something failed that should not: it is told in the chat, never swallowed."""
        known = error if isinstance(error, RobotuiError) else shortage(error)
        if known is not None:
            headline, remedy = known.headline, known.remedy
        else:
            headline = f"{work} failed: {type(error).__name__}: {error}"
            remedy = "This is a fault of robotui; the chat is kept."
        self.talk.chat.transcript.note("error", headline, remedy)
        self._log.sync()
