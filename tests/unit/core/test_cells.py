"""No text reaches a spreadsheet as a formula, and no character gets lost on the way unseen."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.core.cells import defused, restored, visible
from tests.paths import SHARED_DATA, needs_shared_data


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("", ""),
        ("Bread and roses", "Bread and roses"),
        ("=1+1", "'=1+1"),
        ("+44 1582", "'+44 1582"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1+1", "'  =1+1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("\tTab", "'\tTab"),
        ("\rReturn", "'\rReturn"),
        ("\nLine", "'\nLine"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("'quoted'", "'quoted'"),
        ("a=1", "a=1"),
        ("   ", "   "),
    ],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str, cell: str) -> None:
    assert defused(text) == cell


@given(st.text(alphabet="'=+-@ \t\r\na", max_size=8))
def test_defusing_can_be_undone(text: str) -> None:
    assert restored(defused(text)) == text


@given(st.text(max_size=30))
def test_a_defused_cell_never_begins_with_what_runs(text: str) -> None:
    cell = defused(text)
    assert cell.lstrip()[:1] not in tuple("=+-@＝＋－＠") or not cell.strip()
    assert cell[:1] not in tuple("\t\r\n")


@needs_shared_data
def test_known_payloads_are_defused() -> None:
    payloads = json.loads((SHARED_DATA / "9_adversarial" / "csv_formula_injection.json").read_text("utf-8"))
    assert len(payloads) == 7
    assert [defused(text)[:1] for text in payloads] == ["D", *"''''''"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b", "a␀b"),
        ("\x1b[31m", "␛[31m"),
        ("a\tb\r\nc", "a\tb\r\nc"),
        ("\ud800", "\ufffd"),
        ("\uffff\ufffe", "\ufffd\ufffd"),
        ("café 👩‍👩‍👧 \x85\x7f", "café 👩‍👩‍👧 \x85\x7f"),
    ],
)
def test_what_xml_cannot_hold_shows_where_it_stood(text: str, shown: str) -> None:
    assert visible(text) == shown
