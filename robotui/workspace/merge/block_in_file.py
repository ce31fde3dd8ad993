"""A block made ready to be put into one file: indented like it, and both of them read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from robotui.workspace.code.elision import gaps
from robotui.workspace.code.masking import family
from robotui.workspace.code.outline import Outline
from robotui.workspace.code.reindenting import fitted
from robotui.workspace.lines.indent import like_file
from robotui.workspace.lines.similar_regions import Haystack
from robotui.workspace.merge.placement import Kind, Placement, counted, span, spliced, unfilled
from robotui.workspace.text_file import TextFile, content, file_lines


class BlockInFile:
    """A block, a file, and what is known of both.

    ``line`` is the line of the file, from 1, at which the block is said to belong.
    """

    def __init__(self, file: TextFile, block: Sequence[str], line: int | None) -> None:
        self.file = file
        self.lines = [content(text) for text in file_lines(file.text)]
        self.hint = line - 1 if line is not None and 1 <= line <= len(self.lines) else None
        """The line of the file, from 0, at which the block is said to belong."""
        self.name = file.path.name
        first = next(at for at, text in enumerate(block) if text.strip())
        last = next(at for at in range(len(block), 0, -1) if block[at - 1].strip())
        self.original = list(block)
        block, self.retabbed = like_file(block[first:last], self.lines)
        block, dropped = self._without_name(block)
        self._skipped = first + dropped
        """Lines of the block before the first one that is put into the file."""
        self.family = family(self.name, self.lines)
        self.block = fitted(block, self.lines, self.family, self.name)
        self.haystack = Haystack(self.lines)
        self.gaps = gaps(self.block, set(self.haystack.bare))
        """Lines of the block that stand for code left out."""
        self.outline = Outline(self.lines, self.family, self.name)
        self.ours = Outline(self.block, self.family, self.name)

    def _without_name(self, block: list[str]) -> tuple[list[str], int]:
        """A first line that is a comment with the file's name is for the reader."""
        found = re.fullmatch(r"\s*(?:#|//|--|/\*|<!--|;)\s*(\S+?):?\s*(?:\*/|-->)?", block[0])
        if not found or len(block) < 2 or block[0].strip() in map(str.strip, self.lines):
            return block, 0
        if found[1].replace("\\", "/").rpartition("/")[2] != self.name:
            return block, 0
        at = next((at for at in range(1, len(block)) if block[at].strip()), 0)
        return block[at:], at

    @property
    def begins_alike(self) -> bool:
        """The block begins with the first line of the file that has text."""
        return self.block[0].strip() == next(text for text in self.haystack.bare if text)

    def number(self, at: int) -> int:
        """The number of a line in the block as it was written, from 1."""
        return self._skipped + at + 1

    def guess(self, at: int) -> str:
        """The warning for a line of the block whose meaning is a guess."""
        return f"what line {self.number(at)} of the block stands for is a guess"

    def unfilled(self, left_out: Iterable[int]) -> tuple[str, ...]:
        """The warnings for lines of the block that stand for code which nothing fills in."""
        return unfilled(self.number(at) - 1 for at in left_out)

    def put(
        self, kind: Kind, start: int, end: int, new: Sequence[str], said: str, moved: str = ""
    ) -> Placement:
        """The way that has ``new`` in place of the lines start to end.

        ``said`` is what that does, ``moved`` how the block is moved, both in words.
        """
        after = spliced(self.file, start, end, new)
        if after == self.file.text:
            said = f"changes nothing: {span(start, end)}, just the same"
        else:
            said = ", ".join(part for part in (said, moved, self.retabbed) if part)
        warnings: tuple[str, ...] = ()
        more = (end - start) - len(new)
        if more > 10 and more > len(new):
            warnings = (f"{counted(more)} less than before: is the rest of the code missing?",)
        return Placement(kind, start, end, 0.0, after, said, warnings)

    def put_as_guess(
        self, kind: Kind, start: int, end: int, new: Sequence[str], said: str, moved: str = ""
    ) -> Placement:
        """The same, not sure, with warnings for what the block leaves out."""
        placed = self.put(kind, start, end, new, said, moved)
        return replace(placed, sure=False, warnings=placed.warnings + self.unfilled(self.gaps))
