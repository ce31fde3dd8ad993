"""What assistants reply with: parts of classes, one key of a table, one case, a hook, a rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from robotui.workspace.merge.placement import Placement
from robotui.workspace.merge.placements import placements
from robotui.workspace.text_file import TextFile


def ways(name: str, text: str, block: str) -> list[Placement]:
    return placements(TextFile(Path(name), text.encode()), block)


STORE = """\
import json


class Store:
    def __init__(self, path):
        self.path = path
        self.items = {}

    def save(self):
        write(self.path, self.items)


def main():
    Store("x").save()
"""
SWITCH = """\
package a

func F(x int) string {
	switch x {
	case 1:
		return "a"
	case 2:
		return "b"
	default:
		return ""
	}
}
"""
CART = """\
public class Cart {
    private List<Item> items;

    public Cart(List<Item> items) {
        this.items = items;
    }

    public int size() {
        return items.size();
    }
}
"""
SPACE = """\
#include "c.h"

namespace app {

void A::run() {
  go(1);
}

void B::run() {
  go(2);
}

}  // namespace app
"""
HOOK = """\
export default function App({ id }) {
  const [item, setItem] = useState(null);

  useEffect(() => {
    load(id).then(setItem);
  }, []);

  return <p>{item}</p>;
}
"""


@pytest.mark.parametrize(
    ("name", "text", "block", "old", "new"),
    [
        (
            "s.py",
            STORE,
            "class Store:\n    def __init__(self, path):\n        # ... existing code ...\n"
            "        self.loaded = False\n",
            "self.items = {}\n",
            "self.items = {}\n        self.loaded = False\n",
        ),
        (
            "s.py",
            STORE,
            "import json\nimport sys\nfrom pathlib import Path\n",
            "import json\n",
            "import json\nimport sys\nfrom pathlib import Path\n",
        ),
        (
            "s.py",
            STORE,
            'def made():\n    return Store("y")\n\n\ndef main():\n    made().save()\n',
            'def main():\n    Store("x").save()\n',
            'def made():\n    return Store("y")\n\n\ndef main():\n    made().save()\n',
        ),
        (
            "d.py",
            'NAMES = {\n    "a": 1,\n    "b": 2,\n}\n\nx = 1\n',
            'NAMES = {\n    # ... existing entries ...\n    "c": 3,\n}\n',
            '"b": 2,\n',
            '"b": 2,\n    "c": 3,\n',
        ),
        (
            "a.cpp",
            SPACE,
            "void C::run() {\n  go(3);\n}\n",
            "  go(2);\n}\n",
            "  go(2);\n}\n\nvoid C::run() {\n  go(3);\n}\n",
        ),
        (
            "a.cpp",
            SPACE,
            "void A::stop() {\n  go(3);\n}\n",
            "  go(1);\n}\n",
            "  go(1);\n}\n\nvoid A::stop() {\n  go(3);\n}\n",
        ),
        (
            "App.jsx",
            HOOK,
            "  useEffect(() => {\n    load(id).then(setItem);\n  }, [id]);\n",
            "}, []);",
            "}, [id]);",
        ),
        (
            "Cart.java",
            CART,
            "public class Cart {\n    // fields stay the way they are\n\n    public int size() {\n"
            "        return items == null ? 0 : items.size();\n    }\n}\n",
            "return items.size()",
            "return items == null ? 0 : items.size()",
        ),
    ],
)
def test_what_is_clear_is_sure(name: str, text: str, block: str, old: str, new: str) -> None:
    way = ways(name, text, block)[0]
    assert way.after == text.replace(old, new)
    assert way.sure


@pytest.mark.parametrize(
    ("name", "text", "block"),
    [
        ("s.py", STORE, "    def __init__(self, path):\n        self.loaded = False\n"),
        ("s.py", STORE, 'def main():\n    """Saves."""\n'),
        ("a.go", SWITCH, '\tcase 3:\n\t\treturn "c"\n'),
        (
            "a.go",
            SWITCH,
            "func F(x int) string {\n\tswitch x {\n\t// ... existing cases\n\tcase 3:\n"
            '\t\treturn "c"\n\tdefault:\n\t\treturn ""\n\t}\n}\n',
        ),
        ("Cart.java", CART, "    public Cart() {\n        this(List.of());\n    }\n"),
        (
            "Cart.java",
            CART,
            "    public int size(int least) {\n        return Math.max(least, items.size());\n"
            "    }\n",
        ),
        ("Cart.cs", CART, "    public Cart() {\n        this(List.of());\n    }\n"),
        (
            "a.sql",
            "create table users (\n  id int,\n  name text\n);\n\n"
            "create table items (\n  id int\n);\n",
            "create table orders (\n  id int\n);\n",
        ),
        (
            "i.html",
            "<body>\n  <main>\n    <h1>Hi</h1>\n    <p>More</p>\n  </main>\n</body>\n",
            "<main>\n  <h1>Hello</h1>\n  <!-- ... -->\n</main>\n",
        ),
        ("a.ts", "enum Color {\n  Red,\n  Green,\n}\n\nlet x = 1;\n", "enum Color {\n  Blue,\n}\n"),
        ("p.toml", '[project]\nname = "x"\nversion = "1"\n', '[project]\nversion = "2"\n'),
    ],
)
def test_what_may_be_meant_otherwise_is_asked_about(name: str, text: str, block: str) -> None:
    assert not ways(name, text, block)[0].sure


def test_a_new_class_with_known_method_names_is_no_member() -> None:
    block = (
        "class Log:\n    def __init__(self):\n        self.lines = []\n\n"
        "    def save(self):\n        go()\n"
    )
    way = ways("s.py", STORE, block)[0]
    assert "\nclass Log:\n" in way.after
    assert way.after.replace(block, "").split() == STORE.split()
    assert way.sure


def test_lines_from_inside_a_docstring_on_are_mere_lines() -> None:
    text = (
        'class P:\n    def form(self, value):\n        """\n        Encode a pair.\n        """\n\n'
        "        def swap(match):\n            return TABLE[match.group(0)]\n\n"
        "        value = REGEX.sub(swap, value)\n        return value.encode()\n"
    )
    block = (
        '    Encode a pair.\n    """\n\n    def swap(match):\n'
        "        found = TABLE[match.group(0)]\n"
        "        return found\n\n    value = REGEX.sub(swap, value)\n"
    )
    way = ways("h.py", text, block)[0]
    assert way.after == text.replace(
        "            return TABLE[match.group(0)]\n",
        "            found = TABLE[match.group(0)]\n            return found\n",
    )
