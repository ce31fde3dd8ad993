"""What the chat log looks like."""

from __future__ import annotations

import subprocess
import sys

import pytest

from robotui.chats.transcript import Transcript
from robotui.chats.turns import Did, Remark, Said
from tests.layout.replies import said
from tests.ui.log.log_app import LogApp, rows, strips, synced

MARKDOWN = """\
The **token** is kept by `tokens.py`, see [the docs](http://docs.example/t).

1. one
   - nested, and so long that it goes on in the row below
2. two

> quote
>
> ```sh
> ls
> ```

| a | b |
|---|--:|
| 日本 | 2 |

```python title=app.py
def f():
\treturn "[red]"  # so long that it is folded
```
"""


async def test_a_whole_chat() -> None:
    chat = Transcript()
    reply = chat.ask("Where is it?\nTell me.", "RepoAgent", at=10.0)
    reply.parts += [
        Did("searches token", "the detail", "2 files", 1),
        Did("reads tokens.py"),
        Said([MARKDOWN]),
        Remark("warning", "A line of the reply could not be read", "not JSON: {"),
    ]
    chat.close("done", at=13.25)
    chat.switch("FrontEndAgent", "RepoAgent")
    chat.note("error", "Connection refused", "Check the address.", retry=True)
    app = LogApp(chat)
    async with app.run_test(size=(46, 48)) as pilot:
        await pilot.pause()
        assert "\n".join(rows(app)).rstrip() == GOLDEN.rstrip()


GOLDEN = """
 ▌ Where is it?                 → RepoAgent
 ▌ Tell me.

  RepoAgent   3.2 s
   ▸ searches token — 2 files
   · reads tokens.py

   The token is kept by tokens.py, see the
   docs (http://docs.example/t).

   1. one
      ◦ nested, and so long that it goes on
        in the row below
   2. two

   ▎ quote
   ▎
   ▎  1  sh             1 line  copy: Alt+1
   ▎  ls

   a    │ b
   ─────┼──
   日本 │ 2

    2  python  app.py           copy: Alt+2
    def f():
        return "[red]"  # so long that it is
     folded

   ▸ A line of the reply could not be read

 FrontEndAgent from here on (was RepoAgent)

 ✖ Connection refused
   Check the address.
   [r] retry
"""


async def test_a_reply_that_comes_in() -> None:
    app = LogApp()
    async with app.run_test(size=(60, 20)) as pilot:
        reply = app.transcript.ask("hi", "RepoAgent")
        await synced(pilot, app)
        assert rows(app)[3:5] == ["  RepoAgent", "   waiting for the first words …"]
        reply.status = "thinking"
        await synced(pilot, app)
        assert rows(app)[4] == "   thinking"
        part = Said(["Hel"], open=True)
        reply.parts.append(part)
        await synced(pilot, app)
        assert rows(app)[4:7] == ["   Hel", "", "   thinking"]
        reply.status = ""
        part.pieces.append("lo\n\n```py\nx")
        await synced(pilot, app)
        assert rows(app)[4:8] == ["   Hello", "", rows(app)[6], "    x"]
        assert "1 line …" in rows(app)[6]
        app.transcript.close("interrupted", at=2.0)
        await synced(pilot, app)
        assert rows(app)[3] == "  RepoAgent   2.0 s · interrupted"
        assert rows(app)[9] == "   ■ interrupted"


async def test_whole_messages_are_separate_paragraphs() -> None:
    app = LogApp()
    async with app.run_test(size=(60, 20)) as pilot:
        reply = app.transcript.ask("hi", "RepoAgent")
        reply.parts += [Said(["one"]), Said(["```\na\n```"]), Did("runs"), Said(["```\nb\n```"])]
        await synced(pilot, app)
        assert rows(app)[4:6] == ["   one", ""]
        assert [block.number for block in app.chat_log.blocks.of_reply()] == [1, 2]
        assert [row[3:7].strip() for row in rows(app)[6:12]] == ["1", "a", "", "· ru", "", "2"]


