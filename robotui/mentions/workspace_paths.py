"""The paths of a workspace that a prompt may mention: those changed last come first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from robotui.mentions.path_search import Paths
from robotui.tree.walk import walk

MOST: Final = 200_000
"""Files; of a larger workspace those nearest to its top are offered."""


def workspace_paths(root: Path, wanted: Callable[[], bool] = lambda: True) -> Paths:
    """The files below ``root`` that may be read, and their folders, which end with ``/``.

    A folder changed when the last of its files did. It ends early when nothing is ``wanted`` any
    more. It may take seconds: it is for a thread.
    """
    changed: dict[str, int] = {}
    for file in walk(root, limit=MOST):
        if not wanted():
            break
        if '"' in file.path:  # a mention can't hold it
            continue
        changed[file.path] = file.mtime_ns
        end = file.path.find("/")
        while end >= 0:
            folder = file.path[: end + 1]
            changed[folder] = max(file.mtime_ns, changed.get(folder, 0))
            end = file.path.find("/", end + 1)
    return Paths(sorted(changed, key=lambda path: (-changed[path], path)))
