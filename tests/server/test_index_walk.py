from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from robotui.server.index.walk import MAX_SIZE, is_secret, read, walk


def write(root: Path, *paths: str, text: str = "x = 1\n") -> None:
    for path in paths:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def names(root: Path) -> set[str]:
    return {file.path for file in walk(root)}


def test_plain_files_are_found_below_the_root(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "b/c.md", "b/d/e.rs")
    assert names(tmp_path) == {"a.py", "b/c.md", "b/d/e.rs"}


def test_nested_ignore_files_count_from_their_own_folder(tmp_path: Path) -> None:
    write(tmp_path, "a.log", "keep.py", "sub/a.log", "sub/local.py", "other/local.py")
    (tmp_path / ".gitignore").write_text("*.log\n")
    (tmp_path / "sub" / ".gitignore").write_text("/local.py\n!a.log\n")
    assert names(tmp_path) == {".gitignore", "keep.py", "sub/.gitignore", "sub/a.log"} | {
        "other/local.py"
    }


def test_ignored_folders_are_not_entered(tmp_path: Path) -> None:
    write(tmp_path, "out/a.py", "src/out/b.py", "src/c.py")
    (tmp_path / ".gitignore").write_text("out/\n")
    assert names(tmp_path) == {".gitignore", "src/c.py"}


def test_rules_of_the_repository_hold_in_a_folder_of_it(tmp_path: Path) -> None:
    (tmp_path / ".git" / "info").mkdir(parents=True)
    (tmp_path / ".git" / "info" / "exclude").write_text("private.py\n")
    (tmp_path / ".gitignore").write_text("*.gen.py\n/src/only.py\n")
    write(tmp_path, "src/a.py", "src/b.gen.py", "src/only.py", "src/deep/only.py", "src/private.py")
    assert names(tmp_path / "src") == {"a.py", "deep/only.py"}


def test_a_workspace_that_is_ignored_itself_is_read_all_the_same(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("build/\n")
    write(tmp_path, "build/lib/a.py")
    assert names(tmp_path / "build" / "lib") == {"a.py"}


@pytest.mark.parametrize(
    "path",
    [
        ".git/config",
        "node_modules/x/index.js",
        "__pycache__/a.py",
        ".venv/lib/a.py",
        ".ssh/config",
        "pic.png",
        "a.pyc",
    ],
)
def test_folders_and_kinds_that_hold_no_source_are_left_out(tmp_path: Path, path: str) -> None:
    write(tmp_path, path, "a.py")
    assert names(tmp_path) == {"a.py"}


def test_an_environment_is_known_by_its_mark_whatever_its_name(tmp_path: Path) -> None:
    write(tmp_path, "py/pyvenv.cfg", "py/lib/a.py", "cache/CACHEDIR.TAG", "cache/b.py", "a.py")
    assert names(tmp_path) == {"a.py"}


@pytest.mark.parametrize(
    "name",
    [
        ".env",
        ".env.local",
        "server.pem",
        "id_rsa",
        "id_ed25519.pub",
        ".npmrc",
        ".netrc",
        "credentials.json",
        "secrets.yaml",
        "service-account-1.json",
        "prod.tfstate",
    ],
)
def test_what_looks_like_a_secret_is_left_out(tmp_path: Path, name: str) -> None:
    write(tmp_path, f"conf/{name}", "conf/a.py")
    assert names(tmp_path) == {"conf/a.py"}
    assert is_secret(f"conf/{name}")


@pytest.mark.parametrize("name", [".env.example", "secrets.py", "environment.py", "keys.py"])
def test_what_only_sounds_like_a_secret_stays(tmp_path: Path, name: str) -> None:
    write(tmp_path, name)
    assert names(tmp_path) == {name}
    assert not is_secret(name)


def test_large_and_empty_files_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "large.py", text="x" * (MAX_SIZE + 1))
    write(tmp_path, "empty.py", text="")
    write(tmp_path, "full.py", text="x" * MAX_SIZE)
    assert names(tmp_path) == {"full.py"}


def test_links_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "outside/secret.py", "root/a.py")
    (tmp_path / "root" / "folder").symlink_to(tmp_path / "outside")
    (tmp_path / "root" / "link.py").symlink_to(tmp_path / "outside" / "secret.py")
    (tmp_path / "root" / "loop").symlink_to(tmp_path / "root")
    assert names(tmp_path / "root") == {"a.py"}
    assert read(tmp_path / "root", "link.py") is None


def test_the_number_of_files_is_bounded_and_near_ones_come_first(tmp_path: Path) -> None:
    write(tmp_path, *(f"deep/er/{n}.py" for n in range(20)), "top.py")
    found = [file.path for file in walk(tmp_path, limit=5)]
    assert len(found) == 5
    assert found[0] == "top.py"


def test_a_pipe_is_neither_listed_nor_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    assert names(tmp_path) == set()
    assert read(tmp_path, "pipe.py") is None


def test_reading_what_is_gone_gives_none(tmp_path: Path) -> None:
    assert read(tmp_path, "gone.py") is None
    assert read(tmp_path, ".") is None


def test_a_part_of_a_file_is_read(tmp_path: Path) -> None:
    write(tmp_path, "a.py", text="0123456789")
    assert read(tmp_path, "a.py", 2, 3) == b"234"


def test_a_folder_that_can_not_be_listed_is_empty(tmp_path: Path) -> None:
    assert list(walk(tmp_path / "gone")) == []


def test_names_that_are_no_utf8_are_left_out(tmp_path: Path) -> None:
    file = os.fsencode(tmp_path) + b"/\xff.py"
    try:
        with open(file, "w") as out:  # noqa: PTH123 - a Path can't be made of these bytes
            out.write("x")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert names(tmp_path) == set()


@pytest.mark.parametrize(
    "line", ["!", "\\", "a\\", "*\\", "[z-a]", "*a*a*a*a*a*a*a*a*b", "**/a" * 30]
)
def test_an_ignore_line_that_makes_no_sense_is_passed_over(tmp_path: Path, line: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text(f"*.log\n{line}\n[[:alpha:]]x\nleft.txt\n")
    for name in ("kept.py", "a.log", "left.txt", "a" * 100):
        (tmp_path / name).write_text("x")
    found = {file.path for file in walk(tmp_path)}
    assert "kept.py" in found
    assert not found & {"a.log", "left.txt"}


@pytest.mark.parametrize(
    "path",
    [
        "prod.env",
        ".env~",
        ".env-prod",
        ".env.bak",
        ".secrets",
        ".yarnrc.yml",
        "a/gh/hosts.yml",
        ".m2/settings.xml",
        "secrets/a.py",
        ".my.cnf",
        ".bash_history",
        "id_rsa.old",
        "server.key~",
    ],
)
def test_more_that_looks_like_secrets(path: str) -> None:
    assert is_secret(path)


@pytest.mark.parametrize(
    "path", [".env.example", "env.py", "src/env/main.py", "hosts.yml", "settings.xml"]
)
def test_what_only_sounds_like_them(path: str) -> None:
    assert not is_secret(path)


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
def test_a_name_with_control_characters_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "bad\nname\x1b[31m.py").write_text("x = 1")
    (tmp_path / "good.py").write_text("x = 1")
    assert [file.path for file in walk(tmp_path)] == ["good.py"]


def test_of_the_whole_file_system_what_holds_no_files_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "proc/1.py", "sys/a.py", "dev/b.py", "usr/dev/c.py")
    assert len(names(tmp_path)) == 4
    monkeypatch.setattr(type(tmp_path), "anchor", str(tmp_path))
    assert names(tmp_path) == {"usr/dev/c.py"}
