"""A reply that was cut, and the model's next words, made one text: nothing twice, nothing lost."""

from __future__ import annotations

from typing import Final

ANCHOR: Final = 60
"""Characters that a model is asked to repeat, so that the seam can be found."""

_WINDOW: Final = 400  # characters before the cut in which a repetition may begin
_LEAST: Final = 16  # characters that must agree before they count as repeated unasked


def anchor_of(text: str) -> str:
    """The end of ``text`` that is to be repeated: whole words, without white space around them."""
    body = text.strip()
    tail = body[-ANCHOR:]
    rest = tail.split(maxsplit=1)[1:]
    starts_inside = len(body) > len(tail) and not body[-len(tail) - 1].isspace()
    return rest[0] if starts_inside and rest else tail.strip()


class Joiner:
    """Takes what repeats the end of ``text`` off the words that come after it.

    If they begin with the anchor, that and the white space known already are taken off. If not, the
    longest repetition of the last characters; less than 16 of them are taken for new words.
    """

    def __init__(self, text: str) -> None:
        self._tail = text[-_WINDOW:]
        self._anchor = anchor_of(text)
        self._space = text[len(text.rstrip()) :]
        self._held = ""
        self._settled = not self._anchor

    def feed(self, piece: str) -> str:
        """What of the new words can be told now."""
        if self._settled:
            return piece
        self._held += piece
        return self._settle() if self._decided() else ""

    def flush(self) -> str:
        """The rest, at the end."""
        return "" if self._settled else self._settle()

    def _decided(self) -> bool:
        """Whether more words can't change how much of them is a repetition."""
        new = self._held.lstrip()
        if not new:
            return len(self._held) > _WINDOW
        if new.startswith(self._anchor):
            return not self._space.startswith(new[len(self._anchor) :])
        # Undecided while all of it repeats the tail from somewhere on, and could go on doing so.
        return not any(
            self._tail.startswith(text, start)
            for text in (self._held, new)
            for start in range(len(self._tail) - len(text))
        )

    def _settle(self) -> str:
        self._settled = True
        held, self._held = self._held, ""
        new = held.lstrip()
        if new.startswith(self._anchor):
            rest, known = new[len(self._anchor) :], 0
            while known < len(self._space) and rest[known : known + 1] == self._space[known]:
                known += 1
            return rest[known:]
        for text in (held, new):
            for length in range(min(len(self._tail), len(text)), _LEAST - 1, -1):
                if text.startswith(self._tail[-length:]):
                    return text[length:]
        return held
