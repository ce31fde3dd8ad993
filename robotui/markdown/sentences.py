"""Which file the sentence before a code block says that the block is: a guess, made strictly."""

from __future__ import annotations

import re
from typing import Final

from robotui.markdown.file_names import PRODUCTS, FileName, place_of, words_of

_LENGTH: Final = 300
"""Characters at the end of the line before that are looked at."""

_WRITING: Final = words_of(
    """
    add added adding adds append appended change changed changes changing content contents copy
    create created creates creating define edit edited editing extend extended file fix fixed
    following full here here's here’s heres implement implementation implemented insert into make
    modified modify move new open paste patch patched place put refactor refactored rename replace
    rewrite rewritten save saved saving update updated updates updating version write writes
    writing written
    """
)
"""Words near the name of a file that is to be written, or shown as a whole."""

_BECOMING: Final = _WRITING | words_of("becomes contains looks needs now shall should would")
"""The same, for words behind the name."""

_POINTING: Final = words_of(
    "check compare from like look read refer reference references run see seen similar using"
)
"""Words before the name of a file that is written elsewhere."""

_OUTPUT: Final = words_of("executing output outputs prints running traceback")
"""Words before the name of a file that the code came out of."""

_SPAN: Final = "\0"
_BLANKS: Final = re.compile(r"\s+")
_CODE_SPAN: Final = re.compile(r"(`+)(.+?)\1(?!`)")
_LINK: Final = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")
_SENTENCE_END: Final = re.compile(r"[.!?]\s+(?=[A-Z`*_\"'])")
_CLAUSE_END: Final = re.compile(r"[,;:](?=\s|$)|\bbut\b")
_WRAPPING: Final = "*\"'“”‘’«»()[]{}<>,;:!?：，。；（）「」"
_DASHES: Final = ("-", "–", "—", ":", "(")
_AT_START: Final = re.compile(
    r"\W*(?:(?:and|then|now|next|first|second|third|finally|also|again|so|\d+)\W+)?in"
    r"(?: (?:the|your|our|a|its|this))?(?: (?:file|module|script))?\W*",
    re.IGNORECASE,
)
_AT_END: Final = re.compile(
    r"\W*(?:(?:file|module|script|config|configuration)\b)?\W*"
    r"(?:(?:at |on |from )?lines? \d+(?:\W+\d+)?)?\W*(?:\([^()]*\))?\W*",
    re.IGNORECASE,
)


def in_sentence(text: str) -> FileName | None:
    """The one file that the last sentence of ``text`` (a line of Markdown) names.

    It has to be what the sentence leads up to, or what something is written to: other sentences
    name files too (``See app.py for the rest, which gives this:``).
    """
    text = _SENTENCE_END.split(text[-_LENGTH:])[-1].replace(_SPAN, " ")
    words = _CODE_SPAN.sub(_as_word, _LINK.sub(r" \1 ", text)).split()
    found = [(at, place) for at, word in enumerate(words) if (place := _named(word)) is not None]
    if len({place.name for _, place in found}) != 1:
        return None
    told = any(_is_told(" ".join(words[:at]), " ".join(words[at + 1 :])) for at, _ in found)
    return found[0][1] if told else None


def _is_told(before: str, after: str) -> bool:
    """Whether a file named between these words is what comes below them."""
    leading = [_unwrapped(word).lower() for word in _CLAUSE_END.split(before)[-1].split()]
    if not _OUTPUT.isdisjoint(leading[-3:]):
        return False
    if _AT_END.fullmatch(after) or (not leading and after.startswith(_DASHES)):
        return True
    if not _POINTING.isdisjoint(leading[-3:]):
        return False
    following = [_unwrapped(word).lower() for word in _CLAUSE_END.split(after)[0].split()]
    return (
        _AT_START.fullmatch(before) is not None
        or not _WRITING.isdisjoint(leading[-6:])
        or not _BECOMING.isdisjoint(following[:3])
    )


def _as_word(span: re.Match[str]) -> str:
    """A code span as one word, to be told by the character it begins with."""
    return f" {_SPAN}{_BLANKS.sub(_SPAN, span[2].strip())} "


def _named(word: str) -> FileName | None:
    """The file that a word of a sentence is, if it is one."""
    place = place_of(word[1:] if word.startswith(_SPAN) else _unwrapped(word))
    return place if place is not None and place.name.lower() not in PRODUCTS else None


def _unwrapped(word: str) -> str:
    """A word of a sentence without the punctuation and emphasis around it."""
    word = word.strip(_WRAPPING).rstrip(".")
    word = word.strip(_WRAPPING)
    bare = word.rstrip("_")
    ends = word[len(bare) :]
    return bare.removeprefix(ends) if ends and word.startswith(ends) else word
