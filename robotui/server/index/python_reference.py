"""The entry of a dotted Python name: signature, documentation and source, read from the files."""

from __future__ import annotations

import ast
import builtins
import importlib.machinery
import importlib.util
import inspect
import sysconfig
import types
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from robotui.server.index.library import Library
from robotui.tree.safe_reading import read

_DEPTH: Final = 8  # modules that a name may be passed on through by imports
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of a library. ``path`` is below its folder, empty for what is compiled in.

    ``source`` starts at ``source_line``, below the documentation where there is some.
    """

    name: str
    kind: str
    path: str = ""
    line: int = 0
    signature: str = ""
    doc: str = ""
    source: tuple[str, ...] = ()
    source_line: int = 0


def find(libraries: Sequence[Library], dotted: str) -> Entry | None:
    """The entry of a full name such as ``asyncio.gather`` or ``pathlib.Path.glob``."""
    parts = dotted.split(".")
    for library in libraries:
        for count in range(len(parts), 0, -1):
            path = _module(library.root, parts[:count])
            if path:
                found = _Finder(library.root).member(path, parts[count:])
                if found is not None:
                    return found
    return _compiled(parts)


def describe(root: Path, path: str, name: str) -> Entry | None:
    """The entry of ``name`` (qualified inside its file, such as ``Class.method``)."""
    return _Finder(root).member(path, name.split("."))


def _module(root: Path, parts: Sequence[str]) -> str:
    """The file of a module below ``root``, or an empty string."""
    if not all(part.isidentifier() for part in parts):
        return ""
    base = "/".join(parts)
    paths = (f"{base}/__init__.py", f"{base}.py")
    return next((path for path in paths if _is_file(root / path)), "")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # such as a name that is too long
        return False


class _Finder:
    """Follows a name through the modules of one library folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._seen: set[tuple[str, str]] = set()
        self._modules: dict[str, tuple[ast.Module, list[str]] | None] = {}

    def member(self, path: str, names: Sequence[str]) -> Entry | None:
        """What ``names``, one inside the other, are in the module at ``path``."""
        module = self._parse(path)
        if module is None:
            return None
        if not names:
            doc = ast.get_docstring(module[0]) or ""
            title = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            return Entry(title, "module", path, 1, doc=doc)
        if (path, names[0]) in self._seen or len(self._seen) > _DEPTH * 4:
            return None
        self._seen.add((path, names[0]))
        node = _named(module[0].body, names[0])
        if node is None:
            return self._imported(path, module[0], names)
        return self._inside(path, node, names)

    def _inside(
        self, path: str, node: _Definition | ast.stmt, names: Sequence[str]
    ) -> Entry | None:
        """Go on from the statement that defines ``names[0]``."""
        for at, name in enumerate(names[1:], 1):
            if not isinstance(node, ast.ClassDef):
                return None
            inner = _named(node.body, name)
            if inner is None:
                return self._inherited(path, node, names[at:])
            node = inner
        return self._entry(path, node, ".".join(names))

    def _inherited(self, path: str, node: ast.ClassDef, names: Sequence[str]) -> Entry | None:
        for base in node.bases:
            outer = ast.unparse(base).partition("[")[0].split(".")
            found = self.member(path, [*outer, *names])
            if found is not None:
                return found
        return None

    def _imported(self, path: str, module: ast.Module, names: Sequence[str]) -> Entry | None:
        """The name is not defined in this module: look where it may come from."""
        stars = []
        for source, name, alias in _imports(path, module):
            if name == "*":
                stars.append(source)
            elif alias == names[0]:
                return self._from(source, [name, *names[1:]] if name else names[1:])
        found = (self._from(source, names) for source in stars)
        return next((entry for entry in found if entry is not None), None)

    def _from(self, source: Sequence[str], names: Sequence[str]) -> Entry | None:
        path = _module(self._root, source)
        found = self.member(path, names) if path else None
        if found is None and names:
            submodule = _module(self._root, [*source, names[0]])
            found = self.member(submodule, names[1:]) if submodule else None
        return found or (None if path else _compiled([*source, *names]))

    def _parse(self, path: str) -> tuple[ast.Module, list[str]] | None:
        if path not in self._modules:
            data = read(self._root, path) or b""
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # of escapes in other people's strings
                    tree = ast.parse(data)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                self._modules[path] = None  # another version's syntax, or no Python at all
            else:
                self._modules[path] = tree, data.decode("utf-8", "replace").splitlines()
        return self._modules[path]

    def _entry(self, path: str, node: ast.stmt, name: str) -> Entry:
        module = self._parse(path)
        lines = module[1] if module else []
        end = node.end_lineno or node.lineno
        if not isinstance(node, _Definition):
            source = tuple(lines[node.lineno - 1 : end])
            return Entry(
                name, "variable", path, node.lineno, source=source, source_line=node.lineno
            )
        first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
        if ast.get_docstring(node) and node.body[0].end_lineno:
            first = node.body[0].end_lineno + 1  # what stands above is told already
            while first <= end and not lines[first - 1].strip():
                first += 1
        kind = "class" if isinstance(node, ast.ClassDef) else "function"
        if kind == "function" and "." in name:
            kind = "method"
        return Entry(
            name,
            kind,
            path,
            node.lineno,
            _signature(node, name),
            ast.get_docstring(node) or "",
            tuple(lines[first - 1 : end]),
            first,
        )


