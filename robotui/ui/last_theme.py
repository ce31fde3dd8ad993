"""The theme that was chosen last, kept beside the settings, which are the user's own file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from robotui.errors import StorageError
from robotui.files import write_atomic

_NAME: Final = "theme"
_LONGEST: Final = 200


def keep(folder: Path, theme: str) -> None:
    """Keep a theme's name in the state folder. Raises StorageError."""
    write_atomic(folder / _NAME, theme.encode())


def kept(folder: Path) -> str:
    """The name of the theme that was kept; empty if there is none. Raises StorageError."""
    file = folder / _NAME
    try:
        with file.open("rb") as data:
            return data.read(_LONGEST).decode("utf-8", "replace").strip()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise StorageError(f"{file} can't be read: {error.strerror}") from error
