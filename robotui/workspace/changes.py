"""Changes of files, applied and taken back. What a change replaced is on the disk before it is."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from robotui.errors import StorageError, WriteRefusedError
from robotui.files import set_aside, write_atomic
from robotui.nofollow import HELD
from robotui.workspace import file_replace, file_replace_by_path
from robotui.workspace.text_file import TextFile, read

_files = file_replace if HELD else file_replace_by_path

KEPT: Final = 20
"""Changes of a workspace that can be taken back."""


@dataclass(frozen=True, slots=True)
class Change:
    """A file as it was read for the preview, and the text that it is to have."""

    file: TextFile
    after: str
    """With line endings as they are to be written."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was taken back."""

    path: Path
    removed: bool
    """The change had made the file; it is gone again."""


class Changes:
    """The last changes of a workspace's files, recorded in ``folder``; they survive a restart."""

    def __init__(self, folder: Path, workspace: Path) -> None:
        self.folder = folder
        self.workspace = workspace
        self._prefix = _digest(os.fsencode(workspace.resolve()))[:16] + "-"

    def apply(self, change: Change) -> None:
        """Write the change, if the file still is what it was when it was read.

        Raises WriteRefusedError or StorageError; nothing is written then.
        """
        file = change.file
        data = file.encode(change.after)
        if data == file.data:
            raise WriteRefusedError(f"{file.path} has this already", "There is nothing to write.")
        record = self.folder / f"{self._prefix}{time.time_ns():020}.json"
        _save(record, file, data)
        try:
            _files.replace(file.path, file.data, data)
        except WriteRefusedError:
            _forget(record)
            raise
        for old in self._records()[KEPT:]:
            _forget(old)

    def take_back(self) -> TakenBack:
        """Take the last change back.

        Raises WriteRefusedError if there is none or the file was changed since, and StorageError.
        """
        records = self._records()
        if not records:
            raise WriteRefusedError("There is no change to take back", "Apply or save one first.")
        path, before, after, folders = _load(records[0])
        now = read(path).data
        if now != before:  # else it is back already, or was never written
            if now is None or _digest(now) != after:
                what = "removed" if now is None else "changed"
                remedy = "Take back what was done to it since, then undo again."
                raise WriteRefusedError(f"{path} was {what} since it was written", remedy)
            if before is None:
                _files.remove(path, now, folders)
            else:
                _files.replace(path, now, before)
        _forget(records[0])
        return TakenBack(path, before is None)

    def _records(self) -> list[Path]:
        """The records of the changes, newest first."""
        return sorted(self.folder.glob(f"{self._prefix}*.json"), reverse=True)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _forget(record: Path) -> None:
    # One that stays is taken for a change that is back already.
    with contextlib.suppress(OSError):
        record.unlink()


def _save(record: Path, file: TextFile, data: bytes) -> None:
    missing = [str(up) for up in reversed(file.path.parents) if not up.exists()]
    fields = {
        "path": str(file.path),
        "before": None if file.data is None else base64.b64encode(file.data).decode(),
        "after": _digest(data),
        "folders": missing,
    }
    write_atomic(record, json.dumps(fields).encode())


def _load(record: Path) -> tuple[Path, bytes | None, str, list[Path]]:
    """The file, its bytes before, the digest of those after, and the folders made for it."""
    try:
        fields = json.loads(record.read_bytes())
        before = fields["before"]
        data = None if before is None else base64.b64decode(before, validate=True)
        folders = [Path(folder) for folder in fields["folders"]]
        return Path(fields["path"]), data, str(fields["after"]), folders
    except OSError as error:
        raise StorageError(f"{record} can't be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        aside = set_aside(record)
        remedy = "Undo again to take the change before it back."
        raise StorageError(f"{aside} is no record of a change", remedy) from error
