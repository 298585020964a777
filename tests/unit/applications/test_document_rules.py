"""Which documents a bid needs, and what is wrong with those it has."""

from dataclasses import replace
from datetime import date

import pytest

from grants.accounts.states import OrganisationKind
from grants.applications.document_rules import (
    asked_of,
    document_reasons,
    documents_note,
    earliest_date,
    limit_reasons,
    months_before,
)
from grants.applications.facts import DocumentEntry
from grants.applications.rules import blockers_to_submit, task_list
from grants.programme.definition import DocumentAsked, FundDefinition, Uploads
from tests.papers import entries
from tests.unit.applications.bids import complete, fund

MB = 1024 * 1024


def without(*keys: str) -> tuple[DocumentEntry, ...]:
    return tuple(entry for entry in entries(fund()) if entry.requirement not in keys)


def spoilt(key: str, **changes: object) -> tuple[DocumentEntry, ...]:
    return tuple(
        replace(entry, **changes) if entry.requirement == key else entry  # type: ignore[arg-type]  # a test's own fields
        for entry in entries(fund())
    )


def told(documents: tuple[DocumentEntry, ...]) -> list[tuple[str, str]]:
    return [(reason.text, reason.place) for reason in document_reasons(complete(documents=documents))]


def test_a_complete_bid_lacks_no_document() -> None:
    assert told(entries(fund())) == []


def test_every_required_document_is_asked_for_and_no_optional_one() -> None:
    assert told(()) == [
        ("Send the document “Governing document”", "documents/governing_document#files"),
        ("Send the document “Latest yearly accounts”", "documents/accounts#files"),
        ("Send the document “Safeguarding policy”", "documents/safeguarding#files"),
        ("Send the document “Bank statement”", "documents/bank_statement#files"),
    ]


def test_a_missing_document_stands_in_the_way_of_sending() -> None:
    reasons = blockers_to_submit(complete(documents=without("accounts")))

    assert [reason.place for reason in reasons] == ["documents/accounts#files"]


@pytest.mark.parametrize(
    ("key", "changes", "text"),
    [
        (
            "accounts",
            {"dated": None},
            "Enter the date of “Latest yearly accounts”: the last day that they cover",
        ),
        (
            "partnership_agreement",
            {"dated": None},
            "Enter the date of “Partnership agreement”: the day it was signed",
        ),
        (
            "bank_statement",
            {"dated": date(2021, 9, 27)},
            "“Bank statement” is too old: its date must be 28 September 2021 or later. Send a newer one",
        ),
    ],
)
def test_a_document_undated_or_too_old_is_told_beside_its_date(
    key: str, changes: dict[str, object], text: str
) -> None:
    assert told(spoilt(key, **changes)) == [(text, f"documents/{key}#dated")]


def test_the_last_date_that_is_not_too_old_is_taken() -> None:
    assert told(spoilt("bank_statement", dated=date(2021, 9, 28))) == []


def test_a_file_that_nobody_can_open_does_not_count() -> None:
    assert told(spoilt("safeguarding", usable=False)) == [
        (
            "Send another file instead of “safeguarding.pdf” for “Safeguarding policy”: "
            "it cannot be opened safely",
            "documents/safeguarding#files",
        )
    ]


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2024, 5, 31), 3, date(2024, 2, 29)),
        (date(2023, 5, 31), 3, date(2023, 2, 28)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2022, 1, 28), 4, date(2021, 9, 28)),
        (date(2022, 1, 31), 1, date(2021, 12, 31)),
        (date(2022, 12, 1), 24, date(2020, 12, 1)),
    ],
)
def test_months_are_counted_back_to_a_day_that_exists(day: date, months: int, found: date) -> None:
    assert months_before(day, months) == found


def test_age_is_counted_from_the_day_the_round_closes_in_the_uk() -> None:
    (statement,) = [asked for asked in fund().documents if asked.key == "bank_statement"]

    assert earliest_date(fund(), statement) == date(2021, 9, 28)
    assert earliest_date(fund(), replace(statement, not_older_than=None)) is None


def test_only_some_kinds_of_lead_are_asked() -> None:
    fund_ = asking(of=("cic",))

    assert asked_of(fund_, OrganisationKind.REGISTERED_CHARITY) == []
    assert [asked.key for asked in asked_of(fund_, OrganisationKind.CIC)] == ["governing_document"]
    assert document_reasons(complete(definition=fund_, documents=())) == []


def asking(of: tuple[str, ...]) -> FundDefinition:
    asked: DocumentAsked = replace(fund().documents[0], kinds=of)
    return replace(fund(), documents=(asked,))


def test_a_fund_that_collects_no_answers_misses_no_document() -> None:
    lenient = replace(fund(), rules=replace(fund().rules, answers_required=False))

    assert document_reasons(complete(definition=lenient, documents=())) == []


@pytest.mark.parametrize(
    ("kept", "added", "found"),
    [
        ([MB], [MB], []),
        ([1, 1], [1], ["A bid can have at most 2 files. Remove one first."]),
        (
            [2 * MB],
            [MB + 1],
            ["The files of a bid can have at most 3 MB together. Remove one, or send a smaller one."],
        ),
        ([2 * MB], [MB], []),
    ],
)
def test_count_and_total_have_limits(kept: list[int], added: list[int], found: list[str]) -> None:
    small = replace(fund(), uploads=Uploads(largest_mb=2, most_files=2, most_mb=3))

    assert [reason.text for reason in limit_reasons(small, kept, added)] == found


def status(documents: tuple[DocumentEntry, ...]) -> tuple[str, str]:
    (task,) = [
        task
        for group in task_list(complete(documents=documents))
        for task in group.tasks
        if task.place == "documents"
    ]
    return task.status, task.note


def test_the_task_list_counts_the_documents() -> None:
    assert status(()) == ("not_started", "0 of 4 required documents are there")
    assert status(without("accounts", "safeguarding")) == (
        "in_progress",
        "2 of 4 required documents are there",
    )
    assert status(entries(fund())) == ("done", "4 of 4 required documents are there")
    assert documents_note(complete(definition=asking(of=("cic",)))) == "Optional"
