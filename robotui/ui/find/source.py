"""What the source of a turn tells about its matches, before it is made into what is shown.

A look at Markdown takes a hundredth of the time that parsing it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5
from typing import Final

from robotui.chats.turns import Did, Notice, Prompt, Remark, Reply, Said, Turn
from robotui.text import has_unseen, one_line, printable
from robotui.ui.find.query import Query, is_joining

_MARKS: Final = bytes(range(33)) + b"*_`~[]<>&!#|\\"
"""ASCII that, without links, can part two characters that are shown side by side."""
_CONTROLS: Final = bytes({*range(32), 127} - set(b"\t\n\r"))
_UNPRINTABLE: Final = re.compile("[\x80-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

# An address that is shown as it is written.
_ADDRESS: Final = r"(?:[A-Za-z0-9_:/.~?#=+,@&-]|%[0-9A-Fa-f]{2})*"
_ENTITY: Final = re.compile(r"&#?\w+;")
_TITLE: Final = re.compile(rf"(\]\({_ADDRESS})[ \t]+(?:\"[^\"()\\]*\"|'[^'()\\]*')(?=\))")
_LINK: Final = re.compile(rf"\]\(({_ADDRESS})\)")
_ODD_LINK: Final = re.compile(rf"\]\((?!{_ADDRESS}\))")
_ODD_AUTOLINK: Final = re.compile(rf"<[A-Za-z][A-Za-z0-9+.-]{{1,31}}:(?!{_ADDRESS}>)")
_BREAK: Final = re.compile(r"<br[ \t]*/?>", re.IGNORECASE)
_DEFINITION: Final = re.compile(
    r"^[ \t>*+0-9.)-]*\[(?:[^\[\]\\]|\\.){1,999}\]:", re.MULTILINE | re.DOTALL
)
_TASK: Final = re.compile(r"\[[xX]\]")
_DELIMITERS: Final = re.compile(r"^[ \t>:|]*-[ \t>:|-]*$", re.MULTILINE)
_FENCE: Final = re.compile(r"^.*(?:```|~~~).*$", re.MULTILINE)
# Text with nothing in it that Markdown could take for a mark, wherever it stands.
_UNMARKED: Final = re.compile(
    r"(?!\d*[-+.)] | )(?:[^\s*_`~\[\]<>&!#|\\]|(?<=[^\W_])_+(?=[^\W_])| (?! *$))+"
)


def may_match(query: Query, turn: Turn) -> bool:
    """Whether a turn may have a match. A no is certain."""
    if isinstance(turn, Reply):
        return any(
            may_show(query, part.text)
            if isinstance(part, Said)
            else any(map(query.count, _part_texts(part)))
            for part in turn.parts
        )
    return any(map(query.count, _plain_texts(turn)))


def quick_count(query: Query, turn: Turn) -> int | None:
    """How many matches a turn has; None if that can't be told without reading it."""
    if not isinstance(turn, Reply):
        return sum(map(query.count, _plain_texts(turn)))
    total = 0
    for part in turn.parts:
        if isinstance(part, Said):
            count = count_shown(query, part.text)
            if count is None and may_show(query, part.text):
                return None
            total += count or 0
        else:
            total += sum(map(query.count, _part_texts(part)))
    return total


def may_show(query: Query, source: str) -> bool:
    """Whether Markdown may have a match once it is shown.

    A no is certain; a yes costs a closer look.
    """
    source = _with_newlines(source)
    letters = query.has_letters_in(source)
    if letters and all(each in source for each in query.symbols):
        return True
    if "](" in source and any(
        _alnum(address).casefold().encode() in query.letters for address in _LINK.findall(source)
    ):
        return True
    if letters or query.symbols & set("&;\"'()[]:\\") or not query.text.isascii():
        return _is_rewritten(source)
    # What is left out, and what stands in its place, has one of these symbols at each end. So a
    # match goes across all of it or lies within; it can't tell two such stretches from each other.
    kept = _without_titles(source)
    if _is_rewritten(kept, images=query.letters in b"image", entities=False):
        return True
    kept = _without_entities(kept)
    return ("&" in kept and _ENTITY.search(kept) is not None) or (
        kept != source and query.has_letters_in(kept)
    )


