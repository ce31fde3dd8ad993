"""A chat on disk: every prompt and event is written before it is shown.

The transcript is JSON Lines, one record a prompt, event, switch or note. Pieces of a streaming
message go to a journal beside it (``.partial``); when the message ends it becomes one record and
the journal is emptied, so the transcript stays small and a crash loses nothing.
"""

from __future__ import annotations

import json
import secrets
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

from robotui import events
from robotui.chats import records
from robotui.chats import sidecar as sidecars
from robotui.chats.journal import Journal
from robotui.chats.records import Record
from robotui.chats.sidecar import Sidecar
from robotui.chats.transcript import Transcript
from robotui.chats.turns import Level, Prompt, State, Switch
from robotui.errors import StorageError
from robotui.events import Event, Message
from robotui.files import LineFile
from robotui.text import one_line

_OF_SIDECAR: Final = (events.SessionStarted, events.Continued)
"""What changes something that the sidecar tells."""


class Chat:
    """One chat: ``transcript`` in memory, and its files, which appear with the first prompt.

    All methods that record something raise StorageError if the disk refuses; the transcript in
    memory has it all the same, and what was refused is written with the next record.
    """

    def __init__(self, path: Path, info: Sidecar, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self.info = info
        self.transcript = Transcript()
        self._clock = clock
        self._lines = LineFile(path)
        self._journal = Journal(path)
        self._unwritten: deque[str] = deque()

    @classmethod
    def new(cls, folder: Path, *, server: str, agent: str, workspace: Path) -> Chat:
        """A chat without a prompt; nothing is written yet."""
        stamp = time.strftime("%Y%m%d-%H%M%S")
        path = folder / f"{stamp}-{secrets.token_hex(3)}.jsonl"
        return cls(path, Sidecar(server=server, agent=agent, workspace=str(workspace)))

    @classmethod
    def load(cls, path: Path) -> Chat:
        """A chat from its files; what is damaged is kept aside and noted in the transcript.

        The transcript's file is not touched before something new is recorded. Raises StorageError
        if it can't be read at all.
        """
        info, damage = sidecars.read(path)
        chat = cls(path, info)
        damages = [damage, *chat._replay()]
        if not chat.started:
            damages += chat._rebuild_info()
        if any(damages):
            text = "\n".join(damage for damage in damages if damage)
            chat.transcript.note("warning", "This chat was damaged", text)
        return chat

    def ask(self, text: str, agent: str, automatic: str = "") -> None:
        """A prompt is about to be sent."""
        self._ask(text, agent, automatic)
        self._write()
        self.save_info()

    def receive(self, *received: Event) -> None:
        """Events came together: such that ``robotui.events`` read, or the client's own.

        They are written together too, before anyone can look at the transcript.
        """
        for event in received:
            self._take_in(event)
        self._write()
        if any(isinstance(event, _OF_SIDECAR) for event in received):
            self.save_info()

    def close(self, state: State) -> None:
        """The reply has ended."""
        at = self._clock()
        self.transcript.close(state, at)
        self._settle()
        self._keep({"at": at, "close": state})
        self._write()
        self.save_info()

    def switch(self, agent: str) -> None:
        """The next prompts go to ``agent``; before the first one there is nothing to divide."""
        previous, self.info.agent = self.info.agent, agent
        if not self.started:
            return
        self.transcript.switch(agent, previous)
        self._keep({"switch": agent, "from": previous})
        self._write()
        self.save_info()

    def note(self, level: Level, headline: str, remedy: str = "", *, retry: bool = False) -> None:
        """This program has something to say in the chat."""
        self.transcript.note(level, headline, remedy, retry=retry)
        self._keep({"note": headline, "level": level, "remedy": remedy, "retry": retry})
        self._write()

    @property
    def started(self) -> bool:
        """Whether there are files: a first prompt was sent."""
        return self.info.created > 0

    def save_info(self) -> None:
        """Write the sidecar, if the chat has begun."""
        if self.started:
            self.info.updated = self._clock()
            sidecars.write(self.path, self.info)

    def shut(self) -> None:
        """Close the files; recording again opens them anew."""
        self._journal.shut()
        self._lines.close()

    def _ask(self, text: str, agent: str, automatic: str) -> None:
        at = self._clock()
        self.transcript.ask(text, agent, at, automatic)
        self.info.created = self.info.created or at
        self.info.title = self.info.title or one_line(text, 60)
        self.info.agent = self.info.agent if automatic else agent
        self._settle()
        self._keep({"at": at, "ask": text, "agent": agent, "auto": automatic})

    def _take_in(self, event: Event) -> None:
        if isinstance(event, events.Continued):
            reply = self.transcript.reply
            self._ask("continue", reply.agent if reply else self.info.agent, event.why)
            return
        at = self._clock()
        self.transcript.receive(event, at)
        if isinstance(event, events.SessionStarted):
            self.info.sid = event.sid
        if isinstance(event, Message) and event.delta and self.transcript.reply is not None:
            self._journal.add(event)
        elif isinstance(event, Message) and self._journal.active:
            self._settle(event)
        else:
            # Amid a message what came of it so far is a record, which is gone on with.
            if not self.transcript.speaking or not isinstance(event, events.Status):
                self._settle()
            self._keep({"at": at, **records.pack(event)})

    def _settle(self, end: Message | None = None) -> None:
        """Make one record of the message that streamed in, to be written with the next one."""
        taken = self._journal.take(end)
        if taken is not None:
            message, key = taken
            if end is None and self.transcript.speaking:
                message["args"]["extras"]["delta"] = True
            record = {"at": self._clock(), "event": message}
            self._keep({**record, "journal": key} if key else record)

    def _keep(self, record: Record) -> None:
        """Have a record written with the next ``_write``."""
        self._unwritten.append(json.dumps(record))

    def _write(self) -> None:
        """Write what is not written yet, once the chat has begun.

        Records go first: a new message takes the place in the journal of one that became a record.
        """
        if not self.started:
            return
        while self._unwritten:
            self._lines.append(self._unwritten[0])
            self._unwritten.popleft()
        self._journal.write()
        self._journal.clear()

    def _replay(self) -> list[str]:
        """Fold the records of the files; what was damaged."""
        unreadable, settled, at, damages = 0, "", 0.0, []
        try:
            with self.path.open("rb") as file:
                for line in file:
                    try:
                        record = json.loads(line.decode())  # to guess the encoding costs a third
                        records.apply(record, self.transcript)
                    except (ValueError, RecursionError):
                        unreadable += 1
                    else:
                        at, settled = record.get("at", at), record.get("journal", settled)
        except OSError as error:
            raise StorageError(f"{self.path} can't be read: {error.strerror}") from error
        if unreadable:
            count = "1 record" if unreadable == 1 else f"{unreadable} records"
            damages.append(f"{count} of {self.path.name} can't be read")
        try:
            rest = self._journal.recover(settled)
        except OSError as error:
            damages.append(f"The end of the last reply can't be read: {error.strerror}")
        else:
            if rest is not None:
                self.transcript.receive(rest)
        if self.transcript.reply is not None:
            self._settle()
            self.transcript.close("interrupted", at)
            self._keep({"at": at, "close": "interrupted"})
        return damages

    def _rebuild_info(self) -> list[str]:
        """Read off the transcript what a lost sidecar said; the server's session is lost."""
        turns = self.transcript.turns
        prompts = [turn for turn in turns if isinstance(turn, Prompt) and not turn.automatic]
        if not prompts:
            return []
        first, last = prompts[0], prompts[-1]
        switches = [turn for turn in turns[turns.index(last) :] if isinstance(turn, Switch)]
        self.info.created = first.at or self._clock()
        self.info.agent = switches[-1].agent if switches else last.agent
        self.info.title = one_line(first.text, 60)
        try:
            self.save_info()
        except StorageError as error:
            return [error.headline]
        return []
