"""The panel awards a part of the ask: everybody's share becomes less, and each partner is asked again.

The shares stand once every partner that was asked has said yes; what was sent never changes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.applications import change_rules, partnership, policy, queries
from grants.applications.actions.changing import KEPT, agree_when_all_have, content_of_facts, drop
from grants.applications.actions.letters import ask, remind
from grants.applications.actions.terms import link_organisation
from grants.applications.facts import Amount, read_amount
from grants.applications.letter_rules import MOST_REMINDERS, silent_since
from grants.applications.models import Partner, PartnerChange
from grants.applications.queries import Bid
from grants.applications.states import CHANGE, Change, ChangeKind, Consent, Standing
from grants.audit import actions as audit
from grants.core.errors import RuleBroken, require_no
from grants.core.language import say
from grants.core.money import split_pro_rata
from grants.core.policy import require
from grants.permissions import Actor, service


def ask_about_award(
    session: Session, *, application_id: int, award: int, answer_by: datetime, actor: Actor, now: datetime
) -> PartnerChange | None:
    """Share `award` (pence) out as the ask was, to the penny, and ask every partner whether it agrees until
    `answer_by`. None where the bid has no partners.
    """
    bid = queries.bid_of(session, queries.for_update(session, application_id))
    partners = queries.partners_of(session, application_id)
    if not partners:
        return None
    asked = [bid.application.lead_share, *(partner.share or 0 for partner in partners)]
    shares = split_pro_rata(award, asked if any(asked) else [1] * len(asked))
    return _ask(session, bid, shares, answer_by=answer_by, reason="", actor=actor, now=now)


def propose_shares(
    session: Session,
    *,
    application_id: int,
    lead_share: Amount,
    shares: Mapping[int, Amount],
    reason: str,
    actor: Actor,
    now: datetime,
) -> PartnerChange:
    """The lead's signatory shares a partial award out otherwise; `shares` by id of the partner. Everybody is
    asked anew, and the links of the earlier question end.

    Raises NotFound, NotAllowed, or RuleBroken with every reason: they must add up to the award to the penny.
    """
    bid, change = _open(session, application_id, actor=actor)
    partners = queries.partners_of(session, application_id)
    typed = [shares.get(partner.id, "") for partner in partners]
    award = change_rules.total_of_content(change.after)
    places = [f"share-{partner.id}" for partner in partners]
    require_no(change_rules.award_reasons(award, lead_share, typed, places, reason))
    drop(session, change, actor=actor, now=now)
    split = [read_amount(share) or 0 for share in (lead_share, *typed)]
    until = change.answer_by or now
    return _ask(session, bid, split, answer_by=until, reason=reason.strip(), actor=actor, now=now)


def ask_about_award_again(
    session: Session, *, application_id: int, partner_id: int, actor: Actor, now: datetime, email: str = ""
) -> Partner:
    """The lead's signatory writes to a partner: a reminder, or the question anew where it declined or asked
    for a correction. A partner without an address, as imported bids have them, is asked at `email`.

    Raises NotFound, NotAllowed or RuleBroken.
    """
    bid, change = _open(session, application_id, actor=actor)
    proposed = {one.id: one for one in partnership.proposed_partners(session, change.id)}
    partner = proposed.get(partner_id)
    if partner is None or partner.consent is Consent.GIVEN:
        raise RuleBroken(say("This partner is not being asked at the moment."))
    if not partner.contact_email.strip():
        _give_address(session, bid, partner, email.strip(), actor=actor, now=now)
    if partner.consent is Consent.ASKED:
        remind(session, bid, partner, change=change, actor=actor, now=now)
    else:
        ask(session, bid, partner, closes_at=None, change=change, actor=actor, now=now)
    return partner


def _give_address(
    session: Session, bid: Bid, partner: Partner, email: str, *, actor: Actor, now: datetime
) -> None:
    """Keep the address with the question, and with the partner as it stands for any later one."""
    lead = bid.application.lead
    require_no(
        change_rules.address_reasons(
            email, lead_name=lead.name, lead_emails=accounts.emails_of(session, lead.id), place="email",
        )
    )  # fmt: skip
    standing = queries.partners_of(session, bid.application.id)
    for one in (partner, *(one for one in standing if one.position == partner.position)):
        one.contact_email = email
    session.flush()
    audit.record(
        session, actor, "partner.give_address", partner, now=now,
        application_id=bid.application.id, email=audit.digest(email.lower()),
    )  # fmt: skip


def drop_award_question(session: Session, *, application_id: int, actor: Actor, now: datetime) -> None:
    """End an open question about shares because its offer has gone."""
    change = partnership.open_change(session, application_id)
    if change is not None and change.kind is ChangeKind.PART_AWARD:
        drop(session, change, actor=actor, now=now)


def remind_about_awards(session: Session, *, now: datetime) -> int:
    """Remind partners that have been silent for long about their share. Returns how many."""
    reminded = 0
    for partner, change in partnership.silent_about_awards(session, now=now, reminders=MOST_REMINDERS):
        last = partner.reminded_at or partner.asked_at
        if last is None or change.answer_by is None or last > silent_since(now, change.answer_by):
            continue
        bid = queries.bid_of(session, queries.application(session, partner.application_id))
        partner.reminders += 1
        try:
            remind(session, bid, partner, change=change, actor=service("beat"), now=now)
        except RuleBroken:
            partner.reminded_at = now
            continue
        reminded += 1
    session.flush()
    return reminded


def _open(session: Session, application_id: int, *, actor: Actor) -> tuple[Bid, PartnerChange]:
    application = queries.for_update(session, application_id)
    policy.hide_from_strangers(actor, application)
    require(policy.can_change_partners(actor, application))
    change = partnership.open_change(session, application_id)
    if change is None or change.kind is not ChangeKind.PART_AWARD or change.state is not Change.ASKING:
        raise RuleBroken(say("No shares of a partial award wait for an answer."))
    return queries.bid_of(session, application), change


def _ask(
    session: Session,
    bid: Bid,
    shares: Sequence[int],
    *,
    answer_by: datetime,
    reason: str,
    actor: Actor,
    now: datetime,
) -> PartnerChange:
    """A question with these shares, the lead's first, to every partner. One without an address waits until
    the lead gives one.
    """
    partners = queries.partners_of(session, bid.application.id)
    before = content_of_facts(session, queries.partnership_facts(session, bid))
    change = PartnerChange(
        application_id=bid.application.id, state=CHANGE.initial, kind=ChangeKind.PART_AWARD, leaving_id=0,
        leaving="", reason=reason, before=before, after=_shared_out(before, shares), answer_by=answer_by,
        drafted_at=now, drafted_by_id=actor.person_id,
    )  # fmt: skip
    session.add(change)
    session.flush()
    audit.record(
        session, actor, "award_shares.ask", change, now=now,
        application_id=bid.application.id, award=sum(shares), shares=list(shares),
    )  # fmt: skip
    for partner, share in zip(partners, shares[1:], strict=True):
        row = Partner(**{name: getattr(partner, name) for name in KEPT})
        row.application_id, row.change_id, row.standing = bid.application.id, change.id, Standing.PROPOSED
        row.share = share
        session.add(row)
        session.flush()
        link_organisation(session, row)
        if row.contact_email.strip():
            ask(session, bid, row, closes_at=None, change=change, actor=actor, now=now)
    agree_when_all_have(session, bid, change, actor=actor, now=now)
    return change


def _shared_out(before: Mapping[str, Any], shares: Sequence[int]) -> dict[str, Any]:
    """The partnership with these shares; what each had of the ask stays beside them as `asked`."""
    partners = [
        {**partner, "asked": partner.get("asked", partner["share"]), "share": share, "consented_at": None}
        for partner, share in zip(before["partners"], shares[1:], strict=True)
    ]
    asked = before.get("lead_asked", before["lead_share"])
    return {"lead_share": shares[0], "lead_asked": asked, "partners": partners}
