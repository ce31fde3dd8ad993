"""What answers on the embedded server: shown, listed, switched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work

from robotui.errors import RobotuiError
from robotui.ui.find_screen import FindScreen

if TYPE_CHECKING:
    from robotui.client.engines import EngineChoice, Engines

_NO_CHOICE = "This server does not tell what answers there, and offers no choice."


class EngineScreen(FindScreen):
    """A chat whose engine can be seen and switched."""

    async def after_opening(self) -> None:
        """Connect, and say what will answer."""
        await super().after_opening()
        if self.client is not None and self.client.endpoint.embedded:
            self.show_engine()

    @work(name="engine", group="engine", exit_on_error=False)
    async def show_engine(self) -> None:
        """Say in the status bar what answers."""
        engines = await self._engines()
        if engines is not None:
            self._show_choice(engines.current)

    @work(name="engine", group="dialog", exit_on_error=False)
    async def action_engine(self, wanted: str) -> None:
        """Switch to ``offline``, ``auto``, an address or a model's name; without one, pick."""
        engines = await self._engines()
        if engines is None:
            self.warn(_NO_CHOICE)
            return
        known = [choice for choice in engines.choices if wanted in (choice.model, choice.label)]
        if not wanted:
            from robotui.ui.dialogs.engines import EnginePicker

            choice = await self.app.push_screen_wait(EnginePicker(engines))
            if choice is not None:
                await self._switch(choice.engine, choice.model)
        elif known:
            await self._switch(known[0].engine, known[0].model)
        else:
            await self._switch(wanted, "")

    async def _engines(self) -> Engines | None:
        try:
            return await (await self.connected()).engine()
        except RobotuiError as error:
            self.warn_of(error)
            return None

    async def _switch(self, engine: str, model: str) -> None:
        try:
            engines = await (await self.connected()).switch_engine(engine, model)
        except RobotuiError as error:
            self.warn_of(error)
        else:
            self._show_choice(engines.current)
            self.tell("It answers from the next prompt on.", engines.current.label)

    def _show_choice(self, choice: EngineChoice) -> None:
        self.status.show(server=choice.label, context="")
        if choice.why:
            self.warn(f"{choice.label}: {choice.why}")
