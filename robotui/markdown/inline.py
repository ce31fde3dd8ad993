"""The inside of a paragraph: markdown-it's inline tokens as styled text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from robotui.markdown.blocks import Span
from robotui.text import printable

if TYPE_CHECKING:
    from markdown_it.token import Token

StyledText = tuple[str, tuple[Span, ...]]

_STYLES: Final = {"strong": "strong", "em": "em", "s": "strike", "link": "link"}
_CLICKABLE: Final = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f]+$", re.IGNORECASE)
_BARE_URL: Final = re.compile(r"(?<![\w/])https?://[^\s<>\"'`]+", re.IGNORECASE)
_TASK: Final = re.compile(r"\[([ xX])\][ \t]")


def clickable(url: str) -> str:
    """``url`` if a click may open it (http, https, mailto), else nothing."""
    return url if _CLICKABLE.match(url) else ""


def task_state(tokens: list[Token]) -> str:
    """``"x"`` or ``" "`` for a task list's box at the beginning, which is cut off; else nothing."""
    first = tokens[0] if tokens else None
    match = _TASK.match(first.content) if first is not None and first.type == "text" else None
    if first is None or match is None:
        return ""
    first.content = first.content[match.end() :]
    return match[1].lower()


def styled(tokens: list[Token], style: str = "") -> list[StyledText]:
    """The text of inline tokens: one entry for each line that a hard break makes."""
    writer = _Writer(style)
    for token in tokens:
        writer.take(token)
    return writer.finish()


def trim_url(url: str) -> str:
    """A URL found in running text, without the punctuation of the sentence around it."""
    while url:
        last = url[-1]
        if last in ".,:;!?*_~" or (
            last in ")]}" and url.count(last) > url.count("([{"[")]}".index(last)])
        ):
            url = url[:-1]
        else:
            break
    return url


class _Writer:
    def __init__(self, style: str) -> None:
        self._styles = [style] if style else []
        self._url = ""
        self._link_start = 0
        self._text = ""
        self._spans: list[Span] = []
        self._lines: list[StyledText] = []

    def take(self, token: Token) -> None:
        name, _, edge = token.type.rpartition("_")
        if edge == "open":
            self._open(name, token)
        elif edge == "close":
            self._close(name)
        elif token.type == "hardbreak":
            self._break()
        elif token.type == "softbreak":
            self._write(" ")
        elif token.type == "code_inline":
            self._write(token.content, "code")
        elif token.type == "image":
            self._image(token)
        elif token.type == "html_inline":
            self._write(token.content, "html")
        else:
            self._words(token.content)

    def finish(self) -> list[StyledText]:
        self._break()
        return self._lines

    def _open(self, name: str, token: Token) -> None:
        self._styles.append(_STYLES.get(name, name))
        if name == "link":
            self._url = str(token.attrs.get("href", ""))
            self._link_start = len(self._text)

    def _close(self, name: str) -> None:
        self._styles.pop()
        if name == "link":
            shown = self._text[self._link_start :].strip()
            url, self._url = self._url, ""
            if shown not in {url, url.removeprefix("mailto:"), url.removesuffix("/")} and url:
                self._write(f" ({url})", "url", clickable(url))

    def _image(self, token: Token) -> None:
        url = str(token.attrs.get("src", ""))
        self._write(f"[image: {token.content}]" if token.content else "[image]", "image")
        self._write(f" ({url})", "url", clickable(url))

    def _words(self, text: str) -> None:
        if self._url:
            self._write(text)
            return
        for part, url in _split_urls(text):
            self._write(part, "link" if url else "", url)

    def _write(self, text: str, style: str = "", target: str = "") -> None:
        text = printable(text).replace("\n", " ").replace("\t", " ")
        if not text:
            return
        key = " ".join([*self._styles, style] if style else self._styles)
        target = target or clickable(self._url)
        self._text += text
        if self._spans and self._spans[-1][1:] == (key, target):
            self._spans.pop()
        self._spans.append(Span(len(self._text), key, target))

    def _break(self) -> None:
        self._lines.append((self._text, tuple(self._spans)))
        self._text, self._spans, self._link_start = "", [], 0


def _split_urls(text: str) -> Iterator[tuple[str, str]]:
    """Running text as (part, url) pairs; ``url`` is empty for what is none."""
    at = 0
    for match in _BARE_URL.finditer(text) if "://" in text else ():
        url = trim_url(match.group())
        if len(url) <= len("https://"):
            continue
        yield text[at : match.start()], ""
        yield url, clickable(url)
        at = match.start() + len(url)
    yield text[at:], ""
