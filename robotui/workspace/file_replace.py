"""Files replaced in one step, in folders that are entered without following a link.

The folder is held open while its file is read, compared and replaced, so that a folder that turns
into a link between the preview and the writing leads nowhere (time of check, time of use).
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final

from robotui.errors import WriteRefusedError
from robotui.nofollow import entered, open_exactly

CHANGED: Final = "Look at the difference again."


def replace(path: Path, expected: bytes | None, data: bytes) -> None:
    """Replace what is at a path without links by ``data``, making the folders that are missing.

    ``expected`` is what must be there now; None: nothing. Mode and owner of a file are kept.
    Raises WriteRefusedError; the folder is then as it was.
    """
    made: list[Path] = []
    try:
        with entered(path.parent, made) as folder:
            _swap(folder, path, expected, data)
    except OSError as error:
        _remove_empty(made)
        raise refusal(path, error) from error
    except WriteRefusedError:
        _remove_empty(made)
        raise


def remove(path: Path, expected: bytes, folders: Sequence[Path]) -> None:
    """Remove a file that must hold ``expected``, then those of ``folders`` that are empty.

    Raises WriteRefusedError.
    """
    try:
        with entered(path.parent) as folder:
            _current(folder, path, expected)
            os.unlink(path.name, dir_fd=folder)
    except OSError as error:
        raise refusal(path, error) from error
    _remove_empty(folders)


def _remove_empty(folders: Sequence[Path]) -> None:
    """Remove the folders that are empty, the innermost (the last) first."""
    for path in reversed(folders):
        # Another program may have put a file in it or removed it; then it is not ours to remove.
        with contextlib.suppress(OSError), entered(path.parent) as folder:
            os.rmdir(path.name, dir_fd=folder)


def _current(
    folder: int, path: Path, expected: bytes | None, heir: int | None = None
) -> os.stat_result | None:
    """The status of the file, which must hold ``expected``; an open ``heir`` takes after it."""
    try:
        file = open_exactly(path.name, folder)
    except FileNotFoundError:
        if expected is None:
            return None
        raise WriteRefusedError(f"{path} was removed meanwhile", CHANGED) from None
    with file:
        status = check_content(path, file, expected)
        if heir is not None:
            _take_after(heir, status)
            _copy_attributes(file.fileno(), heir)
        return status


def check_content(path: Path, file: IO[bytes], expected: bytes | None) -> os.stat_result:
    """The status of an open file that must hold ``expected``. Raises WriteRefusedError."""
    status = os.fstat(file.fileno())
    if expected is None:
        raise WriteRefusedError(f"{path} was made by another program meanwhile", CHANGED)
    if not stat.S_ISREG(status.st_mode) or file.read(len(expected) + 1) != expected:
        raise WriteRefusedError(f"{path} was changed by another program meanwhile", CHANGED)
    return status


def _swap(folder: int, path: Path, expected: bytes | None, data: bytes) -> None:
    _current(folder, path, expected)
    temporary = f".{path.name[:100]}.{secrets.token_hex(6)}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(temporary, flags, 0o666, dir_fd=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
            # Compared again as late as can be: the writing above may have taken a while.
            status = _current(folder, path, expected, handle)
        if status is None:
            _put(folder, temporary, path.name)
        else:
            os.replace(temporary, path.name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise


def _take_after(handle: int, status: os.stat_result) -> None:
    own = os.fstat(handle)
    if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
        # Only root may give files away; else the file becomes the user's, as with most editors.
        with contextlib.suppress(PermissionError):
            os.fchown(handle, status.st_uid, status.st_gid)
    # A new text must not run as somebody else because the old one did.
    os.fchmod(handle, stat.S_IMODE(status.st_mode) & ~(stat.S_ISUID | stat.S_ISGID))


def _copy_attributes(old: int, new: int) -> None:
    """Give one open file the extended attributes of another: its ACL is one of them (acl(5))."""
    if not hasattr(os, "listxattr"):
        return
    with contextlib.suppress(OSError):  # a file system without them
        for name in os.listxattr(old):
            # The right to act as root is of the old text (capabilities(7)); what else only root or
            # the system may set is theirs to give.
            if name != "security.capability":
                with contextlib.suppress(OSError):
                    os.setxattr(new, name, os.getxattr(old, name))


def _put(folder: int, temporary: str, name: str) -> None:
    """Give a new file its name; unlike a renaming, a link never replaces another file."""
    try:
        os.link(temporary, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    else:
        os.unlink(temporary, dir_fd=folder)


def refusal(path: Path, error: OSError) -> WriteRefusedError:
    """What an error of the system means for whoever wanted to write."""
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        message = f"{path} leads through a symbolic link now"
        return WriteRefusedError(message, "Look at the folder, then try again.")
    if error.errno == errno.EEXIST:
        return WriteRefusedError(f"{path} was made by another program meanwhile", CHANGED)
    remedy = "Check the folder's owner and mode, and that the disk has room."
    return WriteRefusedError(f"{path} can't be written: {error.strerror}", remedy)
