from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

import pytest

from robotui.server.index import python_reference
from robotui.server.index.library import Library, libraries, packages

MODULES = {
    "shapes/__init__.py": """'Shapes.'
from .round import Circle, area as size
from .more import *
""",
    "shapes/round.py": '''from .base import Shape


class Circle(Shape):
    """A round thing.

    It has a radius.
    """

    def __init__(self, radius: float = 1.0, *, name: str = "") -> None:
        self.radius = radius

    @property
    def width(self) -> float:
        """Twice the radius."""
        return self.radius * 2


async def area(shape: Circle, /, unit="m") -> float:
    """How much it covers."""
    return 3.14
''',
    "shapes/base.py": """class Shape:
    def draw(self):
        'Paint it.'
        return 1
""",
    "shapes/more.py": """LIMIT = 3
try:
    from fast import hurry
except ImportError:
    def hurry():
        'Slowly.'
""",
    "loop_a.py": "from loop_b import thing\n",
    "loop_b.py": "from loop_a import thing\n",
    "broken.py": "def f(:\n",
    "deep.py": "x = " + "(" * 5000 + ")" * 5000 + "\n",
    "alias.py": "import shapes.round as circles\n",
}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    for path, text in MODULES.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return Library("packages", tmp_path)


@pytest.mark.parametrize(
    ("name", "kind", "path", "line"),
    [
        ("shapes", "module", "shapes/__init__.py", 1),
        ("shapes.round.Circle", "class", "shapes/round.py", 4),
        ("shapes.Circle", "class", "shapes/round.py", 4),
        ("shapes.size", "function", "shapes/round.py", 19),
        ("shapes.Circle.width", "method", "shapes/round.py", 14),
        ("shapes.Circle.draw", "method", "shapes/base.py", 2),
        ("shapes.LIMIT", "variable", "shapes/more.py", 1),
        ("shapes.more.hurry", "function", "shapes/more.py", 5),
        ("alias.circles.area", "function", "shapes/round.py", 19),
    ],
)
def test_full_names_are_followed_to_their_definition(
    library: Library, name: str, kind: str, path: str, line: int
) -> None:
    entry = python_reference.find([library], name)
    assert entry is not None
    assert (entry.kind, entry.path, entry.line) == (kind, path, line)


@pytest.mark.parametrize(
    "name",
    ["shapes.nothing", "nothing", "loop_a.thing", "broken.f", "deep.y", "shapes.LIMIT.x", ""],
)
def test_what_is_not_there_is_none(library: Library, name: str) -> None:
    assert python_reference.find([library], name) is None


def test_signature_documentation_and_source(library: Library) -> None:
    entry = python_reference.find([library], "shapes.Circle")
    assert entry is not None
    assert entry.signature == "class Circle(radius: float=1.0, *, name: str='')"
    assert entry.doc.startswith("A round thing.\n\nIt has")
    assert entry.source[0].strip().startswith("def __init__")
    assert entry.source_line == 10
    entry = python_reference.find([library], "shapes.size")
    assert entry is not None
    assert entry.signature == "async def area(shape: Circle, /, unit='m') -> float"


def test_what_is_compiled_in_is_asked_of_this_interpreter() -> None:
    for name, word in (("print", "stream"), ("str.join", "Concatenate"), ("math.sqrt", "square")):
        entry = python_reference.find([], name)
        assert entry is not None
        assert entry.path == ""
        assert word in entry.doc


def test_no_module_of_the_workspace_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "math.py").write_text("raise SystemExit('run')\n")
    (tmp_path / "evil.py").write_text("raise SystemExit('run')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert python_reference.find([], "evil.thing") is None
    assert python_reference.find([], "math.sqrt") is not None
    assert python_reference.find([Library("packages", tmp_path)], "evil.thing") is None
    assert "evil" not in sys.modules


def make_environment(folder: Path, home: Path) -> Path:
    packages = folder / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text(f"home = {home}\nversion = 3.11.7\n")
    return packages


def test_the_workspaces_own_environment_comes_first(tmp_path: Path) -> None:
    standard = tmp_path / "python" / "lib" / "python3.11"
    standard.mkdir(parents=True)
    (standard / "os.py").write_text("")
    own = make_environment(tmp_path / "work" / ".venv", tmp_path / "python" / "bin")
    active = make_environment(tmp_path / "active", tmp_path / "nowhere")
    found = libraries(tmp_path / "work", {"VIRTUAL_ENV": str(tmp_path / "active")})
    assert [library.root for library in found] == [standard, own]
    found = libraries(tmp_path, {"VIRTUAL_ENV": str(tmp_path / "active")})
    ours = Path(sysconfig.get_path("stdlib")).resolve()
    assert [library.root for library in found] == [ours, active]


def test_without_an_environment_it_is_ours(tmp_path: Path) -> None:
    found = libraries(tmp_path, {})
    assert (found[0].root / "asyncio" / "tasks.py").is_file()
    assert any((library.root / "aiohttp").is_dir() for library in found[1:])


def test_a_library_is_its_sources_without_tests(tmp_path: Path) -> None:
    for path in ("a.py", "pkg/b.py", "pkg/tests/c.py", "test/d.py", "_vendor/e.py", "data.json"):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x = 1\n")
    library = Library("packages", tmp_path)
    assert {file.path for file in library.files(tmp_path)} == {"a.py", "pkg/b.py"}


def test_packages_are_known_by_their_metadata(tmp_path: Path) -> None:
    folder = tmp_path / "Some_Thing-1.2.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: Some-Thing\nVersion: 1.2\nSummary: Does.\n"
    )
    (found,) = packages([Library("packages", tmp_path), Library("standard library", tmp_path)])
    assert (found.name, found.version, found.summary) == ("Some-Thing", "1.2", "Does.")
