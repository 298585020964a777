"""Who is told what about a bid: its partners, its writers, its signatories."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.accounts.models import Person
from grants.applications.models import Application, Partner, Version
from grants.applications.queries import Bid
from grants.core.clock import exact_minute, long_date
from grants.core.money import pounds
from grants.notifications.actions import Notice


def partner_asked(bid: Bid, partner: Partner, *, token: str, closes_at: datetime) -> Notice:
    """The partner's contact: please confirm before the round closes, with their own link."""
    return Notice(
        kind="partner_asked",
        to=partner.contact_email.strip(),
        facts={
            **_about(bid),
            "name": partner.contact_name,
            "partner": partner.name,
            "role": partner.role,
            "share": pounds(partner.share or 0),
            "closes": exact_minute(closes_at),
            "path": f"/applications/consents/{token}/",
        },
        about=partner,
        key=f"partner_asked:{partner.id}:{(partner.token_digest or '')[:16]}",
        sensitive=True,
    )


def partner_answered(session: Session, bid: Bid, partner: Partner) -> list[Notice]:
    """Who started the bid: the partner has confirmed or declined."""
    facts = {
        **_about(bid),
        "partner": partner.name,
        "agreed": partner.consent == "given",
        "by": partner.answered_by,
        "reason": partner.declined_reason,
        "path": f"/applications/{bid.application.ref}/confirmations/",
    }
    key = f"partner_answered:{partner.id}:{(partner.token_digest or '')[:16]}"
    return _to_each(
        _starter_or_signatories(session, bid.application), "partner_answered", facts, partner, key
    )


def consent_reopened(session: Session, bid: Bid, partner: Partner) -> list[Notice]:
    """Who started the bid: what a partner had confirmed was changed, so it must be asked again."""
    facts = {
        **_about(bid),
        "partner": partner.name,
        "path": f"/applications/{bid.application.ref}/confirmations/",
    }
    key = f"consent_reopened:{partner.id}:{(partner.token_digest or '')[:16]}"
    return _to_each(
        _starter_or_signatories(session, bid.application), "consent_reopened", facts, partner, key
    )


def received(session: Session, bid: Bid, version: Version) -> list[Notice]:
    """Who sent the bid and who started it: the receipt, once each."""
    people = _people(session, version.submitted_by_id, bid.application.started_by_id)
    calendar = bid.definition.calendar
    facts: dict[str, object] = {
        **_about(bid),
        "submitted": exact_minute(version.submitted_at),
        "ask": pounds(bid.application.ask),
        "digest": version.digest,
        "reviewed_by": long_date(calendar.reviews_due_at),
        "panel_on": long_date(calendar.panel_on),
        "decisions_by": long_date(calendar.decisions_by),
        "council": bid.definition.funder.name,
        "contact": bid.definition.funder.email,
        "path": f"/applications/{bid.application.ref}/",
    }
    return _to_each(people, "bid_received", facts, version, f"bid_received:{version.id}")


def found_ineligible(session: Session, bid: Bid) -> list[Notice]:
    """The bid's people: it cannot be considered, and why."""
    facts = {
        **_about(bid),
        "reason": bid.application.closed_reason,
        "contact": bid.definition.funder.email,
        "path": f"/applications/{bid.application.ref}/",
    }
    people = _bid_people(session, bid.application)
    return _to_each(people, "bid_ineligible", facts, bid.application, f"bid_ineligible:{bid.application.id}")


def withdrawn(session: Session, bid: Bid) -> list[Notice]:
    """The bid's people: it has been withdrawn, and why."""
    facts = {
        **_about(bid),
        "reason": bid.application.closed_reason,
        "path": f"/applications/{bid.application.ref}/",
    }
    people = _bid_people(session, bid.application)
    return _to_each(people, "bid_withdrawn", facts, bid.application, f"bid_withdrawn:{bid.application.id}")


def lapsed(session: Session, bid: Bid) -> list[Notice]:
    """Who started the draft: the round has closed without it; what was written stays readable."""
    facts = {
        **_about(bid),
        "closed": exact_minute(bid.round.closes_at),
        "contact": bid.definition.funder.email,
        "path": f"/applications/{bid.application.ref}/",
    }
    people = _starter_or_signatories(session, bid.application)
    return _to_each(people, "draft_lapsed", facts, bid.application, f"draft_lapsed:{bid.application.id}")


def _about(bid: Bid) -> dict[str, object]:
    return {
        "ref": bid.application.ref,
        "title": bid.application.title or "Untitled bid",
        "lead": bid.application.lead.name,
        "fund": bid.definition.name,
        "round": bid.round.name,
    }


def _to_each(
    people: Iterable[Person], kind: str, facts: dict[str, object], about: object, key: str
) -> list[Notice]:
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


def _people(session: Session, *person_ids: int | None) -> list[Person]:
    found = dict.fromkeys(person_id for person_id in person_ids if person_id is not None)
    return [accounts.person(session, person_id) for person_id in found]


def _signatories(session: Session, application: Application) -> list[Person]:
    return accounts.signatories_of(session, {application.lead_id}).get(application.lead_id, [])


def _starter_or_signatories(session: Session, application: Application) -> list[Person]:
    return _people(session, application.started_by_id) or _signatories(session, application)


def _bid_people(session: Session, application: Application) -> list[Person]:
    """Who started the bid and every signatory, each once."""
    people = [*_people(session, application.started_by_id), *_signatories(session, application)]
    return list({person.id: person for person in people}.values())
