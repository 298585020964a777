"""Bids taken down on paper or by telephone: staff enter them, their signatory signs, never staff."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from sqlalchemy.orm import Session

from grants.accounts import actions as accounts_deeds
from grants.accounts import queries as accounts
from grants.accounts.actions.organisations import enter
from grants.applications import assistance as reading
from grants.applications import assistance_rules, later, policy, queries, rules
from grants.applications.actions.drafting import begin
from grants.applications.actions.extending import draft_extension
from grants.applications.actions.sending import send
from grants.applications.assistance_rules import Came, MoreTime
from grants.applications.content import digest_of
from grants.applications.models import Application, Assistance, Version
from grants.applications.queries import Bid
from grants.applications.states import ASSISTED, Origin, Stage
from grants.audit import actions as audit
from grants.core.clock import exact_minute
from grants.core.errors import Reason, RuleBroken, Stale, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.permissions import Actor, MemberRole, service
from grants.programme import queries as programme

LINK_LIFE = timedelta(days=60)
BY_LINK = service("signatory link")
ON_PAPER = service("signed paper")


def start_assisted(
    session: Session,
    *,
    round_id: int,
    lead_id: int,
    eligibility: Mapping[str, bool],
    came: Came,
    late: MoreTime | None = None,
    actor: Actor,
    now: datetime,
) -> Application:
    """Enter a bid for an organisation that sent it on paper or told it by telephone.

    One that came in time but is entered after the closing needs `late`: more time for it alone is then put
    forward to the chair in the same step. Raises NotAllowed, NotFound, or RuleBroken with every reason; the
    places are the names of `Came`'s and `MoreTime`'s parts and the keys of eligibility questions.
    """
    require(policy.can_assist(actor))
    round_ = programme.round_by_id(session, round_id)
    closes_at = programme.closes_at(session, round_)
    require_no(
        assistance_rules.blockers_to_enter(
            came,
            opens_at=round_.opens_at,
            closes_at=closes_at,
            late=late,
            signatories=_addresses(session, lead_id),
            now=now,
        )
    )
    application = begin(
        session,
        round_,
        lead_id=lead_id,
        eligibility=eligibility,
        origin=Origin.ASSISTED,
        actor=actor,
        now=now,
    )
    require(later.no_conflict(session, actor, application.id))
    assistance = _note_how(
        session, application, came, late if now >= closes_at else None, actor=actor, now=now
    )
    _note(session, "enter", assistance, actor=actor, now=now)
    if late is not None and now >= closes_at:
        draft_extension(
            session, round_id=round_id, application_id=application.id, until=late.until, reason=late.reason,
            actor=actor, now=now,
        )  # fmt: skip
    return application


def ask_signatory(session: Session, *, application_id: int, actor: Actor, now: datetime) -> str:
    """Write to the signatory with a link of their own; an older link ends. Returns the link's secret, which
    is kept nowhere.

    Raises NotAllowed, NotFound, or RuleBroken: no address, closed, or everything that is missing.
    """
    bid, assistance = _to_sign(session, application_id, actor=actor)
    after = ASSISTED.next(assistance.state, "ask")
    if not assistance.signatory_email:
        raise RuleBroken("The signatory has no email address, so the bid is signed on paper.")
    closes_at = _require_time(session, bid, now=now)
    require_no(rules.blockers_to_submit(queries.facts_of(session, bid)))
    token = token_urlsafe(32)
    assistance.state = after
    assistance.token_digest, assistance.token_expires_at = reading.digest_of_token(token), now + LINK_LIFE
    session.flush()
    _note(session, "ask", assistance, actor=actor, now=now)
    asked = reading.asked_to_sign(bid, assistance, token=token, closes_at=exact_minute(closes_at))
    outbox.queue(session, asked, now=now)
    return token


def sign_by_link(session: Session, *, token: str, declared: bool, digest: str, now: datetime) -> Version:
    """The signatory signs and sends what they read: `digest` is that of the bid on their page, `now` when
    their request arrived.

    A bid that was sent keeps its version: pressing twice is no error. Raises NotFound (no such link), Stale
    (the bid was changed since the page was opened) or RuleBroken as `submit` does.
    """
    application = queries.for_update(session, reading.by_token(session, token).application_id)
    assistance = reading.assistance_of(session, application.id)
    if application.submitted_at is not None:
        return queries.current_version(session, application)
    bid = queries.bid_of(session, application)
    after = ASSISTED.next(assistance.state, "sign")
    if assistance.token_expires_at is None or now >= assistance.token_expires_at:
        raise RuleBroken("This link is too old. Ask the council to send you a new one.")
    if digest != current_digest(session, bid):
        raise Stale("The bid was changed after you opened this page. Read it again before you sign.")
    version = send(
        session, bid, declared=declared, arrived=now, actor=BY_LINK, now=now,
        besides={"assisted": _told(assistance, "email link")},
    )  # fmt: skip
    assistance.state, assistance.signed_at = after, now
    _let_in(session, bid, assistance, now=now)
    session.flush()
    _note(session, "sign", assistance, actor=BY_LINK, now=now)
    for notice in reading.signed(bid, assistance, version):
        outbox.queue(session, notice, now=now)
    return version


def record_paper(
    session: Session,
    *,
    application_id: int,
    received_on: date | None,
    kept_at: str,
    actor: Actor,
    now: datetime,
) -> Assistance:
    """Record that the signed paper is there and where it is kept, and put the bid forward to the chair.

    What counts against the closing is `now`. Raises NotAllowed, NotFound, or RuleBroken with every reason.
    """
    bid, assistance = _to_sign(session, application_id, actor=actor)
    after = ASSISTED.next(assistance.state, "record")
    _require_time(session, bid, now=now)
    require_no(
        [
            *assistance_rules.blockers_to_record(received_on=received_on, kept_at=kept_at, now=now),
            *rules.blockers_to_submit(queries.facts_of(session, bid)),
        ]
    )
    assistance.state, assistance.token_digest = after, None
    assistance.paper_received_on, assistance.paper_kept_at = received_on, kept_at.strip()
    assistance.recorded_by_id, assistance.recorded_at = actor.signature(), now
    assistance.content_digest = current_digest(session, bid)
    session.flush()
    _note(session, "record", assistance, actor=actor, now=now)
    for notice in reading.paper_recorded(session, bid, assistance):
        outbox.queue(session, notice, now=now)
    return assistance


def approve_paper(
    session: Session, *, application_id: int, version: int, actor: Actor, now: datetime
) -> Version:
    """The chair lets in a bid that was signed on paper: it counts as sent when the paper was recorded.

    Raises NotAllowed, NotFound, Stale, or RuleBroken: nothing waits, or the bid was changed since.
    """
    bid, assistance = _recorded(session, application_id, version=version, actor=actor)
    after = ASSISTED.next(assistance.state, "approve")
    if assistance.content_digest != current_digest(session, bid):
        raise RuleBroken("The bid was changed after its paper was recorded. It must be recorded again.")
    recorded_at = assistance.recorded_at or now
    frozen = send(
        session, bid, declared=True, arrived=recorded_at, actor=ON_PAPER, now=now,
        besides={"assisted": _told(assistance, "paper")},
    )  # fmt: skip
    assistance.state, assistance.signed_at = after, recorded_at
    assistance.approved_by_id = actor.signature()
    session.flush()
    _note(session, "approve", assistance, actor=actor, now=now)
    for notice in reading.signed(bid, assistance, frozen):
        outbox.queue(session, notice, now=now)
    return frozen


def refuse_paper(
    session: Session, *, application_id: int, version: int, reason: str, actor: Actor, now: datetime
) -> Assistance:
    """The chair does not let it in, with a reason; it can be put right and recorded again in time.

    Raises as `approve_paper` does.
    """
    bid, assistance = _recorded(session, application_id, version=version, actor=actor)
    after = ASSISTED.next(assistance.state, "refuse")
    if not reason.strip():
        raise RuleBroken([Reason("Enter the reason for refusing", "reason")])
    assistance.state, assistance.refused_reason = after, reason.strip()
    session.flush()
    _note(session, "refuse", assistance, actor=actor, now=now)
    for notice in reading.paper_refused(session, bid, assistance):
        outbox.queue(session, notice, now=now)
    return assistance


def current_digest(session: Session, bid: Bid) -> str:
    """The digest of the bid as it stands: what a signature is given to."""
    return digest_of(queries.content_now(session, bid, queries.facts_of(session, bid)))


def _note_how(
    session: Session,
    application: Application,
    came: Came,
    late: MoreTime | None,
    *,
    actor: Actor,
    now: datetime,
) -> Assistance:
    assistance = Assistance(
        application_id=application.id,
        channel=came.channel,
        received_at=came.received_at,
        late_reason=late.reason.strip() if late else "",
        entered_by_id=actor.signature(),
        entered_at=now,
        signatory_name=came.signatory_name.strip(),
        signatory_email=came.signatory_email.strip(),
    )
    session.add(assistance)
    session.flush()
    return assistance


def _to_sign(session: Session, application_id: int, *, actor: Actor) -> tuple[Bid, Assistance]:
    """The bid, held, if the actor writes it for somebody, has no conflict with it, and it is a draft."""
    require(policy.can_assist(actor))
    require(later.no_conflict(session, actor, application_id))
    application = queries.for_update(session, application_id)
    assistance = reading.assistance_of(session, application_id)
    if application.stage is not Stage.DRAFT:
        raise RuleBroken("This bid is no longer a draft.")
    return queries.bid_of(session, application), assistance


def _recorded(session: Session, application_id: int, *, version: int, actor: Actor) -> tuple[Bid, Assistance]:
    application = queries.for_update(session, application_id)
    assistance = reading.assistance_of(session, application_id)
    require(policy.can_approve_paper(session, actor, assistance))
    if assistance.version != version:
        raise Stale("Somebody else dealt with this bid after you opened the page.")
    return queries.bid_of(session, application), assistance


def _require_time(session: Session, bid: Bid, *, now: datetime) -> datetime:
    closes_at = programme.closes_at(session, bid.round, application_id=bid.application.id)
    if now >= closes_at:
        raise RuleBroken(
            f"The closing of this bid was {exact_minute(closes_at)}. It needs more time, approved by a chair."
        )
    return closes_at


def _addresses(session: Session, lead_id: int) -> set[str] | None:
    """Who may sign by e-mail for an organisation that has people here; None where it has none."""
    if not accounts.has_members(session, lead_id):
        return None
    return {person.email.lower() for person in accounts.signatories_of(session, {lead_id}).get(lead_id, [])}


def _let_in(session: Session, bid: Bid, assistance: Assistance, *, now: datetime) -> None:
    """Who signed by their own link becomes the signatory of an organisation that had nobody here yet."""
    lead = accounts.organisation(session, bid.application.lead_id)
    accounts.hold(session, lead)
    if accounts.has_members(session, lead.id):
        return
    person = accounts_deeds.find_or_create_person(
        session, email=assistance.signatory_email, name=assistance.signatory_name, now=now
    )
    enter(
        session,
        organisation_id=lead.id,
        person_id=person.id,
        role=MemberRole.SIGNATORY,
        actor=BY_LINK,
        now=now,
    )


def _told(assistance: Assistance, signed: str) -> dict[str, Any]:
    """What the frozen bid says of how it came. No name: the signatory's is kept beside it."""
    return {
        "channel": assistance.channel.value,
        "received_at": assistance.received_at.isoformat(),
        "signed_by": signed,
    }


def _note(session: Session, deed: str, assistance: Assistance, *, actor: Actor, now: datetime) -> None:
    audit.record(
        session, actor, f"assistance.{deed}", assistance, now=now, application_id=assistance.application_id,
        state=assistance.state, channel=assistance.channel, received_at=assistance.received_at,
    )  # fmt: skip
