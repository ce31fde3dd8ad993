"""Files replaced in one step where folders can't be held open: on Windows.

Links are looked for before and again right before the file gets its name; what happens in between
can't be excluded there.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path

from robotui.errors import WriteRefusedError
from robotui.nofollow import open_exactly
from robotui.workspace.file_replace import CHANGED, check_content, refusal


def replace(path: Path, expected: bytes | None, data: bytes) -> None:
    """As ``file_replace.replace``."""
    made: list[Path] = []
    try:
        for folder in [up for up in reversed(path.parents) if not up.exists()]:
            folder.mkdir()
            made.append(folder)
        _swap(path, expected, data)
    except OSError as error:
        _remove_empty(made)
        raise refusal(path, error) from error
    except WriteRefusedError:
        _remove_empty(made)
        raise


def remove(path: Path, expected: bytes, folders: Sequence[Path]) -> None:
    """As ``file_replace.remove``."""
    try:
        _current(path, expected)
        path.unlink()
    except OSError as error:
        raise refusal(path, error) from error
    _remove_empty(folders)


def _remove_empty(folders: Sequence[Path]) -> None:
    for folder in reversed(folders):
        # Another program may have put a file in it or removed it; then it is not ours to remove.
        with contextlib.suppress(OSError):
            if not folder.is_symlink():
                folder.rmdir()


def _current(path: Path, expected: bytes | None) -> os.stat_result | None:
    """The status of the file, which must hold ``expected`` and be reached without a link."""
    if path.parent.resolve() != path.parent:
        message = f"{path} leads through a symbolic link now"
        raise WriteRefusedError(message, "Look at the folder, then try again.")
    if expected is None and path.exists():
        raise WriteRefusedError(f"{path} was made by another program meanwhile", CHANGED)
    try:
        file = open_exactly(path)
    except FileNotFoundError:
        if expected is None:
            return None
        raise WriteRefusedError(f"{path} was removed meanwhile", CHANGED) from None
    with file:
        return check_content(path, file, expected)


def _swap(path: Path, expected: bytes | None, data: bytes) -> None:
    _current(path, expected)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
        status = _current(path, expected)
        if status is None:
            Path(temporary).rename(path)  # Windows: fails if there is a file by now
        else:
            Path(temporary).chmod(stat.S_IMODE(status.st_mode))
            Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
