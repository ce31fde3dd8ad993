from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.server.index import languages
from robotui.server.index.chunks import MAX_BYTES, MAX_LINES, PACKED_LINES, cut

PIECES = [
    b"def f(x):\n",
    b"    def g(self):\n",
    b"class C:\n",
    b"@dec\n",
    b'    """doc\ndef not_one():\n"""\n',
    b"x = 1\n",
    b"\n",
    b"    return 1\n",
    b"# def comment():\n",
    b"'''",
    b'"""',
    b"function a() {\n",
    b"}\n",
    b"# Title\n",
    b".sel { color: red }\n",
    b"\xff\xfe\n",
    b"\r\n",
    b"<script>\n",
    b"key: v\n",
    b"[table]\n",
    b"no end",
]
LANGUAGES = sorted({*languages.PATTERNS, "text"})


@given(
    st.one_of(st.binary(max_size=300), st.lists(st.sampled_from(PIECES)).map(b"".join)),
    st.sampled_from(LANGUAGES),
)
def test_chunks_cover_any_file_without_gap_and_know_their_lines(data: bytes, language: str) -> None:
    chunks, definitions = cut(data, language)
    assert b"".join(data[chunk.start : chunk.end] for chunk in chunks) == data
    lines = data.count(b"\n") + (not data.endswith(b"\n")) if data else 0
    for chunk in chunks:
        assert chunk.line == data.count(b"\n", 0, chunk.start) + 1
        assert chunk.line <= chunk.last <= lines
        assert chunk.last - chunk.line < MAX_LINES
    for definition in definitions:
        assert 1 <= definition.line <= definition.last <= lines
        assert definition.name


SOURCE = b'''"""About."""

import os

LIMIT: int = 3


@decorated
def first(a):
    return a


class Store:
    """Keeps.

    def not_a_method(self): pass
    """

    def get(self, key):
        def inner():
            return key
        return inner()

    # Why.
    async def put(self):
        pass


def last(): return 1
'''


def found(data: bytes, language: str) -> list[tuple[str, str, int, int]]:
    return [(d.name, d.kind, d.line, d.last) for d in cut(data, language)[1]]


def test_python_definitions_have_qualified_names_kinds_and_ends() -> None:
    assert found(SOURCE, "python") == [
        ("LIMIT", "variable", 5, 5),
        ("first", "function", 9, 10),
        ("Store", "class", 13, 26),
        ("Store.get", "method", 19, 22),
        ("Store.get.inner", "function", 20, 22),
        ("Store.put", "method", 25, 26),
        ("last", "function", 29, 29),
    ]


def test_python_definitions_agree_with_the_parser_on_the_library() -> None:
    missed = 0
    total = 0
    for module in (ast, pytest):
        file = module.__file__ or ""
        with open(file, "rb") as source:  # noqa: PTH123 - a plain file of the library
            data = source.read()
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        real = {(n.name, n.lineno) for n in ast.walk(ast.parse(data)) if isinstance(n, kinds)}
        ours = {
            (d.short, d.line)
            for d in cut(data, "python")[1]
            if d.kind in {"function", "method", "class"}
        }
        missed += len(real ^ ours)
        total += len(real)
    assert total > 50
    assert missed == 0


def test_decorators_and_comments_belong_to_what_follows_them() -> None:
    body = b"".join(b"    x%d = 1\n" % n for n in range(PACKED_LINES))
    data = b"def a():\n" + body + b"\n# About b.\n@mark\ndef b():\n" + body
    second = cut(data, "python")[0][1]
    assert data[second.start : second.end].startswith(b"# About b.\n@mark\ndef b")
    assert second.symbols == ("b",)


def test_small_definitions_share_a_chunk_and_name_it() -> None:
    chunks, _ = cut(b"def a(): pass\ndef b(): pass\n", "python")
    assert [chunk.symbols for chunk in chunks] == [("a", "b")]


def test_a_long_function_is_cut_at_a_blank_line() -> None:
    lines = [b"    x = %d\n" % n for n in range(100)]
    lines[45] = b"\n"
    data = b"def f():\n" + b"".join(lines)
    first, second = cut(data, "python")[0]
    assert (first.last, second.line) == (47, 48)
    assert second.symbols == ("f",)


def test_one_enormous_line_is_cut_too() -> None:
    data = b"x" * (MAX_BYTES * 2 + 5)
    chunks, _ = cut(data, "text")
    assert [chunk.end - chunk.start for chunk in chunks] == [MAX_BYTES, MAX_BYTES, 5]
    assert {(chunk.line, chunk.last) for chunk in chunks} == {(1, 1)}


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        ("a.js", "export default class A {\n  go(x) {\n  }\n}\nconst f = (x) => x\n", "A A.go f"),
        ("a.ts", "export interface I {\n}\nexport type T = string\nasync function g() {}", "I T g"),
        ("a.vue", "<script setup>\nfunction go() {}\n</script>\n", "go"),
        ("a.go", "type S struct {\n}\n\nfunc (s *S) Run() {\n}\n", "S Run"),
        ("a.rs", "pub struct P;\nimpl P {\n    pub fn new() -> P {\n", "P P P.new"),
        ("A.java", "public class A {\n    private int f(int x) {\n    }\n}\n", "A A.f"),
        ("a.c", "static int add(int a,\n               int b)\n{\n}\n#define N 1\n", "add N"),
        ("a.css", ".card > a {\n}\n@keyframes spin {\n", ".card spin"),
        ("a.html", '<main id="app">\n<h1>Title</h1>\n', "main Title"),
        ("a.md", "# One\ntext\n## Two b\n", "One Two"),
        ("a.toml", "[tool.x]\na = 1\n", "x"),
        ("run.sh", "build() {\n}\n", "build"),
        ("Makefile", "test: a\n\trun\n", "test"),
        ("a.sql", "CREATE TABLE users (\n", "users"),
        ("a.rb", "class A\n  def b\n  end\nend\n", "A A.b"),
    ],
)
def test_definitions_of_other_languages(path: str, text: str, names: str) -> None:
    found_names = " ".join(d.name for d in cut(text.encode(), languages.of(path))[1])
    for name in names.split():
        assert name in found_names


def test_windows_line_ends_do_not_get_into_names() -> None:
    assert found(b"# One\r\n\r\ntext\r\n", "markdown") == [("One", "section", 1, 3)]


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("src/a.py", "source"),
        ("tests/a.py", "test"),
        ("src/test_a.py", "test"),
        ("web/a.spec.ts", "test"),
        ("README.md", "doc"),
        ("docs/conf.py", "doc"),
        ("pyproject.toml", "config"),
        ("package-lock.json", "generated"),
        ("web/app.min.js", "generated"),
        ("src/latest.py", "source"),
    ],
)
def test_roles(path: str, role: str) -> None:
    assert languages.kind(path)[1] == role
