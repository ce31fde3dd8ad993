"""Reasoning separated from an answer by the marks around it, such as ``<think>``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import ascii_lowercase, ascii_uppercase
from typing import Final, Literal

from robotui.server.engine import Text, Think

_TAGS: Final = (
    *("think", "thinking", "thought", "thoughts", "reasoning", "reason", "reflection"),
    *("seed:think", "mm:think", "longcat_think", "scratchpad", "inner_thoughts"),
)
_ANALYSIS: Final = "<|channel|>analysis<|message|>"
_START: Final = "<|start|>assistant"
_FAMILIES: Final = {
    **{f"<{tag}>": (f"</{tag}>",) for tag in _TAGS},
    "[think]": ("[/think]",),  # Mistral
    "◁think▷": ("◁/think▷",),  # Kimi
    "<|think|>": ("<|/think|>",),
    "<|start_thinking|>": ("<|end_thinking|>",),  # Cohere
    "<|begin_of_thought|>": ("<|end_of_thought|>",),
    "<unused94>thought\n": ("<unused95>",),  # Gemma
    "<|channel>thought\n": ("<channel|>",),
    # OpenAI's open models; the next channel may begin without an end of this one.
    _ANALYSIS: ("<|end|>", "<|start|>", "<|channel|>"),
    _START + _ANALYSIS: ("<|end|>", "<|start|>", "<|channel|>"),
}
"""Marks that open reasoning at the start of an answer, and those that close it."""

_NEXT: Final = ("<|start|>", "<|channel|>")  # not a part of what they close
_WRAPS: Final = {
    **{
        f"{start}<|channel|>{channel}<|message|>": end
        for start in ("", _START)
        for channel, end in (("final", "<|return|>"), ("commentary", "<|end|>"))
    },
    "<|start_response|>": "<|end_response|>",
    "<|begin_of_solution|>": "<|end_of_solution|>",
}
"""Marks around the answer itself."""
_ANSWERS: Final = {"<answer>": "</answer>", "<response>": "</response>"}
"""The same, but only behind reasoning, as they may be meant elsewhere."""

_RESPONSES: Final = ("here is my response:", "here's my response:", "here’s my response:")
_UNMARKED: Final = "assistantfinal"
"""What is left between reasoning and answer where a server swallows the control words."""
_CLOSING: Final = frozenset(ends[0] for ends in _FAMILIES.values())
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
_LOWER: Final = str.maketrans(ascii_uppercase, ascii_lowercase)

Place = Literal["start", "reasoning", "after", "open", "text"]
Opened = Literal["yes", "no", "unknown"]


class Marks:
    """Divides the text of one answer into words and reasoning.

    Reasoning stands between marks at the very start of the answer; later ones are text. Some
    servers send only the mark that closes it. Then all before it is reasoning, unless the mark is
    in code or spoken of. As that can be known only when it has come, text is held back until
    ``release``, if it is not known of this model whether it opens its reasoning (``opened``); of
    one that does not, all is told as reasoning until the mark comes.
    """

    def __init__(self, opened: Opened = "yes") -> None:
        self.lone = False
        """Whether a mark came that closes what was never opened."""
        self._opened = opened
        self._place: Place = "start"
        self._held = ""
        self._mark = ""
        self._closing: tuple[str, ...] = ()
        self._end = ""
        self._pieces: list[str] = []  # of text that may turn out to be reasoning
        self._untold = 0  # those of them that were not told, at the end
        self._head = ""
        self._thought = False

    @property
    def holding(self) -> bool:
        """Whether text is held back that may be reasoning."""
        return self._opened == "unknown" and self._untold > 0

    @property
    def likely(self) -> bool:
        """Whether what is held back begins as reasoning does."""
        return _LIKELY.match("".join(self._pieces[:8])) is not None

    @property
    def reasoned(self) -> bool:
        """Whether there was reasoning between marks."""
        return self._thought

    def feed(self, piece: str) -> Iterator[Text | Think]:
        """What can be told after ``piece``."""
        if self._place == "text" and not self._end:
            yield Text(piece)
            return
        self._held += piece
        yield from self._advance()

    def _advance(self) -> Iterator[Text | Think]:
        place: Place | None = None
        while place != self._place:
            place = self._place
            yield from self._step()

    def release(self) -> Iterator[Text | Think]:
        """Hold nothing back any more: it took too long."""
        if self._opened == "unknown":
            self._opened = "yes"
            yield from self._tell_pieces()

    def flush(self) -> Iterator[Text | Think]:
        """The rest, at the end."""
        if self._place == "open":
            yield from self._find_lone(last=True)
            yield from self._advance()
        if self._place == "open":
            self._untold = len(self._pieces) if self._opened == "no" else self._untold
            self._opened = "yes"
            yield from self._tell_pieces()
        elif self._place == "reasoning":
            # A mark and nothing else is what was said.
            yield Think(self._held) if self._held or self._thought else Text(self._mark)
        elif self._end and self._held.rstrip().translate(_LOWER).endswith(self._end):
            yield Text(self._held.rstrip()[: -len(self._end)])
        else:
            yield Text(self._held.lstrip("\n") if self._place == "after" else self._held)
        self._held = ""

    def _step(self) -> Iterator[Text | Think]:
        match self._place:
            case "start" | "after":
                yield from self._begin()
            case "reasoning":
                yield from self._reason()
            case "open":
                yield from self._find_lone()
            case "text":
                yield from self._say()

    def _begin(self) -> Iterator[Text | Think]:
        new = self._held.lstrip()
        low = new.translate(_LOWER)
        wraps = _WRAPS | _ANSWERS if self._place == "after" else _WRAPS
        for mark, closing in _FAMILIES.items():
            if low.startswith(mark):
                if self._place == "after":
                    yield Think("\n\n")
                self._mark, self._held = new[: len(mark)], new[len(mark) :]
                self._place, self._closing = "reasoning", closing
                return
        for mark, end in wraps.items():
            if low.startswith(mark):
                self._place, self._end, self._held = "text", end, new[len(mark) :].lstrip("\n")
                return
        if any(mark.startswith(low) for mark in (*_FAMILIES, *wraps)):
            return
        if self._place == "after":
            self._place, self._held = "text", self._held.lstrip("\n")
        else:
            self._place = "open"

    def _reason(self) -> Iterator[Text | Think]:
        low = self._held.translate(_LOWER)
        found = [(low.find(mark), mark) for mark in self._closing if mark in low]
        at, mark = min(found, default=(-1, ""))
        end = at + len(mark)
        if mark and self._held[at - 1 : at] == "`":
            if end == len(self._held):
                return
            if self._held[end] == "`":  # spoken of
                yield self._thinks(self._held[:end])
                self._held = self._held[end:]
                yield from self._reason()
                return
        if mark:
            yield self._thinks(self._held[:at])
            self._place, self._held = "after", self._held[at if mark in _NEXT else end :]
            return
        kept = max(_begun(mark, low) for mark in self._closing)
        kept += self._held[: len(self._held) - kept].endswith("`")
        cut = len(self._held) - kept
        yield self._thinks(self._held[:cut])
        self._held = self._held[cut:]

    def _thinks(self, text: str) -> Think:
        self._thought |= text != ""
        return Think(text)

    def _say(self) -> Iterator[Text | Think]:
        """Words up to the mark that ends the answer, which a control word does anywhere."""
        low = self._held.translate(_LOWER)
        at = low.find(self._end) if self._end.startswith("<|") else -1
        if at >= 0:
            yield Text(self._held[:at])
            self._held = self._held[at + len(self._end) :]
            self._place, self._end = "after", ""
            return
        bare = low.rstrip()
        kept = _begun(self._end, bare) or len(self._end) * bare.endswith(self._end)
        cut = len(bare) - kept if kept and self._end else len(self._held)
        yield Text(self._held[:cut])
        self._held = self._held[cut:]

    # --- reasoning that was never opened ----------------------------------------------------

    def _find_lone(self, *, last: bool = False) -> Iterator[Text | Think]:
        """Look for a mark that closes what was not opened; ``last``: nothing more comes."""
        while (mark := _LONE.search(self._held)) is not None:
            after = self._held[mark.end() :]
            self._add(self._held[: mark.start()])
            if not last and len(after) < _SEEN:
                self._held = self._held[mark.start() :]
                break
            self._held = after
            if _closes("".join(self._pieces), mark[0], after[:_SEEN], last=last):
                self._place = "after"
                if mark[0].translate(_LOWER) in _RESPONSES:
                    self._held = after.removeprefix("**")
                yield from self._withdraw()
                return
            self._add(mark[0])
        else:
            low = self._held[-_LONGEST:].translate(_LOWER)
            # Words that may be meant as such are waited for only behind those that open them.
            begun = _PHRASE.match(self._head + self._held[:_HEAD])
            marks = _CLOSING | _SPOKEN if begun else _CLOSING
            kept = 0 if last else max(_begun(closing, low) for closing in marks)
            cut = len(self._held) - kept
            self._add(self._held[:cut])
            self._held = self._held[cut:]
        if self._opened != "unknown":
            yield from self._tell_pieces()

    def _add(self, piece: str) -> None:
        if piece:
            self._pieces.append(piece)
            self._head = (self._head + piece)[:_HEAD] if len(self._head) < _HEAD else self._head
            self._untold += 1

    def _tell_pieces(self) -> Iterator[Text | Think]:
        """Tell what was not told yet."""
        for piece in self._pieces[len(self._pieces) - self._untold :]:
            yield Think(piece) if self._opened == "no" else Text(piece)
        self._untold = 0

    def _withdraw(self) -> Iterator[Text | Think]:
        """What was held back is reasoning."""
        text = "".join(self._pieces[len(self._pieces) - self._untold :])
        if self._untold == len(self._pieces) and (phrase := _PHRASE.match(text)):
            text = text[phrase.end() :].rstrip("*# ")
        self.lone = True
        self._untold = 0
        yield self._thinks(text)


def _closes(before: str, mark: str, after: str, *, last: bool) -> bool:
    """Whether a mark closes reasoning that was not opened, rather than being spoken of."""
    mark, low = mark.translate(_LOWER), before.translate(_LOWER)
    if mark in _RESPONSES or mark == _UNMARKED:
        alone = mark == _UNMARKED or not low.rpartition("\n")[2].strip("*# ")
        return alone and _PHRASE.match(before) is not None and not _in_code(before)
    if any(ends[0] == mark and name in low for name, ends in _FAMILIES.items()):
        return False
    if _in_code(before):
        return False
    if not before.strip():
        return not last or after.strip() != ""
    own_line = before.rstrip(" \t").endswith("\n") and after[:1] in ("", "\n", "\r")
    ended = before.rstrip()[-1:] in _SENTENCE_ENDS and after[:1] not in _AFTER_WORDS
    attached = after[:1].isalnum() or after[:1] in _ANSWER_STARTS
    return own_line or ended or attached or after == "\n\n"


_SENTENCE_ENDS: Final = tuple(".!?…)。！？）\"'”:")
_AFTER_WORDS: Final = tuple(".,;:!?)\"'")
_ANSWER_STARTS: Final = tuple("#*-`>|[$¿¡")


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


def _begun(mark: str, text: str) -> int:
    """How many characters at the end of ``text`` may be the beginning of ``mark``."""
    return next((n for n in range(len(mark) - 1, 0, -1) if text.endswith(mark[:n])), 0)
