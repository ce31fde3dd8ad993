"""Bare Textual apps that the program is measured against: ``python -m tests.bench.floors NAME``."""

from __future__ import annotations

import asyncio
import sys
from typing import Final

from textual import events, work
from textual.app import App, ComposeResult
from textual.widgets import Input, RichLog

from tests.bench.reply import big_reply


class Prompt(App[None]):
    """One input, and nothing else."""

    def compose(self) -> ComposeResult:
        yield Input(placeholder="usable")


class Lines(App[None]):
    """At Enter it writes the big reply's lines into a ``RichLog``, as plain text.

    It does so as fast as it can; when that is painted is up to Textual.
    """

    def compose(self) -> ComposeResult:
        yield RichLog()

    def on_mount(self) -> None:
        self.query_one(RichLog).write("waits for a key")

    def on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            self.write()

    @work
    async def write(self) -> None:
        log = self.query_one(RichLog)
        for line in big_reply().splitlines():
            log.write(line)
            await asyncio.sleep(0)


APPS: Final = {"prompt": Prompt, "richlog": Lines}

if __name__ == "__main__":
    APPS[sys.argv[1]]().run()
