"""The awards of a round as rows, read once for every format."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, contains_eager

from grants.accounts.models import Organisation
from grants.applications import partnership
from grants.applications.imported_bid import BeneficiaryPlace, PlannedDates
from grants.applications.models import Application, Version
from grants.awards.models import Award, AwardTerms
from grants.core.money import split_pro_rata
from grants.exports.allocation_row import AllocationRow, Programme, Recipient, Share, planned_months
from grants.panels.models import Decision
from grants.panels.queries import TAKES_FROM_THE_POT
from grants.programme import queries as programme
from grants.programme.definition import FundDefinition
from grants.programme.models import Round
from grants.scoring.models import Result, Sheet
from grants.scoring.queries import NOT_RANKED_ANY_MORE

PARTS = ("sections", "lead_share", "partners", "claims", "imported", "places", "beneficiaries", "priorities")
"""What is read of a bid's frozen content; the answers on themes, by far its longest part, are not."""

AT_A_TIME = 500

SIMULATED = exists().where(Sheet.application_id == Application.id, Sheet.simulated.is_(True))
VARIED_AT = (
    select(func.max(AwardTerms.agreed_at))
    .where(AwardTerms.application_id == Application.id)
    .scalar_subquery()
)


def collect(session: Session, *, round_id: int) -> list[AllocationRow]:
    """Every award of the round, by reference: funded, released and not given back. Three queries in all.
    Partners and shares are those that stand: of the bid as it was sent, or of an approved change since.

    An offer that lapsed or was declined is no award: its money went back to the pot. So the awards add up to
    what the pot position calls released. Raises NotFound.
    """
    definition = programme.definition_of(programme.round_by_id(session, round_id))
    changed = partnership.agreed_partnerships(session, round_id)
    with session.execute(_awards(round_id).execution_options(yield_per=AT_A_TIME)) as found:
        return [_row(definition, changed, *columns) for columns in found]


def programme_of(round_: Round, *, public_url: str) -> Programme:
    """What an export says of the round as a whole."""
    definition = programme.definition_of(round_)
    return Programme(
        round_ref=round_.ref,
        fund=definition.name,
        round=definition.round_name,
        note=definition.origin_note,
        funder=definition.funder.name,
        funder_id=definition.funder.organisation_id,
        publisher_prefix=definition.funder.publisher_prefix,
        page=f"{public_url}/rounds/{round_.ref}/",
    )


def _awards(round_id: int) -> Select[*tuple[Any, ...]]:
    """One line an award. Ranks are those of the ranking: among all bids that are in the running."""
    ranked = (
        select(Result.application_id, func.rank().over(order_by=Result.sort_key.desc()).label("place"))
        .join(Application, Application.id == Result.application_id)
        .where(
            Result.round_id == round_id,
            Result.sort_key.is_not(None),
            Application.stage.not_in(NOT_RANKED_ANY_MORE),
        )
        .subquery()
    )
    return (
        select(
            Application,
            Decision,
            Award,
            Result.total,
            ranked.c.place,
            SIMULATED,
            Version.submitted_at,
            VARIED_AT,
            *(Version.content[part] for part in PARTS),
        )
        .join(Application.lead)
        .options(contains_eager(Application.lead))
        .join(Decision, Decision.application_id == Application.id)
        .join(Version, Version.id == Application.current_version_id)
        .outerjoin(Award, Award.application_id == Application.id)
        .outerjoin(Result, Result.application_id == Application.id)
        .outerjoin(ranked, ranked.c.application_id == Application.id)
        .where(
            Application.round_id == round_id,
            Application.stage.in_(TAKES_FROM_THE_POT),
            Decision.released_at.is_not(None),
            Decision.replaced_at.is_(None),
            Decision.amount > 0,
        )
        .order_by(Application.id)
    )


