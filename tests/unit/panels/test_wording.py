"""What letters about decisions say, until when an offer stands, and what tells letters from others."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from grants.feedback.rules import FeedbackLetter, ThemePart
from grants.panels import wording
from grants.panels.states import Outcome
from grants.panels.wording import About

OFFER = About(
    ref="LCR-0001",
    title="A bid",
    lead="The Hive",
    fund="Recovery fund",
    council="The council",
    ask=1_000_000,
    outcome=Outcome.FUND,
    amount=1_000_000,
    reserve_order=None,
    reason="It is good.",
    answer_by=datetime(2022, 4, 1, 22, 59, tzinfo=UTC),
    dated=date(2022, 3, 4),
    link="https://grants.example/applications/LCR-0001/",
    letter_link="https://grants.example/panels/letters/LCR-0001/",
)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (
            datetime(2022, 3, 4, 0, 0, tzinfo=UTC),
            datetime(2022, 4, 1, 22, 59, tzinfo=UTC),
        ),  # summer time by then
        (datetime(2022, 3, 4, 23, 59, tzinfo=UTC), datetime(2022, 4, 1, 22, 59, tzinfo=UTC)),
        (
            datetime(2022, 7, 1, 23, 30, tzinfo=UTC),
            datetime(2022, 7, 30, 22, 59, tzinfo=UTC),
        ),  # 2 July in London
        (datetime(2022, 10, 10, 12, 0, tzinfo=UTC), datetime(2022, 11, 7, 23, 59, tzinfo=UTC)),
    ],
)
def test_an_offer_stands_until_the_end_of_its_last_day(now: datetime, until: datetime) -> None:
    assert wording.answer_until(now, 28) == until


def test_a_letter_says_how_to_appeal_unless_everything_was_granted() -> None:
    said = (
        "If something went wrong in how this was decided, you can appeal until 11:59pm on Friday 1 April "
        "2022 (UK time), from the page of your bid."
    )
    part = replace(OFFER, outcome=Outcome.FUND_IN_PART, appeal_by=OFFER.answer_by)
    assert wording.letter(part, None)["paragraphs"][-1] == said
    assert said not in wording.letter(replace(part, outcome=Outcome.FUND), None)["paragraphs"]
    assert said not in wording.letter(replace(part, appeal_by=None), None)["paragraphs"]


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome.FUND, "The panel has decided to fund your bid. We offer your partnership £10,000."),
        (
            Outcome.FUND_IN_PART,
            "The panel has decided to fund your bid in part. We offer your partnership £10,000.",
        ),
        (
            Outcome.RESERVE,
            "Your bid is number 2 on the reserve list. We will write to you if money becomes free.",
        ),
        (Outcome.DEFER, "The panel has put off its decision on your bid. We will write to you again."),
        (Outcome.DECLINE, "We are sorry that the panel has decided not to fund your bid."),
    ],
)
def test_each_outcome_has_its_words(outcome: Outcome, said: str) -> None:
    told = wording.letter(replace(OFFER, outcome=outcome, reserve_order=2), None)

    assert told["paragraphs"] == [
        "Thank you for your bid “A bid” (LCR-0001) to the Recovery fund. You asked for £10,000.",
        said,
    ]
    offered = outcome in (Outcome.FUND, Outcome.FUND_IN_PART)
    assert ("11:59pm on Friday 1 April 2022 (UK time)" in told["where"]) is offered
    assert told["feedback"] is None


def test_feedback_tells_of_levels_and_programs_only_where_there_are_any() -> None:
    theme = ThemePart("Youth", "Strong", "Fully taken up.", ("Good.",), ())
    with_level = wording.letter(OFFER, FeedbackLetter("", (theme,), simulated=True))["feedback"]
    without = wording.letter(OFFER, FeedbackLetter("", (replace(theme, band=""),), simulated=False))[
        "feedback"
    ]

    assert ["level" in told["note"] for told in (with_level, without)] == [True, False]
    assert [bool(told["simulated_note"]) for told in (with_level, without)] == [True, False]


def test_another_word_or_address_is_another_set_of_letters() -> None:
    told = wording.letter(OFFER, None)
    sets = [
        [(told, [("Ada", "ada@example.org")])],
        [(told, [("Ada", "moved@example.org")])],
        [(wording.letter(replace(OFFER, reason="Other."), None), [("Ada", "ada@example.org")])],
        [],
    ]

    assert len({wording.fingerprint(one) for one in sets}) == 4
    assert wording.fingerprint(sets[0]) == wording.fingerprint([(dict(told), [("Ada", "ada@example.org")])])
