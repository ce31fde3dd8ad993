"""The shelf over an app: what it lists, finds, answers, and what stays when it opens again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

import robotui.ui
from robotui.chats.shelf import Key, Shelf
from robotui.chats.transcript import Transcript
from robotui.chats.turns import Said
from robotui.errors import UsageError
from robotui.markdown import CodeBlock
from robotui.ui.dialogs import shelf_listing
from robotui.ui.dialogs.compare import Compare
from robotui.ui.dialogs.shelf import Picked, ShelfDialog, ShelfState
from robotui.ui.widgets.code_view import CodeView
from robotui.ui.widgets.shelf_list import ShelfList, fit
from tests.layout.replies import said
from tests.ui.log.log_app import strips
from tests.waiting import until


class ShelfApp(App[None]):
    """Opens the shelf, and keeps what it answers."""

    CSS_PATH = Path(robotui.ui.__file__).parent / "robotui.tcss"

    def __init__(self, state: ShelfState) -> None:
        super().__init__()
        self.state = state
        self.answers: list[Picked | None] = []
        self.copied: list[str] = []
        self.error: Exception | None = None

    def on_mount(self) -> None:
        self.open()

    def open(self) -> ShelfDialog:
        dialog = ShelfDialog(self.state, self.copy)
        self.push_screen(dialog, self.answers.append)
        return dialog

    async def copy(self, block: CodeBlock) -> str:
        if self.error is not None:
            raise self.error
        self.copied.append(block.source)
        return f"copied {len(block.lines)} lines"


class Shown:
    """The shelf under test."""

    def __init__(self, app: ShelfApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.press = pilot.press

    @property
    def text(self) -> str:
        return "\n".join(strip.text.rstrip() for strip in strips(self.app))

    @property
    def list(self) -> ShelfList:
        return self.app.screen.query_one(ShelfList)

    @property
    def current(self) -> str:
        item = self.list.current
        return item.source if item else ""

    def answer(self) -> Picked:
        (picked,) = self.app.answers
        assert picked is not None
        return picked

    async def until(self, fact: Callable[[], bool]) -> None:
        await until(fact, lambda: f"it did not happen:\n{self.text}", self.pilot.pause)

    async def shows(self, text: str) -> None:
        await self.until(lambda: text in self.text)

    async def complete(self) -> None:
        await self.until(lambda: self.list.complete)
        await self.pilot.pause()


@asynccontextmanager
async def shelf(
    transcript: Transcript, size: tuple[int, int] = (80, 24), **state: Any
) -> AsyncIterator[Shown]:
    app = ShelfApp(ShelfState(Shelf(transcript), **state))
    async with app.run_test(size=size) as pilot:
        shown = Shown(app, pilot)
        await shown.until(lambda: isinstance(app.screen, ShelfDialog))
        await shown.complete()
        yield shown


def code(name: str, text: str) -> str:
    return f"`{name}`:\n\n```python\n{text}\n```\n\n"


@pytest.fixture
def chat() -> Transcript:
    transcript = Transcript()
    said(transcript, code("config.py", "first = 1") + "```bash\nls -l\n```\n")
    said(transcript, "nothing to see")
    said(transcript, code("config.py", "first = 2\nsecond = 2") + code("app.py", "run()"))
    return transcript


def rows(shown: Shown) -> list[str]:
    return [line.strip("│ ") for line in shown.text.split("\n") if " RA " in line]


async def test_lists_all_blocks_newest_first(chat: Transcript) -> None:
    async with shelf(chat) as shown:
        assert [" ".join(row.split()) for row in rows(shown)] == [
            "2 RA python app.py 1 run()",
            "1 RA python config.py (2) 2 first = 2",
            "2 RA bash 1 ls -l",
            "1 RA python config.py (1) 1 first = 1",
        ]
        assert "4 blocks" in shown.text
        assert not shown.app.screen.query_one(CodeView).display


async def test_typing_filters_and_enter_jumps(chat: Transcript) -> None:
    async with shelf(chat) as shown:
        await shown.press(*"config", "space", *"first")
        await shown.shows("2 blocks")
        await shown.press("down", "enter")
        picked = shown.answer()
        assert (picked.action, picked.item.key) == ("jump", Key(1, 1))


async def test_what_nothing_has_is_said(chat: Transcript) -> None:
    async with shelf(chat) as shown:
        await shown.press(*"zzz")
        await shown.shows("nothing has these words")
        await shown.press("enter", "alt+c", "alt+d", "alt+m", "down", "pageup")
        assert shown.app.answers == []
    async with shelf(Transcript()) as shown:
        await shown.shows("no code blocks yet")


@pytest.mark.parametrize(("key", "action"), [("s", "save"), ("a", "apply")])
async def test_letters_act_only_where_they_cannot_be_typed(
    chat: Transcript, key: str, action: str
) -> None:
    async with shelf(chat) as shown:
        await shown.press(key)
        assert shown.app.state.query == key
        await shown.press("backspace", "tab", key)
        assert shown.answer().action == action
    async with shelf(chat) as shown:
        await shown.press("down", f"alt+{key}")
        assert (shown.answer().action, shown.answer().item.key) == (action, Key(5, 1))


async def test_copying_leaves_the_shelf_open(chat: Transcript) -> None:
    async with shelf(chat) as shown:
        await shown.press("down", "alt+c")
        await shown.shows("copied 2 lines")
        await shown.press("tab", "down", "c")
        await shown.shows("copied 1 lines")
        assert shown.app.copied == ["first = 2\nsecond = 2\n", "ls -l\n"]
        shown.app.error = UsageError("It is full", "Make room")
        await shown.press("c")
        await shown.shows("It is full. Make room")
        shown.app.error = ValueError("a fault")
        await shown.press("c")
        await shown.shows("copying failed: ValueError: a fault")


async def test_the_difference_to_the_version_before(chat: Transcript) -> None:
    async with shelf(chat) as shown:
        await shown.press("down", "alt+d")
        await shown.shows("config.py (2) against config.py (1)")
        await shown.shows("+ second = 2")
        await shown.press("t", "escape")
        await shown.until(lambda: isinstance(shown.app.screen, ShelfDialog))
        assert shown.current.startswith("first = 2")


async def test_the_difference_to_the_marked_block(chat: Transcript) -> None:
    async with shelf(chat) as shown:
        await shown.press("alt+m")
        await shown.shows("app.py is marked")
        assert rows(shown)[0].startswith("●")
        await shown.press("down", "down", "alt+d")
        await shown.shows("app.py against bash block 2")
        await shown.press("escape", "up", "up", "alt+m")
        await shown.until(lambda: "●" not in shown.text and "marked" not in shown.text)


async def test_without_another_version_a_word_says_what_to_do(chat: Transcript) -> None:
    async with shelf(chat) as shown:
        await shown.press("alt+d")
        await shown.shows("No earlier app.py: mark another block with Alt+M")
        await shown.press("down", "down", "alt+d")
        await shown.shows("No file name is known: mark another block with Alt+M")


async def test_equal_blocks_are_said_to_be_equal() -> None:
    transcript = Transcript()
    said(transcript, code("a.py", "same") * 2)
    async with shelf(transcript) as shown:
        await shown.press("alt+d")
        await shown.shows("Both are equal, byte for byte.")
        assert isinstance(shown.app.screen, Compare)


async def test_opens_again_as_it_was(chat: Transcript) -> None:
    async with shelf(chat) as shown:
        await shown.press(*"config", "alt+m", "down", "alt+s")
        await shown.until(lambda: bool(shown.app.answers))
        said(chat, code("config.py", "first = 3"))
        shown.app.call_later(shown.app.open)
        await shown.until(lambda: isinstance(shown.app.screen, ShelfDialog))
        await shown.complete()
        assert len(shown.list.items) == 3
        assert shown.current == "first = 1\n"
        assert rows(shown)[1].startswith("●")


async def test_a_click_goes_to_a_block_and_two_jump(chat: Transcript) -> None:
    async with shelf(chat) as shown:
        await shown.pilot.click(ShelfList, offset=(20, 2))
        assert shown.current == "ls -l\n"
        assert shown.app.answers == []
        await shown.pilot.click(ShelfList, offset=(20, 20))
        assert shown.current == "ls -l\n"
        await shown.pilot.click(ShelfList, offset=(20, 1), times=2)
        await shown.until(lambda: bool(shown.app.answers))
        assert shown.answer().item.key == Key(5, 1)


async def test_the_code_of_the_current_block_is_beside_it_where_there_is_room(
    chat: Transcript,
) -> None:
    async with shelf(chat, size=(120, 24)) as shown:
        await shown.press("down")
        await shown.shows("second = 2")
        await shown.press(*"ls")
        await shown.until(lambda: "second = 2" not in shown.text)


async def test_a_long_block_is_shown_up_to_a_bound() -> None:
    transcript = Transcript()
    said(transcript, code("a.py", "\n".join(f"line {n}" for n in range(9999))))
    async with shelf(transcript, size=(120, 24)) as shown:
        await shown.shows("line 9")
        await shown.press("shift+down")
        await shown.until(lambda: "line 2\n" not in shown.text)
        shown.app.screen.query_one(CodeView).scroll_end(animate=False)
        await shown.shows("… 9,499 more lines")


async def test_the_code_stays_where_it_was_scrolled_to_while_it_grows() -> None:
    transcript = Transcript()
    lines = "".join(f"line {n}\n" for n in range(100))
    reply = said(transcript, f"```py\n{lines}", open=True)
    async with shelf(transcript, size=(120, 24)) as shown:
        view = shown.app.screen.query_one(CodeView)
        await shown.shows("line 9")
        await shown.press("shift+down")
        part = reply.parts[0]
        assert isinstance(part, Said)
        part.pieces.append("the end")
        await shown.shows("101…")
        await shown.until(lambda: view.virtual_size.height == 101)
        assert view.scroll_y == 3
        await shown.pilot.resize_terminal(80, 24)
        await shown.until(lambda: not view.display)
        await shown.pilot.resize_terminal(120, 24)
        await shown.shows("line 9")


async def test_blocks_of_a_reply_that_comes_in_appear(chat: Transcript) -> None:
    async with shelf(chat) as shown:
        reply = chat.ask("?", "RepoAgent")
        part = Said(["```py late.py\nnew ="], open=True)
        reply.parts.append(part)
        await shown.shows("late.py")
        assert shown.current == "run()\n"
        assert "1…" in rows(shown)[0]
        part.pieces.append(" 1\n```\n" + code("late.py", "again"))
        await shown.shows("late.py (2)")
        chat.close("done")
        await shown.press("up", "alt+c")
        await shown.shows("copied 1 lines")
        assert shown.app.copied == ["new = 1\n"]


async def test_opens_at_once_and_fills_while_keys_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf_listing, "_SLICE", -1.0)
    monkeypatch.setattr(shelf_listing, "_SHOW_EVERY", -1.0)
    transcript = Transcript()
    for n in range(200):
        said(transcript, code("a.py", f"version = {n}"))
    app = ShelfApp(ShelfState(Shelf(transcript)))
    async with app.run_test(size=(80, 24)) as pilot:
        shown = Shown(app, pilot)
        await shown.shows("of 200 replies read")
        assert not shown.list.complete
        await shown.press("down")
        await shown.complete()
        assert shown.list.cursor == 1
        await shown.shows("200 blocks")
        await shown.shows("a.py (200)")
        await shown.press("tab", "end")
        await shown.shows("a.py (1)")
        await shown.press("home")
        await shown.shows("a.py (200)")


async def test_nothing_in_the_shelf_reaches_the_terminal_raw() -> None:
    transcript = Transcript()
    reply = said(transcript, "```py\x1b[31m title=a.py\n\x1b]0;x\x07[red]y\x9b1m\n```\n")
    reply.agent = "\x1b[5mx"
    async with shelf(transcript, size=(120, 24)) as shown:
        await shown.press("alt+m", "alt+c")
        await shown.shows("[red]y")
        assert not {"\x1b", "\x07", "\x9b"} & set(shown.text)


@pytest.mark.parametrize("size", [(80, 24), (200, 60), (20, 6)])
async def test_fits_any_window(chat: Transcript, size: tuple[int, int]) -> None:
    async with shelf(chat, size=size) as shown:
        await shown.press("down", "up", "pagedown")
        assert len(strips(shown.app)) == size[1]


@pytest.mark.parametrize(
    ("text", "width", "left", "expected"),
    [
        ("abc", 5, False, "abc  "),
        ("abcdef", 4, False, "abc…"),
        ("abcdef", 4, True, "…def"),
        ("日本語", 4, False, "日… "),
        ("日本語", 4, True, "…語 "),
        ("abc", 1, False, " "),
    ],
)
def test_text_is_fitted_to_cells(text: str, width: int, left: bool, expected: str) -> None:
    assert fit(text, width, left=left) == expected


async def test_blocks_of_one_name_are_told_apart_by_their_reply() -> None:
    chat = Transcript()
    said(chat, "```python\na = 1\n```\n")
    said(chat, "```python\na = 2\n```\n")
    async with shelf(chat) as shown:
        await shown.press("alt+m", "down", "alt+d")
        await shown.shows("python block 1 of reply 2 against python block 1 of reply 1")
