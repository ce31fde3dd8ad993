from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from robotui.errors import StorageError, WriteRefusedError
from robotui.workspace.changes import KEPT, Change, Changes, TakenBack
from robotui.workspace.file_names import inside
from robotui.workspace.merge.placement import spliced
from robotui.workspace.text_file import TextFile, content, file_lines, read
from tests.examples import examples


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = (tmp_path / "workspace").resolve()
    folder.mkdir()
    return folder


@pytest.fixture
def changes(tmp_path: Path, workspace: Path) -> Changes:
    return Changes(tmp_path / "state" / "undo", workspace)


def change(workspace: Path, name: str, after: str) -> Change:
    return Change(read(inside(workspace, name)), after)


def tree(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# --- writing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("bits", [0o644, 0o600, 0o755, 0o640, 0o664])
def test_a_change_keeps_the_mode_and_undo_gives_the_bytes_back(
    workspace: Path, changes: Changes, bits: int
) -> None:
    path = workspace / "run.sh"
    path.write_bytes(b"\xef\xbb\xbfone\r\n")
    path.chmod(bits)
    changes.apply(change(workspace, "run.sh", "two\r\n"))
    assert path.read_bytes() == b"\xef\xbb\xbftwo\r\n"
    assert mode(path) == bits
    undone = changes.take_back()
    assert (undone.path, undone.removed) == (path, False)
    assert path.read_bytes() == b"\xef\xbb\xbfone\r\n"
    assert mode(path) == bits
    assert list(tree(workspace)) == ["run.sh"]


def test_a_new_file_and_its_folders_are_gone_after_undo(workspace: Path, changes: Changes) -> None:
    (workspace / "a").mkdir()
    previous = os.umask(0o027)
    try:
        changes.apply(change(workspace, "a/b/c/new.py", "x\n"))
    finally:
        os.umask(previous)
    path = workspace / "a/b/c/new.py"
    assert path.read_bytes() == b"x\n"
    assert mode(path) == 0o640
    assert changes.take_back() == TakenBack(path, removed=True)
    assert tree(workspace) == {"a": None}


def test_a_folder_with_something_else_in_it_stays(workspace: Path, changes: Changes) -> None:
    changes.apply(change(workspace, "a/b/new.py", "x\n"))
    (workspace / "a" / "other").touch()
    changes.take_back()
    assert tree(workspace) == {"a": None, "a/other": b""}


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


# Examples share the folder: each leaves it as it was.
@examples(0.6, HealthCheck.function_scoped_fixture)
@given(before=st.none() | TEXTS, after=TEXTS, bits=st.sampled_from([0o644, 0o755, 0o600]))
def test_apply_then_undo_changes_nothing(
    workspace: Path, changes: Changes, before: str | None, after: str, bits: int
) -> None:
    path = workspace / "sub" / "file"
    if before is not None:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(before.encode())
        path.chmod(bits)
    was = tree(workspace)
    shown = change(workspace, "sub/file", after)
    data = shown.file.encode(after)
    if data == shown.file.data:
        with pytest.raises(WriteRefusedError, match="already"):
            changes.apply(shown)
    else:
        changes.apply(shown)
        assert path.read_bytes() == data
        assert before is None or mode(path) == bits
        changes.take_back()
        assert before is None or mode(path) == bits
    assert tree(workspace) == was
    if before is not None:
        path.unlink()
        path.parent.rmdir()


LINES = st.lists(st.sampled_from(["a", "b", " c", "", "é"]), max_size=8)
FILES = st.tuples(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["\n", "\r\n"])), max_size=10),
    st.booleans(),
)


@given(FILES, LINES, st.data())
def test_lines_that_are_not_touched_keep_every_byte(
    made: tuple[list[tuple[str, str]], bool], new: list[str], data: st.DataObject
) -> None:
    lines, bare = made
    text = "".join(line + end for line, end in lines)
    file = TextFile(Path("file"), (text.rstrip() if bare else text).encode())
    old = file_lines(file.text)
    start = data.draw(st.integers(0, len(old)))
    end = data.draw(st.integers(start, len(old)))
    after = spliced(file, start, end, new)
    now = file_lines(after)
    assert now[: max(0, start - 1)] == old[: max(0, start - 1)]
    assert now[len(now) - len(old) + end :] == old[end:] or not old[end:]
    expected = [content(line) for line in old[:start]] + new + [content(line) for line in old[end:]]
    if bare and old and expected and not expected[-1]:
        expected.pop()  # an empty line without an ending is none
    assert [content(line) for line in now] == expected
    if old[end:] and start:
        assert now[start - 1] == old[start - 1]


