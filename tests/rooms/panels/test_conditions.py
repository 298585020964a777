"""Conditions of an award: entered in rows, replaced by history, read by whoever countersigns."""

from datetime import timedelta

from flask import Flask

from grants.core.clock import now
from grants.core.money import plain_pounds
from grants.panels import queries
from tests.rooms.panels.scored import SCORERS, score_bid
from tests.rooms.scoring.visits import open_house

DAY = now().date() + timedelta(days=400)


def test_conditions_are_typed_in_rows_and_replaced_by_history(app: Flask) -> None:
    house = open_house(app, setting=lambda panel: score_bid(panel, panel.bids[0], 5, SCORERS))
    with house.writing() as panel:
        ask = panel.bids[0].ask
    path = f"/panels/bids/{house.ref}/"
    decision = {"outcome": "fund", "amount": plain_pounds(ask), "reason": "Strong"}
    first = {"conditions-0-text": "Insurance is shown", "conditions-0-kind": "before_payment"}
    dated = {
        "conditions-1-text": "The lease is signed",
        "conditions-1-kind": "by_date",
        "conditions-1-due_on-day": str(DAY.day),
        "conditions-1-due_on-month": str(DAY.month),
        "conditions-1-due_on-year": str(DAY.year),
    }

    status, page = house.post("chair", path, **decision, **first, **{"conditions-add": "1"})
    assert (status, 'name="conditions-1-text"' in page, "Insurance is shown" in page) == (200, True, True)
    assert house.post("chair", path, **decision, **first, **{"conditions-1-kind": "by_date"})[0] == 422
    assert house.post("chair", path, **decision, **first, **dated)[0] == 302
    assert "Insurance is shown" in house.get("chair", path)[1]

    assert house.post("chair", path, version="1", **decision, **dated)[0] == 302
    with house.writing() as panel:
        found = queries.decision_of(panel.session, panel.bids[0].id)
        assert found is not None
        now_held = queries.conditions_of(panel.session, [found.id])[found.id]
        assert [(one.number, one.text, one.due_on) for one in now_held] == [(1, "The lease is signed", DAY)]
        earlier = queries.earlier_conditions(panel.session, found.id)
        assert [one.text for one in earlier] == ["Insurance is shown", "The lease is signed"]
        found.countersign_needed = True
    assert "The lease is signed" in house.get("pat", f"/panels/{house.round_ref}/countersign/")[1]
