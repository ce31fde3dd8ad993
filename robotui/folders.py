"""The folder that a command works in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from robotui.errors import WorkspaceError

_REMEDY: Final = "Change to a folder of code that you may read (`cd`), and start again."


def working_folder() -> Path:
    """The folder that this was started in. Raises WorkspaceError if it is gone or can't be read."""
    try:
        folder = Path.cwd()
    except OSError as error:
        place = os.environ.get("PWD", "")
        named = f" {place}" if place.isprintable() and place else ""
        raise WorkspaceError(f"The working folder{named} is gone", _REMEDY) from error
    return readable(folder)


def readable(folder: Path) -> Path:
    """``folder``, if it is one that can be read. Raises WorkspaceError."""
    try:
        with os.scandir(folder) as entries:
            next(entries, None)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise WorkspaceError(f"The folder {folder} can't be read: {why}", _REMEDY) from error
    return folder
