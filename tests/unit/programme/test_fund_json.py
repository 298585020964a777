"""A definition survives being kept as JSON, and its fingerprint tells when it changed."""

import json
from fractions import Fraction

import pytest

from grants.programme.fund_file import fingerprint, from_json, read_fund_file, shifted, to_json
from tests.unit.programme.texts import LUTON, OTHER_SHAPE, REPLAY, edited


@pytest.mark.parametrize("text", [LUTON, REPLAY, OTHER_SHAPE], ids=["luton", "replay", "other shape"])
def test_nothing_is_lost_in_json(text: str) -> None:
    fund = read_fund_file(text)
    kept = from_json(json.loads(json.dumps(to_json(fund))))

    assert kept == fund
    assert fingerprint(kept) == fingerprint(fund)


def test_json_has_fractions_pence_and_utc() -> None:
    data = to_json(read_fund_file(OTHER_SHAPE))

    assert data["rubric"]["themes"][0]["weight"] == "1/3"
    assert data["rubric"]["coverage"] == "claimed"
    assert data["amounts"] == {
        "pot": 9_000_000,
        "minimum_ask": 50_000,
        "maximum_ask": 1_250_050,
        "second_signature_above": None,
    }
    assert data["calendar"]["closes_at"] == "2025-04-30T11:00:00+00:00"
    assert data["calendar"]["panel_on"] == "2025-05-21"


@pytest.mark.parametrize("written", ["1", "0.0001", "999.9999", '"1/3"', '"9999/97"'])
def test_any_weight_is_kept_exactly(written: str) -> None:
    fund = read_fund_file(edited(("weight = 0.5", f"weight = {written}")))

    assert fund.rubric.themes[1].weight == Fraction(written.strip('"'))
    assert from_json(to_json(fund)).rubric.themes[1].weight == Fraction(written.strip('"'))


def test_the_moment_is_fingerprinted_not_its_time_zone() -> None:
    fund = read_fund_file(OTHER_SHAPE)
    data = to_json(fund)
    data["calendar"]["closes_at"] = "2025-04-30T12:00:00+01:00"

    assert fingerprint(from_json(data)) == fingerprint(fund)


def test_every_change_changes_the_fingerprint() -> None:
    texts = [
        OTHER_SHAPE,
        edited(("weight = 0.5", "weight = 0.51")),
        edited(('statements = ["Young and old', 'statements = ["Old and young')),
        edited(("minimum_ask = 500", "minimum_ask = 500.01")),
    ]
    prints = [fingerprint(read_fund_file(text)) for text in texts]
    prints.append(fingerprint(shifted(read_fund_file(OTHER_SHAPE), days=1)))

    assert len(set(prints)) == len(prints) == 5
    assert [len(each) for each in prints] == [64] * 5


def test_comments_and_layout_do_not_change_the_fingerprint() -> None:
    same = edited(("weight = 0.5", 'weight   =   "1/2"   # half'), ("# A fund of another shape", "# A fund"))

    assert fingerprint(read_fund_file(same)) == fingerprint(read_fund_file(OTHER_SHAPE))


def test_a_record_that_is_not_ours_is_refused() -> None:
    data = to_json(read_fund_file(OTHER_SHAPE))
    del data["rubric"]["method"]

    with pytest.raises(KeyError, match="method"):
        from_json(data)
