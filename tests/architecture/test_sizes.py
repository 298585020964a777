"""Ceilings: what outgrows them has two things to say and should be two things."""

import ast

from tests.architecture.source import Module, functions, modules

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
MOST_METHODS = 12

OURS = tuple(
    module
    for module in modules("grants", "workers", "tests")
    if not module.name.startswith("grants.migrations.versions")
)


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of what a function does: its signature and docstring do not count against it."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (node.end_lineno or node.lineno) - body[0].lineno + 1 if body else 0


def _length(module: Module) -> int:
    return module.tree.body[-1].end_lineno or 0 if module.tree.body else 0


def test_files_are_short() -> None:
    assert [f"{m.path}: {_length(m)} lines" for m in OURS if _length(m) > LONGEST_FILE] == []


def test_functions_are_short() -> None:
    assert [
        f"{module.path}:{function.lineno} {function.name}: {_lines(function)} lines"
        for module in OURS
        for function in functions(module.tree)
        if _lines(function) > LONGEST_FUNCTION
    ] == []


def test_classes_are_small() -> None:
    assert [
        f"{module.path}:{node.lineno} {node.name}: {len(methods)} methods"
        for module in OURS
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        and len(methods := [part for part in node.body if isinstance(part, ast.FunctionDef)]) > MOST_METHODS
    ] == []


def test_no_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "util", "helpers", "services", "service", "common", "misc", "manager", "managers"}

    assert [str(module.path) for module in OURS if module.file in drawers] == []
