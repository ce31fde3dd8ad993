"""Moving through the chat as it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from textual.actions import SkipAction

if TYPE_CHECKING:
    from robotui.layout.block_walk import Step
    from robotui.ui.log.chat_log import ChatLog
    from robotui.ui.parts.find import Find
    from robotui.ui.parts.host import Host
    from robotui.ui.parts.turns import Turns
    from robotui.ui.widgets.prompt import PromptArea


class Reading:
    """Scrolls the log, and shows the chat in other ways."""

    def __init__(
        self,
        host: Host,
        log: ChatLog,
        prompt: PromptArea,
        turns: Turns,
        find: Find,
        *,
        code_wrap: bool,
    ) -> None:
        self.host = host
        self._log = log
        self._prompt = prompt
        self._turns = turns
        self._find = find
        self._code_wrap = code_wrap

    def scroll(self, movement: Literal["page_up", "page_down", "scroll_up", "scroll_down"]) -> None:
        """Scroll the log by a page or a line."""
        getattr(self._log, f"action_{movement}")()

    def sideways(self, step: Step) -> None:
        """Scroll code whose lines are cut; where they are wrapped the key is the prompt's."""
        if self._code_wrap:
            raise SkipAction
        self._log.blocks.scroll_sideways(step)

    def end(self) -> None:
        """To the end of the log and follow it; within a prompt that has text, to its line's end."""
        editing = self._prompt.text and self._log.view.following
        if editing or self._find.has_focus:
            raise SkipAction
        self._log.action_scroll_end()

    def expand(self) -> None:
        """Show or hide what is behind the last activity or remark of the latest reply."""
        self._log.toggle_last_activity()

    def plain(self) -> None:
        """Show the chat on the plain terminal, for its own selection."""
        from robotui.ui import plain

        self.host.lend_terminal(lambda: plain.show(self._turns.talk.chat.transcript.turns))
