"""Which of many paths are meant by a few letters: fuzzy, best first, a bit at a time.

A path fits if it has the letters in their order. It fits best if its name begins with them, then if
a later word of its name does, then if they stand side by side in its name, then in the path; else
the fewer of them stand alone within a word, the better. Of those that fit as well, the one that was
given first comes first.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from heapq import nsmallest
from typing import Final

_SLICE: Final = 2_500
"""Paths that are looked at in one call of ``work``: some milliseconds."""
_RANKED: Final = 200
"""Of the paths that have the letters scattered only so many, the first ones, are ranked."""


class Paths:
    """Paths to choose from, those most likely to be meant first. Folders end with ``/``."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = paths
        self.folded = [path.casefold() for path in paths]
        self.names = [path[path.rfind("/", 0, -1) + 1 :] for path in self.folded]


class PathSearch:
    """The best paths for what is being typed: ``look_for`` letters, then ``work`` until it ends."""

    def __init__(self, paths: Paths, most: int = 50) -> None:
        self.found: list[str] = list(paths.paths[:most])
        """The best paths, best first; of the letters before while these are still looked for."""
        self._paths = paths
        self._most = most
        self._fitting: dict[str, tuple[array[int], array[int]]] = {}
        """For beginnings of the letters the paths that have them, and where each has the last:
        numbers side by side, as a million pairs would take long to be freed."""
        self._steps: Iterator[None] = iter(())

    def look_for(self, text: str) -> None:
        """Look for these letters from now on; it is quick if they go on from those before."""
        letters = "".join(text.casefold().split())
        self._fitting = {
            earlier: fitting
            for earlier, fitting in self._fitting.items()
            if letters.startswith(earlier)
        }
        self._steps = self._look(letters)

    def work(self) -> bool:
        """Look at some more paths; False when nothing is left to do."""
        return next(self._steps, self) is None

    def _look(self, letters: str) -> Iterator[None]:
        folded, names, most = self._paths.folded, self._paths.names, self._most
        before = max(self._fitting, key=len, default="")
        looked_at = self._fitting.get(before)
        fitting, lasts = array("i"), array("i")
        begun: list[int] = []
        named: list[int] = []
        whole: list[int] = []
        for first in range(0, len(folded) if looked_at is None else len(looked_at[0]), _SLICE):
            if looked_at is None:
                some = [(at, -1) for at in range(len(folded))[first : first + _SLICE]]
            else:
                ats, places = (numbers[first : first + _SLICE] for numbers in looked_at)
                some = list(zip(ats, places, strict=True))
            for letter in letters[len(before) :]:
                some = [
                    (at, place)
                    for at, last in some
                    if (place := folded[at].find(letter, last + 1)) >= 0
                ]
            fitting.extend([at for at, _ in some])
            lasts.extend([place for _, place in some])
            if len(begun) < most:
                begun += [at for at, _ in some if names[at].startswith(letters)]
            if len(named) < most:
                named += [at for at, _ in some if letters in names[at]]
            if len(whole) < most:
                whole += [at for at, _ in some if letters in folded[at]]
            yield
        self._fitting[letters] = fitting, lasts
        choice = {*begun[:most], *named[:most], *whole[:most], *fitting[:_RANKED]}
        best = nsmallest(most, choice, key=lambda at: self._rank(at, letters))
        self.found = [self._paths.paths[at] for at in best]

    def _rank(self, at: int, letters: str) -> tuple[int, int, int]:
        """How far the path at this index is from what is typed: less is nearer."""
        path, name = self._paths.folded[at], self._paths.names[at]
        place = name.find(letters)
        if place >= 0:
            begins = place == 0 or not name[place - 1].isalnum()
            return (2 - begins - (place == 0)), name != letters, at
        if letters in path:
            return 3, 0, at
        jumps = _jumps(name, letters)
        return (5, _jumps(path, letters) or 0, at) if jumps is None else (4, jumps, at)


def _jumps(text: str, letters: str) -> int | None:
    """How many of the letters neither follow the one before nor begin a word; None: not there."""
    jumps, last = 0, -1
    for letter in letters:
        place = text.find(letter, last + 1)
        if place < 0:
            return None
        if place != last + 1 and text[place - 1].isalnum():
            jumps += 1
        last = place
    return jumps
