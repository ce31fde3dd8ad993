from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from robotui.secret_names import is_secret
from robotui.secret_texts import secret_in
from robotui.server.index.library import Library
from robotui.tree.safe_reading import MAX_SIZE, read
from robotui.tree.walk import ignored, matcher, walk


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


SECRETS = """application_default_credentials.json|access_tokens.json|aws_credentials
credentials-prod.json|credentials copy.json|credentials (1).json|.env copy|.env copy 2|.s3cfg|.boto
.authinfo|.mylogin.cnf|.dockercfg|.vault-token|rclone.conf|kubeconfig|htpasswd|.htpasswd|.passwd
my-service-account.json|firebase-adminsdk.json|x-firebase-adminsdk-ab1.json|secrets.prod.yaml
auth.json|.npmrc.save|.netrc.txt|.git-credentials.txt|server.key.txt|deploy_rsa|rsa_key
private_key.txt|api_key.txt|api-keys.json|.terraformrc|.Renviron|.renviron|credentials.json
credentials|credentials.txt|secrets.txt|secret.yml|client_secret_123.json|passwords.txt|prod.env.txt
service_account.json|.env.swp|id_rsa.txt|CREDENTIALS.JSON|secrets.env|credentials.ini""".replace(
    "\n", "|"
).split("|")
PLAIN = """credentials.py|test_auth.py|tokens.py|auth.json.md|secrets.md|secrets.py|auth.py
api_keys.go|credentials.test.ts|private_key.rs|access_tokens.rb|service-account.yaml|serviceaccount.yaml
requirements.txt|keys.txt|monkey.txt|rsa.py|rsa_key.c|author.json|secretary.json
accredentials.json|README copy.md|environment.yml|config.yaml|package.json|password.py|auth.md
kubeconfig.go|boto.py|.gitconfig|.env.example|passwd.c|turkey.txt|hotkey.json""".replace(
    "\n", "|"
).split("|")


@pytest.mark.parametrize("name", SECRETS)
def test_names_of_secrets(name: str) -> None:
    assert is_secret(name)
    assert is_secret(f"deep/er/{name}")


@pytest.mark.parametrize("name", PLAIN)
def test_names_of_what_is_no_secret(name: str) -> None:
    assert not is_secret(name)
    assert not is_secret(f"deep/er/{name}")


def test_folders_with_code_about_secrets_are_entered(tmp_path: Path) -> None:
    write(tmp_path, "private_keys/a.py", "go-rsa/b.py", "api_keys/c.py", "private_key")
    assert names(tmp_path) == {"private_keys/a.py", "go-rsa/b.py", "api_keys/c.py"}


def test_a_repository_without_a_workspace_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "x.git/HEAD", "x.git/config", "x.git/objects/info/p", "x.git/refs/h/m")
    assert names(tmp_path) == {"a.py"}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        (b"-----BEGIN RSA PRIVATE " + b"KEY-----\nMII", True),
        (b"x\n  -----BEGIN PRIVATE " + b"KEY-----\nMII", True),
        (b"-----BEGIN PGP PRIVATE " + b"KEY BLOCK-----", True),
        (b"-----BEGIN PUBLIC KEY-----", False),
        (b"a PRIVATE " + b"KEY", False),
    ],
)
def test_content_with_a_private_key(text: bytes, holds: bool) -> None:
    assert bool(secret_in(text)) is holds


@pytest.mark.parametrize(
    ("pattern", "fitting"),
    [
        ("*.py", ["a.py", "src/b.py", "src/deep/c.py"]),
        ("src/*.py", ["src/b.py"]),
        ("src/**/*.py", ["src/b.py", "src/deep/c.py"]),
        ("**/c.*", ["src/deep/c.py"]),
        ("src/", ["src/b.py", "src/deep/c.py"]),
        ("/a.py", ["a.py"]),
        ("*a*/*a*a*a*a*a", []),
    ],
)
def test_patterns(pattern: str, fitting: list[str]) -> None:
    fits = matcher(pattern)
    assert [path for path in ("a.py", "src/b.py", "src/deep/c.py", "d.rs") if fits(path)] == fitting


def test_what_would_be_left_out_need_not_be_there(tmp_path: Path) -> None:
    write(tmp_path, "sub/.gitignore", text="/local/\n")
    (tmp_path / ".gitignore").write_text("*.log\n!keep.log\n")
    (tmp_path / ".git").mkdir()
    left_out = ignored(tmp_path)
    assert [left_out(path) for path in ("a.log", "gone/a.log", "sub/local/x", ".env")] == [True] * 4
    assert not any(map(left_out, ("keep.log", "local/x", "sub/a.py")))


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


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """A workspace with hard links to files outside of it."""
    root = tmp_path / "root"
    write(tmp_path, "outside/a.txt", "outside/b.txt", "root/own.py")
    (root / "sub").mkdir()
    (root / "notes.md").hardlink_to(tmp_path / "outside/a.txt")
    (root / "sub/more.md").hardlink_to(tmp_path / "outside/b.txt")
    return root


def test_a_hard_link_to_what_is_outside_is_left_out(linked: Path) -> None:
    assert names(linked) == {"own.py"}


@pytest.mark.parametrize("version", [2, 3, 4])
def test_but_for_one_that_git_tracks(linked: Path, version: int) -> None:
    git = ["git", "-C", str(linked), "-c", f"index.version={version}"]
    subprocess.run([*git, "init", "-q"], check=True)
    # The third version is written where it is needed: for an entry with a flag of its own.
    added = ["add", "own.py", "sub/more.md"] if version != 3 else ["add", "-N", "own.py"]
    subprocess.run([*git, *added], check=True)
    if version == 3:
        subprocess.run([*git, "add", "sub/more.md"], check=True)
    assert (linked / ".git/index").read_bytes()[7] == version
    assert names(linked) == {"own.py", "sub/more.md"}
    assert names(linked / "sub") == {"more.md"}
    (linked / ".git/index").write_bytes((linked / ".git/index").read_bytes()[:90])
    assert names(linked) == {"own.py"}


def test_what_is_installed_by_hard_links_is_read(tmp_path: Path) -> None:
    write(tmp_path, "store/a.py")
    packages = tmp_path / "lib/site-packages"
    packages.mkdir(parents=True)
    (packages / "a.py").hardlink_to(tmp_path / "store/a.py")
    assert names(packages) == {"a.py"}
    (tmp_path / "library").mkdir()
    (tmp_path / "library/a.py").hardlink_to(tmp_path / "store/a.py")
    library = Library("packages", tmp_path / "library")
    assert [file.path for file in library.files(library.root)] == ["a.py"]


def test_a_link_anywhere_on_the_way_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "outside/a.py", "root/sub/b.py")
    (tmp_path / "root/folder").symlink_to(tmp_path / "outside")
    (tmp_path / "other").symlink_to(tmp_path / "root")
    assert read(tmp_path / "root", "sub/b.py") is not None
    assert read(tmp_path / "root", "folder/a.py") is None
    assert read(tmp_path / "root", "sub/../../outside/a.py") is None
    assert read(tmp_path / "other", "sub/b.py") is None
    assert names(tmp_path / "root/folder") == set()
