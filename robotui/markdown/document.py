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
from robotui.markdown.parse import label, parse
from robotui.markdown.source import split_lines, unindent, without_ending

# What an unfinished last line may still become; shown when its end has come, or the reply's:
# the beginning of a fence (also a closing one) or of a link definition.
_HELD: Final = re.compile(r"[ \t>]*(?:`*$|~+$|```|~~~|\[[^\]]*\]:)")
_LABEL: Final = re.compile(r"\[((?:[^\[\]\\]|\\.)+)\]", re.DOTALL)


@dataclass(slots=True)
class _Fence:
    """A top-level fence that is still open; its lines need no parser."""

    marker: str
    length: int
    indent: int
    block: CodeBlock
    partial: bool = False
    """The last line of the block is unfinished and will come again."""

    def closes(self, line: str) -> bool:
        text = without_ending(line).rstrip(" \t")
        bare = text.lstrip(" ")
        return (
            len(text) - len(bare) <= 3
            and len(bare) >= self.length
            and bare == self.marker * len(bare)
        )

    def may_close(self, line: str) -> bool:
        bare = without_ending(line).strip(" \t")
        return bare == self.marker * len(bare)


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
        self._fence: _Fence | None = None
        self._references: dict[str, Any] = {}
        self._mentions: set[str] = set()
        self._resolved: dict[str, str] = {}

    def _update(self) -> None:
        if self._fence is not None:
            self._read_fence(self._fence)
        while self._fence is None and not self._read_tail():
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
        parsed = parse(lines, self._start, references)
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
            self._fence = _Fence(marker, length, indent, block)
            self._read_fence(self._fence)

    def _read_fence(self, fence: _Fence) -> None:
        block = fence.block
        if fence.partial:
            block.lines.pop()
            fence.partial = False
        lines = split_lines(self._tail)
        self._tail = ""
        for at, line in enumerate(lines):
            if at == len(lines) - 1 and not self._final and not line.endswith("\n"):
                self._tail = line
                if not fence.may_close(line):
                    block.lines.append(unindent(line.removesuffix("\r"), fence.indent))
                    fence.partial = True
            elif fence.closes(line):
                block.closed = True
                self._fence = None
                self._stable += 1
                self._start = Start((), block.number)
                self._tail = "".join(lines[at + 1 :])
                return
            else:
                block.lines.append(unindent(line, fence.indent))


def _is_sure(lines: list[str], begins: int, complete: int) -> bool:
    """The line can't become the header of a table by the line after it."""
    return begins + ("|" in lines[begins]) < complete
