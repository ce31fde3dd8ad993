"""A repository's history and changes, read without running git.

git's own configuration can name programs (filters, file-system monitors, external diffs), and the
repository may be anyone's. So only its objects and refs are read, with dulwich, where git_trust.py
says that they are the workspace's own; and of them what is about the workspace.
"""

from __future__ import annotations

import difflib
import os
import re
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from robotui.errors import WorkspaceError
from robotui.secret_texts import secret_in
from robotui.server.index import git_places
from robotui.server.index.git_places import GitPlace
from robotui.server.index.reading import MAX_SIZE, read
from robotui.server.index.walk import ignored, is_binary
from robotui.server.models.git_trust import check
from robotui.text import one_line

if TYPE_CHECKING:
    from dulwich.objects import Commit, ObjectID

MAX_COMMITS: Final = 50
"""Commits that are listed at once."""

_SECONDS: Final = 5.0  # that one look into a repository may take
_STOPPED: Final = "(stopped here: it took too long)\n"
_CHANGES: Final = 20_000  # files of one change that are looked at
_FILES: Final = 200_000  # files of a commit
_DEPTH: Final = 200  # folders below each other
_LINES: Final = 4000  # of a file that is compared: difflib's time grows with their square
_REMEDY: Final = "Use the other tools."
_REVISION: Final = re.compile(r"(?P<name>[\w./-]+?)(?:~(?P<back>\d{1,3}))?")
_SHA: Final = re.compile(r"[0-9a-f]{4,40}")

_Content = Callable[[], bytes | None]  # None: too large
_Change = tuple[str, _Content, _Content]


def there(root: Path) -> bool:
    """Whether ``root`` is a repository whose history can be read."""
    try:
        import dulwich  # noqa: F401 - whether it is installed
    except ImportError:
        return False
    return _place(root) is not None


def _place(root: Path) -> GitPlace | None:
    """The repository that the workspace is in, or is itself."""
    return git_places.find(root) or git_places.bare(root)


def log(root: Path, path: str, count: int) -> Iterator[str]:
    """The latest commits, one text each; those that touch ``path`` if it is given.

    Raises WorkspaceError.
    """
    with _opened(root) as repository:
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
    with _opened(root) as repository:
        changes = repository.changes(revision) if revision else repository.uncommitted(files)
        try:
            for name, old, new in islice(changes, _CHANGES):
                if (prefix and not _is_below(prefix, name.encode())) or left_out(name):
                    continue
                yield _unified(name, old(), new())
                repository.store.check_time()
        except repository.too_long:
            yield _STOPPED


