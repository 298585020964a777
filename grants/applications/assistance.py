"""Reading bids that staff entered, and who is told about their signatures."""

from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.applications.later import free_of_conflict
from grants.applications.models import Application, Assistance, Version
from grants.applications.queries import Bid
from grants.core.clock import exact_minute
from grants.core.errors import NotFound
from grants.notifications.actions import Notice
from grants.permissions import Role


def assistance_of(session: Session, application_id: int) -> Assistance:
    """How a bid that staff entered came and is signed, as it is now. Raises NotFound for any other bid."""
    found = session.scalars(
        select(Assistance)
        .where(Assistance.application_id == application_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound("This bid was not entered for somebody else.")
    return found


def assisted_bids(session: Session, round_id: int) -> list[tuple[Application, Assistance]]:
    """Every assisted bid of a round, the newest first."""
    rows = session.execute(
        select(Application, Assistance)
        .join(Assistance, Assistance.application_id == Application.id)
        .where(Application.round_id == round_id)
        .order_by(Application.id.desc())
    )
    return [(row[0], row[1]) for row in rows]


def digest_of_token(token: str) -> str:
    """What is kept of a signatory's secret link."""
    return sha256(token.encode()).hexdigest()


def by_token(session: Session, token: str) -> Assistance:
    """The assistance whose signatory's link carries `token`. Raises NotFound."""
    found = session.scalars(
        select(Assistance).where(Assistance.token_digest == digest_of_token(token))
    ).one_or_none()
    if found is None:
        raise NotFound("We may have written to you again since. Use the link in the newest email.")
    return found


def asked_to_sign(bid: Bid, assistance: Assistance, *, token: str, closes_at: str) -> Notice:
    """The signatory: read the whole bid and sign it, by a link of their own."""
    return Notice(
        kind="assisted_to_sign",
        to=assistance.signatory_email,
        facts={
            **_about(bid, assistance),
            "closes": closes_at,
            "path": f"/applications/assisted/sign/{token}/",
        },
        about=bid.application,
        key=f"assisted_to_sign:{assistance.id}:{(assistance.token_digest or '')[:16]}",
        sensitive=True,
    )


def signed(bid: Bid, assistance: Assistance, version: Version) -> list[Notice]:
    """The signatory, where there is an address: the receipt."""
    if not assistance.signatory_email:
        return []
    facts = {
        **_about(bid, assistance),
        "submitted": exact_minute(version.submitted_at),
        "digest": version.digest,
        "contact": bid.definition.funder.email,
    }
    return [
        Notice(
            kind="assisted_signed",
            to=assistance.signatory_email,
            facts=facts,
            about=version,
            key=f"assisted_signed:{version.id}",
        )
    ]


def paper_recorded(session: Session, bid: Bid, assistance: Assistance) -> list[Notice]:
    """Every chair who had no part in it: a bid signed on paper waits."""
    facts = {**_about(bid, assistance), "path": f"/applications/{bid.application.ref}/assisted/"}
    return [
        Notice(
            kind="assisted_paper",
            to=person.email,
            person_id=person.id,
            facts=facts,
            about=bid.application,
            key=f"assisted_paper:{assistance.id}:{assistance.version}:{person.id}",
        )
        for person in free_of_conflict(session, Role.CHAIR, bid.application.id)
        if person.id not in (assistance.entered_by_id, assistance.recorded_by_id)
    ]


def paper_refused(session: Session, bid: Bid, assistance: Assistance) -> list[Notice]:
    """Who recorded the paper: the chair has refused it, and why."""
    person = accounts.person(session, assistance.recorded_by_id or assistance.entered_by_id)
    facts = {
        **_about(bid, assistance),
        "reason": assistance.refused_reason,
        "path": f"/applications/{bid.application.ref}/assisted/",
    }
    return [
        Notice(
            kind="assisted_refused",
            to=person.email,
            person_id=person.id,
            facts=facts,
            about=bid.application,
            key=f"assisted_refused:{assistance.id}:{assistance.version}",
        )
    ]


def _about(bid: Bid, assistance: Assistance) -> dict[str, object]:
    return {
        "ref": bid.application.ref,
        "title": bid.application.title or "Untitled bid",
        "lead": bid.application.lead.name,
        "fund": bid.definition.name,
        "round": bid.round.name,
        "name": assistance.signatory_name,
        "council": bid.definition.funder.name,
    }
