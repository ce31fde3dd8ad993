"""What parts are given, without a screen: each remembers what was asked of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast

from textual.screen import Screen

from robotui.chats.transcript import Transcript
from robotui.errors import RobotuiError
from robotui.markdown import CodeBlock
from robotui.ui.completion import OpenList
from robotui.ui.log.chat_log import ChatLog
from robotui.ui.widgets.completion_list import CompletionList
from robotui.ui.widgets.prompt import PromptArea
from robotui.ui.widgets.status_bar import Standing, StatusBar

Answer = TypeVar("Answer")


class FakeWork:
    """A task, as a part sees it."""

    def __init__(self, work: Coroutine[Any, Any, object]) -> None:
        self._task = asyncio.ensure_future(work)

    @property
    def is_finished(self) -> bool:
        return self._task.done()

    def cancel(self) -> None:
        self._task.cancel()

    async def wait(self) -> Any:
        await asyncio.wait([self._task])
        return None if self._task.cancelled() else self._task.result()


@dataclass
class FakeHost:
    """Says nothing to anybody; answers dialogs in the order of ``answers``."""

    said: list[str] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    asked: list[Screen[Any]] = field(default_factory=list)
    works: list[FakeWork] = field(default_factory=list)
    clipboard: str = ""
    selection: str = ""
    has_quit: bool = False

    def tell(self, text: str, title: str = "", timeout: float | None = None) -> None:
        self.said.append(f"{title}: {text}" if title else text)

    def warn(self, text: str) -> None:
        self.said.append(text)

    def warn_of(self, error: RobotuiError) -> None:
        self.said.append(error.headline)

    async def ask(self, dialog: Screen[Answer]) -> Answer | None:
        self.asked.append(dialog)
        return cast("Answer | None", self.answers.pop(0))

    def start(
        self, work: Coroutine[Any, Any, object], *, name: str, group: str, exclusive: bool = False
    ) -> FakeWork:
        self.works.append(FakeWork(work))
        return self.works[-1]

    async def settle(self) -> None:
        """Let all that was started come to its end."""
        while any(not work.is_finished for work in self.works):
            for work in self.works:
                await work.wait()

    def selected(self) -> str:
        return self.selection

    def selected_in_field(self) -> str:
        return ""

    def put_into_clipboard(self, text: str) -> None:
        self.clipboard = text

    def lend_terminal(self, act: Callable[[], Answer]) -> Answer | None:
        return act()

    def quit(self) -> None:
        self.has_quit = True


@dataclass
class FakeBlocks:
    """Stands for the log's ``CodeBlocks``."""

    blocks: list[CodeBlock] = field(default_factory=list)
    walked: CodeBlock | None = None

    def of_reply(self) -> list[CodeBlock]:
        return self.blocks

    def leave(self) -> None:
        self.walked = None


class FakeLog:
    """Stands for ``ChatLog``."""

    def __init__(
        self, blocks: list[CodeBlock] | None = None, walked: CodeBlock | None = None
    ) -> None:
        self.blocks = FakeBlocks(blocks or [], walked)
        self.shown: Transcript | None = None
        self.calls: list[str] = []

    def show(self, transcript: Transcript) -> None:
        self.shown = transcript

    def sync(self) -> None:
        self.calls.append("sync")

    def action_scroll_end(self) -> None:
        self.calls.append("end")

    def as_log(self) -> ChatLog:
        return cast("ChatLog", self)


@dataclass
class FakePrompt:
    """Stands for ``PromptArea``."""

    text: str = ""
    retry_offered: bool = False
    earlier: list[str] = field(default_factory=list)

    def take(self, text: str) -> None:
        self.text = self.text.removeprefix(text)

    def clear(self) -> None:
        self.text = ""

    def focus(self) -> None:
        """Nothing else has it."""

    def replace_text(self, text: str) -> None:
        self.text = text

    def offer_retry(self, offered: bool) -> None:
        self.retry_offered = offered

    def as_prompt(self) -> PromptArea:
        return cast("PromptArea", self)


@dataclass
class FakeList:
    """Stands for ``CompletionList``."""

    shown: list[str] | None = None

    def show(self, shown: OpenList) -> None:
        self.shown = [choice.label for choice in shown.offer.choices]

    def hide(self) -> None:
        self.shown = None

    def as_list(self) -> CompletionList:
        return cast("CompletionList", self)


@dataclass
class FakeBar:
    """Stands for ``StatusBar``."""

    standing: Standing = field(default_factory=Standing)
    changes: int = 0

    def show(self, **changes: Any) -> None:
        self.changes += 1
        self.standing = replace(self.standing, **changes)

    def as_bar(self) -> StatusBar:
        return cast("StatusBar", self)
