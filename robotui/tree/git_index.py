"""The files that git tracks, read from its index file, which lists the next commit.

As gitformat-index(5) describes it, versions 2 to 4, read without running git.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from robotui.tree import git_places
from robotui.tree.safe_reading import read_in

_LARGEST: Final = 64 << 20  # bytes of an index that is read
_FIXED: Final = 62  # bytes of an entry before its name, with a hash of SHA-1
_EXTENDED: Final = 0x4000


def tracked(root: Path) -> frozenset[str]:
    """The paths below ``root`` that its repository tracks; none where that can't be told."""
    place = git_places.find(root)
    if place is None:
        return frozenset()
    data = read_in(place.control, "index", _LARGEST) or b""
    try:
        names = _names(data)
    except (IndexError, ValueError):  # damaged, cut, or of a later version
        return frozenset()
    inner = b"".join(os.fsencode(part) + b"/" for part in root.parts[len(place.top.parts) :])
    below = (name[len(inner) :] for name in names if name.startswith(inner))
    return frozenset(map(os.fsdecode, below))


def _names(data: bytes) -> list[bytes]:
    """The names in an index. Raises ValueError or IndexError."""
    version = int.from_bytes(data[4:8], "big")
    if data[:4] != b"DIRC" or version not in (2, 3, 4):
        raise ValueError("no index that is known")
    at, name = 12, b""
    found = []
    for _ in range(int.from_bytes(data[8:12], "big")):
        start = at
        flags = data[at + _FIXED - 2] << 8 | data[at + _FIXED - 1]
        at += _FIXED + (2 if flags & _EXTENDED else 0)
        kept = b""
        if version == 4:
            cut, at = _number(data, at)
            kept = name[: len(name) - cut]
        end = data.index(b"\0", at)
        name = kept + data[at:end]
        at = end + 1 if version == 4 else start + (end - start + 8) // 8 * 8
        found.append(name)
    return found


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, as in the offsets of packs, and where it ends."""
    value = data[at] & 0x7F
    while data[at] & 0x80:
        at += 1
        value = (value + 1) << 7 | data[at] & 0x7F
    return value, at + 1
