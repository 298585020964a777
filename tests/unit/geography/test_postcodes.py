"""Postcodes as people type them and as Royal Mail writes them."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.geography.postcodes import postcode
from tests.paths import SHARED_DATA, needs_shared_data

GEO = SHARED_DATA / "4_geo"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("lu12ab", "LU1 2AB"),
        (" LU1  2AB ", "LU1 2AB"),
        ("l u 1 2 a b", "LU1 2AB"),
        ("LU1\u00a02AB", "LU1 2AB"),
        ("M1 1AA", "M1 1AA"),
        ("M60 1NW", "M60 1NW"),
        ("CR2 6XH", "CR2 6XH"),
        ("DN55 1PT", "DN55 1PT"),
        ("W1A 1HQ", "W1A 1HQ"),
        ("EC1A 1BB", "EC1A 1BB"),
        ("gir0aa", "GIR 0AA"),
        ("BF1 3AA", "BF1 3AA"),
        ("bfpo 57", "BFPO 57"),
        ("BFPO c/o 57", "BFPO 57"),
        ("FIQQ 1ZZ", "FIQQ 1ZZ"),
        ("", None),
        ("LU1", None),
        ("LU1 2A", None),
        ("LU1 2ABC", None),
        ("LU12 34AB", None),
        ("LU1 2AC", None),
        ("QU1 2AB", None),
        ("LJ1 2AB", None),
        ("L1 2AB LU1", None),
        ("LUI 2AB", None),
        ("LU1-2AB", None),
        ("ＬＵ１ ２ＡＢ", None),
        ("Luton", None),
        ("BFPO 0", None),
    ],
)
def test_postcodes(typed: str, written: str | None) -> None:
    assert postcode(typed) == written


@given(st.text(alphabet="ABCILOUQ0129 lu", max_size=9))
def test_what_is_taken_reads_the_same_again(typed: str) -> None:
    once = postcode(typed)
    assert once is None or postcode(once) == once


@needs_shared_data
@pytest.mark.parametrize("name", ["luton_postcodes", "lu_postcodes_outside_luton_borough"])
def test_every_real_postcode_is_taken(name: str) -> None:
    with (GEO / f"{name}.csv").open(encoding="utf-8") as file:
        real = [row["postcode"] for row in csv.DictReader(file)]

    assert len(real) >= 1000
    assert [one for one in real if postcode(one.replace(" ", "").lower()) != one] == []
