"""What changed between two versions of a fund, and what of it a round that has opened still takes."""

from dataclasses import replace

import pytest

from grants.programme.definition import FundDefinition
from grants.programme.fund_file import Change, changes, merge_allowed, read_fund_file
from tests.unit.programme.texts import OTHER_SHAPE, edited

OLD = read_fund_file(OTHER_SHAPE)


def new(*edits: tuple[str, str]) -> FundDefinition:
    return read_fund_file(edited(*edits))


def test_the_same_file_has_no_changes() -> None:
    assert changes(OLD, new()) == ()


FROZEN: list[tuple[str, tuple[str, str], Change]] = [
    (
        "slug",
        ('slug = "market-town-arts"', 'slug = "arts"'),
        Change("slug", "market-town-arts", "arts", True),
    ),
    (
        "opening",
        ("2025-03-03T10:00", "2025-03-04T10:00"),
        Change("calendar.opens_at", "2025-03-03 10:00", "2025-03-04 10:00", True),
    ),
    (
        "closing",
        ("2025-04-30T12:00", "2025-05-01T12:00"),
        Change("calendar.closes_at", "2025-04-30 12:00", "2025-05-01 12:00", True),
    ),
    (
        "spending",
        ("spend_by = 2026-05-31", "spend_by = 2026-06-30"),
        Change("calendar.spend_by", "2026-05-31", "2026-06-30", True),
    ),
    (
        "amount",
        ("maximum_ask = 12500.50", "maximum_ask = 13000"),
        Change("amounts.maximum_ask", "£12,500.50", "£13,000", True),
    ),
    (
        "amount set",
        ("pot = 90000", "pot = 90000\nsecond_signature_above = 5000"),
        Change("amounts.second_signature_above", "not set", "£5,000", True),
    ),
    (
        "rule",
        ("answers_required = true", "answers_required = false"),
        Change("rules.answers_required", "yes", "no", True),
    ),
    (
        "list in the rules",
        ('"Venue", "Other"]', '"Other"]'),
        Change(
            "rules.budget_categories", "Artists\nMaterials\nVenue\nOther", "Artists\nMaterials\nOther", True
        ),
    ),
    ("weight", ("weight = 0.5", "weight = 1"), Change("rubric.themes[2].weight", "1/2", "1", True)),
    (
        "statement",
        ('"Free at the door."', '"Free."'),
        Change(
            "rubric.cells[2].statements",
            "Played where people already are.\nFree at the door.",
            "Played where people already are.\nFree.",
            True,
        ),
    ),
    ("level", ('name = "Thin"', 'name = "Weak"'), Change("rubric.levels[2].name", "Thin", "Weak", True)),
    (
        "coverage",
        ('coverage = "claimed"', 'coverage = "all"'),
        Change("rubric.coverage", "claimed", "all", True),
    ),
    (
        "question",
        ("word_limit = 60", "word_limit = 80"),
        Change("sections[2].questions[2].word_limit", "60", "80", True),
    ),
    (
        "eligibility",
        ("or near Wenbury?", "Wenbury?"),
        Change(
            "eligibility[1].text",
            "Will the work take place in or near Wenbury?",
            "Will the work take place in Wenbury?",
            True,
        ),
    ),
    ("place", ('name = "Riverside"', 'name = "River"'), Change("places[2].name", "Riverside", "River", True)),
    (
        "priority",
        ('"Young audiences", ', ""),
        Change("priorities", "Young audiences\nRural access", "Rural access", True),
    ),
    (
        "funder",
        ("GB-LAE-XWN", "GB-LAE-XWM"),
        Change("funder.organisation_id", "GB-LAE-XWN", "GB-LAE-XWM", True),
    ),
]

FREE: list[tuple[str, tuple[str, str], Change]] = [
    (
        "name",
        ('name = "Market Town Arts Fund"', 'name = "Arts"'),
        Change("name", "Market Town Arts Fund", "Arts", False),
    ),
    (
        "round name",
        ('"Spring round 2025"', '"Spring"'),
        Change("round_name", "Spring round 2025", "Spring", False),
    ),
    (
        "purpose",
        ("close to home.", "at home."),
        Change(
            "purpose",
            "The fund helps people in Wenbury make and enjoy art close to home.",
            "The fund helps people in Wenbury make and enjoy art at home.",
            False,
        ),
    ),
    (
        "note",
        ("Everything in this fund is invented.", "Invented."),
        Change("origin_note", "Everything in this fund is invented.", "Invented.", False),
    ),
    (
        "e-mail",
        ("arts@wenbury", "grants@wenbury"),
        Change("funder.email", "arts@wenbury.example", "grants@wenbury.example", False),
    ),
    (
        "publisher prefix",
        ("360G-wenbury", "360G-WenburyDC"),
        Change("funder.publisher_prefix", "360G-wenbury", "360G-WenburyDC", False),
    ),
    (
        "reviews due",
        ("2025-05-16T17:00", "2025-05-19T17:00"),
        Change("calendar.reviews_due_at", "2025-05-16 17:00", "2025-05-19 17:00", False),
    ),
    (
        "panel",
        ("panel_on = 2025-05-21", "panel_on = 2025-05-22"),
        Change("calendar.panel_on", "2025-05-21", "2025-05-22", False),
    ),
    (
        "decisions",
        ("decisions_by = 2025-05-30", "decisions_by = 2025-06-02"),
        Change("calendar.decisions_by", "2025-05-30", "2025-06-02", False),
    ),
]


