"""The register speaks of every table and column there is, once."""

from importlib import import_module

import pytest

from grants.core.db import Base
from grants.privacy.holdings import HOLDINGS
from grants.privacy.labels import LABELS
from grants.privacy.register import Emptied, Period
from tests.paths import PROJECT

for models in sorted((PROJECT / "grants").glob("*/models.py")):
    import_module(f"grants.{models.parent.name}.models")

TABLES = Base.metadata.tables


def test_every_table_is_in_the_register_and_nothing_else() -> None:
    assert sorted(HOLDINGS) == sorted(TABLES)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_column_is_classified_once(name: str) -> None:
    assert sorted(HOLDINGS[name].columns()) == sorted(column.name for column in TABLES[name].columns)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_ids_of_people_are_known_as_such_and_shown_to_whom_they_name(name: str) -> None:
    people = {
        column.name
        for column in TABLES[name].columns
        if any(key.column.table.name in ("person", "reviewer") for key in column.foreign_keys)
    }
    holding = HOLDINGS[name]
    told = {link.column for link in holding.links}
    assert people <= set(holding.people)
    assert set(holding.people) - told <= {"noted_by_id"} | ({"person_id"} if name == "message" else set())


@pytest.mark.parametrize("name", sorted(TABLES))
def test_what_is_shown_is_there_and_has_a_name(name: str) -> None:
    columns = {column.name for column in TABLES[name].columns}
    for link in HOLDINGS[name].links:
        assert {*link.shows, link.column} <= columns
        assert {*link.shows} <= LABELS.keys()


@pytest.mark.parametrize("name", sorted(TABLES))
def test_what_is_emptied_can_be(name: str) -> None:
    holding = HOLDINGS[name]
    for column, how in (holding.emptied or {}).items():
        kept = TABLES[name].c[column]
        if how is Emptied.NOTHING:
            assert kept.nullable or holding.row_goes
        if how is Emptied.WORDS:
            assert str(kept.type) == "JSON"
            assert "id" in TABLES[name].c
    assert holding.period is not None or not holding.emptied
    assert holding.period is not None or not holding.row_goes


def test_every_free_text_goes_or_says_why_not() -> None:
    """Text without a limit may hold anything; where it stays, the register gives the reason."""
    kept = [
        f"{name}.{column.name}"
        for name, table in TABLES.items()
        for column in table.columns
        if column.name in HOLDINGS[name].plain
        and str(column.type) in ("VARCHAR", "TEXT")
        and not HOLDINGS[name].row_goes
        and not HOLDINGS[name].why
    ]
    assert sorted(kept) == [
        "appeal.about",
        "conflict_step.deed",
        "deletion_request.reason",
        "partner.number",
        "result.claimed",
        "result.unranked_because",
        "version.declaration",
    ]


def test_every_period_is_used() -> None:
    used = {holding.period for holding in HOLDINGS.values()}
    assert set(Period) - used == set()
