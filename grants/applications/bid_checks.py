"""Whether a row of a file from elsewhere is a bid: every fault, else the bid with exact row."""

from collections.abc import Iterator, Sequence

from grants.accounts.rules import charity_number, company_number
from grants.accounts.states import OrganisationKind
from grants.applications.bid_fields import OF_A_PLACE, Field, RawBid
from grants.applications.bid_row import BidRow
from grants.applications.imported_bid import (
    BeneficiaryPlace,
    ImportedBid,
    ImportedOrganisation,
    PlannedDates,
    RowFault,
)

LONGEST = {
    Field.ID: 300,
    Field.TITLE: 300,
    Field.DESCRIPTION: 20_000,
    Field.ORGANISATION: 300,
    Field.ORGANISATION_ID: 200,
    Field.POSTCODE: 10,
}

REGRANT_TYPES = frozenset(f"FRG0{n}0" for n in range(1, 8))
LOCATION_SCOPES = frozenset([*(f"GLS0{n}0" for n in range(1, 7)), "GLS099"])
"""Closed code lists of the 360Giving Data Standard 1.4."""

PUBLIC_REGISTERS = frozenset(
    ("EDU", "GOR", "LAE", "LANI", "LAS", "MPR", "NHS", "NIEDU", "PLA", "SCOTEDU", "UKPRN", "WALEDU")
)
"""Registers of org-id.guide (GB-…) of schools, colleges, health bodies and authorities."""


def check(raw: Sequence[RawBid]) -> tuple[list[ImportedBid], list[RowFault]]:
    """The rows that are bids, and everything wrong with the others, in the order of the file.

    An identifier that stands in several rows keeps all of them out: only a person can say which is right.
    """
    bids: list[ImportedBid] = []
    faults: list[RowFault] = []
    rows_of: dict[str, list[int]] = {}
    for found in raw:
        rows_of.setdefault(_identity(found), []).append(found.row)
    for found in raw:
        identity = _identity(found)
        row = BidRow(found)
        bid = _bid(row)
        if identity and len(rows_of[identity]) > 1:
            row.refuse(Field.ID, f"The same identifier is also in {_others(rows_of[identity], row.row)}.")
        if row.faults:
            faults += [RowFault(row.row, identity, field, why) for field, why in row.faults]
        else:
            bids.append(bid)
    return bids, faults


def _others(rows: Sequence[int], this: int) -> str:
    """'row 3', or 'rows 3, 4, 5, 6, 7 and 2 more', without this one."""
    shown = [str(row) for row in rows[:6] if row != this][:5]
    more = len(rows) - 1 - len(shown)
    return f"row{'s' if len(rows) > 2 else ''} {', '.join(shown)}{f' and {more} more' if more else ''}"


def _identity(found: RawBid) -> str:
    return " ".join(str(found.values.get(Field.ID, "")).split())


def _bid(row: BidRow) -> ImportedBid:
    """The bid, worth something only if `row` then has no faults."""
    if row.has(Field.INDIVIDUAL):
        row.refuse(Field.INDIVIDUAL, "This grant went to a person. Only organisations bid.")
    _check_codes(row)
    return ImportedBid(
        row=row.row,
        source_id=row.line(Field.ID, required=True, longest=LONGEST[Field.ID]),
        title=_name(row, Field.TITLE),
        description=row.text(Field.DESCRIPTION, required=True, longest=LONGEST[Field.DESCRIPTION]),
        ask=_ask(row),
        organisation=_organisation(row),
        planned=_planned(row),
        places=tuple(_places(row)),
        award_date=row.day(Field.AWARD_DATE),
        remarks=tuple(row.remarks),
    )


def _name(row: BidRow, field: Field) -> str:
    """Text that must be there, with its white space made single spaces."""
    return " ".join(row.text(field, required=True, longest=LONGEST[field]).split())


def _ask(row: BidRow) -> int:
    """What was applied for, else what was awarded, pence. Nought applied for counts as not stated."""
    applied_for, awarded = row.pence(Field.APPLIED_FOR), row.pence(Field.AWARDED)
    if applied_for == 0 and awarded:
        row.remarks.append("The amount applied for is £0, so the amount awarded is taken.")
    if not row.has(Field.APPLIED_FOR) and not row.has(Field.AWARDED):
        row.refuse(Field.APPLIED_FOR, "The amount is missing.")
    elif not applied_for and not awarded:
        row.refuse(Field.APPLIED_FOR, "The amount must be more than £0.", unless_faulty=True)
    return applied_for or awarded or 0