def _imports(path: str, module: ast.Module) -> Iterator[tuple[list[str], str, str]]:
    """What a module imports: from where, which name (empty: the module itself), called what."""
    package = path.split("/")[:-1]
    for statement in _statements(module.body):
        match statement:
            case ast.Import():
                for alias in statement.names:
                    yield alias.name.split("."), "", alias.asname or ""
            case ast.ImportFrom():
                level = statement.level
                outer = package[: len(package) - level + 1] if level else []
                source = [*outer, *(statement.module.split(".") if statement.module else [])]
                for alias in statement.names:
                    yield source, alias.name, alias.asname or alias.name


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body, those under ``if`` and ``try`` too."""
    for statement in body:
        yield statement
        match statement:
            case ast.If():
                yield from _statements([*statement.body, *statement.orelse])
            case ast.Try():
                inner = [line for handler in statement.handlers for line in handler.body]
                yield from _statements([*statement.body, *inner, *statement.orelse])
            case ast.With():
                yield from _statements(statement.body)


def _named(body: Sequence[ast.stmt], name: str) -> ast.stmt | None:
    """The statement that defines ``name``: an overload only where there is nothing else."""
    found: ast.stmt | None = None
    for statement in _statements(body):
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                better = found is None or not (
                    _is_stub(statement) or isinstance(found, ast.ClassDef)
                )
                if statement.name == name and better:
                    found = statement
            case ast.Assign():
                if found is None and any(_is_name(target, name) for target in statement.targets):
                    found = statement
            case ast.AnnAssign():
                if found is None and _is_name(statement.target, name):
                    found = statement
    return found


def _is_stub(node: _Definition) -> bool:
    marks = {ast.unparse(mark).rpartition(".")[2] for mark in node.decorator_list}
    return bool(marks & {"overload", "setter", "deleter"})


def _is_name(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name


def _signature(node: _Definition, name: str) -> str:
    if isinstance(node, ast.ClassDef):
        start = _named(node.body, "__init__")
        if isinstance(start, ast.FunctionDef):
            return f"class {name}({_arguments(start, without_first=True)})"
        bases = ", ".join(ast.unparse(base) for base in node.bases)
        return f"class {name}({bases})" if bases else f"class {name}"
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    return f"{word} {name}({_arguments(node)}){returns}"


def _arguments(node: ast.FunctionDef | ast.AsyncFunctionDef, without_first: bool = False) -> str:
    arguments = node.args
    if without_first:
        first = arguments.posonlyargs or arguments.args
        del first[:1]
    return ast.unparse(arguments)


def _compiled(parts: Sequence[str]) -> Entry | None:
    """The entry of a name that is compiled into the interpreter: ``len``, ``math.sqrt``."""
    value: Any = builtins
    names = list(parts)
    if not hasattr(builtins, names[0]) or names[0] == "builtins":
        value = _extension(names.pop(0))
    for name in names:
        value = getattr(value, name, None)
    if value is None or (not names and not isinstance(value, types.ModuleType)):
        return None
    kind = "class" if inspect.isclass(value) else "function" if callable(value) else "value"
    if isinstance(value, types.ModuleType):
        kind = "module"
    dotted = ".".join(parts)
    try:
        signature = f"{dotted}{inspect.signature(value)}"
    except (TypeError, ValueError):
        signature = dotted
    return Entry(dotted, kind, signature=signature, doc=inspect.getdoc(value) or "")


def _extension(name: str) -> types.ModuleType | None:
    """A module of this interpreter's own that has no source; never one from another folder."""
    spec = importlib.machinery.BuiltinImporter.find_spec(name)
    folder = sysconfig.get_config_var("DESTSHARED")
    if spec is None and folder and name.isidentifier():
        spec = importlib.machinery.PathFinder.find_spec(name, [folder])
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