@pytest.mark.parametrize(("edit", "change"), [pytest.param(*case[1:], id=case[0]) for case in FROZEN])
def test_what_bids_and_scores_rest_on_is_refused_once_open(edit: tuple[str, str], change: Change) -> None:
    assert changes(OLD, new(edit)) == (change,)
    assert merge_allowed(OLD, new(edit), opened=True) == (OLD, (), (change,))


@pytest.mark.parametrize(("edit", "change"), [pytest.param(*case[1:], id=case[0]) for case in FREE])
def test_wording_and_later_dates_are_applied_once_open(edit: tuple[str, str], change: Change) -> None:
    assert changes(OLD, new(edit)) == (change,)
    assert merge_allowed(OLD, new(edit), opened=True) == (new(edit), (change,), ())


@pytest.mark.parametrize(
    ("edit", "change"), [pytest.param(*case[1:], id=case[0]) for case in [*FROZEN[1:], *FREE]]
)
def test_before_opening_everything_may_change(edit: tuple[str, str], change: Change) -> None:
    assert merge_allowed(OLD, new(edit), opened=False) == (new(edit), (change,), ())


@pytest.mark.parametrize("opened", [False, True])
def test_a_rounds_address_never_changes(opened: bool) -> None:
    other = new(
        ('slug = "market-town-arts"', 'slug = "arts"'), ('round_key = "spring-2025"', 'round_key = "2025"')
    )

    assert merge_allowed(OLD, other, opened=opened) == (
        OLD,
        (),
        (
            Change("slug", "market-town-arts", "arts", True),
            Change("round_key", "spring-2025", "2025", True),
        ),
    )


def test_one_file_may_be_applied_in_part() -> None:
    both = new(("weight = 0.5", "weight = 1"), ("Everything in this fund is invented.", "Invented."))

    merged, applied, refused = merge_allowed(OLD, both, opened=True)

    assert merged == new(("Everything in this fund is invented.", "Invented."))
    assert [change.place for change in applied] == ["origin_note"]
    assert [change.place for change in refused] == ["rubric.themes[2].weight"]


def test_later_dates_that_need_an_earlier_closing_are_refused_with_it() -> None:
    earlier = new(("2025-04-30T12:00", "2025-04-01T12:00"), ("2025-05-16T17:00", "2025-04-16T17:00"))

    merged, applied, refused = merge_allowed(OLD, earlier, opened=True)

    assert (merged, applied) == (OLD, ())
    assert [change.place for change in refused] == ["calendar.closes_at", "calendar.reviews_due_at"]


MUSIC = """[[rubric.themes]]
key = "music"
name = "Music"
weight = "1/3"
statement = "Music belongs in the street as well as in the hall."

"""


def test_members_of_a_list_are_compared_by_key() -> None:
    moved = new(
        (MUSIC, ""),
        (
            '[[rubric.cells]]\ntheme = "music"\nstrand = "making"',
            MUSIC + '[[rubric.cells]]\ntheme = "music"\nstrand = "making"',
        ),
        ("weight = 0.5", "weight = 1"),
    )

    assert changes(OLD, moved) == (
        Change("rubric.themes", "music, stage, craft", "stage, craft, music", True),
        Change("rubric.themes[1].weight", "1/2", "1", True),
    )


def test_a_member_added_or_removed_is_one_change() -> None:
    place = '[[places]]\ncode = "E05099992"\ncode_type = "WD"\nname = "Riverside"\n'
    fewer, more = new((place, "")), new((place, place + place.replace("99992", "99993")))

    assert changes(OLD, fewer) == (Change("places", "E05099991, E05099992", "E05099991", True),)
    assert changes(fewer, OLD) == (Change("places", "E05099991", "E05099991, E05099992", True),)
    assert changes(OLD, more) == (
        Change("places", "E05099991, E05099992", "E05099991, E05099992, E05099993", True),
    )


def test_the_map_may_be_drawn_anew_once_open() -> None:
    old = read_fund_file(OTHER_SHAPE)
    drawn = replace(old, map_rows=("- -",))
    merged, applied, refused = merge_allowed(old, drawn, opened=True)
    assert (merged.map_rows, len(applied), refused) == (("- -",), 1, ())
