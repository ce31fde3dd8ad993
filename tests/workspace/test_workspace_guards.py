"""What guards people's files: looks at the last moment, odd names, warnings where much goes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from robotui.errors import WriteRefusedError
from robotui.nofollow import HELD
from robotui.workspace import file_replace, file_replace_by_path
from robotui.workspace.changes import Change, Changes
from robotui.workspace.file_names import anywhere, inside, proposed
from robotui.workspace.merge.placement import Placement
from robotui.workspace.merge.placements import placements
from robotui.workspace.text_file import TextFile, read

WRITERS = [
    pytest.param(
        file_replace, marks=pytest.mark.skipif(not HELD, reason="folders can't be held here")
    ),
    file_replace_by_path,
]


# --- the last moment -----------------------------------------------------------------------------


def _rewrite(path: Path) -> None:
    path.write_bytes(b"mine!")


def _append(path: Path) -> None:
    path.write_bytes(b"old 1 and more")


def _replace(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(b"theirs")
    other.replace(path)


def _remove(path: Path) -> None:
    path.unlink()


def _link(path: Path) -> None:
    path.rename(path.with_name("kept"))
    path.symlink_to("kept")


MEDDLERS = [_rewrite, _append, _replace, _remove, _link]


def left(folder: Path) -> dict[str, bytes | str]:
    return {
        path.name: str(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in folder.iterdir()
    }


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("meddle", MEDDLERS)
def test_a_file_that_changes_while_its_successor_is_written_is_not_replaced(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    writer: ModuleType,
    meddle: Callable[[Path], None],
) -> None:
    path = tmp_path.resolve() / "a.py"
    path.write_bytes(b"old 1")
    was: list[dict[str, bytes | str]] = []
    real = os.fsync

    def race(handle: int) -> None:
        real(handle)
        others = {entry.name for entry in path.parent.iterdir()} - {"a.py"}
        meddle(path)
        was.append({name: data for name, data in left(path.parent).items() if name not in others})

    monkeypatch.setattr("os.fsync", race)
    with pytest.raises(WriteRefusedError):
        writer.replace(path, b"old 1", b"new 1")
    assert [left(path.parent)] == was


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("meddle", MEDDLERS)
def test_a_file_is_removed_only_if_it_is_what_it_should_be(
    tmp_path: Path, writer: ModuleType, meddle: Callable[[Path], None]
) -> None:
    folder = tmp_path.resolve() / "made"
    folder.mkdir()
    path = folder / "a.py"
    path.write_bytes(b"old 1")
    meddle(path)
    was = left(folder)
    with pytest.raises(WriteRefusedError):
        writer.remove(path, b"old 1", [folder])
    assert left(folder) == was


def test_undo_removes_no_file_that_changes_after_it_was_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = tmp_path.resolve() / "work"
    workspace.mkdir()
    path = workspace / "a.py"
    changes = Changes(tmp_path / "undo", workspace)
    changes.apply(Change(read(path), "new\n"))

    def look(at: Path) -> TextFile:
        found = read(at)
        at.write_text("written meanwhile\n")
        return found

    monkeypatch.setattr(sys.modules[Changes.__module__], "read", look)
    with pytest.raises(WriteRefusedError, match="meanwhile"):
        changes.take_back()
    assert path.read_text() == "written meanwhile\n"
    assert changes._records()


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", [*"\u2028\u2029\u200b\u202e\u0085\x00\n\t\x7f\ud800"])
def test_a_name_with_a_sign_that_is_not_seen_is_refused(tmp_path: Path, sign: str) -> None:
    for name in (f"a{sign}b.py", f"src/{sign}/b.py"):
        for means in (inside, anywhere):
            with pytest.raises(WriteRefusedError, match="invisible"):
                means(tmp_path, name)
        assert sign not in proposed(tmp_path, name)
    with pytest.raises(WriteRefusedError, match="invisible"):
        anywhere(tmp_path, f"/a{sign}b.py")


# --- placing -------------------------------------------------------------------------------------


def placed(old: int, new: int) -> Placement:
    """The only function of a file, of so many lines, replaced by one of so many other lines."""

    def function(lines: int, name: str) -> str:
        return "def f():\n" + "".join(f"    {name}({n})\n" for n in range(lines - 1))

    file = TextFile(Path("f.py"), f"import os\n\n\n{function(old, 'before')}".encode())
    ways = placements(file, function(new, "after"))
    return next(way for way in ways if (way.start, way.end) == (3, 3 + old))


@pytest.mark.parametrize(
    ("old", "new", "is_warned"),
    [
        (12, 2, False),
        (13, 2, True),
        (22, 11, False),
        (23, 11, True),
        (40, 20, False),
        (9, 9, False),
    ],
)
def test_less_than_before_is_more_than_ten_lines_and_more_than_half(
    old: int, new: int, is_warned: bool
) -> None:
    warnings = [text for text in placed(old, new).warnings if "less than before" in text]
    assert warnings == [f"{old - new} lines less than before: is the rest of the code missing?"] * (
        is_warned
    )


@pytest.mark.parametrize(
    ("line", "is_near"), [(18, False), (19, True), (20, True), (22, True), (26, True), (27, False)]
)
def test_a_line_within_two_of_a_region_speaks_for_it(line: int, is_near: bool) -> None:
    text = "".join(f"some text {n}\n" for n in range(20)) + "one a\ntwo b\nthree c\n"
    text += "".join(f"more text {n}\n" for n in range(20))
    file = TextFile(Path("f.txt"), text.encode())

    def score(line: int | None) -> float:
        ways = placements(file, "a one\nb two\nc three\n", line)
        return next(way.score for way in ways if (way.start, way.end) == (20, 23))

    assert score(line) - score(None) == pytest.approx(0.1 if is_near else 0.0)
