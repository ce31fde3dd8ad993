"""An action that this program does not know, as a user meets it in the workbench."""

from __future__ import annotations

from tests.ui.fakes import did, workbench


async def test_code_in_its_content_is_a_block_that_a_key_copies() -> None:
    content = "Look:\n\n```sh\nmake  \n\tall\n```\n"
    async with workbench([did("novel", content=content, sum=3)]) as bench:
        await bench.ask("go")
        await bench.ready()
        await bench.pilot.press("alt+1")
        await bench.until(lambda: bench.pilot.app.clipboard == "make  \n\tall\n", "a copy")
        await bench.shows("Look:")
        await bench.shows("novel")
