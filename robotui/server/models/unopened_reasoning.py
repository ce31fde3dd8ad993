"""Reasoning of which a server sends only the mark that closes it.

All before that mark is reasoning, unless the mark is in code or spoken of. As that can be known
only when it has come, text is held back, if it is not known of the model whether it opens its
reasoning; of one that does not, all is told as reasoning until the mark comes.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from robotui.server.engine import Text, Think
from robotui.server.models.reasoning_tags import FAMILIES, LOWER, begun

_RESPONSES: Final = ("here is my response:", "here's my response:", "here’s my response:")
_UNMARKED: Final = "assistantfinal"
"""What is left between reasoning and answer where a server swallows the control words."""
_CLOSING: Final = frozenset(ends[0] for ends in FAMILIES.values())
_SPOKEN: Final = frozenset({*_RESPONSES, _UNMARKED})
_LONE: Final = re.compile("|".join(map(re.escape, _CLOSING | _SPOKEN)), re.IGNORECASE)
_PHRASE: Final = re.compile(
    r"\s*(?:[*# ]*here(?: is|['’]s) my thought process:[* ]*\s*|analysis(?=[A-Z\W]))", re.IGNORECASE
)
_SEEN: Final = 2  # characters behind a lone mark that are looked at
_LONGEST: Final = max(map(len, _CLOSING | _SPOKEN))
_HEAD: Final = 60  # characters in which words that open reasoning stand
_LIKELY: Final = re.compile(
    r"\s*(?:okay|ok\b|alright|hmm|the user|user\b|let me|let's|we need|we have|we are|i need"
    r"|i should|i'll\b|i have to|first,|so,|so the|got it|wait|thinking|analysis"
    r"|here(?: is|'s) my thought"
    r"|好的|好,|好，|嗯|用户|首先|我们|让我|我需要|пользователь|хорошо|итак|l'utilisateur|d'accord"
    r"|der nutzer|der benutzer|el usuario|o usuário|ユーザー)",
    re.IGNORECASE,
)
_FENCE: Final = re.compile(r"^ {0,3}(`{3,}|~{3,})", re.MULTILINE)
_SENTENCE_ENDS: Final = tuple(".!?…)。！？）\"'”:")
_AFTER_WORDS: Final = tuple(".,;:!?)\"'")
_ANSWER_STARTS: Final = tuple("#*-`>|[$¿¡")

Opened = Literal["yes", "no", "unknown"]
"""Whether a model opens its reasoning with a mark."""


class Looked(NamedTuple):
    """What a look at new text gave."""

    parts: list[Text | Think]
    """What can be told."""
    rest: str
    """Text that was not looked at yet."""
    closed: bool
    """A mark has come that closes what was not opened."""


class Unopened:
    """The text at the start of an answer, which may turn out to be reasoning."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._pieces: list[str] = []
        self._untold = 0  # those of them that were not told, at the end
        self._head = ""

    @property
    def holding(self) -> bool:
        """Whether text is held back that may be reasoning."""
        return self._opened == "unknown" and self._untold > 0

    @property
    def likely(self) -> bool:
        """Whether what is held back begins as reasoning does."""
        return _LIKELY.match("".join(self._pieces[:8])) is not None

    def look(self, held: str, *, last: bool = False) -> Looked:
        """Look for the mark in ``held``; ``last``: nothing more comes."""
        while (mark := _LONE.search(held)) is not None:
            after = held[mark.end() :]
            self._add(held[: mark.start()])
            if not last and len(after) < _SEEN:
                held = held[mark.start() :]
                break
            held = after
            if _closes("".join(self._pieces), mark[0], after[:_SEEN], last=last):
                if mark[0].translate(LOWER) in _RESPONSES:
                    held = after.removeprefix("**")
                return Looked([self._withdrawn()], held, closed=True)
            self._add(mark[0])
        else:
            kept = 0 if last else self._may_go_on(held)
            self._add(held[: len(held) - kept])
            held = held[len(held) - kept :]
        return Looked(self._told() if self._opened != "unknown" else [], held, closed=False)

    def _may_go_on(self, held: str) -> int:
        """How many characters at the end may be the beginning of a mark."""
        low = held[-_LONGEST:].translate(LOWER)
        # Words that may be meant as such are waited for only behind those that open them.
        phrase = _PHRASE.match(self._head + held[:_HEAD])
        return max(begun(mark, low) for mark in (_CLOSING | _SPOKEN if phrase else _CLOSING))

    def _add(self, piece: str) -> None:
        if piece:
            self._pieces.append(piece)
            self._head = (self._head + piece)[:_HEAD] if len(self._head) < _HEAD else self._head
            self._untold += 1

    def release(self) -> list[Text | Think]:
        """Hold nothing back any more: it took too long."""
        if self._opened != "unknown":
            return []
        self._opened = "yes"
        return self._told()

    def flush(self) -> list[Text | Think]:
        """The rest, at the end of an answer in which no mark came: all of it is words."""
        self._untold = len(self._pieces) if self._opened == "no" else self._untold
        self._opened = "yes"
        return self._told()

    def _told(self) -> list[Text | Think]:
        kind = Think if self._opened == "no" else Text
        told: list[Text | Think] = [
            kind(piece) for piece in self._pieces[len(self._pieces) - self._untold :]
        ]
        self._untold = 0
        return told

    def _withdrawn(self) -> Think:
        """What was held back is reasoning."""
        text = "".join(self._pieces[len(self._pieces) - self._untold :])
        if self._untold == len(self._pieces) and (phrase := _PHRASE.match(text)):
            text = text[phrase.end() :].rstrip("*# ")
        self._untold = 0
        return Think(text)


def _closes(before: str, mark: str, after: str, *, last: bool) -> bool:
    """Whether a mark closes reasoning that was not opened, rather than being spoken of."""
    mark, low = mark.translate(LOWER), before.translate(LOWER)
    if mark in _RESPONSES or mark == _UNMARKED:
        alone = mark == _UNMARKED or not low.rpartition("\n")[2].strip("*# ")
        return alone and _PHRASE.match(before) is not None and not _in_code(before)
    if any(ends[0] == mark and name in low for name, ends in FAMILIES.items()):
        return False
    if _in_code(before):
        return False
    if not before.strip():
        return not last or after.strip() != ""
    own_line = before.rstrip(" \t").endswith("\n") and after[:1] in ("", "\n", "\r")
    ended = before.rstrip()[-1:] in _SENTENCE_ENDS and after[:1] not in _AFTER_WORDS
    attached = after[:1].isalnum() or after[:1] in _ANSWER_STARTS
    return own_line or ended or attached or after == "\n\n"


def _in_code(before: str) -> bool:
    """Whether a place is in a fence or a code span, by the text before it."""
    fence = ""
    end = 0
    for found in _FENCE.finditer(before):
        if not fence:
            fence, end = found[1], found.end()
        elif found[1].startswith(fence):
            fence, end = "", found.end()
    paragraph = before[end:].rpartition("\n\n")[2]
    return bool(fence) or paragraph.count("`") % 2 == 1
