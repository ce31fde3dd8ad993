"""A reply that was cut, and the model's next words, made one text: nothing twice, nothing lost.

Where it can't be told which of the two it is, words are rather kept twice than lost.
"""

from __future__ import annotations

import re
from typing import Final

ANCHOR: Final = 60
"""Characters that a model is asked to repeat, so that the seam can be found."""
MARKS: Final = ("<<<", ">>>")
"""What the anchor stands between when it is asked for."""

_WINDOW: Final = 400  # characters before the cut in which a repetition may begin
_LEAST: Final = 16  # characters that must agree before they count as repeated unasked
_LEAST_LINES: Final = 40  # the same, where they are lines
_ALIKE: Final = 5  # characters before a repetition that, as at its end, make it a pattern
_SENTENCE: Final = re.compile(r"(?![a-zà-ÿ])[^\W\d_][^\n]{0,117}[.:!…][ \t]*\n")
_FENCE: Final = re.compile(r"(?:`{3,}|~{3,})[^\n`]{0,80}\n")
_LINE: Final = 120  # characters of a line that may stand before the anchor


def anchor_of(text: str) -> str:
    """The end of ``text`` that is to be repeated: whole words, without white space around them."""
    body = text.strip()
    tail = body[-ANCHOR:]
    rest = tail.split(maxsplit=1)[1:]
    starts_inside = len(body) > len(tail) and not body[-len(tail) - 1].isspace()
    return rest[0] if starts_inside and rest and len(rest[0]) >= _LEAST else tail.strip()


class Joiner:
    """Takes what repeats the end of ``text`` off the words that come after it.

    If they begin with the anchor, that and the white space known already are taken off, and with it
    the marks, a fence or a sentence before it. If not, a repetition of the last characters, if it
    is long enough and is no pattern that may as well go on.
    """

    def __init__(self, text: str) -> None:
        self._tail = text[-_WINDOW:]
        anchor = anchor_of(text)
        words = r"\s+".join(map(re.escape, anchor.split()))
        self._anchor = re.compile(words)
        self._folded = _folded(anchor)
        # Only words that are there once can't come again by themselves after a line.
        once = len(anchor) >= _LEAST and not is_pattern(anchor)
        self._loose = once and len(self._anchor.findall(text)) == 1
        self._space = text[len(text.rstrip()) :]
        self._held = ""
        self._settled = not anchor

    def feed(self, piece: str) -> str:
        """What of the new words can be told now."""
        for at, character in enumerate(piece):
            if self._settled:
                return piece[at:]
            self._held += character
            if self._decided():
                return self._settle() + piece[at + 1 :]
        return ""

    def flush(self) -> str:
        """The rest, at the end."""
        return "" if self._settled else self._settle()

    def _decided(self) -> bool:
        """Whether more words can't change how much of them is a repetition."""
        new = self._held.lstrip()
        if not new:
            return len(self._held) > _WINDOW
        rest = self._after_anchor()
        if rest is not None:
            return not self._space.startswith(rest) and not MARKS[1].startswith(rest)
        if any(self._may_become_anchor(new[start:].lstrip()) for start in self._starts(new)):
            return False
        # Undecided while all of it repeats the tail from somewhere on, and could go on doing so.
        return not any(
            self._tail.startswith(text, start)
            for text in (self._held, new)
            for start in range(len(self._tail) - len(text))
        )

    def _starts(self, new: str) -> list[int]:
        """Where in ``new`` the anchor may begin: at once, after a sentence, after a fence."""
        starts = [0]
        if self._loose:
            for line in (_SENTENCE, _FENCE):
                found = line.match(new, starts[-1])
                if found is not None:
                    blank = len(new) - len(new[found.end() :].lstrip())
                    starts.append(blank)
        return starts

    def _may_become_anchor(self, new: str) -> bool:
        """Whether ``new`` is the beginning of an anchor, or of what may stand before it."""
        mark, bare = MARKS[0], new.removeprefix(MARKS[0]).lstrip()
        if mark.startswith(new) or self._folded.startswith(_folded(bare)):
            return True
        if not self._loose or "\n" in new or len(new) > _LINE:
            return False
        return new[:3] in ("`", "``", "```", "~", "~~", "~~~") or _begins_sentence(new)

    def _after_anchor(self) -> str | None:
        """What is held after the anchor, if that has come."""
        new = self._held.lstrip()
        for start in self._starts(new):
            begin = new[start:]
            bare = begin.removeprefix(MARKS[0]).lstrip()
            found = self._anchor.match(bare)
            if found is not None:
                rest = bare[found.end() :]
                return rest if bare == begin else rest.removeprefix(MARKS[1])
        return None

    def _settle(self) -> str:
        self._settled = True
        rest, known = self._after_anchor(), 0
        if rest is not None:
            while known < len(self._space) and rest[known : known + 1] == self._space[known]:
                known += 1
            return rest[known:]
        for text in (self._held, self._held.lstrip(" \t")):
            for length in range(min(len(self._tail), len(text)), _LEAST - 1, -1):
                again = self._tail[-length:]
                if text.startswith(again):
                    return text[length:] if self._is_repeated(again) else self._held
        return self._held

    def _is_repeated(self, again: str) -> bool:
        """Whether the end of the text, heard again, is a repetition, not a pattern that goes on."""
        before = self._tail[: -len(again)]
        # A line may well be there twice; who repeats lines repeats several whole ones.
        if "\n" in again and (len(again) < _LEAST_LINES or (before and before[-1] != "\n")):
            return False
        goes_on = before.endswith(again[-_ALIKE:]) or is_pattern(again)
        return not goes_on and self._tail.count(again) == 1


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _begins_sentence(line: str) -> bool:
    return line[:1].isalpha() and not line[:1].islower()


def is_pattern(text: str) -> bool:
    """Whether ``text`` is a shorter one repeated: a rule, a row of zeros, an indentation."""
    periods = range(1, len(text) // 2 + 1)
    return any(text.startswith(text[period:]) for period in periods)
