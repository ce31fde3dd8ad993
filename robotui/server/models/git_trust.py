"""The check whether a repository may be read for a workspace: only one that is its own.

A file ``.git`` can point anywhere, so what it points to has to point back, as git makes it for
worktrees and submodules. Nothing here runs git or reads objects.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from robotui.errors import WorkspaceError
from robotui.text import one_line
from robotui.tree.git_config import config_of
from robotui.tree.git_places import GitPlace
from robotui.tree.safe_reading import read_in

_REMEDY: Final = "Use the other tools."
_BORROWED: Final = ("commondir", "objects/info/alternates", "objects/info/http-alternates")


def check(place: GitPlace, root: Path) -> None:
    """Raise WorkspaceError, which says why, if the repository can't be read for ``root``."""
    if place.outside and not _points_back(place):
        raise WorkspaceError(
            f"The file .git points to {one_line(str(place.control), 200)}, which does not point "
            "back; it is not read.",
            "`git worktree repair` mends it if it was moved. " + _REMEDY,
        )
    if (place.outside or place.top != root) and not _is_ours(place, root):
        raise WorkspaceError(f"The repository at {place.top} belongs to another user.", _REMEDY)
    _check_inside(place.common if place.outside else place.control)
    config = config_of(place)
    for name, known in (("objectformat", "sha1"), ("refstorage", "files")):
        kind = config.get(f"extensions.{name}", known)
        if kind != known:
            raise WorkspaceError(
                f"The repository uses {name} = {one_line(kind, 40)}, which can't be read.", _REMEDY
            )


def _points_back(place: GitPlace) -> bool:
    """Whether the folder that ``.git`` names is that of this work tree."""
    here = os.path.realpath(place.top)
    if place.common != place.control:  # a worktree
        names = (read_in(place.control, "gitdir", 8192) or b"").strip()
        back = os.path.realpath(place.control / os.fsdecode(names)) if b"\0" not in names else ""
        inside = os.path.realpath(place.control.parent) == os.path.realpath(
            place.common / "worktrees"
        )
        return inside and back == os.path.join(here, ".git")  # noqa: PTH118 - as realpath's
    worktree = config_of(place).get("core.worktree", "")
    return bool(worktree) and os.path.realpath(place.control / worktree) == here


def _is_ours(place: GitPlace, root: Path) -> bool:
    """Whether it belongs to this user, or to whom the workspace belongs."""
    if not hasattr(os, "geteuid"):
        return True
    try:
        return place.common.stat().st_uid in (os.geteuid(), root.stat().st_uid)
    except OSError:
        return False


def _check_inside(control: Path) -> None:
    """Raises WorkspaceError if anything that would be read lies outside of ``control``, or could
    be waited for in vain."""
    if control.is_symlink() or not control.is_dir():
        raise WorkspaceError("The repository's folder is a link, or is not there.", _REMEDY)
    if not (control / "objects").is_dir() or not os.path.lexists(control / "HEAD"):
        raise WorkspaceError("The repository is damaged: HEAD or objects are missing.", _REMEDY)
    for name in _BORROWED:
        if os.path.lexists(control / name):
            raise WorkspaceError("The repository borrows from another; it is not read.", _REMEDY)
    packs = control / "objects/pack"
    for folder in (control, control / "objects", packs, control / "refs"):
        try:
            with os.scandir(folder) as entries:
                odd = any(
                    entry.is_symlink()
                    or (folder == packs and not entry.is_file(follow_symlinks=False))
                    for entry in entries
                )
        except OSError:
            odd = False
        if odd:
            raise WorkspaceError("The repository has links or pipes; it is not read.", _REMEDY)
