"""Patterns of ignore files (gitignore(5)), matched byte by byte as git does.

The time a match takes grows with the product of the lengths at most: patterns may be anyone's.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_CLASSES: Final = {
    b"alnum": rb"[0-9A-Za-z]",
    b"alpha": rb"[A-Za-z]",
    b"blank": rb"[ \t]",
    b"cntrl": rb"[\x00-\x1f\x7f]",
    b"digit": rb"[0-9]",
    b"graph": rb"[!-~]",
    b"lower": rb"[a-z]",
    b"print": rb"[ -~]",
    b"punct": rb"[!-/:-@\[-`{-~]",
    b"space": rb"[ \t\n\r\f\v]",
    b"upper": rb"[A-Z]",
    b"xdigit": rb"[0-9A-Fa-f]",
}
_BYTES: Final = [bytes([code]) for code in range(256)]
_WILD: Final = re.compile(rb"[*?\[\\]")
_NOTHING: Final = re.compile(rb"(?!)")

_Segment = re.Pattern[bytes] | None  # None: ``**``, any number of folders


@dataclass(frozen=True, slots=True)
class _Path:
    """A pattern of whole paths: what it begins with literally, then a segment a folder.

    git takes that beginning off both sides before it looks for wildcards, so that ``a**/b`` goes
    over slashes though ``?**/b`` does not.
    """

    prefix: bytes
    segments: tuple[_Segment, ...]
    any_case: bool

    def fits(self, path: bytes) -> bool:
        """Whether it stands for all of ``path``."""
        head = path[: len(self.prefix)]
        if (head.lower() if self.any_case else head) != self.prefix:
            return False
        return _fits(self.segments, path[len(self.prefix) :].split(b"/"))


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of an ignore file: what it fits is ignored, or with ``!`` is not."""

    ignores: bool
    folders_only: bool
    pattern: _Path | re.Pattern[bytes]
    """Of the whole path, or of a name anywhere."""

    def fits(self, path: bytes, folder: bool) -> bool:
        """Whether it fits this very path."""
        if self.folders_only and not folder:
            return False
        if isinstance(self.pattern, _Path):
            return self.pattern.fits(path)
        return self.pattern.fullmatch(path.rpartition(b"/")[2]) is not None