def _row(
    definition: FundDefinition,
    changed: Mapping[int, Mapping[str, Any]],
    application: Application,
    decision: Decision,
    award: Award | None,
    score: str | None,
    rank: int | None,
    simulated: bool,
    submitted_at: datetime,
    varied_at: datetime | None,
    *parts: Any,
) -> AllocationRow:
    content = {**dict(zip(PARTS, parts, strict=True)), **changed.get(application.id, {})}
    awarded = award.amount if award else decision.amount
    if decision.released_at is None:
        raise ValueError(f"{application.ref} has not been released")  # the query lets none through
    moments = (
        decision.released_at, submitted_at, varied_at, award and award.accepted_at, award and award.ended_at,
    )  # fmt: skip
    return AllocationRow(
        ref=application.ref,
        title=application.title,
        summary=_answer(content, "summary"),
        lead=_recipient(application.lead),
        shares=tuple(_shares(application, awarded, content)),
        ask=application.ask,
        award=awarded,
        score=Fraction(score) if score else None,
        rank=rank,
        stage=application.stage,
        outcome=decision.outcome,
        origin=application.origin,
        simulated=simulated,
        decided_at=decision.decided_at,
        released_at=decision.released_at,
        accepted_at=award.accepted_at if award else None,
        ended_at=award.ended_at if award else None,
        modified_at=max(moment for moment in moments if moment),
        planned=_planned(content),
        places=_places(definition, content),
        themes=tuple(definition.rubric.theme(key).name for key in content["claims"]),
        beneficiaries=content["beneficiaries"],
        priorities=tuple(content["priorities"] or ()),
    )


def _recipient(lead: Organisation) -> Recipient:
    return Recipient(
        id=lead.id,
        name=lead.name,
        kind=lead.kind,
        charity_number=lead.charity_number,
        company_number=lead.company_number,
        external_id=lead.external_id,
        postcode=lead.postcode,
    )


def _shares(application: Application, award: int, content: Mapping[str, Any]) -> Iterator[Share]:
    """The lead's part and each partner's: the award shared as the ask was, to the penny, or as the partners
    of a partial award agreed, where what each had `asked` for stands beside its share.
    """
    partners = content["partners"]
    shares = [content["lead_share"], *(partner["share"] or 0 for partner in partners)]
    awarded = split_pro_rata(award, shares) if sum(shares) else [award, *(0 for _ in partners)]
    parts = zip(partners, shares[1:], strict=True)
    asked = [
        content.get("lead_asked", shares[0]),
        *(partner.get("asked", share) or 0 for partner, share in parts),
    ]
    lead = application.lead
    yield Share(lead.name, lead.charity_number or lead.company_number or "", True, asked[0], awarded[0])
    for partner, ask, part in zip(partners, asked[1:], awarded[1:], strict=True):
        yield Share(partner["name"], partner["number"], False, ask, part)


def _answer(content: Mapping[str, Any], question: str) -> str:
    """What was answered to a question that the service knows by its key, in whichever section it stands."""
    return next((text for answers in content["sections"].values() if (text := answers.get(question))), "")


def _planned(content: Mapping[str, Any]) -> PlannedDates:
    """The bid's own dates; of an imported bid what its source published."""
    imported = (content["imported"] or {}).get("planned_dates")
    if imported:
        return PlannedDates(imported["start"], imported["end"], imported["months"])
    start, end = _answer(content, "starts_on"), _answer(content, "ends_on")
    months = planned_months(start, end)
    return PlannedDates(start, end, str(months) if months else "")


def _places(definition: FundDefinition, content: Mapping[str, Any]) -> tuple[BeneficiaryPlace, ...]:
    """Where the bid says that it works; one that was not asked works in the fund's own area."""
    imported = (content["imported"] or {}).get("beneficiary_locations")
    if imported:
        return tuple(BeneficiaryPlace(**place) for place in imported)
    ticked = [place for place in definition.places if place.code in (content["places"] or ())]
    return tuple(
        BeneficiaryPlace(place.name, place.code, place.code_type, "GB")
        for place in ticked or [definition.area]
    )
