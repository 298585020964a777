"""Saving the partners of a bid: all at once, or one page a partner and their shares beside each other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grants.applications import queries
from grants.applications.actions.drafting import open_page, refuse_too_many
from grants.applications.actions.page_rows import BY_BUTTON, Saving, note_save, save_page, write_page
from grants.applications.actions.terms import ask_again, link_organisation
from grants.applications.facts import Amount, PartnerEntry, as_amount, partner_page, read_amount
from grants.applications.models import Partner, SectionAnswers
from grants.applications.queries import Bid
from grants.applications.states import Consent
from grants.audit import actions as audit
from grants.core.errors import Reason, RuleBroken
from grants.core.language import say
from grants.core.money import split_pro_rata
from grants.permissions import Actor

TYPED = ("name", "kind", "number", "role", "themes", "strands", "contact_name", "contact_email")
"""What a partner's own page asks; its share stands on the page where all shares are seen."""


def save_partners(
    session: Session,
    *,
    application_id: int,
    partners: Sequence[PartnerEntry],
    lead_share: Amount,
    version: int | None = None,
    how: Saving = BY_BUTTON,
    actor: Actor,
    now: datetime,
) -> SectionAnswers:
    """Keep the partners as typed and the lead's own share (pence, or text that is no amount).

    A row whose `partner_id` is one of this bid's partners changes that partner; other rows are new; partners
    without a row are removed. A changed name, role, theme or share opens the consent again, and so does a
    changed address while the question is out. Raises as `save_section` does.
    """
    bid = open_page(session, application_id, "partners", actor=actor)
    refuse_too_many(partners, "partners")
    page = queries.page_of(session, application_id, "partners")
    saved = queries.partners_of(session, application_id)
    share = as_amount(lead_share)
    kept = [replace(entry, share=as_amount(entry.share)) for entry in partners]
    if (
        page
        and page.answers == {"lead_share": share}
        and _as_typed(kept) == _as_typed(map(queries.entry_of, saved))
    ):
        return note_save(session, bid.application, page, how=how, actor=actor, now=now)
    page = _save_lead_share(session, bid, page, share, version=version, how=how, actor=actor, now=now)
    left = {partner.id: partner for partner in saved}
    for position, entry in enumerate(kept):
        partner = left.pop(entry.partner_id or 0, None) or Partner(application_id=application_id)
        _write(session, bid, partner, entry, actor=actor, now=now)
        partner.position = position
    for removed in left.values():
        _delete(session, removed)
    session.flush()
    return page


def add_partner(session: Session, *, application_id: int, name: str, actor: Actor, now: datetime) -> Partner:
    """A further partner, of which only the name is known yet. Raises as `save_section` does."""
    bid = open_page(session, application_id, "partners", actor=actor)
    if not name.strip():
        raise RuleBroken([Reason(say("Enter the organisation’s name"), "name")])
    saved = queries.partners_of(session, application_id)
    refuse_too_many([*saved, name], "partners")
    entry = PartnerEntry(name=name, kind=None, contact_name="", contact_email="", role="", share="")
    partner = Partner(application_id=application_id)
    partner.position = 1 + max((one.position for one in saved), default=-1)
    _write(session, bid, partner, entry, actor=actor, now=now)
    if queries.page_of(session, application_id, "partners") is None:
        empty = {"lead_share": ""}
        write_page(session, bid.application, "partners", empty, actor=actor, now=now)
    session.flush()
    audit.record(session, actor, "partner.add", partner, now=now, application_id=application_id)
    return partner


def save_partner(
    session: Session,
    *,
    application_id: int,
    partner_id: int,
    entry: PartnerEntry,
    version: int | None = None,
    how: Saving = BY_BUTTON,
    actor: Actor,
    now: datetime,
) -> SectionAnswers:
    """Keep one partner's page as typed; its share stays. A changed name, role or theme opens the consent
    again. Raises as `save_section` does.
    """
    bid = open_page(session, application_id, "partners", actor=actor)
    partner = queries.partner_in(session, application_id, partner_id)
    saved = queries.entry_of(partner)
    entry = replace(entry, share=saved.share, partner_id=partner_id, consent=saved.consent)
    key = partner_page(partner_id)
    page = queries.page_of(session, application_id, key)
    if page is not None and entry == saved:
        return note_save(session, bid.application, page, how=how, actor=actor, now=now)
    page = save_page(
        session, bid.application, page, key, _typed(entry), version=version, how=how, actor=actor, now=now
    )
    _write(session, bid, partner, entry, actor=actor, now=now)
    session.flush()
    return page


