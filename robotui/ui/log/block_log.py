"""A log in which keys walk from code block to code block."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from robotui.layout.block_walk import BlockWalk, Step
from robotui.layout.code_section import CodeSection
from robotui.markdown import CodeBlock
from robotui.ui.log.code_log import CodeLog

Action = Literal["copy", "save", "apply", "menu"]


class BlockLog(CodeLog, can_focus=False):
    """Keys walk from code block to code block; the walked one is marked and has keys of its own.

    It can have the focus only while a block is walked.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "block('copy')", "copy the block", show=False),
        Binding("s", "block('save')", "save it to a file", show=False),
        Binding("a", "block('apply')", "apply it to a file of the workspace", show=False),
        Binding("enter", "block('menu')", "all that can be done with it", show=False),
        Binding("space", "fold_block", "fold or unfold it", show=False),
        Binding("up", "previous_block", "the block before", show=False),
        Binding("down", "next_block", "the next block", show=False),
        Binding("escape", "leave_block", "leave it", show=False),
    ]

    class BlockAction(Message, namespace="chat_log"):
        """Something is to be done with a code block."""

        def __init__(self, action: Action, block: CodeBlock) -> None:
            super().__init__()
            self.action = action
            self.block = block

    class BlockLeft(Message, namespace="chat_log"):
        """No block is walked any more: the log gives the focus away."""

    class NoMoreBlocks(Message, namespace="chat_log"):
        """There is no code block to walk to."""

        def __init__(self, step: Step) -> None:
            super().__init__()
            self.step = step
            """1: none below; -1: none above."""

    class Typed(Message, namespace="chat_log"):
        """Text was typed or pasted while a block was walked; that ended the walk."""

        def __init__(self, character: str) -> None:
            super().__init__()
            self.character = character

    def __init__(
        self,
        *,
        code_wrap: bool,
        fold_lines: int,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(code_wrap=code_wrap, fold_lines=fold_lines, id=id)
        self._walk = BlockWalk(self.view)

    @property
    def walked(self) -> CodeBlock | None:
        """The block that keys are about."""
        section = self._walk.section
        return None if section is None else section.block

    def action_previous_block(self) -> None:
        """Walk to the code block before; at first to the last one in or above the view."""
        self._step(-1)

    def action_next_block(self) -> None:
        """Walk to the next code block; at first to the first one in or below the view."""
        self._step(1)

    def jump_to(self, turn_index: int, number: int) -> None:
        """Walk to a code block by its turn's index and its number; nothing if there is none."""
        self.view.scrollback.sync()
        self.view.settle()
        if self._walk.go(turn_index, number):
            self._show_walked()

    def action_leave_block(self) -> None:
        """End the walk and give the focus away."""
        if self.can_focus:
            self._end_walk()
            self.post_message(self.BlockLeft())

    def action_block(self, action: Action) -> None:
        """Ask for something to be done with the walked block."""
        if self.walked is not None:
            self.post_message(self.BlockAction(action, self.walked))

    def _step(self, step: Step) -> None:
        self.view.scrollback.sync()
        self.view.settle()
        if self._walk.step(step):
            self._show_walked()
        else:
            self.post_message(self.NoMoreBlocks(step))

    def _show_walked(self) -> None:
        self.can_focus = True
        # ``focus`` takes until after the next key, which may have come together with this one.
        self.screen.set_focus(self, scroll_visible=False)
        self.update()

    def _end_walk(self) -> None:
        """Where it ends with the end in view, that is followed again."""
        self._walk.leave()
        if not self.view.below:
            self.view.following = True
        self.can_focus = False
        self.update()

    def on_key(self, event: events.Key) -> None:
        """What is typed belongs to the prompt, unless it is a key of the walk."""
        ours = self.walked is not None and event.key in dict(self._bindings)
        if event.is_printable and event.character and not ours:
            event.prevent_default().stop()
            self._give_away(event.character)

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted belongs to the prompt."""
        event.prevent_default().stop()
        self._give_away(event.text)

    def _give_away(self, text: str) -> None:
        self._end_walk()
        self.post_message(self.Typed(text))

    def on_blur(self) -> None:
        """End the walk if the focus went to another widget, not to a dialog or another window."""
        if self.app.app_focus and self.app.screen is self.screen:
            self._end_walk()

    def action_fold_block(self) -> None:
        """Fold or unfold the walked block."""
        if self.walked is not None:
            self.toggle_fold(self.walked)
            self._walk.bring_folded()
            self.update()

    def code_at_hand(self) -> list[CodeSection]:
        """The walked block; without one, all code in view."""
        walked = self._walk.section
        return super().code_at_hand() if walked is None else [walked]
