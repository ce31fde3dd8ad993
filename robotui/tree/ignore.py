"""Which files of a workspace are ignored: what git's rules say, from everywhere they can stand.

From the weakest to the strongest (gitignore(5)): the user's own excludes (``core.excludesFile``,
else ``~/.config/git/ignore``), the repository's ``info/exclude``, and the ``.gitignore`` files from
its top down. In a repository inside another one both have their say. A file that is ignored and
committed all the same is left out too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from robotui.tree import git_places
from robotui.tree.git_config import config_of, expanded, is_true, user_folder
from robotui.tree.git_places import GitPlace
from robotui.tree.ignore_patterns import Rules, parse
from robotui.tree.safe_reading import read, read_linked

_LENGTH: Final = 8 << 20  # bytes of an ignore file that count

_IGNORE_FILE: Final = ".gitignore"


@dataclass(frozen=True, slots=True)
class _Scope:
    """The rules of one ignore file, and what its paths lack or have more than the workspace's."""

    rules: Rules
    prefix: str = ""
    """From its folder to the workspace, where it is above."""
    skip: int = 0
    """Length of the path from the workspace to its folder, where it is below."""

    def verdict(self, path: str) -> bool | None:
        return self.rules.verdict(self.prefix + path[self.skip :])


class Ignore:
    """The ignore rules in force in one folder of a workspace."""

    def __init__(self, scopes: tuple[_Scope, ...] = (), *, any_case: bool = False) -> None:
        self._scopes = scopes  # the strongest last
        self._any_case = any_case

    @classmethod
    def at(cls, root: Path) -> Ignore:
        """The rules that hold at the workspace ``root`` before its own ``.gitignore`` is read.

        A workspace that is itself ignored (a build folder, an environment) was chosen on purpose:
        the rules that say so do not count.
        """
        place = git_places.find(root)
        excludes, any_case = _excludes(place)
        if place is None:
            return cls(tuple(_Scope(rules) for rules in excludes), any_case=any_case)
        scopes = [_Scope(rules, _inner(place.top, root)) for rules in excludes]
        below = root.parts[len(place.top.parts) :]
        for depth in range(len(below)):
            folder = place.top.joinpath(*below[:depth])
            rules = parse(read(folder, _IGNORE_FILE, 0, _LENGTH) or b"", any_case=any_case)
            scopes.append(_Scope(rules, _inner(folder, root)))
        ignored = any(_is_ignored(scopes, depth + 1) for depth in range(len(below)))
        return cls(tuple(_sparing(scopes) if ignored else scopes), any_case=any_case)

    def within(self, folder: Path, base: str) -> Ignore:
        """These rules and those that begin in ``folder``, which is ``base`` in the workspace."""
        scopes, any_case = list(self._scopes), self._any_case
        place = git_places.at(folder) if base else None
        if place is not None:
            excludes, any_case = _excludes(place)
            scopes += [_Scope(rules, skip=len(base)) for rules in excludes]
        data = read(folder, _IGNORE_FILE, 0, _LENGTH)
        if data:
            scopes.append(_Scope(parse(data, any_case=any_case), skip=len(base)))
        if len(scopes) == len(self._scopes):
            return self
        return Ignore(tuple(scopes), any_case=any_case)

    def leaves_out(self, path: str) -> bool:
        """Whether ``path`` (in the workspace; a folder ends in a slash) is ignored.

        The folders that it is in are not: who asks has asked for those before.
        """
        for scope in reversed(self._scopes):
            verdict = scope.verdict(path)
            if verdict is not None:
                return verdict
        return False


def _inner(folder: Path, root: Path) -> str:
    inner = root.relative_to(folder).as_posix()
    return "" if inner == "." else f"{inner}/"


def _is_ignored(scopes: list[_Scope], up: int) -> bool:
    """Whether the workspace is ignored (``up`` 1), or a folder so many levels above it."""
    for scope in reversed(scopes):
        around = _around(scope)
        verdict = scope.rules.verdict(around[-up]) if up <= len(around) else None
        if verdict is not None:
            return verdict
    return False


def _sparing(scopes: list[_Scope]) -> Iterator[_Scope]:
    """``scopes`` without the rules that ignore the workspace, or a folder that it is in."""
    for scope in scopes:
        yield _Scope(scope.rules.without(_around(scope)), scope.prefix)


def _around(scope: _Scope) -> list[str]:
    """The folders from that of the rules, which is left out, to the workspace."""
    parts = scope.prefix.split("/")[:-1]
    return ["/".join(parts[: depth + 1]) + "/" for depth in range(len(parts))]


def _excludes(place: GitPlace | None) -> tuple[list[Rules], bool]:
    """The user's and the repository's own excludes, the stronger last; whether ``a`` is ``A``."""
    config = config_of(place)
    any_case = is_true(config.get("core.ignorecase", ""))
    named = config.get("core.excludesfile")
    base = place.top if place is not None else Path()
    files = [user_folder() / "ignore" if named is None else expanded(named, base)]
    files += [place.common / "info" / "exclude"] if place is not None else []
    found = [parse(read_linked(file, _LENGTH) or b"", any_case=any_case) for file in files]
    return [rules for rules in found if rules], any_case
