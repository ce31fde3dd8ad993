from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Button, Input

import robotui.ui
from robotui.ui.dialogs.write import Write
from robotui.ui.widgets.diff_view import DiffView
from robotui.workspace.changes import Change, Changes
from tests.waiting import PATIENCE, until

CODE = (
    "def first():\n    prepare()\n    return 1\n\n\ndef second():\n    clean_up()\n    return 2\n"
)
BLOCK = "def second():\n    clean_up()\n    return 22\n"


class DialogApp(App[None]):
    CSS_PATH = Path(robotui.ui.__file__).parent / "robotui.tcss"


@dataclass
class Dialog:
    """A dialog under test, and what it answered."""

    pilot: Pilot[None]
    screen: Write
    workspace: Path
    changes: Changes
    answers: list[Change | None] = field(default_factory=list)

    @property
    def text(self) -> str:
        strips = self.pilot.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    async def until(self, fact: Callable[[], bool]) -> None:
        await until(fact, lambda: self.text, self.pilot.pause)

    async def shows(self, text: str) -> None:
        await self.until(lambda: text in " ".join(self.text.split()))

    async def answered(self) -> Change | None:
        await self.until(lambda: bool(self.answers))
        return self.answers[0]

    @property
    def acceptable(self) -> bool:
        return not self.screen.query_one("#accept", Button).disabled

    async def name(self, name: str) -> None:
        """Type another name."""
        field = self.screen.query_one(Input)
        field.focus()
        field.value = name
        await self.pilot.pause()


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = (tmp_path / "workspace").resolve()
    folder.mkdir()
    (folder / "code.py").write_text(CODE)
    return folder


@asynccontextmanager
async def dialog(
    workspace: Path,
    name: str,
    source: str = BLOCK,
    size: tuple[int, int] = (80, 24),
    **options: Any,
) -> AsyncIterator[Dialog]:
    changes = Changes(workspace.parent / "undo", workspace)
    options.setdefault("mode", "apply")
    screen = Write(changes, name, source, **options)
    app = DialogApp()
    async with app.run_test(size=size) as pilot:
        opened = Dialog(pilot, screen, workspace, changes)
        app.push_screen(screen, opened.answers.append)
        await pilot.pause()
        yield opened


# --- apply ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_a_block_is_applied_where_it_belongs_and_taken_back(
    workspace: Path, size: tuple[int, int]
) -> None:
    async with dialog(workspace, "code.py", size=size, language="python") as it:
        await it.shows("Replaces lines 6-8")
        await it.shows("8 + return 22")
        for key in ("y Write", "n Next", "p Previous", "Esc Close"):
            assert key in it.text
        assert ("Side by side" in it.text) is (size[0] > 100)
        assert (workspace / "code.py").read_text() == CODE
        await it.pilot.press("y")
        change = await it.answered()
        assert change is not None
        assert change.file.path == workspace / "code.py"
        assert (workspace / "code.py").read_text() == CODE.replace("return 2\n", "return 22\n")
        it.changes.take_back()
        assert (workspace / "code.py").read_text() == CODE


async def test_escape_writes_nothing(workspace: Path) -> None:
    async with dialog(workspace, "code.py") as it:
        await it.shows("Replaces lines 6-8")
        await it.pilot.press("escape")
        assert await it.answered() is None
        assert (workspace / "code.py").read_text() == CODE


async def test_places_are_stepped_through_by_keys_and_by_mouse(workspace: Path) -> None:
    async with dialog(workspace, "code.py") as it:
        await it.shows("1 of 4")
        await it.pilot.press("n")
        await it.shows("2 of 4")
        await it.pilot.press("p", "p")
        await it.shows("4 of 4")
        await it.pilot.click("#next")
        await it.shows("1 of 4")
        await it.pilot.click("#previous")
        await it.shows("4 of 4")
        await it.until(lambda: it.acceptable)
        await it.pilot.click("#accept")
        change = await it.answered()
        assert change is not None
        assert (workspace / "code.py").read_text() == change.after


