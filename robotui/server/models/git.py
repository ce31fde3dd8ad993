"""A repository's history and changes, read without running git.

git's own configuration can name programs (filters, file-system monitors, external diffs), and the
repository may be anyone's. So only its objects and refs are read, with dulwich, and only if they
lie inside the workspace's own ``.git`` folder.
"""

from __future__ import annotations

import difflib
import os
import re
import time
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from robotui.errors import WorkspaceError
from robotui.server.index.walk import MAX_SIZE, is_binary, is_secret, read
from robotui.text import one_line

if TYPE_CHECKING:
    from dulwich.object_store import DiskObjectStore
    from dulwich.objects import Commit, ObjectID

MAX_COMMITS: Final = 50
"""Commits that are listed at once."""

_SECONDS: Final = 5.0  # that one look into a repository may take
_LINES: Final = 4000  # of a file that is compared: difflib's time grows with their square
_REMEDY: Final = "Use the other tools."
_REVISION: Final = re.compile(r"(?P<name>[\w./-]+?)(?:~(?P<back>\d{1,3}))?")

_Change = tuple[str, Callable[[], bytes], Callable[[], bytes]]


def there(root: Path) -> bool:
    """Whether ``root`` is a repository whose history can be read."""
    try:
        import dulwich  # noqa: F401 - whether it is installed
    except ImportError:
        return False
    return (root / ".git").is_dir()


def log(root: Path, path: str, count: int) -> Iterator[str]:
    """The latest commits, one text each; those that touch ``path`` if it is given.

    Raises WorkspaceError.
    """
    until = time.monotonic() + _SECONDS
    prefix = path.strip("/").encode()
    with _opened(root) as repository:
        from dulwich.walk import Walker

        shown = 0
        for entry in Walker(repository.store, [repository.head()]):
            if not prefix or any(_is_below(prefix, name) for name in _touched(entry.changes())):
                yield _commit(entry.commit)
                shown += 1
            if shown >= min(count, MAX_COMMITS):
                return
            if time.monotonic() > until:
                yield "(stopped here: it took too long)\n"
                return


def diff(root: Path, path: str, revision: str, files: Collection[str]) -> Iterator[str]:
    """Unified diffs, one a file: what the commit ``revision`` changed; without one, what the
    workspace has changed since the last commit. ``files`` are those that may be read.

    Raises WorkspaceError.
    """
    until = time.monotonic() + _SECONDS
    prefix = path.strip("/").encode()
    with _opened(root) as repository:
        changes = repository.changes(revision) if revision else repository.uncommitted(files)
        for name, old, new in changes:
            if is_secret(name) or (prefix and not _is_below(prefix, name.encode())):
                continue
            yield _unified(name, old(), new())
            if time.monotonic() > until:
                yield "(stopped here: it took too long)\n"
                return


class _Repository:
    """Objects and refs of one repository."""

    def __init__(self, root: Path) -> None:
        from dulwich.object_store import DiskObjectStore
        from dulwich.refs import DiskRefsContainer

        self._root = root
        self.store: DiskObjectStore = DiskObjectStore(str(root / ".git" / "objects"))
        self._refs = DiskRefsContainer(str(root / ".git"))

    def close(self) -> None:
        """Close the packs."""
        self.store.close()

    def head(self) -> ObjectID:
        """The last commit."""
        return self._named("HEAD")

    def _named(self, name: str) -> ObjectID:
        from dulwich.objects import Commit, ObjectID, Tag
        from dulwich.objectspec import scan_for_short_id
        from dulwich.refs import Ref

        if name == "HEAD":
            return self._refs[Ref(b"HEAD")]
        known = self._refs.as_dict()
        for folder in ("refs/heads/", "refs/tags/", "refs/remotes/", ""):
            found = known.get(Ref((folder + name).encode()))
            if found is not None:
                value = self.store[found]
                return ObjectID(value.object[1]) if isinstance(value, Tag) else found
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
        before = parent.tree if isinstance(parent, Commit) else None
        for change in tree_changes(self.store, before, commit.tree):
            old, new = change.old, change.new
            name = (new and new.path) or (old and old.path) or b""
            yield (
                name.decode("utf-8", "replace"),
                self._blob(old.sha if old else None),
                self._blob(new.sha if new else None),
            )

    def uncommitted(self, files: Collection[str]) -> Iterator[_Change]:
        """What the workspace has changed since the last commit."""
        from dulwich.objects import Blob

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
        tree = commit.tree if isinstance(commit, Commit) else None
        return {
            entry.path.decode("utf-8", "replace"): entry.sha
            for entry in iter_tree_contents(self.store, tree)
            if entry.path is not None and entry.sha is not None
        }

    def _blob(self, sha: ObjectID | None) -> Callable[[], bytes]:
        from dulwich.objects import Blob

        def content() -> bytes:
            # A submodule's commit is not in here.
            value = self.store[sha] if sha is not None and sha in self.store else None
            return value.data if isinstance(value, Blob) else b""

        return content


@contextmanager
def _opened(root: Path) -> Iterator[_Repository]:
    """The repository of ``root``. Raises WorkspaceError, also for what goes wrong in the block."""
    _check_inside(root / ".git")
    from dulwich.errors import FileFormatException, MissingCommitError, NotGitRepository

    try:
        with closing(_Repository(root)) as repository:
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


def _check_inside(control: Path) -> None:
    """Raises WorkspaceError if anything that would be read lies outside of ``control``."""
    if control.is_symlink() or not control.is_dir():
        raise WorkspaceError("The workspace is not the top of a repository of its own.", _REMEDY)
    for name in ("commondir", "objects/info/alternates", "objects/info/http-alternates"):
        if os.path.lexists(control / name):
            raise WorkspaceError("The repository borrows from another; it is not read.", _REMEDY)
    for folder in (control, control / "objects", control / "objects/pack", control / "refs"):
        try:
            with os.scandir(folder) as entries:
                linked = any(entry.is_symlink() for entry in entries)
        except OSError:
            linked = False
        if linked:
            raise WorkspaceError("The repository has symbolic links; it is not read.", _REMEDY)


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
    when = datetime.fromtimestamp(commit.commit_time, UTC).strftime("%Y-%m-%d %H:%M")
    author = one_line(commit.author.decode("utf-8", "replace"), 80)
    message = commit.message.decode("utf-8", "replace").strip()[:1000]
    head = f"commit {commit.id.decode()[:12]}  {when}  {author}\n"
    return head + "".join(f"    {line}\n" for line in message.splitlines())


def _unified(name: str, old: bytes, new: bytes) -> str:
    if is_binary(old) or is_binary(new):
        return f"{name}: binary, changed\n"
    before, after = _lines(old), _lines(new)
    if max(len(before), len(after)) > _LINES or max(len(old), len(new)) > MAX_SIZE:
        return f"{name}: too large to compare ({len(before)} -> {len(after)} lines)\n"
    ends = (f"a/{name}" if old else "/dev/null", f"b/{name}" if new else "/dev/null")
    return "".join(f"{line}\n" for line in difflib.unified_diff(before, after, *ends, lineterm=""))


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").splitlines()
