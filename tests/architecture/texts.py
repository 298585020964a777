"""Gathers every sentence that people read, for translators. Run as a module it rewrites their template."""

import ast
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import write_po

from grants.core.places import template_folder, translations_folder
from tests.paths import PROJECT

POT = translations_folder() / "messages.pot"

KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "say": None,
    "say_count": (1, 2),
    "mark": None,
    "translated": None,
    **dict.fromkeys(
        ("Reason", "NotAllowed", "NotFound", "Stale", "RuleBroken", "no", "flash", "Required", "Task",
         "TaskGroup", "ValidationError", "StopValidation", "StringField", "TextAreaField", "ChoiceField",
         "ChoicesField", "GroupedChoicesField", "YesNoField", "DatePartsField", "MoneyField", "TickField",
         "EmailField", "MultipleFileField", "FileField", "RowsField", "NavItem"),
        (1,),
    ),
    **dict.fromkeys(("Label", "Option", "WordLimit", "CharacterLimit", "not_saved"), (2,)),
}  # fmt: skip
"""Calls whose texts are found, and which of their arguments these are. Other texts are marked with `mark`."""

ROOMS = (
    "core", "accounts", "documents", "programme", "applications", "appeals", "awards", "equality", "privacy",
    "public", "threads",
)  # fmt: skip
FILES = (
    "banking/actions/entering.py",
    "banking/forms.py",
    "banking/policy.py",
    "banking/rules.py",
    "banking/states.py",
    "banking/views/entering.py",
    "home/views.py",
    "monitoring/account.py",
    "monitoring/actions/writing.py",
    "monitoring/forms.py",
    "monitoring/policy.py",
    "monitoring/queries.py",
    "monitoring/states.py",
    "monitoring/views/blueprint.py",
    "monitoring/views/files.py",
    "monitoring/views/writing.py",
    "notifications/letters.py",
    "panels/rules.py",
    "panels/views/blueprint.py",
    "panels/wording.py",
    "permissions.py",
)
"""Code with sentences that applicants read."""


def catalogue() -> Catalog:
    """Every sentence with the files it stands in, in the order of their names."""
    found = Catalog(project="partnership-grants", charset="utf-8", fuzzy=False)
    for path, method in _sources():
        place = path.relative_to(PROJECT).as_posix()
        with path.open("rb") as source:
            for _, message, comments, context in extract(
                method, source, KEYWORDS, options={"silent": "false", "trimmed": "false"}
            ):
                found.add(message, None, [(place, 0)], auto_comments=comments, context=context)
        if path.name == "states.py":
            for word in _words_of_machines(path.read_text()):
                found.add(word, None, [(place, 0)])
    return found


def _words_of_machines(source: str) -> Iterator[str]:
    """What things are called, and the labels that staff read: refusals tell them to applicants too."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("Machine", "Label"):
            named = [given.value for given in call.keywords if given.arg == "name"]
            yield from (
                text.value
                for text in (*call.args[:1], *named)
                if isinstance(text, ast.Constant) and isinstance(text.value, str)
            )


def template(gathered: Catalog) -> bytes:
    """The catalogue as translators take it: without dates and line numbers, it changes with texts alone."""
    written = BytesIO()
    write_po(written, gathered, omit_header=True, include_lineno=False, sort_by_file=True, width=110)
    header = 'msgid ""\nmsgstr ""\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    return header.encode() + b'"Content-Transfer-Encoding: 8bit\\n"\n\n' + written.getvalue()


def _sources() -> Iterator[tuple[Path, str]]:
    grants = PROJECT / "grants"
    for room in ROOMS:
        yield from ((path, "python") for path in sorted((grants / room).rglob("*.py")))
    yield from ((grants / name, "python") for name in FILES)
    folder = template_folder()
    yield from ((path, "jinja2.ext:babel_extract") for path in sorted(folder.rglob("*.html")))
    yield from ((path, "jinja2.ext:babel_extract") for path in sorted(folder.rglob("*.txt")))


if __name__ == "__main__":
    POT.write_bytes(template(catalogue()))
    sys.stdout.write(f"{POT.relative_to(PROJECT)} is up to date.\n")
