"""The register's arithmetic: no penny is lost between themes, and words are found wherever they stand."""

from dataclasses import replace

import pytest

from grants.applications.imported_bid import BeneficiaryPlace
from grants.exports.allocation_row import AllocationRow
from grants.public.hexagons import hex_map
from grants.public.register import Success, by_place, by_theme, found
from tests.unit.exports.rows import row as a_row

THEMES = ("Youth", "Housing", "Poverty")


def row(
    ref: str, pence: int, *themes: str, title: str = "A bid", places: tuple[str, ...] = ()
) -> AllocationRow:
    there = tuple(BeneficiaryPlace(code, code, "WD", "GB") for code in places)
    return replace(a_row(), ref=ref, award=pence, themes=themes, title=title, places=there)


def test_money_is_shared_between_themes_to_the_penny() -> None:
    rows = [row("a", 100, "Youth", "Housing", "Poverty"), row("b", 50, "Youth")]
    sums = by_theme(rows, THEMES)
    assert [(one.name, one.awards, one.pence) for one in sums] == [
        ("Youth", 2, 84),
        ("Housing", 1, 33),
        ("Poverty", 1, 33),
    ]


def test_places_that_the_fund_does_not_name_are_in_no_sum() -> None:
    sums = by_place([row("a", 100, places=("W1", "elsewhere"))], [("W1", "North"), ("W2", "South")])
    assert [(one.name, one.awards, one.pence) for one in sums] == [("North", 1, 50), ("South", 0, 0)]


def test_every_word_must_stand_somewhere() -> None:
    rows = [row("a", 1, title="Youth STRASSE club"), row("b", 1, title="Elders’ club")]
    assert [one.ref for one in found(rows, words="club")] == ["a", "b"]
    assert [one.ref for one in found(rows, words="straße CLUB")] == ["a"]
    assert found(rows, words="club nothing") == []


@pytest.mark.parametrize(("judged", "funded", "percent"), [(3, 2, 67), (8, 1, 13), (200, 1, 1), (5, 5, 100)])
def test_percent_rounds_half_up(judged: int, funded: int, percent: int) -> None:
    assert Success(judged, funded).percent == percent


def test_hexagons_never_lie_on_each_other() -> None:
    made = hex_map(["a b -", "- c d", "e"], {"a": 1, "b": 100, "c": 0, "d": 26})
    assert [(one.code, one.shade) for one in made.hexagons] == [
        ("a", 1),
        ("b", 4),
        ("c", 0),
        ("d", 2),
        ("e", 0),
    ]
    spots = [(one.x, one.y) for one in made.hexagons]
    apart = [(a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 for n, a in enumerate(spots) for b in spots[n + 1 :]]
    assert min(apart) > 100**2
    assert all(60 <= y <= made.height - 60 and 50 <= x <= made.width - 50 for x, y in spots)
