"""Faults of a single value in a fund file, of its dates and of its amounts."""

import pytest

from tests.unit.programme.texts import edited, faults, part

KEY = "must start with a small letter and use only small letters, digits and _ (at most 40)."
SLUG = "must use only small letters and digits, joined by single hyphens (at most 40)."

FAULTS: list[tuple[str, list[tuple[str, str]], str, str]] = [
    # keys and kinds of value
    (
        "unknown key",
        [('code_type = "NMD"', 'code_type = "NMD"\nkolour = 1')],
        "area.kolour",
        "Nothing is called this here. Check the spelling or take it out.",
    ),
    (
        "unknown key at the top",
        [('slug = "market', 'slugg = 1\nslug = "market')],
        "slugg",
        "Nothing is called this here. Check the spelling or take it out.",
    ),
    ("missing key", [("offer_days = 14\n", "")], "rules.offer_days", "This is missing."),
    ("missing key in a list", [('name = "Riverside"\n', "")], "places[2].name", "This is missing."),
    (
        "number for text",
        [('name = "Market Town Arts Fund"', "name = 7")],
        "name",
        "This must be text in quotes, not a whole number.",
    ),
    (
        "text for number",
        [("offer_days = 14", 'offer_days = "14"')],
        "rules.offer_days",
        "This must be a whole number, not text.",
    ),
    (
        "decimal for number",
        [("offer_days = 14", "offer_days = 14.5")],
        "rules.offer_days",
        "This must be a whole number, not a number.",
    ),
    (
        "flag for number",
        [("offer_days = 14", "offer_days = true")],
        "rules.offer_days",
        "This must be a whole number, not true or false.",
    ),
    (
        "number for flag",
        [("answers_required = true", "answers_required = 1")],
        "rules.answers_required",
        "This must be true or false, not a whole number.",
    ),
    (
        "text for list",
        [('priorities = ["Young audiences", "Rural access"]', 'priorities = "Rural access"')],
        "priorities",
        "This must be a list, not text.",
    ),
    (
        "number in a list of texts",
        [('"Rural access"]', "5]")],
        "priorities[2]",
        "This must be text in quotes, not a whole number.",
    ),
    (
        "text for table",
        [
            (part("[funder]", "[area]"), ""),
            ("slug =", 'funder = "us"\nslug ='),
        ],
        "funder",
        "This must be a table, not text.",
    ),
    (
        "text for a table in a list",
        [
            (part("[[places]]", "# opens in winter"), ""),
            ("slug =", 'places = ["Riverside"]\nslug ='),
        ],
        "places[1]",
        "This must be a table, not text.",
    ),
    (
        "empty list",
        [
            (
                'purpose = ["The fund helps people in Wenbury make and enjoy art close to home."]',
                "purpose = []",
            )
        ],
        "purpose",
        "This list must not be empty.",
    ),
    ("empty name", [('name = "Music"', 'name = " "')], "rubric.themes[1].name", "This must not be empty."),
    ("empty text in a list", [('"Rural access"]', '""]')], "priorities[2]", "This must not be empty."),
    (
        "long name",
        [('round_name = "Spring round 2025"', f'round_name = "{"x" * 141}"')],
        "round_name",
        "This must be at most 140 characters long; it has 141.",
    ),
    (
        "control character",
        [('name = "Music"', r'name = "Mu\u0000sic"')],
        "rubric.themes[1].name",
        "This holds a control character. Take it out.",
    ),
    (
        "bad key",
        [('key = "in_district"', 'key = "In district"')],
        "eligibility[1].key",
        f"“In district” {KEY}",
    ),
    (
        "long key",
        [('key = "in_district"', f'key = "{"k" * 41}"')],
        "eligibility[1].key",
        f"“{'k' * 41}” {KEY}",
    ),
    ("bad slug", [('slug = "market-town-arts"', 'slug = "market_town"')], "slug", f"“market_town” {SLUG}"),
    (
        "long round key",
        [('round_key = "spring-2025"', f'round_key = "{"k" * 41}"')],
        "round_key",
        f"“{'k' * 41}” {SLUG}",
    ),
    (
        "unknown word",
        [('coverage = "claimed"', 'coverage = "some"')],
        "rubric.coverage",
        "This must be one of: all, claimed.",
    ),
    (
        "unknown kind of answer",
        [('kind = "yes_no"', 'kind = "maybe"')],
        "sections[1].questions[4].kind",
        "This must be one of: short_text, long_text, yes_no, money, date, choices, number, places, "
        "priorities, milestones, risks.",
    ),
    # the calendar
    (
        "closing before opening",
        [("2025-04-30T12:00:00", "2025-03-03T10:00:00")],
        "calendar.closes_at",
        "The round must close after it opens.",
    ),
    (
        "reviews due before closing",
        [("2025-05-16T17:00:00", "2025-04-30T11:59:00")],
        "calendar.reviews_due_at",
        "Reviews cannot be due before the round closes.",
    ),
    (
        "panel before reviews are due",
        [("panel_on = 2025-05-21", "panel_on = 2025-05-15")],
        "calendar.panel_on",
        "The panel cannot meet before the day reviews are due.",
    ),
    (
        "decisions before the panel",
        [("decisions_by = 2025-05-30", "decisions_by = 2025-05-20")],
        "calendar.decisions_by",
        "Decisions cannot be promised before the panel meets.",
    ),
    (
        "spending ends before it starts",
        [("spend_by = 2026-05-31", "spend_by = 2025-05-31")],
        "calendar.spend_by",
        "Spending cannot end before it starts.",
    ),
    (
        "date for a time",
        [("2025-04-30T12:00:00", "2025-04-30")],
        "calendar.closes_at",
        "This must be a date and time such as 2021-12-03T11:59:00, not a date.",
    ),
    (
        "time for a date",
        [("panel_on = 2025-05-21", "panel_on = 2025-05-21T10:00:00")],
        "calendar.panel_on",
        "This must be a date such as 2021-12-03, not a date and time.",
    ),
    (
        "clock time alone",
        [("panel_on = 2025-05-21", "panel_on = 10:00:00")],
        "calendar.panel_on",
        "This must be a date such as 2021-12-03, not a time.",
    ),
    (
        "time with an offset",
        [("2025-04-30T12:00:00", "2025-04-30T12:00:00Z")],
        "calendar.closes_at",
        "Times are what a UK clock shows: take the Z or the offset off the end.",
    ),
    (
        "time with seconds",
        [("2025-04-30T12:00:00", "2025-04-30T11:59:59")],
        "calendar.closes_at",
        "Times are whole minutes: the seconds must be 00.",
    ),
    (
        "skipped hour in spring",
        [("2025-04-30T12:00:00", "2025-03-30T01:30:00")],
        "calendar.closes_at",
        "UK clocks skip this time: they go forward one hour that night.",
    ),
    # amounts
    (
        "minimum above maximum",
        [("minimum_ask = 500", "minimum_ask = 12500.51")],
        "amounts.minimum_ask",
        "The minimum ask is more than the maximum ask.",
    ),
    (
        "maximum above the pot",
        [("maximum_ask = 12500.50", "maximum_ask = 90000.01")],
        "amounts.maximum_ask",
        "This is more than the pot.",
    ),
    (
        "minimum above the pot",
        [("minimum_ask = 500\nmaximum_ask = 12500.50", "minimum_ask = 90001")],
        "amounts.minimum_ask",
        "This is more than the pot.",
    ),
    (
        "part of a penny",
        [("minimum_ask = 500", "minimum_ask = 500.005")],
        "amounts.minimum_ask",
        "This must be whole pence: at most two places after the point.",
    ),
    (
        "amount in quotes",
        [("pot = 90000", 'pot = "90000"')],
        "amounts.pot",
        "This must be an amount in pounds such as 5000 or 5000.50, not text.",
    ),
    (
        "empty pot",
        [("pot = 90000", "pot = 0")],
        "amounts.pot",
        "This must be more than £0 and at most £1,000,000,000.",
    ),
    (
        "endless pot",
        [("pot = 90000", "pot = inf")],
        "amounts.pot",
        "This must be more than £0 and at most £1,000,000,000.",
    ),
    (
        "pot past all bounds",
        [("pot = 90000", "pot = 1e999999")],
        "amounts.pot",
        "This must be more than £0 and at most £1,000,000,000.",
    ),
]


@pytest.mark.parametrize(("edits", "place", "text"), [pytest.param(*case[1:], id=case[0]) for case in FAULTS])
def test_a_fault_is_told_once_with_its_place(edits: list[tuple[str, str]], place: str, text: str) -> None:
    assert faults(edited(*edits)) == [(place, text)]
