from __future__ import annotations

import gc

from tests.ui.fakes import workbench


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