def count_shown(query: Query, source: str) -> int | None:
    """How many matches Markdown has once it is shown; None if only parsing it can tell.

    What is shown are letters of the source in their order. So if there are no more matches with
    all marks and blanks left out than there are with them, it is these that are shown.
    """
    if not _UNMARKED.fullmatch(query.text) or not any(map(str.isalpha, query.text)):
        return None
    source = _with_newlines(source)
    count = query.count(source)
    if count != query.count_without(_MARKS, source) or _is_rewritten(source):
        return None
    if "](" in source and _repeats_an_address(source):
        return None
    if not count:
        return 0
    hidden = [*_FENCE.findall(source), *_TASK.findall(source)]
    if "|" in source and _DELIMITERS.search(source):
        hidden += [line for line in source.split("\n") if "|" in line]
    return None if any(query.count_without(_MARKS, each) for each in hidden) else count


def _is_rewritten(source: str, *, images: bool = True, entities: bool = True) -> bool:
    """Whether Markdown is shown otherwise than its source has it.

    That is so with entities, link definitions, images, links whose address may be written anew, and
    what is not printable. Looking for a character first takes a tenth of the time.
    """
    return bool(
        (entities and "&" in source and _ENTITY.search(source))
        or ("](" in source and _ODD_LINK.search(source))
        or (images and "![" in source)
        or ("]:" in source and _DEFINITION.search(source))
        or ("<" in source and (_ODD_AUTOLINK.search(source) or _BREAK.search(source)))
        or not is_printable(source)
    )


def is_printable(text: str) -> bool:
    """Whether there is certainly nothing in a text that is shown otherwise or not at all."""
    raw = text.encode("utf-8", "surrogatepass")
    if len(raw.translate(None, _CONTROLS)) != len(raw):
        return False
    if len(raw) == len(text) or not is_joining(raw):
        return True
    return not (_UNPRINTABLE.search(text) or has_unseen(text))


def _without_entities(source: str) -> str:
    """Entities of symbols left out, and of those that are none the signs that they seem one by."""
    return _ENTITY.sub(_letters_of_entity, source) if "&" in source else source


def _letters_of_entity(entity: re.Match[str]) -> str:
    text = entity[0]
    shown = unescape(text) if text[1] == "#" else html5.get(text[1:])
    if shown is None:
        return text[1:-1]
    symbol = len(shown) == 1 and not shown.isalnum() and (shown.isprintable() or shown == "\xa0")
    return "" if symbol else text


def _without_titles(source: str) -> str:
    """Titles of links left out."""
    return _TITLE.sub(r"\1", source) if "](" in source else source


def _repeats_an_address(source: str) -> bool:
    """Whether the text of a link may be its address, which is not shown again then."""
    for link in _LINK.finditer(source):
        address = _alnum(link[1].removeprefix("mailto:"))
        start = link.start()
        looked = 100 + 3 * len(address)
        before = _alnum(source[max(0, start - looked) : start])
        if before.endswith(address) or len(before) < len(address) < looked < start:
            return True
    return False


def _alnum(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _with_newlines(source: str) -> str:
    return source.replace("\r", "\n") if "\r" in source else source


def _plain_texts(turn: Turn) -> Iterator[str]:
    """The lines of a turn without Markdown."""
    match turn:
        case Prompt():
            yield _printed(turn.text)
        case Notice():
            yield _printed(turn.headline)
            yield _printed(turn.remedy)
        case _:
            return


def _part_texts(part: Did | Remark) -> Iterator[str]:
    """The lines of a part without Markdown."""
    title = one_line(part.title) or "?"
    if isinstance(part, Did) and part.outcome:
        title += f" — {one_line(part.outcome)}"
    yield title
    yield _printed(part.detail)


def _printed(text: str) -> str:
    """The same as ``printable``, quicker for nearly all texts."""
    shown = text.replace("\r", "")
    return shown if is_printable(shown) else printable(text)
