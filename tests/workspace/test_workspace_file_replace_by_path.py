"""Writing where folders can't be held open."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from robotui.errors import WriteRefusedError
from robotui.workspace.file_replace_by_path import remove, replace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path.resolve()


def test_a_file_is_replaced_and_keeps_its_mode(folder: Path) -> None:
    path = folder / "a.sh"
    path.write_bytes(b"old\r\n")
    path.chmod(0o755)
    replace(path, b"old\r\n", b"new\r\n")
    assert path.read_bytes() == b"new\r\n"
    assert sys.platform == "win32" or stat.S_IMODE(path.stat().st_mode) == 0o755
    assert list(folder.iterdir()) == [path]


def test_missing_folders_are_made_and_removed_again(folder: Path) -> None:
    path = folder / "a" / "b" / "c.py"
    replace(path, None, b"x\n")
    assert path.read_bytes() == b"x\n"
    remove(path, b"x\n", [folder / "a", folder / "a" / "b"])
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("now", [None, b"other", b"old and more"])
def test_what_is_not_what_was_shown_is_not_written(folder: Path, now: bytes | None) -> None:
    path = folder / "a.py"
    if now is not None:
        path.write_bytes(now)
    with pytest.raises(WriteRefusedError, match="meanwhile"):
        replace(path, b"old", b"new")
    assert (path.read_bytes() if path.exists() else None) == now
    with pytest.raises(WriteRefusedError, match="meanwhile"):
        remove(path, b"old", [])


def test_a_new_file_replaces_none(folder: Path) -> None:
    path = folder / "a.py"
    path.write_bytes(b"first")
    with pytest.raises(WriteRefusedError, match="made by another program"):
        replace(path, None, b"second")
    assert path.read_bytes() == b"first"


def test_a_folder_that_has_become_a_link_is_not_followed(folder: Path) -> None:
    outside = folder / "outside"
    outside.mkdir()
    (folder / "inside").symlink_to(outside)
    with pytest.raises(WriteRefusedError, match="symbolic link"):
        replace(folder / "inside" / "a.py", None, b"x")
    assert list(outside.iterdir()) == []


def test_a_failed_write_leaves_no_folders(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("robotui.workspace.file_replace_by_path.os.fsync", full)
    with pytest.raises(WriteRefusedError, match="No space left"):
        replace(folder / "a" / "b.py", None, b"x")
    assert list(folder.iterdir()) == []
