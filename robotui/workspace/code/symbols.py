"""Definitions of functions, classes and values, recognised by the lines that begin them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from robotui.workspace.code.masking import Masked

Kind = Literal["type", "function", "value"]

_WORDS: Final = (
    r"(?:(?:export|default|pub(?:\([^)]*\))?|public|private|protected|internal|static|final"
    r"|abstract|async|unsafe|override|inline|local|declare|data|sealed|open|partial|readonly"
    r"|virtual|suspend|extern(?:\s+\"\s*\")?|fileprivate|mutating|case|annotation|inner|companion"
    r"|operator|tailrec|infix|constexpr|typedef|indirect|required|convenience|const(?=\s+fn))\s+)*"
)
_NOTES: Final = r"(?:@[\w.]+(?:\([^()]*\))?\s+)*"
_HEADER: Final = re.compile(
    rf"\s*{_NOTES}{_WORDS}"
    r"(def|class|function\b\*?|func|fn|fun|sub|interface|struct|enum(?:\s+class)?|enum|trait"
    r"|module|namespace|object|record|protocol|extension|union|mod|defmodule|defp|defmacro"
    r"|macro_rules!|fun\s+interface|contract|(?:class|annotation|value)\s+class)\s+"
    r"(?:<[^>]*>\s*)?(?:\(([^()]*)\)\s*)?([\w$.:~`-]*[\w$`][?!=]?)\s*(?:<[^<>]*(?:<[^<>]*>[^<>]*)*>)?"
    r"(.*)"
)
_PYTHON: Final = re.compile(r"\s*(?:async\s+)?(def|class)\s+(\w+)")
_TYPE_ALIAS: Final = re.compile(
    rf"\s*{_WORDS}type\s+([\w$]+)\s*(?:<[^=]*>|\[[^\]=]*\])?\s*(=|\w|\[|\*)"
)
_IMPL: Final = re.compile(
    r"\s*(?:unsafe\s+)?impl\b\s*(?:<[^{]*?>\s+)?([^{]*?)\s*(?:\bwhere\b.*)?(?:\{.*)?$"
)
_AFTER_TYPE: Final = re.compile(
    r"\s*(?:[{:<(\[]|$|(?:extends|implements|where|final|with|from|permits|is|do)\b)"
)
_VARIABLE: Final = re.compile(
    rf"\s*{_WORDS}(?:(?:const|let|var|val|static|lateinit|local|my|our|global|define)\s+)+"
    r"(?:mut\s+|ref\s+)?([\w$@%]+)\s*(?::[^=]*)?\s*(?:=(?![=>])|;|$)(.*)"
)
_ASSIGNED: Final = re.compile(rf"\s*{_WORDS}([\w$#.]+)\s*(?::[^=]+)?=(?![=>])\s*(.*)")
_PROPERTY: Final = re.compile(r"\s*([\"']?[\w$]*[\"']?)\s*:\s*(.*)")
_A_FUNCTION: Final = re.compile(
    r"(?:async\b\s*)?(?:function\b|\((?:[^()]|\([^()]*\))*\)\s*(?::\s*[^=]+)?=>|[\w$]+\s*=>|\(\s*$)"
)
_FIELD: Final = re.compile(
    rf"\s*{_NOTES}(?:{_WORDS}([\w$#]+)[?!]?\s*:\s*[^=;{{}}()]+|(?:[\w<>\[\],.?*&:|]+\s+)*([\w$#]+)\s*)"
    r"(?:=(?![=>]).*|;)\s*$"
)
_ACCESSORS: Final = re.compile(
    rf"\s*{_NOTES}{_WORDS}[\w<>\[\],.?]+\s+(\w+)\s*(?:\{{\s*(?:get|set|init)\b|=>)"
)
_SHELL: Final = re.compile(r"\s*([\w-]+)\s*\(\)\s*(?:\{.*)?$")
_MACRO: Final = re.compile(r"\s*#\s*define\s+(\w+)")
_COMPANION: Final = re.compile(r"\s*(?:private\s+)?companion\s+object\s*(?:\{|$)")
_PYTHON_VALUE: Final = re.compile(r"\s*([A-Za-z_]\w*)\s*(?::[^=]+)?=(?!=)")
_PYTHON_FIELD: Final = re.compile(r"\s*([A-Za-z_]\w*)\s*:\s*[\w\"'].*")
_PROGRAM: Final = re.compile(r"\s*if\s+__name__\s*==")
_TEST: Final = re.compile(
    r"\s*((?:describe|context|suite|it|test|specify)(?:\.\w+)*)\s*\(\s*([\"'`])(.*?)\2"
)
_HOOK: Final = re.compile(r"\s*((?:before|after)(?:Each|All)?|setup|teardown)\s*\(")
_NO_TYPE_WORDS: Final = {
    *("if", "for", "while", "switch", "catch", "return", "else", "do", "new", "await"),
    *("throw", "typeof", "case", "in", "of", "yield", "delete", "assert", "using", "lock"),
    *("sizeof", "super", "this", "match", "guard", "when", "synchronized", "defer", "go"),
    *("select", "foreach", "until", "unless", "elif", "elseif", "print", "echo", "require"),
    *("import", "from", "package", "not", "and", "or", "goto", "with", "try", "finally"),
    *("loop", "raise", "function", "use", "namespace"),
}
_BEFORE_NAME: Final = re.compile(r"[\w\s$<>\[\],.?*&:@~#|]*")
_NAME: Final = re.compile(
    r"((?:[\w$]+(?:<[^<>]*>)?::)*(?:[~#]?[\w$]+|operator\s*\S+))\s*(?:<[^<>]*(?:<[^<>]*>[^<>]*)*>)?\s*$"
)
_LONGEST_HEAD: Final = 30
"""Lines that the parameters of a function may take."""
_TYPES: Final = {
    *("class", "interface", "struct", "enum", "trait", "module", "namespace", "object"),
    *("record", "protocol", "extension", "union", "mod", "defmodule", "contract"),
}


class Symbol(NamedTuple):
    """What a line begins."""

    kind: Kind
    name: str


def symbol(lines: Sequence[str], masked: Masked, at: int, *, where: str) -> Symbol | None:
    """What line ``at`` begins, if anything.

    ``where`` is ``indented``, ``braces``, ``rules`` or ``ended``, the family of the code.
    Fields and assignments are told as well: the caller knows whether these are inside a function.
    """
    line = masked.lines[at]
    if not line.strip() or at in masked.within:
        return None
    if where == "indented":
        return _python(lines[at], line)
    if where == "rules":
        return _rule(lines, masked, at)
    found = _test(lines[at]) or _keyword(line) or _variable(lines[at], line)
    if found is None and where == "ended" and (shell := _SHELL.match(line)):
        return Symbol("function", shell[1])
    if found or where != "braces":
        return found
    if macro := _MACRO.match(line):
        return Symbol("value", macro[1])
    return _bare_function(masked, at) or _field(line)


def _python(raw: str, line: str) -> Symbol | None:
    if found := _PYTHON.match(line):
        return Symbol("type" if found[1] == "class" else "function", found[2])
    if _PROGRAM.match(raw):
        return Symbol("value", "__main__")
    if found := _PYTHON_VALUE.match(line):
        return Symbol("value", found[1])
    if (found := _PYTHON_FIELD.match(line)) and found[1] not in (
        "else",
        "try",
        "finally",
        "lambda",
    ):
        return Symbol("value", found[1])
    return None


def _keyword(line: str) -> Symbol | None:
    if found := _IMPL.match(line):
        return Symbol("type", " ".join(found[1].split()))
    if found := _TYPE_ALIAS.match(line):
        return Symbol("type", found[1])
    if _COMPANION.match(line):
        return Symbol("type", "companion")
    found = _HEADER.match(line)
    if not found:
        return None
    keyword, receiver, name, rest = found.groups()
    if keyword.split()[-1] in _TYPES:
        return Symbol("type", name) if _AFTER_TYPE.match(rest) else None
    if receiver and keyword == "func":
        owner = re.sub(r"\[.*|[*\s]", " ", receiver).split()
        name = f"{owner[-1]}.{name}" if owner else name
    return Symbol("function", name)


def _variable(raw: str, line: str) -> Symbol | None:
    if found := _VARIABLE.match(line):
        return Symbol("function" if _A_FUNCTION.match(found[2].strip()) else "value", found[1])
    found = _ASSIGNED.match(line) or _PROPERTY.match(line)
    if found and found[1] and _A_FUNCTION.match(found[2].strip()) and _takes_shape(found[2]):
        name = found[1] if found.re is _ASSIGNED else raw[found.start(1) : found.end(1)]
        return Symbol("function", name.strip("\"'"))
    return None


def _takes_shape(text: str) -> bool:
    """An open bracket alone begins no function of a property."""
    return text.strip() != "("


def _test(raw: str) -> Symbol | None:
    if found := _TEST.match(raw):
        kind: Kind = (
            "type" if found[1].split(".")[0] in ("describe", "context", "suite") else "function"
        )
        return Symbol(kind, f"{found[1].split('.')[0]} {found[3]}")
    if found := _HOOK.match(raw):
        return Symbol("function", found[1])
    return None


def _bare_function(masked: Masked, at: int) -> Symbol | None:
    """``int main(void) {``, ``render() {``: a name, parameters, and what opens a body."""
    line = masked.lines[at]
    stripped = re.sub(r"^\s*(?:@[\w.]+(?:\([^()]*\))?\s+)+", "", line)
    before, bracket, _ = stripped.partition("(")
    if (
        not bracket
        or not _BEFORE_NAME.fullmatch(before)
        or masked.depths[at + 1] < masked.depths[at]
    ):
        return None
    found = _NAME.search(before)
    if not found or _NO_TYPE_WORDS & set(re.findall(r"\w+", before)):
        return None
    end = _closed(masked, at, line.index(stripped) + len(before))
    if end is None or not _opens_body(masked, *end):
        return None
    accessor = re.match(r"\s*(?:static\s+)?(get|set)\s", before)
    name = f"{accessor[1]} {found[1]}" if accessor else re.sub(r"<[^<>]*>", "", found[1])
    if name.isupper():  # a macro, TEST(Suite, Name)
        name += " ".join(stripped[len(before) : stripped.find(")") + 1].split())
    return Symbol("function", name)


def _closed(masked: Masked, at: int, column: int) -> tuple[int, int] | None:
    """Where the bracket at a line and column is closed: the place behind it."""
    depth = 0
    for number in range(at, min(len(masked.lines), at + _LONGEST_HEAD)):
        text = masked.lines[number]
        for place in range(column if number == at else 0, len(text)):
            depth += (text[place] in "([{") - (text[place] in ")]}")
            if depth == 0:
                return number, place + 1
    return None


def _opens_body(masked: Masked, at: int, column: int) -> bool:
    """What comes after the parameters leads to an open brace."""
    text = masked.lines[at][column:]
    for number in range(at + 1, min(len(masked.lines), at + 8)):
        if re.search(r"[{;=]", text):
            break
        text += " " + masked.lines[number]
    head, brace, _ = text.partition("{")
    if not brace or ";" in head:
        return False
    return bool(
        re.fullmatch(
            r"\s*(?:(?:const|noexcept|override|final|volatile|async|throws?\s+[\w., ]+|try)\s*)*"
            r"(?:->[^=;]*|:[^=;]*|where\b[^=;]*|&{1,2})?\s*",
            head,
        )
    )


def _field(line: str) -> Symbol | None:
    words = set(re.findall(r"\w+", line.partition("=")[0]))
    if _NO_TYPE_WORDS & words or words & {"break", "continue"}:
        return None
    found = _FIELD.match(line) or _ACCESSORS.match(line)
    return Symbol("value", next(name for name in found.groups() if name)) if found else None


def _rule(lines: Sequence[str], masked: Masked, at: int) -> Symbol | None:
    """A rule of a style sheet by its selectors, ``@media`` by its condition."""
    head = ""
    for number in range(at, min(len(lines), at + _LONGEST_HEAD)):
        text = masked.lines[number]
        raw = lines[number]
        if "{" in text:
            head += " " + raw[: text.index("{")]
            break
        if not text.rstrip().endswith(",") or ":" in text.partition("(")[0].strip(" :.#")[:0]:
            return _rule_value(masked.lines[at])
        head += " " + raw
    else:
        return None
    if at and masked.lines[at - 1].rstrip().endswith(","):
        return None
    name = re.sub(r"\s*([,>+~])\s*", r"\1", " ".join(head.split()))
    if not name or ";" in name:
        return None
    return Symbol("type" if name.startswith("@") else "function", name)


def _rule_value(line: str) -> Symbol | None:
    found = re.match(r"\s*([$@][\w-]+)\s*:", line)
    return Symbol("value", found[1]) if found else None
