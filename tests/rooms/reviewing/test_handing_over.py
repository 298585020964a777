"""Bids of a silent reviewer handed over, and more time given: one deed, one message each, on the trail."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.audit.models import TrailEntry
from grants.core.errors import NotAllowed, NotFound, RuleBroken
from grants.notifications.models import Message
from grants.reviewing import actions, outstanding
from grants.reviewing.due_rules import own_due
from grants.reviewing.states import AssignmentState
from grants.scoring.models import Sheet
from tests.rooms.reviewing import panel as p
from tests.rooms.scoring import sheets as s
from tests.rooms.scoring.visits import House, open_house

DUE = datetime(2022, 2, 25, 17, 0, tzinfo=UTC)
LATE = DUE + timedelta(days=1)


def built(session: Session) -> p.Panel:
    """Four bids of Vera's: not declared on, untouched, begun, locked. Carl reads the second, Rosa all."""
    panel = p.build(session, bids=4)
    first, second, third, fourth = panel.bids
    panel.assign(first, "vera", cleared=False)
    for bid in (second, third, fourth):
        panel.assign(bid, "vera")
    panel.assign(second, "carl")
    s.started(panel, "vera", third)
    s.locked(panel, "vera", fourth)
    return panel


def hand_over(panel: p.Panel, *numbers: int, to: str = "", reason: str = "Silent.", **more: object) -> int:
    handed = actions.hand_over(
        panel.session,
        round_id=panel.round.id,
        person_id=panel.person_ids["vera"],
        application_ids=[panel.bids[number].id for number in numbers],
        to=panel.person_ids[to] if to else None,
        reason=reason,
        actor=panel.actor("manager"),
        now=LATE,
        **more,  # type: ignore[arg-type]  # what the deed takes besides
    )
    return handed.run.id if handed.run else 0


def letters(session: Session) -> list[tuple[str, str, str]]:
    rows = session.scalars(select(Message).where(Message.created_at == LATE).order_by(Message.id))
    return [(letter.to_address.partition("@")[0], letter.kind, letter.subject) for letter in rows]


def test_unfinished_bids_go_to_somebody_else_and_finished_work_stays(session: Session) -> None:
    panel = built(session)
    third = panel.bids[2]
    hand_over(panel, 0, 2, to="pat")

    assert [panel.assignment("vera", bid).state for bid in panel.bids] == [
        AssignmentState.REMOVED,
        AssignmentState.CLEARED,
        AssignmentState.REMOVED,
        AssignmentState.CLEARED,
    ]
    given = panel.assignment("pat", third)
    assert (given.state, given.reason) == (AssignmentState.ASSIGNED, "Silent.")
    assert given.due_at == DUE + timedelta(days=6)  # five days from when it was given, at the usual hour
    assert session.scalar(select(Sheet.person_id).where(Sheet.application_id == third.id)) is not None
    assert letters(session) == [
        ("vera", "bids_taken_off", f"{panel.round.name}: 2 bids fewer to review"),
        (
            "pat",
            "bids_assigned",
            f"{panel.round.name}: 2 bids to review by 5pm on Thursday 3 March 2022 (UK time)",
        ),
    ]
    session.commit()  # the trail is written then
    trail = session.scalars(
        select(TrailEntry.deed).where(TrailEntry.at == LATE).order_by(TrailEntry.seq)
    ).all()
    assert [deed for deed in trail if deed != "message.queued"] == [
        *["assignment.by_hand"] * 4,
        "reviews.handed_over",
    ]


def test_everything_that_is_wrong_is_said_at_once(session: Session) -> None:
    panel = built(session)
    actions.add_reviewer(
        session,
        person_id=panel.person_ids["carl"],
        kind=p.REVIEWERS["carl"],
        most_bids=2,
        actor=panel.actor("manager"),
        now=p.NOW,
    )
    actions.record_conflict(
        session,
        person_id=panel.person_ids["carl"],
        application_id=panel.bids[0].id,
        reason="His sister runs it.",
        actor=panel.actor("manager"),
        now=p.NOW,
    )
    with pytest.raises(RuleBroken) as broken:
        hand_over(panel, 0, 1, to="carl", reason=" ", until=date(2022, 2, 26))
    assert [(reason.text, reason.place) for reason in broken.value.reasons] == [
        ("Enter the reason", "reason"),
        ("The new date must be in the future", "until"),
        (
            f"Carl Person has a conflict of interest with {panel.bids[0].ref}, or takes part in it.",
            "on",
        ),
        (f"Carl Person reviews {panel.bids[1].ref} already.", "on"),
        (
            "Carl Person reads 1 of at most 2 bids already. Tick the box below to give them 2 more all the "
            "same.",
            "on",
        ),
    ]
    with pytest.raises(NotFound):
        hand_over(panel, 3, to="pat")  # locked


