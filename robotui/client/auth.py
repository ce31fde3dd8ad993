"""What can be read from an HTML page of a service: a token (protocol 6.5), else its title."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final

from robotui.client.tokens import Token, check_token
from robotui.errors import NoTokenError
from robotui.text import one_line

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_SILENT: Final = ("script", "style", "template")


def token_from_page(html: str, where: str = "the auth page") -> Token:
    """The token in the element with ``id="token"``, preferably a ``<pre>``.

    Raises NoTokenError that says what page came instead, BadTokenError when the element holds no
    text or something that can't be a token.
    """
    found = _token_elements(_parse(html)) if "<" in html else []
    if not found:
        raise NoTokenError(f"{where} shows no token; what came is {describe_page(html)}")
    texts = [element.get_text() for element in found]
    return check_token(next((text for text in texts if text.strip()), ""), where)


def describe_page(html: str) -> str:
    """A few words on ``html`` that are safe to show: its title, never the page itself.

    Text that is no web page is not quoted: it may be a token.
    """
    if not html.strip():
        return "an empty page"
    if "<" not in html:
        return "text that is no web page"
    page = _parse(html)
    title = one_line(page.title.get_text(), 80) if page.title else ""
    return f"the page {title!r}" if title else "a page without a title"


def _parse(html: str) -> BeautifulSoup:
    from bs4 import BeautifulSoup
    from bs4.exceptions import ParserRejectedMarkup

    with warnings.catch_warnings():
        # Its guesses about odd markup (a URL, XML) are for programmers, not for users.
        warnings.simplefilter("ignore")
        try:
            return BeautifulSoup(html, "html.parser")
        except ParserRejectedMarkup:
            return BeautifulSoup("", "html.parser")


def _token_elements(page: BeautifulSoup) -> list[Tag]:
    """Elements that show a token, ``<pre>`` first."""
    found = [
        element
        for element in page.find_all(id=lambda value: (value or "").strip().lower() == "token")
        if element.name not in _SILENT
    ]
    return sorted(found, key=lambda element: element.name != "pre")
