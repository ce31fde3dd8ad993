"""Where a paste goes, what is kept of a prompt, and windows without room."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.color import Color
from textual.widgets import Input

from robotui.chats import drafts
from robotui.errors import StorageError
from robotui.ui.dialogs.write import Write
from tests.ui.fakes import Bench, said, workbench

CODE = "```python app.py\ny = 1\n```\n"


@pytest.fixture
def old_file() -> Path:
    """The file that the code would be applied to."""
    file = Path("app.py")
    file.write_text("y = 0\n")
    return file


async def paste(bench: Bench, text: str) -> None:
    bench.pilot.app.post_message(events.Paste(text))
    await bench.pilot.pause()


async def test_a_paste_is_text_whatever_is_in_it() -> None:
    async with workbench() as bench:
        await paste(bench, "one\x1b[31m\r\n\ttwo\x00\r")
        await bench.until(lambda: bench.screen.prompt.text == "one\n\ttwo\n")
        assert not bench.client.asked


async def test_a_paste_goes_to_the_prompt_from_wherever_the_focus_is() -> None:
    async with workbench([said(CODE)]) as bench:
        await bench.ask("code")
        await bench.ready()
        await bench.pilot.press("alt+up")
        await paste(bench, "s\na\n")
        await bench.until(lambda: bench.screen.prompt.text == "s\na\n")
        assert bench.pilot.app.screen is bench.screen


async def test_a_paste_presses_no_key_of_a_dialog(old_file: Path) -> None:
    async with workbench([said(CODE)]) as bench:
        await bench.ask("code")
        await bench.ready()
        bench.parts.writing.apply("1")
        await bench.until(lambda: isinstance(bench.pilot.app.screen, Write))
        await bench.shows("y Write")
        bench.pilot.app.screen.set_focus(None)
        await paste(bench, "y\ny\ny\n")
        await bench.shows("nothing to paste into here")
        assert isinstance(bench.pilot.app.screen, Write)
        assert old_file.read_bytes() == b"y = 0\n"  # noqa: ASYNC240 - a few bytes of a test
        field = bench.pilot.app.screen.query_one("#name", Input)
        field.focus()
        field.clear()
        await paste(bench, "\nother.py\ny\n")
        await bench.until(lambda: field.value == "other.py", "the first line in the field")
        await bench.shows("room for one line")


async def test_a_paste_takes_a_retry_off_the_offer() -> None:
    async with workbench([ValueError("broken")]) as bench:
        await bench.ask("code")
        await bench.ready()
        await bench.until(lambda: bench.screen.prompt.retry_offered)
        await paste(bench, "r")
        await bench.until(lambda: not bench.screen.prompt.retry_offered)
        assert bench.screen.prompt.text == "r"


async def test_a_fault_of_a_turn_is_told_once() -> None:
    async with workbench([ValueError("broken in the middle")]) as bench:
        await bench.ask("code")
        await bench.shows("broken in the middle")
        await bench.ready()
        await bench.pilot.pause()
        assert bench.text.count("broken in the middle") == 1


async def test_typing_takes_back_what_ctrl_c_began() -> None:
    async with workbench() as bench:
        await bench.pilot.press("ctrl+c")
        await bench.pilot.press(*"new", "ctrl+c")
        assert bench.screen.prompt.text == ""
        assert bench.pilot.app.is_running
        await bench.pilot.press("x", "backspace", "ctrl+c")
        assert bench.pilot.app.is_running
        await bench.pilot.press("ctrl+c")
        await bench.until(lambda: bench.pilot.app.return_code is not None, "the end")


@pytest.mark.parametrize("key", ["alt+z", "ctrl+underscore"])
async def test_undo_is_on_other_keys_than_ctrl_z(key: str) -> None:
    async with workbench() as bench:
        await bench.type("one")
        await bench.pilot.press("ctrl+z")
        assert bench.screen.prompt.text == "one"
        await bench.shows("no jobs")
        await bench.pilot.press(key)
        assert bench.screen.prompt.text == ""


# --- drafts


async def test_an_unsent_prompt_comes_back_once() -> None:
    async with workbench() as bench:
        await bench.type("half a\nthought")
    async with workbench() as bench:
        await bench.until(lambda: bench.screen.prompt.text == "half a\nthought")
        bench.screen.prompt.clear()
        await bench.pilot.pause()
    async with workbench() as bench:
        await bench.pilot.pause()
        assert bench.screen.prompt.text == ""


def test_each_folder_has_its_own_draft(tmp_path: Path) -> None:
    file = tmp_path / "state" / "drafts.json"
    one, other = tmp_path / "one", tmp_path / "other"
    assert drafts.kept(file, one) == ""
    drafts.keep(file, one, "a")
    drafts.keep(file, other, "b")
    assert (drafts.kept(file, one), drafts.kept(file, other)) == ("a", "b")
    drafts.keep(file, one, " ")
    assert (drafts.kept(file, one), drafts.kept(file, other)) == ("", "b")


@pytest.mark.parametrize("content", [b"", b"\xff", b"[1]", b'{"x": 1}', b'{"x'])
def test_a_file_that_holds_no_drafts_is_no_error(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "drafts.json"
    file.write_bytes(content)
    assert drafts.kept(file, Path("x")) == ""
    drafts.keep(file, Path("x"), "a")
    assert drafts.kept(file, Path("x")) == "a"


def test_drafts_that_cannot_be_read_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        drafts.kept(tmp_path, Path("x"))


# --- colours and room


def contrast(one: Color, other: Color) -> float:
    """WCAG 2.2's contrast ratio, 1 to 21."""

    def light(colour: Color) -> float:
        parts = [part / 255 for part in (colour.r, colour.g, colour.b)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


async def test_selected_text_can_be_read_in_every_theme() -> None:
    async with workbench() as bench:
        app = bench.pilot.app
        for theme in app.available_themes:
            app.theme = theme
            await bench.pilot.pause()
            style = bench.screen.get_component_rich_style("screen--selection")
            assert style.color is not None
            assert style.bgcolor is not None
            if app.current_theme.name.startswith("ansi"):  # the terminal's own colours
                assert style.color != style.bgcolor
                continue
            text, behind = map(Color.from_rich_color, (style.color, style.bgcolor))
            assert contrast(text, behind) >= 4.5, theme


@pytest.mark.parametrize(
    "key", ["", "f1", "f6", "ctrl+f", "ctrl+p", "ctrl+s", "alt+up", "alt+up a"]
)
async def test_a_window_without_room_shows_nothing_and_comes_back(key: str) -> None:
    async with workbench([said(CODE)]) as bench:
        await bench.ask("code")
        await bench.ready()
        await bench.pilot.press(*key.split())
        await bench.pilot.pause()
        focused = bench.pilot.app.focused is not None
        for size in [(4, 24), (3, 1), (1, 1), (40, 1), (5, 2), (10, 3)]:
            await bench.pilot.resize_terminal(*size)
            await bench.pilot.pause()
            if not key and (size[0] <= 4 or size[1] == 1):
                assert not bench.text.strip()
        await bench.pilot.resize_terminal(100, 30)
        await bench.shows("GeneralCodingAgent")
        await bench.until(lambda: (bench.pilot.app.focused is not None) is focused, "a focus")
