"""Which file a code block is, as far as the text around it tells.

The info string of its fence says so, the line before it, or the first comment in it. Only a name
that the info string gives as one (``title=``) is taken whatever it is; the others are guesses, made
strictly: what is not plainly a file name is none.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

LONGEST: Final = 200
"""Characters; longer file names are none."""


def words_of(text: str) -> frozenset[str]:
    """The words of a list of words."""
    return frozenset(text.split())


_CODE: Final = words_of(
    """
    asm astro awk bas bash bat c cc cjs clj cljs cmake cmd cpp cs css cts cu cuh cxx dart ebnf
    el elm erl ex exs f90 fish fs gd glsl go gql gradle graphql groovy h hcl hh hpp hrl hs htm
    html hxx ini ino ipynb java jl js jsx kt kts less lisp lua m mjs ml mli mm mts nim nix pas
    php pl pm proto ps1 psm1 py pyi pyx r rake rb rkt rs s sass scala scm scss sh sol sql sv
    svelte swift tcl tcss tf tfvars thrift toml ts tsx v vb vert vhd vhdl vim vue wat wgsl xaml
    xsd xsl yaml yml zig zsh
    """
)
_DATA: Final = words_of(
    """
    adoc bib cfg cnf conf csv dockerfile ejs erb geojson haml hbs j2 jinja jinja2 json json5
    jsonc jsonl liquid markdown md mdx mk mustache ndjson plist po pug rst svg tex textile
    tmpl tsv txt webmanifest xhtml xml
    """
)
_LOOSE: Final = words_of(
    """
    desktop diff env list local lock log map patch pem pot properties rc service snap target
    template timer
    """
)
"""Extensions that attributes have too (``console.log``); they count behind a folder only."""

_BARE: Final = words_of(
    """
    .babelrc .bash_profile .bashrc .clang-format .clang-tidy .coveragerc .dockerignore
    .editorconfig .env .eslintignore .eslintrc .flake8 .gitattributes .gitconfig .gitignore
    .gitkeep .gitmodules .htaccess .inputrc .mailmap .node-version .npmignore .npmrc .nvmrc
    .prettierignore .prettierrc .profile .pylintrc .python-version .ruby-version .stylelintrc
    .tmux.conf .env.local .env.example .tool-versions .vimrc .yarnrc .zprofile .zshenv .zshrc
    Brewfile Caddyfile CMakeLists.txt Cargo.lock CODEOWNERS Containerfile Dockerfile
    Doxyfile Gemfile GNUmakefile Guardfile Jenkinsfile Justfile justfile Makefile makefile
    Pipfile Podfile Procfile Rakefile Snakefile Tiltfile Vagrantfile go.mod go.sum
    go.work composer.lock poetry.lock uv.lock yarn.lock
    """
)
PRODUCTS: Final = words_of(
    """
    a.m p.m u.s process.env req.json request.json res.json resp.json response.json alpine.js
    angular.js backbone.js chart.js d3.js docs.rs ember.js express.js moment.js nest.js next.js
    node.js nuxt.js p5.js react.js solid.js three.js vue.js
    """
)
"""Names of things that only look like files in a sentence."""

_SHELLS: Final = words_of(
    """
    bash bat batch cmd console fish powershell ps1 pwsh sh shell shell-session terminal zsh
    """
)
_SHELL_FILES: Final = words_of(
    """
    bash bashrc bash_profile bat cmd env fish profile ps1 psm1 rc sh zprofile zsh zshenv zshrc
    """
)
_PROSE: Final = words_of("markdown md mdx rst")
"""Languages in which a line with ``#`` is a heading."""

_PART: Final = r"@?(?:[\w.+-]|\[[\w.]+\]|\([\w.-]+\))+"
_PATH: Final = rf"(?:[A-Za-z]:[/\\]|~?/|\\)?{_PART}(?:[/\\]{_PART})*"
_PLAIN_PATH: Final = re.compile(_PATH)
_SPACED_PATH: Final = re.compile(_PATH.replace(r"[\w.+-]", r"[\w.+ -]"))
_PLACE: Final = re.compile(
    r"(?:(?P<first>\d{1,7}):\d{1,7}:)?(?P<path>.+?)"
    r"(?:(?::|#L)(?P<line>\d{1,7})(?:[:–-]L?\d{1,7})?)?"
)
_KEYED: Final = re.compile(
    r"""(?:^|[\s{]|(?P<comma>,))(?P<key>title|file|filename)="""
    r"""(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>(?(comma)[^\s},]+|[^\s}]+)))"""
)
_WORD_END: Final = re.compile(r"[\s,]+")
_LANGUAGE: Final = re.compile(r"[\w+#.-]+")
_SKIPPED: Final = ("#!", "<?xml", "<?php", "<!doctype")
_COMMENT: Final = re.compile(
    r"[ \t]*(?:(?P<mark>#|//|--|;+|%|')[ \t]+(?P<rest>.+?)"
    r"|/\*+(?P<c>[^*].*?)\*+/|<!--(?P<html>.+?)-->|\(\*(?P<ml>.+?)\*\)|\{#(?P<jinja>.+?)#\})[ \t]*"
)
_NAMED: Final = re.compile(
    r"(?:(?:file(?: ?name|path)?|path)[ \t]*:[ \t]*)?(?P<name>\S+?)(?:[ \t]+\([^()]*\))?",
    re.IGNORECASE,
)


