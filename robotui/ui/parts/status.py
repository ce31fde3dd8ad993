"""What the status bar says: who answers, how the turn stands, what it cost, where the token is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from robotui.client import Client
    from robotui.client.engines import EngineChoice
    from robotui.config import Settings
    from robotui.ui.widgets.status_bar import StatusBar

_RESTING_KEYS: Final = ("F1 keys", "Shift+Tab agent", "Enter send")
_REPLYING_KEYS: Final = ("Esc interrupt", "F1 keys")
_NO_TOOLS: Final = "no tools"


class Status:
    """Words for the status bar."""

    def __init__(self, bar: StatusBar, settings: Settings) -> None:
        self._bar = bar
        self._settings = settings
        self._client: Client | None = None

    def server(self, client: Client) -> None:
        """There is a server."""
        self._client = client
        self._bar.show(server=client.endpoint.name)

    def engine(self, choice: EngineChoice) -> None:
        """What answers there."""
        self._bar.show(server=choice.label, context="")

    def token(self) -> None:
        """Where the token is, and whether others can read it."""
        if self._client is not None:
            from robotui.client.transport import exposure

            tokens = self._client.tokens
            exposed = exposure(self._client.endpoint, self._settings)
            place = f"token in {tokens.place}{', sent unencrypted' if exposed else ''}"
            self._bar.show(token=place, why=exposed or tokens.why)

    def session(self, sid: str) -> None:
        """The session's id, or nothing before there is one."""
        if self._bar.standing.sid != sid:
            self._bar.show(sid=sid)

    def replying(self) -> None:
        """A reply is coming in from now on."""
        self._bar.show(state="replying", since=time.monotonic(), keys=_REPLYING_KEYS)

    def resting(self, state: str) -> None:
        """No reply is coming in."""
        self._bar.show(state=state, since=None, keys=_RESTING_KEYS)

    def usage(self, usage: dict[str, Any]) -> None:
        """What a reply took, as far as the server tells."""
        self._bar.show(context=usage_words(usage))

    def without_tools(self, usage: dict[str, Any]) -> None:
        """A reply is going on; that it is without tools is said at once."""
        if usage.get("without_tools") and _NO_TOOLS not in self._bar.standing.context:
            self.usage(usage)


def usage_words(usage: dict[str, Any]) -> str:
    """Tokens of a reply, and how full the model's context is: as much as the server tells."""
    used, window = usage.get("context_used", 0), usage.get("context_window", 0)
    tokens = usage.get("input_tokens", 0) + usage.get("output_tokens", 0)
    said = [
        _NO_TOOLS if usage.get("without_tools") else "",
        f"{tokens:,} tokens" if tokens else "",
        f"context {100 * used // window} % full" if used and window else "",
    ]
    return ", ".join(filter(None, said))
