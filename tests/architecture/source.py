"""The project's own Python, parsed once, for the tests of its shape."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from tests.paths import PROJECT

PRODUCT = ("grants", "workers")
FIRST_PARTY = frozenset(PRODUCT)
NOT_ROOMS = frozenset({"core", "migrations", "static"})


@dataclass(frozen=True)
class Module:
    """One file: its dotted name and its path from the project's root."""

    name: str
    path: Path

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree, parsed when first asked for: every process of a run collects these tests."""
        return ast.parse((PROJECT / self.path).read_text())

    @property
    def room(self) -> str:
        """The package under `grants` that it lies in, or ''."""
        parts = self.name.split(".")
        return parts[1] if parts[0] == "grants" and len(parts) > 2 else ""

    @property
    def file(self) -> str:
        """Which of its room's files it is or belongs to, such as 'rules'; a room may split `views` in two."""
        return self.name.split(".")[2] if self.room else self.name.rpartition(".")[2]


@cache
def modules(*packages: str) -> tuple[Module, ...]:
    """Every module of `packages`, in order."""
    return tuple(
        Module(
            ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__"),
            path.relative_to(PROJECT),
        )
        for package in packages
        for path in sorted((PROJECT / package).rglob("*.py"))
    )


def rooms() -> list[str]:
    """The rooms that stand in `grants`, by name."""
    packages = {path.parent.name for path in (PROJECT / "grants").glob("*/__init__.py")}
    return sorted(packages - NOT_ROOMS)


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Everything that `tree` imports, dotted, with its line; `from a import b` gives 'a.b'."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method in `tree`, nested ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def tracked_texts() -> Iterator[tuple[str, str]]:
    """The path and text of every text file under version control, or soon to be."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in sorted(set(listing.stdout.splitlines())):
        path = PROJECT / name
        if path.is_file():
            content = path.read_bytes()
            if b"\0" not in content:
                yield name, content.decode(errors="replace")
