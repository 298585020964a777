"""Who is told what about changes to a bid that was sent, and which partners hear of its withdrawal."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from grants.applications.models import ChangeRequest, Partner, Version
from grants.applications.notices import about_bid, bid_people, people_with, to_each
from grants.applications.queries import Bid
from grants.applications.revision_rules import page_titles
from grants.applications.states import Consent
from grants.core.clock import exact_minute
from grants.core.language import in_english
from grants.core.money import pounds
from grants.notifications.actions import Notice


@in_english
def partners_told_of_withdrawal(bid: Bid, partners: Iterable[Partner]) -> list[Notice]:
    """The contact of every partner that was asked or has confirmed: the bid has been withdrawn."""
    return [
        Notice(
            kind="partner_bid_withdrawn",
            to=partner.contact_email.strip(),
            facts={**about_bid(bid), "name": partner.contact_name, "partner": partner.name},
            about=partner,
            key=f"partner_bid_withdrawn:{partner.id}",
        )
        for partner in partners
        if partner.consent in (Consent.ASKED, Consent.GIVEN)
    ]


@in_english
def changes_asked(session: Session, bid: Bid, request: ChangeRequest) -> list[Notice]:
    """The bid's people: which pages are open again, what should change there, why and until when."""
    titles = page_titles(bid.definition)
    facts = {
        **about_bid(bid),
        "asked": [{"page": titles.get(key, key), "text": text} for key, text in request.asked.items()],
        "reason": request.reason,
        "due": exact_minute(request.due_at),
        "contact": bid.definition.funder.email,
        "path": f"/applications/{bid.application.ref}/",
    }
    people = bid_people(session, bid.application)
    return to_each(people, "changes_asked", facts, request, f"changes_asked:{request.id}")


@in_english
def changes_cancelled(session: Session, bid: Bid, request: ChangeRequest) -> list[Notice]:
    """The bid's people: no changes are asked for any more, the bid stands as it was sent."""
    facts = {
        **about_bid(bid),
        "reason": request.ended_because,
        "contact": bid.definition.funder.email,
        "path": f"/applications/{bid.application.ref}/",
    }
    people = bid_people(session, bid.application)
    return to_each(people, "changes_cancelled", facts, request, f"changes_cancelled:{request.id}")


@in_english
def changes_lapsed(session: Session, bid: Bid, request: ChangeRequest) -> list[Notice]:
    """The bid's people and who asked: the date has passed, the bid stands as it was sent."""
    facts = {**about_bid(bid), "due": exact_minute(request.due_at), "contact": bid.definition.funder.email}
    key, path = f"changes_lapsed:{request.id}", f"/applications/{bid.application.ref}/"
    people = bid_people(session, bid.application)
    asked_by = people_with(session, request.asked_by_id)
    return [
        *to_each(people, "changes_lapsed", {**facts, "path": path}, request, key),
        *to_each(asked_by, "changes_not_sent", {**facts, "path": f"{path}read/"}, request, f"{key}:staff"),
    ]


@in_english
def changes_sent(session: Session, bid: Bid, request: ChangeRequest, version: Version) -> list[Notice]:
    """A receipt for who sent the changes and the bid's people; and a word to the manager who had asked."""
    path = f"/applications/{bid.application.ref}/"
    facts = {
        **about_bid(bid),
        "submitted": exact_minute(version.submitted_at),
        "number": version.number,
        "ask": pounds(bid.application.ask),
        "digest": version.digest,
        "council": bid.definition.funder.name,
        "path": path,
    }
    people = {person.id: person for person in people_with(session, version.submitted_by_id)}
    people |= {person.id: person for person in bid_people(session, bid.application)}
    asked_by = people_with(session, request.asked_by_id)
    key, to_staff = f"changes_sent:{request.id}", {**facts, "path": f"{path}read/versions/"}
    return [
        *to_each(people.values(), "changes_received", facts, version, key),
        *to_each(asked_by, "changes_arrived", to_staff, version, f"{key}:staff"),
    ]
