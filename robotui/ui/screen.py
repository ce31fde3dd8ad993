"""The workbench: the chat screen with its keys and commands."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar, Final, TypeVar

from textual import work
from textual.actions import SkipAction
from textual.app import SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.widgets import Input

from robotui import agents
from robotui.errors import RobotuiError, UsageError
from robotui.ui import slash
from robotui.ui.engine_screen import EngineScreen
from robotui.ui.widgets.prompt import PromptArea

Result = TypeVar("Result")

_QUIT_WITHIN: Final = 2.0
"""Seconds within which a second Ctrl+C quits."""


def _key(keys: str, action: str, text: str, key_id: str) -> Binding:
    return Binding(keys, action, text, show=False, priority=True, id=key_id)


class Workbench(EngineScreen):
    """Every key is an action here, and every action is in the palette."""

    BINDINGS: ClassVar[list[BindingType]] = [
        _key("escape", "interrupt", "close what is open; else interrupt the reply", "interrupt"),
        _key("ctrl+c", "copy_or_quit", "copy the selection; clear; interrupt; twice: quit", "copy"),
        _key("shift+tab,f4", "next_agent(1)", "next agent", "next-agent"),
        _key("f3", "next_agent(-1)", "previous agent", "previous-agent"),
        *(
            _key(f"alt+{n}", f"copy_block('{n}')", f"copy code block {n}", f"copy-{n}")
            for n in range(1, 10)
        ),
        _key("alt+up", "walk(-1)", "to the code block before", "block-before"),
        _key("alt+down", "walk(1)", "to the next code block", "block-after"),
        _key("alt+left", "sideways('left')", "scroll long code lines back", "code-left"),
        _key("alt+right", "sideways('right')", "scroll long code lines sideways", "code-right"),
        _key("f6", "shelf", "all code blocks of this chat", "shelf"),
        _key("ctrl+f", "find('')", "find in this chat", "find"),
        _key("ctrl+r", "earlier_prompts", "search earlier prompts", "prompts"),
        _key("f8", "plain", "the chat as plain text, for the terminal's own selection", "plain"),
        _key("pageup", "log('page_up')", "scroll a page up", "page-up"),
        _key("pagedown", "log('page_down')", "scroll a page down", "page-down"),
        _key("shift+up", "log('scroll_up')", "scroll a line up", "line-up"),
        _key("shift+down", "log('scroll_down')", "scroll a line down", "line-down"),
        _key("end", "end", "to the end, and follow again", "end"),
        _key("f5", "expand", "expand or fold the last activity", "expand"),
        _key("ctrl+n", "new_chat", "new chat", "new-chat"),
        _key("ctrl+s", "chats", "earlier chats", "chats"),
        _key("ctrl+g", "edit_prompt", "edit the prompt in $EDITOR", "edit"),
        _key("ctrl+b,f9", "toggle_sidebar", "show or hide the sidebar", "sidebar"),
        _key("f1", "help", "keys and commands", "help"),
        _key("ctrl+z", "app.suspend_process", "back to the shell; its fg goes on", "suspend"),
        _key("ctrl+q", "app.quit", "quit", "quit"),
    ]

    _quit_asked_at = float("-inf")

    @classmethod
    def key_bindings(cls) -> list[Binding]:
        """The keys of the workbench, for the help and the palette."""
        return [binding for binding in cls.BINDINGS if isinstance(binding, Binding)]

    # --- prompts and agents

    def on_prompt_area_submitted(self, message: PromptArea.Submitted) -> None:
        """Run a command, or send a prompt; while a reply comes in the text stays."""
        text = message.text
        if not text.strip():
            return
        if not self.opened:
            self.submitted_early = text
            return
        try:
            command = slash.parse(text)
        except UsageError as error:
            self.warn_of(error)
            return
        if command is not None:
            self.prompt.take(text)
            name, argument = command[0].action, command[1]
            call = f"{name}({argument!r})" if command[0].argument else name
            self.run_worker(self.run_action(call), name="command", exit_on_error=False)
        elif self.busy:
            self.tell("A reply is coming in: Esc interrupts it. Your prompt is kept.")
        else:
            self.prompt.take(text)
            self.remember(text)
            self.send(text)

    def action_next_agent(self, step: int) -> None:
        """The agent that many places on."""
        self.switch(agents.neighbour(self.talk.chat.info.agent, step))

    def action_pick_agent(self, name: str) -> None:
        """The agent of that name."""
        agent = agents.find(name)
        if agent is None:
            names = ", ".join(agent.id for agent in agents.everyone())
            self.warn(f"There is no agent {name!r}. Agents: {names}.")
        else:
            self.switch(agent)

    # --- retry, interrupt, quit

    def on_chat_log_retry_requested(self) -> None:
        """A click on an error's retry."""
        self.action_retry()

    def on_prompt_area_retry_requested(self) -> None:
        """``r`` on the empty prompt after an error."""
        self.action_retry()

    def action_retry(self) -> None:
        """Send the last prompt again, to the agent that is active now."""
        text = self.talk.last_prompt
        if self.busy or not text:
            self.tell("A reply is coming in." if self.busy else "There is nothing to retry.")
        else:
            self.send(text)

    def action_send_continue(self) -> None:
        """Let the agent go on."""
        if not self.busy:
            self.send("continue")

    def action_interrupt(self) -> None:
        """Close what is open; else stop the reply that is coming in: what came stays."""
        if self.finds:
            self.close_find()
            return
        if self.chat_log.blocks.walked is not None:
            self.chat_log.blocks.leave()
            return
        if self.prompt.retry_offered:
            self.prompt.offer_retry(False)
        for worker in self.workers:
            if worker.group == "turn":
                worker.cancel()

    def action_copy_or_quit(self) -> None:
        """Copy what is selected; else clear the prompt, else interrupt; twice in a row: quit."""
        field = self.focused
        typed = field.selected_text if isinstance(field, Input | PromptArea) else ""
        selected = self.get_selected_text() or typed
        if selected:
            self.copy_text(selected, f"{len(selected)} characters")
            return
        now = time.monotonic()
        if now - self._quit_asked_at < _QUIT_WITHIN and not self.prompt.text:
            self.app.exit()
            return
        self._quit_asked_at = now
        if self.prompt.text:
            self.remember(self.prompt.text)
            self.prompt.clear()
        elif self.busy:
            self.action_interrupt()
        self.tell("Ctrl+C again quits.", timeout=_QUIT_WITHIN)

    def on_text_area_changed(self) -> None:
        """What was typed is neither lost by a Ctrl+C meant for another thing, nor a retry."""
        if self.prompt.text:
            self._quit_asked_at = float("-inf")
            self.prompt.offer_retry(False)

    def on_prompt_area_quit_requested(self) -> None:
        """Ctrl+D on the empty prompt."""
        self.app.exit()

    # --- chats and the rest

    def action_new_chat(self) -> None:
        """Start a new chat with the agent that is active."""
        self.open_chat(self.new_chat(self.talk.chat.info))

    @work(name="chats", group="dialog", exit_on_error=False)
    async def action_chats(self) -> None:
        """Pick an earlier chat."""
        from robotui.chats.resuming import note_folder
        from robotui.chats.store import Chat
        from robotui.ui.dialogs.chats import Chats

        path = await self.app.push_screen_wait(Chats(self.paths.chats))
        if path is not None and path != self.talk.chat.path:
            chat = Chat.load(path)
            note_folder(chat, self.workspace)
            self.open_chat(chat)

    def action_help(self) -> None:
        """All keys and commands."""
        from robotui.ui.dialogs.help import Help

        self.app.push_screen(Help(self.key_bindings()))

    def action_toggle_sidebar(self) -> None:
        """Show or hide the agents."""
        self.toggle_class("-no-sidebar")

    def action_log(self, movement: str) -> None:
        """Scroll the log."""
        getattr(self.chat_log, f"action_{movement}")()

    def action_expand(self) -> None:
        """Show or hide what is behind the last activity or remark of the latest reply."""
        self.chat_log.toggle_last_activity()

    def action_end(self) -> None:
        """To the end of the log and follow it; within a prompt that has text, to its line's end."""
        editing = self.prompt.text and self.chat_log.view.following
        if editing or isinstance(self.focused, Input):
            raise SkipAction
        self.chat_log.action_scroll_end()

    def action_sideways(self, direction: str) -> None:
        """Scroll code whose lines are cut; where they are wrapped the key is the prompt's."""
        if self.settings.code_wrap:
            raise SkipAction
        self.chat_log.blocks.scroll_sideways(-1 if direction == "left" else 1)

    @work(name="prompts", group="dialog", exit_on_error=False)
    async def action_earlier_prompts(self) -> None:
        """Search what was asked before, over all chats."""
        from robotui.ui.dialogs.history import History

        text = await self.app.push_screen_wait(History(self.history.entries))
        if text is not None:
            self.remember(self.prompt.text)
            self.prompt.replace_text(text)

    def action_edit_prompt(self) -> None:
        """Edit the prompt in $VISUAL or $EDITOR."""
        from robotui.ui import editor

        text = self._suspended(lambda: editor.edit(self.prompt.text))
        if text is not None:
            self.prompt.replace_text(text)

    def action_plain(self) -> None:
        """Show the chat on the plain terminal, for its own selection."""
        from robotui.ui import plain

        self._suspended(lambda: plain.show(self.talk.chat.transcript.turns))

    def _suspended(self, act: Callable[[], Result]) -> Result | None:
        """Do something that needs the terminal for itself; None if it fails, after a word on it."""
        try:
            with self.app.suspend():
                return act()
        except SuspendNotSupported:
            self.warn("This terminal can't be left for a while.")
        except RobotuiError as error:
            self.warn_of(error)
        return None
