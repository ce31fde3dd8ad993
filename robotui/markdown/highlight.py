"""Colours of code, as style names: line by line while it grows, exactly once it is complete.

Most Pygments lexers are tables of regular expressions and a stack of states. For these ``Growing``
keeps the stack from one line to the next, so that a new line costs the same however long the
block is. The other lexers need the whole text: their code is plain until it is complete.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final

from robotui.markdown.blocks import Span

EXACT_LIMIT: Final = 40_000
"""Characters; longer code is not highlighted as a whole, for it would hold up the screen."""

_LINE_LIMIT: Final = 2_000
"""Characters; longer lines are plain."""

_KEYS: Final = {
    "Comment": "token-comment",
    "Comment.Preproc": "token-keyword",
    "Keyword": "token-keyword",
    "Keyword.Constant": "token-constant",
    "Keyword.Type": "token-type",
    "Operator.Word": "token-keyword",
    "Literal.String": "token-string",
    "Literal.String.Doc": "token-comment",
    "Literal.String.Escape": "token-constant",
    "Literal.String.Interpol": "token-constant",
    "Literal.Number": "token-number",
    "Name.Function": "token-function",
    "Name.Class": "token-type",
    "Name.Exception": "token-type",
    "Name.Builtin": "token-builtin",
    "Name.Decorator": "token-function",
    "Name.Tag": "token-keyword",
    "Name.Attribute": "token-function",
    "Name.Constant": "token-constant",
    "Name.Variable": "token-variable",
    "Generic.Heading": "token-type",
    "Generic.Subheading": "token-function",
    "Generic.Deleted": "token-deleted",
    "Generic.Inserted": "token-inserted",
    "Generic.Prompt": "token-comment",
    "Generic.Strong": "strong",
    "Generic.Emph": "em",
}

TokenType = tuple[str, ...]
Tokens = Iterable[tuple[int, TokenType, str]]
Spans = tuple[Span, ...]


@cache
def _modules() -> dict[str, tuple[str, str]]:
    """Language names to the module and class of their lexers, without loading any of them."""
    from pygments.lexers import LEXERS

    found: dict[str, tuple[str, str]] = {}
    for name, (module, _, aliases, _, _) in LEXERS.items():
        for alias in aliases:
            found.setdefault(alias.lower(), (module, name))
    return found


@cache
def _lexer(language: str) -> Any:
    """The lexer of this name, or None. Plugins are not searched: that takes too long."""
    place = _modules().get(language.lower())
    if place is None:
        return None
    return getattr(importlib.import_module(place[0]), place[1])()


@cache
def _key(token: TokenType) -> str:
    for length in range(len(token), 0, -1):
        key = _KEYS.get(".".join(token[:length]))
        if key:
            return key
    return ""


def _spans(tokens: Tokens) -> Iterator[Spans]:
    """Tokens as the spans of each line, in order."""
    spans: list[Span] = []
    end = 0
    for _, kind, value in tokens:
        key = _key(kind)
        for at, part in enumerate(value.split("\n")):
            if at:
                yield tuple(spans)
                spans, end = [], 0
            if part:
                end += len(part)
                if spans and spans[-1].key == key:
                    spans.pop()
                spans.append(Span(end, key))
    yield tuple(spans)


def exact(language: str, lines: list[str]) -> list[Spans] | None:
    """The spans of each line of complete code; None if the language has no lexer."""
    lexer = _lexer(language) if language else None
    text = "\n".join(lines)
    if lexer is None or len(text) > EXACT_LIMIT:
        return None
    found = list(_spans(lexer.get_tokens_unprocessed(text)))
    return found[: len(lines)] + [()] * (len(lines) - len(found))


class Growing:
    """Highlights lines one after the other; leaves them plain where that is impossible."""

    def __init__(self, language: str) -> None:
        from pygments.lexer import RegexLexer

        lexer = _lexer(language) if language else None
        own_loop = getattr(type(lexer), "get_tokens_unprocessed", None)
        self._lexer = lexer if own_loop is RegexLexer.get_tokens_unprocessed else None
        self._stack = ["root"]

    def line(self, text: str, *, last: bool = False) -> Spans:
        """The spans of the next line. With ``last`` the line may come again, grown."""
        if self._lexer is None or len(text) > _LINE_LIMIT:
            return ()
        stack = list(self._stack)
        spans, *_ = _spans(_tokens(self._lexer, text + "\n", stack))
        if not last:
            self._stack = stack
        return spans


def _tokens(lexer: Any, text: str, stack: list[str]) -> Tokens:
    """What a table-driven lexer finds in ``text``; ``stack`` is left as the text leaves it."""
    from pygments.token import Error, Whitespace, _TokenType

    states = lexer._tokens  # noqa: SLF001 - the compiled table has no public name
    at = 0
    while at < len(text):
        for matcher, action, change in states[stack[-1]]:
            match = matcher(text, at)
            if match is None:
                continue
            if isinstance(action, _TokenType):
                yield at, action, match.group()
            elif action is not None:
                yield from action(lexer, match)
            at = match.end()
            _move(stack, change)
            break
        else:
            if text[at] == "\n":
                stack[:] = ["root"]
            yield at, Whitespace if text[at] == "\n" else Error, text[at]
            at += 1


def _move(stack: list[str], change: Any) -> None:
    """Change the stack as a rule says: with state names, ``#pop``, ``#push``, a number to pop."""
    if isinstance(change, int):
        del stack[max(1, len(stack) + change) :]
    elif change is not None:
        for step in (change,) if isinstance(change, str) else change:
            if step == "#push":
                stack.append(stack[-1])
            elif step != "#pop":
                stack.append(step)
            elif len(stack) > 1:
                stack.pop()