async def test_only_the_latest_reply_says_which_keys_copy() -> None:
    app = LogApp()
    said(app.transcript, "```\na\n```")
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert sum("Alt+1" in row for row in rows(app)) == 1
        said(app.transcript, "```\nb\n```\n" * 10)
        await synced(pilot, app)
        app.chat_log.scroll_to(y=0)
        await pilot.pause()
        assert rows(app)[4].endswith(" copy")
        app.chat_log.action_scroll_end()
        await pilot.pause()
        assert [row[-5:] for row in rows(app) if "copy" in row][-2:] == ["Alt+9", " copy"]


async def test_square_brackets_and_controls_from_outside_do_nothing() -> None:
    evil = "[bold]x[/bold] \x1b]0;title\x07\x9b31m\x1b[2J y"
    app = LogApp()
    reply = app.transcript.ask(evil, "Agent\x1b[1m")
    reply.parts += [Said([evil + f"\n\n```{evil}\n{evil}\n```\n| {evil} |\n|---|\n"]), Did(evil)]
    reply.status = evil
    app.transcript.note("error", evil, evil)
    async with app.run_test(size=(70, 40)) as pilot:
        await pilot.pause()
        text = "\n".join(strip.text for strip in strips(app))
        assert "[bold]x[/bold]" in text
        assert not [
            char for char in text.replace("\n", "") if ord(char) < 32 or 0x7F <= ord(char) < 0xA0
        ]


async def test_a_switch_that_is_taken_back_disappears() -> None:
    app = LogApp()
    said(app.transcript, "text")
    async with app.run_test(size=(60, 20)) as pilot:
        app.transcript.switch("FrontEndAgent", "RepoAgent")
        await synced(pilot, app)
        assert "FrontEndAgent from here on (was RepoAgent)" in rows(app)[6]
        app.transcript.switch("GeneralCodingAgent", "FrontEndAgent")
        await synced(pilot, app)
        assert "GeneralCodingAgent from here on (was RepoAgent)" in rows(app)[6]
        app.transcript.switch("RepoAgent", "GeneralCodingAgent")
        await synced(pilot, app)
        assert not any("from here on" in row for row in rows(app))


async def test_a_long_table_becomes_a_list_where_it_is_too_narrow() -> None:
    app = LogApp()
    names = [f"column{n}" for n in range(8)]
    table = f"|{'|'.join(names)}|\n|{'---|' * 8}\n|{'|'.join('value value' for _ in names)}|\n"
    said(app.transcript, table)
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.pause()
        assert rows(app)[4:6] == ["   column0: value value", "   column1: value value"]


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark", "nord"])
async def test_themes_change_colours_and_nothing_else(theme: str) -> None:
    app = LogApp()
    said(app.transcript, MARKDOWN)
    async with app.run_test(size=(60, 40)) as pilot:
        await pilot.pause()
        before = rows(app)
        colours = {segment.style for strip in strips(app) for segment in strip}
        app.theme = "dracula"
        await pilot.pause()
        app.theme = theme
        await pilot.pause()
        assert rows(app) == before
        again = {segment.style for strip in strips(app) for segment in strip}
        assert (again == colours) == (theme == "textual-dark")


async def test_without_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = LogApp()
    said(app.transcript, MARKDOWN)
    async with app.run_test(size=(60, 40)) as pilot:
        await pilot.pause()
        for strip in strips(app)[: app.chat_log.size.height]:
            for _, style, _ in strip:
                colour = style.color.triplet if style and style.color else None
                assert colour is None or colour.red == colour.green == colour.blue


def test_importing_the_log_loads_no_parser() -> None:
    code = (
        "import sys, robotui.ui.log.chat_log;"
        "print({'markdown_it', 'pygments.lexer'} & {*sys.modules})"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
