"""Sending a bid, taking it back, and moving it on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grants.applications import notices, policy, queries, revision_notices, revision_rules, rules
from grants.applications.actions.attaching import note_sent
from grants.applications.actions.revising import end_request
from grants.applications.actions.signing import settle_by_sending
from grants.applications.content import digest_of
from grants.applications.models import Application, Version
from grants.applications.queries import Bid
from grants.applications.states import BID, Stage
from grants.audit import actions as audit
from grants.core.clock import exact_minute
from grants.core.db import JsonDict
from grants.core.errors import Reason, RuleBroken, require_no
from grants.core.language import say
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.permissions import Actor
from grants.programme import queries as programme


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
    bid = queries.bid_of(session, application)
    return send(session, bid, declared=declared, arrived=now, actor=actor, now=now)


def send(
    session: Session,
    bid: Bid,
    *,
    declared: bool,
    arrived: datetime,
    actor: Actor,
    now: datetime,
    besides: Mapping[str, Any] | None = None,
) -> Version:
    """Send a bid that is held, whoever signs it: `arrived` is what counts against the closing, `besides` is
    frozen with the content. The caller has asked who may. Raises RuleBroken as `submit` does.
    """
    BID.next(bid.application.stage, "submit")
    closes_at = programme.closes_at(session, bid.round, application_id=bid.application.id)
    if arrived >= closes_at:
        raise RuleBroken(
            say(
                "The round closed at %(moment)s. Your bid was not sent. "
                "What you wrote is kept and stays readable.",
                moment=exact_minute(closes_at),
            )
        )
    facts = queries.facts_of(session, bid)
    blockers = rules.blockers_to_submit(facts)
    if not declared:
        blockers.append(Reason("Tick the box to make the declaration", "check#declared"))
    require_no(blockers)
    version = freeze(
        session,
        bid,
        {**queries.content_now(session, bid, facts), **(besides or {})},
        declaration=bid.definition.rules.declaration,
        submitted_at=arrived,
        actor=actor,
        now=now,
    )
    settle_by_sending(session, bid.application, actor=actor, now=now)
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
    """Write the bid down as its first version, which never changes, and move it to 'submitted'."""
    bid.application.submitted_at = submitted_at
    version = write_version(
        session, bid, content, number=1, declaration=declaration, submitted_at=submitted_at, actor=actor,
        now=now,
    )  # fmt: skip
    advance(session, application=bid.application, deed="submit", actor=actor, now=now)
    return version


def write_version(
    session: Session,
    bid: Bid,
    content: JsonDict,
    *,
    number: int,
    declaration: str,
    submitted_at: datetime,
    actor: Actor,
    now: datetime,
) -> Version:
    """Keep the bid's content for good; from now on it is what everybody reads of the bid."""
    application = bid.application
    version = Version(
        application_id=application.id, number=number, content=content, digest=digest_of(content),
        submitted_at=submitted_at, submitted_by_id=actor.person_id, declaration=declaration,
    )  # fmt: skip
    session.add(version)
    session.flush()
    application.current_version_id = version.id
    note_sent(session, application_id=application.id, content=content)
    application.lead_share = content["lead_share"]
    audit.record(
        session, actor, "version.freeze", version, now=now,
        application_id=application.id, number=number, ask=content["ask"], digest=version.digest,
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
    bid = queries.bid_of(session, application)
    partners = queries.partners_of(session, application_id)
    told = revision_notices.partners_told_of_withdrawal(bid, partners)
    for notice in [*notices.withdrawn(session, bid), *told]:
        outbox.queue(session, notice, now=now)
    return application


def advance(
    session: Session, *, application: Application, deed: str, actor: Actor, now: datetime
) -> Application:
    """Move the bid along its machine and write the line in the trail. The caller has asked who may.

    A bid that is taken out takes an open request for changes with it; a decision waits for one. Raises
    RuleBroken when the deed cannot be done from the bid's stage, KeyError when there is no such deed.
    """
    before = application.stage
    after = BID.next(before, deed)
    if before in revision_rules.CHANGEABLE and (request := queries.open_request(session, application.id)):
        if deed == "decide":
            raise RuleBroken(revision_rules.decision_waits(request.due_at))
        if after in (Stage.WITHDRAWN, Stage.INELIGIBLE):
            bid = queries.bid_of(session, application)
            end_request(session, bid, request, deed="drop", actor=actor, now=now)
    application.stage = after
    session.flush()
    audit.record(
        session, actor, f"application.{deed}", application, now=now, before=before, after=application.stage
    )
    return application
