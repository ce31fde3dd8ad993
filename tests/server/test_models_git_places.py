"""History in a worktree, a submodule, a folder of a repository, a bare one; or why none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from robotui.errors import WorkspaceError
from robotui.server.models import git_history, git_trust
from robotui.tree.git_places import GitPlace
from tests.needs import need
from tests.tree.test_ignore import git as run_git
from tests.tree.test_ignore import write


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two commits: in ``src`` and beside it."""
    need("git")
    root = tmp_path / "repository"
    root.mkdir()
    run_git(root, "init", "-q", "-b", "main")
    save(root, "Begin", {"src/a.py": "x = 1\n", "other.py": "y = 1\n"})
    save(root, "Inside", {"src/a.py": "x = 2\n"})
    save(root, "Beside", {"other.py": "y = 2\n"})
    return root


def save(root: Path, message: str, files: dict[str, str]) -> None:
    write(root, files)
    run_git(root, "add", "-A")
    run_git(root, "commit", "-qm", message)


def log(root: Path, path: str = "") -> list[str]:
    return [entry.split("    ")[1].strip() for entry in git_history.log(root, path, 20)]


def diff(root: Path, commit: str = "", *files: str) -> str:
    return "".join(git_history.diff(root, "", commit, files))


def test_in_a_folder_of_a_repository_what_is_about_it(repository: Path) -> None:
    src = repository / "src"
    assert git_history.there(src)
    assert log(src) == ["Inside", "Begin"]
    assert log(repository) == ["Beside", "Inside", "Begin"]
    assert diff(src, "HEAD") == ""
    assert "a/a.py" in diff(src, "HEAD~1")
    assert "other" not in diff(src, "HEAD~2")
    (src / "a.py").write_text("x = 3\n", "utf-8")
    assert "+x = 3" in diff(src, "", "a.py")
    assert "a/src/a.py" in diff(repository, "", "src/a.py", "other.py")


def test_in_a_folder_that_no_commit_has(repository: Path) -> None:
    write(repository, {"new/b.py": "z = 1\n"})
    assert log(repository / "new") == []
    assert diff(repository / "new", "HEAD") == ""
    assert "+z = 1" in diff(repository / "new", "", "b.py")


@pytest.mark.parametrize("packed", [False, True])
def test_in_a_worktree(repository: Path, tmp_path: Path, packed: bool) -> None:
    tree = tmp_path / "tree"
    run_git(repository, "worktree", "add", "-q", "-b", "side", str(tree))
    save(tree, "Aside", {"aside.py": "w = 1\n"})
    if packed:
        run_git(repository, "pack-refs", "--all")
        run_git(repository, "gc", "-q")
    assert log(tree) == ["Aside", "Beside", "Inside", "Begin"]
    assert log(tree / "src") == ["Inside", "Begin"]
    assert log(repository) == ["Beside", "Inside", "Begin"]
    assert "aside.py" in diff(tree, "side")
    assert "y = 2" in diff(tree, "main")


def test_in_a_submodule(repository: Path, tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    outer.mkdir()
    run_git(outer, "init", "-q")
    run_git(outer, "submodule", "add", "-q", str(repository), "lib/sub")
    save(outer, "Outer", {"a.py": "v = 1\n"})
    assert log(outer / "lib/sub") == ["Beside", "Inside", "Begin"]
    assert log(outer / "lib/sub/src") == ["Inside", "Begin"]
    assert log(outer) == ["Outer"]


def test_in_a_bare_repository(repository: Path, tmp_path: Path) -> None:
    run_git(tmp_path, "clone", "-q", "--bare", str(repository), "bare.git")
    bare = tmp_path / "bare.git"
    assert log(bare) == ["Beside", "Inside", "Begin"]
    assert "+y = 2" in diff(bare, "HEAD")
    with pytest.raises(WorkspaceError, match="no files to compare"):
        diff(bare)


def _no_commit(root: Path) -> None:
    run_git(root, "symbolic-ref", "HEAD", "refs/heads/none")


def _separate(root: Path) -> None:
    (root / ".git").rename(root.parent / "elsewhere")
    (root / ".git").write_text("gitdir: ../elsewhere\n", "utf-8")


def _no_head(root: Path) -> None:
    (root / ".git/HEAD").unlink()


def _borrowing(root: Path) -> None:
    (root / ".git/objects/info/alternates").write_text("/elsewhere\n", "utf-8")


def _reftable(root: Path) -> None:
    run_git(root, "config", "extensions.refStorage", "reftable")


def _gone(root: Path) -> None:
    (root / ".git").rename(root.parent / "elsewhere")
    (root / ".git").write_text("gitdir: nowhere\n", "utf-8")


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_no_commit, "no commit on this branch yet"),
        (_separate, "does not point back"),
        (_no_head, "damaged"),
        (_borrowing, "borrows"),
        (_reftable, "refstorage = reftable"),
        (_gone, "does not point back"),
    ],
)
def test_why_there_is_no_history(repository: Path, harm: Any, words: str) -> None:
    harm(repository)
    assert git_history.there(repository)
    with pytest.raises(WorkspaceError, match=words):
        log(repository)


def test_a_worktree_that_is_another_ones_is_not_read(repository: Path, tmp_path: Path) -> None:
    """A folder that says it is a worktree or submodule of a repository which does not know it."""
    run_git(repository, "worktree", "add", "-q", "-b", "side", str(tmp_path / "tree"))
    for name in ("worktrees/tree", "modules/sub", "."):
        thief = tmp_path / "thief"
        write(thief, {".git": f"gitdir: {repository}/.git/{name}\n"})
        with pytest.raises(WorkspaceError, match=r"does not point back|not there|damaged"):
            log(thief)


def test_a_repository_of_another_user_above_is_not_read(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_trust, "_is_ours", lambda _place, _root: False)
    assert log(repository) == ["Beside", "Inside", "Begin"]
    with pytest.raises(WorkspaceError, match="another user"):
        log(repository / "src")


def test_whose_a_repository_is(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = GitPlace(repository, repository / ".git", repository / ".git")
    assert git_trust._is_ours(place, repository)
    monkeypatch.setattr("os.geteuid", lambda: -1)
    assert git_trust._is_ours(place, repository)  # as it is that of the workspace's owner
    assert not git_trust._is_ours(place, repository / "gone")
