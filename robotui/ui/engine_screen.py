"""What answers on the embedded server: shown, listed, switched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work

from robotui.errors import RobotuiError, ValidationError
from robotui.ui.find_screen import FindScreen

if TYPE_CHECKING:
    from textual.worker import Worker

    from robotui.client import Client
    from robotui.client.engines import EngineChoice, Engines, Stranger

_NO_CHOICE = "This server does not tell what answers there, and offers no choice."


_UNSURE = (0, 0)


class EngineScreen(FindScreen):
    """A chat whose engine can be seen and switched.

    A server that is started anew goes back to its settings, so the last choice is made again then.
    """

    _chosen: tuple[str, str] | None = None  # engine and model, once they were switched
    _seen: tuple[int, int] | None = _UNSURE  # the server that they were switched on

    async def connected(self) -> Client:
        """The client, whose server answers with what was chosen last. Raises what it did before."""
        client = await super().connected()
        if self._chosen is not None and self._seen != (started := _start_of(client)):
            self._seen = started
            try:
                await self._choose_again(client, self._chosen)
            except RobotuiError:  # it is not there: who asked for it will tell
                self._seen = _UNSURE
        return client

    async def _choose_again(self, client: Client, chosen: tuple[str, str]) -> None:
        engines = await client.engine()
        if engines is None or (engines.current.engine, engines.current.model) == chosen:
            return
        try:
            current = (await client.switch_engine(*chosen)).current
        except ValidationError as error:
            self._chosen = None
            self._show_choice(engines.current)
            self.warn(f"The server was started anew, with its settings. {error.headline}.")
        else:
            self._show_choice(current)
            self.tell("The server was started anew and switched again.", current.label)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """After a reply that failed the server may be another. Textual calls the base's as well."""
        worker = event.worker
        if worker.group == "turn" and worker.is_finished and worker.result != "done":
            self._seen = _UNSURE

    async def after_opening(self) -> None:
        """Connect, and say what will answer."""
        await super().after_opening()
        if self.client is not None and self.client.endpoint.embedded:
            self.show_engine()

    @work(name="engine", group="engine", exit_on_error=False)
    async def show_engine(self) -> None:
        """Say in the status bar what answers."""
        engines = await self._engines()
        if engines is None:
            return
        self._show_choice(engines.current)
        for stranger in engines.strangers:
            await self._ask_about(stranger)

    async def _ask_about(self, stranger: Stranger) -> None:
        """Whether another user's model server may answer; the word is kept."""
        from robotui.ui.dialogs.stranger import AskAboutStranger

        use = await self.app.push_screen_wait(AskAboutStranger(stranger))
        if use is None:
            return
        try:
            engines = await (await self.connected()).answer_stranger(stranger.engine, use=use)
        except RobotuiError as error:
            self.warn_of(error)
        else:
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
            client = await self.connected()
            engines = await client.switch_engine(engine, model)
        except RobotuiError as error:
            self.warn_of(error)
        else:
            self._chosen = (engines.current.engine, engines.current.model)
            self._seen = _start_of(client)
            self._show_choice(engines.current)
            self.tell("It answers from the next prompt on.", engines.current.label)

    def _show_choice(self, choice: EngineChoice) -> None:
        self.status.show(server=choice.label, context="")
        if choice.why:
            self.warn(f"{choice.label}: {choice.why}")


def _start_of(client: Client) -> tuple[int, int] | None:
    """What tells one start of the embedded server from the next; None where nothing does."""
    socket = client.endpoint.socket
    if socket is None:
        return None
    try:
        status = socket.stat()
    except OSError:
        return _UNSURE
    return status.st_ino, status.st_ctime_ns
