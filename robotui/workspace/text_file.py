"""A text file as it is on the disk, byte for byte."""

from __future__ import annotations

import errno
import os
import re
import stat
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from robotui.errors import WriteRefusedError
from robotui.nofollow import open_file

LARGEST: Final = 5_000_000
"""Bytes; larger files are left to other tools."""

_MEGABYTES: Final = LARGEST // 1_000_000
_BOM: Final = b"\xef\xbb\xbf"
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")


def file_lines(text: str) -> list[str]:
    r"""The lines of a file's text with their endings; only ``\n`` and ``\r\n`` end one."""
    return _LINE.findall(text)


def content(line: str) -> str:
    """A line without its ending."""
    return line[:-2] if line.endswith("\r\n") else line.removesuffix("\n")


def ending(line: str) -> str:
    """The ending of a line; empty for a last line that has none."""
    return line[len(content(line)) :]


@dataclass(frozen=True)
class TextFile:
    """What a file holds at one moment. ``data`` is None where there is no file yet."""

    path: Path
    data: bytes | None
    names: int = 1
    """Names that the file has; what is written gets this one only (hard links)."""

    @property
    def is_new(self) -> bool:
        """There is no such file yet."""
        return self.data is None

    @cached_property
    def text(self) -> str:
        """The text with the line endings as they are, without a byte order mark."""
        return (self.data or b"").removeprefix(_BOM).decode()

    @cached_property
    def newline(self) -> str:
        """The ending of most lines."""
        return "\r\n" if self.text.count("\r\n") * 2 > self.text.count("\n") else "\n"

    def encode(self, text: str) -> bytes:
        """``text`` as this file's bytes: with the byte order mark if the file has one.

        Raises WriteRefusedError for what could not be read again: half a surrogate pair, a zero
        byte, too much.
        """
        remedy = "Copy the block and mend it by hand."
        try:
            data = text.encode()
        except UnicodeEncodeError as error:
            line = text.count("\n", 0, error.start) + 1
            message = f"Line {line} of the new text has half a character in it"
            raise WriteRefusedError(message, remedy) from error
        if b"\0" in data:
            raise WriteRefusedError("The new text has zero bytes in it", remedy)
        if len(data) > LARGEST:
            raise WriteRefusedError(f"The new text is larger than {_MEGABYTES} MB", remedy)
        return _BOM + data if (self.data or b"").startswith(_BOM) else data


def read(path: Path) -> TextFile:
    """The file at a path without links, or one to be made.

    Raises WriteRefusedError for what is no text file, too large, or can't be read or written.
    """
    try:
        file = open_file(path)
    except FileNotFoundError:
        return TextFile(path, None)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            remedy = "Look at the folder, then try again."
            raise WriteRefusedError(f"{path} leads through a symbolic link now", remedy) from error
        raise _unreadable(path, error) from error
    with file:
        status = os.fstat(file.fileno())
        _check_status(path, status)
        try:
            data = file.read(LARGEST + 1)
        except OSError as error:
            raise _unreadable(path, error) from error
    _check_text(path, data)
    return TextFile(path, data, status.st_nlink)


def _unreadable(path: Path, error: OSError) -> WriteRefusedError:
    remedy = "Check who owns the file and its mode."
    return WriteRefusedError(f"{path} can't be read: {error.strerror}", remedy)


def _check_status(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise WriteRefusedError(f"{path} is no regular file", "Give the name of a text file.")
    if not status.st_mode & 0o222:
        raise WriteRefusedError(f"{path} is read-only", "Allow writing first: chmod u+w.")


def _check_text(path: Path, data: bytes) -> None:
    remedy = "Copy the block and use your editor."
    if len(data) > LARGEST:
        raise WriteRefusedError(f"{path} is larger than {_MEGABYTES} MB", remedy)
    if b"\0" in data:
        raise WriteRefusedError(f"{path} is no text: it has zero bytes in it", remedy)
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"{path} is not UTF-8: line {line} has other bytes"
        raise WriteRefusedError(message, remedy) from error
