from __future__ import annotations

from typing import ClassVar

import pytest
from textual import work
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.pilot import Pilot
from textual.widgets import Input

from robotui.chats.transcript import Transcript
from robotui.chats.turns import Did, Said
from robotui.layout import disclosure
from robotui.layout.scrollback import Place
from robotui.ui.find.controller import FindController
from robotui.ui.find.find_bar import FindBar
from robotui.ui.log.chat_log import ChatLog
from tests.layout.replies import said
from tests.ui.log.log_app import strips
from tests.waiting import until


class FindApp(App[None]):
    """A log, a find bar and an input, put together as a screen does it."""

    CSS = "ChatLog { height: 1fr; } #prompt { height: 1; border: none; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("ctrl+f", "find", "Find"),
        ("ctrl+t", "find('two\\nlines')", "Find"),
        ("pageup", "page_up", "Page up"),
    ]

    def __init__(self, transcript: Transcript) -> None:
        super().__init__()
        self.transcript = transcript
        self.chat_log = ChatLog(id="log")
        self.bar = FindBar()
        self.finder = FindController(self.chat_log, self.bar)

    def compose(self) -> ComposeResult:
        yield self.chat_log
        yield self.bar
        yield Input(id="prompt")

    def on_mount(self) -> None:
        self.chat_log.show(self.transcript)
        self.query_one("#prompt").focus()

    def action_find(self, text: str = "") -> None:
        self.finder.open(text)
        self.find()

    def action_page_up(self) -> None:
        self.chat_log.action_page_up()

    @work(group="find", exclusive=True, exit_on_error=False)
    async def find(self) -> None:
        await self.finder.run()

    def on_find_bar_changed(self, message: FindBar.Changed) -> None:
        self.finder.change(message.query)

    def on_find_bar_moved(self, message: FindBar.Moved) -> None:
        self.finder.move(message.step)

    def on_find_bar_closed(self) -> None:
        self.finder.close()
        self.query_one("#prompt").focus()

    def sync(self) -> None:
        self.chat_log.sync()
        self.chat_log.sync.flush()
        self.finder.sync()


async def settled(pilot: Pilot[None], expected: str) -> str:
    """The bar, once it says this."""
    await until(
        lambda: expected in bar(pilot),
        lambda: f"the bar never said {expected!r}: {bar(pilot)!r}",
        pilot.pause,
    )
    return bar(pilot)


def bar(pilot: Pilot[None]) -> str:
    return strips(pilot.app)[pilot.app.size.height - 2].text


def marked(pilot: Pilot[None]) -> list[str]:
    """What is marked in the log, the current match in brackets."""
    found = []
    for strip in strips(pilot.app)[: pilot.app.size.height - 2]:
        for segment in strip:
            style = segment.style
            if style is not None and style.reverse and style.bold:
                found.append(f"[{segment.text}]")
            elif style is not None and style.underline:
                found.append(segment.text)
    return found


def numbered(count: int, every: int = 10) -> Transcript:
    """A chat of short replies; one in so many has a zebra."""
    transcript = Transcript()
    for at in range(count):
        said(transcript, f"reply {at}" + (" with a Zebra" if at % every == 0 else ""))
    return transcript


async def test_typing_marks_at_once_and_counts() -> None:
    transcript = Transcript()
    said(
        transcript, "A zebra, a Zebra\n\n```\nzebra = 1\n```\n\n| a | b |\n|---|---|\n| zebra | 1 |"
    )
    async with FindApp(transcript).run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+f", *"zebra")
        row = await settled(pilot, "1/4")
        assert "any case" in row
        assert marked(pilot) == ["[zebra]", "Zebra", "zebra", "zebra"]
        await pilot.press("down", "enter")
        await settled(pilot, "3/4")
        assert marked(pilot) == ["zebra", "Zebra", "[zebra]", "zebra"]
        await pilot.press("up", "up", "shift+enter")
        await settled(pilot, "4/4 · from the end")
        await pilot.press("enter")
        await settled(pilot, "1/4 · from the top")
        await pilot.press("home", "delete", "Z")
        assert "exact case" in await settled(pilot, "1/1")
        await pilot.press("x")
        await settled(pilot, "not found")
        assert marked(pilot) == []


async def test_a_match_that_wraps_is_marked_on_both_rows() -> None:
    transcript = Transcript()
    said(transcript, "word " * 14 + "zebra crossing")
    async with FindApp(transcript).run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+f", *"zebra crossing")
        await settled(pilot, "1/1")
        assert marked(pilot) == ["[zebra]", "[crossing]"]


async def test_moving_goes_where_the_match_is_and_closing_leaves_the_view() -> None:
    app = FindApp(numbered(100))
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.chat_log.view
        await pilot.press("ctrl+f", *"zebra")
        await settled(pilot, "10/10")
        assert marked(pilot) == ["[Zebra]"]
        assert not view.following
        await pilot.press("up")
        await settled(pilot, "9/10")
        top = view.scrollback.place_of(view.top)
        await pilot.press("escape")
        await pilot.pause()
        assert not app.bar.display
        assert app.focused is app.query_one("#prompt")
        assert view.scrollback.place_of(view.top) == top
        assert not view.following
        assert marked(pilot) == []


async def test_what_is_in_view_is_found_without_moving() -> None:
    app = FindApp(numbered(100))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+f")
        await settled(pilot, "type to find")
        top = app.chat_log.view.top
        await pilot.press(*"reply 99")
        await settled(pilot, "1/1")
        await pilot.press("enter")
        await settled(pilot, "from the top")
        assert app.chat_log.view.top == top
        await pilot.press("escape")
        await pilot.pause()
        assert app.chat_log.view.following
        said(app.transcript, "the newest")
        app.sync()
        await pilot.pause()
        assert "the newest" in "".join(strip.text for strip in strips(app))


