from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from robotui.errors import WriteRefusedError
from robotui.workspace.file_names import anywhere, inside, is_inside, proposed
from tests.examples import examples


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with links of all kinds in it, beside a folder that is none of its business."""
    folder = tmp_path / "workspace"
    outside = tmp_path / "outside"
    for path in (folder / "src", folder / ".git" / "hooks", outside):
        path.mkdir(parents=True)
    (folder / "src" / "app.py").write_text("x = 1\n")
    (outside / "secret").write_text("s\n")
    (folder / "out").symlink_to(outside)
    (folder / "secret.txt").symlink_to(outside / "secret")
    (folder / "dangling").symlink_to(outside / "new")
    (folder / "hooks").symlink_to(folder / ".git" / "hooks")
    (folder / "same.py").symlink_to("src/app.py")
    (folder / "loop").symlink_to("loop")
    return folder


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("a.py", "a.py"),
        ("src/app.py", "src/app.py"),
        ("./src//app.py", "src/app.py"),
        ("src/../b.py", "b.py"),
        ("new/folder/c.py", "new/folder/c.py"),
        ("same.py", "src/app.py"),
        (".gitignore", ".gitignore"),
        (".github/workflows/ci.yml", ".github/workflows/ci.yml"),
        ("with blank.py", "with blank.py"),
        ("日本.txt", "日本.txt"),
        ("config.py", "config.py"),
    ],
)
def test_a_name_means_a_file_of_the_workspace(workspace: Path, name: str, means: str) -> None:
    assert inside(workspace, name) == workspace.resolve() / means
    assert anywhere(workspace, name) == workspace.resolve() / means


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "no file name"),
        ("   ", "no file name"),
        ("../x.py", "out of the workspace"),
        ("src/../../x.py", "out of the workspace"),
        ("/etc/passwd", "out of the workspace"),
        ("~/x.py", "out of the workspace"),
        ("out/x.py", "out of the workspace"),
        ("out/../x.py", "out of the workspace"),
        ("secret.txt", "out of the workspace"),
        ("dangling", "out of the workspace"),
        ("loop", "looked up|link"),
        (".git/config", r"\.git"),
        (".git", r"\.git"),
        (".GIT/hooks/pre-commit", r"\.git"),
        ("src/.Git/x", r"\.git"),
        (".git./x", r"\.git"),
        (".git::$INDEX_ALLOCATION/x", r"\.git"),
        ("GIT~1/hooks/x", r"\.git"),
        ("hooks/pre-commit", r"\.git"),
        ("src", "folder"),
        ("src/", "folder"),
        ("new/", "folder"),
        (".", "folder"),
        ("src/app.py/x", "file, not a folder"),
        ("a\nb", "invisible"),
        ("a\x1b[2J.py", "invisible"),
        ("a\0b", "invisible"),
        ("a\u202eyp.exe", "invisible"),
        (".g\u200cit/x", "invisible"),
        ("a\ud800", "invisible"),
        (" a", "blank"),
        ("a ", "blank"),
        ("src\\app.py", "Windows"),
        ("C:x.py", "Windows"),
        ("NUL", "device"),
        ("src/con.txt", "device"),
        ("x" * 5000, "too long"),
        ("x" * 300, "looked up"),
    ],
)
def test_what_is_refused_and_why(workspace: Path, name: str, reason: str) -> None:
    with pytest.raises(WriteRefusedError, match=reason) as caught:
        inside(workspace, name)
    assert caught.value.remedy
    assert "\x1b" not in caught.value.headline
    assert "\n" not in caught.value.headline


def test_the_user_may_save_anywhere_but_not_in_git(workspace: Path) -> None:
    outside = workspace.resolve().parent / "outside"
    assert anywhere(workspace, str(outside / "x.py")) == outside / "x.py"
    assert anywhere(workspace, "~/x.py") == Path.home().resolve() / "x.py"
    assert not is_inside(workspace, outside / "x.py")
    assert is_inside(workspace, inside(workspace, "x.py"))
    for name in ("../outside/x.py", "out/x.py", str(workspace / ".git/config"), str(outside)):
        with pytest.raises(WriteRefusedError):
            anywhere(workspace, name)


@pytest.mark.parametrize(
    ("name", "proposal"),
    [
        ("src/new.py", "src/new.py"),
        ("/etc/cron.d/job", "job"),
        ("../../x.py", "x.py"),
        ("C:\\code\\x.py", "x.py"),
        (".git/hooks/pre-commit", "pre-commit"),
        ("..", ""),
        ("", ""),
        ("src", ""),
    ],
)
def test_a_guessed_name_that_leads_elsewhere_is_not_proposed(
    workspace: Path, name: str, proposal: str
) -> None:
    assert proposed(workspace, name) == proposal


def test_a_workspace_behind_a_link_is_a_workspace(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert inside(tmp_path / "link", "a.py") == (tmp_path / "real" / "a.py").resolve()


PARTS = st.one_of(
    st.sampled_from(
        ["..", ".", "", "~", "out", "src", "hooks", ".git", ".GIT", "same.py", "dangling", "/"]
    ),
    st.text(max_size=6),
)


# Examples share the folder: none changes it.
@examples(3, HealthCheck.function_scoped_fixture)
@given(name=st.lists(PARTS, max_size=6).map("/".join))
def test_no_name_escapes(workspace: Path, name: str) -> None:
    root = workspace.resolve()
    try:
        path = inside(workspace, name)
    except WriteRefusedError:
        return
    assert path.is_relative_to(root)
    assert path != root
    assert os.path.realpath(path) == str(path)
    assert ".git" not in [part.casefold() for part in path.relative_to(root).parts]
