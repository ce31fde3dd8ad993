"""The commits, changes and files of the repository that a workspace is in, read with dulwich."""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from robotui.errors import WorkspaceError
from robotui.server.models.git_trust import check
from robotui.text import one_line
from robotui.tree import git_places
from robotui.tree.git_places import GitPlace
from robotui.tree.safe_reading import read

if TYPE_CHECKING:
    from dulwich.objects import Commit, ObjectID

_SECONDS: Final = 5.0  # that one look into a repository may take
_FILES: Final = 200_000  # files of a commit
_DEPTH: Final = 200  # folders below each other
_REMEDY: Final = "Use the other tools."
_REVISION: Final = re.compile(r"(?P<name>[\w./-]+?)(?:~(?P<back>\d{1,3}))?")
_SHA: Final = re.compile(r"[0-9a-f]{4,40}")

Content = Callable[[], bytes | None]  # None: too large
Change = tuple[str, Content, Content]
"""The name of a file, and what it held before and afterwards."""


def find(root: Path) -> GitPlace | None:
    """The repository that the workspace is in, or is itself."""
    return git_places.find(root) or git_places.bare(root)


class Repository:
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

    def changes(self, revision: str) -> Iterator[Change]:
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

    def uncommitted(self, files: Collection[str]) -> Iterator[Change]:
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
def opened(root: Path) -> Iterator[Repository]:
    """The repository of ``root``. Raises WorkspaceError, also for what goes wrong in the block."""
    from dulwich.errors import FileFormatException, MissingCommitError, NotGitRepository

    place = find(root)
    if place is None:
        raise WorkspaceError("The workspace is in no repository.", _REMEDY)
    check(place, root)
    try:
        with closing(Repository(root, place)) as repository:
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
