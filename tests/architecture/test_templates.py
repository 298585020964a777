"""Every template compiles, is used, and holds no inline style or script; every notice has its words."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatch

import pytest
from flask import Flask

from tests.architecture.source import functions, modules
from tests.paths import PROJECT

TEMPLATES = PROJECT / "templates"
PAGES = {
    path.relative_to(TEMPLATES).as_posix(): path.read_text() for path in sorted(TEMPLATES.rglob("*.html"))
}
EMAILS = {path.stem: path.read_text() for path in sorted((TEMPLATES / "emails").glob("*.txt"))}

INLINE = re.compile(
    r"""<[a-z][^>]*\s(?:style|on[a-z]+)\s*=   # <p style=…>, <a onclick=…>
      | <style\b
      | javascript:
      | <script\b(?![^>]*\b(?:nonce|src)=)
      """,
    re.VERBOSE | re.IGNORECASE,
)


def strings_of_the_code() -> set[str]:
    return {
        node.value
        for module in modules("grants", "workers")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_template_compiles(app: Flask) -> None:
    names = app.jinja_env.list_templates(filter_func=lambda name: (TEMPLATES / name).is_file())

    assert set(names) >= set(PAGES)
    for name in names:
        app.jinja_env.get_template(name)


def markup_of(template: str) -> str:
    """A template without what Jinja puts in or decides."""
    return re.sub(r"{{.*?}}|{%.*?%}|{#.*?#}", "", template, flags=re.DOTALL)


def test_no_inline_style_or_script() -> None:
    assert [
        f"{name}: {found.group()}"
        for name, text in PAGES.items()
        for found in INLINE.finditer(markup_of(text))
    ] == []


@pytest.mark.parametrize(
    "markup",
    [
        '<p class="x" style="a">',
        "<a ONCLICK='x'>",
        "<style>",
        '<a href="javascript:x">',
        "<script>",
        "<script async>",
    ],
)
def test_inline_style_and_script_would_be_found(markup: str) -> None:
    assert INLINE.search(markup)


@pytest.mark.parametrize(
    "markup",
    ['<script nonce="{{ n }}">', '<script src="/x.js" defer>', '<p class="style">', '<p data-onward="x">'],
)
def test_what_is_allowed_is_not_found(markup: str) -> None:
    assert not INLINE.search(markup)


def test_every_template_that_is_named_is_there() -> None:
    named = {text for text in strings_of_the_code() if re.fullmatch(r"[a-z0-9_]+/[a-z0-9_/]+\.html", text)}
    extended = {
        name
        for text in PAGES.values()
        for name in re.findall(r"{%-?\s*(?:extends|include|import|from)\s+[\"']([^\"']+)[\"']", text)
    }

    assert sorted((named | extended) - set(PAGES)) == []


def test_every_template_is_used() -> None:
    everything = " ".join(strings_of_the_code()) + " ".join(PAGES.values())

    assert [name for name in PAGES if name not in everything and not name.startswith("errors/")] == []


def _kinds(tree: ast.Module) -> Iterator[str]:
    """The kinds of notice a module sends: written out, or handed to a function of its own that takes a kind.

    Where a kind is put together, what is put in stands as '*'.
    """
    takes_kind = {
        function.name: [argument.arg for argument in function.args.args].index("kind")
        for function in functions(tree)
        if "kind" in [argument.arg for argument in function.args.args]
    }
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            name = ast.unparse(call.func).rpartition(".")[2]
            given = [keyword.value for keyword in call.keywords if keyword.arg == "kind"]
            if name in takes_kind or name == "Notice":
                position = takes_kind.get(name, 0)
                for value in [*call.args[position : position + 1], *given]:
                    yield from _written(value)


def _written(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.Constant):
        yield str(value.value)
    elif isinstance(value, ast.IfExp):
        yield from [*_written(value.body), *_written(value.orelse)]
    elif isinstance(value, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in value.values)


def kinds_of_notice() -> set[str]:
    return {
        kind
        for module in modules("grants")
        if module.file in ("notices", "actions", "jobs")
        for kind in _kinds(module.tree)
    }


def test_every_notice_has_its_email() -> None:
    assert sorted(kind for kind in kinds_of_notice() if not any(fnmatch(name, kind) for name in EMAILS)) == []


def test_every_email_belongs_to_a_notice() -> None:
    kinds = kinds_of_notice() | {text for text in strings_of_the_code() if text.isidentifier()}

    assert sorted(name for name in EMAILS if not any(fnmatch(name, kind) for kind in kinds)) == []


@pytest.mark.parametrize("kind", EMAILS)
def test_an_email_begins_with_its_subject(kind: str) -> None:
    subject, _, body = EMAILS[kind].partition("\n")

    assert subject.strip()
    assert body.strip()
