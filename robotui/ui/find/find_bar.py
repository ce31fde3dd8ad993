"""The bar in which a text to find in the chat is typed, with how often it was found."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from robotui.text import printable
from robotui.ui.widgets.field import Field

_Part = tuple[str, str]
_SEPARATOR = " · "


class FindBar(Horizontal):
    """One row: what to find, which match of how many is shown, the keys. Hidden until opened."""

    DEFAULT_CSS = """
    FindBar {
        height: 1;
        display: none;
        background: $surface;
        & > .find-bar--label {
            width: auto;
            padding: 0 1;
            color: $text-primary;
        }
        & > Field {
            width: 1fr;
        }
        & > _Standing {
            width: 1fr;
            max-width: 52;
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Next match", show=False),
        Binding("up,shift+enter", "move(-1)", "Match before", show=False),
        Binding("escape", "close", "Close", show=False),
    ]

    class Changed(Message):
        """Something else is to be found; nothing if ``query`` is empty."""

        def __init__(self, query: str) -> None:
            super().__init__()
            self.query = query

    class Moved(Message):
        """On to the next match (``step`` 1) or back to the one before (-1)."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    class Closed(Message):
        """Finding is over."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._field = Field(placeholder="find in this chat", max_length=1000)
        self._standing = _Standing()

    def compose(self) -> ComposeResult:
        """What to find at the left, what was found at the right."""
        yield Static("Find", classes="find-bar--label")
        yield self._field
        yield self._standing

    @property
    def query_text(self) -> str:
        """What is to be found."""
        return self._field.value

    def open(self, query: str = "") -> None:
        """Show the bar and go into it, with this text or the one that was there, selected.

        Text of several lines can't be found: lines are searched one by one.
        """
        lines = printable(query).splitlines()
        if len(lines) == 1:
            with self.prevent(Input.Changed):
                self._field.value = lines[0]
        self.display = True
        self._field.focus()
        self._field.action_select_all()

    def close(self) -> None:
        """Hide the bar; what was typed stays for the next time."""
        self.display = False

    def show(
        self,
        count: int,
        current: int,
        *,
        complete: bool,
        busy: bool = False,
        is_position_exact: bool = True,
        exact_case: bool = False,
        wrapped: int = 0,
    ) -> None:
        """Say how many matches there are and which of them is the current one, from 1; 0: none.

        ``complete``: there are no more; if not, ``busy`` says whether they are being searched for.
        ``is_position_exact``: there are no more before the current one either. ``wrapped``: the
        last move went on from the other end.
        """
        position = f"{current:,}" if complete or busy or is_position_exact else f"{current:,}+"
        total = f"{count:,}" if complete else f"{count:,}+ …" if busy else f"{count:,}+"
        found, style = f"{position}/{total}" if current else total, ""
        if not count:
            found = "not found" if complete else "searching …"
        if not self.query_text:
            found, style = "type to find", "dim"
        elif complete and not count:
            style = "bold $text-error"
        turn = {1: "from the top", -1: "from the end"}.get(wrapped, "")
        case = "exact case" if exact_case else "any case"
        self._standing.show([(found, style), (turn, "bold $text-warning"), (case, "dim")])

    def on_input_changed(self, message: Input.Changed) -> None:
        """Something was typed."""
        message.stop()
        self.post_message(self.Changed(message.value))

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Enter goes to the next match."""
        message.stop()
        self.action_move(1)

    def action_move(self, step: int) -> None:
        """To another match."""
        self.post_message(self.Moved(step))

    def action_close(self) -> None:
        """Finding is over."""
        self.post_message(self.Closed())


class _Standing(Widget):
    """What was found, then the keys; what does not fit is left out from the end.

    It draws itself: it changes often, and nothing else on the screen moves with it.
    """

    ALLOW_SELECT = False

    KEYS: ClassVar[list[_Part]] = [("Enter ↓ ↑", "dim"), ("Esc", "dim")]

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[_Part] = []

    def show(self, parts: list[_Part]) -> None:
        """Show these parts, the most needed first."""
        if parts != self._parts:
            self._parts = parts
            self.refresh()

    def render(self) -> Content:
        """As many parts as fit, at the right end."""
        room, line = self.size.width - 1, Content("")
        for text, style in [*self._parts, *self.KEYS]:
            separator = Content.styled(_SEPARATOR if line else "", "dim")
            longer = Content.assemble(line, separator, Content.styled(text, style))
            if text and longer.cell_length < room:
                line = longer
        return Content.assemble(" " * (room - line.cell_length), line)
