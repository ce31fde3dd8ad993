"""The one safe way to read a file that may be anyone's."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from robotui.nofollow import open_file

MAX_SIZE: Final = 1 << 20
"""Bytes; larger files of a workspace are left out."""


def read(root: Path, path: str, start: int = 0, length: int = MAX_SIZE) -> bytes | None:
    """``length`` bytes from ``start`` of a file below ``root``; None if it is not there as a file.

    Never follows a symbolic link, neither below ``root`` nor to it, and never waits on a pipe or
    device.
    """
    if os.pardir in path.split("/"):
        return None
    try:
        with open_file(root / path) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return None
            file.seek(start)
            return file.read(length)
    except (OSError, ValueError):  # gone, a link, not ours to read, a disk that fails: nothing
        return None


def read_in(folder: Path, path: str, length: int = MAX_SIZE) -> bytes | None:
    """As ``read``, of a folder to which symbolic links may lead."""
    return read(Path(os.path.realpath(folder)), path, 0, length)


def read_linked(file: Path, length: int = MAX_SIZE) -> bytes | None:
    """The beginning of a file to which symbolic links may lead, as to one in a home folder."""
    real = os.path.realpath(file)
    return read(Path(real).parent, real, 0, length)
