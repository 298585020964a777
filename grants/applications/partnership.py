"""Reading the partnership beside the bid: letters to partners, their own bids, changes, asked signatures."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, defer

from grants.accounts import queries as accounts
from grants.applications.models import (
    Application,
    Partner,
    PartnerChange,
    PartnerLetter,
    SignatureRequest,
)
from grants.applications.states import Change, ChangeKind, Consent, Signing, Stage, Standing
from grants.core.db import JsonDict, held
from grants.core.errors import NotFound
from grants.permissions import Actor
from grants.programme.models import Round


def email_of(session: Session, actor: Actor) -> str:
    """The actor's address, which their sign-in link has proved; '' for the service."""
    return accounts.person(session, actor.person_id).email if actor.person_id else ""


def letters_since(
    session: Session, *, application_id: int, address_digest: str, since: datetime
) -> tuple[int, int, int]:
    """How many letters to partners went out since then: about the bid to the address, to the address about
    any bid, about the bid to anybody.
    """
    counted = select(func.count()).where(PartnerLetter.sent_at > since)
    about_it = PartnerLetter.application_id == application_id
    to_it = PartnerLetter.address_digest == address_digest
    both, to_address, of_bid = (
        session.scalar(counted.where(*wanted)) or 0 for wanted in ((about_it, to_it), (to_it,), (about_it,))
    )
    return both, to_address, of_bid


def silent_partners(session: Session, *, round_id: int, since: datetime, reminders: int) -> list[Partner]:
    """Partners of the round's drafts that were last written to by then and have not answered, held."""
    rows = (
        select(Partner)
        .join(Application, Application.id == Partner.application_id)
        .where(
            Application.round_id == round_id,
            Application.stage == Stage.DRAFT,
            Partner.consent == Consent.ASKED,
            Partner.standing == Standing.CURRENT,
            Partner.reminders < reminders,
            func.coalesce(Partner.reminded_at, Partner.asked_at) <= since,
        )
        .order_by(Partner.id)
        .with_for_update(of=Partner)
    )
    return list(session.scalars(rows))


def silent_about_awards(
    session: Session, *, now: datetime, reminders: int
) -> list[tuple[Partner, PartnerChange]]:
    """Partners that were asked about their share of a partial award and have not answered, held."""
    rows = (
        select(Partner, PartnerChange)
        .join(PartnerChange, PartnerChange.id == Partner.change_id)
        .where(
            PartnerChange.kind == ChangeKind.PART_AWARD,
            PartnerChange.state == Change.ASKING,
            PartnerChange.answer_by > now,
            Partner.standing == Standing.PROPOSED,
            Partner.consent == Consent.ASKED,
            Partner.reminders < reminders,
        )
        .order_by(Partner.id)
        .with_for_update(of=Partner)
    )
    return [(row[0], row[1]) for row in session.execute(rows)]


def asked_about_award(session: Session, application_id: int) -> PartnerChange | None:
    """The question about the shares of a partial award that is open, or was settled: the newest."""
    rows = select(PartnerChange).where(
        PartnerChange.application_id == application_id,
        PartnerChange.kind == ChangeKind.PART_AWARD,
        PartnerChange.state != Change.TAKEN_BACK,
    )
    return session.scalars(rows.order_by(PartnerChange.id.desc()).limit(1)).one_or_none()


def _partner_of(email: str, organisation_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(Partner, Application, Round)
        .join(Application, Application.id == Partner.application_id)
        .join(Round, Round.id == Application.round_id)
        .options(defer(Round.definition))
        .where(
            Partner.asked_at.is_not(None),
            Partner.standing != Standing.FORMER,
            or_(
                func.lower(Partner.contact_email) == email,
                Partner.organisation_id.in_(list(organisation_ids)),
            ),
        )
    )


def bids_partnered_by(
    session: Session, *, email: str, organisation_ids: Collection[int]
) -> list[tuple[Partner, Application, Round]]:
    """Bids in which the person was asked to confirm for a partner, or belongs to one, the newest first."""
    rows = _partner_of(email, organisation_ids).order_by(Partner.asked_at.desc(), Partner.id.desc())
    return [(row[0], row[1], row[2]) for row in session.execute(rows)]


def partner_for(
    session: Session, partner_id: int, *, email: str, organisation_ids: Collection[int]
) -> Partner:
    """A partner, for its contact and its organisation's people. Raises NotFound for anybody else."""
    row = session.execute(_partner_of(email, organisation_ids).where(Partner.id == partner_id)).first()
    if row is None:
        raise NotFound("There is no such bid.")
    found: Partner = row[0]
    return found


def change_of(session: Session, partner: Partner) -> PartnerChange | None:
    """The change after sending that this row belongs to, if it is only proposed."""
    if partner.standing is not Standing.PROPOSED or partner.change_id is None:
        return None
    return held(session, PartnerChange, partner.change_id)


def changes_of(session: Session, application_id: int) -> list[PartnerChange]:
    """Every change of the partnership after sending, the newest first."""
    rows = select(PartnerChange).where(PartnerChange.application_id == application_id)
    return list(session.scalars(rows.order_by(PartnerChange.id.desc())))


def open_change(session: Session, application_id: int) -> PartnerChange | None:
    """The change of the partnership that is not settled yet, held, if there is one."""
    wanted = (Change.ASKING, Change.AGREED, Change.FORWARDED)
    rows = select(PartnerChange).where(
        PartnerChange.application_id == application_id, PartnerChange.state.in_(wanted)
    )
    return session.scalars(rows.with_for_update().execution_options(populate_existing=True)).one_or_none()


def agreed_partnerships(session: Session, round_id: int) -> dict[int, JsonDict]:
    """The partnership by the latest approved change of each bid of a round that has one, by bid id."""
    rows = (
        select(PartnerChange.application_id, PartnerChange.after)
        .join(Application, Application.id == PartnerChange.application_id)
        .where(Application.round_id == round_id, PartnerChange.state == Change.APPROVED)
        .order_by(PartnerChange.id)
    )
    return {row[0]: row[1] for row in session.execute(rows)}


def agreed_partnership(session: Session, application_id: int) -> PartnerChange | None:
    """The latest change of a bid's partnership that took effect, if there was one."""
    rows = select(PartnerChange).where(
        PartnerChange.application_id == application_id, PartnerChange.state == Change.APPROVED
    )
    return session.scalars(rows.order_by(PartnerChange.id.desc()).limit(1)).one_or_none()


def proposed_partners(session: Session, change_id: int) -> list[Partner]:
    """The rows that a change would bring in, read afresh."""
    rows = select(Partner).where(Partner.change_id == change_id).order_by(Partner.position, Partner.id)
    return list(session.scalars(rows.execution_options(populate_existing=True)))


def latest_signing(session: Session, application_id: int) -> SignatureRequest | None:
    """The newest request to the signatories to send the bid, if there was one."""
    rows = select(SignatureRequest).where(SignatureRequest.application_id == application_id)
    return session.scalars(rows.order_by(SignatureRequest.id.desc()).limit(1)).one_or_none()


def waiting_for_signature(session: Session, organisation_ids: Collection[int]) -> list[Application]:
    """Drafts of these organisations that wait for a signatory, oldest request first."""
    rows = (
        select(Application)
        .join(SignatureRequest, SignatureRequest.application_id == Application.id)
        .where(
            Application.lead_id.in_(list(organisation_ids)),
            Application.stage == Stage.DRAFT,
            SignatureRequest.state == Signing.WAITING,
        )
        .order_by(SignatureRequest.id)
    )
    return list(session.scalars(rows))
