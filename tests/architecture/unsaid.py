"""Finds words in templates and code that nobody could translate. Run as a module it lists them all."""

import ast
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

from grants.core.places import template_folder
from tests.paths import PROJECT

LETTERS = re.compile(r"[A-Za-z]{2,}")
SHOWN_ATTRIBUTES = ("title", "alt", "placeholder", "aria-label")
SAYS = ("_", "gettext", "ngettext", "say", "say_count", "mark", "translated", "translated_count")

SIDE_OF_APPLICANTS = (
    "base.html", "components/", "applications/", "accounts/", "appeals/appeal.html", "awards/offer.html",
    "banking/_numbers.html", "banking/confirm.html", "banking/details.html", "banking/enter.html",
    "documents/", "equality/", "errors/", "home/", "privacy/", "public/", "threads/",
)  # fmt: skip
"""Templates that applicants read, by the start of their names."""

OF_STAFF = (
    "accounts/roles.html",
    "applications/assistance.html",
    "applications/assisted.html",
    "applications/changes.html",
    "applications/extension.html",
    "applications/extensions.html",
    "applications/new_assisted.html",
    "applications/read.html",
    "applications/screening.html",
    "components/figures.html",
    "components/hidden.html",
    "components/scoring.html",
    "equality/counts.html",
    "equality/rounds.html",
    "privacy/request.html",
    "privacy/requests.html",
    "threads/inbox.html",
)
"""Those among them that only staff read."""

PIECES_OF_MARKUP = ("index", 'aria-describedby="')
"""What stands alone in its template and inside an element once put together."""

NEVER_SHOWN = ("url_for", "asset_url", "selectattr", "map", "get", "attr", "update", "rejectattr")
"""Calls and filters whose texts are names of things."""

NAMES_OF_THINGS = (
    "autocomplete", "classes", "kind", "name", "value", "id", "width", "colour", "inputmode", "caption_size",
    "sort", "to", "class", "type", "href", "spellcheck", "endpoint", "stage", "describedby", "autosave",
)  # fmt: skip
"""Arguments of macros that are no words."""


class Words(HTMLParser):
    """The words of markup whose holes are closed: what stands between tags or in attributes that are read."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._inside: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note attributes that are read."""
        if tag in ("script", "style"):
            self._inside.append(tag)
        self.found += [text for name, text in attrs if name in SHOWN_ATTRIBUTES and text]

    def handle_endtag(self, tag: str) -> None:
        """Leave a script."""
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        """Note words, each piece by itself."""
        if not self._inside:
            self.found += data.split("\ufffc")


def unsaid_in_template(source: str) -> list[str]:
    """Words of a template that go past the catalogue."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    tree = environment.parse(source)
    markup = "".join(_markup(tree))
    found = [text.strip() for text in Words(markup).found if LETTERS.search(text)]
    found = [text for text in found if text not in PIECES_OF_MARKUP]
    return found + [text for text in _constants(tree) if _is_words(text)]


def _markup(tree: nodes.Node) -> Iterator[str]:
    """The template's own text, a hole for everything that is filled in. A hole has no letters."""
    for output in tree.find_all(nodes.Output):
        for node in output.nodes:
            yield node.data if isinstance(node, nodes.TemplateData) else "\ufffc"


def _constants(node: nodes.Node, *, shown: bool = False) -> Iterator[str]:
    if isinstance(node, nodes.Const) and shown and isinstance(node.value, str):
        yield node.value
    if isinstance(node, (nodes.Call, nodes.Filter)) and _name_of(node) in (*SAYS, *NEVER_SHOWN):
        return
    if isinstance(
        node, (nodes.Compare, nodes.Getitem, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Test)
    ):
        return
    if isinstance(node, nodes.Keyword) and node.key in NAMES_OF_THINGS:
        return
    inside = shown or isinstance(node, (nodes.Output, nodes.Assign, nodes.Macro, nodes.CallBlock))
    for child in node.iter_child_nodes():
        yield from _constants(child, shown=inside)


