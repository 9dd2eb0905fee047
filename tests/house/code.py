"""What the rules are held against: the tracked files, and the functions of our own packages."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "db", "drivers", "tools")

_NESTS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.TryStar, ast.Match, ast.AsyncFor, ast.AsyncWith)
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Function:
    """One function: where it stands, how many lines it has without its docstring, how deep its blocks nest."""

    place: str
    lines: int
    depth: int


def tracked() -> list[Path]:
    """Every file that git keeps, the one about to be committed included; no matter who owns the checkout."""
    git = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    names = subprocess.run(git, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [file for name in names.split("\0") if name and (file := ROOT / name).is_file()]


@cache
def modules() -> dict[Path, ast.Module]:
    """The syntax trees of our packages by file."""
    files = (file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    return {file.relative_to(ROOT): ast.parse(file.read_bytes()) for file in sorted(files)}


def functions() -> list[Function]:
    """Every function and method of our packages."""
    return [
        Function(f"{file}:{node.lineno} {node.name}", length(node), depth(node))
        for file, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the last one, without decorators and docstring."""
    last = function.end_lineno or function.lineno
    docstring = function.body[0] if ast.get_docstring(function) else None
    return last - function.lineno + 1 - (_height(docstring) if docstring else 0)


def _height(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def depth(node: ast.AST) -> int:
    """How many blocks stand within each other below `node`; an `elif` is no deeper than its `if`."""
    return max((_step(node, child) + depth(child) for child in ast.iter_child_nodes(node)), default=0)


def _step(parent: ast.AST, child: ast.AST) -> int:
    is_elif = isinstance(parent, ast.If) and isinstance(child, ast.If) and child in parent.orelse
    return int(isinstance(child, _NESTS) and not is_elif)


def undocumented() -> Iterator[str]:
    """Every module, public class and public function that says nothing of itself."""
    for file, tree in modules().items():
        if not ast.get_docstring(tree):
            yield str(file)
        yield from (f"{file}:{line} {name}" for name, line in _silent(tree))


def _silent(scope: ast.Module | ast.ClassDef) -> Iterator[tuple[str, int]]:
    for node in scope.body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            if not ast.get_docstring(node):
                yield node.name, node.lineno
            if isinstance(node, ast.ClassDef):
                yield from _silent(node)
