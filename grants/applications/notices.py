"""Who is told what about a bid: its partners, its writers, its signatories."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.accounts.models import Person
from grants.applications import change_rules
from grants.applications.later import free_of_conflict
from grants.applications.models import (
    Application,
    Partner,
    PartnerChange,
    SignatureRequest,
    Version,
)
from grants.applications.queries import Bid
from grants.applications.states import Change, Standing
from grants.core.clock import exact_minute, long_date
from grants.core.language import in_english
from grants.core.money import pounds
from grants.notifications.actions import Notice
from grants.permissions import MemberRole, Role
from grants.programme import queries as programme


@in_english
def partner_asked(bid: Bid, partner: Partner, *, token: str, closes_at: datetime | None) -> Notice:
    """The partner's contact: please confirm before the round closes, with their own link. Without `closes_at`
    the bid has been sent, and a partner leaves it.
    """
    kind = "partner_asked" if closes_at else "partner_change_asked"
    key = f"{kind}:{partner.id}:{(partner.token_digest or '')[:16]}"
    return _to_partner(bid, partner, kind, token=token, closes_at=closes_at, key=key)


@in_english
def partner_reminded(bid: Bid, partner: Partner, *, token: str, closes_at: datetime, now: datetime) -> Notice:
    """The partner's contact, who has not answered yet: the same link once more."""
    key = f"partner_reminded:{partner.id}:{int(now.timestamp())}"
    return _to_partner(bid, partner, "partner_reminded", token=token, closes_at=closes_at, key=key)


@in_english
def partner_award_asked(
    bid: Bid, partner: Partner, change: PartnerChange, *, token: str, now: datetime, again: bool
) -> Notice:
    """The partner's contact: the panel awards a part of the ask; please say whether the new share is right.
    `again` for a reminder.
    """
    key = f"partner_award_asked:{partner.id}:{(partner.token_digest or '')[:16]}"
    asked = _to_partner(
        bid,
        partner,
        "partner_award_asked",
        token=token,
        closes_at=change.answer_by,
        key=f"{key}:{int(now.timestamp())}" if again else key,
    )
    award = pounds(change_rules.total_of_content(change.after))
    before = pounds(change_rules.share_before(change.before, partner.name))
    more = {"award": award, "ask": pounds(bid.application.ask), "before": before, "again": again}
    return replace(asked, facts={**asked.facts, **more})


def _to_partner(
    bid: Bid, partner: Partner, kind: str, *, token: str, closes_at: datetime | None, key: str
) -> Notice:
    return Notice(
        kind=kind,
        to=partner.contact_email.strip(),
        facts={
            **about_bid(bid),
            "name": partner.contact_name,
            "partner": partner.name,
            "role": partner.role,
            "share": pounds(partner.share or 0),
            "asked": long_date(partner.asked_at) if partner.asked_at else "",
            "closes": exact_minute(closes_at) if closes_at else "",
            "path": f"/applications/consents/{token}/",
        },
        about=partner,
        key=key,
        sensitive=True,
    )


@in_english
def partner_answered(session: Session, bid: Bid, partner: Partner) -> list[Notice]:
    """Who started the bid: the partner has confirmed, declined or asked for a correction. Of a change after
    sending the signatories are told, who drafted it.
    """
    facts = {
        **about_bid(bid),
        "partner": partner.name,
        "answer": partner.consent.value,
        "by": partner.answered_by,
        "reason": partner.declined_reason,
        "path": f"/applications/{bid.application.ref}/"
        + ("confirmations/" if partner.standing is Standing.CURRENT else "partnership/"),
    }
    key = f"partner_answered:{partner.id}:{(partner.token_digest or '')[:16]}"
    people = (
        _starter_or_signatories(session, bid.application)
        if partner.standing is Standing.CURRENT
        else _signatories(session, bid.application)
    )
    return to_each(people, "partner_answered", facts, partner, key)


@in_english
def consent_reopened(session: Session, bid: Bid, partner: Partner) -> list[Notice]:
    """Who started the bid: what a partner had confirmed was changed, so it must be asked again."""
    facts = {
        **about_bid(bid),
        "partner": partner.name,
        "path": f"/applications/{bid.application.ref}/confirmations/",
    }
    key = f"consent_reopened:{partner.id}:{(partner.token_digest or '')[:16]}"
    return to_each(_starter_or_signatories(session, bid.application), "consent_reopened", facts, partner, key)


@in_english
def other_signatories(session: Session, application: Application, *, but: int | None) -> list[Person]:
    """The lead's signatories without the one whose id is `but`."""
    return [person for person in _signatories(session, application) if person.id != but]


@in_english
def signature_asked(
    session: Session, bid: Bid, request: SignatureRequest, people: Iterable[Person]
) -> list[Notice]:
    """Signatories: the bid is ready; send it, or decline with a reason."""
    facts = {
        **about_bid(bid),
        "by": _named(session, request.asked_by_id),
        "closes": exact_minute(programme.closes_at(session, bid.round, application_id=bid.application.id)),
        "path": f"/applications/{bid.application.ref}/check/",
    }
    return to_each(people, "signature_asked", facts, bid.application, f"signature_asked:{request.id}")


@in_english
def signature_declined(session: Session, bid: Bid, request: SignatureRequest) -> list[Notice]:
    """Everybody who writes for the lead: a signatory does not sign, and why."""
    facts = {
        **about_bid(bid),
        "by": _named(session, request.settled_by_id),
        "reason": request.reason,
        "path": f"/applications/{bid.application.ref}/",
    }
    members = accounts.members_of(session, bid.application.lead_id)
    writers = [one.person for one in members if one.role is not MemberRole.VIEWER]
    people = [person for person in writers if person.id != request.settled_by_id]
    return to_each(people, "signature_declined", facts, bid.application, f"signature_declined:{request.id}")


