"""Reminding the writers of drafts that the closing is near, and letting drafts lapse once it has passed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.accounts.actions.inserting import insert_unless_there
from grants.accounts.models import Person
from grants.applications import deadline_notices, deadline_rules, deadlines, queries, rules
from grants.applications.actions.sending import advance
from grants.applications.bid_text import text_of
from grants.applications.deadlines import Closing
from grants.applications.models import Application, ClosingReminder
from grants.applications.outline import outline
from grants.applications.queries import Bid
from grants.applications.states import Stage
from grants.audit import actions as audit
from grants.core.language import mark
from grants.notifications import actions as outbox
from grants.permissions import service
from grants.programme import queries as programme

GRACE = timedelta(minutes=15)
"""Drafts lapse this long after closing, so that a bid whose request arrived in time is never overtaken by the
chore.
"""

MOST_AT_ONCE = 500

MOST_REMINDERS = 200
"""Bids whose writers are reminded in one go: each is read whole, to say what is missing."""


def remind_of_closing(session: Session, *, now: datetime) -> int:
    """Remind the writers of drafts seven days and one day before their closing, with what is missing.

    Once for each bid and closing minute: a row says so. Returns how many bids; the next run takes more.
    """
    due = [
        (days, closing)
        for days in deadline_rules.REMINDER_DAYS
        for closing in deadlines.closing_within(session, days=days, now=now)
        if deadline_rules.is_due(days, started_at=closing.started_at, closes_at=closing.closes_at, now=now)
    ]
    return sum(_remind(session, closing, days=days, now=now) for days, closing in due[:MOST_REMINDERS])


def lapse_drafts(session: Session, *, now: datetime) -> int:
    """Let drafts lapse whose closing minute (extensions included) passed a while ago, and send their owners
    all that was written.

    Returns how many lapsed; at most `MOST_AT_ONCE`, the next run takes more.
    """
    lapsed = 0
    for application, round_ in deadlines.unsent_drafts(
        session, closed_before=now - GRACE, limit=MOST_AT_ONCE
    ):
        # Asked again now that the bid is held: an extension may have been approved while we waited for it.
        closes_at = programme.closes_at(session, round_, application_id=application.id)
        if closes_at > now - GRACE:
            continue
        application.closed_reason = mark("It was not sent before the round closed.")
        advance(session, application=application, deed="lapse", actor=service("beat"), now=now)
        bid = Bid(application, round_, programme.definition_of(round_))
        people = _owners(session, application)
        text = _text(session, bid) if people else ""
        for notice in deadline_notices.lapsed(bid, people, closes_at=closes_at, text=text):
            outbox.queue(session, notice, now=now)
        lapsed += 1
    return lapsed


def _remind(session: Session, closing: Closing, *, days: int, now: datetime) -> bool:
    application = queries.for_update(session, closing.application_id)
    bid = queries.bid_of(session, application)
    closes_at = programme.closes_at(session, bid.round, application_id=application.id)
    if application.stage is not Stage.DRAFT or closes_at != closing.closes_at:
        return False
    row = {"application_id": application.id, "days": days, "closes_at": closes_at, "sent_at": now}
    if insert_unless_there(session, ClosingReminder, row) is None:
        return False
    extended_at = deadlines.extended_at(session, application, closes_at)
    if extended_at is not None and deadline_rules.due_at(closes_at, days) <= extended_at:
        return False  # the letter about the extension named this very minute after the reminder was due
    facts = queries.facts_of(session, bid)
    writers = deadlines.writers_of(session, [application.lead_id])[application.lead_id]
    for notice in deadline_notices.closing_soon(
        bid,
        writers,
        days=days,
        closes_at=closes_at,
        untouched=not facts.pages.keys() - {"eligibility"},
        missing=deadline_rules.by_page(
            rules.blockers_to_submit(facts), rules.task_list(facts), path=f"/applications/{application.ref}/"
        ),
    ):
        outbox.queue(session, notice, now=now)
    audit.record(
        session, service("beat"), "application.remind", application, now=now,
        days=days, closes_at=closes_at, people=len(writers),
    )  # fmt: skip
    return True


def _owners(session: Session, application: Application) -> Iterable[Person]:
    """Who started the draft, if they still write for the lead; else its signatories. Words go to nobody who
    has left.
    """
    writers = deadlines.writers_of(session, [application.lead_id])[application.lead_id]
    starter = [person for person in writers if person.id == application.started_by_id]
    return starter or accounts.signatories_of(session, {application.lead_id}).get(application.lead_id, [])


def _text(session: Session, bid: Bid) -> str:
    facts = queries.facts_of(session, bid)
    content = queries.content_now(session, bid, facts)
    return text_of(outline(content, bid.definition, undecided=facts.undecided()))
