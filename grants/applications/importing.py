"""Taking in bids from a file: first a plan that says what would happen, then all of it or nothing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from grants.accounts import actions as accounts
from grants.accounts.models import Organisation
from grants.accounts.states import OrganisationKind
from grants.applications import actions, queries, rules
from grants.applications.facts import Facts, read_date
from grants.applications.imported_bid import ImportedBid, ImportedOrganisation, ReadFile, RowFault
from grants.applications.imported_leads import leads_of
from grants.applications.models import Application
from grants.core.db import JsonDict
from grants.core.errors import Reason, RuleBroken
from grants.permissions import Actor
from grants.programme import queries as programme
from grants.programme.definition import FundDefinition

NOT_COLLECTED = (
    "eligibility answers",
    "answers on themes",
    "milestones and risks",
    "wider aims",
    "budget, its years and money from elsewhere",
    "partners and their consent",
    "least amount that would work",
    "declaration",
    "date of sending",
)
"""Parts of a bid that no published grant has. They stay empty."""

AT_ONCE = 5_000
"""How many identifiers one query asks for."""

CHANGED = "This bid was imported before with other content. A bid that has been sent never changes."


@dataclass(frozen=True)
class ImportPlan:
    """What importing a file would do. `leads` gives the organisation of each row number."""

    round_id: int
    file: ReadFile
    leads: Mapping[int, ImportedOrganisation]
    new: Sequence[ImportedBid]
    unchanged: Sequence[ImportedBid]
    refused: Sequence[RowFault]

    @property
    def refused_rows(self) -> int:
        """How many rows are kept out."""
        return len({fault.row for fault in self.refused})

    @property
    def is_clean(self) -> bool:
        """Whether nothing at all is refused."""
        return not self.refused and not self.file.file_faults


def plan_import(session: Session, *, round_id: int, file: ReadFile) -> ImportPlan:
    """What importing `file` into the round would do; writes nothing.

    A bid that is there already with the same content is unchanged; one with other content is refused, and so
    is one that breaks a rule of the fund. Raises NotFound, or RuleBroken for a fund that takes bids only
    through its own form.
    """
    definition = programme.definition_of(programme.round_by_id(session, round_id))
    if definition.rules.answers_required:
        raise RuleBroken(
            "This fund takes bids only through its own form: its bids need all answers and consents."
        )
    leads = leads_of(file.bids)
    known = _known(session, leads.values())
    there = _digests(session, round_id, [bid.source_id for bid in file.bids])
    new, unchanged, refused = [], [], list(file.faults)
    for bid in file.bids:
        if there.get(bid.source_id) == bid.digest:
            unchanged.append(bid)
        elif faults := _faults(definition, bid, leads[bid.row], known, is_there=bid.source_id in there):
            refused += [RowFault(bid.row, bid.source_id, field, reason) for field, reason in faults]
        else:
            new.append(bid)
    refused.sort(key=lambda fault: fault.row)
    return ImportPlan(round_id, file, leads, new, unchanged, refused)


def import_bids(
    session: Session, *, plan: ImportPlan, skip_refused: bool = False, actor: Actor, now: datetime
) -> list[Application]:
    """Take in every new bid of the plan, as sent bids of origin 'imported', in the order of the file.

    All of it belongs to the caller's one transaction. Raises RuleBroken when the plan refuses anything,
    unless `skip_refused` is set, and, naming the row, when a bid cannot be taken in after all.
    """
    if plan.file.file_faults or (plan.refused and not skip_refused):
        raise RuleBroken("Nothing was imported, because some of the file was refused.")
    definition = programme.definition_of(programme.round_by_id(session, plan.round_id))
    ids: dict[ImportedOrganisation, int] = {}
    taken = []
    for bid in plan.new:
        lead = plan.leads[bid.row]
        try:
            if lead not in ids:
                ids[lead] = _organisation(session, lead, actor=actor, now=now).id
            taken.append(_take(session, plan, definition, bid, ids[lead], actor=actor, now=now))
        except RuleBroken as broken:
            raise RuleBroken(
                [Reason(reason.text, f"row {bid.row} ({bid.source_id})") for reason in broken.reasons]
            ) from broken
    return taken


def _organisation(
    session: Session, lead: ImportedOrganisation, *, actor: Actor, now: datetime
) -> Organisation:
    return accounts.find_or_create_organisation(
        session,
        name=lead.name,
        kind=lead.kind,
        charity_number=lead.charity_number,
        company_number=lead.company_number,
        external_id=lead.external_id,
        postcode=lead.postcode,
        actor=actor,
        now=now,
    )


def _take(
    session: Session,
    plan: ImportPlan,
    definition: FundDefinition,
    bid: ImportedBid,
    lead_id: int,
    *,
    actor: Actor,
    now: datetime,
) -> Application:
    return actions.receive_imported(
        session,
        round_id=plan.round_id,
        lead_id=lead_id,
        title=bid.title,
        ask=bid.ask,
        answers=answers_of(definition, bid),
        source_id=bid.source_id,
        source_digest=bid.digest,
        submitted_at=now,
        not_collected=NOT_COLLECTED,
        imported=extras_of(plan.file.name, bid),
        actor=actor,
        now=now,
    )


def answers_of(definition: FundDefinition, bid: ImportedBid) -> dict[str, str]:
    """What the bid says to those of the fund's questions that the service knows by their key.

    Dates that are not whole, run backwards or lie outside the fund's time of spending are no answers; they
    stay among the extras as they were published.
    """
    asked = {question.key for section in definition.sections for question in section.questions}
    calendar, planned = definition.calendar, bid.planned
    answers = {"summary": bid.description}
    for key, text in (("starts_on", planned.start), ("ends_on", planned.end)):
        day = read_date(text)
        if day and calendar.spend_from <= day <= calendar.spend_by and not planned.run_backwards:
            answers[key] = text
    return {key: text for key, text in answers.items() if key in asked}


def extras_of(file_name: str, bid: ImportedBid) -> JsonDict:
    """What the source told besides answers, as JSON values; open data is made from it."""
    return {
        "source": file_name,
        "source_id": bid.source_id,
        "award_date": bid.award_date.isoformat() if bid.award_date else None,
        "planned_dates": {
            "start": bid.planned.start,
            "end": bid.planned.end,
            "months": bid.planned.months,
        },
        "beneficiary_locations": [
            {
                "name": place.name,
                "code": place.code,
                "code_type": place.code_type,
                "country": place.country,
            }
            for place in bid.places
        ],
    }


Known = Mapping[tuple[str, str], Organisation]
"""Organisations on record by ('charity_number', number) and so on."""


def _known(session: Session, leads: Iterable[ImportedOrganisation]) -> Known:
    """Those organisations on record that bear a number of one of `leads`."""
    wanted = {
        "charity_number": (Organisation.charity_number, {lead.charity_number for lead in leads}),
        "company_number": (Organisation.company_number, {lead.company_number for lead in leads}),
        "external_id": (Organisation.external_id, {lead.external_id for lead in leads}),
    }
    return {
        (name, str(getattr(found, name))): found
        for name, (column, numbers) in wanted.items()
        for found in _bearing(session, column, [number for number in numbers if number])
    }


def _bearing(
    session: Session, column: InstrumentedAttribute[str | None], numbers: Sequence[str]
) -> list[Organisation]:
    found: list[Organisation] = []
    for i in range(0, len(numbers), AT_ONCE):
        found += session.scalars(select(Organisation).where(column.in_(numbers[i : i + AT_ONCE])))
    return found


def _digests(session: Session, round_id: int, source_ids: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for i in range(0, len(source_ids), AT_ONCE):
        found |= queries.imported_digests(session, round_id=round_id, source_ids=source_ids[i : i + AT_ONCE])
    return found


def _faults(
    definition: FundDefinition, bid: ImportedBid, lead: ImportedOrganisation, known: Known, *, is_there: bool
) -> list[tuple[str, str]]:
    """Field and reason of everything that keeps a readable bid out of this round."""
    if is_there:
        return [("the row", CHANGED)]
    bearers = _bearers(lead, known)
    if len({bearer.id for bearer in bearers}) > 1:
        names = " and ".join(sorted(f"“{bearer.name}”" for bearer in bearers))
        return [("the organisation", f"Its numbers belong to different organisations on record: {names}.")]
    kind = bearers[0].kind if bearers else lead.kind
    facts = _facts(definition, bid, lead, kind)
    return [("the fund’s rules", reason.text) for reason in rules.blockers_to_submit(facts)]


def _bearers(lead: ImportedOrganisation, known: Known) -> Sequence[Organisation]:
    numbers = (
        ("charity_number", lead.charity_number),
        ("company_number", lead.company_number),
        ("external_id", lead.external_id),
    )
    found: Collection[Organisation] = {
        known[name, number].id: known[name, number]
        for name, number in numbers
        if number and (name, number) in known
    }.values()
    return list(found)


def _facts(
    definition: FundDefinition, bid: ImportedBid, lead: ImportedOrganisation, kind: OrganisationKind
) -> Facts:
    given = {"title": bid.title, **answers_of(definition, bid)}
    pages = {
        section.key: {
            question.key: given[question.key] for question in section.questions if question.key in given
        }
        for section in definition.sections
    }
    return Facts(definition=definition, lead_name=lead.name, lead_kind=kind, ask=bid.ask, pages=pages)
