"""A repository's history and changes, read without running git.

git's own configuration can name programs (filters, file-system monitors, external diffs), and the
repository may be anyone's. So only its objects and refs are read, with dulwich, where git_trust.py
says that they are the workspace's own; and of them what is about the workspace.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from robotui.secret_texts import secret_in
from robotui.server.models.git_repository import find, opened
from robotui.text import one_line
from robotui.tree.safe_reading import MAX_SIZE
from robotui.tree.walk import ignored, is_binary

if TYPE_CHECKING:
    from dulwich.objects import Commit

MAX_COMMITS: Final = 50
"""Commits that are listed at once."""

_STOPPED: Final = "(stopped here: it took too long)\n"
_CHANGES: Final = 20_000  # files of one change that are looked at
_LINES: Final = 4000  # of a file that is compared: difflib's time grows with their square


def there(root: Path) -> bool:
    """Whether ``root`` is a repository whose history can be read."""
    try:
        import dulwich  # noqa: F401 - whether it is installed
    except ImportError:
        return False
    return find(root) is not None


def log(root: Path, path: str, count: int) -> Iterator[str]:
    """The latest commits, one text each; those that touch ``path`` if it is given.

    Raises WorkspaceError.
    """
    with opened(root) as repository:
        from dulwich.walk import Walker

        prefix = "/".join(filter(None, (*repository.inner, path.strip("/")))).encode()
        wanted = max(1, min(count, MAX_COMMITS))
        shown = 0
        try:
            for entry in Walker(repository.store, [repository.head()]):
                if not prefix or any(_is_below(prefix, name) for name in _touched(entry.changes())):
                    yield _commit(entry.commit)
                    shown += 1
                if shown >= wanted:
                    return
        except repository.too_long:
            yield _STOPPED


def diff(root: Path, path: str, revision: str, files: Collection[str]) -> Iterator[str]:
    """Unified diffs, one a file: what the commit ``revision`` changed; without one, what the
    workspace has changed since the last commit. ``files`` are those that may be read.

    Raises WorkspaceError.
    """
    prefix = path.strip("/").encode()
    left_out = ignored(root)
    with opened(root) as repository:
        changes = repository.changes(revision) if revision else repository.uncommitted(files)
        try:
            for name, old, new in islice(changes, _CHANGES):
                if (prefix and not _is_below(prefix, name.encode())) or left_out(name):
                    continue
                yield _unified(name, old(), new())
                repository.store.check_time()
        except repository.too_long:
            yield _STOPPED


def _is_below(prefix: bytes, name: bytes) -> bool:
    return name == prefix or name.startswith(prefix + b"/")


def _touched(changes: object) -> Iterator[bytes]:
    """The paths in the changes of a commit: a list, or for a merge a list of lists."""
    from dulwich.diff_tree import TreeChange

    if isinstance(changes, TreeChange):
        for side in (changes.old, changes.new):
            if side is not None and side.path:
                yield side.path
    elif isinstance(changes, list):
        for change in changes:
            yield from _touched(change)


def _commit(commit: Commit) -> str:
    try:
        when = datetime.fromtimestamp(commit.commit_time, UTC).strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        when = "at no real time"
    author = one_line(commit.author.decode("utf-8", "replace"), 80)
    message = commit.message.decode("utf-8", "replace").strip()[:1000]
    head = f"commit {commit.id.decode()[:12]}  {when}  {author}\n"
    return head + "".join(f"    {line}\n" for line in message.splitlines())


def _unified(name: str, old: bytes | None, new: bytes | None) -> str:
    if old is None or new is None:
        return f"{name}: too large to compare\n"
    if secret := secret_in(old) or secret_in(new):
        return f"{name}: holds {secret}, not shown\n"
    if is_binary(old) or is_binary(new):
        return f"{name}: binary, changed\n"
    before, after = _lines(old), _lines(new)
    if max(len(before), len(after)) > _LINES or max(len(old), len(new)) > MAX_SIZE:
        return f"{name}: too large to compare ({len(before)} -> {len(after)} lines)\n"
    ends = (f"a/{name}" if old else "/dev/null", f"b/{name}" if new else "/dev/null")
    return "".join(f"{line}\n" for line in difflib.unified_diff(before, after, *ends, lineterm=""))


def _lines(data: bytes) -> list[str]:
    lines = data.decode("utf-8", "replace").split("\n")
    return lines if lines[-1] else lines[:-1]
