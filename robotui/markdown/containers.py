"""The quotes and list items around a block, and what they draw at its margin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from robotui.markdown.blocks import Margin, Piece

_BULLETS: Final = ("•", "◦", "▪")
_BOXES: Final = {" ": "☐", "x": "☑"}
_QUOTE: Final = Piece("▎ ", "quote", lead="> ")


@dataclass(slots=True, eq=False)
class _Frame:
    """A quote or a list item. ``first`` is for the first row of its first block."""

    begins: int
    first: Piece
    rest: Piece
    item: bool
    used: bool = False


@dataclass(slots=True)
class _List:
    ordered: bool
    marker: str
    number: int
    items: int = 0


@dataclass(slots=True, frozen=True)
class Margins:
    """What stands before the first row of a block and before the others."""

    first: Margin
    rest: Margin


class Containers:
    """The containers that are open at one place of the source, from the outermost inwards."""

    def __init__(self) -> None:
        self._frames: list[_Frame] = []
        self._lists: list[_List] = []
        self._before: list[_Frame] = []

    def __len__(self) -> int:
        return len(self._frames)

    def open_list(self, marker: str, number: int | None) -> None:
        """A list begins; ``number`` is that of its first item if it is ordered."""
        self._lists.append(_List(number is not None, marker, number or 0))

    def close_list(self) -> None:
        """The innermost list ends."""
        self._lists.pop()

    def next_item(self) -> tuple[int, int]:
        """Go on to the next item; how many came before it in the list, and its number."""
        current = self._lists[-1]
        current.items += 1
        current.number += 1
        return current.items - 1, current.number - 1

    def open_item(self, begins: int) -> None:
        """The item that was gone on to begins on this line."""
        current = self._lists[-1]
        bullet = _BULLETS[min(len(self._lists), len(_BULLETS)) - 1]
        number = f"{current.number - 1}{current.marker} "
        mark, lead = (number, number) if current.ordered else (f"{bullet} ", "- ")
        first = Piece(mark, "bullet", lead=lead)
        rest = Piece(" " * len(mark), lead=" " * len(lead))
        self._frames.append(_Frame(begins, first, rest, item=True))

    def open_quote(self, begins: int) -> None:
        """A quote begins on this line."""
        self._frames.append(_Frame(begins, _QUOTE, _QUOTE, item=False))

    def close(self) -> None:
        """The innermost container ends."""
        self._frames.pop()

    @property
    def is_new_item(self) -> bool:
        """The innermost container is a list item without a block so far."""
        return bool(self._frames) and self._frames[-1].item and not self._frames[-1].used

    def set_task(self, state: str) -> None:
        """The innermost item is one of a task list: ``"x"`` done, ``" "`` not."""
        frame = self._frames[-1]
        text, _, _, lead = frame.first
        frame.first = Piece(text[:-2] + _BOXES[state] + " ", "task", lead=f"{lead}[{state}] ")

    def begins(self, line: int) -> int:
        """Where a block that stands on this line begins, with the containers it is the first of.

        Link definitions may come before it in its container. They are not counted: they may still
        be coming in when the container is there already.
        """
        return next((frame.begins for frame in self._frames if not frame.used), line)

    def margins(self) -> Margins:
        """The margins of the block that comes now."""
        frames = self._frames
        return Margins(
            tuple(frame.rest if frame.used else frame.first for frame in frames),
            tuple(frame.rest for frame in frames),
        )

    def gap(self) -> Margin:
        """The margin between the block before and the one that comes now."""
        both = zip(self._before, self._frames, strict=False)
        return tuple(mine.rest for before, mine in both if before is mine)

    def use(self) -> None:
        """The block has come."""
        for frame in self._frames:
            frame.used = True
        self._before = list(self._frames)
