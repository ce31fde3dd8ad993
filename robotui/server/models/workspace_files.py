"""The files of a workspace that a model may read, and their text.

A file can be read if the walk of the workspace finds it (tree/walk.py): inside, no symbolic link,
not ignored, not version control, not what looks like a secret.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final

from robotui.errors import WorkspaceError
from robotui.secret_texts import secret_in
from robotui.text import one_line
from robotui.tree.safe_reading import read
from robotui.tree.walk import is_binary, matcher, walk

MAX_LINES: Final = 400
"""Lines of a file that are given at once, unless more are asked for."""

_FRESH: Final = 10.0  # seconds that the list of files counts as up to date
_LISTED: Final = 400


@dataclass(frozen=True, slots=True)
class Found:
    """What a call gave: the text for the model, one line on it, and the places looked at."""

    text: str
    summary: str = ""
    places: tuple[str, ...] = ()
    failed: bool = False


class Files:
    """The files of one workspace; to be used from one thread."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._files: dict[str, int] = {}
        self._listed = float("-inf")

    def listing(self, age: float = _FRESH) -> dict[str, int]:
        """Sizes of the files that may be read, by path; looked up if older than ``age`` seconds."""
        if time.monotonic() - self._listed > age:
            self._files = {file.path: file.size for file in walk(self.root)}
            self._listed = time.monotonic()
        return self._files

    def shown(self) -> Callable[[str], bool]:
        """Tells whether text of a file may be shown."""
        files = self.listing()
        return cache(lambda path: path in files and not secret_in(read(self.root, path) or b""))

    def lines(self, path: str, start: int, end: int) -> Found:
        """The lines of a file, with their numbers; ``end`` 0: as many as is sensible.

        Raises WorkspaceError for a file that may not be read.
        """
        name = self._readable(path)
        data = read(self.root, name)
        if data is None:  # it became a link since the walk, or is gone
            raise self._unreadable(path, name)
        if secret := secret_in(data):
            return Found(f"{name} holds {secret}; it is not shown.", failed=True)
        if is_binary(data):
            return Found(f"{name} is binary.", failed=True)
        text = data.decode("utf-8", "replace").replace("\r\n", "\n")  # as in the index
        lines = text.removesuffix("\n").split("\n")
        first = max(start, 1)
        if first > len(lines):
            return Found(f"{name} has {len(lines)} lines; line {first} is behind its end.")
        last = min(end if end >= first else first + MAX_LINES - 1, len(lines))
        shown = [f"{number:>5}  {lines[number - 1]}" for number in range(first, last + 1)]
        text = "\n".join([f"{name}, lines {first}-{last} of {len(lines)}", *shown])
        return Found(text, f"I read the file {name}.", (f"{name}:{first}",))

    def names(self, folder: str, pattern: str) -> Found:
        """The files below ``folder`` whose names, or paths if it has a slash, fit ``pattern``."""
        inner = inside(self.root, folder)
        prefix = f"{inner}/" if inner else ""
        fits = matcher(pattern)
        names = [
            name
            for name in sorted(self.listing())
            if name.startswith(prefix) and (fits(name) or fits(name[len(prefix) :]))
        ]
        shown = [f"{name} ({self._files[name]} bytes)" for name in names[:_LISTED]]
        more = [f"and {len(names) - _LISTED} more"] if len(names) > _LISTED else []
        text = "\n".join([*shown, *more]) or "No such files."
        return Found(text, f"{len(names)} files")

    def _readable(self, path: str) -> str:
        """The name of a file that may be read. Raises WorkspaceError if it may not."""
        name = inside(self.root, path)
        if name in self.listing() or name in self.listing(age=1.0):
            return name
        raise self._unreadable(path, name)

    def _unreadable(self, path: str, name: str) -> WorkspaceError:
        same = [other for other in self._files if other.endswith("/" + name)]
        hint = f" Did you mean {', '.join(islice(same, 3))}?" if name and same else ""
        return WorkspaceError(
            f"{one_line(path, 100)!r} is no file that can be read here: missing, ignored, binary, "
            f"too large, a link, or it looks like a secret.{hint}"
        )


def inside(workspace: Path, path: str) -> str:
    """``path`` relative to ``workspace``, with plain slashes. Raises WorkspaceError if outside."""
    plain = path.strip().replace("\\", "/")
    root = workspace.as_posix().rstrip("/")
    if plain == root or plain.startswith(root + "/"):
        plain = plain[len(root) + 1 :]
    parts = [part for part in plain.split("/") if part not in ("", ".")]
    if ".." in parts or plain.startswith(("/", "~")) or ":" in plain[:2]:
        raise WorkspaceError(
            f"{one_line(path, 100)!r} is outside of the workspace, which can't be read."
        )
    return "/".join(parts)
