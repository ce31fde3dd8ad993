from __future__ import annotations

import gc
from pathlib import Path

import pytest

from robotui import config
from robotui.chats.store import Chat
from robotui.config import Settings
from robotui.ui.app import RobotuiApp
from robotui.ui.parts import prompts
from robotui.ui.screen import Workbench
from tests.ui.fakes import FakeClient, connection_to, workbench


async def test_garbage_is_collected_again_once_the_chat_is_there() -> None:
    frozen = gc.get_freeze_count()
    gc.disable()  # as the program starts
    try:
        async with workbench():
            assert gc.isenabled()
            assert gc.get_freeze_count() > frozen
    finally:
        gc.enable()
        gc.unfreeze()


async def test_where_garbage_is_collected_all_along_nothing_is_frozen() -> None:
    frozen = gc.get_freeze_count()
    async with workbench():
        assert gc.get_freeze_count() == frozen


async def test_what_was_typed_before_the_chat_was_there_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paths = config.paths()
    never = Path("never")

    def first_chat() -> Chat:
        raise AssertionError

    async with connection_to(FakeClient([])) as connection:
        screen = Workbench(first_chat, connection, paths, Settings(), never)
        monkeypatch.setattr(screen, "open", lambda: None)  # it takes for ever
        async with RobotuiApp(screen).run_test() as pilot:
            await pilot.press(*"half")
            assert screen.prompt.text == "half"
    assert prompts.draft(paths, never) == "half"