def remove_partner(
    session: Session, *, application_id: int, partner_id: int, actor: Actor, now: datetime
) -> None:
    """Take a partner out of a bid that is being written. Raises as `save_section` does."""
    open_page(session, application_id, "partners", actor=actor)
    partner = queries.partner_in(session, application_id, partner_id)
    audit.record(session, actor, "partner.remove", partner, now=now, application_id=application_id)
    _delete(session, partner)


def save_shares(
    session: Session,
    *,
    application_id: int,
    lead_share: Amount,
    shares: Mapping[int, Amount],
    version: int | None = None,
    how: Saving = BY_BUTTON,
    actor: Actor,
    now: datetime,
) -> SectionAnswers:
    """Keep the lead's and the partners' shares (by id; pence, or text that is no amount). A partner that
    `shares` leaves out keeps its own; a changed share opens the consent again. Raises as `save_section` does.
    """
    bid = open_page(session, application_id, "partners", actor=actor)
    page = queries.page_of(session, application_id, "partners")
    share = as_amount(lead_share)
    partners = queries.partners_of(session, application_id)
    before = [queries.entry_of(partner) for partner in partners]
    after = [
        replace(entry, share=as_amount(shares.get(entry.partner_id or 0, entry.share))) for entry in before
    ]
    if page is not None and page.answers.get("lead_share") == share and after == before:
        return note_save(session, bid.application, page, how=how, actor=actor, now=now)
    page = _save_lead_share(session, bid, page, share, version=version, how=how, actor=actor, now=now)
    for partner, entry in zip(partners, after, strict=True):
        _write(session, bid, partner, entry, actor=actor, now=now)
    session.flush()
    return page


def share_out(ask: int, shares: Sequence[Amount], *, equally: bool) -> list[int]:
    """The ask (pence) shared out to the penny, the lead's share first: equally, or in proportion to what
    stands there; where nothing does, equally (largest remainder).
    """
    weights = [read_amount(share) or 0 for share in shares]
    return split_pro_rata(ask, [1] * len(weights) if equally or not any(weights) else weights)


def _save_lead_share(
    session: Session,
    bid: Bid,
    page: SectionAnswers | None,
    share: Amount,
    *,
    version: int | None,
    how: Saving,
    actor: Actor,
    now: datetime,
) -> SectionAnswers:
    answers = {"lead_share": share}
    page = save_page(
        session, bid.application, page, "partners", answers, version=version, how=how, actor=actor, now=now
    )
    bid.written.lead_share = read_amount(share) or 0
    return page


def _write(
    session: Session, bid: Bid, partner: Partner, entry: PartnerEntry, *, actor: Actor, now: datetime
) -> None:
    """Put what was typed into the partner's row, and open its consent again if that changes its terms."""
    amount = read_amount(entry.share)
    if partner.id is not None:
        moved = partner.consent is Consent.ASKED and partner.contact_email != entry.contact_email
        if moved or _terms(queries.entry_of(partner)) != _terms(entry):
            ask_again(session, bid, partner, actor=actor, now=now)
        if moved:
            partner.token_digest = None
    partner.name, partner.kind, partner.number = entry.name, entry.kind, entry.number
    partner.contact_name, partner.contact_email = entry.contact_name, entry.contact_email
    partner.role, partner.share = entry.role, amount
    partner.share_typed = "" if amount is not None else str(entry.share)
    partner.leads = {"themes": list(entry.themes), "strands": list(entry.strands)}
    link_organisation(session, partner)
    session.add(partner)


def _terms(entry: PartnerEntry) -> tuple[object, ...]:
    """What a partner consents to."""
    return entry.name, entry.role, read_amount(entry.share), entry.themes, entry.strands


def _typed(entry: PartnerEntry) -> dict[str, Any]:
    """What a partner's page holds, for whoever compares two versions of it."""
    shown = {name: getattr(entry, name) for name in TYPED}
    lists = {"themes": "\n".join(entry.themes), "strands": "\n".join(entry.strands)}
    return {**shown, **lists, "kind": entry.kind.value if entry.kind else ""}


def _delete(session: Session, partner: Partner) -> None:
    page = queries.page_of(session, partner.application_id, partner_page(partner.id))
    if page is not None:
        session.delete(page)
    session.delete(partner)
    session.flush()


def _as_typed(entries: Iterable[PartnerEntry]) -> list[PartnerEntry]:
    return [replace(entry, partner_id=None, consent=Consent.NOT_ASKED) for entry in entries]
