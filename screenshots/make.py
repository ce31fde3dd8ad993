"""Drives the real workbench on the real embedded server, and saves what it shows as pictures."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import resvg_py
from textual.pilot import Pilot

from robotui import config
from robotui.chats.store import Chat
from robotui.cli.opening import open_client
from robotui.client.connection import Connection
from robotui.config import Settings
from robotui.ui.app import RobotuiApp
from robotui.ui.screen import Workbench

HERE = Path(__file__).parent
FONT = "DejaVu Sans Mono"
FONTS = "/usr/share/fonts/truetype"
QUESTION = "where is the token of the auth page checked?"


@asynccontextmanager
async def workbench(
    size: tuple[int, int], folder: Path = HERE.parent
) -> AsyncIterator[Pilot[None]]:
    """The workbench on a folder, with a home of its own."""
    settings, paths = Settings(agent="RepoAgent"), config.paths()
    async with Connection(lambda: open_client(settings, paths, folder)) as connection:
        chat = Chat.new(paths.chats, server="", agent=settings.agent, workspace=folder)
        screen = Workbench(lambda: chat, connection, paths, settings, folder)
        app = RobotuiApp(screen)
        async with app.run_test(size=size, notifications=True) as pilot:
            await until(
                pilot, lambda: isinstance(pilot.app.screen, Workbench) and pilot.app.screen.opened
            )
            yield pilot


async def until(pilot: Pilot[None], fact: Callable[[], bool]) -> None:
    """Let the app run until ``fact`` holds, for a minute at most."""
    for _ in range(1200):
        await pilot.pause(0.05)
        if fact():
            return
    raise TimeoutError


def save(pilot: Pilot[None], name: str) -> None:
    """Write the screen as PNG. The picture's own font is on the web: take one that is here."""
    svg = pilot.app.export_screenshot(title="robotui")
    plain = re.sub(r"@font-face\s*{[^}]*}", "", svg)
    plain = re.sub(r"font-family:[^;]*;", f"font-family: '{FONT}';", plain)
    png = resvg_py.svg_to_bytes(svg_string=plain, font_dirs=[FONTS])
    (HERE / f"{name}.png").write_bytes(bytes(png))


async def ask(pilot: Pilot[None], text: str) -> None:
    """Send a prompt and wait for the reply's end."""
    screen = pilot.app.screen
    assert isinstance(screen, Workbench)
    screen.prompt.insert(text)
    await pilot.press("enter")
    await until(pilot, lambda: not screen.parts.turns.busy)
    await pilot.pause(0.2)


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys and let what they open come up."""
    await pilot.press(*keys)
    await pilot.pause(0.7)


async def code_blocks(folder: Path) -> None:
    """What can be done with code: in a workspace where a file differs from what the reply shows."""
    source = (HERE.parent / "robotui" / "text.py").read_text("utf-8")
    file = folder / "text.py"
    file.write_text(source, "utf-8")
    async with workbench((120, 40), folder) as pilot:
        await ask(pilot, "how is text made printable for a terminal?")
        await ask(pilot, "PrintableStream")
        changed = source.replace("HELD: Final = 4096", "HELD: Final = 512").replace("piece", "part")
        file.write_text(changed.replace("    def flush", "    def finish"), "utf-8")
        await press(pilot, "alt+up")
        save(pilot, "walk")
        await press(pilot, "a")
        save(pilot, "apply")
        await press(pilot, "escape", "f6")
        save(pilot, "shelf")
        await press(pilot, "escape", "ctrl+f", *"introducer")
        save(pilot, "find")


async def main() -> None:
    """Take all pictures."""
    with tempfile.TemporaryDirectory() as folder:
        await code_blocks(Path(folder))
    async with workbench((120, 40)) as pilot:
        await pilot.pause(1)
        save(pilot, "start")
        await ask(pilot, QUESTION)  # once to have it indexed
        await press(pilot, "ctrl+n")
        await ask(pilot, QUESTION)
        await pilot.press("pageup", "pageup", "pageup", "alt+1")
        await pilot.pause(0.3)
        save(pilot, "workbench")
        pilot.app.clear_notifications()
        await pilot.press("shift+tab", "shift+tab")
        await ask(pilot, "json.dumps")
        save(pilot, "switch")
        await pilot.press("f1")
        await pilot.pause(0.3)
        save(pilot, "help")
    async with workbench((80, 24)) as pilot:
        await ask(pilot, "where is a reply cut into lines?")
        save(pilot, "small")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(HOME=home, PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring")
        for variable in list(os.environ):
            if variable.startswith("XDG_"):
                del os.environ[variable]
        asyncio.run(main())
