"""The tools for a workspace: what they find, how much they give, how long they take."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from dulwich import porcelain

from robotui.profiles import TOOLS
from robotui.server.engine import Observe
from robotui.server.models import git_history, git_repository, tools
from robotui.server.models.tools import Call, offered
from robotui.server.models.workspace import Workspace
from robotui.server.models.workspace_files import Found

AUTHOR = b"Ann <ann@example.com>"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    (folder / "src").mkdir(parents=True)
    code = "".join(f"def number_{n}():\n    return {n}\n" for n in range(300))
    (folder / "src" / "numbers.py").write_text(code, "utf-8")
    retry = 'def wait(times):\n    """Decide how long a retry waits."""\n    return 2**times\n'
    (folder / "src" / "retry.py").write_text(retry, "utf-8")
    (folder / "README.md").write_text("# Numbers\n", "utf-8")
    return folder


@pytest_asyncio.fixture
async def workspace(root: Path, tmp_path: Path) -> AsyncIterator[Workspace]:
    looked_into = Workspace(root, tmp_path / "cache")
    yield looked_into
    await looked_into.aclose()


async def used(workspace: Workspace, name: str, limit: int = 100_000, /, **given: Any) -> Observe:
    """What comes of one call."""
    tool = next((tool for tool in offered(workspace, TOOLS) if tool.name == name), None)
    text, observation = await Call(tool, name, given, limit).run()
    assert observation.content == text
    return observation


def commit(root: Path, message: str) -> str:
    porcelain.add(str(root), [str(file) for file in root.rglob("*") if ".git" not in file.parts])
    made = porcelain.commit(str(root), message.encode(), author=AUTHOR, committer=AUTHOR)
    return made.decode()


async def test_searching_in_plain_words(workspace: Workspace) -> None:
    seen = await used(workspace, "search_code", query="where are retries decided?")
    assert seen.content.startswith("src/retry.py:1 function wait\n    1  def wait(times):")
    assert seen.extras["memories"][0] == "src/retry.py:1"


async def test_nothing_found_is_said(workspace: Workspace) -> None:
    assert "Nothing found" in (await used(workspace, "search_code", query="zebra")).content
    assert "No definition" in (await used(workspace, "find_symbol", name="zebra")).content


async def test_a_file_comes_in_parts(workspace: Workspace) -> None:
    first = await used(workspace, "read_file", path="src/numbers.py")
    assert first.content.startswith("src/numbers.py, lines 1-400 of 600\n    1  def number_0():")
    assert first.content.endswith("\n  400      return 199")
    rest = await used(workspace, "read_file", path="src/numbers.py", start=599)
    assert rest.content.split("\n")[1:] == ["  599  def number_299():", "  600      return 299"]
    part = await used(workspace, "read_file", path="src/numbers.py", start="3", end=3.0)
    assert part.content.split("\n")[1:] == ["    3  def number_1():"]
    beyond = await used(workspace, "read_file", path="src/numbers.py", start=999)
    assert beyond.content == "src/numbers.py has 600 lines; line 999 is behind its end."


@pytest.mark.parametrize(
    "path",
    ["src/retry.py", "./src/retry.py", "{root}/src/retry.py", " src//retry.py ", "src\\retry.py"],
)
async def test_ways_to_write_a_path(workspace: Workspace, root: Path, path: str) -> None:
    seen = await used(workspace, "read_file", path=path.format(root=root))
    assert "def wait" in seen.content


async def test_a_near_miss_gets_a_hint(workspace: Workspace) -> None:
    seen = await used(workspace, "read_file", path="retry.py")
    assert "Did you mean src/retry.py?" in seen.content


async def test_new_files_are_seen(workspace: Workspace, root: Path) -> None:
    await used(workspace, "list_files")
    (root / "new.py").write_text("x = 1\n", "utf-8")
    # A path that is not known is looked for again, once the last look is a second old.
    workspace._files._listed -= 2
    assert "x = 1" in (await used(workspace, "read_file", path="new.py")).content


async def test_listing(workspace: Workspace, root: Path) -> None:
    size = len((root / "src" / "retry.py").read_bytes())
    seen = await used(workspace, "list_files", folder="src", pattern="r*.py")
    assert seen.content == f"src/retry.py ({size} bytes)"
    assert seen.extras["command"] == "ls src r*.py"
    assert (await used(workspace, "list_files", folder="nowhere")).content == "No such files."


async def test_patterns_with_folders(workspace: Workspace) -> None:
    for folder, pattern in (("", "src/**/r*.py"), ("", "**/r*.py"), ("src", "/r*.py")):
        seen = await used(workspace, "list_files", folder=folder, pattern=pattern)
        assert [line.split()[0] for line in seen.content.split("\n")] == ["src/retry.py"]


async def test_a_secret_in_a_file_of_any_name_is_not_shown(
    workspace: Workspace, root: Path
) -> None:
    token = "ghp_" + "aB3dE5gH7j" * 4
    (root / "notes.md").write_text(f"The zebra is called {token}\n", "utf-8")
    seen = await used(workspace, "read_file", path="notes.md")
    assert seen.content == "notes.md holds a token of GitHub; it is not shown."
    for name, given in (("search_code", "query"), ("find_symbol", "name")):
        seen = await used(workspace, name, **{given: "zebra"})
        assert token not in seen.content


async def test_null_means_the_default(workspace: Workspace) -> None:
    seen = await used(workspace, "read_file", path="src/retry.py", start=None, end=None)
    assert "lines 1-3 of 3" in seen.content
    assert "needs path" in (await used(workspace, "read_file", path=None)).content


@pytest.mark.parametrize("arguments", [None, "x", [1], 7])
async def test_arguments_that_are_no_object_are_refused(
    workspace: Workspace, arguments: Any
) -> None:
    tool = next(tool for tool in offered(workspace, TOOLS) if tool.name == "list_files")
    call = Call(tool, tool.name, arguments, 1000)
    text, _ = await call.run()
    assert (call.act.action, "no JSON object" in text) == ("refused", True)


async def test_lines_end_where_the_index_ends_them(workspace: Workspace, root: Path) -> None:
    (root / "odd.py").write_bytes("a = 1\fb\u2028c\r\nd = 2\x0be\n".encode())
    seen = await used(workspace, "read_file", path="odd.py")
    assert seen.content == "odd.py, lines 1-2 of 2\n    1  a = 1\fb\u2028c\n    2  d = 2\x0be"


async def test_what_is_too_long_is_cut(workspace: Workspace) -> None:
    seen = await used(workspace, "read_file", 500, path="src/numbers.py")
    assert len(seen.content) < 600
    assert seen.content.endswith("(cut here: ask for less at once)\n")


async def test_what_takes_too_long_is_given_up(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(**_given: Any) -> Found:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(tools, "SECONDS", 0.05)
    monkeypatch.setattr(workspace, "list_files", hang)
    seen = await used(workspace, "list_files")
    assert "was given up" in seen.content
    assert seen.extras["exit_code"] == 1


async def test_after_the_end_calls_are_refused_in_words(workspace: Workspace) -> None:
    await used(workspace, "list_files")
    await workspace.aclose()
    assert "stopping" in (await used(workspace, "list_files")).content


# --- history -------------------------------------------------------------------------------------


async def test_no_repository_no_history(workspace: Workspace) -> None:
    names = [tool.name for tool in offered(workspace, TOOLS)]
    assert names == ["search_code", "find_symbol", "read_file", "list_files"]


async def test_the_log(workspace: Workspace, root: Path) -> None:
    porcelain.init(str(root))
    first = commit(root, "Begin\n\nWith numbers.")
    (root / "README.md").write_text("# All numbers\n", "utf-8")
    second = commit(root, "Say more")
    seen = await used(workspace, "git_log")
    assert [line[:19] for line in seen.content.split("\n") if line.startswith("commit")] == [
        f"commit {second[:12]}",
        f"commit {first[:12]}",
    ]
    assert "    With numbers." in seen.content
    assert "Ann <ann@example.com>" in seen.content
    assert (await used(workspace, "git_log", count=1)).content.count("commit ") == 1
    only = await used(workspace, "git_log", path="src")
    assert ("Begin" in only.content, "Say more" in only.content) == (True, False)
    assert (only.extras["command"], only.extras["exit_code"]) == ("git log -15 src", 0)


async def test_diffs(workspace: Workspace, root: Path) -> None:
    porcelain.init(str(root))
    first = commit(root, "Begin")
    assert "no changes" in (await used(workspace, "git_diff")).content
    (root / "README.md").write_text("# All numbers\n", "utf-8")
    (root / "src" / "retry.py").unlink()
    (root / "new.py").write_text("x = 1\n", "utf-8")
    workspace._files._listed = float("-inf")
    changed = (await used(workspace, "git_diff")).content
    assert "--- a/README.md\n+++ b/README.md\n@@ -1 +1 @@\n-# Numbers\n+# All numbers\n" in changed
    assert "--- a/src/retry.py\n+++ /dev/null\n" in changed
    assert "--- /dev/null\n+++ b/new.py\n" in changed
    assert "numbers.py" not in changed
    assert "README" not in (await used(workspace, "git_diff", path="src")).content
    (root / "src" / "numbers.py").write_text("\0", "utf-8")
    second = commit(root, "Change")
    for name in (second, second[:8], "HEAD", "master"):
        seen = await used(workspace, "git_diff", commit=name)
        assert "src/numbers.py: binary, changed" in seen.content
    before = (await used(workspace, "git_diff", commit="HEAD~1")).content
    assert before == (await used(workspace, "git_diff", commit=first)).content
    assert "+++ b/src/retry.py" in before


@pytest.mark.parametrize("name", ["0" * 40, "nothing", "HEAD^", "a b", "HEAD~999999", "", "~1"])
async def test_commits_that_are_not_there(workspace: Workspace, root: Path, name: str) -> None:
    porcelain.init(str(root))
    seen = await used(workspace, "git_diff", commit=name)
    assert seen.extras["exit_code"] == 1
    assert "commit" in seen.content


async def test_a_long_look_into_history_is_stopped(
    workspace: Workspace, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    porcelain.init(str(root))
    commit(root, "One")
    commit(root, "Two")
    monkeypatch.setattr(git_repository, "_SECONDS", -1.0)
    assert "(stopped here: it took too long)" in (await used(workspace, "git_log")).content


def test_a_huge_file_is_not_compared() -> None:
    old = b"".join(b"%d\n" % n for n in range(50_000))
    assert "too large to compare" in git_history._unified("a", old, old + b"x")
