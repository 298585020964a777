"""A partner leaves after the bid was sent: its part goes to others, with their consent and an approval.

What was sent never changes; the change stands beside it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grants.applications import change_rules, later, notices, partnership, policy, queries
from grants.applications.actions.letters import ask
from grants.applications.actions.terms import link_organisation
from grants.applications.facts import Amount, Facts, PartnerEntry, read_amount
from grants.applications.models import Partner, PartnerChange
from grants.applications.queries import Bid
from grants.applications.states import CHANGE, Change, ChangeKind, Consent, Standing
from grants.audit import actions as audit
from grants.core.db import JsonDict
from grants.core.errors import Reason, RuleBroken, require_no
from grants.core.language import say
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.permissions import Actor

KEPT = ("name", "kind", "number", "contact_name", "contact_email", "role", "leads", "position")
"""What a partner whose share changes keeps."""


def draft_change(
    session: Session,
    *,
    application_id: int,
    partner_id: int,
    reason: str,
    lead_share: Amount,
    shares: Mapping[int, Amount],
    newcomer: PartnerEntry | None = None,
    actor: Actor,
    now: datetime,
) -> PartnerChange:
    """The lead's signatory says that the partner leaves and who takes over its share; those whose share
    changes, and a new partner, are asked to agree. All shares together stay what they were.

    Raises NotFound, NotAllowed, or RuleBroken: not at this stage, another change is open, or every reason.
    """
    bid = _open(session, application_id, actor=actor)
    if partnership.open_change(session, application_id) is not None:
        raise RuleBroken(say("Another change of the partnership is not settled yet."))
    if bid.request is not None:
        raise RuleBroken(say("Changes to this bid are asked for. Send them first, then say who leaves."))
    leaving = queries.partner_in(session, application_id, partner_id)
    facts = queries.partnership_facts(session, bid)
    after = change_rules.after_leaving(
        facts, leaving=partner_id, lead_share=lead_share, shares=shares, newcomer=newcomer
    )
    require_no(change_rules.change_reasons(after, reason))
    change = PartnerChange(
        application_id=application_id, state=CHANGE.initial, leaving_id=partner_id, leaving=leaving.name,
        reason=reason.strip(), before=content_of_facts(session, facts), after={}, drafted_at=now,
        drafted_by_id=actor.signature(),
    )  # fmt: skip
    session.add(change)
    session.flush()
    asked = _propose(session, bid, change, facts, after)
    change.after = content_of_facts(session, after)
    audit.record(
        session, actor, "partner_change.draft", change, now=now,
        application_id=application_id, partner=partner_id, asked=len(asked),
        reason=audit.digest(change.reason),
    )  # fmt: skip
    outbox.queue(session, notices.partner_leaves(bid, leaving, change), now=now)
    for partner in asked:
        ask(session, bid, partner, closes_at=None, actor=actor, now=now)
    agree_when_all_have(session, bid, change, actor=actor, now=now)
    return change


def agree_when_all_have(
    session: Session, bid: Bid, change: PartnerChange, *, actor: Actor, now: datetime
) -> None:
    """Pass the change on to the programme managers once all whose share changes have said yes. Shares of a
    partial award stand from then on: the panel has decided already.
    """
    proposed = partnership.proposed_partners(session, change.id)
    if change.state is not Change.ASKING or any(one.consent is not Consent.GIVEN for one in proposed):
        return
    change.after = _with_consents(change.after, proposed)
    if change.kind is ChangeKind.PART_AWARD:
        _move(session, change, "settle", actor=actor, now=now)
        change.settled_at = now
        _swap(session, bid, change)
        session.flush()
        return
    _move(session, change, "agree", actor=actor, now=now)
    for notice in notices.partner_change_agreed(session, bid, change):
        outbox.queue(session, notice, now=now)


def take_back_change(session: Session, *, application_id: int, actor: Actor, now: datetime) -> PartnerChange:
    """The lead's signatory takes the change back before it is with the chair. Raises NotFound, NotAllowed or
    RuleBroken.
    """
    _open(session, application_id, actor=actor)
    change = _the_open_one(session, application_id)
    if change.kind is ChangeKind.PART_AWARD:
        raise RuleBroken(say("The panel awarded a part of the ask. You can propose other shares instead."))
    drop(session, change, actor=actor, now=now)
    return change


def drop(session: Session, change: PartnerChange, *, actor: Actor, now: datetime) -> None:
    """End a change that nobody has settled; the partnership stays as it is."""
    _move(session, change, "take_back", actor=actor, now=now)
    change.settled_at = now
    _drop_proposed(session, change)


def forward_change(
    session: Session, *, application_id: int, note: str, actor: Actor, now: datetime
) -> PartnerChange:
    """A programme manager puts the change before the chair, with a note. Raises NotAllowed or RuleBroken."""
    require(policy.can_screen(actor))
    require(later.no_conflict(session, actor, application_id))
    bid = queries.bid_of(session, queries.for_update(session, application_id))
    change = _the_open_one(session, application_id)
    _require_enough(bid, change)
    change.note, change.forwarded_at, change.forwarded_by_id = note.strip(), now, actor.signature()
    _move(session, change, "forward", actor=actor, now=now)
    for notice in notices.partner_change_forwarded(session, bid, change):
        outbox.queue(session, notice, now=now)
    return change


def settle_change(
    session: Session, *, application_id: int, approves: bool, reason: str = "", actor: Actor, now: datetime
) -> PartnerChange:
    """Approve the change, so that the partnership is as it proposes, or refuse it with a reason; the lead's
    people are told. The caller has asked who may. Raises RuleBroken.
    """
    bid = queries.bid_of(session, queries.for_update(session, application_id))
    change = _the_open_one(session, application_id)
    if not approves and not reason.strip():
        raise RuleBroken([Reason("Enter why the change is refused", "reason")])
    _move(session, change, "approve" if approves else "refuse", actor=actor, now=now)
    change.settled_at, change.refusal = now, "" if approves else reason.strip()
    if approves:
        _require_enough(bid, change)
        change.approved_by_id = actor.signature()
        _swap(session, bid, change)
    else:
        _drop_proposed(session, change)
    session.flush()
    for notice in notices.partner_change_settled(session, bid, change):
        outbox.queue(session, notice, now=now)
    return change


def _open(session: Session, application_id: int, *, actor: Actor) -> Bid:
    application = queries.for_update(session, application_id)
    policy.hide_from_strangers(actor, application)
    require(policy.can_change_partners(actor, application))
    if application.stage not in change_rules.OPEN_STAGES:
        raise RuleBroken(say("A partner can leave this way only while a bid that was sent is not over."))
    return queries.bid_of(session, application)


def _the_open_one(session: Session, application_id: int) -> PartnerChange:
    change = partnership.open_change(session, application_id)
    if change is None:
        raise RuleBroken(say("There is no change of the partnership to settle."))
    return change


def _move(session: Session, change: PartnerChange, deed: str, *, actor: Actor, now: datetime) -> None:
    change.state = CHANGE.next(change.state, deed)
    session.flush()
    audit.record(
        session, actor, f"partner_change.{deed}", change, now=now, application_id=change.application_id
    )


def _require_enough(bid: Bid, change: PartnerChange) -> None:
    least = bid.definition.rules.minimum_organisations
    if not change_rules.enough_organisations(least, change.after):
        raise RuleBroken(
            say(
                "A bid needs %(least)s organisations or more, so this change cannot be approved.", least=least
            )
        )


def content_of_facts(session: Session, facts: Facts) -> JsonDict:
    """A partnership as JSON, each partner with when it consented."""
    consents: dict[int | None, Partner | None] = {
        partner.partner_id: session.get(Partner, partner.partner_id)
        for partner in facts.partners
        if partner.partner_id
    }
    return change_rules.partnership_content(
        facts.lead_share,
        [(one, row.answered_at if (row := consents.get(one.partner_id)) else None) for one in facts.partners],
    )


def _propose(session: Session, bid: Bid, change: PartnerChange, before: Facts, after: Facts) -> list[Partner]:
    """Rows for those whose share changes, and for a new partner: they must agree."""
    shares = {partner.partner_id: read_amount(partner.share) for partner in before.partners}
    last = max(one.position for one in queries.partners_of(session, bid.application.id))
    asked = []
    for entry in after.partners:
        if entry.partner_id is None:
            row = _newcomer(entry, position=last + 1)
        elif shares[entry.partner_id] != read_amount(entry.share):
            old = queries.partner_in(session, bid.application.id, entry.partner_id)
            row = Partner(**{name: getattr(old, name) for name in KEPT})
        else:
            continue
        row.application_id, row.change_id, row.standing = bid.application.id, change.id, Standing.PROPOSED
        row.share = read_amount(entry.share)
        session.add(row)
        session.flush()
        link_organisation(session, row)
        asked.append(row)
    return asked


def _newcomer(entry: PartnerEntry, *, position: int) -> Partner:
    return Partner(
        position=position, name=entry.name, kind=entry.kind, number=entry.number, role=entry.role,
        contact_name=entry.contact_name, contact_email=entry.contact_email,
        leads={"themes": list(entry.themes), "strands": list(entry.strands)},
    )  # fmt: skip


def _with_consents(after: JsonDict, proposed: list[Partner]) -> JsonDict:
    """`after` with the new times of consent; partners are known by their names, which differ in a bid."""
    given = {one.name: one.answered_at for one in proposed}
    partners: list[dict[str, Any]] = []
    for partner in after["partners"]:
        at = given.get(partner["name"])
        partners.append({**partner, "consented_at": at.isoformat()} if at else partner)
    return {**after, "partners": partners}


def _swap(session: Session, bid: Bid, change: PartnerChange) -> None:
    proposed = partnership.proposed_partners(session, change.id)
    replaced = {one.position for one in proposed}
    for partner in queries.partners_of(session, bid.application.id):
        if partner.id == change.leaving_id or partner.position in replaced:
            partner.standing = Standing.FORMER
    for partner in proposed:
        partner.standing = Standing.CURRENT
    bid.application.lead_share = change.after["lead_share"]


def _drop_proposed(session: Session, change: PartnerChange) -> None:
    for partner in partnership.proposed_partners(session, change.id):
        partner.standing = Standing.FORMER
    session.flush()
