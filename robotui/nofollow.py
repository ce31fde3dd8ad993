"""Folders and files opened without following a symbolic link, in any place of their path.

A path that was checked may lead elsewhere when it is opened: a folder of it may have become a link
(time of check, time of use). So each folder is entered from the one before, which is held open.
Whoever wants links followed resolves the path first; one that is put there later leads nowhere.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

HELD: Final = os.open in os.supports_dir_fd
"""Folders can be held open here; elsewhere (Windows) only the last place is looked at."""

# On Linux a folder is entered with the right to search it alone, as a path would.
_ENTER: Final = (
    getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    if HELD
    else 0
)


@contextlib.contextmanager
def entered(folder: Path, made: list[Path] | None = None) -> Iterator[int]:
    """The handle of a folder, entered step by step; with ``made``, missing ones are made and added.

    Raises OSError; ENOTDIR or ELOOP for a link.
    """
    at = os.open(folder.root or os.curdir, _ENTER)
    try:
        parts = folder.parts[1:] if folder.root else folder.parts
        for depth, part in enumerate(parts, 1 - len(parts)):
            if made is not None:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(part, dir_fd=at)
                    made.append(folder.parents[-depth - 1] if depth else folder)
            above, at = at, os.open(part, _ENTER, dir_fd=at)
            os.close(above)
        yield at
    finally:
        os.close(at)


@contextlib.contextmanager
def listing(folder: Path) -> Iterator[Iterator[os.DirEntry[str]]]:
    """What is in a folder, in no order, to be looked at inside the block. Raises OSError."""
    if not HELD:
        with os.scandir(folder) as entries:
            yield entries
        return
    with entered(folder) as at:
        handle = os.open(os.curdir, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=at)
    try:
        with os.scandir(handle) as entries:
            yield entries
    finally:
        os.close(handle)


def open_file(path: Path) -> IO[bytes]:
    """What is at ``path``, to be read. Raises OSError; ENOTDIR or ELOOP for a link."""
    if not HELD:
        return open_exactly(path)
    with entered(path.parent) as folder:
        return open_exactly(path.name or os.curdir, folder)


def open_exactly(path: Path | str, folder: int | None = None) -> IO[bytes]:
    """What is at ``path``, in a folder that is open, to be read; a link is not followed in the last
    place, and a pipe is not waited for. Raises OSError.
    """
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, name, 0)  # each system has some of them
    handle = os.open(path, flags, dir_fd=folder)
    try:
        return os.fdopen(handle, "rb")
    except OSError:
        os.close(handle)
        raise