async def test_a_match_in_view_stays_where_it_is_while_a_reply_comes_in() -> None:
    app = FindApp(numbered(100))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+f", *"nowhere")
        await settled(pilot, "not found")
        assert app.chat_log.view.following
        await pilot.press("ctrl+f", *"reply 99")
        await settled(pilot, "1/1")
        top = app.chat_log.view.top
        said(app.transcript, "new\n\n" * 30)
        app.sync()
        await pilot.pause()
        assert app.chat_log.view.top == top
        assert marked(pilot) == ["[reply 99]"]
        await pilot.press("escape")
        await pilot.pause()
        assert app.chat_log.view.top == top
        assert not app.chat_log.view.following


async def test_every_match_in_code_is_revealed(monkeypatch: pytest.MonkeyPatch) -> None:
    transcript = Transcript()
    said(transcript, "zebra\n\n```\nzebra\n```")
    app = FindApp(transcript)
    async with app.run_test(size=(80, 24)) as pilot:
        revealed: list[Place] = []
        monkeypatch.setattr(disclosure, "reveal", lambda _, place: revealed.append(place))
        await pilot.press("ctrl+f", *"zebra")
        await settled(pilot, "1/2")
        assert revealed == []
        await pilot.press("down")
        await settled(pilot, "2/2")
        match = app.finder._search.current if app.finder._search else None
        assert match is not None
        assert revealed == [match.place]


@pytest.mark.parametrize(
    ("busy", "exact", "expected"),
    [(True, True, "3/1,234+ …"), (False, True, "3/1,234+ ·"), (False, False, "3+/1,234+ ·")],
)
async def test_what_was_not_counted_is_not_claimed(busy: bool, exact: bool, expected: str) -> None:
    app = FindApp(numbered(1))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+f", "x")
        await settled(pilot, "not found")
        app.bar.show(1234, 3, complete=False, busy=busy, is_position_exact=exact)
        await settled(pilot, expected)


async def test_each_further_letter_searches_from_where_the_view_was() -> None:
    app = FindApp(numbered(100, every=7))
    async with app.run_test(size=(80, 24)) as pilot:
        app.chat_log.scroll_to(y=view_row(app, 50))
        await pilot.press("ctrl+f", *"zeb")
        await settled(pilot, "9/15")
        await pilot.press(*"ra")
        await settled(pilot, "9/15")
        await pilot.press("enter")
        await settled(pilot, "10/15")
        await pilot.press("backspace")
        await settled(pilot, "10/15")


def view_row(app: FindApp, reply: int) -> int:
    return app.chat_log.view.scrollback.heights.top(2 * reply)


async def test_a_match_in_what_is_hidden_unfolds_it() -> None:
    transcript = Transcript()
    code = "\n".join(f"line_{at}" for at in range(200))
    reply = said(transcript, "above")
    reply.parts += [Did("read a file", "zebra in it"), Said([f"```\n{code}\n```"])]
    app = FindApp(transcript)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "zebra" not in "".join(strip.text for strip in strips(app))
        await pilot.press("ctrl+f", *"zebra")
        await settled(pilot, "1/1")
        await pilot.pause()
        assert marked(pilot) == ["[zebra]"]
        await pilot.press("ctrl+f", *"line_100")
        await settled(pilot, "1/1")
        await pilot.pause()
        assert marked(pilot) == ["[line_100]"]


async def test_what_streams_in_is_counted_and_nothing_jumps() -> None:
    app = FindApp(numbered(30))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+f", *"zebra")
        await settled(pilot, "3/3")
        top = app.chat_log.view.top
        reply = app.transcript.ask("another zebra?", "RepoAgent")
        app.sync()
        await settled(pilot, "3/4")
        reply.parts.append(Said(["a ze", "bra"], open=True))
        app.sync()
        await settled(pilot, "3/5")
        assert app.chat_log.view.top == top
        app.transcript.close("done")
        app.sync()
        await pilot.press("down", "down")
        await settled(pilot, "5/5")


async def test_opening_again_selects_the_old_query() -> None:
    app = FindApp(numbered(11))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+f", *"zebra")
        await settled(pilot, "2/2")
        await pilot.press("escape", "ctrl+t")
        await settled(pilot, "2/2")
        await pilot.press(*"reply 3")
        await settled(pilot, "1/1")
        await pilot.press("escape")
        app.action_find("Zebra")
        await settled(pilot, "2/2 · exact case")
        await pilot.press("backspace")
        assert "any case" in await settled(pilot, "type to find")


async def test_keys_of_the_log_reach_the_screen() -> None:
    app = FindApp(numbered(30))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+f", *"reply 2")
        await pilot.press("pageup")
        assert not app.chat_log.view.following


@pytest.mark.parametrize("width", [40, 60, 80, 120])
async def test_the_count_is_seen_at_every_width(width: int) -> None:
    async with FindApp(numbered(30)).run_test(size=(width, 24)) as pilot:
        await pilot.press("ctrl+f", *"zebra")
        row = await settled(pilot, "3/3")
        assert "zebra" in row
        assert ("Esc" in row) is (width >= 60)


async def test_another_chat_is_searched_for_the_same() -> None:
    app = FindApp(numbered(30))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+f", *"zebra")
        await settled(pilot, "3/3")
        app.chat_log.show(numbered(3))
        app.finder.sync()
        await settled(pilot, "1/1")
        app.chat_log.show(Transcript())
        app.finder.sync()
        await settled(pilot, "not found")
