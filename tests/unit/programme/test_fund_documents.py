"""What a fund file says of documents: read, checked with places, kept as JSON, left out."""

from dataclasses import replace

import pytest

from grants.documents.states import Kind
from grants.programme.definition import DocumentAsked, Uploads
from grants.programme.fund_file import FundFileFaulty, from_json, read_fund_file, to_json
from tests.paths import PROJECT

LUTON = (PROJECT / "funds" / "luton-covid-recovery.toml").read_text()
BEFORE, HEAD, REST = LUTON.partition("[[documents]]")
AFTER = REST[REST.index("# Luton's wards") :]


def with_documents(text: str) -> str:
    """The Luton file with other documents."""
    return f"{BEFORE}{text}\n{AFTER}"


ONE = """
[[documents]]
key = "rules"
title = "Rules"
why = "To know them."
required = true
"""


def test_what_is_left_out_of_a_document_means_the_least() -> None:
    fund = read_fund_file(with_documents(ONE))

    assert fund.documents == (
        DocumentAsked(
            key="rules",
            title="Rules",
            why="To know them.",
            kinds=(),
            required=True,
            dated="",
            not_older_than=None,
            accepts=(),
            several=False,
            reviewers_see=False,
        ),
    )
    assert fund.uploads == Uploads(largest_mb=10, most_files=30, most_mb=100)


def test_luton_asks_for_five_documents_and_shows_reviewers_two() -> None:
    fund = read_fund_file(LUTON)

    assert [(asked.key, asked.required, asked.reviewers_see) for asked in fund.documents] == [
        ("governing_document", True, False),
        ("accounts", True, False),
        ("safeguarding", True, True),
        ("bank_statement", True, False),
        ("partnership_agreement", False, True),
    ]
    assert fund.documents[3].accepts == (Kind.PDF, Kind.JPEG, Kind.PNG)
    assert from_json(to_json(fund)) == fund


def test_a_round_stored_before_there_were_documents_asks_for_none() -> None:
    fund = read_fund_file(LUTON)
    stored = to_json(fund)
    del stored["documents"], stored["uploads"]

    assert from_json(stored) == replace(fund, documents=(), uploads=Uploads())


@pytest.mark.parametrize(
    ("more", "faults"),
    [
        (ONE, ["documents[2].key: “rules” is here twice.", "documents[2].title: “Rules” is here twice."]),
        (
            'kinds = ["guild", "cic", "cic", "public_body"]',
            [
                "documents[1].kinds[1]: “guild” is not one of: registered_charity, cio, constituted_group, "
                "clg, cic, community_benefit_society, public_body, other.",
                "documents[1].kinds[3]: “cic” is here twice.",
                "documents[1].kinds[4]: “public_body” cannot lead a bid to this fund (rules.lead_kinds).",
            ],
        ),
        (
            'accepts = ["exe"]',
            ["documents[1].accepts[1]: This must be one of: pdf, docx, xlsx, odt, jpeg, png."],
        ),
        ('accepts = ["pdf", "pdf"]', ["documents[1].accepts[2]: “pdf” is here twice."]),
        (
            "not_older_than = 3",
            ["documents[1].not_older_than: Only a document with a date (dated) can be too old."],
        ),
        (
            'dated = "its day"\nnot_older_than = 0',
            ["documents[1].not_older_than: This must be from 1 to 120."],
        ),
    ],
)
def test_faults_of_documents_are_told_with_their_place(more: str, faults: list[str]) -> None:
    with pytest.raises(FundFileFaulty) as refused:
        read_fund_file(with_documents(ONE + more))

    assert [f"{fault.place}: {fault.text}" for fault in refused.value.faults] == faults


def test_bank_statements_are_never_shown_to_reviewers() -> None:
    shown = ONE.replace('"rules"', '"bank_statement"') + "reviewers_see = true"

    with pytest.raises(FundFileFaulty) as refused:
        read_fund_file(with_documents(shown))

    assert [(fault.place, fault.text) for fault in refused.value.faults] == [
        ("documents[1].reviewers_see", "Reviewers never see bank statements.")
    ]


def test_limits_of_files_are_in_order_and_in_bounds() -> None:
    with pytest.raises(FundFileFaulty) as refused:
        read_fund_file(with_documents(ONE + "[uploads]\nlargest_mb = 20\nmost_mb = 10\nmost_files = 0"))

    assert [(fault.place, fault.text) for fault in refused.value.faults] == [
        ("uploads.most_files", "This must be from 1 to 100."),
        ("uploads.largest_mb", "One file may be larger than all files together (most_mb)."),
    ]