def _check_codes(row: BidRow) -> None:
    currency = row.line(Field.CURRENCY, required=True)
    if currency and currency != "GBP":
        row.refuse(Field.CURRENCY, f"The currency is “{currency}”. Only pounds sterling (GBP) are taken.")
    row.code(Field.OPEN_CALL, ("Yes", "No"), "Yes or No")
    row.code(Field.REGRANT, REGRANT_TYPES, "a code from FRG010 to FRG070")
    row.code(Field.SCOPE, LOCATION_SCOPES, "a code from GLS010 to GLS060, or GLS099")


def _planned(row: BidRow) -> PlannedDates:
    planned = PlannedDates(
        start=row.part_of_a_day(Field.STARTS),
        end=row.part_of_a_day(Field.ENDS),
        months=row.months(Field.MONTHS),
    )
    if planned.run_backwards:
        row.remarks.append(
            "The work would end before it starts: its dates are kept as published, and not used."
        )
    return planned


def _places(row: BidRow) -> Iterator[BeneficiaryPlace]:
    for place in row.places():
        name, code, code_type, country = (place.line(field) for field in OF_A_PLACE)
        if country and not (len(country) == 2 and country.isascii() and country.isupper()):
            row.refuse(Field.PLACE_COUNTRY, f"“{country}” is not a country code of two letters.")
        if name or code:
            yield BeneficiaryPlace(name, code, code_type, country)


def _organisation(row: BidRow) -> ImportedOrganisation:
    name = _name(row, Field.ORGANISATION)
    identifier = row.line(Field.ORGANISATION_ID, longest=LONGEST[Field.ORGANISATION_ID])
    charity, company = _numbers(row, identifier)
    if row.typed and not identifier:
        row.refuse(Field.ORGANISATION_ID, "This is missing.", unless_faulty=True)
    elif not (identifier or charity or company):
        reason = "Give an identifier, a charity number or a company number: without one it cannot be known."
        row.refuse(Field.ORGANISATION_ID, reason, unless_faulty=True)
    postcode = row.line(Field.POSTCODE)
    if len(postcode) > LONGEST[Field.POSTCODE]:
        row.remarks.append(f"“{postcode[:40]}” is not a postcode: left out.")
        postcode = ""
    in_registers = charity_number(identifier) or company_number(identifier)
    return ImportedOrganisation(
        name=name,
        kind=guessed_kind(name, identifier, charity, company),
        charity_number=charity,
        company_number=company,
        external_id=identifier if identifier and not in_registers else None,
        postcode=postcode.upper(),
    )


def _numbers(row: BidRow, identifier: str) -> tuple[str | None, str | None]:
    """Charity and company number: from the identifier if it is one of a register, else from their columns."""
    of_charity = identifier.startswith(("GB-CHC-", "GB-SC-", "GB-NIC-"))
    of_company = identifier.startswith("GB-COH-")
    found = []
    for field, read, known, what in (
        (Field.CHARITY_NUMBER, charity_number, of_charity, "charity"),
        (Field.COMPANY_NUMBER, company_number, of_company, "company"),
    ):
        typed = row.line(field)
        number = (read(identifier) if known else None) or read(typed)
        if typed and read(typed) is None:
            row.remarks.append(f"“{typed[:40]}” is not a {what} number: left out.")
        elif typed and read(typed) != number:
            row.remarks.append(f"The {what} number {typed[:40]} is not that of the identifier: left out.")
        found.append(number)
    charity, company = found
    if charity and company and charity.lstrip("0") == company.lstrip("0"):
        row.remarks.append(f"The charity number {charity} also stands as company number: left out there.")
        company = None
    return charity, company


def guessed_kind(name: str, identifier: str, charity: str | None, company: str | None) -> OrganisationKind:
    """What the organisation most likely is, from its numbers; the file does not say."""
    words = name.casefold().replace(".", "").split()
    if charity:
        return OrganisationKind.REGISTERED_CHARITY
    if identifier.startswith("GB-") and identifier.split("-")[1] in PUBLIC_REGISTERS:
        return OrganisationKind.PUBLIC_BODY
    if company and company.startswith(("IP", "RS", "SP", "NP")):
        return OrganisationKind.COMMUNITY_BENEFIT_SOCIETY
    if words[-1:] == ["cic"] or words[-3:] == ["community", "interest", "company"]:
        return OrganisationKind.CIC
    return OrganisationKind.CLG if company else OrganisationKind.OTHER