# --- what happened between the preview and the accept --------------------------------------------


def _edited(workspace: Path) -> None:
    (workspace / "src/a.py").write_text("edited\n")


def _touched_only(workspace: Path) -> None:
    (workspace / "src/a.py").write_bytes(b"one\r\n")


def _removed(workspace: Path) -> None:
    (workspace / "src/a.py").unlink()


def _linked(workspace: Path) -> None:
    (workspace / "src/a.py").unlink()
    (workspace / "src/a.py").symlink_to("../../outside/a.py")


def _folder_linked(workspace: Path) -> None:
    (workspace / "src").rename(workspace / "old")
    (workspace / "src").symlink_to("../outside")


def _folder_made(workspace: Path) -> None:
    (workspace / "src/a.py").unlink()
    (workspace / "src/a.py").mkdir()


def _piped(workspace: Path) -> None:
    (workspace / "src/a.py").unlink()
    os.mkfifo(workspace / "src/a.py")


@pytest.mark.parametrize(
    ("meddle", "reason"),
    [
        (_edited, "changed"),
        (_touched_only, "changed"),
        (_removed, "removed"),
        (_linked, "symbolic link"),
        (_folder_linked, "symbolic link"),
        (_folder_made, "directory"),
        (_piped, "changed"),
    ],
)
def test_what_is_not_what_was_shown_is_not_written(
    workspace: Path, changes: Changes, meddle: Callable[[Path], None], reason: str
) -> None:
    outside = workspace.parent / "outside"
    outside.mkdir()
    (outside / "a.py").write_text("one\n")
    (workspace / "src").mkdir()
    (workspace / "src/a.py").write_text("one\n")
    shown = change(workspace, "src/a.py", "two\n")
    meddle(workspace)
    was = tree(workspace.parent)
    with pytest.raises(WriteRefusedError, match=reason) as caught:
        changes.apply(shown)
    assert caught.value.remedy
    left = {name: data for name, data in tree(workspace.parent).items() if "state" not in name}
    assert left == was
    with pytest.raises(WriteRefusedError, match="no change"):
        changes.take_back()


@pytest.mark.parametrize("kind", ["file", "link", "folder link"])
def test_a_new_file_never_replaces_one_that_came_first(
    workspace: Path, changes: Changes, kind: str
) -> None:
    outside = workspace.parent / "outside"
    outside.mkdir()
    shown = change(workspace, "new/a.py", "two\n")
    if kind == "folder link":
        (workspace / "new").symlink_to(outside)
    else:
        (workspace / "new").mkdir()
        if kind == "file":
            (workspace / "new/a.py").write_text("first\n")
        else:
            (workspace / "new/a.py").symlink_to(outside / "a.py")
    with pytest.raises(WriteRefusedError):
        changes.apply(shown)
    assert list(outside.iterdir()) == []
    assert kind != "file" or (workspace / "new/a.py").read_text() == "first\n"


