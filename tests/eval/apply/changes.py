"""How a function is changed in a reply: line by line, as people and models do.

A change takes the lines of a whole member and answers the changed ones, or None where it doesn't
apply. Nothing is tried out: the results need to look right, and in Python to be parsed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tests.eval.apply.source import Member, Source, Span


@dataclass(frozen=True)
class Shape:
    """A member's lines and what has to be known of them."""

    language: str
    lines: tuple[str, ...]
    name: str
    header: int
    """The line that its header ends with."""
    statements: tuple[Span, ...]

    @classmethod
    def of(cls, source: Source, member: Member) -> Shape:
        """The member as lines of its own."""
        moved = tuple((a - member.start, b - member.start) for a, b in member.statements)
        lines = source.lines[member.start : member.end]
        return cls(source.language, lines, member.name, member.body - member.start - 1, moved)

    @property
    def margin(self) -> str:
        """What stands before each statement."""
        return margin(self.lines[self.statements[0][0]])

    @property
    def unit(self) -> str:
        """One step of indentation."""
        return self.margin[len(margin(self.lines[self.header])) :]


Change = Callable[[Shape, random.Random], "list[str] | None"]


def margin(line: str) -> str:
    """The blanks and tabs before the text."""
    return line[: len(line) - len(line.lstrip(" \t"))]


def comment(language: str, text: str) -> str:
    """A comment of a line of its own."""
    marks = {"python": ("# ", ""), "css": ("/* ", " */")}
    start, end = marks.get(language, ("// ", ""))
    return start + text + end


_LOGGED: Final = {
    "python": 'logger.debug("{name} was called")',
    "javascript": 'console.debug("{name} was called");',
    "typescript": 'console.debug("{name} was called");',
    "go": 'log.Printf("{name} was called")',
    "rust": 'log::debug!("{name} was called");',
    "java": 'LOG.fine("{name} was called");',
    "c": 'fprintf(stderr, "{name} was called\\n");',
    "css": "outline: none;",
}
_GUARDS: Final = {
    "python": ("if not {word}:", "    return None"),
    "javascript": ("if (!{word}) {{", "    return null;", "}}"),
    "typescript": ("if (!{word}) {{", "  return undefined;", "}}"),
    "go": ("if {word} == nil {{", "\treturn nil", "}}"),
    "rust": ("if {word}.is_empty() {{", "    return Default::default();", "}}"),
    "java": ("if ({word} == null) {{", "    return null;", "}}"),
    "c": ("if (!{word})", "\treturn 0;"),
    "css": ("max-width: 48rem;", "padding: 2px 6px;"),
}


def log(shape: Shape, draw: random.Random) -> list[str] | None:
    """A line that logs, before one of the statements."""
    text = shape.margin + _LOGGED[shape.language].format(name=shape.name)
    return insert(shape, draw.choice(shape.statements)[0], [text])


def guard(shape: Shape, draw: random.Random) -> list[str] | None:
    """An early return, before one of the first statements."""
    word = draw.choice(["options", "limit", "handle", "state"])
    lines = [shape.margin + part.format(word=word) for part in _GUARDS[shape.language]]
    if shape.language == "typescript" and shape.unit != "  ":
        return None
    return insert(shape, draw.choice(shape.statements[:2])[0], lines)


def explain(shape: Shape, draw: random.Random) -> list[str] | None:
    """A comment before a statement."""
    text = draw.choice(
        ["Make sure that this is done once only", "Handle the common case first", "See the manual"]
    )
    line = shape.margin + comment(shape.language, text)
    return insert(shape, draw.choice(shape.statements)[0], [line])


def document(shape: Shape, draw: random.Random) -> list[str] | None:
    """A docstring, where there is none."""
    if shape.language != "python" or '"""' in shape.lines[shape.header + 1]:
        return None
    words = shape.name.strip("_").replace("_", " ").capitalize()
    text = f'{shape.margin}"""{words} and answer what came out."""'
    return insert(shape, shape.header + 1, [text])


def condition(shape: Shape, draw: random.Random) -> list[str] | None:
    """One more thing that a condition asks for."""
    if shape.language == "python":
        pattern, more = r"(\s*(?:el)?if )([^#\"'\[{]+)(:)", (" and enabled", " or force")
    elif shape.language in ("go", "rust"):
        pattern, more = r"(\s*if )([^;\"=]+[^;\"]*?)( \{)", (" && enabled", " || force")
    else:
        pattern, more = r"(\s*if \()(.+)(\) \{)", (" && enabled", " || force")
    found = [(at, m) for at, line in body(shape) if (m := re.fullmatch(pattern, line))]
    if not found:
        return None
    at, match = draw.choice(found)
    return put(shape, at, match[1] + match[2] + draw.choice(more) + match[3])


def parameter(shape: Shape, draw: random.Random) -> list[str] | None:
    """One more parameter, with a default where the language has them."""
    more = {"python": "timeout=None", "javascript": "options = {}", "go": "limit int"}
    more |= {
        "typescript": "limit = 10",
        "java": "int limit",
        "c": "int flags",
        "rust": "limit: u32",
    }
    header = shape.lines[shape.header]
    if shape.language == "c":
        header = shape.lines[shape.header - 1]
    found = re.match(r"(.*?[\w>]\()([^()]*)(\).*)", header)
    if shape.language not in more or not found or re.search(r"\*|^\(", found[2]):
        return None
    if shape.language == "go":
        found = re.match(r"(.*\b" + shape.name + r"\()([^()]*)(\).*)", header)
    if not found:
        return None
    new = found[1] + (found[2] + ", " if found[2].strip() else "") + more[shape.language] + found[3]
    return put(shape, shape.header - (shape.language == "c"), new)


