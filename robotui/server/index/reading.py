"""The one safe way to read a file that may be anyone's."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

MAX_SIZE: Final = 1 << 20
"""Bytes; larger files of a workspace are left out."""


def read(root: Path, path: str, start: int = 0, length: int = MAX_SIZE) -> bytes | None:
    """``length`` bytes from ``start`` of a file below ``root``; None if it is not there as a file.

    Never follows a symbolic link in the last place and never waits on a pipe or device.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(root / path, flags)
    except (OSError, ValueError):  # gone, a link, not ours to read: there is nothing to show
        return None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        os.lseek(handle, start, os.SEEK_SET)
        return os.read(handle, length)
    except OSError:  # the disk or the network behind it fails: the same
        return None
    finally:
        os.close(handle)


def read_linked(file: Path, length: int = MAX_SIZE) -> bytes | None:
    """The beginning of a file to which symbolic links may lead, as to one in a home folder."""
    real = os.path.realpath(file)
    return read(Path(real).parent, real, 0, length)
