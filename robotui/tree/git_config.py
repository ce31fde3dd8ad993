"""git's configuration (git-config(1)), read without git: it can name programs, none is run."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from robotui.tree.git_places import GitPlace
from robotui.tree.ignore_patterns import path_matcher
from robotui.tree.safe_reading import read_in, read_linked

Config = dict[str, str]
"""The last value of each ``section.name`` or ``section.sub.name``; lower case but for ``sub``."""

_SYSTEM: Final = ("/etc/gitconfig", "/usr/local/etc/gitconfig", "/opt/homebrew/etc/gitconfig")
_DEPTH: Final = 10  # files that include each other
_HEADER: Final = re.compile(r'\[[ \t]*([\w.-]+)(?:[ \t]+"((?:[^"\\\n]|\\.)*)")?[ \t]*\]')
_NAME: Final = re.compile(r"([A-Za-z][A-Za-z0-9-]*)[ \t]*(=?)[ \t]*")
_SPACE: Final = re.compile(r"[ \t\n\r\f\v]*")
_ESCAPES: Final = {"n": "\n", "t": "\t", "b": "\b"}
_TRUE: Final = frozenset({"true", "yes", "on", "1"})


def config_of(place: GitPlace | None) -> Config:
    """The configuration that counts for a repository, or for none: the machine's, the user's, its
    own, the environment's. A file that can't be read counts as empty."""
    found: Config = {}
    control = place.control if place is not None else None
    for file in _own_files():
        _add(found, file, control)
    if place is not None:
        _add(found, place.common / "config", control)
        if is_true(found.get("extensions.worktreeconfig", "")):
            _add(found, place.control / "config.worktree", control)
    found.update(_of_environment())
    return found


def is_true(value: str) -> bool:
    """Whether git takes ``value`` for true."""
    return value.lower() in _TRUE


def user_folder() -> Path:
    """Where git's files of this user are, besides ``~/.gitconfig``."""
    given = os.environ.get("XDG_CONFIG_HOME")
    return Path(given or os.path.expanduser("~/.config")) / "git"  # noqa: PTH111 - never fails


def expanded(value: str, base: Path) -> Path:
    """A path in a configuration: from the home folder with ``~``, else from ``base``."""
    return base / os.path.expanduser(value)  # noqa: PTH111 - never fails


def _own_files() -> Iterator[Path]:
    """The files of the machine and of the user, the one that counts most last."""
    environment = os.environ
    if not is_true(environment.get("GIT_CONFIG_NOSYSTEM", "")):
        given = environment.get("GIT_CONFIG_SYSTEM")
        yield from map(Path, [given] if given is not None else _SYSTEM)
    given = environment.get("GIT_CONFIG_GLOBAL")
    home = expanded("~/.gitconfig", Path())
    yield from [Path(given)] if given is not None else [user_folder() / "config", home]


def _of_environment() -> Config:
    """What GIT_CONFIG_KEY_0 and the like say."""
    count = os.environ.get("GIT_CONFIG_COUNT", "")
    found: Config = {}
    for number in range(min(int(count), 1000) if count.isdecimal() else 0):
        section, _, name = os.environ.get(f"GIT_CONFIG_KEY_{number}", "").rpartition(".")
        found[f"{section}.{name}".lower()] = os.environ.get(f"GIT_CONFIG_VALUE_{number}", "")
    return found


def _add(found: Config, file: Path, control: Path | None, depth: int = 0) -> None:
    """Read ``file``, and what it includes, into ``found``."""
    data = read_linked(file) if depth < _DEPTH else None
    for section, sub, name, value in _entries((data or b"").decode("utf-8", "surrogateescape")):
        found[".".join(filter(None, (section, sub, name)))] = value
        if name != "path" or not value:
            continue
        if section == "include" or (section == "includeif" and _holds(sub, file, control)):
            _add(found, expanded(value, file.parent), control, depth + 1)


def _holds(condition: str, file: Path, control: Path | None) -> bool:
    """Whether what ``file`` includes on a condition is included."""
    kind, _, pattern = condition.partition(":")
    pattern += "**" if pattern.endswith("/") else ""
    if control is None:
        return False
    if kind == "onbranch":
        head = (read_in(control, "HEAD", 1024) or b"").decode("utf-8", "surrogateescape").strip()
        branch = head.removeprefix("ref: refs/heads/")
        return branch != head and path_matcher(pattern)(branch)
    if kind not in ("gitdir", "gitdir/i"):
        return False
    if pattern.startswith("./"):
        pattern = os.path.realpath(file.parent) + pattern[1:]
    pattern = os.path.expanduser(pattern)  # noqa: PTH111 - never fails
    pattern = pattern if pattern.startswith("/") else f"**/{pattern}"
    fits = path_matcher(pattern, any_case=kind.endswith("/i"))
    # A pattern that ends in a slash means what is below, and the repository's folder itself.
    return any(fits(place) for place in (os.path.realpath(control), str(control.absolute())))


def _entries(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Section, subsection, name and value of each line; lines that make no sense are passed
    over."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    section, sub, at = "", "", 0
    while (at := _next(text, at)) < len(text):
        header, name = _HEADER.match(text, at), _NAME.match(text, at)
        if header:
            section, _, dotted = header[1].lower().partition(".")
            sub = re.sub(r"\\(.)", r"\1", header[2]) if header[2] is not None else dotted
            at = header.end()
        elif name:
            value, at = _value(text, name.end()) if name[2] else ("true", name.end())
            yield section, sub, name[1].lower(), value
        else:
            at = _line_end(text, at)


def _next(text: str, at: int) -> int:
    """Where the next header or name is, behind blanks and comments."""
    while True:
        match = _SPACE.match(text, at)
        at = match.end() if match else at
        if text[at : at + 1] not in ("#", ";"):
            return at
        at = _line_end(text, at)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _value(text: str, at: int) -> tuple[str, int]:
    """The value that begins at ``at``, and where its line ends."""
    value, kept, quoted = "", 0, False  # ``kept``: so much of it stays though it ends in blanks
    while at < len(text) and text[at] != "\n":
        sign, at = text[at], at + 1
        if sign == '"':
            quoted = not quoted
        elif sign in "#;" and not quoted:
            at = _line_end(text, at)
            break
        elif sign == "\\":
            escaped, at = text[at : at + 1], at + 1
            value += "" if escaped == "\n" else _ESCAPES.get(escaped, escaped)
            kept = len(value)
        else:
            value += sign
        kept = len(value) if quoted else kept
    return value[:kept] + value[kept:].rstrip(" \t\r"), at
