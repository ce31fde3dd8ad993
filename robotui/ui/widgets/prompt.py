"""Where prompts are typed."""

from __future__ import annotations

from typing import ClassVar, Protocol

from textual import events
from textual.binding import Binding, BindingType
from textual.markup import escape
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

from robotui.agents import Agent
from robotui.text import one_line, printable


class Completer(Protocol):
    """What offers to complete what is typed."""

    def edited(self, *, typed: bool) -> None:
        """The text has changed; ``typed``: by a key."""

    def takes(self, key: str) -> bool:
        """Whether it takes this key for itself."""

    def complete(self) -> None:
        """Complete what stands before the cursor, or offer ways to."""

    def close(self) -> None:
        """Offer nothing any more."""


class PromptArea(TextArea):
    """Several lines of text: Enter sends, the arrows at the edge walk through earlier prompts."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+j,shift+enter,alt+enter", "newline", "New line", show=False),
        Binding("alt+z,ctrl+underscore,ctrl+shift+minus", "undo", "Undo", show=False),
        Binding("ctrl+d", "delete_or_quit", "Quit on an empty prompt", show=False),
        Binding("tab", "complete", "Complete", show=False),
        Binding("up", "up", "Cursor up, earlier prompt", show=False),
        Binding("down", "down", "Cursor down, later prompt", show=False),
    ]

    class Submitted(Message):
        """Enter was pressed; the prompt still has its text, the screen clears it."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class RetryRequested(Message):
        """``r`` was pressed on an empty prompt while a retry is on offer."""

    def __init__(self) -> None:
        super().__init__(id="prompt", highlight_cursor_line=False, compact=True)
        self.earlier: list[str] = []
        self.completer: Completer | None = None
        """Is there once the chat is."""
        self._at: int | None = None
        self._draft = ""
        self._typed = False
        """The next change of the text is the key's that came last."""
        self.retry_offered = False

    def on_mount(self) -> None:
        """Blink only where things may move."""
        self.cursor_blink = self.app.animation_level != "none"

    def target(self, agent: Agent) -> None:
        """Show which agent the prompt goes to."""
        self.border_title = escape(f"to {one_line(agent.id, 40)}")
        self.styles.border_title_color = agent.colour
        self.placeholder = f"Ask {agent.id}"

    def offer_retry(self, offered: bool) -> None:
        """Let ``r`` on the empty prompt ask for a retry, until something else is typed."""
        self.retry_offered = offered
        self.border_subtitle = "r  retry" if offered else ""

    def replace_text(self, text: str) -> None:
        """Set the text, cursor at its end."""
        self._offer_nothing()
        self.text = printable(text)
        self.move_cursor(self.document.end)

    def take(self, text: str) -> None:
        """``text`` was taken from the prompt; what was typed behind it since then stays."""
        self.replace_text(self.text.removeprefix(text))

    def on_key(self, event: events.Key) -> None:
        """Send by Enter, and take the key of a retry that is offered; else edit as Textual does."""
        taken = self.completer is not None and self.completer.takes(event.key)
        if taken or event.key == "enter":
            event.stop()
            event.prevent_default()
            if not taken:
                self.send()
            return
        self._typed = event.is_printable or (event.key == "backspace" and bool(self.text))
        if not self._typed and event.key != "tab":
            self._offer_nothing()
        if self.retry_offered and event.is_printable:
            retry = event.key == "r" and not self.text
            self.offer_retry(False)
            if retry:
                event.stop()
                event.prevent_default()
                self.post_message(self.RetryRequested())
                return

    def action_newline(self) -> None:
        """Insert a line break."""
        self.insert("\n")

    def action_delete_or_quit(self) -> None:
        """Delete to the right; on an empty prompt, quit."""
        if self.text:
            self.action_delete_right()
        else:
            self.app.exit()

    def action_up(self) -> None:
        """One line up; in the first line, the prompt before."""
        if self.cursor_at_first_line and not self.selected_text:
            self._walk(-1)
        else:
            self.action_cursor_up()

    def action_down(self) -> None:
        """One line down; in the last line, the prompt after."""
        if self.cursor_at_last_line and not self.selected_text:
            self._walk(1)
        else:
            self.action_cursor_down()

    def _walk(self, step: int) -> None:
        entries = self.earlier
        at = len(entries) if self._at is None else self._at
        wanted = at + step
        if not 0 <= wanted <= len(entries) or wanted == at:
            return
        if at == len(entries):
            self._draft = self.text
        self._at = None if wanted == len(entries) else wanted
        self.replace_text(self._draft if self._at is None else entries[wanted])
        if step < 0:
            self.move_cursor((0, len(self.document.get_line(0))))

    # -- completing

    def action_complete(self) -> None:
        """Complete what stands before the cursor."""
        if self.completer is not None:
            self.completer.complete()

    def typed_line(self, most: int) -> str:
        """What stands before the cursor in its line, of a long one the last ``most`` characters."""
        row, column = self.cursor_location
        return self.document.get_line(row)[max(0, column - most) : column]

    @property
    def in_one_line(self) -> bool:
        """Whether there is one line, and the cursor at its end."""
        return self.cursor_location == self.document.end and not self.cursor_location[0]

    def put(self, text: str, replaced: int) -> None:
        """Put a text in place of so many characters before the cursor."""
        row, column = self.cursor_location
        self.replace(text, (row, column - replaced), (row, column))

    def send(self) -> None:
        """Ask for what is typed to be sent."""
        self._at = None
        self._offer_nothing()
        self.post_message(self.Submitted(self.text))

    def edit(self, edit: Edit) -> EditResult:
        """Textual's; what it may go on with is told before the next key comes."""
        result = super().edit(edit)
        typed, self._typed = self._typed, False
        if self.completer is not None:
            self.completer.edited(typed=typed)
        return result

    def on_mouse_down(self) -> None:
        """The cursor goes elsewhere."""
        self._offer_nothing()

    def on_blur(self) -> None:
        """Something else gets the keys."""
        self._offer_nothing()

    def _offer_nothing(self) -> None:
        if self.completer is not None:
            self.completer.close()
