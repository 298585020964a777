"""What a fund file says of how bids are reviewed: read, checked with places, kept, left out, frozen."""

from dataclasses import replace

import pytest

from grants.programme.definition import Review
from grants.programme.fund_file import FundFileFaulty, changes, from_json, read_fund_file, to_json
from grants.programme.practice import Practice, PracticeAnswer
from tests.unit.programme.texts import LUTON, OTHER_SHAPE


def with_review(text: str) -> str:
    """A fund file without a section of its own, with this one."""
    return f"{OTHER_SHAPE}\n[review]\n{text}\n"


def test_what_is_left_out_has_the_values_that_luton_writes_down() -> None:
    left_out = read_fund_file(OTHER_SHAPE).review

    assert left_out == Review(
        spread=2,
        reminder_days=(7, 2),
        escalate_after_days=3,
        hide_organisations=False,
        practice=Practice.NONE,
    )
    assert read_fund_file(LUTON).review == replace(left_out, practice=Practice.OFFERED)
    assert read_fund_file(with_review("spread = 3")).review == replace(left_out, spread=3)


def test_a_round_stored_before_there_was_such_a_section_has_the_same_values() -> None:
    fund = read_fund_file(
        with_review("spread = 1\nreminder_days = []\nhide_organisations = true\npassages = true")
    )
    stored = to_json(fund)
    assert from_json(stored) == fund
    stored["review"]["practice"] = False
    assert from_json(stored) == fund
    stored["review"]["practice"] = True
    assert from_json(stored).review.practice is Practice.REQUIRED
    del stored["review"], stored["practice"]

    assert from_json(stored) == replace(fund, review=Review())


@pytest.mark.parametrize(
    ("text", "place", "fault"),
    [
        ("spread = 4", "review.spread", "Scores go up to 3, so no two can lie 4 apart."),
        ("spread = 0", "review.spread", "This must be from 1 to 100."),
        ("reminder_days = [7, 2, 7]", "review.reminder_days[3]", "“7” is here twice."),
        (
            'same_domains = ["a.org b.org", "beds"]',
            "review.same_domains[2]",
            "“beds” is no e-mail domain, such as beds.ac.uk.",
        ),
        ('same_domains = ["a.org A.org"]', "review.same_domains[1]", "“a.org” is here twice."),
        ('same_domains = ["a.org b.org", "b.org c.org"]', "review.same_domains[2]", "“b.org” is here twice."),
        (
            'same_domains = ["a.org"]',
            "review.same_domains[1]",
            "Write two domains or more with a space between them.",
        ),
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
    new = replace(
        old, review=Review(spread=1, reminder_days=(1,), hide_organisations=True, practice=Practice.REQUIRED)
    )

    assert [(change.place, change.frozen) for change in changes(old, new)] == [
        ("review.spread", True),
        ("review.reminder_days", True),
        ("review.hide_organisations", True),
        ("review.practice", True),
    ]


def with_practice(*answers: str, practice: str = "required") -> str:
    """A fund file that asks for practice on a bid with these answers."""
    written = "".join(f"\n[[practice.answers]]\n{answer}\n" for answer in answers)
    review = with_review(f'practice = "{practice}"')
    return f'{review}\n[practice]\ntitle = "T"\nnote = "Invented."\n{written}'


def answered(theme: str, strand: str, level: int = 1) -> str:
    """One answer of a practice bid."""
    return f'theme = "{theme}"\nstrand = "{strand}"\ntext = "We will."\nlevel = {level}\nwhy = "So."'


def test_a_practice_bid_answers_whole_themes_once_each_on_the_scale() -> None:
    rubric = read_fund_file(OTHER_SHAPE).rubric
    theme, (first, *others) = rubric.theme_keys[0], rubric.strand_keys
    whole = [answered(theme, strand) for strand in rubric.strand_keys]

    fund = read_fund_file(with_practice(*whole))
    assert fund.practice.answers[0] == PracticeAnswer(theme, first, "We will.", 1, "So.")
    assert from_json(to_json(fund)) == fund

    faulty = [
        answered(theme, first),
        answered(theme, first),
        answered("no", first),
        answered(theme, "no", 99),
    ]
    with pytest.raises(FundFileFaulty) as caught:
        read_fund_file(with_practice(*faulty))
    assert [(one.place, one.text) for one in caught.value.faults] == [
        ("practice.answers[2]", "The practice bid has answered this already."),
        ("practice.answers[3].theme", "There is no theme “no”."),
        ("practice.answers[4].strand", "There is no strand “no”."),
        ("practice.answers[4].level", "There is no level 99."),
        ("practice.answers", f"“{theme}” has no answer to: {', '.join(others)}."),
    ]


def test_practice_needs_a_bid_to_practise_on() -> None:
    with pytest.raises(FundFileFaulty) as caught:
        read_fund_file(with_review('practice = "offered"'))

    assert [one.place for one in caught.value.faults] == ["review.practice"]
