"""Which paths of a workspace are offered, and in which order."""

from __future__ import annotations

import os
from pathlib import Path

from robotui.mentions.workspace_paths import workspace_paths


def write(root: Path, *paths: str) -> None:
    """Write files, each changed after the one before."""
    for number, path in enumerate(paths):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x\n")
        os.utime(file, (1000 + number, 1000 + number))


def test_what_changed_last_comes_first_and_folders_with_their_files(tmp_path: Path) -> None:
    write(tmp_path, "old.py", "src/deep/a.py", "src/b.py", "a b/new.md")
    assert list(workspace_paths(tmp_path).paths) == [
        *("a b/", "a b/new.md", "src/", "src/b.py", "src/deep/", "src/deep/a.py", "old.py")
    ]


def test_what_a_model_may_not_read_is_not_offered(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    root = tmp_path / "root"
    write(outside, "told.py")
    write(root, ".gitignore", "built/x.py", ".env", ".git/config", "node_modules/y.js", "app.py")
    (root / ".gitignore").write_text("built/\n")
    (root / "link").symlink_to(outside)
    (root / "link.py").symlink_to(outside / "told.py")
    assert set(workspace_paths(root).paths) == {".gitignore", "app.py"}


def test_a_name_that_no_mention_can_hold_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, 'a"b.py', "c.py")
    assert list(workspace_paths(tmp_path).paths) == ["c.py"]


def test_it_ends_when_it_is_no_longer_wanted(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "b.py", "c.py")
    answers = iter([True, False])
    assert len(workspace_paths(tmp_path, lambda: next(answers)).paths) == 1
