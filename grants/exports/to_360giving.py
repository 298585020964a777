"""Allocations as open data in the 360Giving Data Standard 1.4: organisations and money, no people."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from grants.accounts.rules import register_id
from grants.accounts.states import KIND_LABELS
from grants.applications.imported_bid import BeneficiaryPlace
from grants.applications.states import ORIGIN_LABELS, Origin
from grants.exports.allocation_row import AllocationRow, Programme
from grants.exports.codes import COUNTRIES, GEO_CODE_TYPES
from grants.exports.grant_rules import cannot_be_in_its_register
from grants.exports.open_text import without_addresses, without_contacts

VERSION = "1.4"
LONGEST_TITLE = 140


def to_360giving(rows: Sequence[AllocationRow], programme: Programme) -> bytes:
    """A 360Giving package in UTF-8 JSON, a grant a line in the order of `rows`. Same rows, same bytes.

    Amounts are exact decimals of pounds. What looks like an e-mail address is replaced by a note, wherever it
    stands; so is a phone number in prose.
    """
    changed = max((row.modified_at for row in rows), default=datetime(2000, 1, 1, tzinfo=UTC))
    package = {
        "version": VERSION,
        "title": f"{programme.fund}, {programme.round}: grants awarded",
        "description": programme.note,
        "identifier": f"{programme.publisher_prefix}-{programme.round_ref}",
        "issued": _moment(changed),
        "modified": _moment(changed),
        "publisher": {"identifier": programme.funder_id, "name": programme.funder},
        "accessURL": programme.page,
    }
    head = _json(package).removesuffix("}")
    grants = ",\n".join(_json(_grant(row, programme)) for row in rows)
    return f'{head}, "grants": [\n{grants}\n]}}\n'.encode("utf-8", "replace")


def _json(value: Any) -> str:
    return json.dumps(_published(value), ensure_ascii=False)


def amount(pence: int) -> int | float:
    """Pounds as a JSON number whose decimal text is exact.

    Dividing whole pence by 100 rounds once, to the float nearest to the true value, and Python writes a float
    as the shortest decimal that leads back to it; that is the true value itself for every amount of two
    decimals below 10 to the power of 13.
    """
    return pence // 100 if pence % 100 == 0 else pence / 100


def _grant(row: AllocationRow, programme: Programme) -> dict[str, Any]:
    title = _title(row)
    grant: dict[str, Any] = {
        "id": f"{programme.publisher_prefix}-{row.ref}",
        "title": title,
        "description": _description(row, title),
        "currency": "GBP",
        "amountAppliedFor": amount(row.ask),
        "amountAwarded": amount(row.award),
        "awardDate": row.award_date,
        "plannedDates": _planned(row),
        "recipientOrganization": [_recipient(row, programme)],
        "beneficiaryLocation": [_place(place) for place in row.places],
        "fundingOrganization": [{"id": programme.funder_id, "name": programme.funder}],
        "grantProgramme": [
            {
                "code": programme.round_ref,
                "title": f"{programme.fund}: {programme.round}",
                "url": programme.page,
            }
        ],
        "fundingType": [{"title": "Grant"}],
        "classifications": _classifications(row, programme),
        "dateModified": _moment(row.modified_at),
        "dataSource": programme.page,
    }
    if row.origin is Origin.ONLINE:
        grant["fromOpenCall"] = "Yes"
    return {name: value for name, value in grant.items() if value != []}


def _title(row: AllocationRow) -> str:
    """The bid's own title, at most 140 characters, cut between words."""
    title = " ".join(without_contacts(row.title).split()) or f"Grant to {row.lead.name}"
    if len(title) <= LONGEST_TITLE:
        return title
    cut = title[: LONGEST_TITLE - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:-") + "…"


def _description(row: AllocationRow, title: str) -> str:
    """What the bid says of itself, then who delivers it. Never the same as the title.

    The standard has no place for partners, who are not paid by the funder: `relatedActivity` holds
    identifiers of other grants. Their names, not their shares, stand here in plain words.
    """
    parts = [without_contacts(row.summary).strip() or f"Grant to {row.lead.name} for “{title}”."]
    if row.partners:
        names = _listed([without_contacts(share.name) for share in row.partners])
        parts.append(f"Delivered by {row.lead.name} with {names}.")
    told = " ".join(parts)
    return f"{told} (grant to {row.lead.name})" if told == title else told


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _planned(row: AllocationRow) -> list[dict[str, Any]]:
    """The dates that the bid names, if they make sense; nothing where it names none."""
    planned = row.planned
    told: dict[str, Any] = {}
    if not planned.run_backwards:
        told |= {"startDate": planned.start} if planned.start else {}
        told |= {"endDate": planned.end} if planned.end else {}
    if planned.months:
        told["duration"] = float(planned.months) if "." in planned.months else int(planned.months)
    return [told] if told else []


def _recipient(row: AllocationRow, programme: Programme) -> dict[str, Any]:
    """The lead. Numbers of Scottish and Northern Irish charities stand in `id` alone, as the standard has it.

    The postcode of a group on no register is often somebody's home: only its first half is published.
    """
    lead = row.lead
    registered = register_id(lead.charity_number, lead.company_number)
    other = lead.external_id or ""
    if not other or cannot_be_in_its_register(other):
        other = f"{programme.publisher_prefix}-org-{lead.id}"
    postcode = lead.postcode if registered else _outward(lead.postcode)
    told = {
        "id": registered or other,
        "name": lead.name,
        "charityNumber": lead.charity_number if (lead.charity_number or "").isdecimal() else None,
        "companyNumber": lead.company_number,
        "postalCode": postcode,
        "organisationType": KIND_LABELS[lead.kind],
    }
    return {name: value for name, value in told.items() if value}


def _outward(postcode: str) -> str:
    """'LU1' of 'LU1 2AA'."""
    bare = "".join(postcode.split())
    return bare[:-3] if len(bare) > 4 else bare


def _place(place: BeneficiaryPlace) -> dict[str, str]:
    told = {
        "name": place.name,
        "countryCode": place.country if place.country in COUNTRIES else "",
        "geoCode": place.code,
        "geoCodeType": place.code_type if place.code and place.code_type in GEO_CODE_TYPES else "",
    }
    return {name: value for name, value in told.items() if value}


def _classifications(row: AllocationRow, programme: Programme) -> list[dict[str, str]]:
    """The themes that the bid claims, the aims it serves and, where it did not come online, its origin."""
    told = [{"vocabulary": f"{programme.fund}: themes", "title": theme} for theme in row.themes]
    told += [{"vocabulary": f"{programme.fund}: aims", "title": aim} for aim in row.priorities]
    if row.origin is not Origin.ONLINE:
        told.append({"vocabulary": "Origin of the bid", "title": ORIGIN_LABELS[row.origin]})
    if row.simulated:
        told.append({"vocabulary": "Reviews", "title": "Simulated reviews"})
    return told


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _published(value: Any) -> Any:
    """`value` with e-mail addresses taken out of every text in it."""
    if isinstance(value, dict):
        return {name: _published(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_published(inner) for inner in value]
    return without_addresses(value) if isinstance(value, str) else value