class Rules:
    """The rules of one ignore file, in its order."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rules)
        patterns = [rule.pattern for rule in self._rules]
        self._paths = any(isinstance(pattern, _Path) for pattern in patterns)
        # Of a name that no rule fits, which is most of them, this tells at once.
        names = [b"(?:%s)" % one.pattern for one in patterns if isinstance(one, re.Pattern)]
        self._names = re.compile(b"|".join(names), re.DOTALL)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def verdict(self, path: str) -> bool | None:
        """Whether ``path`` is ignored (True) or taken in again (False); None: not a word on it.

        It counts from the ignore file's folder; that of a folder ends in a slash. The last rule
        that fits counts.
        """
        rule = self._last(path)
        return None if rule is None else rule.ignores

    def _last(self, path: str) -> Rule | None:
        folder, name = path.endswith("/"), os.fsencode(path.rstrip("/"))
        if not self._paths and not self._names.fullmatch(name.rpartition(b"/")[2]):
            return None
        return next((rule for rule in reversed(self._rules) if rule.fits(name, folder)), None)

    def without(self, folders: Sequence[str]) -> Rules:
        """Those that ignore none of these ``folders``."""
        names = [os.fsencode(folder.rstrip("/")) for folder in folders]
        return Rules(
            rule
            for rule in self._rules
            if not (rule.ignores and any(rule.fits(name, True) for name in names))
        )


def parse(data: bytes, *, any_case: bool = False) -> Rules:
    """The rules of an ignore file. ``any_case``: ``a`` and ``A`` are the same."""
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    found = (_rule(line.removesuffix(b"\r"), any_case) for line in lines)
    return Rules(rule for rule in found if rule is not None)


def path_matcher(pattern: str, *, any_case: bool = False) -> Callable[[str], bool]:
    """Tells of whole paths whether they fit ``pattern``, in which ``*`` does not go over a slash
    and ``**`` does."""
    path_pattern = _path(os.fsencode(pattern), any_case)
    return lambda path: path_pattern.fits(os.fsencode(path))


def _rule(line: bytes, any_case: bool) -> Rule | None:
    if line.startswith(b"#"):
        return None
    line = _trimmed(line)
    ignores = not line.startswith(b"!")
    line = line if ignores else line[1:]
    folders_only = line.endswith(b"/")
    line = line[:-1] if folders_only else line
    if not line.strip(b"/"):
        return None
    pattern = _path(line.removeprefix(b"/"), any_case) if b"/" in line else _segment(line, any_case)
    return Rule(ignores, folders_only, pattern)


def _trimmed(line: bytes) -> bytes:
    """``line`` without the blanks at its end, unless there is a backslash before one."""
    bare = line.rstrip(b" ")
    slashes = len(bare) - len(bare.rstrip(b"\\"))
    return line[: len(bare) + 1] if slashes % 2 else bare


def _path(pattern: bytes, any_case: bool) -> _Path:
    wild = _WILD.search(pattern)
    prefix = pattern[: wild.start()] if wild else pattern
    segments: list[_Segment] = []
    for part in _split(pattern[len(prefix) :], any_case):
        doubled = len(part) > 1 and not part.strip(b"*")
        segments.append(None if doubled else _segment(part, any_case))
    return _Path(prefix.lower() if any_case else prefix, tuple(segments), any_case)


def _split(pattern: bytes, any_case: bool) -> list[bytes]:
    """Its parts between slashes; one in a set parts nothing, and stands for nothing there."""
    parts, start, at = [], 0, 0
    while at < len(pattern):
        if pattern[at : at + 1] == b"[":
            try:
                _, at = _bracket(pattern, at + 1, any_case)
            except ValueError:  # nor does its segment then fit anything
                at = len(pattern)
            continue
        escaped = pattern[at : at + 1] == b"\\"
        if pattern[at + escaped : at + escaped + 1] == b"/":
            parts.append(pattern[start:at])
            start = at + escaped + 1
        at += 1 + escaped
    return [*parts, pattern[start:]]


def _fits(segments: Sequence[_Segment], parts: Sequence[bytes]) -> bool:
    """Whether ``segments`` stand for all of ``parts``.

    For each ``**`` the fewest folders are tried first; once the next one is reached there is no way
    back, as that could take all the same.
    """
    at, place = 0, 0
    retry: tuple[int, int] | None = None
    while place < len(parts) or at < len(segments):
        if at < len(segments):
            segment = segments[at]
            if segment is None:
                if at == len(segments) - 1:
                    return place < len(parts)
                retry, at = (at, place), at + 1
                continue
            if place < len(parts) and segment.fullmatch(parts[place]):
                at, place = at + 1, place + 1
                continue
        if retry is None or retry[1] >= len(parts):
            return False
        retry = retry[0], retry[1] + 1
        at, place = retry[0] + 1, retry[1]
    return True


def _segment(glob: bytes, any_case: bool) -> re.Pattern[bytes]:
    """A pattern without slashes, as a regular expression."""
    if not _WILD.search(glob):
        return re.compile(_literal(glob, any_case), re.DOTALL)
    try:
        chunks = list(_chunks(glob, any_case))
    except ValueError:  # git takes such a pattern for one that fits nothing
        return _NOTHING
    first, *rest = chunks
    if not rest:
        return re.compile(first, re.DOTALL)
    # What stands between two stars is found where it is first: there is no need to come back.
    *middle, last = rest
    inner = b"".join(b"(?>.*?%s)" % chunk for chunk in middle if chunk)
    return re.compile(b"%s%s.*%s" % (first, inner, last), re.DOTALL)


def _literal(text: bytes, any_case: bool) -> bytes:
    return b"(?i:%s)" % re.escape(text) if any_case else re.escape(text)


def _chunks(glob: bytes, any_case: bool) -> Iterator[bytes]:
    """What stands between the stars, as regular expressions. Raises ValueError."""
    chunk, at = b"", 0
    while at < len(glob):
        sign = glob[at : at + 1]
        at += 1
        if sign == b"*":
            yield chunk
            chunk = b""
        elif sign == b"?":
            chunk += b"."
        elif sign == b"[":
            members, at = _bracket(glob, at, any_case)
            chunk += members
        else:
            if sign == b"\\":
                sign, at = glob[at : at + 1], at + 1
                if not sign:
                    raise ValueError("a backslash at the end")
            chunk += _literal(sign, any_case)
    yield chunk


def _bracket(glob: bytes, at: int, any_case: bool) -> tuple[bytes, int]:
    """The set that begins behind its ``[``, and where it ends. Raises ValueError."""
    negated = glob[at : at + 1] in (b"!", b"^")
    at += negated
    members: set[bytes] = set()
    first, before = True, b""
    while first or glob[at : at + 1] != b"]":
        first = False
        sign = glob[at : at + 1]
        named = glob.find(b"]", at + 2) if glob[at : at + 2] == b"[:" else -1
        if not sign:
            raise ValueError("a set without an end")
        if sign == b"-" and before and glob[at + 1 : at + 2] not in (b"", b"]"):
            last, at = _member(glob, at + 1)
            members |= {one for one in _BYTES if before <= one <= last}
            before = b""
        elif named > 0 and glob[named - 1 : named] == b":" and named - 1 >= at + 2:
            members |= _class(glob[at + 2 : named - 1])
            at, before = named + 1, b""
        else:
            before, at = _member(glob, at)
            members.add(before)
    if any_case:
        members |= {one.swapcase() for one in members}
    chosen = set(_BYTES) - members if negated else members
    body = b"".join(b"\\x%02x" % one[0] for one in sorted(chosen - {b"/"}))
    return (b"[%s]" % body if body else b"(?!)"), at + 1


def _member(glob: bytes, at: int) -> tuple[bytes, int]:
    """One character of a set, and what is behind it. Raises ValueError."""
    if glob[at : at + 1] == b"\\":
        at += 1
    if at >= len(glob):
        raise ValueError("a set without an end")
    return glob[at : at + 1], at + 1


def _class(name: bytes) -> set[bytes]:
    if name not in _CLASSES:
        raise ValueError("an unknown class of characters")
    return set(filter(re.compile(_CLASSES[name]).fullmatch, _BYTES))
