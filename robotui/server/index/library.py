"""The Python standard library and installed packages of a workspace, found as files.

Nothing of the workspace is imported or run: its environment is found by its files, sources are
read, metadata is parsed. The only things asked by import are the modules that are compiled into the
interpreter which runs this program, as they have no source.
"""

from __future__ import annotations

import os
import re
import site
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from robotui.text import word_set
from robotui.tree.ignore import Ignore
from robotui.tree.walk import File, walk

MAX_FILES: Final = 60_000
"""Files taken from one library folder."""

_LEFT_OUT: Final = word_set(
    """test tests testing idlelib lib2to3 turtledemo ensurepip site-packages dist-packages
    lib-dynload _vendor vendored __phello__"""
)
_VENV_FOLDERS: Final = (".venv", "venv", "env", ".env")


@dataclass(frozen=True, slots=True)
class Library:
    """One folder of modules: ``standard library`` or ``packages``."""

    name: str
    root: Path

    def files(self, root: Path) -> Iterator[File]:
        """Its Python sources, without tests and bundled copies."""
        # What a repository around it ignores, such as a folder named "build", is a package here.
        # Their installers make hard links to a store of theirs.
        found = walk(
            root, limit=MAX_FILES, skip=_LEFT_OUT, ignore=Ignore(), belongs=lambda _path: True
        )
        for file in found:
            if file.path.endswith(".py"):
                yield file


def libraries(workspace: Path, environment: Mapping[str, str] = os.environ) -> list[Library]:
    """The standard library and the package folders that programs of ``workspace`` import from.

    The environment is the workspace's own (``.venv``, ``venv``), else the active one
    (``VIRTUAL_ENV``, ``CONDA_PREFIX``), else that of the interpreter that runs this program.
    """
    chosen = [workspace / name for name in _VENV_FOLDERS]
    chosen += [
        Path(environment[name]) for name in ("VIRTUAL_ENV", "CONDA_PREFIX") if environment.get(name)
    ]
    for folder in chosen:
        packages = _package_folders(folder)
        if packages:
            standard = _standard_library(folder, packages[0])
            break
    else:
        names = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
        packages = [Path(name) for name in [*names, *site.getsitepackages()]]
        standard = Path(sysconfig.get_path("stdlib"))
    unique = dict.fromkeys(folder.resolve() for folder in packages if folder.is_dir())
    return [
        Library("standard library", standard.resolve()),
        *(Library("packages", folder) for folder in unique),
    ]


def _package_folders(folder: Path) -> list[Path]:
    if not (folder / "pyvenv.cfg").is_file() and not (folder / "conda-meta").is_dir():
        return []
    found = [*folder.glob("lib/python3*/site-packages"), *folder.glob("Lib/site-packages")]
    return sorted(found, reverse=True)


def _standard_library(environment: Path, packages: Path) -> Path:
    """The standard library of an environment's interpreter; ours if that isn't there."""
    ours = Path(sysconfig.get_path("stdlib"))
    version = packages.parent.name  # python3.11, or Lib on Windows
    places = [environment / "lib" / version]
    try:
        text = (environment / "pyvenv.cfg").read_text("utf-8", "replace")
    except OSError:
        text = ""
    home = re.search(r"^home\s*=\s*(.+?)\s*$", text, re.MULTILINE)
    if home:
        places += [Path(home[1]).parent / "lib" / version, Path(home[1]) / "Lib"]
    return next((place for place in places if (place / "os.py").is_file()), ours)


@dataclass(frozen=True, slots=True)
class Package:
    """An installed distribution."""

    name: str
    version: str
    summary: str


def packages(found: list[Library]) -> list[Package]:
    """What is installed in these folders, by its metadata files."""
    folders = [str(library.root) for library in found if library.name == "packages"]
    known: dict[str, Package] = {}
    for distribution in metadata.distributions(path=folders):
        name = distribution.metadata["Name"]
        if name:
            summary = distribution.metadata.json.get("summary", "")
            known.setdefault(name.lower(), Package(name, distribution.version, str(summary)))
    return sorted(known.values(), key=lambda package: package.name.lower())
