"""A reply's Markdown that grows: only its unfinished end is parsed again.

What is shown is a function of the text that came and of whether it is finished; how it was cut
into pieces makes no difference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from robotui.markdown.blocks import Block, CodeBlock
from robotui.markdown.build import Start, Unit
from robotui.markdown.fences import Fence
from robotui.markdown.parse import label, parse
from robotui.markdown.source import split_lines, unindent, without_ending

# What an unfinished last line may still become; shown when its end has come, or the reply's:
# the beginning of a fence (also a closing one) or of a link definition.
_HELD: Final = re.compile(r"[ \t>]*(?:`*$|~+$|```|~~~|\[[^\]]*\]:)")
# CommonMark's longest label; without a bound, brackets that are never closed take time squared.
_LABEL: Final = re.compile(r"\[((?:[^\[\]\\]|\\.){1,999})\]", re.DOTALL)


@dataclass(slots=True)
class _Open:
    """A top-level fence that is still open; its lines need no parser."""

    fence: Fence
    marker: str
    indent: int
    block: CodeBlock
    partial: bool = False
    """The last line of the block is unfinished and will come again."""

    def may_close(self, line: str) -> bool:
        bare = without_ending(line).strip(" \t")
        return bare == self.marker * len(bare)

    def show(self, *lines: str, partial: bool = False) -> None:
        self.block.lines += [unindent(line, self.indent) for line in lines]
        self.partial = partial


class Document:
    """Markdown text that grows by ``feed`` until ``finish``.

    ``codes`` is the number of code blocks that the reply has before this text, ``gap`` says that
    a blank row comes before it. Nothing is parsed until ``blocks`` is asked for.
    """

    def __init__(self, codes: int = 0, *, gap: bool = False) -> None:
        self._beginning = Start(() if gap else None, codes)
        self._source: list[str] = []
        self._final = False
        self._pending = False
        self._blocks: list[Block] = []
        self._reset()

    def feed(self, text: str) -> None:
        """More text has come."""
        if text:
            self._source.append(text)
            self._tail += text
            self._pending = True

    def finish(self) -> None:
        """No more text will come."""
        if not self._final:
            self._final = self._pending = True

    @property
    def blocks(self) -> list[Block]:
        """The blocks of the text so far. Blocks that did not change stay the same objects.

        An open top-level code block is the one that grows in place.
        """
        if self._pending:
            self._pending = False
            self._update()
        return self._blocks

    @property
    def code_blocks(self) -> list[CodeBlock]:
        """The code blocks among ``blocks``."""
        return [block for block in self.blocks if isinstance(block, CodeBlock)]

    def _reset(self) -> None:
        """Forget what was parsed: all of the source is the tail."""
        self._tail = "".join(self._source)
        self._start = self._beginning
        self._stable = 0
        self._open: _Open | None = None
        self._references: dict[str, Any] = {}
        self._mentions: set[str] = set()
        self._resolved: dict[str, str] = {}

    def _update(self) -> None:
        if self._open is not None:
            self._read_fence(self._open)
        while self._open is None and not self._read_tail():
            continue

    # -- the tail

    def _read_tail(self) -> bool:
        """Parse the tail; False if everything has to be parsed again."""
        lines = split_lines(self._tail)
        complete = len(lines)
        if lines and not self._final and not lines[-1].endswith("\n"):
            complete -= 1
            last = lines[-1].removesuffix("\r")
            lines[-1:] = [] if _HELD.match(last) else [last]
        references = dict(self._references)
        parsed = parse(lines, self._start, references, final=self._final)
        if self._resolved != self._resolve(references):
            self._reset()
            return False
        self._replace(parsed.blocks)
        if parsed.open_fence and _is_sure(lines, parsed.units[-1].begins, complete):
            self._open_fence(lines, parsed.units[-1], references)
            return True
        for unit in reversed(parsed.units):
            if unit.begins + 1 < complete and unit.blocks < len(parsed.blocks):
                self._stable += unit.blocks
                gap = parsed.blocks[unit.blocks].gap
                self._start = Start(gap, unit.codes, unit.number, unit.above)
                self._cut(lines[: unit.line], references)
                break
        return True

    def _replace(self, blocks: list[Block]) -> None:
        """Put these blocks in the place of the tail's; equal ones stay the same objects."""
        old = self._blocks[self._stable :]
        for at, (before, now) in enumerate(zip(old, blocks, strict=False)):
            if before == now:
                blocks[at] = before
        self._blocks[self._stable :] = blocks

    def _cut(self, done: list[str], references: dict[str, Any]) -> None:
        """These lines at the beginning of the tail will not be parsed again."""
        for name, entry in references.items():
            if name not in self._references and entry["map"][0] < len(done):
                self._references[name] = entry
        text = "".join(done)
        self._mentions.update(label(found) for found in _LABEL.findall(text))
        self._resolved = self._resolve(references)
        self._tail = self._tail[len(text) :]

    def _resolve(self, references: dict[str, Any]) -> dict[str, str]:
        """Where the links lead that text before the tail may have."""
        return {name: entry["href"] for name, entry in references.items() if name in self._mentions}

    # -- an open fence

    def _open_fence(self, lines: list[str], unit: Unit, references: dict[str, Any]) -> None:
        """The last block is an open fence: from now on its lines are read without the parser."""
        opening = lines[unit.begins].lstrip(" ")
        marker = opening[0]
        length = len(opening) - len(opening.lstrip(marker))
        indent = len(lines[unit.begins]) - len(opening)
        self._stable += unit.blocks
        self._cut(lines[: unit.begins + 1], references)
        block = self._blocks[self._stable]
        if isinstance(block, CodeBlock):
            block.lines.clear()
            self._open = _Open(Fence(marker, length, block.info), marker, indent, block)
            self._read_fence(self._open)

    def _read_fence(self, now: _Open) -> None:
        block, fence = now.block, now.fence
        if now.partial:
            block.lines.pop()
        lines = split_lines(self._tail)
        self._tail = ""
        if lines and not self._final and not lines[-1].endswith("\n"):
            self._tail = lines.pop()
        read = 0
        while read < len(lines) and fence.closing is None:
            fence.take(lines[read])
            read += 1
        if fence.closing is None and self._tail.strip():
            fence.look(self._tail)
        if fence.closing is None and self._final:
            fence.end()
        del block.lines[fence.known :]
        now.show(*fence.lines[len(block.lines) : fence.known])
        if fence.closing is not None:
            self._close_fence(now, [*fence.lines[fence.closing + 1 :], *lines[read:]])
        elif self._tail and not now.may_close(self._tail):
            now.show(self._tail.removesuffix("\r"), partial=True)

    def _close_fence(self, now: _Open, rest: list[str]) -> None:
        """The fence is closed, and these lines are behind it."""
        now.block.closed = True
        self._open = None
        self._stable += 1
        self._start = Start((), now.block.number)
        self._tail = "".join(rest) + self._tail


def _is_sure(lines: list[str], begins: int, complete: int) -> bool:
    """The line can't become the header of a table by the line after it."""
    return begins + ("|" in lines[begins]) < complete