def test_a_manager_hands_over_nothing_that_is_hidden_from_them(session: Session) -> None:
    panel = built(session)
    actions.record_conflict(
        session,
        person_id=panel.person_ids["manager"],
        application_id=panel.bids[0].id,
        reason="My own street.",
        actor=panel.actor("chair"),
        now=p.NOW,
    )
    with pytest.raises(NotAllowed):
        hand_over(panel, 0, to="pat")


def test_without_a_name_a_proposal_is_asked_for_and_they_do_not_come_back(session: Session) -> None:
    panel = built(session)
    run_id = hand_over(panel, 0, 1, 2)
    assert run_id
    assert outstanding.left_for(session, panel.round, panel.person_ids["vera"]) == []
    assert hand_over_to_nobody_else_waits(panel)


def hand_over_to_nobody_else_waits(panel: p.Panel) -> bool:
    """A second hand-over while that proposal is worked out asks for none."""
    handed = actions.hand_over(
        panel.session,
        round_id=panel.round.id,
        person_id=panel.person_ids["carl"],
        application_ids=[panel.bids[1].id],
        to=None,
        reason="Silent too.",
        actor=panel.actor("manager"),
        now=LATE,
    )
    return handed.run is None and handed.bids == 1


def test_more_time_moves_what_is_left_and_never_backwards(session: Session) -> None:
    panel = built(session)
    vera = panel.person_ids["vera"]

    def give(until: date, *, reason: str = "She was ill.") -> int:
        return actions.give_more_time(
            session,
            round_id=panel.round.id,
            person_id=vera,
            until=until,
            reason=reason,
            actor=panel.actor("manager"),
            now=LATE,
        )

    with pytest.raises(RuleBroken) as broken:
        give(date(2022, 3, 9), reason="")
    assert [reason.place for reason in broken.value.reasons] == ["reason", "until"]
    assert give(date(2022, 3, 4)) == 3
    assert [one.due_at for one in outstanding.left_for(session, panel.round, vera)] == [
        datetime(2022, 3, 4, 17, 0, tzinfo=UTC)
    ] * 3
    assert panel.assignment("vera", panel.bids[3]).due_at is None
    with pytest.raises(RuleBroken):
        give(date(2022, 3, 3))
    assert letters(session) == [
        (
            "vera",
            "reviews_more_time",
            f"{panel.round.name}: you have more time, until 5pm on Friday 4 March 2022 (UK time)",
        )
    ]


@pytest.mark.parametrize(
    ("given", "due"),
    [
        ("2022-01-30T09:00", None),
        ("2022-02-20T17:00", None),
        ("2022-02-22T09:00", "2022-02-27T17:00"),
        ("2022-03-01T23:30", "2022-03-06T17:00"),
        ("2022-03-06T09:00", "2022-03-08T17:00"),  # the panel meets on the ninth
        ("2022-03-08T18:00", "2022-03-13T17:00"),  # it was put off
    ],
)
def test_a_bid_that_is_given_out_late_is_due_later(given: str, due: str | None) -> None:
    at = datetime.fromisoformat(given).replace(tzinfo=UTC)
    wanted = datetime.fromisoformat(due).replace(tzinfo=UTC) if due else None
    assert own_due(p.fund().calendar, at) == wanted


def test_the_pages_lead_from_the_list_to_the_deed(app: Flask) -> None:
    house: House = open_house(app, count=2, setting=lambda panel: panel.assign(panel.bids[0], "vera", "rosa"))
    vera, pat = house.panel.person_ids["vera"], house.panel.person_ids["pat"]
    path = f"/reviewing/hand-over/{house.round_ref}/{vera}/"
    status, page = house.get("manager", path)
    assert (status, f"{house.ref}: Bid number 1" in page, "Not begun. Due on 25 February 2022" in page) == (
        200,
        True,
        True,
    )
    assert house.get("chair", path)[0] == 403
    assert house.post("manager", path, on="share", reason="Silent.")[0] == 422  # nothing ticked
    with house.writing() as panel:
        bid = panel.bids[0].id
    done = house.post("manager", path, bids=str(bid), on=str(pat), reason="Silent.")
    assert done == (302, f"/scoring/progress/{house.round_ref}/")
    assert "They have nothing left to do in this round." in house.get("manager", path)[1]
    more = f"/reviewing/more-time/{house.round_ref}/{pat}/"
    assert house.get("manager", more)[0] == 200
    wrong = {"until-day": "1", "until-month": "1", "until-year": "2022"}
    assert house.post("manager", more, reason="Ill.", **wrong)[0] == 422