class FileName(NamedTuple):
    """A file, and the line in it where one is given."""

    name: str
    """As a path with slashes."""
    line: int | None = None
    """From 1."""


def is_file_name(text: str, *, blanks: bool = False) -> bool:
    """Whether ``text`` is plainly a file's name or path. ``blanks``: it may have blanks in it."""
    pattern = _SPACED_PATH if blanks else _PLAIN_PATH
    if len(text) > LONGEST or text != text.strip() or not pattern.fullmatch(text):
        return False
    parts = re.split(r"[/\\]", text)
    if "..." in parts or parts[0].startswith("www.") or parts[-1].startswith("-"):
        return False
    if parts[-1] in _BARE:
        return True
    stem, _, extension = parts[-1].rpartition(".")
    extension = extension.lower()
    known = extension in _CODE or extension in _DATA or (extension in _LOOSE and len(parts) > 1)
    return known and bool(stem.strip(". "))


@lru_cache(maxsize=1000)
def language_of(info: str) -> str:
    """The language that an info string names; of a file name there the extension."""
    word = _WORD_END.split(info.lstrip("{."), maxsplit=1)[0]
    if _KEYED.match(info):
        return ""
    place = _first_word(word)
    if place is not None:
        return place.name.rpartition(".")[2]
    match = _LANGUAGE.match(word)
    return match.group() if match else ""


@lru_cache(maxsize=1000)
def in_info(info: str) -> FileName | None:
    """The file that an info string names.

    ``python title=app.py``, ``python,title=app.py``, ``python app.py``, ``src/app.py:12``,
    ``12:30:src/app.py`` (a range of lines), ``python:src/app.py``. A title with blanks may be a
    caption: it has to look like a file name.
    """
    for keyed in _KEYED.finditer(info):
        value = keyed["double"] or keyed["single"] or keyed["bare"] or ""
        place = place_of(value, blanks=True)
        if place is None and (keyed["key"] != "title" or " " not in value) and _is_sane(value):
            place = FileName(value.replace("\\", "/"))
        if place is not None:
            return place
    words = [word for word in _WORD_END.split(info.strip("{}")) if word]
    first = _first_word(words[0]) if words else None
    if first is None and words:
        language, colon, path = words[0].partition(":")
        first = place_of(path) if colon and _LANGUAGE.fullmatch(language) else None
    others = [place for word in words[1:] if (place := place_of(word)) is not None]
    return first or (others[0] if len(others) == 1 else None)


def in_code(lines: list[str], language: str) -> FileName | None:
    """The file that a comment names which is all of the code's first line.

    Only complete lines count: the last one of a reply that is coming in may become another.
    """
    at = 1 if lines and lines[0].lower().startswith(_SKIPPED) else 0
    line = lines[at] if at < len(lines) else ""
    if not line.endswith(("\n", "\r")) or len(line) > LONGEST * 2:
        return None
    comment = _COMMENT.fullmatch(line.rstrip("\r\n"))
    if comment is None or (comment["mark"] == "#" and language.lower() in _PROSE):
        return None
    words = next(comment[kind] for kind in ("rest", "c", "html", "ml", "jinja") if comment[kind])
    named = _NAMED.fullmatch(words.strip())
    return place_of(named["name"]) if named is not None else None


def suits(name: str, language: str) -> bool:
    """Whether a guessed file can be in this language: commands for a file are not the file."""
    return language.lower() not in _SHELLS or name.rpartition(".")[2] in _SHELL_FILES


def place_of(text: str, *, blanks: bool = False) -> FileName | None:
    """``path``, ``path:line``, ``path:line:column``, ``path#L3-L9``, ``line:line:path``."""
    match = _PLACE.fullmatch(text) if len(text) <= LONGEST + 40 else None
    if match is None or not is_file_name(match["path"], blanks=blanks):
        return None
    number = int(match["first"] or match["line"] or 0)
    return FileName(match["path"].replace("\\", "/"), number or None)


def _is_sane(name: str) -> bool:
    """Whether a name that was given as one can be shown and asked for."""
    return name.isprintable() and name == name.strip() and 0 < len(name) <= LONGEST


def _first_word(word: str) -> FileName | None:
    """A first word that is a file, not a language: ``app.py``, but not ``Makefile``."""
    place = place_of(word)
    if place is None or "." not in place.name.strip(".") or place.name.lower() in PRODUCTS:
        return None
    return place
