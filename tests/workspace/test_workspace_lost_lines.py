"""Nothing goes for sure that the block does not show, whatever the words in its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from robotui.workspace.code.masking import family
from robotui.workspace.code.outline import Outline
from robotui.workspace.merge.lost_lines import lost
from robotui.workspace.merge.placement import Placement
from robotui.workspace.merge.placements import placements
from robotui.workspace.text_file import TextFile

STORE = '''\
class Store:
    """Keeps things."""

    def __init__(self, path):
        self.path = path
        self.items = {}

    def load(self):
        data = self.path.read_text()
        for line in data.splitlines():
            key, value = line.split("=", 1)
            self.items[key.strip()] = value.strip()
        return self.items

    def save(self):
        lines = [f"{k}={v}" for k, v in self.items.items()]
        self.path.write_text("\\n".join(lines))
'''
API = """\
export class Api {
  constructor(base) {
    this.base = base;
    this.count = 0;
  }

  async get(path) {
    const res = await fetch(this.base + path);
    return res.json();
  }
}
"""


def best(name: str, text: str, block: str) -> Placement:
    return placements(TextFile(Path(name), text.encode()), block)[0]


def count(name: str, before: str, after: str) -> int:
    old, new = before.splitlines(), after.splitlines()
    kind = family(name, old)
    return lost(Outline(old, kind, name), Outline(new, kind, name))


@pytest.mark.parametrize(
    "words",
    [
        "# keep the loop",
        "# loop stays as it is",
        "# bisherigen Code beibehalten",
        "# le reste ne change pas",
        "# aquí el bucle de siempre",
        "# The code that reads the lines\n        # stays exactly as it was",
        "# parsing: see above",
        "# (loop)",
        "#",
    ],
)
def test_a_comment_where_lines_vanish_is_asked_about_whatever_it_says(words: str) -> None:
    block = (
        f"    def load(self):\n        data = self.path.read_text()\n        {words}\n"
        "        self.loaded = True\n        return self.items\n"
    )
    way = best("s.py", STORE, block)
    assert not way.sure
    assert way.removes > 0
    assert "the block does not show" in " ".join(way.warnings)


@pytest.mark.parametrize(
    ("name", "text", "block"),
    [
        ("a.js", API, "  constructor(base) {\n    // base as now\n    this.retries = 3;\n  }\n"),
        (
            "a.go",
            "package a\n\nfunc F(p string) int {\n\tx := load(p)\n\tfor _, v := range x {\n"
            "\t\tuse(v)\n\t}\n\treturn len(x)\n}\n",
            "func F(p string) int {\n\tx := load(p)\n\t// loop over x\n\tlog.Print(p)\n"
            "\treturn len(x)\n}\n",
        ),
        (
            "a.c",
            "int add(int a)\n{\n\tcount += a;\n\tlog_it(a);\n\treturn count;\n}\n\nint x;\n",
            "int add(int a)\n{\n\t/* count and log */\n\tcheck(a);\n\treturn count;\n}\n",
        ),
        (
            "a.sh",
            "build() {\n  cd src\n  make clean\n  make all\n  cp a b\n}\n\nbuild\n",
            "build() {\n  cd src\n  # clean und all\n  make install\n  cp a b\n}\n",
        ),
        (
            "a.rb",
            "class A\n  def f\n    x = 1\n    y = 2\n    z = 3\n    x + y + z\n  end\nend\n",
            "  def f\n    # assignments\n    w = 4\n    x + y + z + w\n  end\n",
        ),
        (
            "a.php",
            "<?php\nclass A {\n    public function f() {\n        $x = 1;\n        $y = 2;\n"
            "        return $x + $y;\n    }\n}\n",
            "    public function f() {\n        // Zuweisungen\n"
            "        return $x + $y + 1;\n    }\n",
        ),
        (
            "a.css",
            ".a {\n  color: red;\n  margin: 0;\n  padding: 1px;\n}\n\n.b { top: 0; }\n",
            ".a {\n  color: green;\n  /* margins kept */\n}\n",
        ),
        (
            "a.css",
            ".a {\n  color: red;\n  margin: 0;\n}\n\n.b { top: 0; }\n",
            ".a {\n  top: 1;\n}\n",
        ),
        (
            "a.sql",
            "create table a (\n  id int,\n  name text,\n  age int\n);\n\nselect 1;\n",
            "create table a (\n  id int,\n  -- columns as they are\n  mail text\n);\n",
        ),
        (
            "a.py",
            'X = 1\nNAMES = {\n    "a": 1,\n    "b": 2,\n}\n',
            'NAMES = {\n    # a and b like today\n    "c": 3,\n}\n',
        ),
    ],
)
def test_the_same_in_other_languages(name: str, text: str, block: str) -> None:
    way = best(name, text, block)
    assert not way.sure
    assert way.removes > 0


def test_lines_that_go_without_a_word_are_asked_about() -> None:
    block = "    def load(self):\n        data = self.path.read_text()\n        return self.items\n"
    way = best("s.py", STORE, block)
    assert (way.sure, way.removes) == (False, 3)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("a.py", "def f(a):\n    x = 1\n    return a\n", "def f(a):\n    y = 2\n    return a\n"),
        (
            "a.py",
            "def f(data):\n    out = []\n    for x in data:\n"
            "        out.append(x)\n    return out\n",
            "def f(data):\n    out = [x for x in data]\n    return out\n",
        ),
        (
            "a.py",
            "def f(a, b):\n    call(\n        a,\n        b,\n    )\n    done(a)\n",
            "def f(a, b):\n    call(a, b)\n    done(a)\n",
        ),
        ("a.py", "def f(a):\n    x = 1\n    use(x)\n    go(a)\n", "def f(a):\n    return a\n"),
        ("a.py", "def f():\n    pass\n", "def f():\n    return 1\n"),
        ("a.py", "def f():\n    # one\n    g()\n", "def f():\n    # two\n    g()\n"),
        (
            "a.py",
            "def f():\n    x()\n\n\ndef g():\n    y()\n",
            "def g():\n    y()\n\n\ndef f():\n    x()\n",
        ),
        ("a.js", "f(function () {\n  go(1);\n});\n", "f(() => go(1));\n"),
    ],
)
def test_a_rewritten_line_has_a_counterpart(name: str, before: str, after: str) -> None:
    assert count(name, before, after) == 0


@pytest.mark.parametrize(
    ("block", "name", "text"),
    [
        (f"    def save(self):\n        {body}\n", "s.py", STORE)
        for body in ("pass", "raise NotImplementedError", "return None", '"""Says."""', "# as is")
    ]
    + [
        ("  async get(path) {}\n", "a.js", API),
        ('  async get(path) {\n    throw new Error("not implemented");\n  }\n', "a.js", API),
        ("fn f() -> i32 {\n    todo!()\n}\n", "a.rs", "fn f() -> i32 {\n    1\n}\n\nfn g() {}\n"),
        (
            'func F() int {\n\tpanic("TODO")\n}\n',
            "a.go",
            "package a\n\nfunc F() int {\n\treturn 1\n}\n",
        ),
        ("def f\nend\n", "a.rb", "def f\n  1\nend\n\nx = 1\n"),
    ],
)
def test_a_body_that_does_nothing_is_asked_about(block: str, name: str, text: str) -> None:
    way = best(name, text, block)
    assert not way.sure
    assert "would do nothing any more" in " ".join(way.warnings)


@pytest.mark.parametrize(
    ("name", "text", "block"),
    [
        (
            "s.py",
            STORE,
            "    def load(self):\n        data = self.path.read_bytes()  # rest stays the same\n"
            "        return self.items\n",
        ),
        (
            "a.js",
            API,
            "  constructor(base) {\n    this.base = base.trim(); // remaining code unchanged\n"
            "    this.count = 0;\n  }\n",
        ),
    ],
)
def test_a_note_behind_code_says_that_code_is_left_out(name: str, text: str, block: str) -> None:
    way = best(name, text, block)
    assert not way.sure
    assert "says that code is left out" in " ".join(way.warnings)


def test_a_file_in_the_middle_of_a_merge_is_asked_about() -> None:
    text = "x = 1\n<<<<<<< HEAD\ny = 2\n=======\ny = 3\n>>>>>>> main\nz = 4\n"
    assert not best("c.py", text, "x = 1\ny = 3\nz = 4\n").sure
    assert not best("c.py", text + "\n\ndef f():\n    return 1\n", "def f():\n    return 2\n").sure


@pytest.mark.parametrize(
    ("name", "text", "block"),
    [
        (
            "a.py",
            "def f(a):\n    x = a[0]\n    y = a[1:]\n    return x, y\n\n\nz = 1\n",
            "def f(a):\n    x = a[0]\n    # the rest of the arguments\n"
            "    y = a[1:]\n    return x, y\n",
        ),
        (
            "a.js",
            "function f(a) {\n  use(a);\n  use(b);\n}\n\ng();\n",
            "function f(a) {\n  use(a);\n  // the other arguments\n  use(b);\n}\n",
        ),
    ],
)
def test_a_comment_that_stands_for_nothing_is_never_dropped_for_sure(
    name: str, text: str, block: str
) -> None:
    assert not best(name, text, block).sure