class _Repository:
    """Objects and refs of one repository, as far as they are about the workspace ``root``."""

    def __init__(self, root: Path, place: GitPlace) -> None:
        from robotui.server.models.git_store import Objects, TooLongError

        self._root = root
        self._place = place
        self.inner = root.relative_to(place.top).parts
        """The path from the top of its work tree to the workspace."""
        self.store = Objects(place.common, _SECONDS)
        self.too_long = TooLongError

    def close(self) -> None:
        """Close the packs."""
        self.store.close()

    def head(self) -> ObjectID:
        """The last commit. Raises WorkspaceError if there is none yet."""
        try:
            return self._named("HEAD")
        except LookupError as error:
            raise WorkspaceError("The repository has no commit on this branch yet.", "") from error

    def _named(self, name: str) -> ObjectID:
        from dulwich.objects import Commit, ObjectID, Tag
        from dulwich.objectspec import scan_for_short_id

        from robotui.server.models.git_store import find_ref

        for folder in ("", "refs/heads/", "refs/tags/", "refs/remotes/"):
            found = find_ref(self._place.control, folder + name, self._place.common)
            if found is not None:
                value = self.store[found]
                return ObjectID(value.object[1]) if isinstance(value, Tag) else found
        if _SHA.fullmatch(name) is None:
            raise LookupError(name)
        return scan_for_short_id(self.store, name.encode(), Commit).id

    def _commit(self, revision: str) -> Commit:
        from dulwich.objects import Commit

        match = _REVISION.fullmatch(revision)
        if match is None:
            raise WorkspaceError(f"{one_line(revision, 60)!r} names no commit", _REMEDY)
        commit = self.store[self._named(match["name"])]
        for _ in range(int(match["back"] or 0)):
            if isinstance(commit, Commit) and commit.parents:
                commit = self.store[commit.parents[0]]
        if not isinstance(commit, Commit):
            raise WorkspaceError(f"{one_line(revision, 60)!r} names no commit", _REMEDY)
        return commit

    def changes(self, revision: str) -> Iterator[_Change]:
        """What a commit changed against its first parent."""
        from dulwich.diff_tree import tree_changes
        from dulwich.objects import Commit

        commit = self._commit(revision)
        parent = self.store[commit.parents[0]] if commit.parents else None
        before = self._tree(parent) if isinstance(parent, Commit) else None
        for change in tree_changes(self.store, before, self._tree(commit)):
            old, new = change.old, change.new
            name = (new and new.path) or (old and old.path) or b""
            yield (
                name.decode("utf-8", "replace"),
                self._blob(old.sha if old else None),
                self._blob(new.sha if new else None),
            )

    def _tree(self, commit: Commit) -> ObjectID | None:
        """The folder of the workspace as a commit has it; None if it has none."""
        from dulwich.objects import Tree

        sha: ObjectID | None = commit.tree
        for part in self.inner:
            tree = self.store[sha] if sha is not None else None
            name = os.fsencode(part)
            sha = tree[name][1] if isinstance(tree, Tree) and name in tree else None
        return sha

    def uncommitted(self, files: Collection[str]) -> Iterator[_Change]:
        """What the workspace has changed since the last commit."""
        from dulwich.objects import Blob

        if self._place.bare:
            raise WorkspaceError("A bare repository has no files to compare.", "Name a commit.")
        committed = self._files()
        for name in sorted({*files, *committed}):
            blob = committed.get(name)
            if name in files:
                data = read(self._root, name) or b""
                if blob is None or Blob.from_string(data).id != blob:
                    yield name, self._blob(blob), partial(bytes, data)
            # Left out of the workspace's files is not the same as deleted.
            elif not os.path.lexists(self._root / name):
                yield name, self._blob(blob), bytes

    def _files(self) -> dict[str, ObjectID]:
        from dulwich.object_store import iter_tree_contents
        from dulwich.objects import Commit

        commit = self.store[self.head()]
        tree = self._tree(commit) if isinstance(commit, Commit) else None
        found: dict[str, ObjectID] = {}
        if tree is None:
            return found
        for entry in iter_tree_contents(self.store, tree, max_depth=_DEPTH):
            if entry.path is not None and entry.sha is not None:
                found[entry.path.decode("utf-8", "replace")] = entry.sha
            if len(found) > _FILES:
                raise WorkspaceError("The last commit has too many files.", _REMEDY)
        return found

    def _blob(self, sha: ObjectID | None) -> Callable[[], bytes | None]:
        from dulwich.objects import Blob

        from robotui.server.models.git_store import TooLargeError

        def content() -> bytes | None:
            if sha is None:
                return b""
            try:
                value = self.store[sha]
            except KeyError:  # a submodule's commit is not in here
                return b""
            except TooLargeError:
                return None
            return value.data if isinstance(value, Blob) else b""

        return content


@contextmanager
def _opened(root: Path) -> Iterator[_Repository]:
    """The repository of ``root``. Raises WorkspaceError, also for what goes wrong in the block."""
    from dulwich.errors import FileFormatException, MissingCommitError, NotGitRepository

    place = _place(root)
    if place is None:
        raise WorkspaceError("The workspace is in no repository.", _REMEDY)
    check(place, root)
    try:
        with closing(_Repository(root, place)) as repository:
            yield repository
    except (
        *(NotGitRepository, FileFormatException, MissingCommitError, AssertionError, zlib.error),
        *(OSError, ValueError, LookupError),
    ) as error:
        # Their words may quote files that are no part of a repository.
        kind = type(error).__name__
        raise WorkspaceError(
            f"There is no such commit, or the repository can't be read ({kind})", _REMEDY
        ) from error


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
