"""What is around the program: terminal, folders, versions."""

from __future__ import annotations

import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import fields
from importlib import metadata
from pathlib import Path
from typing import Final

from robotui import __version__
from robotui.config import Paths
from robotui.doctor.finding import Finding

_TAKES_ALT_DIGITS: Final = {
    "Apple_Terminal": "no, until Settings > Profiles > Keyboard > Use Option as Meta Key is on",
    "iTerm.app": "no, until Settings > Profiles > Keys > Left Option Key is set to Esc+",
    "VTE": "maybe: some terminals of this family switch tabs with them; see their shortcuts",
}


def surroundings(paths: Paths, environment: Mapping[str, str]) -> list[Finding]:
    """The terminal, the folders and the versions; harmless values only."""
    return [*_terminal(environment), *_folders(paths), *_versions()]


def _terminal(environment: Mapping[str, str]) -> Iterator[Finding]:
    names = ("TERM", "COLORTERM", "TERM_PROGRAM", "DISPLAY", "WAYLAND_DISPLAY")
    known = [f"{name}={environment[name]}" for name in names if environment.get(name)]
    known += [f"{name} set" for name in ("SSH_CONNECTION", "TMUX", "STY") if environment.get(name)]
    yield Finding("environment", ", ".join(known) or "nothing about the terminal is set")
    columns, rows = shutil.get_terminal_size((0, 0))
    yield Finding("size", f"{columns} x {rows}" if columns else "unknown: no terminal here")
    encoding = getattr(sys.__stderr__, "encoding", None) or "unknown"
    utf8 = encoding.replace("-", "").lower() == "utf8"
    hint = "" if utf8 else ": some characters can't be shown; set LC_ALL to a UTF-8 locale"
    yield Finding("characters", "UTF-8" if utf8 else encoding + hint)
    yield Finding("colours", _colours(environment))
    yield Finding("Alt+1 .. 9", _alt_digits(environment))


def _colours(environment: Mapping[str, str]) -> str:
    if environment.get("NO_COLOR"):
        return "off: NO_COLOR is set"
    if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "true colour"
    return "reduced: COLORTERM is not truecolor; set it if your terminal can"


def _alt_digits(environment: Mapping[str, str]) -> str:
    family = "VTE" if environment.get("VTE_VERSION") else environment.get("TERM_PROGRAM", "")
    if environment.get("LC_TERMINAL") == "iTerm2":
        family = "iTerm.app"
    return _TAKES_ALT_DIGITS.get(family, "nothing known against them; /copy 2 does the same")


def _folders(paths: Paths) -> Iterator[Finding]:
    for field in fields(paths):
        folder: Path = getattr(paths, field.name)
        yield Finding(field.name, f"{folder}: {_writable(folder)}")


def _writable(folder: Path) -> str:
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        with tempfile.TemporaryFile(dir=there):
            return "writable" if there == folder else "will be made"
    except OSError as error:
        return f"NOT WRITABLE: {error.strerror}"


def _versions() -> Iterator[Finding]:
    textual = metadata.version("textual")
    python = f"Python {platform.python_version()} on {platform.system()}"
    yield Finding("versions", f"robotui {__version__}, Textual {textual}, {python}")
    yield Finding("keyring", "see `robotui status`")
