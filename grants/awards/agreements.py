"""Agreements: what one says of an offer, its PDF, and who may read it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, undefer

from grants.applications import partnership
from grants.applications import queries as bids
from grants.applications.models import Application, PartnerChange
from grants.applications.states import Change, ChangeKind, Consent, Stage
from grants.awards import agreement_words
from grants.awards.agreement_words import Offer, Party, Told
from grants.awards.models import Agreement
from grants.core import language
from grants.core.clock import in_london
from grants.core.errors import NotFound
from grants.core.money import split_pro_rata
from grants.core.paper import pdf
from grants.notifications.rules import File
from grants.panels import queries as panels
from grants.panels.models import Decision
from grants.panels.rules import Condition
from grants.panels.wording import answer_until
from grants.programme import queries as programme
from grants.programme.definition import FundDefinition

MEDIA_TYPE = "application/pdf"


def current(session: Session, application_id: int) -> Agreement | None:
    """The agreement that is offered, or was accepted; None until one is made. Without its PDF."""
    rows = select(Agreement).where(
        Agreement.application_id == application_id, Agreement.replaced_at.is_(None)
    )
    return session.scalars(rows.execution_options(populate_existing=True)).one_or_none()


def count(session: Session, application_id: int) -> int:
    """How many agreements have been made for a bid, replaced ones with them."""
    return len(session.scalars(select(Agreement.id).where(Agreement.application_id == application_id)).all())


def is_stale(session: Session, agreement: Agreement) -> bool:
    """Whether the partnership has changed, or another offer was made, since an agreement was made that nobody
    has accepted.
    """
    if agreement.accepted_at is not None:
        return False
    decision = panels.decision_of(session, agreement.application_id)
    if decision is not None and decision.released_at is not None and decision.released_at > agreement.made_at:
        return True
    change = partnership.agreed_partnership(session, agreement.application_id)
    return bool(change and change.settled_at and change.settled_at > agreement.made_at)


def waiting(session: Session, now: datetime) -> list[int]:
    """Bids with an open offer whose shares are to be asked about, or whose agreement is to be made."""
    asking = select(PartnerChange.id).where(
        PartnerChange.application_id == Application.id,
        PartnerChange.state.in_((Change.ASKING, Change.AGREED, Change.FORWARDED)),
    )
    made = select(Agreement.id).where(
        Agreement.application_id == Application.id, Agreement.replaced_at.is_(None)
    )
    stale = made.join(PartnerChange, PartnerChange.application_id == Agreement.application_id).where(
        PartnerChange.state == Change.APPROVED, PartnerChange.settled_at > Agreement.made_at
    )
    of_an_earlier_offer = made.where(Agreement.made_at < Decision.released_at)
    rows = (
        select(Application.id)
        .join(Decision, Decision.application_id == Application.id)
        .where(
            Application.stage == Stage.OFFERED,
            Decision.replaced_at.is_(None),
            Decision.answer_by > now,
            ~asking.exists(),
            or_(~made.exists(), stale.exists(), of_an_earlier_offer.exists()),
        )
    )
    return list(session.scalars(rows.order_by(Application.id)))


def outstanding(session: Session, application_id: int) -> list[str]:
    """What partners still have to answer about their share of a partial award, a sentence each."""
    change = partnership.open_change(session, application_id)
    if change is None or change.kind is not ChangeKind.PART_AWARD:
        return []
    return [
        language.say(_OUTSTANDING[partner.consent], name=partner.name)
        for partner in partnership.proposed_partners(session, change.id)
        if partner.consent in _OUTSTANDING
    ]


_OUTSTANDING = {
    Consent.NOT_ASKED: language.mark("%(name)s has not been asked about its share yet"),
    Consent.ASKED: language.mark("%(name)s has not answered about its share yet"),
    Consent.DECLINED: language.mark("%(name)s does not agree to its share"),
    Consent.CORRECTION: language.mark("%(name)s asks for a correction before it agrees to its share"),
}


@language.in_english
def words_for(session: Session, application: Application, decision: Decision, *, at: datetime) -> Told:
    """What the agreement about this decision says if it is made at `at`."""
    definition = programme.definition_of(programme.round_by_id(session, application.round_id))
    content = bids.current_version(session, application).content
    change = partnership.agreed_partnership(session, application.id)
    parties = _parties(application, {**content, **(change.after if change else {})}, decision.amount)
    conditions = panels.conditions_of(session, [decision.id])[decision.id]
    offer = Offer(
        ref=application.ref,
        title=application.title,
        fund=definition.name,
        council=definition.funder.name,
        amount=decision.amount,
        parties=parties,
        places=_places(definition, content),
        themes=tuple(definition.rubric.theme(key).name for key in content["claims"]),
        spend_from=definition.calendar.spend_from,
        spend_by=definition.calendar.spend_by,
        answer_by=decision.answer_by or answer_until(at, definition.rules.offer_days),
        conditions=tuple(Condition(one.kind, one.text, one.due_on) for one in conditions),
        instalments=definition.paying.instalments,
        words=definition.agreement,
        dated=in_london(at).date(),
    )
    return agreement_words.told(offer)


def typeset(words: Told) -> File:
    """The PDF of an agreement's words."""
    with language.speaking(language.ENGLISH):
        content = pdf("agreement", agreement_words.paper(words), dated=agreement_words.moment_of(words))
    return File(agreement_words.file_name(words), MEDIA_TYPE, content)


def file_of(session: Session, application_id: int) -> File:
    """The PDF of the agreement that is offered or was accepted, as it was kept. Raises NotFound."""
    rows = select(Agreement).where(
        Agreement.application_id == application_id, Agreement.replaced_at.is_(None)
    )
    found = session.scalars(rows.options(undefer(Agreement.content))).one_or_none()
    if found is None or found.content is None:
        raise NotFound("There is no agreement for this bid.")
    return File(agreement_words.file_name(found.told), MEDIA_TYPE, found.content)


def _parties(application: Application, content: Mapping[str, Any], amount: int) -> tuple[Party, ...]:
    """The lead and its partners with their shares of the award: as agreed, or as the ask was shared out."""
    partners = content["partners"]
    asked = [content["lead_share"], *(partner["share"] or 0 for partner in partners)]
    shares = split_pro_rata(amount, asked) if sum(asked) else [amount, *(0 for _ in partners)]
    lead = application.lead
    number = lead.charity_number or lead.company_number or ""
    return (
        Party(lead.name, number, language.say("Lead organisation"), shares[0]),
        *(
            Party(partner["name"], partner["number"] or "", partner["role"], share)
            for partner, share in zip(partners, shares[1:], strict=True)
        ),
    )


def _places(definition: FundDefinition, content: Mapping[str, Any]) -> tuple[str, ...]:
    ticked = content.get("places") or ()
    return tuple(place.name for place in definition.places if place.code in ticked) or (definition.area.name,)
