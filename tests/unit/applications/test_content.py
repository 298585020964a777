"""What is frozen when a bid is sent."""

import json
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from grants.accounts.states import OrganisationKind
from grants.applications.content import Lead, consent_text, content_of, digest_of
from grants.applications.facts import Facts, as_amount, read_amount, read_date
from grants.applications.states import Origin
from tests.unit.applications.bids import PAGES, STRANDS, complete, fund

CONFIRMED = datetime(2021, 12, 10, 12, tzinfo=UTC)
LEAD = Lead("Marsh Farm Outreach", OrganisationKind.REGISTERED_CHARITY, "1123126", None, "LU3 3AA")


def frozen(facts: Facts) -> dict[str, object]:
    """The content of `facts`."""
    return content_of(
        facts,
        LEAD,
        ref="LCR1-0001",
        round_ref="luton-2021",
        origin=Origin.ONLINE,
        consented_at={7: CONFIRMED},
    )


LEFT_OUT = {"addressed": False, "answers": {}}
FROZEN_LEAD = {
    "name": "Marsh Farm Outreach",
    "kind": "registered_charity",
    "charity_number": "1123126",
    "company_number": None,
    "postcode": "LU3 3AA",
}


DOCUMENTS = [
    {
        "id": n,
        "requirement": key,
        "name": f"{key}.pdf",
        "sha256": f"{n}" * 64,
        "size": 1000,
        "dated": "2021-11-29" if key != "governing_document" else None,
    }
    for n, key in enumerate(
        ("governing_document", "accounts", "safeguarding", "bank_statement", "partnership_agreement"), 1
    )
]


BUDGET = [
    {
        "item": "Youth worker",
        "category": "Staff and freelance workers",
        "amount": 1_500_000,
        "year": "2022-23",
        "match": None,
        "secured": None,
    },
    {
        "item": "Hall",
        "category": "Rooms and venues",
        "amount": 500_050,
        "year": "2023-24",
        "match": 100_000,
        "secured": False,
    },
]
PARTNER = {
    "name": "The Hive",
    "kind": "constituted_group",
    "number": "",
    "role": "Thursdays",
    "share": 800_050,
    "consented_at": "2021-12-10T12:00:00+00:00",
    "themes": [],
    "strands": [],
}


def test_the_whole_bid_is_in_it() -> None:
    assert frozen(complete(pages={**PAGES, "eligibility": {"partnership": "yes"}})) == {
        "ref": "LCR1-0001",
        "title": "Doors open",
        "round": "luton-2021",
        "lead": FROZEN_LEAD,
        "origin": "online",
        "ask": 2_000_050,
        "least_amount": 1_200_000,
        "lead_share": 1_200_000,
        "eligibility": {"partnership": "yes"},
        "sections": {section.key: dict(PAGES[section.key]) for section in fund().sections},
        "themes": {
            "youth": {"addressed": True, "answers": STRANDS},
            "housing": {"addressed": True, "answers": STRANDS},
            "community": LEFT_OUT,
            "work": LEFT_OUT,
            "poverty": LEFT_OUT,
        },
        "claims": ["youth", "housing"],
        "beneficiaries": 120,
        "places": ["E05002194", "E05002207"],
        "priorities": ["Inclusive economy"],
        "milestones": [{"what": "Doors open", "by": "2022-04-01"}],
        "risks": [{"what": "Nobody comes", "likely": "low", "response": "We ask why."}],
        "budget": BUDGET,
        "partners": [PARTNER],
        "documents": DOCUMENTS,
        "not_collected": [],
    }


def test_it_names_no_person() -> None:
    assert "Ada" not in json.dumps(frozen(complete()))
    assert "ada@hive.example" not in json.dumps(frozen(complete()))


def test_what_was_typed_for_a_theme_LEFT_OUT_is_not_sent() -> None:
    pages = {**PAGES, "theme:work": {"addressed": "no", "hearing": "changed our minds"}}
    assert frozen(complete(pages=pages)) == frozen(complete())


def test_a_lead_without_partners_has_the_whole_ask() -> None:
    assert frozen(complete(partners=(), lead_share=""))["lead_share"] == 2_000_050


def test_the_digest_is_that_of_the_canonical_json() -> None:
    content = {"b": "é", "a": [1, None]}
    assert digest_of(content) == sha256(b'{"a":[1,null],"b":"\\u00e9"}').hexdigest()


def test_a_partner_agrees_to_these_very_words() -> None:
    assert consent_text(
        title="Doors open",
        ref="LCR1-0001",
        fund="The fund",
        lead="Marsh Farm Outreach",
        ask=2_000_050,
        partner="The Hive",
        role="Thursdays",
        share=800_050,
        wording="We take part.",
    ) == (
        "Bid: Doors open (LCR1-0001)\nFund: The fund\nLead organisation: Marsh Farm Outreach\n"
        "Amount asked for: £20,000.50\nPartner: The Hive\nRole: Thursdays\nShare: £8,000.50\n\nWe take part."
    )


@pytest.mark.parametrize(
    ("typed", "pence"),
    [
        ("£1,234.5", 123_450),
        (" 12 000 ", 1_200_000),
        (7, 7),
        ("", None),
        ("-5", None),
        ("1.234", None),
        ("١٢", None),
    ],
)
def test_amounts_are_read_or_kept_as_typed(typed: str | int, pence: int | None) -> None:
    assert read_amount(typed) == pence
    assert as_amount(typed) == (str(typed).strip() if pence is None else pence)


@pytest.mark.parametrize(
    ("typed", "read"), [("2022-04-01", True), ("31/2/2022", False), ("", False), ("2022-02-30", False)]
)
def test_dates_are_read_or_kept_as_typed(typed: str, read: bool) -> None:
    assert (read_date(typed) is not None) is read
