"""File names as the headers of diffs and patches write them."""

from __future__ import annotations

import re
from typing import Final

NOWHERE: Final = "/dev/null"
LONGEST: Final = 500
"""Characters; longer lines name no file."""

_STAMP: Final = re.compile(
    r"(?:\t.*|\s+(?:\d{4}-\d\d-\d\d|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s).*|\s+\((?:working copy"
    r"|revision|rev|new|old|original|updated|modified|before|after)[^()]*\))$",
    re.IGNORECASE,
)
_OCTAL: Final = re.compile(r'\\([0-7]{3}|["\\tn])')
_PREFIXES: Final = (("a/", "b/"), ("i/", "w/"), ("c/", "i/"), ("c/", "w/"), ("o/", "w/"))
_VERSIONS: Final = {
    *("a", "b", "old", "new", "orig", "original", "before", "after", "current", "updated"),
    *("modified", "fixed", "left", "right", "from", "to"),
}
_ESCAPES: Final = {'"': b'"', "\\": b"\\", "t": b"\t", "n": b"\n"}

_WRAPPING: Final = re.compile(r"^[\s*`'\"#/;<!-]+|[\s*/`'\":>-]+$")
_LABEL: Final = re.compile(
    r"(?:in\s+)?(?:file(?:[ _]?(?:name|path))?|path)\s*[:=]?\s+", re.IGNORECASE
)
_BARE: Final = ("Makefile", "Dockerfile", "Gemfile", "Procfile", "Rakefile", "Justfile")
_FILE: Final = re.compile(
    r"(?:[A-Za-z]:[/\\]|[/\\~]|\.{1,2}[/\\])?[^\s:*?\"<>|(){};,=$&]+", re.UNICODE
)


def header_name(text: str) -> str:
    """The path behind ``---`` or ``+++``, without a date; quoted ones as Git quotes them."""
    text = text[: 2 * LONGEST].strip("\r\n ")
    if text.startswith('"'):
        return _unquoted(text[1:].split('"\t')[0].removesuffix('"'))
    return _STAMP.sub("", text).strip().replace("\\", "/")


def _unquoted(text: str) -> str:
    """Git writes other characters than ASCII as their bytes (``core.quotePath``)."""
    found = b""
    at = 0
    for match in _OCTAL.finditer(text):
        found += text[at : match.start()].encode()
        code = match[1]
        found += bytes([int(code, 8) & 255]) if len(code) == 3 else _ESCAPES[code]
        at = match.end()
    return (found + text[at:].encode()).decode(errors="replace")


def without_prefixes(old: str, new: str) -> tuple[str, str]:
    """Both names without Git's ``a/`` and ``b/``, if they have them; one may be empty."""
    for first, second in _PREFIXES:
        # Backwards (b/, then a/) is what a diff of a reversed order has.
        for left, right in ((first, second), (second, first)):
            fits = old in ("", NOWHERE) or old.startswith(left)
            if fits and (new in ("", NOWHERE) or new.startswith(right)):
                return old.removeprefix(left), new.removeprefix(right)
    before, _, path = old.partition("/")
    after, _, same = new.partition("/")
    if path and path == same and _VERSIONS.issuperset((before.lower(), after.lower())):
        return path, same
    return old, new


def label_name(line: str) -> str:
    """The file that a line of its own names: ``a.py``, ``# a.py``, ``**File: a.py**``; or empty."""
    if len(line) > LONGEST:
        return ""
    text = _WRAPPING.sub("", line)
    text = _LABEL.sub("", text, count=1) or text
    text = _WRAPPING.sub("", text)
    if not _FILE.fullmatch(text) or not any(map(str.isalnum, text)):
        return ""
    if re.match(rf"[\s#*`'\"]*/{re.escape(text)}", line):
        text = "/" + text
    last = re.split(r"[/\\]", text)[-1]
    named = re.search(r"\w\.\w|^\.\w", last) or re.search(r"[/\\]\w", text)
    return text.replace("\\", "/") if named or last in _BARE else ""