@in_english
def partner_leaves(bid: Bid, partner: Partner, change: PartnerChange) -> Notice:
    """The contact of a partner that is said to leave: whom to tell if that is wrong."""
    return Notice(
        kind="partner_leaves",
        to=partner.contact_email.strip(),
        facts={
            **about_bid(bid),
            "name": partner.contact_name,
            "partner": partner.name,
            "reason": change.reason,
            "contact": bid.definition.funder.email,
        },
        about=change,
        key=f"partner_leaves:{change.id}",
    )


@in_english
def partner_change_agreed(session: Session, bid: Bid, change: PartnerChange) -> list[Notice]:
    """Programme managers: a change of a partnership waits for them."""
    people = free_of_conflict(session, Role.MANAGER, bid.application.id)
    path = f"/awards/bids/{bid.application.ref}/partnership/"
    return _about_change(bid, change, people, "partner_change_agreed", path)


@in_english
def partner_change_forwarded(session: Session, bid: Bid, change: PartnerChange) -> list[Notice]:
    """Chairs: a change of a partnership waits for their approval."""
    people = free_of_conflict(session, Role.CHAIR, bid.application.id)
    path = f"/awards/bids/{bid.application.ref}/partnership/"
    return _about_change(bid, change, people, "partner_change_forwarded", path)


@in_english
def partner_change_settled(session: Session, bid: Bid, change: PartnerChange) -> list[Notice]:
    """The bid's people: the change was approved or refused, and why."""
    people = bid_people(session, bid.application)
    path = f"/applications/{bid.application.ref}/partnership/"
    return _about_change(bid, change, people, "partner_change_settled", path)


def _about_change(
    bid: Bid, change: PartnerChange, people: Iterable[Person], kind: str, path: str
) -> list[Notice]:
    facts = {
        **about_bid(bid),
        "leaving": change.leaving,
        "reason": change.reason,
        "note": change.note,
        "approved": change.state is Change.APPROVED,
        "refusal": change.refusal,
        "path": path,
    }
    return to_each(people, kind, facts, change, f"{kind}:{change.id}")


def _named(session: Session, person_id: int | None) -> str:
    person = accounts.person(session, person_id) if person_id else None
    return (person.name or person.email) if person else ""


@in_english
def received(session: Session, bid: Bid, version: Version) -> list[Notice]:
    """Who sent the bid and who started it: the receipt, once each."""
    people = people_with(session, version.submitted_by_id, bid.application.started_by_id)
    calendar = bid.definition.calendar
    facts: dict[str, object] = {
        **about_bid(bid),
        "submitted": exact_minute(version.submitted_at),
        "ask": pounds(bid.application.ask),
        "digest": version.digest,
        "version": version.number,
        "readers": bid.definition.rules.reviews_per_bid,
        "start_on": long_date(calendar.spend_from),
        "reviewed_by": long_date(calendar.reviews_due_at),
        "panel_on": long_date(calendar.panel_on),
        "decisions_by": long_date(calendar.decisions_by),
        "council": bid.definition.funder.name,
        "contact": bid.definition.funder.email,
        "path": f"/applications/{bid.application.ref}/",
    }
    return to_each(people, "bid_received", facts, version, f"bid_received:{version.id}")


@in_english
def found_ineligible(session: Session, bid: Bid) -> list[Notice]:
    """The bid's people: it cannot be considered, and why."""
    facts = {
        **about_bid(bid),
        "reason": bid.application.closed_reason,
        "contact": bid.definition.funder.email,
        "path": f"/applications/{bid.application.ref}/",
    }
    people = bid_people(session, bid.application)
    return to_each(people, "bid_ineligible", facts, bid.application, f"bid_ineligible:{bid.application.id}")


@in_english
def withdrawn(session: Session, bid: Bid) -> list[Notice]:
    """The bid's people: it has been withdrawn, and why."""
    facts = {
        **about_bid(bid),
        "reason": bid.application.closed_reason,
        "path": f"/applications/{bid.application.ref}/",
    }
    people = bid_people(session, bid.application)
    return to_each(people, "bid_withdrawn", facts, bid.application, f"bid_withdrawn:{bid.application.id}")


@in_english
def about_bid(bid: Bid) -> dict[str, object]:
    """What every message about a bid says of it."""
    return {
        "ref": bid.application.ref,
        "title": bid.application.title or "Untitled bid",
        "lead": bid.application.lead.name,
        "fund": bid.definition.name,
        "round": bid.round.name,
    }


@in_english
def to_each(
    people: Iterable[Person], kind: str, facts: dict[str, object], about: object, key: str
) -> list[Notice]:
    """One message to each of the people."""
    return [
        Notice(
            kind=kind,
            to=person.email,
            person_id=person.id,
            facts={**facts, "name": person.name},
            about=about,
            key=f"{key}:{person.id}",
        )
        for person in people
    ]


@in_english
def people_with(session: Session, *person_ids: int | None) -> list[Person]:
    """The people with these ids, each once; None is passed over."""
    found = dict.fromkeys(person_id for person_id in person_ids if person_id is not None)
    return [accounts.person(session, person_id) for person_id in found]


def _signatories(session: Session, application: Application) -> list[Person]:
    return accounts.signatories_of(session, {application.lead_id}).get(application.lead_id, [])


def _starter_or_signatories(session: Session, application: Application) -> list[Person]:
    return people_with(session, application.started_by_id) or _signatories(session, application)


@in_english
def bid_people(session: Session, application: Application) -> list[Person]:
    """Who started the bid and every signatory, each once."""
    people = [*people_with(session, application.started_by_id), *_signatories(session, application)]
    return list({person.id: person for person in people}.values())
