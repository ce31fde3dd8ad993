"""The inside of a paragraph: markdown-it's inline tokens as styled text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from robotui.markdown.blocks import Cell, Span
from robotui.text import printable

if TYPE_CHECKING:
    from markdown_it.token import Token

StyledText = tuple[str, tuple[Span, ...]]

_STYLES: Final = {"strong": "strong", "em": "em", "s": "strike", "link": "link"}
_CLICKABLE: Final = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f]+$", re.IGNORECASE)
_REST: Final = r"[^\s<>\"'`]"
# GitHub's extended autolinks. A host without a scheme must not be the end of a path, a mail address
# not the beginning of one (``git@host:path``).
_BARE_LINK: Final = re.compile(
    rf"(?<![\w/])https?://{_REST}+"
    rf"|(?<![\w./\\@:#=&?%+~-])(?P<host>www\.(?:[\w-]+\.)*(?:[^\W_]|-)+\.(?:[^\W_]|-)+"
    rf"(?![\w@\\]|\.\w)(?::\d+)?(?:[/?#]{_REST}*)?)"
    r"|(?<![\w.+/\\:@-])(?P<mail>(?:mailto:)?[a-z0-9._+-]++@(?:[a-z0-9_-]+\.)+[a-z]{2,}"
    r"(?![\w@/\\-]|[.:]\w))",
    re.IGNORECASE,
)
_MAY_LINK: Final = re.compile(r"://|www\.|@", re.IGNORECASE)
_BREAK: Final = re.compile(r"<br[ \t]*/?>", re.IGNORECASE)
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
    return _written(tokens, _Writer(style)).finish()


def cell_of(tokens: list[Token], style: str = "") -> Cell:
    """A cell of a table: hard breaks are blanks behind which a row begins."""
    writer = _written(tokens, _Writer(style, is_cell=True))
    [(text, spans)] = writer.finish()
    return Cell(text, spans, tuple(at for at in writer.rows if at < len(text)))


def _written(tokens: list[Token], writer: _Writer) -> _Writer:
    for token in tokens:
        writer.take(token)
    return writer


def trim_url(url: str) -> str:
    """A URL found in running text, without the punctuation of the sentence around it."""
    end = len(url)
    spare = {close: url.count(close) - url.count(open_) for open_, close in ("()", "[]", "{}")}
    while end:
        last = url[end - 1]
        if spare.get(last, 0) > 0:
            spare[last] -= 1
        elif last not in ".,:;!?*_~":
            break
        end -= 1
    return url[:end]


class _Writer:
    def __init__(self, style: str, *, is_cell: bool = False) -> None:
        self.rows: list[int] = []
        """Where the rows of a cell begin, but for the first."""
        self._is_cell = is_cell
        self._after_break = False
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
            self._html(token.content)
        elif token.type == "math":
            self._formula(token.content)
        else:
            self._words(token.content)

    def finish(self) -> list[StyledText]:
        self._end_line()
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

    def _html(self, tag: str) -> None:
        if _BREAK.fullmatch(tag):
            self._break()
        else:
            self._write(tag, "html")

    def _formula(self, text: str) -> None:
        """A formula is kept as it is, its lines as well if it stands apart."""
        lines = text.split("\n") if text.startswith(("$$", "\\[", "\\begin")) else [text]
        for at, line in enumerate(lines):
            if at:
                self._end_line()
            self._after_break = False
            self._write(line, "math")

    def _words(self, text: str) -> None:
        if self._url:
            self._write(text)
            return
        for part, url in _split_urls(text):
            self._write(part, "link" if url else "", url)

    def _write(self, text: str, style: str = "", target: str = "") -> None:
        text = printable(text).replace("\n", " ").replace("\t", " ")
        if self._after_break:
            text = text.lstrip(" ")
        if not text:
            return
        self._after_break = False
        key = " ".join([*self._styles, style] if style else self._styles)
        target = target or clickable(self._url)
        self._text += text
        if self._spans and self._spans[-1][1:] == (key, target):
            self._spans.pop()
        self._spans.append(Span(len(self._text), key, target))

    def _break(self) -> None:
        self._text = self._text.rstrip(" ")
        end = len(self._text)
        starts = [0, *(span.end for span in self._spans)]
        spans = zip(starts, self._spans, strict=False)
        self._spans = [s._replace(end=min(s.end, end)) for start, s in spans if start < end]
        if self._is_cell:
            self._after_break = False
            self._write(" ")
            if len(self._text) not in self.rows[-1:]:
                self.rows.append(len(self._text))
        else:
            self._end_line()
        self._after_break = True

    def _end_line(self) -> None:
        self._lines.append((self._text, tuple(self._spans)))
        self._text, self._spans, self._link_start = "", [], 0


def _split_urls(text: str) -> Iterator[tuple[str, str]]:
    """Running text as (part, url) pairs; ``url`` is empty for what is none."""
    at = 0
    for match in _BARE_LINK.finditer(text) if _MAY_LINK.search(text) else ():
        part = trim_url(match.group())
        if part.lower() in {"http://", "https://"}:
            continue
        scheme = "http://" if match["host"] else "mailto:" if match["mail"] else ""
        yield text[at : match.start()], ""
        yield part, clickable(part if part.startswith("mailto:") else scheme + part)
        at = match.start() + len(part)
    yield text[at:], ""
