"""The same open data as one sheet: a grant a row, under the titles of the 360Giving Data Standard 1.4."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from grants.core.cells import defused, visible
from grants.exports.allocation_row import AllocationRow, Programme
from grants.exports.to_360giving import to_360giving

COLUMNS: Mapping[str, str] = {
    "Identifier": "id",
    "Title": "title",
    "Description": "description",
    "Currency": "currency",
    "Amount Applied For": "amountAppliedFor",
    "Amount Awarded": "amountAwarded",
    "Award Date": "awardDate",
    "Planned Dates:Start Date": "plannedDates/0/startDate",
    "Planned Dates:End Date": "plannedDates/0/endDate",
    "Planned Dates:Duration (months)": "plannedDates/0/duration",
    "Recipient Org:Identifier": "recipientOrganization/0/id",
    "Recipient Org:Name": "recipientOrganization/0/name",
    "Recipient Org:Charity Number": "recipientOrganization/0/charityNumber",
    "Recipient Org:Company Number": "recipientOrganization/0/companyNumber",
    "Recipient Org:Postal Code": "recipientOrganization/0/postalCode",
    "Funding Org:Identifier": "fundingOrganization/0/id",
    "Funding Org:Name": "fundingOrganization/0/name",
    "Grant Programme:Code": "grantProgramme/0/code",
    "Grant Programme:Title": "grantProgramme/0/title",
    "Grant Programme:URL": "grantProgramme/0/url",
    "From An Open Call?": "fromOpenCall",
    "Data Source": "dataSource",
    "Last Modified": "dateModified",
}
OF_A_PLACE: Mapping[str, str] = {
    "Name": "name",
    "Country Code": "countryCode",
    "Geographic Code": "geoCode",
    "Geographic Code Type": "geoCodeType",
}


def to_360giving_csv(rows: Sequence[AllocationRow], programme: Programme) -> bytes:
    """UTF-8 with byte order mark, CRLF. It says what the JSON says, classifications left out.

    Further places of a grant stand in numbered columns, as the standard's own tools write them.
    """
    grants = json.loads(to_360giving(rows, programme))["grants"]
    most = max((len(grant.get("beneficiaryLocation", ())) for grant in grants), default=0)
    places = [f"Beneficiary Location:{f'{n}:' if n else ''}" for n in range(most)]
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow([*COLUMNS, *(place + name for place in places for name in OF_A_PLACE)])
    for grant in grants:
        writer.writerow([*(_cell(grant, path) for path in COLUMNS.values()), *_places(grant, most)])
    return sheet.getvalue().encode("utf-8-sig", "replace")


def _places(grant: Mapping[str, Any], most: int) -> list[str]:
    found = grant.get("beneficiaryLocation", [])
    return [
        _cell(found[n], path) if n < len(found) else "" for n in range(most) for path in OF_A_PLACE.values()
    ]


def _cell(data: Any, path: str) -> str:
    """What stands at `path`, '' where nothing does. Text that a spreadsheet would run is defused."""
    for step in path.split("/"):
        data = data[int(step)] if step.isdecimal() and data else (data or {}).get(step) if data else None
    if data is None or data == []:
        return ""
    return str(data) if isinstance(data, int | float) else defused(visible(str(data)))
