"""Mentions of a file's lines in a sentence: "replace lines 10-20 with", "after line 12"."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

_LENGTH: Final = 300
"""Characters at the end of a text that are looked at."""
_SENTENCE_END: Final = re.compile(r"[.!?]\s+(?=[A-Z`*_\"'])")
_LINES: Final = re.compile(
    r"\b(?:(?:lines?|zeilen?|lignes?|l[ií]neas?|rig(?:a|he)|linhas?)\s*(?:#|no\.?|number)?\s*|L)"
    r"(?P<first>\d{1,7})(?:\s*(?:[-–—~]|\.\.+|to|through|thru|until|and|und|et|y|bis|à|a)\s*"
    r"(?:(?:lines?|zeile|ligne)\s*|L)?(?P<last>\d{1,7}))?(?![\w%])",
    re.IGNORECASE,
)
_AFTER: Final = re.compile(
    r"\b(?:after|below|behind|beneath|following|nach|hinter|unter|après|después de|dopo)\s+"
    r"(?:the\s+)?\W*$",
    re.IGNORECASE,
)
_BEFORE: Final = re.compile(
    r"\b(?:before|above|at|on|in|vor|über|avant|antes de|prima di)\s+(?:the\s+)?\W*$",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r"\b(?:between|zwischen|entre)\s+(?:the\s+)?\W*$", re.IGNORECASE)
_NOT: Final = re.compile(
    r"\b(?:see|compare|like|error|traceback|fails?|failed|outputs?|keep|leave|don[’']?t|not|never"
    r"|unchanged|siehe|wie|voir|comme)\b",
    re.IGNORECASE,
)
_VERBS: Final = (
    (
        "replace",
        r"replac\w*|chang\w*|updat\w*|rewrit\w*|rewrote|substitut\w*|swap\w*|overwrit\w*|becomes?"
        r"|modif\w*|edit|should (?:be|read|look)|ersetz\w*|änder\w*|remplac\w*|reemplaz\w*|cambi\w*"
        r"|sostitui\w*|substitu\w*",
    ),
    (
        "insert",
        r"insert\w*|add(?:ed|s|ing)?|append\w*|put|plac(?:e|ed|ing)|past(?:e|ed)|füg\w*|einfüg\w*"
        r"|ajout\w*|insér\w*|añad\w*|inserisc\w*|aggiung\w*",
    ),
    ("delete", r"delet\w*|remov\w*|drop|lösch\w*|entfern\w*|supprim\w*|elimin\w*|borr\w*"),
)
_SAID: Final = {verb: re.compile(rf"\b(?:{forms})\b", re.IGNORECASE) for verb, forms in _VERBS}


class LineMention(NamedTuple):
    """What is to be done with some lines of a file."""

    verb: Literal["replace", "insert", "delete", "see"]
    """``see``: they are named, and nothing is said of them."""
    first: int
    """From 1."""
    end: int
    """The line after the last one; ``first`` where lines are put in before it."""


def line_mention(text: str) -> LineMention | None:
    """What the last sentence of ``text`` says, if it names one stretch of lines."""
    text = _SENTENCE_END.split(text[-_LENGTH:])[-1]
    text = re.sub(r"[*`_]+", " ", text)
    found = list(_LINES.finditer(text))
    if len({(each["first"], each["last"]) for each in found}) != 1 or _NOT.search(text):
        return None
    lines = found[0]
    first, last = int(lines["first"]), int(lines["last"] or lines["first"])
    if not 1 <= first <= last:
        return None
    before = text[: lines.start()]
    verbs = [verb for verb, form in _SAID.items() if form.search(text)]
    verb = verbs[0] if len(verbs) == 1 else ""
    if verb == "insert":
        return _inserted(before, first, last)
    if _AFTER.search(before) or _BETWEEN.search(before) or re.search(r"\b(?:above)\W*$", before):
        return LineMention("see", first, last + 1)
    if verb in ("replace", "delete"):
        return LineMention("replace" if verb == "replace" else "delete", first, last + 1)
    return LineMention("see", first, last + 1)


def _inserted(before: str, first: int, last: int) -> LineMention:
    if _AFTER.search(before):
        return LineMention("insert", last + 1, last + 1)
    if _BETWEEN.search(before) and last == first + 1:
        return LineMention("insert", last, last)
    if _BEFORE.search(before):
        return LineMention("insert", first, first)
    return LineMention("see", first, last + 1)
