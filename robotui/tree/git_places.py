"""The folders of a git repository, which may be apart (worktrees, submodules, bare ones)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from robotui.tree.safe_reading import read, read_in

_POINTER: Final = b"gitdir:"
_LENGTH: Final = 8192  # bytes that a path may take


@dataclass(frozen=True, slots=True)
class GitPlace:
    """The folders of one repository."""

    top: Path
    """Where its work tree begins."""
    control: Path
    """Its own ``.git``: HEAD, index. Of a worktree or submodule it is elsewhere."""
    common: Path
    """Where objects, refs and configuration are: of a worktree, in the repository it belongs to."""

    @property
    def bare(self) -> bool:
        """Whether there is no work tree."""
        return self.top == self.control

    @property
    def outside(self) -> bool:
        """Whether a file points to ``control``."""
        return self.control not in (self.top, self.top / ".git")


def find(folder: Path) -> GitPlace | None:
    """The repository that ``folder`` is in, if any, the innermost one that git would take.

    If there is none but a ``.git`` that is none, or is damaged, that one.
    """
    damaged = None
    for top in (folder, *folder.parents):
        place = at(top)
        if place is not None and _is_repository(place):
            return place
        damaged = damaged or place
    return damaged


def at(top: Path) -> GitPlace | None:
    """The repository whose work tree begins at ``top``, damaged or not; None if there is no
    ``.git``."""
    dot = top / ".git"
    if os.path.isdir(dot):  # noqa: PTH112 - pathlib's fails where it may not look
        return GitPlace(top, dot, _common(dot))
    if not os.path.lexists(dot):
        return None
    control = _pointed_at(top) or dot
    return GitPlace(top, control, _common(control))


def bare(folder: Path) -> GitPlace | None:
    """The repository without a work tree that ``folder`` itself is."""
    place = GitPlace(folder, folder, folder)
    return place if _is_repository(place) and (folder / "refs").is_dir() else None


def _is_repository(place: GitPlace) -> bool:
    has_objects = os.path.isdir(place.common / "objects")  # noqa: PTH112 - as above
    return has_objects and os.path.lexists(place.control / "HEAD")


def _pointed_at(top: Path) -> Path | None:
    """The folder that the file ``.git`` names."""
    data = read(top, ".git", 0, _LENGTH) or b""
    name = os.fsdecode(data.removeprefix(_POINTER).strip())
    return top / name if data.startswith(_POINTER) and name and "\0" not in name else None


def _common(control: Path) -> Path:
    name = os.fsdecode((read_in(control, "commondir", _LENGTH) or b"").strip())
    return Path(os.path.normpath(control / name)) if name and "\0" not in name else control
