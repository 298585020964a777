"""What waits for partners, signatories and the chair: a signature, an answer, a partner that leaves."""

from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grants.applications import actions as applications
from grants.applications import partnership
from grants.applications.models import Partner
from grants.applications.states import Answer
from tests.rooms.access import town as t
from tests.rooms.access.town import Town


def add(session: Session, town: Town) -> None:
    """A draft that waits for a signature; a partner's contact who has an account; a partner that leaves."""
    now, signatory = town.now, town.actor(session, "signatory")
    applications.ask_for_signature(
        session, application_id=town.bid_ids["draft"], actor=town.actor(session, "editor"), now=now
    )
    asking = town.records["asking"]["partner_id"]
    session.execute(update(Partner).where(Partner.id == asking).values(contact_email=t.email_of("lone")))
    partners = {
        name: session.scalars(select(Partner).where(Partner.application_id == town.bid_ids[name])).first()
        for name in ("sent", "ending")
    }
    sent, leaving = partners["sent"], partners["ending"]
    assert sent is not None
    assert leaving is not None
    town.records["partner@sent"] = {**town.records["sent"], "partner_id": sent.id}
    town.records["member"] = {**town.records["A"], "person_id": town.person_ids["viewer"]}
    change = applications.draft_change(
        session,
        application_id=town.bid_ids["ending"],
        partner_id=leaving.id,
        reason="They have closed.",
        lead_share=1_200_000,
        shares={},
        newcomer=replace(t.HIVE, name="The Meadow", contact_email=t.email_of("asker")),
        actor=signatory,
        now=now,
    )
    (meadow,) = partnership.proposed_partners(session, change.id)
    applications.answer_as_partner(
        session,
        partner_id=meadow.id,
        answer=Answer.YES,
        name="Asker",
        reason="",
        actor=town.actor(session, "asker"),
        now=now,
    )
    applications.forward_change(
        session, application_id=town.bid_ids["ending"], note="", actor=town.actor(session, "manager"), now=now
    )
