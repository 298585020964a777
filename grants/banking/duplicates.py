"""Who else the money of an award might pay: bids and organisations that share a name, number or account."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from grants.accounts.models import Membership, Organisation
from grants.accounts.rules import charity_number, company_number
from grants.applications.later import hidden_in_every_round
from grants.applications.models import Application, Partner
from grants.applications.states import Stage
from grants.awards.models import Award
from grants.banking.models import BankDetails
from grants.permissions import Actor, MemberRole, Permission

SAME_ACCOUNT = "The same bank account was entered"
SAME_PEOPLE = "The same person writes or signs for both"
SAME_NAME = "The same name"
SAME_LEAD = "The same lead organisation"


@dataclass(frozen=True)
class Match:
    """Another bid and every reason why it shows here. Money is pence; `awarded` None without an award. The
    title is for who may read bids: finance reads the reference.
    """

    ref: str
    title: str
    organisation: str
    stage: Stage
    ask: int
    awarded: int | None
    why: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """What was found beside one bid. `organisations` share something but have sent no bid; `hidden` bids are
    kept from this reader by a conflict of interest.
    """

    bids: tuple[Match, ...]
    organisations: tuple[tuple[str, tuple[str, ...]], ...]
    hidden: int


@dataclass(frozen=True)
class _Party:
    """One organisation of the bid: the lead, or a partner as it was entered."""

    what: str
    name: str
    numbers: frozenset[str]
    organisation_id: int | None


def report(session: Session, application: Application, *, actor: Actor) -> Report:
    """Everything that shares an organisation, a name, a number, a person or an account with the bid. The same
    seven queries however much there is.
    """
    parties = _parties(session, application)
    related = _related(session, application.lead_id, parties)
    found: dict[int, list[str]] = defaultdict(list)
    for application_id, lead_id in session.execute(_led_by(related)):
        found[application_id] += related[lead_id]
    for row in session.scalars(_partners_like(parties)):
        found[row.application_id] += _why_partner(row, parties)
    found.pop(application.id, None)
    hidden = hidden_in_every_round(session, actor.person_id).keys() & found.keys()
    shown = {key: why for key, why in found.items() if key not in hidden}
    bids = tuple(_matches(session, shown, titles=actor.may(Permission.READ_BIDS)))
    with_bids = {match.organisation for match in bids}
    return Report(bids, tuple(_without_bids(session, application.lead_id, related, with_bids)), len(hidden))


def _parties(session: Session, application: Application) -> list[_Party]:
    lead = application.lead
    numbers = frozenset(one for one in (lead.charity_number, lead.company_number) if one)
    rows = session.scalars(select(Partner).where(Partner.application_id == application.id))
    return [
        _Party("The lead", lead.name, numbers, lead.id),
        *(
            _Party(f"The partner {row.name}", row.name, _numbers(row.number), row.organisation_id)
            for row in rows
        ),
    ]


def _numbers(typed: str) -> frozenset[str]:
    return frozenset(one for one in (charity_number(typed), company_number(typed)) if one)


def _related(session: Session, lead_id: int, parties: Iterable[_Party]) -> dict[int, list[str]]:
    """Organisations by id, each with what ties it to the bid."""
    related: dict[int, list[str]] = defaultdict(list)
    for party in parties:
        if party.organisation_id is not None:
            related[party.organisation_id].append(
                SAME_LEAD if party.organisation_id == lead_id else f"{party.what} leads it"
            )
    for row in session.scalars(_organisations_like(parties)):
        for party in parties:
            if row.id != party.organisation_id and _is_like(row, party):
                related[row.id].append(f"{party.what}: {SAME_NAME.lower()} or number as the bid’s lead")
    for other_id in session.scalars(_same_account(lead_id)):
        related[other_id].append(SAME_ACCOUNT)
    for other_id in session.scalars(_same_people(lead_id)):
        related[other_id].append(SAME_PEOPLE)
    return related


def _is_like(row: Organisation, party: _Party) -> bool:
    return row.name.lower() == party.name.lower() or bool(
        {row.charity_number, row.company_number} & party.numbers
    )


def _organisations_like(parties: Iterable[_Party]) -> Select[Organisation]:
    names = {party.name.lower() for party in parties}
    numbers = {number for party in parties for number in party.numbers}
    return select(Organisation).where(
        or_(
            func.lower(Organisation.name).in_(names),
            Organisation.charity_number.in_(numbers),
            Organisation.company_number.in_(numbers),
        )
    )


def _same_account(organisation_id: int) -> Select[int]:
    own = select(BankDetails.digest).where(
        BankDetails.organisation_id == organisation_id, BankDetails.digest != ""
    )
    others = select(BankDetails.organisation_id).where(
        BankDetails.digest.in_(own), BankDetails.organisation_id != organisation_id
    )
    return others.distinct().order_by(BankDetails.organisation_id)


def _same_people(organisation_id: int) -> Select[int]:
    writes = Membership.role != MemberRole.VIEWER
    own = select(Membership.person_id).where(Membership.organisation_id == organisation_id, writes)
    others = select(Membership.organisation_id).where(
        Membership.person_id.in_(own), writes, Membership.organisation_id != organisation_id
    )
    return others.distinct().order_by(Membership.organisation_id)


def _led_by(organisation_ids: Collection[int]) -> Select[int, int]:
    return select(Application.id, Application.lead_id).where(
        Application.lead_id.in_(organisation_ids), Application.submitted_at.is_not(None)
    )


def _partners_like(parties: Iterable[_Party]) -> Select[Partner]:
    names = {party.name.lower() for party in parties}
    numbers = {number for party in parties for number in party.numbers}
    known = {party.organisation_id for party in parties} - {None}
    return (
        select(Partner)
        .join(Application, Application.id == Partner.application_id)
        .where(
            Application.submitted_at.is_not(None),
            or_(
                func.lower(Partner.name).in_(names),
                Partner.number.in_(numbers),
                Partner.organisation_id.in_(known),
            ),
        )
        .order_by(Partner.id)
    )


def _why_partner(row: Partner, parties: Iterable[_Party]) -> list[str]:
    numbers = _numbers(row.number)
    return [
        f"{party.what} takes part in it"
        for party in parties
        if row.name.lower() == party.name.lower()
        or numbers & party.numbers
        or (party.organisation_id is not None and row.organisation_id == party.organisation_id)
    ]


def _matches(session: Session, found: Mapping[int, list[str]], *, titles: bool) -> Iterable[Match]:
    rows = session.execute(
        select(Application, Organisation.name, Award.amount)
        .join(Organisation, Organisation.id == Application.lead_id)
        .outerjoin(Award, Award.application_id == Application.id)
        .where(Application.id.in_(found))
        .order_by(Application.ref)
    )
    for application, lead, awarded in rows:
        yield Match(
            ref=application.ref,
            title=application.title if titles else "",
            organisation=lead,
            stage=application.stage,
            ask=application.ask,
            awarded=awarded,
            why=tuple(dict.fromkeys(found[application.id])),
        )


def _without_bids(
    session: Session, lead_id: int, related: Mapping[int, list[str]], with_bids: Collection[str]
) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Other organisations that share an account or people with the lead but have sent no bid shown here."""
    told = {
        key: tuple(one for one in why if one in (SAME_ACCOUNT, SAME_PEOPLE))
        for key, why in related.items()
        if key != lead_id
    }
    names = session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.id.in_([key for key, why in told.items() if why]))
        .order_by(Organisation.name)
    )
    for organisation_id, name in names:
        if name not in with_bids:
            yield name, told[organisation_id]
