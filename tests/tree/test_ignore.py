"""What is ignored here is what git ignores: compared with git itself where that can be."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.tree import git_config, ignore_patterns
from robotui.tree.walk import ignored, walk
from tests.needs import need

SEGMENTS = (
    *("a", "b", "ab", "a.b", "é", "A", "*", "**", "***", "*.b", "a*", "a**", "**b", "*a*b*", "?"),
    *("[ab]", "[!a]", "[^a]*", "[a-c]", "[]a]", "[a", "[é]", "[\\]a]", "[a-]", "[a\\-c]", "[a/b]"),
    *("[[:alpha:]]", "[[:foo:]]", "[[:a]", "\\a", "a\\*", "a\\", "a ", "a\\ ", " a", "#a", "\\#a"),
)
NAMES = (
    "a",
    "b",
    "ab",
    "a.b",
    "c",
    "é",
    "A",
    "a b",
    "a ",
    " a",
    "#a",
    "]a",
    "!a",
    "-",
    "aXbY",
    "[",
)
LINES = st.builds(
    lambda no, slash, parts, end: no + slash + "/".join(parts) + end,
    st.sampled_from(["", "", "", "!"]),
    st.sampled_from(["", "", "/"]),
    st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=3),
    st.sampled_from(["", "", "/", "  ", "\r"]),
)
PATHS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map("/".join)


def git(folder: Path, *words: str, given: str = "") -> str:
    command = ["git", "-C", str(folder), "-c", "protocol.file.allow=always", *words]
    env = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
    for name in ("AUTHOR", "COMMITTER"):
        env |= {f"GIT_{name}_NAME": "A", f"GIT_{name}_EMAIL": "a@b.c"}
    done = subprocess.run(command, input=given.encode(), capture_output=True, env=env, check=False)
    assert done.returncode in (0, 1), done.stderr.decode()
    return done.stdout.decode()


def ignored_by_git(folder: Path, paths: list[str]) -> set[str]:
    listed = "\0".join(f"./{path}" for path in paths)
    out = git(folder, "check-ignore", "--no-index", "-z", "--stdin", given=listed)
    return {path.removeprefix("./") for path in out.split("\0") if path}


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    need("git")
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "-q")
    return root


def home() -> Path:
    return Path(os.environ["HOME"])


def agree(root: Path, *names: str) -> set[str]:
    """What is left out of ``names``, about which git, the walk and ``ignored`` agree."""
    write(root, dict.fromkeys(names, "x = 1\n"))
    left_out = set(names) - {file.path for file in walk(root)}
    assert left_out == set(filter(ignored(root), names))
    assert left_out == ignored_by_git(root, list(names))
    return left_out


@pytest.mark.parametrize("any_case", [False, True])
def test_patterns_mean_what_they_mean_to_git(repository: Path, any_case: bool) -> None:
    git(repository, "config", "core.ignoreCase", str(any_case).lower())

    @given(st.lists(LINES, min_size=1, max_size=3), st.sets(PATHS, min_size=10, max_size=30))
    def same(lines: list[str], paths: set[str]) -> None:
        text = "\n".join(lines)
        (repository / ".gitignore").write_bytes(text.encode())
        rules = ignore_patterns.parse(text.encode(), any_case=any_case)

        def out(path: str) -> bool:
            parts = path.split("/")
            folders = ["/".join(parts[:n]) + "/" for n in range(1, len(parts))]
            return any(map(rules.verdict, folders)) or bool(rules.verdict(path))

        assert set(filter(out, paths)) == ignored_by_git(repository, sorted(paths))

    same()


FOLDERS = st.sampled_from(["", "a/", "b/", "a/b/", "ab/a/"])


def test_ignore_files_at_any_depth(repository: Path) -> None:
    paths = sorted({f"{a}/{b}/{c}" for a in ("a", "b", "ab") for b in NAMES[:6] for c in NAMES[:6]})
    for path in paths:
        (repository / path).parent.mkdir(parents=True, exist_ok=True)

    @given(st.dictionaries(FOLDERS, st.lists(LINES, min_size=1, max_size=3), max_size=3))
    def same(files: dict[str, list[str]]) -> None:
        for folder in ("", "a/", "b/", "a/b/", "ab/a/"):
            place = repository / folder
            place.mkdir(parents=True, exist_ok=True)
            (place / ".gitignore").write_bytes("\n".join(files.get(folder, [])).encode())
        theirs = ignored_by_git(repository, paths)
        assert set(filter(ignored(repository), paths)) == theirs
        # A folder of it that is not ignored, as a workspace of its own.
        if not ignored_by_git(repository, ["a/b/"]):
            inner = ignored(repository / "a/b")
            below = [path for path in paths if path.startswith("a/b/")]
            assert {path for path in below if inner(path[4:])} == theirs & set(below)

    same()


def test_the_repositorys_own_excludes(repository: Path) -> None:
    (repository / ".git/info/exclude").write_text("private.py\n/notes/\n!kept.tmp\n", "utf-8")
    (repository / ".gitignore").write_text("*.tmp\n", "utf-8")
    names = ("a.py", "private.py", "sub/private.py", "notes/b.py", "sub/notes/c.py", "kept.tmp")
    assert agree(repository, *names) == {"private.py", "sub/private.py", "notes/b.py", "kept.tmp"}


@pytest.mark.parametrize("place", [".config/git/ignore", "xdg/git/ignore"])
def test_the_users_excludes_where_nothing_is_configured(
    repository: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    if place.startswith("xdg"):
        monkeypatch.setenv("XDG_CONFIG_HOME", str(home() / "xdg"))
    write(home(), {place: "*.private\nscratch/\n"})
    names = ("a.py", "b.private", "sub/scratch/c.py")
    assert agree(repository, *names) == {"b.private", "sub/scratch/c.py"}


def test_the_users_excludes_hold_without_a_repository(tmp_path: Path) -> None:
    write(home(), {".config/git/ignore": "*.private\n"})
    write(tmp_path, {"a.py": "x", "b.private": "x"})
    assert {file.path for file in walk(tmp_path)} == {"a.py"}


CONFIGS = [
    ("[core]\n\texcludesFile = ~/mine\n", ""),
    ('[core] excludesfile = "~/mine" ; a word\n', ""),
    ("[core]\r\n  ExcludesFile=~/mi\\\r\nne\r\n", ""),
    ("[include]\n path = more.inc\n", "[core]\nexcludesFile = ~/mine\n"),
    ('[includeIf "gitdir:**/repository/"]\npath=more.inc\n', "[core]\nexcludesFile=~/mine"),
    ('[includeIf "gitdir/i:REPOSITORY/.GIT"]\npath=~/more.inc\n', "[core]\nexcludesFile=~/mine"),
    ('[includeIf "onbranch:tr*"]\npath=more.inc\n', "[core]\nexcludesFile=~/mine"),
    ('# \\\n[Core]\n# x = "\nexcludesFile = ~/other\nexcludesFile = ~/mine # the last\n', ""),
]


@pytest.mark.parametrize(("config", "more"), CONFIGS)
def test_the_excludes_that_are_configured(repository: Path, config: str, more: str) -> None:
    git(repository, "symbolic-ref", "HEAD", "refs/heads/trunk")
    (home() / ".gitconfig").write_bytes(config.encode())
    write(home(), {"more.inc": more, "mine": "*.mine\n", ".config/git/ignore": "*.default\n"})
    assert agree(repository, "a.py", "a.mine", "sub/b.mine", "c.default") == {
        "a.mine",
        "sub/b.mine",
    }


@pytest.mark.parametrize(
    "config",
    [
        '[includeIf "gitdir:~/work/"]\npath=more.inc\n',
        '[includeIf "onbranch:main/"]\npath=more.inc\n',
        '[includeIf "hasconfig:remote.*.url:https://h/**"]\npath=more.inc\n',
    ],
)
def test_what_is_included_for_other_repositories_only(repository: Path, config: str) -> None:
    write(home(), {".gitconfig": config, "more.inc": "[core]\nexcludesFile=~/mine\n"})
    write(home(), {"mine": "*.mine\n"})
    assert agree(repository, "a.py", "a.mine") == set()


def test_the_repositorys_configuration_counts_most(repository: Path) -> None:
    git(repository, "config", "core.excludesFile", "own-excludes")
    write(home(), {".gitconfig": "[core]\nexcludesFile = ~/mine\n", "mine": "*.mine\n"})
    write(repository, {"own-excludes": "*.own\n"})
    assert agree(repository, "a.py", "a.mine", "a.own") == {"a.own"}


def test_excludes_that_are_switched_off(repository: Path) -> None:
    write(home(), {".gitconfig": "[core]\nexcludesFile =\n", ".config/git/ignore": "*.mine\n"})
    assert agree(repository, "a.mine") == set()


@pytest.mark.parametrize("variable", ["GIT_CONFIG_GLOBAL", "GIT_CONFIG_COUNT"])
def test_configuration_of_the_environment(
    repository: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    write(home(), {"mine": "*.mine\n", "global": "[core]\nexcludesFile = ~/mine\n"})
    if variable == "GIT_CONFIG_GLOBAL":
        monkeypatch.setenv(variable, str(home() / "global"))
    else:
        monkeypatch.setenv(variable, "1")
        monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.excludesFile")
        monkeypatch.setenv("GIT_CONFIG_VALUE_0", "~/mine")
    assert agree(repository, "a.py", "a.mine") == {"a.mine"}


def test_excludes_behind_a_link(repository: Path) -> None:
    write(home(), {"dotfiles/ignore": "*.mine\n", "dotfiles/config": "[core]\nx = y\n"})
    (home() / ".config/git").mkdir(parents=True)
    (home() / ".config/git/ignore").symlink_to(home() / "dotfiles/ignore")
    (home() / ".gitconfig").symlink_to(home() / "dotfiles/config")
    assert agree(repository, "a.mine") == {"a.mine"}


def committed(root: Path) -> None:
    write(root, {"seed.py": "x = 1\n"})
    git(root, "add", "seed.py")
    git(root, "commit", "-qm", "Begin")


def test_in_a_worktree(repository: Path, tmp_path: Path) -> None:
    committed(repository)
    git(repository, "worktree", "add", "-q", str(tmp_path / "tree"))
    (repository / ".git/info/exclude").write_text("*.private\n", "utf-8")
    (tmp_path / "tree/.gitignore").write_text("/out/\n", "utf-8")
    names = ("a.py", "a.private", "sub/b.private", "out/c.py")
    assert agree(tmp_path / "tree", *names) == {"a.private", "sub/b.private", "out/c.py"}


def test_a_worktree_with_a_configuration_of_its_own(repository: Path, tmp_path: Path) -> None:
    committed(repository)
    git(repository, "worktree", "add", "-q", str(tmp_path / "tree"))
    git(repository, "config", "extensions.worktreeConfig", "true")
    write(home(), {"mine": "*.mine\n"})
    git(tmp_path / "tree", "config", "--worktree", "core.excludesFile", "~/mine")
    assert agree(tmp_path / "tree", "a.mine") == {"a.mine"}
    assert agree(repository, "a.mine") == set()


def test_in_a_submodule_and_in_a_folder_of_it(repository: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    committed(other)
    git(repository, "submodule", "add", "-q", str(other), "lib/sub")
    exclude = repository / ".git/modules/lib/sub/info/exclude"
    exclude.write_text("*.private\n", "utf-8")
    sub = repository / "lib/sub"
    assert agree(sub, "a.py", "a.private", "deep/b.private") == {"a.private", "deep/b.private"}
    assert agree(sub / "deep", "c.py", "c.private") == {"c.private"}
    seen = {file.path for file in walk(repository)}
    assert "lib/sub/a.py" in seen
    assert not any(path.endswith(".private") for path in seen)


def test_a_clone_in_the_workspace_has_rules_of_its_own(repository: Path) -> None:
    (repository / ".gitignore").write_text("*.log\n", "utf-8")
    inner = repository / "clone"
    inner.mkdir()
    git(inner, "init", "-q")
    (inner / ".git/info/exclude").write_text("*.private\n", "utf-8")
    write(inner, {"a.py": "x", "a.log": "x", "b.private": "x", "sub/c.private": "x"})
    assert {file.path for file in walk(repository)} == {".gitignore", "clone/a.py"}


def test_rules_that_take_in_again_hold_in_a_folder(repository: Path) -> None:
    (repository / ".gitignore").write_text("*\n!*/\n!*.py\n", "utf-8")
    write(repository, {"src/a.py": "x = 1\n"})
    assert agree(repository / "src", "a.py", "b.txt", "deep/c.py", "deep/d.txt") == {
        *("b.txt", "deep/d.txt")
    }


def test_in_an_ignored_workspace_the_other_rules_hold(repository: Path) -> None:
    (repository / ".gitignore").write_text("build/\n*.private\n", "utf-8")
    write(repository, {"build/a.py": "x", "build/b.private": "x", "build/lib/c.private": "x"})
    assert {file.path for file in walk(repository / "build")} == {"a.py"}
    assert {file.path for file in walk(repository / "build/lib")} == set()


@pytest.mark.parametrize("end", ["\x0c", "\x85", "\u2028", "\x1c"])
def test_only_a_line_feed_ends_a_line(repository: Path, end: str) -> None:
    (repository / ".gitignore").write_text(f"c{end}d\ne\n", "utf-8")
    assert agree(repository, "c", "d", "e") == {"e"}


def test_an_ignore_file_with_a_byte_order_mark(repository: Path) -> None:
    (repository / ".gitignore").write_bytes(b"\xef\xbb\xbfa.py\r\nb.py\r\n")
    assert agree(repository, "a.py", "b.py", "c.py") == {"a.py", "b.py"}


def test_a_folder_named_git_that_is_no_repository_hides_no_rules(repository: Path) -> None:
    (repository / ".gitignore").write_text("*.private\n", "utf-8")
    (repository / "sub/.git").mkdir(parents=True)
    assert agree(repository / "sub", "a.py", "a.private") == {"a.private"}


@pytest.mark.parametrize(
    "dot", ["gitdir: nowhere\n", "gitdir:", "what", "gitdir: \x00\n", "gitdir: .git\n"]
)
def test_a_pointer_that_leads_nowhere(tmp_path: Path, dot: str) -> None:
    write(tmp_path, {".git": dot, ".gitignore": "*.log\n", "a.py": "x", "a.log": "x"})
    assert {file.path for file in walk(tmp_path)} == {".gitignore", "a.py"}


@given(st.text(alphabet='[]=#;"\\ \n\ra~/.x', max_size=60))
def test_any_configuration_can_be_read(text: str) -> None:
    for *names, value in git_config._entries(text):
        assert all(isinstance(one, str) for one in (*names, value))


def test_files_that_include_each_other(repository: Path) -> None:
    write(home(), {".gitconfig": "[include]\npath = .gitconfig\n[core]\nexcludesFile = ~/mine\n"})
    write(home(), {"mine": "*.mine\n"})
    write(repository, {"a.mine": "x", "b.py": "x"})
    assert {file.path for file in walk(repository)} == {"b.py"}
