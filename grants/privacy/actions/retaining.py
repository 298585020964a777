"""Every night: whatever has been kept for its period loses its names and words, a batch at a time."""

from datetime import datetime, time
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from grants.audit import actions as audit
from grants.core.clock import LONDON, in_london
from grants.equality.models import EqualityCount
from grants.notifications.models import Message
from grants.permissions import service
from grants.privacy.actions.removing import remove_from_bid, remove_person
from grants.privacy.queries import due
from grants.privacy.redaction import note
from grants.privacy.register import Period
from grants.privacy.rules import begun_before, is_over
from grants.programme import queries as programme
from grants.reviewing.models import ReviewerExpense
from grants.scoring.models import PracticeSheet

RETENTION = service("retention")

MOST_AT_ONCE = 200
"""Records of a kind in one transaction; what is left goes the next time."""


def remove_due(session: Session, *, now: datetime) -> int:
    """Take out everything whose period is over, at most `MOST_AT_ONCE` of a kind; how many records it was.

    Done again it finds nothing: each removal is noted, or leaves nothing that could be found.
    """
    bids = list(due.bids(session, now=now, most=MOST_AT_ONCE))
    for bid in bids:
        remove_from_bid(
            session,
            application=bid.application,
            period=bid.period,
            funded=bid.funded,
            actor=RETENTION,
            now=now,
        )
    people = due.people(session, now=now, most=MOST_AT_ONCE)
    for person_id in people:
        remove_person(session, person_id=person_id, actor=RETENTION, now=now)
    of_rounds = _delete_counts(session, now=now) + _end_panels(session, now=now)
    return len(bids) + len(people) + _empty_messages(session, now=now) + of_rounds


def _empty_messages(session: Session, *, now: datetime) -> int:
    months = due.longest(session).emails
    before = datetime.combine(begun_before(months, now), time(), LONDON)
    ids = due.messages(session, before=before, most=MOST_AT_ONCE)
    if ids:
        values: dict[str, Any] = {"to_address": "", "body": "", "last_error": "", "person_id": None}
        values["subject"] = note(in_london(now).date())
        session.execute(update(Message).where(Message.id.in_(ids)).values(values))
        subject = ("retention", Period.EMAILS.value)
        audit.record(session, RETENTION, "privacy.empty_messages", subject, now=now, messages=len(ids))
    return len(ids)


def _delete_counts(session: Session, *, now: datetime) -> int:
    gone = 0
    for round_ in programme.all_rounds(session):
        months = programme.definition_of(round_).retention.equality
        closed_on = in_london(programme.closes_at(session, round_)).date()
        kept = select(EqualityCount.round_id).where(EqualityCount.round_id == round_.id).limit(1)
        if is_over(closed_on, months, now) and session.scalar(kept) is not None:
            session.execute(delete(EqualityCount).where(EqualityCount.round_id == round_.id))
            audit.record(session, RETENTION, "privacy.delete_counts", round_, now=now)
            gone += 1
    return gone


def _end_panels(session: Session, *, now: datetime) -> int:
    """Practice sheets go, and the words beside reviewers' time and expenses; the sums of those stay."""
    gone = 0
    for round_ in programme.all_rounds(session):
        definition = programme.definition_of(round_)
        if not is_over(definition.calendar.decisions_by, definition.retention.reviews, now):
            continue
        practice = select(PracticeSheet.id).where(PracticeSheet.round_id == round_.id)
        worded = (ReviewerExpense.round_id == round_.id) & (
            (ReviewerExpense.note != "") | (ReviewerExpense.query != "")
        )
        words = select(ReviewerExpense.id).where(worded)
        if session.scalar(practice.limit(1)) is None and session.scalar(words.limit(1)) is None:
            continue
        session.execute(delete(PracticeSheet).where(PracticeSheet.round_id == round_.id))
        session.execute(update(ReviewerExpense).where(worded).values(note="", query=""))
        audit.record(session, RETENTION, "privacy.end_panel", round_, now=now)
        gone += 1
    return gone
