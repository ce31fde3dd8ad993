from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from robotui.errors import StorageError
from robotui.files import LineFile, append_to, private_folder, set_aside, tightened, write_atomic

FULL = Path("/dev/full")
needs_full_device = pytest.mark.skipif(not FULL.exists(), reason="no /dev/full on this system")


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --- folders -------------------------------------------------------------------------------------


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_missing_parents_are_private_too(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        folder = private_folder(tmp_path / "a" / "b" / "c")
    finally:
        os.umask(before)
    assert {mode(each) for each in (folder, folder.parent, folder.parent.parent)} == {0o700}


@pytest.mark.parametrize(("had", "has"), [(0o777, 0o755), (0o770, 0o750), (0o702, 0o700)])
def test_a_folder_that_others_could_write_to_is_tightened_and_told(
    tmp_path: Path, had: int, has: int
) -> None:
    tmp_path.chmod(had)
    assert str(tmp_path) in tightened(tmp_path)
    assert mode(tmp_path) == has
    assert tightened(tmp_path) == ""
    tmp_path.chmod(had)
    assert mode(private_folder(tmp_path)) == has


@pytest.mark.skipif(os.getuid() != 0, reason="giving a folder away takes root")
def test_a_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    with pytest.raises(StorageError, match="another user"):
        private_folder(folder)


def test_a_private_folder_is_made_for_this_user_only(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "a" / "b")
    assert folder.is_dir()
    assert mode(folder) == 0o700
    assert private_folder(folder) == folder


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StorageError, match="can't be made") as caught:
            private_folder(path)
        assert str(path) in caught.value.headline
        assert caught.value.remedy


# --- write_atomic --------------------------------------------------------------------------------


def test_a_file_is_written_whole_for_this_user_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    previous = os.umask(0)
    try:
        write_atomic(path, b"one")
        write_atomic(path, b"two\x00\xff")
    finally:
        os.umask(previous)
    assert path.read_bytes() == b"two\x00\xff"
    assert mode(path) == 0o600
    assert names(path.parent) == ["file"]


def test_an_open_mode_is_closed_by_writing(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch(mode=0o644)
    write_atomic(path, b"")
    assert mode(path) == 0o600


@pytest.mark.parametrize("broken", ["os.fsync", "pathlib.Path.replace"])
def test_a_refused_write_leaves_the_old_content_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    path = tmp_path / "file"
    write_atomic(path, b"old")

    def refuse(*_arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(broken, refuse)
    with pytest.raises(StorageError, match="No space left") as caught:
        write_atomic(path, b"new")
    assert str(path) in caught.value.headline
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises(StorageError, match="can't be written"):
        write_atomic(tmp_path / "file", b"x")
    assert names(tmp_path) == ["file"]


# --- set_aside -----------------------------------------------------------------------------------


def test_what_is_set_aside_never_replaces_another(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    kept = []
    for content in ("one", "two", "three"):
        path.write_text(content)
        kept.append(set_aside(path))
    assert [file.name for file in kept] == [
        "a.json.corrupt",
        "a.json.corrupt-2",
        "a.json.corrupt-3",
    ]
    assert [file.read_text() for file in kept] == ["one", "two", "three"]
    assert not path.exists()


def test_what_cannot_be_set_aside_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="can't be set aside"):
        set_aside(tmp_path / "none")


# --- appending -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [(None, "x\n"), ("", "x\n"), ("a\n", "a\nx\n"), ("a", "a\nx\n"), ("\n", "\nx\n")],
)
def test_a_half_line_is_ended_before_the_next(
    tmp_path: Path, before: str | None, after: str
) -> None:
    path = tmp_path / "folder" / "file"
    if before is not None:
        path.parent.mkdir()
        path.write_text(before)
    with append_to(path) as file:
        file.write("x\n")
    assert path.read_text() == after


def test_an_appended_file_is_for_this_user_only(tmp_path: Path) -> None:
    previous = os.umask(0)
    try:
        append_to(tmp_path / "file").close()
    finally:
        os.umask(previous)
    assert mode(tmp_path / "file") == 0o600


def test_a_line_is_in_the_file_when_it_was_appended(tmp_path: Path) -> None:
    lines = LineFile(tmp_path / "file")
    assert not lines.path.exists()
    lines.append("one")
    assert lines.path.read_bytes() == b"one\n"
    lines.append("日本")
    assert lines.path.read_bytes() == "one\n日本\n".encode()
    lines.close()
    lines.append("three")
    assert lines.path.read_bytes().count(b"\n") == 3
    lines.close()
    lines.close()


def test_a_cleared_file_goes_on_from_its_start(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("half")
    lines = LineFile(path)
    lines.clear()
    assert path.read_bytes() == b""
    lines.append("new")
    assert path.read_bytes() == b"new\n"
    lines.close()


@needs_full_device
def test_a_full_disk_is_told_and_the_next_line_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.symlink_to(FULL)
    lines = LineFile(path)
    for _ in range(2):
        with pytest.raises(StorageError, match="No space left") as caught:
            lines.append("lost")
        assert str(path) in caught.value.headline
    path.unlink()
    path.write_text("half")
    lines.append("kept")
    assert path.read_text() == "half\nkept\n"
    lines.close()


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError):
        LineFile(tmp_path / "file" / "below").append("x")
    with pytest.raises(StorageError, match="can't be written"):
        LineFile(tmp_path).append("x")
