"""What waits for the person who is signed in: a signature, an answer as a partner."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, url_for

from grants.accounts import queries as accounts
from grants.applications import partnership, policy
from grants.applications.queries import Bid
from grants.applications.states import Consent, Signing
from grants.core.language import say
from grants.core.web import me, session
from grants.permissions import MemberRole


@dataclass(frozen=True)
class Waits:
    """One thing that waits for the person, and where it is done."""

    text: str
    link: str
    href: str


@dataclass(frozen=True)
class Waiting:
    """Everything that waits, and whether the person is a partner's contact or one of its people."""

    items: Sequence[Waits]
    is_partner: bool


def init_app(app: Flask) -> None:
    """Let the first pages say what waits, also that of the room `home`."""
    app.jinja_env.globals["what_waits"] = what_waits


def what_waits() -> Waiting:
    """For the person who is signed in. Three queries."""
    actor = me()
    theirs = list(actor.memberships)
    signing = [one for one in theirs if actor.may_for(one, MemberRole.SIGNATORY)]
    items = [
        Waits(
            say("“%(title)s” waits for your signature.", title=bid.title or bid.ref),
            say("Read it, then send it or decline"),
            url_for("applications.check", ref=bid.ref),
        )
        for bid in (partnership.waiting_for_signature(session(), signing) if signing else ())
    ]
    email = partnership.email_of(session(), actor)
    rows = partnership.bids_partnered_by(session(), email=email, organisation_ids=theirs)
    items += [
        Waits(
            say(
                "%(lead)s asks whether %(partner)s takes part in a bid.", lead=bid.lead.name, partner=one.name
            ),
            say("Answer"),
            url_for("applications.partner_in_bid", partner_id=one.id),
        )
        for one, bid, _ in rows
        if one.consent is Consent.ASKED and policy.can_answer_as_partner(actor, bid, one, email=email)
    ]
    return Waiting(items, is_partner=bool(rows))


def signing_of(bid: Bid) -> dict[str, Any]:
    """The newest request for a signature of a bid, with who asked and who declined, for its pages."""
    latest = partnership.latest_signing(session(), bid.application.id)
    declined = latest is not None and latest.state is Signing.DECLINED
    return {
        "signing": latest,
        "signing_by": _name(latest.asked_by_id if latest else None),
        "signing_declined_by": _name(latest.settled_by_id if latest and declined else None),
        "can_sign": bool(policy.can_submit(me(), bid.application)),
    }


def _name(person_id: int | None) -> str:
    person = accounts.person(session(), person_id) if person_id else None
    return (person.name or person.email) if person else ""
