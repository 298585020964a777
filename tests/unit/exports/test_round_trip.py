"""Our own open data, JSON and CSV, read back by our own importer: nothing that it has a place for is lost."""

from datetime import date

from grants.accounts.states import OrganisationKind
from grants.applications.bid_files import read_bid_file
from grants.applications.imported_bid import (
    BeneficiaryPlace,
    ImportedBid,
    ImportedOrganisation,
    PlannedDates,
)
from grants.applications.states import Origin
from grants.exports.allocation_row import AllocationRow
from grants.exports.to_360giving import to_360giving
from grants.exports.to_360giving_csv import to_360giving_csv
from tests.unit.exports.rows import LUTON, PROGRAMME, lead, row

BISCOT = BeneficiaryPlace("Biscot", "E05002194", "WD", "GB")
ROWS = [
    row(1, title="=Growing, “café”; naïve", summary="@home\nwith 'quotes', and - dashes"),
    row(2, places=(LUTON, BISCOT, BeneficiaryPlace("Somewhere")), planned=PlannedDates("2022-05", "", "7.5")),
    row(3, lead=lead(charity_number="SC012345", company_number=None), places=(), planned=PlannedDates()),
    row(4, lead=lead(charity_number=None, company_number="01234567"), shares=row().shares[:1]),
    row(
        5,
        origin=Origin.IMPORTED,
        lead=lead(charity_number=None, company_number=None, kind=OrganisationKind.CONSTITUTED_GROUP),
    ),
]

KINDS = (
    *[OrganisationKind.REGISTERED_CHARITY] * 3,
    OrganisationKind.CLG,
    OrganisationKind.OTHER,
)


def read_back(content: bytes, name: str) -> list[ImportedBid]:
    read = read_bid_file(name, content)
    assert (read.count, read.faults, read.file_faults) == (len(ROWS), (), ())
    return list(read.bids)


def test_json_is_read_back_without_loss() -> None:
    bids = read_back(to_360giving(ROWS, PROGRAMME), "awards.json")
    for told, bid, kind in zip(ROWS, bids, KINDS, strict=True):
        assert (bid.source_id, bid.title, bid.ask) == (f"360G-example-{told.ref}", told.title, told.ask)
        assert bid.description.startswith(told.summary)
        assert (bid.planned, bid.places, bid.remarks) == (told.planned, told.places, ())
        assert bid.award_date == date.fromisoformat(told.award_date)
        assert bid.organisation == expected(told, kind)


def expected(told: AllocationRow, kind: OrganisationKind) -> ImportedOrganisation:
    """The lead. The standard has no place for its kind, which is told by its numbers; of a group on no
    register half the postcode stays.
    """
    lead = told.lead
    on_register = bool(lead.charity_number or lead.company_number)
    return ImportedOrganisation(
        name=lead.name,
        kind=kind,
        charity_number=lead.charity_number,
        company_number=lead.company_number,
        external_id=None if on_register else f"360G-example-org-{lead.id}",
        postcode=lead.postcode if on_register else "LU1",
    )


def test_csv_says_what_json_says() -> None:
    from_json = read_back(to_360giving(ROWS, PROGRAMME), "awards.json")
    from_csv = read_back(to_360giving_csv(ROWS, PROGRAMME), "awards.csv")
    assert [bid.digest for bid in from_csv] == [bid.digest for bid in from_json]