def split(shape: Shape, draw: random.Random) -> list[str] | None:
    """What is returned gets a name first."""
    left = {"python": "result", "javascript": "const result", "typescript": "const result"}
    left |= {"go": "result", "java": "var result", "rust": "let result"}
    found = [
        (at, m)
        for at, line in body(shape)
        if shape.language in left and (m := re.fullmatch(r"(\s+)return ([^,{]*[^,{(\[\\]);?", line))
    ]
    if not found:
        return None
    at, match = draw.choice(found)
    semi = ";" if shape.language not in ("python", "go") else ""
    equals = ":=" if shape.language == "go" else "="
    value = match[2].rstrip(";")
    lines = [f"{match[1]}{left[shape.language]} {equals} {value}{semi}"]
    return [*shape.lines[:at], *lines, f"{match[1]}return result{semi}", *shape.lines[at + 1 :]]


def rename_variable(shape: Shape, draw: random.Random) -> list[str] | None:
    """A local variable gets another name."""
    starts = {"python": r"\s+(\w{3,}) = .*", "go": r"\s+(\w{3,}) := .*"}
    pattern = starts.get(shape.language, r"\s+(?:const|let|var|String|int|let mut)\s+(\w{3,}) = .*")
    names = [m[1] for _, line in body(shape) if (m := re.fullmatch(pattern, line))]
    if not names:
        return None
    name = draw.choice(names)
    new = draw.choice(["current_{}", "{}_value", "new_{}"]).format(name)
    start = shape.header + 1
    word = re.compile(rf"(?<![\w.\"'$]){re.escape(name)}(?![\w\"'$])(?!=[^=])")
    return [*shape.lines[:start], *(word.sub(new, line) for line in shape.lines[start:])]


def constant(shape: Shape, draw: random.Random) -> list[str] | None:
    """A number becomes another one."""
    found = [
        (at, m) for at, line in body(shape) for m in re.finditer(r"(?<![\w.#])\d+(?![\w.])", line)
    ]
    if not found:
        return None
    at, match = draw.choice(found)
    line = shape.lines[at]
    return put(shape, at, line[: match.start()] + str(int(match[0]) + 7) + line[match.end() :])


def wrap(shape: Shape, draw: random.Random) -> list[str] | None:
    """The last statements are tried, and what they raise is logged."""
    first = draw.choice(shape.statements)[0]
    last = shape.statements[-1][1]
    inner = [shape.unit + line if line else line for line in shape.lines[first:last]]
    if shape.language not in ("python", "javascript", "java"):
        return None
    if any(mark in line for line in inner for mark in ('"""', "'''", "`")):
        return None
    ends = {
        "python": ("try:", "except OSError as error:", 'logger.warning("failed: %s", error)'),
        "javascript": ("try {", "} catch (error) {", "console.error(error);"),
        "java": ("try {", "} catch (RuntimeException error) {", "LOG.warning(error.toString());"),
    }
    head, catch, what = ends[shape.language]
    raised = {"python": ["raise"]}.get(shape.language, ["throw error;"])
    lines = [head, *(line[len(shape.margin) :] for line in inner), catch]
    lines += [shape.unit + text for text in (what, *raised)]
    lines += [] if shape.language == "python" else ["}"]
    put_back = [shape.margin + line if line else line for line in lines]
    return [*shape.lines[:first], *put_back, *shape.lines[last:]]


CHANGES: Final[Sequence[Change]] = (
    *(log, guard, explain, document, condition, parameter, split, rename_variable, constant, wrap),
)


def body(shape: Shape) -> list[tuple[int, str]]:
    """The lines of the body with their places, without those of strings of several lines."""
    found = []
    for start, end in shape.statements:
        lines = list(enumerate(shape.lines[start:end], start))
        if not any(mark in line for _, line in lines for mark in ('"""', "'''")):
            found += lines
    return found


def insert(shape: Shape, at: int, lines: Sequence[str]) -> list[str]:
    """The member's lines with others before the line ``at``."""
    return [*shape.lines[:at], *lines, *shape.lines[at:]]


def put(shape: Shape, at: int, line: str) -> list[str]:
    """The member's lines with another one at ``at``."""
    return [*shape.lines[:at], line, *shape.lines[at + 1 :]]


def changed(shape: Shape, draw: random.Random, most: int = 3) -> list[str] | None:
    """The member after one or more changes; None where none applies."""
    if not shape.statements:
        return None
    lines: list[str] = list(shape.lines)
    wanted, done = draw.randint(1, most), 0
    for change in draw.sample(CHANGES, len(CHANGES)):
        now = _again(shape, lines)
        new = change(now, draw) if now else None
        if new and new != lines:
            lines = new
            done += 1
        if done == wanted:
            break
    return lines if done else None


def _again(shape: Shape, lines: Sequence[str]) -> Shape | None:
    """The shape after a change: statements are found again by the text they begin with."""
    if list(lines) == list(shape.lines):
        return shape
    found = []
    for start, end in shape.statements:
        text = shape.lines[start:end]
        places = [at for at in range(len(lines)) if tuple(lines[at : at + len(text)]) == text]
        if len(places) == 1:
            found.append((places[0], places[0] + len(text)))
    shift = next(
        (at for at, line in enumerate(lines) if line == shape.lines[shape.header]), shape.header
    )
    return Shape(shape.language, tuple(lines), shape.name, shift, tuple(found)) if found else None
