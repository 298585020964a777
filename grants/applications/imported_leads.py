"""Which rows of a file are bids of the same organisation, and what they know of it together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from grants.accounts.states import OrganisationKind
from grants.applications.imported_bid import ImportedBid, ImportedOrganisation

Key = tuple[str, str]
"""('charity', number), ('company', number) or ('external', identifier)."""


def leads_of(bids: Sequence[ImportedBid]) -> dict[int, ImportedOrganisation]:
    """The organisation behind each row number, the same for rows that share a number.

    A charity number decides; a company number alone leads to the charity beside which another row has it.
    What rows say differently is settled by the first. No number is given to two organisations.
    """
    charity_of = _charities_by_company(bids)
    groups: dict[Key, list[ImportedOrganisation]] = {}
    key_of = {bid.row: _key(bid.organisation, charity_of) for bid in bids}
    for bid in bids:
        groups.setdefault(key_of[bid.row], []).append(bid.organisation)
    taken: set[Key] = set(groups)
    merged = {key: _merged(key, members, taken) for key, members in groups.items()}
    return {row: merged[key] for row, key in key_of.items()}


def _charities_by_company(bids: Iterable[ImportedBid]) -> dict[str, str]:
    found: dict[str, str] = {}
    for bid in bids:
        charity, company = bid.organisation.charity_number, bid.organisation.company_number
        if charity and company:
            found.setdefault(company, charity)
    return found


def _key(organisation: ImportedOrganisation, charity_of: Mapping[str, str]) -> Key:
    company = organisation.company_number
    charity = organisation.charity_number or (charity_of.get(company) if company else None)
    if charity:
        return "charity", charity
    return ("company", company) if company else ("external", organisation.external_id or "")


def _merged(key: Key, members: Sequence[ImportedOrganisation], taken: set[Key]) -> ImportedOrganisation:
    """What the members know together; a number that another organisation bears is left out."""
    first = members[0]
    charity = key[1] if key[0] == "charity" else None
    company = key[1] if key[0] == "company" else _free("company", members, taken)
    external = key[1] if key[0] == "external" else _free("external", members, taken)
    known = [member.kind for member in members if member.kind is not OrganisationKind.OTHER]
    kind = OrganisationKind.REGISTERED_CHARITY if charity else next(iter(known), first.kind)
    postcode = next((member.postcode for member in members if member.postcode), "")
    return replace(
        first,
        charity_number=charity,
        company_number=company,
        external_id=external,
        kind=kind,
        postcode=postcode,
    )


def _free(what: str, members: Sequence[ImportedOrganisation], taken: set[Key]) -> str | None:
    for member in members:
        number = member.company_number if what == "company" else member.external_id
        if number and (what, number) not in taken:
            taken.add((what, number))
            return number
    return None
