"""Writing a notice out as plain text, from the templates under `emails/`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from grants.core import clock, language, money
from grants.core.places import template_folder
from grants.notifications.rules import LONGEST_SUBJECT, one_line, plain_text


@dataclass(frozen=True)
class Letter:
    """A subject of one line and a body in plain text."""

    subject: str
    body: str


def write(kind: str, facts: Mapping[str, object], *, public_url: str) -> Letter:
    """The letter of template `emails/<kind>.txt`: its first line is the subject, the rest the body.

    Subject and body are rendered apart, so that a line break in a fact cannot move text from one to the
    other. In English, whatever language the person reads whose deed caused it: it goes to somebody else.
    Raises jinja2.UndefinedError for a fact that the template wants and nobody gave.
    """
    subject, body = _templates(kind)
    given = {"public_url": public_url, **facts}
    with language.speaking(language.ENGLISH):
        title, text = subject.render(given), body.render(given)
    return Letter(one_line(title)[:LONGEST_SUBJECT], plain_text(text).strip() + "\n")


@cache
def _templates(kind: str) -> tuple[Template, Template]:
    environment = _environment()
    source, _, _ = FileSystemLoader(template_folder()).get_source(environment, f"emails/{kind}.txt")
    subject, _, body = source.partition("\n")
    return environment.from_string(subject), environment.from_string(body)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(template_folder()),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - plain text: there is nothing to escape to
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(language.translated, language.translated_count, newstyle=True)  # type: ignore[attr-defined]  # from the extension
    environment.filters.update(
        pounds=money.pounds,
        exact_minute=clock.exact_minute,
        long_date=clock.long_date,
        short_moment=clock.short_moment,
    )
    return environment
