"""Blocks that were indented by other steps, moved in part, or have strings over several lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from robotui.workspace.merge.placement import Placement
from robotui.workspace.merge.placements import placements
from robotui.workspace.text_file import TextFile

TWO = """\
class T:
  def f(self):
    if self.x:
      return 1
    return 2

  def g(self):
    return 3
"""
FOUR = TWO.replace("  ", "    ")
JS = """\
class Api {
  async get(path) {
    const res = await fetch(this.base + path);
    return res.json();
  }
}
"""


def best(name: str, text: str, block: str) -> Placement:
    return placements(TextFile(Path(name), text.encode()), block)[0]


@pytest.mark.parametrize(
    ("name", "text", "block", "old", "new"),
    [
        (
            "t.py",
            TWO,
            "    def f(self):\n        if self.y:\n            return 1\n        return 2\n",
            "self.x",
            "self.y",
        ),
        (
            "t.py",
            FOUR,
            "def f(self):\n  if self.y:\n    return 1\n  return 2\n",
            "self.x",
            "self.y",
        ),
        (
            "a.js",
            JS,
            "    async get(path) {\n        const res = await fetch(this.base + path, opts);\n"
            "        return res.json();\n    }\n",
            "path);",
            "path, opts);",
        ),
        (
            "a.js",
            JS.replace("  ", "    "),
            "async get(path) {\n  const res = await fetch(this.base + path, opts);\n"
            "  return res.json();\n}\n",
            "path);",
            "path, opts);",
        ),
        (
            "a.css",
            "@media print {\n  .a {\n    color: red;\n  }\n}\n\n.b {\n  top: 0;\n}\n",
            "@media print {\n    .a {\n        color: blue;\n    }\n}\n",
            "red",
            "blue",
        ),
        (
            "t.py",
            FOUR,
            "def f(self):\n        if self.y:\n            return 1\n        return 2\n",
            "self.x",
            "self.y",
        ),
        (
            "a.js",
            JS,
            "async get(path) {\n    const res = await fetch(this.base + path, opts);\n"
            "    return res.json();\n  }\n",
            "path);",
            "path, opts);",
        ),
    ],
)
def test_a_block_is_indented_by_the_steps_of_the_file(
    name: str, text: str, block: str, old: str, new: str
) -> None:
    way = best(name, text, block)
    assert way.after == text.replace(old, new)
    assert way.sure


def test_what_is_aligned_with_a_bracket_stays_aligned() -> None:
    block = (
        "def h(self):\n  if self.z:\n    return call(self,\n                self.z)\n  go(self)\n"
    )
    way = best("t.py", FOUR, block)
    wanted = (
        "    def h(self):\n        if self.z:\n            return call(self,\n"
        "                        self.z)\n        go(self)\n"
    )
    assert way.after == f"{FOUR}\n{wanted}"


STRING = '''\
class A:
    def f(self):
        text = """
abc
  def
"""
        return text
'''


@pytest.mark.parametrize(
    ("name", "text", "block", "old", "new"),
    [
        (
            "m.py",
            STRING,
            'def f(self):\n    text = """\nabc\n  def\n"""\n    return text.strip()\n',
            "return text",
            "return text.strip()",
        ),
        (
            "m.py",
            'def f():\n    text = """\nabc\n  def\n"""\n    return text\n\n\nx = 1\n',
            '    def f():\n        text = """\nabc\n  def\n"""\n        return text.strip()\n',
            "return text",
            "return text.strip()",
        ),
        (
            "m.js",
            "class A {\n  sql() {\n    return `\nselect *\n  from t\n`;\n  }\n}\n",
            "sql() {\n  return `\nselect *\n  from t\n where x\n`;\n}\n",
            "from t\n",
            "from t\n where x\n",
        ),
        (
            "m.py",
            'class A:\n    def f(self):\n        q = """\n            select\n              x\n'
            '        """\n        return q\n',
            'def f(self):\n    q = """\n        select\n          x\n    """\n'
            "    return q.strip()\n",
            "return q",
            "return q.strip()",
        ),
    ],
)
def test_the_text_of_a_string_is_not_moved(
    name: str, text: str, block: str, old: str, new: str
) -> None:
    way = best(name, text, block)
    assert way.after == text.replace(old, new)
    assert way.sure


def test_a_docstring_is_moved_with_its_function() -> None:
    block = 'def h(self):\n    """Says.\n\n    More.\n    """\n    return 2\n'
    moved = '    def h(self):\n        """Says.\n\n        More.\n        """\n        return 2\n'
    assert best("m.py", STRING, block).after == f"{STRING}\n{moved}"
