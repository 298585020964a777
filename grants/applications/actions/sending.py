"""Sending a bid, taking it back, moving it on, and letting unsent drafts lapse."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from grants.applications import notices, policy, queries, rules
from grants.applications.content import digest_of
from grants.applications.models import Application, Version
from grants.applications.queries import Bid
from grants.applications.states import BID
from grants.audit import actions as audit
from grants.core.clock import exact_minute
from grants.core.db import JsonDict
from grants.core.errors import Reason, RuleBroken, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.permissions import Actor, service
from grants.programme import queries as programme

GRACE = timedelta(minutes=15)
"""Drafts lapse this long after closing, so that a bid whose request arrived in time is never overtaken by the
chore.
"""

MOST_AT_ONCE = 500


def submit(session: Session, *, application_id: int, declared: bool, actor: Actor, now: datetime) -> Version:
    """Send the bid: freeze it as a version and write the receipts. `now` is when the request arrived.

    A bid that was sent already keeps its version, which is given back: pressing twice is no error. Raises
    NotFound (a stranger), NotAllowed (not a signatory) or RuleBroken: closed, or every blocker at once with
    its place.
    """
    application = queries.for_update(session, application_id)
    policy.hide_from_strangers(actor, application)
    require(policy.can_submit(actor, application))
    if application.submitted_at is not None:
        return queries.current_version(session, application)
    BID.next(application.stage, "submit")
    bid = queries.bid_of(session, application)
    closes_at = programme.closes_at(session, bid.round, application_id=application_id)
    if now >= closes_at:
        raise RuleBroken(
            f"The round closed at {exact_minute(closes_at)}. Your bid was not sent. "
            "What you wrote is kept and stays readable."
        )
    facts = queries.facts_of(session, bid)
    blockers = rules.blockers_to_submit(facts)
    if not declared:
        blockers.append(Reason("Tick the box to make the declaration", "check#declared"))
    require_no(blockers)
    version = freeze(
        session,
        bid,
        queries.content_now(session, bid, facts),
        declaration=bid.definition.rules.declaration,
        submitted_at=now,
        actor=actor,
        now=now,
    )
    for notice in notices.received(session, bid, version):
        outbox.queue(session, notice, now=now)
    return version


def freeze(
    session: Session,
    bid: Bid,
    content: JsonDict,
    *,
    declaration: str,
    submitted_at: datetime,
    actor: Actor,
    now: datetime,
) -> Version:
    """Write the bid down as a version that never changes, and move it to 'submitted'."""
    application = bid.application
    version = Version(
        application_id=application.id, number=1, content=content, digest=digest_of(content),
        submitted_at=submitted_at, submitted_by_id=actor.person_id, declaration=declaration,
    )  # fmt: skip
    session.add(version)
    session.flush()
    application.submitted_at, application.current_version_id = submitted_at, version.id
    application.lead_share = content["lead_share"]
    advance(session, application=application, deed="submit", actor=actor, now=now)
    audit.record(
        session, actor, "version.freeze", version, now=now,
        application_id=application.id, ask=application.ask, digest=version.digest,
    )  # fmt: skip
    return version


def withdraw(
    session: Session, *, application_id: int, reason: str, actor: Actor, now: datetime
) -> Application:
    """The signatory takes the bid back, with a reason. Raises NotFound, NotAllowed or RuleBroken."""
    application = queries.for_update(session, application_id)
    policy.hide_from_strangers(actor, application)
    require(policy.can_withdraw(actor, application))
    BID.next(application.stage, "withdraw")
    if not reason.strip():
        raise RuleBroken([Reason("Enter the reason for withdrawing the bid", "reason")])
    application.closed_reason = reason.strip()
    advance(session, application=application, deed="withdraw", actor=actor, now=now)
    for notice in notices.withdrawn(session, queries.bid_of(session, application)):
        outbox.queue(session, notice, now=now)
    return application


def advance(
    session: Session, *, application: Application, deed: str, actor: Actor, now: datetime
) -> Application:
    """Move the bid along its machine and write the line in the trail. The caller has asked who may.

    Raises RuleBroken when the deed cannot be done from the bid's stage, KeyError when there is no such deed.
    """
    before = application.stage
    application.stage = BID.next(before, deed)
    session.flush()
    audit.record(
        session, actor, f"application.{deed}", application, now=now, before=before, after=application.stage
    )
    return application


def lapse_drafts(session: Session, *, now: datetime) -> int:
    """Let drafts lapse whose closing minute (extensions included) passed a while ago; tell their owners.

    What was written stays readable. Returns how many lapsed; at most `MOST_AT_ONCE`, the next run takes more.
    """
    lapsed = 0
    for application, round_ in queries.unsent_drafts(session, closed_before=now - GRACE, limit=MOST_AT_ONCE):
        if programme.closes_at(session, round_, application_id=application.id) > now - GRACE:
            continue
        application.closed_reason = "It was not sent before the round closed."
        advance(session, application=application, deed="lapse", actor=service("beat"), now=now)
        bid = Bid(application, round_, programme.definition_of(round_))
        for notice in notices.lapsed(session, bid):
            outbox.queue(session, notice, now=now)
        lapsed += 1
    return lapsed
