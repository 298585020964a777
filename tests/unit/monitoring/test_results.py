"""What a round's awards reached and spent, added up from what each of them sent last."""

from typing import Any

from grants.core.charts import WIDTH, Against, against
from grants.monitoring.results import Reached, Spent, results_of
from grants.programme.fund_file import read_fund_file
from tests.unit.programme.texts import LUTON

FUND = read_fund_file(LUTON)
STAFF, VENUES = FUND.rules.budget_categories[0], FUND.rules.budget_categories[3]
PLACE = FUND.places[0]


def sent(people: int, spent: int) -> dict[str, Any]:
    """A report about young people in one ward."""
    return {
        "award": 1000,
        "spent": spent,
        "outcomes": [{"theme": "youth", "people": people}],
        "places": [{"code": PLACE.code, "people": people + 1}],
        "spending": [{"category": STAFF, "budget": 600, "spent": spent}],
    }


def test_sums_by_theme_place_and_category() -> None:
    found = results_of([sent(3, 100), sent(4, 200), {"award": 50, "spent": 0}], FUND)
    assert (found.awards, found.award, found.spent) == (3, 2050, 300)
    assert found.themes[0] == Reached("Youth", 7, 2)
    assert [one for one in found.places if one.reports] == [Reached(PLACE.name, 9, 2)]
    assert found.spending == (Spent(STAFF, 1200, 300),)
    assert results_of([], FUND).spending == ()


def test_amounts_beside_their_limits_are_drawn_on_one_scale() -> None:
    assert against([(STAFF, 300, 1200), (VENUES, 0, 0)]) == [
        Against(STAFF, 300, 1200, WIDTH // 4, WIDTH),
        Against(VENUES, 0, 0, 0, 0),
    ]
    assert against([]) == []
