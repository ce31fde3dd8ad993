"""Files that survive a crash: written whole or not at all, for this user only."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from robotui.errors import StorageError


def private_folder(path: Path) -> Path:
    """``path`` as a folder that nobody else can write to; what is missing is made, mode 0700.

    One that others could write to gets a mode that keeps them out. Raises StorageError, also for a
    folder of another user.
    """
    try:
        for missing in reversed([each for each in (path, *path.parents) if not each.exists()]):
            missing.mkdir(mode=0o700, exist_ok=True)
            missing.chmod(0o700)  # whatever the umask
        if not path.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    except OSError as error:
        raise StorageError(f"The folder {path} can't be made: {error.strerror}") from error
    tightened(path)
    return path


def tightened(path: Path) -> str:
    """Keep others from writing to a folder; in words what was done, empty if nothing had to be.

    Raises StorageError for a folder of another user, or one whose mode can't be changed.
    """
    if not hasattr(os, "getuid"):
        return ""  # Windows keeps the folders of a user apart by itself
    try:
        status = path.stat()
        if status.st_uid not in (os.getuid(), 0):
            raise StorageError(
                f"The folder {path} belongs to another user", "Move it away, or take it over."
            )
        if not status.st_mode & 0o022 or status.st_mode & stat.S_ISVTX:
            return ""
        path.chmod(stat.S_IMODE(status.st_mode) & ~0o022)
    except OSError as error:
        raise StorageError(
            f"Others can write to the folder {path}: {error.strerror}", f"chmod go-w {path}"
        ) from error
    return f"Others could write to {path}; its mode was changed"


def write_atomic(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data`` in one step, mode 0600; a reader sees the old or the new.

    Raises StorageError; the old content then still stands.
    """
    private_folder(path.parent)
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        raise StorageError(f"{path} can't be written: {error.strerror}") from error


def set_aside(path: Path) -> Path:
    """Rename a file that can't be read to ``NAME.corrupt`` (or ``.corrupt-2`` ...); the new path.

    Raises StorageError.
    """
    target, number = path.with_name(path.name + ".corrupt"), 1
    while target.exists():
        number += 1
        target = path.with_name(f"{path.name}.corrupt-{number}")
    try:
        path.rename(target)
    except OSError as error:
        raise StorageError(f"{path} can't be set aside: {error.strerror}") from error
    return target


def append_to(path: Path) -> IO[str]:
    """``path`` opened for appending text, mode 0600; a half line at its end is ended first.

    Raises OSError, or StorageError if the folder can't be made.
    """
    private_folder(path.parent)
    path.touch(mode=0o600)
    with path.open("rb") as reader:
        size = reader.seek(0, os.SEEK_END)
        reader.seek(max(size - 1, 0))
        half = reader.read(1) not in (b"", b"\n")
    file = path.open("a", encoding="utf-8", newline="\n")
    if half:
        file.write("\n")
    return file


class LineFile:
    """Lines appended to a file one by one, mode 0600; each is in the file when ``append`` returns.

    The file is opened with the first line. After an error it is opened anew, so that a line that
    the disk took only half of is ended before the next.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def append(self, line: str) -> None:
        """Add a line. Raises StorageError."""
        with self._opened() as file:
            file.write(line + "\n")
            file.flush()

    def clear(self) -> None:
        """Make the file empty. Raises StorageError."""
        with self._opened() as file:
            file.truncate(0)

    def close(self) -> None:
        """Close the file; appending opens it again."""
        file, self._file = self._file, None
        if file is not None:
            # Every line was flushed; only one that was refused, and told, can fail again here.
            with contextlib.suppress(OSError):
                file.close()

    @contextlib.contextmanager
    def _opened(self) -> Iterator[IO[str]]:
        try:
            if self._file is None:
                self._file = append_to(self.path)
            yield self._file
        except OSError as error:
            self.close()
            raise StorageError(f"{self.path} can't be written: {error.strerror}") from error


def hold(path: Path) -> IO[bytes] | None:
    """A lock on what ``path`` stands for, held until the file is closed or this process ends.

    None where there are no such locks. Raises StorageError if another program holds it.
    """
    try:
        import fcntl
    except ImportError:
        return None
    try:
        private_folder(path.parent)
        file = path.open("ab")
    except (OSError, StorageError):
        return None  # where nothing can be written, nothing has to be kept apart
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        remedy = "Go on in the other window, or start a new chat."
        raise StorageError(f"{path.stem} is open in another robotui", remedy) from error
    return file
