"""What is known of a file before it is written: who runs it, other names, what it keeps."""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePath

import pytest

from robotui.errors import WriteRefusedError
from robotui.workspace import file_replace, plan
from robotui.workspace.autorun import who_runs


@pytest.mark.parametrize(
    "path",
    [
        *(".envrc", "sub/.envrc", "conftest.py", "tests/conftest.py", "sitecustomize.py"),
        *(".vscode/tasks.json", "sub/.vscode/tasks.json", ".husky/pre-commit", "Makefile"),
        *("src/GNUmakefile", "rules.mk", ".bashrc", "home/.zshrc", ".config/fish/config.fish"),
        *(".github/workflows/ci.yml", ".gitlab-ci.yml", "package.json", "web/package.json"),
        *(".ENVRC", "MakeFile", ".GitHub/Workflows/x.yaml", ".pre-commit-config.yaml"),
        *("build.rs", ".cargo/config.toml", ".devcontainer/devcontainer.json", "x/evil.pth"),
        *(".ssh/authorized_keys", ".npmrc", ".mcp.json", ".git-hooks/../.githooks/pre-push"),
    ],
)
def test_what_something_runs_by_itself(path: str) -> None:
    assert who_runs(PurePath(path))


@pytest.mark.parametrize(
    "path",
    [
        *("src/app.py", "test_app.py", "envrc", "docs/Makefile.md", "vscode/tasks.json"),
        *("packages.json", "bashrc.txt", "src/hooks/use_state.ts", "README.md", "a.rules.md"),
    ],
)
def test_what_nothing_runs_by_itself(path: str) -> None:
    assert who_runs(PurePath(path)) == ""


def test_it_is_told_with_the_plan(tmp_path: Path) -> None:
    found = plan.make(tmp_path, ".envrc", "export A=1\n", "apply")
    assert "direnv" in found.runs
    assert found.shown == ".envrc"
    assert plan.make(tmp_path, "a.py", "x\n", "save").runs == ""


@pytest.mark.parametrize("name", ["README.md/../.envrc", "a/../b.py", "x" * 200 + "/../.envrc"])
def test_a_guessed_name_that_goes_back_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(WriteRefusedError, match=r"with \.\. in it"):
        plan.make(tmp_path, name, "x = 1\n", "apply", guessed=True)


def test_other_names_of_the_file_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\ny = 2\n")
    os.link(tmp_path / "a.py", tmp_path / "b.py")
    found = plan.make(tmp_path, "a.py", "x = 1\ny = 3\n", "apply")
    assert any("another name" in warning for warning in found.ways[0].warnings)


def test_a_new_text_does_not_run_as_another_user(tmp_path: Path) -> None:
    path = tmp_path / "tool"
    path.write_bytes(b"old")
    path.chmod(0o6755)
    file_replace.replace(path, b"old", b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o755


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="the system has no such attributes")
def test_extended_attributes_stay_and_the_acl_with_them(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    try:
        os.setxattr(path, "user.note", b"kept")
    except OSError:
        pytest.skip("the file system of the tests has no extended attributes")
    # An ACL as the kernel has it: version 2; the owner, the user 4242, the group, a mask, others.
    acl = (2).to_bytes(4, "little") + b"".join(
        tag.to_bytes(2, "little") + mode.to_bytes(2, "little") + who.to_bytes(4, "little")
        for tag, mode, who in [
            (1, 6, NOBODY),
            (2, 6, 4242),
            (4, 4, NOBODY),
            (16, 6, NOBODY),
            (32, 0, NOBODY),
        ]
    )
    has_acl = True
    try:
        os.setxattr(path, "system.posix_acl_access", acl)
    except OSError:
        has_acl = False
    file_replace.replace(path, b"old", b"new")
    assert os.getxattr(path, "user.note") == b"kept"
    assert path.read_bytes() == b"new"
    if has_acl:
        assert os.getxattr(path, "system.posix_acl_access") == acl


NOBODY = 0xFFFFFFFF
