"""What a fund file says of how bids are reviewed: read, checked with places, kept, left out, frozen."""

from dataclasses import replace

import pytest

from grants.programme.definition import Review
from grants.programme.fund_file import FundFileFaulty, changes, from_json, read_fund_file, to_json
from tests.unit.programme.texts import LUTON, OTHER_SHAPE


def with_review(text: str) -> str:
    """A fund file without a section of its own, with this one."""
    return f"{OTHER_SHAPE}\n[review]\n{text}\n"


def test_what_is_left_out_has_the_values_that_luton_writes_down() -> None:
    left_out = read_fund_file(OTHER_SHAPE).review

    assert left_out == Review(
        spread=2, reminder_days=(7, 2), escalate_after_days=3, hide_organisations=False, practice=False
    )
    assert read_fund_file(LUTON).review == left_out
    assert read_fund_file(with_review("spread = 3")).review == replace(left_out, spread=3)


def test_a_round_stored_before_there_was_such_a_section_has_the_same_values() -> None:
    fund = read_fund_file(
        with_review("spread = 1\nreminder_days = []\nhide_organisations = true\npractice = true")
    )
    stored = to_json(fund)
    assert from_json(stored) == fund
    del stored["review"]

    assert from_json(stored) == replace(fund, review=Review())


@pytest.mark.parametrize(
    ("text", "place", "fault"),
    [
        ("spread = 4", "review.spread", "Scores go up to 3, so no two can lie 4 apart."),
        ("spread = 0", "review.spread", "This must be from 1 to 100."),
        ("reminder_days = [7, 2, 7]", "review.reminder_days[3]", "“7” is here twice."),
        ("reminder_days = [61]", "review.reminder_days[1]", "This must be from 1 to 60."),
        ("reminder_days = 7", "review.reminder_days", "This must be a list, not a whole number."),
        (
            "reminder_days = [2, 17]",
            "review.reminder_days[2]",
            "That day is before the round closes, so there is nobody to remind yet.",
        ),
        (
            "escalate_after_days = 6",
            "review.escalate_after_days",
            "The panel meets before that day, so managers would be told too late.",
        ),
        (
            "hide_organisations = 1",
            "review.hide_organisations",
            "This must be true or false, not a whole number.",
        ),
        (
            "practise = true",
            "review.practise",
            "Nothing is called this here. Check the spelling or take it out.",
        ),
    ],
)
def test_a_fault_names_its_place(text: str, place: str, fault: str) -> None:
    with pytest.raises(FundFileFaulty) as caught:
        read_fund_file(with_review(text))

    assert [(one.place, one.text) for one in caught.value.faults] == [(place, fault)]


def test_all_of_it_is_frozen_once_the_round_has_opened() -> None:
    old = read_fund_file(OTHER_SHAPE)
    new = replace(old, review=Review(spread=1, reminder_days=(1,), hide_organisations=True, practice=True))

    assert [(change.place, change.frozen) for change in changes(old, new)] == [
        ("review.spread", True),
        ("review.reminder_days", True),
        ("review.hide_organisations", True),
        ("review.practice", True),
    ]
