"""The funds that come with the service: the client's words whole, the rubric of the replay the same."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

from grants.accounts.states import OrganisationKind
from grants.programme.definition import Coverage
from grants.programme.fund_checks import KNOWN_QUESTIONS
from grants.programme.fund_file import read_fund_file
from tests.paths import SHARED_SEEDS, needs_shared_data
from tests.unit.programme.texts import LUTON, REPLAY

WORKSHOP_TABLE = "000_dfcde6fef2ae9511.txt"


def plain(text: str) -> str:
    """`text` without list markup and with single spaces."""
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


@needs_shared_data
def test_the_workshop_table_is_quoted_whole() -> None:
    lines = (SHARED_SEEDS / WORKSHOP_TABLE).read_text(encoding="utf-8").splitlines()
    table = [[plain(cell) for cell in line.split("\t")] for line in lines if "\t" in line]
    rubric = read_fund_file(LUTON).rubric

    ours = [["Area", "Overarching theme", *(strand.name for strand in rubric.strands)]]
    for theme in rubric.themes:
        cells = [" ".join(rubric.cell(theme.key, strand).statements) for strand in rubric.strand_keys]
        ours.append([theme.name, theme.statement, *cells])

    assert ours == table


def test_the_luton_fund_is_five_themes_by_three_strands_on_a_scale_of_five() -> None:
    rubric = read_fund_file(LUTON).rubric

    assert rubric.theme_keys == ("youth", "housing", "community", "work", "poverty")
    assert rubric.strand_keys == ("hearing", "understanding", "partnership")
    assert [level.score for level in rubric.levels] == [0, 1, 2, 3, 4, 5]
    assert rubric.coverage is Coverage.ALL
    assert {theme.weight for theme in rubric.themes} | {strand.weight for strand in rubric.strands} == {
        Fraction(1)
    }
    assert sorted({len(cell.statements) for cell in rubric.cells}) == [1, 2, 3]


def test_the_luton_fund_has_the_amounts_rules_and_places_of_its_council() -> None:
    fund = read_fund_file(LUTON)
    amounts, rules = fund.amounts, fund.rules

    assert amounts.pot == 150_000_000
    assert (amounts.minimum_ask, amounts.maximum_ask) == (500_000, 5_000_000)
    assert amounts.second_signature_above == 2_500_000
    assert (rules.minimum_organisations, rules.minimum_themes) == (2, 2)
    assert (rules.reviews_per_bid, rules.citizen_reviews_per_bid) == (3, 1)
    assert [place.code for place in fund.places] == [f"E0500{number}" for number in range(2193, 2212)]
    assert fund.calendar.closes_at == datetime(2022, 1, 28, 17, 0, tzinfo=UTC)
    assert len(fund.priorities) == 4


def test_the_luton_fund_asks_what_the_service_uses() -> None:
    asked = {
        question.key: question for section in read_fund_file(LUTON).sections for question in section.questions
    }

    assert {key for key in KNOWN_QUESTIONS if key in asked} == set(KNOWN_QUESTIONS)
    assert {question.key for question in asked.values() if not question.required} == {"dropped"}


def test_the_areas_of_the_luton_fund_hold_each_ward_once_and_say_that_they_are_invented() -> None:
    fund = read_fund_file(LUTON)
    assert sorted(code for area in fund.areas for code in area.places) == [
        place.code for place in fund.places
    ]
    assert "the areas that group the wards" in fund.origin_note


def test_dates_of_the_round_stand_in_its_calendar_only() -> None:
    fund = read_fund_file(LUTON)
    asked = [question for section in fund.sections for question in section.questions]
    said = [
        fund.summary,
        *fund.purpose,
        *fund.who_may_apply,
        fund.rules.consent_wording,
        fund.rules.declaration,
        *(f"{question.text} {question.hint}" for question in asked),
        *(f"{asked.text} {asked.hint} {asked.stop_reason}" for asked in fund.eligibility),
    ]

    assert [text for text in said if re.search(r"\b20[12]\d\b", text.replace("Luton 2040", ""))] == []


def test_the_replay_has_the_rubric_and_the_pot_of_the_luton_fund() -> None:
    luton, replay = read_fund_file(LUTON), read_fund_file(REPLAY)

    assert replay.rubric == luton.rubric
    assert replay.amounts == replace(luton.amounts, minimum_ask=None, maximum_ask=None)


def test_the_replay_takes_any_one_organisation_and_collects_no_answers() -> None:
    replay = read_fund_file(REPLAY)
    rules = replay.rules

    assert (replay.slug, rules.minimum_organisations, rules.minimum_themes) == ("replay", 1, 0)
    assert rules.lead_kinds == tuple(OrganisationKind)
    assert rules.answers_required is False
    assert replay.eligibility == ()
    assert [
        question.key for part in replay.sections for question in part.questions if question.required
    ] == []


def test_the_replay_says_plainly_what_it_is() -> None:
    purpose = " ".join(read_fund_file(REPLAY).purpose)

    assert purpose.count("replay of published grants") == 1
    assert purpose.count("not collected") == 1
    assert purpose.count("reviews are simulated") == 1
