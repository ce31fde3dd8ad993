"""The file that a name means, and whether it may be written.

A name may come from a model, so it is taken as an attack: it leads nowhere but to a file in the
workspace, whatever links, dots and odd characters are in it. The paths that are answered have no
symbolic link in them; ``file_replace`` refuses to follow one that was put there afterwards.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Final

from robotui.errors import WriteRefusedError
from robotui.text import one_line

_DRIVE: Final = re.compile(r"[A-Za-z]:")
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
_LONGEST: Final = 4096
"""Characters of a name; more is no file name of any system."""


def inside(workspace: Path, name: str) -> Path:
    """The file of the workspace that ``name`` means, as a path without links.

    Raises WriteRefusedError for everything else: outside, in ``.git``, a folder, an odd name.
    """
    _check_name(name)
    try:
        root = workspace.resolve()
        path = (root / Path(name).expanduser()).resolve()
    except (OSError, RuntimeError) as error:
        raise _unresolved(name, error) from error
    if not path.is_relative_to(root):
        remedy = "Give a path in the workspace; other folders are for saving, with their full path."
        raise WriteRefusedError(f"{one_line(name)} leads out of the workspace {root}", remedy)
    _check_parts(name, (*Path(name).parts, *path.relative_to(root).parts))
    return _file(name, path)


def anywhere(workspace: Path, name: str) -> Path:
    """As ``inside``, but a full path (``/...``, ``~/...``) may lead to any folder of this machine.

    Only for names that the user typed. Raises WriteRefusedError.
    """
    if not name.startswith(("/", "~")):
        return inside(workspace, name)
    _check_name(name)
    try:
        path = Path(name).expanduser().resolve()
    except (OSError, RuntimeError) as error:
        raise _unresolved(name, error) from error
    _check_parts(name, (*Path(name).parts, *path.parts))
    return _file(name, path)


def check_guess(name: str) -> None:
    """Raises WriteRefusedError for a guessed name that goes back: its beginning tells nothing."""
    if ".." in re.split(r"[/\\]", name):
        shown = one_line(name, 80)
        raise WriteRefusedError(f"The reply names {shown}, with .. in it", "Type the file's name.")


def is_inside(workspace: Path, path: Path) -> bool:
    """Whether an answered path is in the workspace."""
    return path.is_relative_to(workspace.resolve())


def proposed(workspace: Path, name: str) -> str:
    """What to propose for a guessed name: itself if the workspace has room for it, or its end.

    Empty where that is no file name either.
    """
    for guess in (name, re.split(r"[/\\]", name)[-1]):
        try:
            inside(workspace, guess)
        except WriteRefusedError:
            continue
        return guess
    return ""


def _unresolved(name: str, error: Exception) -> WriteRefusedError:
    return WriteRefusedError(f"{one_line(name)} can't be looked up: {error}", "Give another name.")


def _check_name(name: str) -> None:
    remedy = "Give a file name such as src/app.py."
    if not name.strip():
        raise WriteRefusedError("There is no file name", remedy)
    shown = one_line(name, 80)
    if len(name) > _LONGEST:
        raise WriteRefusedError(f"{shown} is too long for a file name", remedy)
    if any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp", "Cf") for char in name):
        raise WriteRefusedError(f"The file name {shown} has invisible characters in it", remedy)
    if name != name.strip():
        raise WriteRefusedError(f"The file name {shown} begins or ends with a blank", remedy)
    if "\\" in name or _DRIVE.match(name):
        raise WriteRefusedError(f"{shown} is a Windows path", "Put / between the folders.")


def _check_parts(name: str, parts: tuple[str, ...]) -> None:
    shown = one_line(name, 80)
    for part in parts:
        # HFS+ ignores invisible characters, NTFS what follows a colon and blanks and dots at the
        # end, both the case; git~1 is the short name of .git (CVE-2014-9390, CVE-2019-1352).
        plain = "".join(char for char in part if unicodedata.category(char) != "Cf")
        plain = unicodedata.normalize("NFKC", plain).partition(":")[0].casefold().rstrip(" .")
        if plain in (".git", "git~1"):
            remedy = "What is in .git is Git's own: change it with git."
            raise WriteRefusedError(f"{shown} is in a .git folder", remedy)
        if _RESERVED.fullmatch(part.partition(".")[0].strip()):
            remedy = "Give another name."
            raise WriteRefusedError(f"{shown} is a device on Windows, not a file", remedy)


def _file(name: str, path: Path) -> Path:
    shown = one_line(name, 80)
    try:
        if path.is_dir() or name.endswith(("/", "/.", "/..")):
            raise WriteRefusedError(f"{shown} is a folder", "Add a file name.")
        over = next((up for up in path.parents if up.exists()), path)
        if not over.is_dir():
            raise WriteRefusedError(f"{over} is a file, not a folder", "Give another folder.")
        path.stat()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise _unresolved(name, error) from error
    return path
