"""Text from outside, made safe to show in a terminal."""

from __future__ import annotations

import re
from typing import Final

# ECMA-48: CSI sequences, string sequences (OSC, DCS, SOS, PM, APC) up to their terminator, other
# two-character escapes. A string sequence that never ends loses its introducer only, so that a
# stray ESC can't swallow the rest of a reply; it ends where another begins, so that many of them
# take no longer than one.
_ESCAPES: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x90\x98\x9c-\x9f\n]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]?"
)
_INTRODUCER: Final = re.compile(r"[\x1b\x90\x98\x9b\x9d-\x9f]")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SEPARATORS: Final = re.compile("[\u2028\u2029]")
# Overrides and isolates reorder what a reader sees ("Trojan Source", CVE-2021-42574).
_BIDI: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")

# Tokens (RFC 7519), keys as services make them, and what stands behind such words.
_SECRETS: Final = re.compile(
    r"\beyJ[\w-]+(?:\.[\w-]*)+|\b(?:sk|pk|gh[pousr]|github_pat|xox[abpr]|hf|glpat)[-_][\w-]{8,}"
    r"|(?i:(?<=bearer )|(?<=basic )|(?<=key=)|(?<=token=))[^\s'\"&]+"
)

_SIGNS: Final = {code: 0x2400 + code for code in range(0x20) if code != ord("\t")} | {
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
}
_EMOJI: Final = "\u2600-\u27bf\U0001f000-\U0001faff"
_MORE_EMOJI: Final = "\u00a9\u00ae\u2049\u203c\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299"
_JOINED: Final = f"\u200d(?=[{_EMOJI}\u2194\u2195\u2b1b])"
_IDEOGRAPHS: Final = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_JOINING: Final = "\u0620-\u07ff\u0900-\u0dff\u0f00-\u109f\u1780-\u17b3\u17b6-\u17ff"
# What takes no cell or shows nothing: Unicode's Default_Ignorable_Code_Point, its separators and
# annotation marks. First those that belong to what is seen: in emoji (UTS #51), behind ideographs
# (UTS #37), between letters of scripts that join (UAX #31).
_UNSEEN: Final = re.compile(
    rf"(?P<seen>[{_EMOJI}]\ufe0f?{_JOINED}|[{_EMOJI}{_MORE_EMOJI}][\ufe0e\ufe0f]"
    rf"|[#*0-9]\ufe0f(?=\u20e3)|\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067"
    rf"|\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073)\U000e007f"
    rf"|[{_IDEOGRAPHS}][\U000e0100-\U000e01ef]|[{_JOINING}][\u200c\u200d](?=[{_JOINING}]))"
    r"|[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def encodable(text: str) -> str:
    """``text`` with lone surrogates replaced by ``?``, so that it can be printed and saved."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text


def printable(text: str) -> str:
    """``text`` without anything a terminal would obey; newlines and tabs stay.

    Escape sequences and control characters are removed, carriage returns too; Unicode's line and
    paragraph separators become newlines, bidirectional overrides U+FFFD so that hidden reordering
    shows.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _SEPARATORS.sub("\n", _ESCAPES.sub("", encodable(text)))
    return _BIDI.sub("\ufffd", _CONTROLS.sub("", text))


def pasted(text: str) -> str:
    """``printable`` for what comes from a clipboard, where lines end with CR, CR LF or LF."""
    return printable(text.replace("\r\n", "\n").replace("\r", "\n"))


def printable_line(text: str) -> str:
    """``printable`` for what is one line and has to stay so: separators become blanks."""
    return printable(text).replace("\n", " ")


def visible(text: str) -> str:
    """``text`` with a sign for each character that can't be seen; as long as before. Tabs stay.

    Control characters are shown as Unicode's pictures of them (``␛``), others that a terminal would
    obey or show nothing of as U+FFFD: code that is read has to be the code that is copied.
    """
    if text.isascii() and text.isprintable():
        return text
    text = encodable(text).translate(_SIGNS)
    return text if text.isascii() else _UNSEEN.sub(_seen, text)


def has_unseen(text: str) -> bool:
    """Whether there are characters that show nothing, besides control characters."""
    return any(match["seen"] is None for match in _UNSEEN.finditer(text))


def _seen(match: re.Match[str]) -> str:
    return match["seen"] or "\ufffd"


def without_secrets(text: str) -> str:
    """``text`` with three dots in place of what looks like a token or a key."""
    return _SECRETS.sub("…", text)


def one_line(text: str, limit: int = 200) -> str:
    """``text`` made printable and folded to a line of at most ``limit`` characters."""
    head = text[: limit * 8]
    line = " ".join(printable(head).split())
    whole = len(line) <= limit and len(head) == len(text)
    return line if whole else line[: limit - 1] + "…"


class PrintableStream:
    """``printable`` for text that comes in pieces.

    An escape sequence may be cut anywhere, so text from an introducer on is held back until the
    line ends or ``HELD`` characters came.
    """

    HELD: Final = 4096

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> str:
        """What can be printed now."""
        text = self._held + piece
        cut = len(text)
        introducer = _INTRODUCER.search(text, text.rfind("\n") + 1)
        if introducer and len(text) - introducer.start() < self.HELD:
            cut = introducer.start()
        self._held = text[cut:]
        return printable(text[:cut])

    def flush(self) -> str:
        """The rest, at the end."""
        text, self._held = self._held, ""
        return printable(text)


def duration(seconds: float) -> str:
    """A time for people: ``12 s``, ``3 min 20 s``, ``5 h 3 min``, ``400 days``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    if whole < 2 * 86400:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    return f"{whole // 86400} days"


def word_set(text: str) -> frozenset[str]:
    """The words of ``text``, which are separated by blanks."""
    return frozenset(text.split())
