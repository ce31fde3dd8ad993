"""What `robotui ask` is asked: the words on its command line, and what is piped into it."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Final, TextIO

from robotui.errors import UsageError

MAX_PIPED: Final = 4 << 20
"""Bytes; a server refuses much more."""
PATIENCE: Final = 3.0
"""Seconds without an end of what is piped, after which a word says that it is waited for."""

_TICKS: Final = re.compile(r"`{3,}")
_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")  # of UTF-16


def prompt_of(words: Sequence[str], stdin: TextIO | None, tell: Callable[[str], None]) -> str:
    """The prompt: the ``words``, then what comes on ``stdin`` in a fence.

    Without words, or with ``-`` alone, what comes is the prompt. A terminal is read from only then.
    ``tell`` gets remarks. Raises UsageError if there is no prompt, or for what can't be sent as
    text: nothing is left out without a word.
    """
    asked = " ".join(word for word in words if word != "-").strip()
    wanted = "-" in words or not asked
    text = ""
    if stdin is not None and (wanted or not stdin.isatty()):
        text = _text(_read(stdin, tell), tell)
    if not text.strip():
        if wanted:
            what = "Nothing came on standard input" if asked else "The prompt is empty"
            raise UsageError(what, "Give it as an argument or on standard input.")
        return asked
    return f"{asked}\n\n{_fenced(text)}" if asked else text


def _fenced(text: str) -> str:
    """``text`` in a fence that is longer than any in it."""
    longest = max(map(len, _TICKS.findall(text)), default=2)
    ticks = "`" * (longest + 1)
    end = "" if text.endswith("\n") else "\n"
    return f"{ticks}\n{text}{end}{ticks}"


def _read(stdin: TextIO, tell: Callable[[str], None]) -> bytes:
    words = "waiting for the end of standard input (Ctrl+D); `< /dev/null` gives none"
    waiting = threading.Timer(PATIENCE, tell, [words])
    waiting.daemon = True
    waiting.start()
    try:
        data = (
            stdin.buffer.read(MAX_PIPED + 1) if hasattr(stdin, "buffer") else stdin.read().encode()
        )
    except OSError as error:
        raise UsageError(
            f"Standard input can't be read: {error.strerror}", "Use `< /dev/null` for none."
        ) from error
    finally:
        waiting.cancel()
    if len(data) > MAX_PIPED:
        raise UsageError(
            f"More than {MAX_PIPED >> 20} MB came on standard input, which is too much to send",
            "Give less of it: `head -c 1000000`, `tail -n 500`, `grep`.",
        )
    return data


def _text(data: bytes, tell: Callable[[str], None]) -> str:
    """What was piped, as text. Raises UsageError for what is none."""
    encoding = "utf-16" if data.startswith(_MARKS) else "utf-8-sig"
    text = data.decode(encoding, "replace")
    if "\0" in text:
        raise UsageError(
            "What came on standard input is binary: it has zero bytes",
            "Give text: `strings`, `xxd`, or for lists of names `tr '\\0' '\\n'`.",
        )
    lost = text.count("\ufffd") - data.count("\ufffd".encode())
    if lost > 0 and encoding == "utf-8-sig":
        tell(f"{lost} bytes of standard input are no UTF-8; they are sent as \ufffd (see `iconv`)")
    return text


def standard_input() -> TextIO | None:
    """Standard input, if it is open."""
    return sys.stdin if sys.stdin is not None and not sys.stdin.closed else None
