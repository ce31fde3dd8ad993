"""Objects have parts: no class is large, and none is built up by a chain of subclasses.

What is counted are the names of the methods that an object of a class has from our own classes:
those in the bodies of the class and of all its bases that are ours. A method that is overridden
counts once, as does a property with its setter; dunder methods count, but not what ``dataclass``
makes. What a class has from a library does not count. A chain is as long as the longest line of our
own classes from the topmost down to the class. Exceptions are not counted: their tree says what an
``except`` catches, and builds up nothing.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tests.test_import_law import MODULES

METHODS: Final = 25
CHAIN: Final = 2


@dataclass
class Class:
    """A class of ours."""

    methods: set[str]
    bases: list[str]
    """Names in full; only those in ``CLASSES`` are ours."""


@dataclass
class Names:
    """What names in a module stand for, in full."""

    module: str
    known: dict[str, str] = field(default_factory=dict)

    def full(self, node: ast.expr) -> str:
        """The name in full of a base; of a generic one without its arguments."""
        match node:
            case ast.Subscript(value=value):
                return self.full(value)
            case ast.Attribute(value=value, attr=name):
                return f"{self.full(value)}.{name}"
            case ast.Name(id=name):
                return self.known.get(name, f"{self.module}.{name}")
            case _:
                return ""


def classes_of(module: str, source: str) -> dict[str, Class]:
    """All classes of a module by their names in full, also those in classes and functions."""
    tree, names = ast.parse(source), Names(module)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names.known |= {n.asname or n.name: f"{node.module}.{n.name}" for n in node.names}
        elif isinstance(node, ast.Import):
            names.known |= {n.asname: n.name for n in node.names if n.asname}
    return dict(_classes(tree, module, names))


def _classes(node: ast.AST, prefix: str, names: Names) -> Iterator[tuple[str, Class]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            functions = (ast.FunctionDef, ast.AsyncFunctionDef)
            methods = {each.name for each in child.body if isinstance(each, functions)}
            name = f"{prefix}.{child.name}"
            yield name, Class(methods, [names.full(base) for base in child.bases])
            yield from _classes(child, name, names)
        else:
            yield from _classes(child, prefix, names)


CLASSES: Final = {
    name: found
    for module, path in MODULES.items()
    for name, found in classes_of(module, path.read_text("utf-8")).items()
}


def methods_of(name: str, classes: dict[str, Class] = CLASSES) -> set[str]:
    found = classes[name]
    bases = (methods_of(base, classes) for base in found.bases if base in classes)
    return found.methods.union(*bases)


def chain_of(name: str, classes: dict[str, Class] = CLASSES) -> int:
    bases = (chain_of(base, classes) for base in classes[name].bases if base in classes)
    return 1 + max(bases, default=0)


def is_exception(name: str, classes: dict[str, Class] = CLASSES) -> bool:
    if name not in classes:
        kind = getattr(builtins, name.rpartition(".")[2], None)
        return isinstance(kind, type) and issubclass(kind, BaseException)
    return any(is_exception(base, classes) for base in classes[name].bases)


TOO_LARGE: Final = {
    name: len(methods_of(name)) for name in CLASSES if len(methods_of(name)) > METHODS
}
TOO_DEEP: Final = {
    name: chain_of(name) for name in CLASSES if chain_of(name) > CHAIN and not is_exception(name)
}


def test_no_class_has_many_methods() -> None:
    assert TOO_LARGE == {}


def test_no_chain_of_subclasses_is_long() -> None:
    assert TOO_DEEP == {}


def test_methods_and_chains_are_counted() -> None:
    source = """
from dataclasses import dataclass
from typing import Generic
from a.b import Base as Above
import textual.screen as there

class One(there.Screen[None]):
    def m(self): ...
    async def n(self): ...
    @property
    def p(self): ...
    @p.setter
    def p(self, p): ...

@dataclass
class Two(One):
    x: int
    def m(self): ...
    def __str__(self): ...

class Three(Two, Above):
    class Inner(Two): ...
"""
    classes = classes_of("x", source) | classes_of("a.b", "class Base:\n    def q(self): ...")
    assert list(classes) == ["x.One", "x.Two", "x.Three", "x.Three.Inner", "a.b.Base"]
    assert classes["x.One"].bases == ["textual.screen.Screen"]
    assert methods_of("x.Three", classes) == {"m", "n", "p", "__str__", "q"}
    assert methods_of("x.Three.Inner", classes) == {"m", "n", "p", "__str__"}
    assert [chain_of(name, classes) for name in classes] == [1, 2, 3, 3, 1]


def test_exceptions_are_told_apart() -> None:
    source = "class A(Exception): ...\nclass B(A): ...\nclass C(B): ...\nclass D: ..."
    classes = classes_of("x", source)
    assert [is_exception(name, classes) for name in classes] == [True, True, True, False]
