"""The files of a workspace that are worth reading.

Left out: what git ignores (see ignore.py), version control and tool folders, virtual environments,
large and binary files, and what by its name is a secret. Symbolic links are never followed: what
they point to inside the workspace is seen under its own path. A file that has other names (hard
links) may be one from elsewhere: it is left out too, unless git tracks it.
"""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from robotui.nofollow import listing
from robotui.secret_names import is_secret
from robotui.text import encodable, word_set
from robotui.tree.git_index import tracked
from robotui.tree.ignore import Ignore
from robotui.tree.ignore_patterns import parse
from robotui.tree.safe_reading import MAX_SIZE

MAX_FILES: Final = 20_000
"""No more files than this are taken from one workspace."""

_SKIPPED_FOLDERS: Final = word_set(
    """.git .hg .svn .bzr CVS node_modules bower_components __pycache__ __pypackages__ .venv .tox
    .nox .eggs .mypy_cache .pytest_cache .ruff_cache .hypothesis .cache .parcel-cache .turbo .next
    .nuxt .svelte-kit .angular .gradle .terraform .idea .vs .ipynb_checkpoints htmlcov"""
)
_OF_THE_SYSTEM: Final = ("proc", "sys", "dev")
"""Folders at the top of the file system that hold no files."""
_INSTALLED: Final = frozenset({"site-packages", "dist-packages", "node_modules", ".pnpm-store"})
_VENV_MARKS: Final = ("pyvenv.cfg", "conda-meta", "CACHEDIR.TAG")

_BINARY: Final = word_set(
    """7z a apk avif bin bmp bz2 class dat db dll dmg doc docx dylib eot exe flac gif gz ico icns
    iso jar jpeg jpg lib lz4 mo mov mp3 mp4 npy npz o obj odt ogg onnx otf parquet pdf pickle pkl
    png ppt pptx psd pyc pyd pyo rar so sqlite sqlite3 tar tgz tif tiff ttf wasm wav webm webp whl
    woff woff2 xls xlsx xz zip zst"""
)
_GENERATED: Final = re.compile(
    r"\.min\.(?:js|css|mjs)$|\.(?:map|lock|lockb|snap|svg)$|-lock\.(?:json|yaml)$"
    r"|^(?:go\.sum|npm-shrinkwrap\.json)$",
    re.IGNORECASE,
)
_RULES: Final = frozenset({".gitignore", ".git"})
"""What begins rules of its own in a folder."""
_BARE: Final = frozenset({"HEAD", "objects", "refs"})
"""What a folder has that is a repository without a workspace."""


@dataclass(frozen=True, slots=True)
class File:
    """One file: its path below the root with forward slashes, size in bytes, time of change."""

    path: str
    size: int
    mtime_ns: int


def is_generated(name: str) -> bool:
    """Whether the file ``name`` is written by tools (lock files, minified code, source maps)."""
    return _GENERATED.search(name) is not None


def is_binary(data: bytes) -> bool:
    """Whether ``data`` is no text: it has a zero byte near its start."""
    return b"\0" in data[:8192]


def matcher(pattern: str) -> Callable[[str], bool]:
    """Tells of paths whether they fit ``pattern``: with a slash in it by gitignore's rules as a
    whole, else the last part alone."""
    if "/" not in pattern:
        return lambda path: fnmatch.fnmatch(path.rpartition("/")[2], pattern)
    rules = parse(os.fsencode(encodable(pattern)))

    def fits(path: str) -> bool:
        parts = path.split("/")
        folders = ("/".join(parts[:depth]) + "/" for depth in range(1, len(parts)))
        return any(rules.verdict(one) for one in (path, *folders))

    return fits


def ignored(root: Path) -> Callable[[str], bool]:
    """Tells of paths below ``root``, there or not, whether ``walk`` would leave them out: as
    ignored, as a tool's, or as a secret."""
    known = {"": Ignore.at(root).within(root, "")}

    def left_out(path: str) -> bool:
        if is_secret(path) or not _SKIPPED_FOLDERS.isdisjoint(path.split("/")):
            return True
        folder, rules = "", known[""]
        for part in path.split("/")[:-1]:
            folder += part + "/"
            if rules.leaves_out(folder):
                return True
            if folder not in known:
                known[folder] = rules.within(root / folder, folder)
            rules = known[folder]
        return rules.leaves_out(path)

    return left_out


def walk(
    root: Path,
    *,
    limit: int = MAX_FILES,
    skip: Collection[str] = frozenset(),
    ignore: Ignore | None = None,
    belongs: Callable[[str], bool] | None = None,
) -> Iterator[File]:
    """The files below ``root``, nearest folders first, at most ``limit``.

    Folders whose names are in ``skip`` are left out too. ``ignore`` are the rules that hold there
    from above, by default git's. ``belongs`` tells of a file with several names (hard links)
    whether it may be read all the same, by default if git tracks it.
    """
    belongs = belongs or _Tracked(root)
    skipped = _SKIPPED_FOLDERS.union(skip)
    system = _OF_THE_SYSTEM if root == Path(root.anchor) else ()
    folders = [("", ignore or Ignore.at(root))]
    found = 0
    for folder, above in folders:  # grows while it is read: breadth first
        entries = _entries(root / folder)
        names = {entry.name for entry in entries}
        if (folder and not names.isdisjoint(_VENV_MARKS)) or names >= _BARE:
            continue
        has_rules = not names.isdisjoint(_RULES)
        rules = above.within(root / folder, folder) if has_rules else above
        for entry in entries:
            path = folder + entry.name
            if path in system or is_secret(path, folder=entry.is_folder):
                continue
            if entry.is_folder:
                if entry.name not in skipped and not rules.leaves_out(path + "/"):
                    folders.append((path + "/", rules))
            elif entry.status and _is_text_name(entry.name) and not rules.leaves_out(path):
                file = _file(path, entry.status)
                if file is None or (entry.status.st_nlink > 1 and not belongs(path)):
                    continue
                yield file
                found += 1
                if found >= limit:
                    return


def _is_text_name(name: str) -> bool:
    return name.rpartition(".")[2].lower() not in _BINARY


class _Tracked:
    """Tells of paths below ``root`` whether git tracks them; its list is read when needed.

    Package managers install by hard links from their store: in a folder of theirs, chosen as the
    workspace, every file belongs.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._installed = not _INSTALLED.isdisjoint(root.parts)

    def __call__(self, path: str) -> bool:
        return self._installed or path in self._paths

    @cached_property
    def _paths(self) -> frozenset[str]:
        return tracked(self._root)


class _Entry(NamedTuple):
    """One name in a folder. ``status`` is that of a regular file, else None."""

    name: str
    is_folder: bool
    status: os.stat_result | None


def _entries(folder: Path) -> list[_Entry]:
    """What is in a folder, by name."""
    try:
        with listing(folder) as entries:
            found = [
                _Entry(entry.name, entry.is_dir(follow_symlinks=False), _status(entry))
                for entry in entries
            ]
    except OSError:  # not ours to list, a link, or gone since
        return []
    return sorted(found)


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        regular = entry.is_file(follow_symlinks=False)
        return entry.stat(follow_symlinks=False) if regular else None
    except OSError:  # gone since
        return None


def _file(path: str, status: os.stat_result) -> File | None:
    try:
        path.encode()  # a name that is no UTF-8 can't go into the index or onto the wire
    except UnicodeEncodeError:
        return None
    if not path.isprintable():  # nor one that would break the lines it is shown in
        return None
    if not 0 < status.st_size <= MAX_SIZE:
        return None
    return File(path, status.st_size, status.st_mtime_ns)
