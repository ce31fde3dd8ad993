"""What answers on the server: shown, listed, switched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from robotui.client.connection import Watcher
from robotui.errors import RobotuiError, ValidationError
from robotui.ui.parts.host import background

if TYPE_CHECKING:
    from robotui.client import Client
    from robotui.client.connection import Connection
    from robotui.client.engines import EngineChoice, Stranger
    from robotui.client.engines import Engines as Found
    from robotui.ui.parts.host import Host
    from robotui.ui.parts.status import Status

_NO_CHOICE: Final = "This server does not tell what answers there, and offers no choice."


class Engines(Watcher):
    """Tells what answers, and lets it be changed; watches the connection for what changes there."""

    def __init__(self, host: Host, connection: Connection, status: Status) -> None:
        self.host = host
        self._connection = connection
        self._status = status
        self._choices: tuple[EngineChoice, ...] = ()
        """Those that were there when it was last asked."""
        connection.watcher = self

    async def connect(self) -> None:
        """Connect, so that the first prompt need not wait for it, and say what will answer."""
        client = await self._connection.client()
        await client.token()
        self._status.token()
        if client.endpoint.embedded:
            self.look()

    @background("engine")
    async def look(self) -> None:
        """Say what answers; ask about model servers of other users."""
        engines = await self._found()
        if engines is None:
            return
        self._show(engines.current)
        for stranger in engines.strangers:
            await self._ask_about(stranger)

    @background("engine", group="dialog")
    async def pick(self, wanted: str) -> None:
        """Switch to ``offline``, ``auto``, an address or a model's name; without one, pick."""
        engines = await self._found()
        if engines is None:
            self.host.warn(_NO_CHOICE)
            return
        known = [choice for choice in engines.choices if wanted in (choice.model, choice.label)]
        if not wanted:
            from robotui.ui.dialogs.engines import EnginePicker

            choice = await self.host.ask(EnginePicker(engines))
            if choice is not None:
                await self._switch(choice.engine, choice.model)
        elif known:
            await self._switch(known[0].engine, known[0].model)
        else:
            await self._switch(wanted, "")

    async def _found(self) -> Found | None:
        try:
            found = await (await self._connection.client()).engine()
        except RobotuiError as error:
            self.host.warn_of(error)
            return None
        if found is not None:
            self._choices = found.choices
        return found

    def known(self) -> list[tuple[str, str]]:
        """What can be picked by name, as far as that was told, with a word on each."""
        models = [each for each in self._choices if each.model]
        return [
            ("offline", "no model: search only"),
            ("auto", "what is found"),
            *((each.label, each.why or each.name) for each in models),
        ]

    async def _switch(self, engine: str, model: str) -> None:
        try:
            engines = await self._connection.switch(engine, model)
        except RobotuiError as error:
            self.host.warn_of(error)
        else:
            self._show(engines.current)
            self.host.tell("It answers from the next prompt on.", engines.current.label)

    async def _ask_about(self, stranger: Stranger) -> None:
        """Whether another user's model server may answer; the word is kept."""
        from robotui.ui.dialogs.stranger import AskAboutStranger

        use = await self.host.ask(AskAboutStranger(stranger))
        if use is None:
            return
        try:
            client = await self._connection.client()
            engines = await client.answer_stranger(stranger.engine, use=use)
        except RobotuiError as error:
            self.host.warn_of(error)
        else:
            self._show(engines.current)

    def _show(self, choice: EngineChoice) -> None:
        self._status.engine(choice)
        if choice.why:
            self.host.warn(f"{choice.label}: {choice.why}")

    # -- what the connection tells

    def connected(self, client: Client) -> None:
        """There is a server, or another one than before."""
        self._status.server(client)
        if client.endpoint.remark:
            self.host.warn(client.endpoint.remark)

    def chosen_again(self, choice: EngineChoice) -> None:
        """The server was started anew, and answers with what had been chosen."""
        self._show(choice)
        self.host.tell("The server was started anew and switched again.", choice.label)

    def not_chosen_again(self, current: EngineChoice, error: ValidationError) -> None:
        """The server was started anew, and what had been chosen can't answer there."""
        self._show(current)
        self.host.warn(f"The server was started anew, with its settings. {error.headline}.")
