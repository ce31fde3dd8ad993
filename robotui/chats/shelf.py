"""All code blocks of a chat, newest reply first."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from robotui.chats.reply_text import ReplyText, may_have_code
from robotui.chats.transcript import Transcript
from robotui.chats.turns import Reply
from robotui.markdown import CodeBlock
from robotui.markdown.file_names import FileName
from robotui.markdown.source import split_lines


class Key(NamedTuple):
    """Which block of a chat; in the order of the chat."""

    turn: int
    """The index of the reply among the chat's turns."""
    number: int
    """The block's number in its reply, as the log shows it."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """A code block as it stands; ``source`` is its exact content."""

    key: Key
    agent: str
    language: str
    file_name: str
    source: str
    info: str
    above: FileName | None
    closed: bool

    @classmethod
    def of(cls, block: CodeBlock, turn: int, agent: str) -> Shelved:
        """A block of the reply that is this turn."""
        key, name = Key(turn, block.number), block.file_name
        state = block.info, block.above, block.closed
        return cls(key, agent, block.language, name, block.source, *state)

    @property
    def block(self) -> CodeBlock:
        """The code block, made anew."""
        lines = split_lines(self.source)
        return CodeBlock(None, self.key.number, self.info, lines, self.closed, above=self.above)

    @property
    def lines(self) -> int:
        """How many lines; the last one may still lack its end."""
        ended = self.source.endswith(("\n", "\r")) or not self.source
        returns = self.source.count("\r") - self.source.count("\r\n")
        return self.source.count("\n") + returns + (not ended)

    def has(self, words: Sequence[str]) -> bool:
        """Whether each word (casefolded) is in the agent, language, file name or code."""
        head = f"{self.agent}\n{self.language}\n{self.file_name}".casefold()
        others = [word for word in words if word not in head]
        code = self.source.casefold() if others else ""
        return all(word in code for word in others)


class Shelf:
    """The code blocks of a transcript that may grow.

    Closed replies are parsed once; of them the sources are kept, which are no more than the chat's
    own text. About 1 ms a reply with code the first time, a few µs later.
    """

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self._closed: dict[int, tuple[Shelved, ...]] = {}
        self._versions: dict[str, list[Key]] = {}
        self._growing: tuple[int, ReplyText] | None = None
        self._late: tuple[Shelved, ...] = ()
        """The blocks of the reply that is coming in, as they were read last."""

    @property
    def replies(self) -> int:
        """How many replies the chat has."""
        return sum(isinstance(turn, Reply) for turn in self.transcript.turns)

    def reply_number(self, item: Shelved) -> int:
        """Which of the chat's replies the block is in, from 1."""
        turns = self.transcript.turns[: item.key.turn + 1]
        return sum(isinstance(turn, Reply) for turn in turns)

    @property
    def end(self) -> int:
        """The turn from which on something may still change or come."""
        turns = self.transcript.turns
        for at in range(len(turns) - 1, -1, -1):
            reply = turns[at]
            if isinstance(reply, Reply):
                return at if reply.state == "streaming" else at + 1
        return 0

    def read(self, first: int = 0) -> Iterator[tuple[Shelved, ...]]:
        """The blocks of each reply from the turn ``first`` on, in order; the last reply first.

        Stop where you like; what was read is remembered.
        """
        for turn in range(len(self.transcript.turns) - 1, first - 1, -1):
            reply = self.transcript.turns[turn]
            if isinstance(reply, Reply):
                yield self._blocks(turn, reply)

    def find(self, key: Key) -> Shelved | None:
        """The block as it stands now."""
        reply = self.transcript.turns[key.turn] if key.turn < len(self.transcript.turns) else None
        blocks = self._blocks(key.turn, reply) if isinstance(reply, Reply) else ()
        return blocks[key.number - 1] if key.number <= len(blocks) else None

    def version(self, item: Shelved) -> tuple[int, int]:
        """Which version of its file it is, from 1, and how many there are, as far as was read."""
        keys = self._keys(item.file_name)
        return bisect_left(keys, item.key) + 1, len(keys)

    def previous(self, item: Shelved) -> Shelved | None:
        """The version of its file before this one, as far as was read."""
        keys = self._keys(item.file_name)
        at = bisect_left(keys, item.key)
        return self.find(keys[at - 1]) if at else None

    def _keys(self, file_name: str) -> Sequence[Key]:
        """The blocks of a file, oldest first."""
        if not file_name:
            return []
        late = [item.key for item in self._late if item.file_name == file_name]
        keys = self._versions.get(file_name, [])
        return [*keys, *late] if late else keys

    def _blocks(self, turn: int, reply: Reply) -> tuple[Shelved, ...]:
        known = self._closed.get(turn)
        if known is not None:
            return known
        text = self._text(turn, reply)
        found: tuple[Shelved, ...] = ()
        if text is not None:
            text.update()
            found = tuple(Shelved.of(block, turn, reply.agent) for block in text.code_blocks)
        if reply.state == "streaming":
            self._late = found
        else:
            self._close(turn, found)
        return found

    def _text(self, turn: int, reply: Reply) -> ReplyText | None:
        """What the reply is parsed with; None if it has no code."""
        growing = self._growing
        if growing is not None and growing[0] == turn:
            return growing[1]
        if not may_have_code(reply):
            return None
        text = ReplyText(reply)
        if reply.state == "streaming":
            self._growing = turn, text
        return text

    def _close(self, turn: int, found: tuple[Shelved, ...]) -> None:
        self._closed[turn] = found
        if self._growing is not None and self._growing[0] == turn:
            self._growing = None
        if self._late and self._late[0].key.turn == turn:
            self._late = ()
        for item in found:
            if item.file_name:
                insort(self._versions.setdefault(item.file_name, []), item.key)
