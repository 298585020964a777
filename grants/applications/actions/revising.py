"""Asking for changes to a bid that was sent, and putting back what was sent where none came."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, inspect
from sqlalchemy.orm import Session

from grants.applications import policy, queries, revision_notices, revision_rules, revisions
from grants.applications.actions.attaching import PAGE, put_back_as_sent
from grants.applications.models import ChangeRequest, Partner
from grants.applications.partnership import open_change
from grants.applications.queries import Bid
from grants.applications.states import REVISION, RevisionState
from grants.audit import actions as audit
from grants.core.db import JsonDict
from grants.core.errors import NotFound, Reason, RuleBroken, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.permissions import Actor, service

GRACE = timedelta(minutes=15)
"""A request lapses this long after its date, so that the chore never overtakes changes sent in time."""

MOST_AT_ONCE = 200

ChangesObjection = Callable[[Session, int], str]

change_objections: dict[str, ChangesObjection] = {}
"""What later rooms say against changes to a bid (by its id), by the name of the room; '' for nothing.

Scoring enters its own: no changes once a sheet is locked.
"""


def ask_for_changes(
    session: Session,
    *,
    application_id: int,
    asked: Mapping[str, str],
    reason: str,
    due_at: datetime | None,
    actor: Actor,
    now: datetime,
) -> ChangeRequest:
    """Open pages of a sent bid again until `due_at`: `asked` says by page key what should change there.

    Raises NotFound, NotAllowed or RuleBroken with everything that is missing or stands in the way.
    """
    application = queries.for_update(session, application_id)
    if not policy.can_read_sent(actor, application):
        raise NotFound("There is no such bid among those that were sent.")
    require(policy.can_screen(actor))
    bid = queries.bid_of(session, application)
    if objection := why_no_changes(session, bid):
        raise RuleBroken(objection)
    wanted = {key: text.strip() for key, text in asked.items() if text.strip()}
    require_no(revision_rules.faults_of_request(bid.definition, wanted, reason, due_at, now))
    if due_at is None:
        raise TypeError("a request without a date was let through")
    request = ChangeRequest(
        application_id=application_id,
        version_id=application.current_version_id,
        state=REVISION.initial,
        asked=wanted,
        reason=reason.strip(),
        due_at=due_at,
        asked_at=now,
        asked_by_id=actor.person_id,
        as_sent=_as_sent(session, bid, wanted),
        title=application.title,
        ask=application.ask,
        least_amount=application.least_amount,
        lead_share=application.lead_share,
    )
    session.add(request)
    session.flush()
    audit.record(
        session, actor, "application.ask_for_changes", application, now=now,
        request_id=request.id, pages=sorted(wanted), due_at=due_at, version_id=request.version_id,
        reason=audit.digest(request.reason),
    )  # fmt: skip
    for notice in revision_notices.changes_asked(session, queries.bid_of(session, application), request):
        outbox.queue(session, notice, now=now)
    return request


def why_no_changes(session: Session, bid: Bid) -> str:
    """Why changes to this bid cannot be asked for now, in a sentence; '' where they can."""
    stage, origin = bid.application.stage, bid.application.origin
    if said := revision_rules.why_no_changes(stage, origin, is_open=bid.request is not None):
        return said
    if open_change(session, bid.application.id) is not None:
        return "A partner is leaving this bid. Wait until that change of the partnership is settled."
    objections = (objects(session, bid.application.id) for objects in change_objections.values())
    return next((text for text in objections if text), "")


def cancel_changes(
    session: Session, *, application_id: int, reason: str, actor: Actor, now: datetime
) -> ChangeRequest:
    """Close the pages again before anything was sent. What was written is kept, the bid stands as it was
    sent.

    Raises NotFound (no such bid, no open request), NotAllowed or RuleBroken.
    """
    application = queries.for_update(session, application_id)
    if not policy.can_read_sent(actor, application):
        raise NotFound("There is no such bid among those that were sent.")
    require(policy.can_screen(actor))
    bid = queries.bid_of(session, application)
    if bid.request is None:
        raise NotFound("No changes to this bid are asked for at the moment.")
    if not reason.strip():
        raise RuleBroken([Reason("Enter the reason why the changes are no longer asked for", "reason")])
    bid.request.ended_because = reason.strip()
    end_request(session, bid, bid.request, deed="cancel", actor=actor, now=now)
    for notice in revision_notices.changes_cancelled(session, bid, bid.request):
        outbox.queue(session, notice, now=now)
    return bid.request


def lapse_changes(session: Session, *, now: datetime) -> int:
    """Let requests lapse whose date passed a while ago, and tell both sides. Returns how many lapsed."""
    overdue = revisions.overdue_requests(session, due_before=now - GRACE, limit=MOST_AT_ONCE)
    lapsed = 0
    for application_id in [request.application_id for request in overdue]:
        bid = queries.bid_of(session, queries.for_update(session, application_id))
        if bid.request is None or bid.request.due_at > now - GRACE:
            continue
        end_request(session, bid, bid.request, deed="lapse", actor=service("beat"), now=now)
        for notice in revision_notices.changes_lapsed(session, bid, bid.request):
            outbox.queue(session, notice, now=now)
        lapsed += 1
    return lapsed


def end_request(
    session: Session, bid: Bid, request: ChangeRequest, *, deed: str, actor: Actor, now: datetime
) -> None:
    """End a request that was not answered: the form says again what was sent; what was written is kept."""
    facts = queries.facts_of(session, bid)
    sent = queries.current_version(session, bid.application).content
    written = {**sent, **queries.content_now(session, bid, facts)}
    if written != sent:
        request.unsent = written
    settle(session, request, deed=deed, actor=actor, now=now)
    _put_back(session, request, now=now)
    if PAGE in request.as_sent["pages"]:
        put_back_as_sent(session, application_id=bid.application.id, content=sent, actor=actor, now=now)


def settle(session: Session, request: ChangeRequest, *, deed: str, actor: Actor, now: datetime) -> None:
    """Move the request to its end, with a line in the trail."""
    request.state = REVISION.next(request.state, deed)
    request.ended_at, request.ended_by_id = now, actor.person_id
    session.flush()
    subject = ("application", request.application_id)
    sent = {"sent_version_id": request.sent_version_id} if request.state is RevisionState.SENT else {}
    audit.record(
        session, actor, f"application.{deed}_changes", subject, now=now, request_id=request.id, **sent
    )


def _as_sent(session: Session, bid: Bid, asked: Mapping[str, str]) -> JsonDict:
    """The pages that open and every partner, as JSON."""
    application_id = bid.application.id
    saved = queries.pages_of(session, application_id)
    claimed = queries.current_version(session, bid.application).content["claims"]
    opened = revision_rules.opened_by(bid.definition, asked, claimed)
    return {
        "pages": {key: saved[key].answers if key in saved else None for key in sorted(opened)},
        "partners": [_row_of(partner) for partner in revisions.every_partner_row(session, application_id)],
    }


def _put_back(session: Session, request: ChangeRequest, *, now: datetime) -> None:
    saved = queries.pages_of(session, request.application_id)
    for key, answers in request.as_sent["pages"].items():
        page = saved.get(key)
        if page is None or page.answers == answers:
            continue
        if answers is None:
            session.delete(page)
            continue
        page.answers, page.saved_at, page.version = answers, now, page.version + 1
    _put_partners_back(session, request)
    session.flush()


def _put_partners_back(session: Session, request: ChangeRequest) -> None:
    rows = revisions.every_partner_row(session, request.application_id)
    present = {partner.id: partner for partner in rows}
    for row in request.as_sent["partners"]:
        partner = present.pop(row["id"], None) or Partner()
        for name, value in _values_of(row).items():
            setattr(partner, name, value)
        session.add(partner)
    for added in present.values():
        session.delete(added)


def _row_of(partner: Partner) -> JsonDict:
    """Every column of a partner as JSON."""
    columns = inspect(Partner).column_attrs
    return {column.key: _plain(getattr(partner, column.key)) for column in columns}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def _values_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a partner from JSON. A column that came later keeps what it has."""
    types = {attribute.key: attribute.columns[0].type for attribute in inspect(Partner).column_attrs}
    return {name: _read(types[name], value) for name, value in row.items() if name in types}


def _read(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if (enum := getattr(kind, "enum_class", None)) is not None:
        return enum(value)
    return datetime.fromisoformat(value) if isinstance(getattr(kind, "impl", kind), DateTime) else value
