"""Months, labels, and what stays of a bid when its words go."""

from datetime import UTC, date, datetime

import pytest

from grants.privacy.redaction import bid_without_words, note, without_words
from grants.privacy.rules import begun_before, is_over, later, plain, told
from grants.privacy.states import DeletionState

ON = date(2030, 5, 3)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 12, 15), 1, date(2025, 1, 15)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2024, 1, 1), -13, date(2022, 12, 1)),
        (date(2024, 5, 5), 84, date(2031, 5, 5)),
    ],
)
def test_months_later(day: date, months: int, expected: date) -> None:
    assert later(day, months) == expected


def test_a_period_is_over_the_day_after_in_london() -> None:
    event = date(2024, 3, 31)
    assert not is_over(event, 6, datetime(2024, 9, 30, 22, 59, tzinfo=UTC))
    assert is_over(event, 6, datetime(2024, 9, 30, 23, 0, tzinfo=UTC))
    assert begun_before(6, datetime(2024, 9, 30, 23, 0, tzinfo=UTC)) == date(2024, 4, 1)


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("share", 120_050, "£1,200.50"),
        ("number", 3, "3"),
        ("active", True, "yes"),
        ("state", DeletionState.TAKEN_BACK, "taken back"),
        ("reason", None, ""),
        ("answers", {"a": "é"}, '{\n "a": "é"\n}'),
    ],
)
def test_values_as_they_are_read(column: str, value: object, text: str) -> None:
    assert told(column, value) == text


def test_values_for_a_machine() -> None:
    assert plain(datetime(2030, 5, 3, tzinfo=UTC)) == "2030-05-03T00:00:00+00:00"
    assert plain(DeletionState.ASKED) == "asked"
    assert plain(5) == 5


@pytest.mark.parametrize("answer", ["", "yes", "no", "2022-04-01", "12,000", "£1,200.50", "120"])
def test_answers_without_words_stay(answer: str) -> None:
    assert without_words(answer, on=ON) == answer


@pytest.mark.parametrize(
    "answer", ["Ann", "07700 900123", "01582546000", "a@b.example", "yes, Ann", "LU1 2AB"]
)
def test_everything_else_goes(answer: str) -> None:
    assert without_words({"q": [answer]}, on=ON) == {"q": [note(ON)]}


CONTENT = {
    "ref": "LCR-0001",
    "title": "Doors open",
    "round": "luton-2021",
    "lead": {"name": "Marsh Farm", "kind": "cio", "charity_number": "1123126", "company_number": None,
             "postcode": "LU3 3AA", "trustees": 5, "description": "We and Ann"},
    "origin": "online",
    "ask": 2_000_050,
    "eligibility": {"constituted": True},
    "sections": {"summary": {"title": "Doors open", "kind": "Ann", "ends_on": "2024-03-31"}},
    "themes": {"youth": {"addressed": True, "answers": {"hearing": "Ann said"}}},
    "claims": ["youth"],
    "budget": [{"item": "Ann's wages", "category": "Staff", "amount": 5, "year": "2022-23"}],
    "partners": [{"name": "The Hive", "kind": "cic", "number": "01234567", "role": "Ann runs it", "share": 7,
                  "themes": ["youth"], "consented_at": "2022-01-01T00:00:00+00:00"}],
    "documents": [{"requirement": "accounts", "name": "Ann.pdf", "sha256": "aa"}],
    "not_collected": [],
    "imported": {"description": "For Ann"},
}  # fmt: skip


@pytest.mark.parametrize("funded", [True, False])
def test_what_stays_of_a_bid(funded: bool) -> None:
    gone = note(ON)
    left = bid_without_words(CONTENT, on=ON, funded=funded)

    assert "Ann" not in str(left)
    assert left == {
        **CONTENT,
        "title": "Doors open" if funded else gone,
        "lead": {
            **CONTENT["lead"],  # type: ignore[dict-item]  # a dict among values of many types
            "name": "Marsh Farm" if funded else gone,
            "postcode": gone,
            "description": gone,
        },
        "sections": {"summary": {"title": gone, "kind": gone, "ends_on": "2024-03-31"}},
        "themes": {"youth": {"addressed": True, "answers": {"hearing": gone}}},
        "budget": [{"item": gone, "category": "Staff", "amount": 5, "year": "2022-23"}],
        "partners": [
            {**CONTENT["partners"][0], "name": "The Hive" if funded else gone, "role": gone}  # type: ignore[index]  # likewise
        ],
        "documents": [],
        "imported": {"description": gone},
        "removed_on": "2030-05-03",
    }
    assert CONTENT["title"] == "Doors open"
