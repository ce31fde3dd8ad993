"""Row counts of many entries, with fast sums: a Fenwick tree."""

from __future__ import annotations

from collections.abc import Iterable


class Heights:
    """A list of heights in rows; changing one, summing and finding take O(log n)."""

    def __init__(self, heights: Iterable[int] = ()) -> None:
        self._heights = list(heights)
        tree = [0, *self._heights]
        for at in range(1, len(tree)):
            above = at + (at & -at)
            if above < len(tree):
                tree[above] += tree[at]
        self._tree = tree

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, index: int) -> int:
        return self._heights[index]

    def __setitem__(self, index: int, height: int) -> None:
        change = height - self._heights[index]
        self._heights[index] = height
        at = index + 1
        while at < len(self._tree):
            self._tree[at] += change
            at += at & -at

    def append(self, height: int) -> None:
        """Add an entry at the end."""
        at = len(self._tree)
        below = at - (at & -at)
        self._tree.append(self.top(at - 1) - self.top(below) + height)
        self._heights.append(height)

    def pop(self) -> None:
        """Take the last entry away."""
        self._heights.pop()
        self._tree.pop()

    def top(self, index: int) -> int:
        """The rows before the entry at ``index``."""
        total = 0
        while index > 0:
            total += self._tree[index]
            index -= index & -index
        return total

    @property
    def total(self) -> int:
        """All rows."""
        return self.top(len(self._heights))

    def find(self, row: int) -> tuple[int, int]:
        """The entry that this row belongs to, and which of its rows it is.

        Rows before the first and behind the last belong to these. There must be an entry.
        """
        row = max(0, row)
        index = 0
        step = 1 << len(self._heights).bit_length()
        left = row
        while step:
            if index + step < len(self._tree) and self._tree[index + step] <= left:
                index += step
                left -= self._tree[index]
            step >>= 1
        if index >= len(self._heights):
            index = len(self._heights) - 1
            left = row - self.top(index)
        return index, left
