"""What goes on around a page of the form: who else has it open, who saved it last, which versions wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, g, request, url_for

from grants.accounts import queries as accounts
from grants.accounts.models import Person
from grants.applications import actions, policy, queries
from grants.applications.models import Application, SectionAnswers, SetAside
from grants.applications.revision_rules import page_key, page_titles
from grants.applications.rules import places_of
from grants.core.clock import now
from grants.core.language import say, say_count
from grants.core.web import me, session
from grants.programme.definition import FundDefinition

LATELY = timedelta(hours=1)
"""How long it is worth saying that somebody else has saved the page."""


@dataclass(frozen=True)
class Waiting:
    """A version of the page `title` that waits to be chosen. `by` is '' for the reader's own."""

    by: str
    at: datetime
    title: str
    href: str


@dataclass(frozen=True)
class Around:
    """What a page of the form says beside its questions. `people` are whole sentences."""

    key: str
    people: Sequence[str]
    waiting: Sequence[Waiting]


def init_app(app: Flask) -> None:
    """Give it to the templates."""
    app.jinja_env.globals.update(around_page=around_page, waiting_versions=waiting_versions)


def around_page(application: Application, definition: FundDefinition) -> Around:
    """For the page at the address of this request. Three queries."""
    here = page_key(request.path.removeprefix(url_for("applications.bid", ref=application.ref)))
    key = g.get("page_key", here)
    page = queries.page_of(session(), application.id, key)
    return Around(key, people_on(application, key, page), waiting_versions(application, definition, key))


def waiting_versions(
    application: Application, definition: FundDefinition, key: str | None = None
) -> list[Waiting]:
    """The versions that wait, of one page or of the whole bid, for those who may choose."""
    if not policy.can_edit(me(), application):
        return []
    titles = page_titles(definition)
    return [
        Waiting(
            by="" if found.person_id == me().person_id else name_of(person),
            at=found.set_aside_at,
            title=titles.get(found.key) or say("One partner"),
            href=compare_href(application, definition, found),
        )
        for found, person in actions.waiting(session(), application.id, key)
    ]


def compare_href(application: Application, definition: FundDefinition, waiting: SetAside) -> str:
    """Where a version that waits is compared with what is saved."""
    base = url_for("applications.bid", ref=application.ref)
    return f"{base}{place_of(definition, waiting.key)}/?compare={waiting.id}"


def people_on(application: Application, key: str, page: SectionAnswers | None) -> list[str]:
    """Who else has the page open, and who else saved it lately, each as a sentence."""
    moment = now()
    told = [
        _there(name_of(person), moment - visit.active_at)
        for visit, person in actions.others_on(session(), application.id, key, actor=me(), now=moment)
    ]
    lately = page is not None and moment - page.saved_at < LATELY
    if page is not None and lately and page.saved_by_id not in (None, me().person_id):
        person = accounts.person(session(), page.saved_by_id or 0)
        told.append(_saved(name_of(person), moment - page.saved_at))
    return told


def name_of(person: Person) -> str:
    """A person as their colleagues know them."""
    return person.name or person.email


def place_of(definition: FundDefinition, key: str) -> str:
    """The address, under the bid's own, of the page with this key."""
    kind, _, number = key.partition(":")
    if kind == "partner":
        return f"partners/{number}"
    return next((place for place in places_of(definition) if page_key(place) == key), key)


def _there(name: str, quiet: timedelta) -> str:
    minutes = int(quiet.total_seconds()) // 60
    if minutes < 1:
        return say("%(name)s has this page open too and is writing now.", name=name)
    return say_count(
        "%(name)s has this page open too, last active %(count)s minute ago.",
        "%(name)s has this page open too, last active %(count)s minutes ago.",
        minutes,
        name=name,
    )


def _saved(name: str, ago: timedelta) -> str:
    minutes = int(ago.total_seconds()) // 60
    if minutes < 1:
        return say("%(name)s saved this page just now.", name=name)
    return say_count(
        "%(name)s saved this page %(count)s minute ago.",
        "%(name)s saved this page %(count)s minutes ago.",
        minutes,
        name=name,
    )