@pytest.mark.parametrize("before", [None, "one\n"])
def test_what_others_write_while_we_do_is_kept(
    workspace: Path, changes: Changes, monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    path = workspace / "a.py"
    if before is not None:
        path.write_text(before)
    shown = change(workspace, "a.py", "two\n")
    real = os.fsync

    def race(handle: int) -> None:
        path.write_text("first\n")
        real(handle)

    monkeypatch.setattr("os.fsync", race)
    with pytest.raises(WriteRefusedError, match="meanwhile"):
        changes.apply(shown)
    assert tree(workspace) == {"a.py": b"first\n"}


@pytest.mark.parametrize("broken", ["fsync", "replace", "link"])
def test_a_failed_write_leaves_everything_as_it_was(
    workspace: Path, changes: Changes, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    (workspace / "a.py").write_text("one\n")
    wanted = [change(workspace, "a.py", "two\n"), change(workspace, "b/c/new.py", "two\n")]

    def refuse(*_arguments: Any, **_options: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for each in wanted:
        with monkeypatch.context() as patch:
            if broken == "fsync":
                patch.setattr("robotui.workspace.changes.write_atomic", lambda *_: None)
            for name in {broken, "replace"} if broken == "link" else {broken}:
                patch.setattr(f"os.{name}", refuse)
            if broken == "replace" and each.file.is_new:
                continue
            with pytest.raises((WriteRefusedError, StorageError), match="No space left"):
                changes.apply(each)
    assert tree(workspace) == {"a.py": b"one\n"}


def test_a_file_system_without_links(
    workspace: Path, changes: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: Any, **_options: Any) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("os.link", refuse)
    changes.apply(change(workspace, "a.py", "x\n"))
    assert tree(workspace) == {"a.py": b"x\n"}


# --- taking back ---------------------------------------------------------------------------------


def test_changes_are_taken_back_one_by_one_also_after_a_restart(
    workspace: Path, changes: Changes
) -> None:
    for text in ("1\n", "2\n", "3\n"):
        changes.apply(change(workspace, "a", text))
    for text in ("2\n", "1\n"):
        Changes(changes.folder, workspace).take_back()
        assert (workspace / "a").read_text() == text
    Changes(changes.folder, workspace).take_back()
    assert tree(workspace) == {}
    with pytest.raises(WriteRefusedError, match="no change"):
        changes.take_back()


def test_records_are_private_and_bounded(workspace: Path, changes: Changes) -> None:
    for number in range(KEPT + 5):
        changes.apply(change(workspace, "a", f"{number}\n"))
    records = list(changes.folder.iterdir())
    assert len(records) == KEPT
    assert {mode(path) for path in records} == {0o600}
    assert mode(changes.folder) == 0o700
    changes.take_back()
    assert (workspace / "a").read_text() == f"{KEPT + 3}\n"


def test_workspaces_have_changes_of_their_own(workspace: Path, changes: Changes) -> None:
    other = workspace.parent / "other"
    other.mkdir()
    changes.apply(change(workspace, "a", "x\n"))
    Changes(changes.folder, other).apply(change(other, "a", "x\n"))
    changes.take_back()
    assert (tree(workspace), tree(other)) == ({}, {"a": b"x\n"})


@pytest.mark.parametrize("what", ["changed", "removed"])
def test_what_was_changed_since_is_not_overwritten(
    workspace: Path, changes: Changes, what: str
) -> None:
    path = workspace / "a"
    path.write_text("one\n")
    changes.apply(change(workspace, "a", "two\n"))
    if what == "changed":
        path.write_text("mine\n")
    else:
        path.unlink()
    with pytest.raises(WriteRefusedError, match=f"{what} since") as caught:
        changes.take_back()
    assert caught.value.remedy
    assert path.read_text() == "mine\n" if what == "changed" else not path.exists()
    path.write_text("two\n")
    changes.take_back()
    assert path.read_text() == "one\n"


def test_what_is_back_already_counts_as_taken_back(workspace: Path, changes: Changes) -> None:
    (workspace / "a").write_text("one\n")
    changes.apply(change(workspace, "a", "two\n"))
    (workspace / "a").write_text("one\n")
    assert not changes.take_back().removed
    with pytest.raises(WriteRefusedError, match="no change"):
        changes.take_back()


def test_undo_follows_no_link_that_came_later(workspace: Path, changes: Changes) -> None:
    outside = workspace.parent / "outside"
    outside.mkdir()
    (outside / "a").write_text("x\n")
    changes.apply(change(workspace, "src/a", "x\n"))
    (workspace / "src").rename(workspace / "old")
    (workspace / "src").symlink_to(outside)
    with pytest.raises(WriteRefusedError, match="symbolic link"):
        changes.take_back()
    assert (outside / "a").read_text() == "x\n"


@pytest.mark.parametrize("damage", [b"", b"{}", b"[1]", b'{"path": 1}', b"\xff"])
def test_a_damaged_record_is_set_aside(workspace: Path, changes: Changes, damage: bytes) -> None:
    changes.apply(change(workspace, "a", "1\n"))
    first = next(changes.folder.iterdir())
    changes.apply(change(workspace, "a", "2\n"))
    second = next(path for path in changes.folder.iterdir() if path != first)
    second.write_bytes(damage)
    with pytest.raises(StorageError, match="no record") as caught:
        changes.take_back()
    assert caught.value.remedy
    (workspace / "a").write_text("1\n")
    changes.take_back()
    assert tree(workspace) == {}


def test_nothing_is_written_that_could_not_be_taken_back(workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError):
        Changes(tmp_path / "file" / "undo", workspace).apply(change(workspace, "a", "x\n"))
    assert tree(workspace) == {}