async def test_a_guess_is_not_accepted_before_it_was_chosen(workspace: Path) -> None:
    async with dialog(workspace, "code.py", "SELECT 1;\n") as it:
        await it.shows("Nothing in the file is much like the block")
        await it.shows("Choose the place")
        assert not it.acceptable
        await it.pilot.press("y", "ctrl+enter")
        assert (workspace / "code.py").read_text() == CODE
        await it.pilot.press("n")
        await it.shows("2 of 2")
        await it.pilot.press("p")
        await it.shows("1 of 2")
        await it.until(lambda: it.acceptable)
        await it.pilot.press("y")
        assert await it.answered()
        assert (workspace / "code.py").read_text() == CODE + "\nSELECT 1;\n"


async def test_the_reason_is_told_where_it_is_sure(workspace: Path) -> None:
    async with dialog(workspace, "code.py") as it:
        await it.shows("Sure: function second, the only one of that name")
        assert "Choose the place" not in it.text


async def test_lines_that_go_unseen_need_the_key_twice(workspace: Path) -> None:
    lines = "".join(f"    step({n})\n" for n in range(12))
    (workspace / "code.py").write_text(f"def f():\n    a = 1\n{lines}    return a\n")
    block = "def f():\n    a = 1\n    return a\n"
    async with dialog(workspace, "code.py", block) as it:
        await it.shows("! removes 12 lines that the block does not show")
        await it.until(lambda: it.acceptable)
        await it.pilot.press("y")
        await it.shows("Removes 12 lines that the block does not show. y again writes it")
        assert not it.answers
        await it.pilot.press("n", "p")  # another place is another question
        await it.until(lambda: it.acceptable)
        await it.pilot.press("y")
        await it.shows("y again writes it")
        assert not it.answers
        await it.pilot.press("y")
        assert await it.answered()
        assert (workspace / "code.py").read_text() == block


async def test_what_is_there_already_is_not_written_again(workspace: Path) -> None:
    async with dialog(workspace, "code.py", CODE[CODE.index("def second") :]) as it:
        await it.shows("Changes nothing")
        assert not it.acceptable
        await it.pilot.press("y")
        assert not it.answers


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../code.py", "leads out of the workspace"),
        (".git/hooks/pre-commit", "is in a .git folder"),
        ("~/x.py", "leads out of the workspace"),
        ("", "There is no file name"),
        ("raw.bin", "is no text"),
    ],
)
async def test_a_refusal_is_shown_in_place(workspace: Path, name: str, reason: str) -> None:
    (workspace / "raw.bin").write_bytes(b"\0")
    async with dialog(workspace, name, size=(200, 60)) as it:
        await it.shows(reason)
        assert not it.acceptable
        await it.pilot.press("ctrl+enter", "enter")
        await it.shows(reason)
        assert not it.answers
        await it.name("code.py")
        await it.shows("Replaces lines 6-8")
        await it.until(lambda: it.acceptable)
        await it.pilot.press("enter")
        await it.until(lambda: isinstance(it.screen.focused, DiffView))
        assert (workspace / "code.py").read_text() == CODE
        await it.pilot.press("y")
        assert await it.answered()


async def test_a_new_file_is_applied_by_a_second_step(workspace: Path) -> None:
    async with dialog(workspace, "new/other.py") as it:
        await it.shows("Makes a new file of 3 lines")
        await it.name("newer/other.py")
        await it.pilot.press("enter")
        await it.until(lambda: isinstance(it.screen.focused, DiffView))
        assert not (workspace / "newer").exists()
        await it.pilot.press("ctrl+enter")
        assert await it.answered()
        assert (workspace / "newer/other.py").read_text() == BLOCK


# --- changed between preview and accept ----------------------------------------------------------


async def test_a_file_that_changed_meanwhile_is_shown_anew(workspace: Path) -> None:
    async with dialog(workspace, "code.py") as it:
        await it.until(lambda: it.acceptable)
        (workspace / "code.py").write_text("import os\n" + CODE)
        await it.pilot.press("y")
        await it.shows("Not written")
        await it.shows("Replaces lines 7-9")
        assert (workspace / "code.py").read_text() == "import os\n" + CODE
        assert it.screen.query_one(Input).value == "code.py"
        await it.until(lambda: it.acceptable)
        await it.pilot.press("y")
        assert await it.answered()
        assert (workspace / "code.py").read_text().startswith("import os\n")


