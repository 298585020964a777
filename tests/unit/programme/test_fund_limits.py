"""What a fund file says of how its pot is shared out: read, checked with places, kept, left out, frozen."""

from dataclasses import replace

import pytest

from grants.programme.fund_file import FundFileFaulty, changes, from_json, read_fund_file, to_json
from grants.programme.limits import Allocation, LimitOf, PublishedLimit, Sought
from tests.unit.programme.texts import LUTON, OTHER_SHAPE


def with_allocation(text: str, *limits: str) -> str:
    """A fund file without such a section, with this one."""
    listed = "".join(f"\n[[allocation.limits]]\n{limit}\n" for limit in limits)
    return f"{OTHER_SHAPE}\n[allocation]\n{text}\n{listed}"


THEME = read_fund_file(OTHER_SHAPE).rubric.theme_keys[0]
POT = read_fund_file(OTHER_SHAPE).amounts.pot


def test_read_kept_and_frozen() -> None:
    fund = read_fund_file(
        with_allocation(
            'sought = "bids"\npartial = true\nfewest = 3\nmost = 9\neach_lead = 1000.50',
            f'of = "theme"\nname = "{THEME}"\nleast = 20\nmost = 30',
        )
    )
    limit = PublishedLimit(LimitOf.THEME, THEME, 2_000, 3_000)
    assert fund.allocation == Allocation(
        Sought.BIDS, partial=True, fewest=3, most=9, each_lead=100_050, limits=(limit,)
    )
    stored = to_json(fund)
    assert from_json(stored) == fund
    del stored["allocation"]
    left_out = replace(fund, allocation=Allocation())
    assert from_json(stored) == left_out
    assert read_fund_file(LUTON).allocation == Allocation()
    higher = replace(fund.allocation, limits=(replace(limit, least=2_500),), each_lead=None)
    told = [
        (one.place, one.old, one.new, one.frozen) for one in changes(fund, replace(fund, allocation=higher))
    ]
    assert told == [
        ("allocation.each_lead", "£1,000.50", "not set", True),
        ("allocation.limits[1].least", "£20", "£25", True),
    ]


@pytest.mark.parametrize(
    ("text", "place", "fault"),
    [
        (
            with_allocation("fewest = 4\nmost = 3"),
            "allocation.fewest",
            "At least 4 awards cannot be at most 3.",
        ),
        (
            with_allocation("", 'of = "theme"\nname = "Nothing"\nleast = 1'),
            "allocation.limits[1].name",
            "No theme is called “Nothing” (rubric.themes).",
        ),
        (
            with_allocation("", 'of = "area"\nname = "North"\nleast = 1'),
            "allocation.limits[1].name",
            "No area is called “North” (areas).",
        ),
        (
            with_allocation("", f'of = "theme"\nname = "{THEME}"'),
            "allocation.limits[1]",
            "Give a floor (least), a cap (most) or both.",
        ),
        (
            with_allocation("", f'of = "theme"\nname = "{THEME}"\nleast = 2\nmost = 1'),
            "allocation.limits[1].least",
            "The floor is above the cap (most).",
        ),
        (
            with_allocation("", f'of = "theme"\nname = "{THEME}"\nleast = {POT // 100 + 1}'),
            "allocation.limits[1].least",
            "The floor is more than the pot (amounts.pot).",
        ),
        (
            with_allocation("", *[f'of = "theme"\nname = "{THEME}"\nleast = 1'] * 2),
            "allocation.limits[2].name",
            f"“{THEME}” is here twice.",
        ),
        (
            with_allocation("each_lead = 0"),
            "allocation.each_lead",
            "This must be more than £0 and at most £1,000,000,000.",
        ),
    ],
)
def test_faults_are_told_with_their_place(text: str, place: str, fault: str) -> None:
    with pytest.raises(FundFileFaulty) as told:
        read_fund_file(text)
    assert [(one.place, one.text) for one in told.value.faults] == [(place, fault)]
