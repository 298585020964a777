"""What an award reports in the story: one report, sent early, that waits for the visitor to review it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from grants.core.money import plain_pounds
from grants.demo.actions.timeline import Deed
from grants.demo.actions.world import World
from grants.demo.actions.writing import INVENTED
from grants.demo.page import one_page
from grants.demo.partnerships import Partnership
from grants.documents.actions import Accepted
from grants.documents.states import Kind
from grants.monitoring import actions, queries
from grants.monitoring.account import WORDS
from grants.monitoring.promise import Promise
from grants.monitoring.states import Use
from grants.programme.reporting import Part

REPORT = "halfway"
SPENT = 35
"""Per cent of each line of the budget, and of each partner's share."""

DONE = {
    "youth": (64, "The van stands at four stops. The panel of ten moved one twice: nobody came."),
    "community": (41, "Neighbours of two stops keep the calendar with us. One complaint of noise so far."),
    "work": (19, "Eleven taster days so far. Two young people have gone on to apprenticeships."),
}  # fmt: skip
WORDS_OF = {
    "changed": "The playing fields lost their lights in October, so the Thursday stop is at the library now.",
    "risks": "Fuel costs more than we planned. If it stays so we shorten the route rather than drop a stop.",
}


def report(world: World, partnership: Partnership, *, at: datetime) -> None:
    """At `at` the clock draws up what active awards owe; two days later this one's lead sends its first."""
    world.timeline.add(at, _draw_up)
    world.timeline.add(at + timedelta(days=2), _send(world, partnership))


def _draw_up(session: Session, now: datetime) -> None:
    actions.draw_up(session, now=now)


def _send(world: World, partnership: Partnership) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        lead = world.actor(session, partnership.lead.key)
        owed = queries.report_of(session, world.bids[partnership.key], REPORT)
        promise = queries.promise(session, owed.application)
        for key, answers in _pages(promise).items():
            actions.save_page(
                session, report_id=owed.id, key=key, answers=answers, version=0, actor=lead, now=now
            )
        receipt = Accepted("Insurance of the van.pdf", Kind.PDF, one_page((partnership.lead.name, INVENTED)))
        actions.attach(session, report_id=owed.id, use=Use.RECEIPT, files=[receipt], actor=lead, now=now)
        actions.submit(session, report_id=owed.id, actor=lead, now=now)

    return deed


def _pages(promise: Promise) -> dict[str, dict[str, str]]:
    """The report as its lead types it."""
    spent = {line.key: line.amount * SPENT // 100 for line in promise.budget if line.amount}
    theirs = {line.key: line.amount * SPENT // 100 for line in promise.shares[1:]}
    theirs["lead"] = sum(spent.values()) - sum(theirs.values())
    outcomes: dict[str, str] = {}
    for theme in promise.themes:
        people, done = DONE[theme.key]
        outcomes |= {f"people-{theme.key}": str(people), f"done-{theme.key}": done}
    return {
        Part.OUTCOMES: outcomes,
        Part.PLACES: {f"people-{place.key}": str(52 + 9 * n) for n, place in enumerate(promise.places)},
        Part.SPENDING: {f"spent-{key}": plain_pounds(pence) for key, pence in spent.items()},
        Part.PARTNERS: {f"spent-{key}": plain_pounds(pence) for key, pence in theirs.items()},
        WORDS: {f"q-{key}": text for key, text in WORDS_OF.items()},
    }