async def test_a_folder_that_became_a_link_is_not_followed(workspace: Path) -> None:
    outside = workspace.parent / "outside"
    outside.mkdir()
    (workspace / "src").mkdir()
    async with dialog(workspace, "src/new.py", size=(200, 60)) as it:
        await it.until(lambda: it.acceptable)
        (workspace / "src").rmdir()
        (workspace / "src").symlink_to(outside)
        await it.pilot.press("y")
        await it.shows("leads out of the workspace")
        assert not it.acceptable
        assert list(outside.iterdir()) == []


async def test_a_disk_that_refuses_leaves_the_dialog_open(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dialog(workspace, "code.py", size=(200, 60)) as it:
        await it.until(lambda: it.acceptable)
        (workspace.parent / "undo").write_text("in the way")
        await it.pilot.press("y")
        await it.shows("Not written")
        await it.shows("Replaces lines 6-8")
        assert not it.answers
        (workspace.parent / "undo").unlink()
        await it.until(lambda: it.acceptable)
        await it.pilot.press("y")
        assert await it.answered()


async def test_there_is_no_way_out_while_the_file_is_being_written(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    real = Changes.apply

    def slow(self: Changes, change: Change) -> None:
        assert go.wait(PATIENCE)
        real(self, change)

    monkeypatch.setattr(Changes, "apply", slow)
    async with dialog(workspace, "code.py") as it:
        await it.until(lambda: it.acceptable)
        await it.pilot.press("y", "y", "escape", "n")
        assert not it.answers
        go.set()
        assert await it.answered()
        assert len(it.answers) == 1


async def test_a_fault_of_ours_is_told(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("robotui.workspace.code_block.placements", broken)
    async with dialog(workspace, "code.py") as it:
        await it.shows("oops")
        await it.pilot.press("escape")
        assert await it.answered() is None


# --- save ----------------------------------------------------------------------------------------


async def test_a_new_file_is_saved_by_enter(workspace: Path) -> None:
    async with dialog(workspace, "new/x.py", mode="save") as it:
        await it.shows("Makes a new file of 3 lines")
        await it.pilot.press("enter")
        change = await it.answered()
        assert change is not None
        assert (workspace / "new/x.py").read_text() == BLOCK
        it.changes.take_back()
        assert not (workspace / "new").exists()


async def test_a_new_file_with_code_left_out_is_saved_by_a_second_step(workspace: Path) -> None:
    async with dialog(workspace, "x.py", "a = 1\n# ... rest of the file\n", mode="save") as it:
        await it.shows("! line 2 of the block stands for code that was left out")
        await it.pilot.press("enter")
        await it.until(lambda: isinstance(it.screen.focused, DiffView))
        assert not (workspace / "x.py").exists()


async def test_enter_right_after_typing_saves_to_what_was_typed(workspace: Path) -> None:
    async with dialog(workspace, "", mode="save") as it:
        await it.pilot.press(*"ab", "enter")
        assert await it.answered()
        assert (workspace / "ab").read_text() == BLOCK
        assert not (workspace / "a").exists()


async def test_an_existing_file_is_saved_over_by_a_second_step(workspace: Path) -> None:
    async with dialog(workspace, "code.py", mode="save") as it:
        await it.shows("Replaces the whole file")
        await it.pilot.press("enter", "enter")
        await it.until(lambda: isinstance(it.screen.focused, DiffView))
        await it.shows("- def first():")
        assert (workspace / "code.py").read_text() == CODE
        await it.pilot.press("y")
        assert await it.answered()
        assert (workspace / "code.py").read_text() == BLOCK


async def test_a_name_of_the_model_leads_nowhere_but_one_of_the_user_may(workspace: Path) -> None:
    elsewhere = (workspace.parent / "elsewhere").resolve()
    elsewhere.mkdir()
    async with dialog(workspace, str(elsewhere / "x.py"), size=(200, 60), mode="save") as it:
        await it.shows("Makes a new file")
        assert it.screen.query_one(Input).value == "x.py"
        await it.name(str(elsewhere / "y.py"))
        await it.shows("outside the workspace")
        await it.pilot.press("enter")
        await it.until(lambda: isinstance(it.screen.focused, DiffView))
        assert list(elsewhere.iterdir()) == []
        await it.pilot.press("y")
        assert await it.answered()
        assert (elsewhere / "y.py").read_text() == BLOCK
        it.changes.take_back()
        assert list(elsewhere.iterdir()) == []


# --- looks ---------------------------------------------------------------------------------------


async def test_side_by_side_is_a_key_where_there_is_room(workspace: Path) -> None:
    async with dialog(workspace, "code.py", size=(200, 60)) as it:
        await it.until(lambda: it.acceptable)
        await it.pilot.press("t")
        await it.pilot.pause()
        assert it.screen.query_one(DiffView).side_by_side
        await it.pilot.click("#turn")
        await it.pilot.pause()
        assert not it.screen.query_one(DiffView).side_by_side


async def test_names_and_code_are_shown_as_they_are(workspace: Path) -> None:
    async with dialog(workspace, "[b]x[/].py\x1b[2J", "[red]y[/]\x1b]0;t\x07\n") as it:
        await it.shows("[red]y[/]")
        assert it.screen.query_one(Input).value == "[b]x[/].py"
        assert "\x1b" not in it.text
        assert "␛]0;t␇" in it.text


async def test_the_keys_go_by_tab(workspace: Path) -> None:
    async with dialog(workspace, "code.py") as it:
        await it.until(lambda: it.acceptable)
        focused = []
        for _ in range(6):
            focused.append(it.screen.focused.id if it.screen.focused else None)
            await it.pilot.press("tab")
        assert focused == ["difference", "accept", "next", "previous", "close", "name"]


async def test_a_change_told_by_a_number_alone_takes_a_second_key(
    workspace: Path,
) -> None:
    block = "Replace lines 6-8 with:\n" + BLOCK
    async with dialog(workspace, "code.py", block) as it:
        await it.shows("nothing but a")
        await it.shows("y twice")
        await it.pilot.press("y")
        await it.shows("y again writes it")
        assert (workspace / "code.py").read_text() == CODE
        await it.pilot.press("y")
        assert await it.answered() is not None
        assert (workspace / "code.py").read_text() == CODE.replace("return 2\n", "return 22\n")


async def test_a_change_that_does_not_fit_says_what_is_closest(workspace: Path) -> None:
    block = "@@ -6,2 +6,2 @@\n def second():\n-    tidy()\n+    clean()\n"
    async with dialog(workspace, "code.py", block) as it:
        await it.shows("Closest is")
        assert not it.acceptable


async def test_a_file_that_something_runs_takes_a_second_key(workspace: Path) -> None:
    async with dialog(workspace, ".envrc", "export A=1\n") as it:
        await it.shows("direnv")
        await it.until(lambda: it.acceptable)
        await it.pilot.press("y")
        await it.shows("y again writes it")
        assert not (workspace / ".envrc").exists()
        await it.pilot.press("y")
        assert await it.answered() is not None
        assert (workspace / ".envrc").read_text() == "export A=1\n"


async def test_a_guessed_name_that_goes_back_writes_nothing(workspace: Path) -> None:
    async with dialog(workspace, "README.md/" + "x" * 150 + "/../../.envrc", "export A=1\n") as it:
        await it.shows("with .. in it")
        assert not it.acceptable
        await it.pilot.press("y")
        assert not (workspace / ".envrc").exists()


async def test_the_end_of_a_long_path_is_always_seen(workspace: Path) -> None:
    async with dialog(workspace, "a/" * 60 + "end.py", "x = 1\n") as it:
        await it.shows("a/end.py")
        await it.shows("→ …")


async def test_where_a_linked_name_leads_is_shown(workspace: Path) -> None:
    (workspace / "innocent.md").symlink_to(workspace / "code.py")
    async with dialog(workspace, "innocent.md") as it:
        await it.shows("→ code.py")