def _name_of(node: nodes.Call | nodes.Filter) -> str:
    if isinstance(node, nodes.Filter):
        return node.name
    return getattr(node.node, "name", getattr(node.node, "attr", ""))


def _is_words(text: str) -> bool:
    """Whether a constant is said to people: a capital or several words; no class, key or bit of markup."""
    bare = text.strip()
    if (
        not LETTERS.search(bare)
        or re.fullmatch(r"[a-z0-9_.:/#?=&-]+", bare)
        or "govuk-" in bare
        or "house-" in bare
    ):
        return False
    return bool(re.match(r"[A-Z“]", bare) or " " in bare)


def templates() -> Iterator[tuple[str, str]]:
    """Every template that applicants read, with its source."""
    for path in sorted(template_folder().rglob("*.html")):
        name = path.relative_to(template_folder()).as_posix()
        if name.startswith(SIDE_OF_APPLICANTS) and name not in OF_STAFF:
            yield name, path.read_text()


TELLS = {
    "Reason": 0, "NotAllowed": 0, "NotFound": 0, "Stale": 0, "RuleBroken": 0, "no": 0, "flash": 0,
    "Required": 0, "ValidationError": 0, "StopValidation": 0, "Label": 1, "not_saved": 1,
}  # fmt: skip
"""Calls that tell people something, and which of their arguments it is."""

FIELDS = re.compile(r"[A-Z]\w*Field")


def unsaid_in_code(source: str) -> list[str]:
    """Sentences that are told to people and put together out of pieces, which no catalogue can know; and
    hints without a mark, which it would not find.
    """
    return [
        ast.unparse(text)
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        for text, marked in _told(call)
        if _is_composed(text) or (marked and isinstance(text, ast.Constant) and text.value)
    ]


def _told(call: ast.Call) -> Iterator[tuple[ast.expr, bool]]:
    """What a call tells, and whether only a mark lets the catalogue find it: it knows first arguments."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if name in TELLS and len(call.args) > TELLS[name]:
        yield call.args[TELLS[name]], False
    if FIELDS.fullmatch(name) or name == "Option":
        yield from ((text, False) for text in call.args[:2])
        yield from (
            (given.value, True) for given in call.keywords if given.arg in ("description", "noun", "hint")
        )


def _is_composed(text: ast.expr) -> bool:
    if isinstance(text, ast.JoinedStr):
        return any(isinstance(part, ast.Constant) and LETTERS.search(str(part.value)) for part in text.values)
    if isinstance(text, ast.IfExp):
        return _is_composed(text.body) or _is_composed(text.orelse)
    if isinstance(text, ast.BinOp):
        return isinstance(text.op, (ast.Add, ast.Mod))
    return False


CODE_OF_STAFF = (
    "actions/assisting.py", "actions/extending.py", "assistance_rules.py", "change_rules.py", "commands.py",
    "extension_rules.py", "importing.py", "receiving.py", "revision_rules.py", "views/assisting.py",
    "views/assisting_forms.py", "views/extending.py", "views/revising.py", "views/screening.py",
    "views/time_forms.py", "bid_checks.py", "bid_files.py", "imported_leads.py", "roles.py",
)  # fmt: skip
"""Modules of the applicants' rooms whose words only staff read, by how their paths end."""


def code() -> Iterator[Path]:
    """Every module with words that applicants read."""
    for room in ("core", "accounts", "documents", "applications", "equality", "privacy", "public", "threads"):
        for path in sorted((PROJECT / "grants" / room).rglob("*.py")):
            if not path.as_posix().endswith(CODE_OF_STAFF):
                yield path


if __name__ == "__main__":
    for name, source in templates():
        for text in unsaid_in_template(source):
            sys.stdout.write(f"{name}: {text!r}\n")
    for path in code():
        for text in unsaid_in_code(path.read_text()):
            sys.stdout.write(f"{path.relative_to(PROJECT)}: {text}\n")
