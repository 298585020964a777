"""Made-up awards, and the official schema where the shared data is at hand."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from grants.accounts.states import OrganisationKind
from grants.applications.imported_bid import BeneficiaryPlace, PlannedDates
from grants.applications.states import Origin, Stage
from grants.exports.allocation_row import AllocationRow, Programme, Recipient, Share
from grants.panels.states import Outcome
from tests.paths import SHARED_DATA

RELEASED = datetime(2022, 3, 31, 23, 30, tzinfo=UTC)
"""In London this is 1 April, half an hour past midnight."""

LUTON = BeneficiaryPlace("Luton", "E06000032", "UA", "GB")

PROGRAMME = Programme(
    round_ref="example-fund-2021",
    fund="Example fund",
    round="First round",
    note="An invented fund.",
    funder="Luton Borough Council",
    funder_id="GB-LAE-LUT",
    publisher_prefix="360G-example",
    page="https://grants.example.org/rounds/example-fund-2021/",
)

LEAD = Recipient(
    id=7,
    name="Marsh Growers",
    kind=OrganisationKind.REGISTERED_CHARITY,
    charity_number="1123126",
    company_number="01234567",
    external_id=None,
    postcode="LU1 2AA",
)


def row(number: int = 1, **changes: Any) -> AllocationRow:
    """One award of £1,000.10 shared by two; `changes` by field."""
    whole = AllocationRow(
        ref=f"EF1-{number:04d}",
        title="Allotment for all",
        summary="Beds that a wheelchair reaches.",
        lead=LEAD,
        shares=(
            Share("Marsh Growers", "1123126", True, 100_010, 80_008),
            Share("Shed Club", "", False, 25_003, 20_002),
        ),
        ask=125_013,
        award=100_010,
        score=Fraction(185, 3),
        rank=3,
        stage=Stage.ACTIVE,
        outcome=Outcome.FUND_IN_PART,
        origin=Origin.ONLINE,
        simulated=False,
        decided_at=datetime(2022, 3, 9, 14, tzinfo=UTC),
        released_at=RELEASED,
        accepted_at=datetime(2022, 4, 2, 9, tzinfo=UTC),
        ended_at=None,
        modified_at=datetime(2022, 4, 2, 9, tzinfo=UTC),
        planned=PlannedDates("2022-05-01", "2023-04-30", ""),
        places=(LUTON,),
        themes=("Youth", "Poverty"),
    )
    return replace(whole, **changes)


def lead(**changes: Any) -> Recipient:
    """Marsh Growers, changed."""
    return replace(LEAD, **changes)


@cache
def package_schema() -> Draft202012Validator:
    """The official schema of packages; its `$schema` names a dialect nobody knows, so it is set right."""
    folder = SHARED_DATA / "2_360giving_schema" / "schema"
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    grant = json.loads((folder / "360-giving-schema.json").read_text()) | dialect
    package = json.loads((folder / "360-giving-package-schema.json").read_text()) | dialect
    wanted = package["properties"]["grants"]["items"]["$ref"]
    registry: Registry[Any] = Registry().with_resource(wanted, DRAFT202012.create_resource(grant))
    return Draft202012Validator(package, registry=registry, format_checker=FormatChecker())


@cache
def grant_schema() -> Draft202012Validator:
    """The official schema of one grant."""
    path = SHARED_DATA / "2_360giving_schema" / "schema" / "360-giving-schema.json"
    grant = json.loads(path.read_text()) | {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return Draft202012Validator(grant, format_checker=FormatChecker())


def schema_faults(content: bytes) -> list[str]:
    """What the official schema finds wrong with a package."""
    return [error.message[:200] for error in package_schema().iter_errors(json.loads(content))]


@cache
def naughty() -> list[str]:
    """Texts that break software, and spreadsheet formulas."""
    folder = SHARED_DATA / "9_adversarial"
    found: list[str] = []
    for name in ("naughty_strings.json", "csv_formula_injection.json"):
        data = json.loads((folder / name).read_text(encoding="utf-8"))
        found += data if isinstance(data, list) else [text for part in data.values() for text in part]
    return found
