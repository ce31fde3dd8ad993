"""What Esc and Ctrl+C end: the nearest thing first."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from robotui.ui.log.chat_log import ChatLog
    from robotui.ui.parts.completing import Completing
    from robotui.ui.parts.copying import Copying
    from robotui.ui.parts.find import Find
    from robotui.ui.parts.host import Host
    from robotui.ui.parts.prompts import Prompts
    from robotui.ui.parts.turns import Turns

_QUIT_WITHIN: Final = 2.0
"""Seconds within which a second Ctrl+C quits."""


class Stopping:
    """Closes, clears, interrupts, quits; nothing is lost by it."""

    def __init__(
        self,
        host: Host,
        log: ChatLog,
        prompts: Prompts,
        turns: Turns,
        find: Find,
        copying: Copying,
        completing: Completing,
    ) -> None:
        self.host = host
        self._log = log
        self._prompts = prompts
        self._turns = turns
        self._find = find
        self._copying = copying
        self._completing = completing
        self._quit_asked_at = float("-inf")

    def interrupt(self) -> None:
        """Close what is open; else stop the reply that is coming in: what came stays."""
        if self._completing.is_open:
            self._completing.dismiss()
        elif self._find.is_open:
            self._find.close()
        elif self._log.blocks.walked is not None:
            self._log.blocks.leave()
        else:
            if self._prompts.area.retry_offered:
                self._prompts.area.offer_retry(False)
            self._turns.interrupt()

    def copy_or_quit(self) -> None:
        """Copy what is selected; else clear the prompt, else interrupt; twice in a row: quit."""
        selected = self.host.selected() or self.host.selected_in_field()
        if selected:
            self._copying.copy_text(selected, f"{len(selected)} characters")
            return
        now, typed = time.monotonic(), self._prompts.area.text
        if now - self._quit_asked_at < _QUIT_WITHIN and not typed:
            self.host.quit()
            return
        self._quit_asked_at = now
        if typed:
            self._prompts.clear()
        elif self._turns.busy:
            self.interrupt()
        self.host.tell("Ctrl+C again quits.", timeout=_QUIT_WITHIN)

    def typed(self) -> None:
        """What is typed is neither lost by a Ctrl+C meant for another thing, nor a retry."""
        if self._prompts.area.text:
            self._quit_asked_at = float("-inf")
            self._prompts.area.offer_retry(False)
