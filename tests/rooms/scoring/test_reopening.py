"""A locked sheet is opened again when the manager asks and a chair agrees; what it held is kept."""

from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications.states import Stage
from grants.core.errors import NotAllowed, RuleBroken, Stale
from grants.notifications.models import Message
from grants.reviewing import actions as reviewing
from grants.scoring import actions, history, policy
from grants.scoring.models import Reopening, Sheet
from grants.scoring.states import ReopeningState, SheetState
from tests.rooms.reviewing import panel as p
from tests.rooms.scoring import sheets as s
from tests.rooms.scoring.visits import open_house


@pytest.fixture
def panel(session: Session) -> p.Panel:
    """One scored bid: Rosa gave 2, Vera and Carl 4."""
    found = p.build(session)
    s.scored(found, found.bids[0], rosa=2, vera=4, carl=4)
    return found


def sheet_of(panel: p.Panel, name: str) -> Sheet:
    """That person's sheet of the bid."""
    return panel.session.scalars(select(Sheet).where(Sheet.person_id == panel.person_ids[name])).one()


def ask(panel: p.Panel, name: str = "vera") -> Reopening:
    """The reviewer asks for their sheet."""
    return actions.ask_reopening(
        panel.session, sheet_id=sheet_of(panel, name).id, reason="A slip.", actor=panel.actor(name), now=p.NOW
    )


def draft(panel: p.Panel, of: str = "vera", by: str = "manager") -> Reopening:
    """The manager puts it forward."""
    return actions.draft_reopening(
        panel.session,
        sheet_id=sheet_of(panel, of).id,
        reason="It was a slip.",
        actor=panel.actor(by),
        now=p.NOW,
    )


def settle(
    panel: p.Panel, found: Reopening, by: str = "chair", *, approve: bool = True, version: int | None = None
) -> Reopening:
    """A chair answers."""
    return actions.settle_reopening(
        panel.session,
        reopening_id=found.id,
        approve=approve,
        reason="" if approve else "No need.",
        version=found.version if version is None else version,
        actor=panel.actor(by),
        now=p.NOW,
    )


def test_an_opened_sheet_leaves_the_means_and_what_it_held_is_kept(panel: p.Panel) -> None:
    bid, session = panel.bids[0], panel.session
    assert (bid.stage, s.total(panel, bid)) == (Stage.SCORED, "200/3")
    ask(panel)
    settle(panel, draft(panel))
    sheet = sheet_of(panel, "vera")
    assert (sheet.state, sheet.locked_at) == (SheetState.DRAFT, None)
    assert (bid.stage, s.total(panel, bid)) == (Stage.IN_REVIEW, None)
    assert not policy.may_see_others(session, panel.actor("vera"), bid.id)

    s.save(panel, "vera", sheet, "youth", dict.fromkeys(panel.definition.rubric.strand_keys, 1), why="Less.")
    s.lock(panel, "vera", sheet)
    assert bid.stage is Stage.SCORED
    locks = history.locks_of(session, bid.id)[sheet.id]
    assert [(lock.number, lock.held["cells"]["youth"]) for lock in locks] == [
        (number, dict.fromkeys(sorted(panel.definition.rubric.strand_keys), score))
        for number, score in ((1, 4), (2, 1))
    ]
    assert [lock.held["notes"]["youth"]["justification"] for lock in locks] == [
        "Because of what they wrote.",
        "Less.",
    ]


def test_what_was_agreed_with_the_sheet_before_the_chair_waits_to_be_reaffirmed(panel: p.Panel) -> None:
    (bid,), session = panel.bids, panel.session
    row = actions.agree_score(
        session, application_id=bid.id, theme="youth", score=Decimal(1), reason="We talked.",
        actor=panel.actor("chair"), now=p.NOW,
    )  # fmt: skip
    settle(panel, draft(panel), by="deputy")
    assert row.suspended_at == p.NOW
    told = session.scalars(select(Message).where(Message.kind == "agreed_scores_suspended")).all()
    assert {message.person_id for message in told} == {panel.person_ids["chair"], panel.person_ids["deputy"]}
    assert {"was opened again. It counts for nothing" in message.body for message in told} == {True}

    s.lock(panel, "vera", sheet_of(panel, "vera"))
    assert s.total(panel, bid) == "200/3"
    actions.reaffirm_score(session, agreed_id=row.id, reason="Still.", actor=panel.actor("chair"), now=p.NOW)
    assert s.total(panel, bid) == "172/3"


def test_the_manager_may_draft_unasked_and_a_refusal_leaves_all_as_it_was(panel: p.Panel) -> None:
    before = s.total(panel, panel.bids[0])
    found = settle(panel, draft(panel), approve=False)
    assert (found.state, found.asked_at) == (ReopeningState.REFUSED, None)
    assert sheet_of(panel, "vera").state is SheetState.LOCKED
    assert (panel.bids[0].stage, s.total(panel, panel.bids[0])) == (Stage.SCORED, before)


def test_each_step_tells_whoever_is_next(panel: p.Panel) -> None:
    ask(panel)
    settle(panel, draft(panel))
    kinds = ("reopening_asked", "reopening_drafted", "reopening_settled")
    told = panel.session.execute(
        select(Message.kind, Message.person_id).where(Message.kind.in_(kinds)).order_by(Message.id)
    ).all()
    ids = panel.person_ids
    assert [tuple(row) for row in told] == [
        ("reopening_asked", ids["manager"]),
        ("reopening_drafted", ids["chair"]),
        ("reopening_drafted", ids["deputy"]),
        ("reopening_settled", ids["vera"]),
    ]


def test_who_may_do_what(panel: p.Panel) -> None:
    sheet = sheet_of(panel, "vera")
    for name in ("rosa", "manager", "chair"):
        with pytest.raises(NotAllowed):
            actions.ask_reopening(
                panel.session, sheet_id=sheet.id, reason="Hm.", actor=panel.actor(name), now=p.NOW
            )
    for name in ("vera", "chair", "auditor"):
        with pytest.raises(NotAllowed):
            draft(panel, by=name)
    found = draft(panel)
    for name in ("vera", "manager", "auditor"):
        with pytest.raises(NotAllowed):
            settle(panel, found, by=name)
    reviewing.record_conflict(
        panel.session,
        person_id=panel.person_ids["chair"],
        application_id=panel.bids[0].id,
        reason="A trustee.",
        actor=panel.actor("manager"),
        now=p.NOW,
    )
    with pytest.raises(NotAllowed):
        settle(panel, found, by="chair")
    assert settle(panel, found, by="deputy").state is ReopeningState.APPROVED


def test_nothing_is_settled_twice_or_from_an_old_page(panel: p.Panel) -> None:
    found = ask(panel)
    old = found.version
    with pytest.raises(RuleBroken, match="does not wait for a chair"):
        settle(panel, found)
    draft(panel)
    with pytest.raises(Stale):
        settle(panel, found, version=old)
    settle(panel, found)
    with pytest.raises(RuleBroken, match="is not locked"):
        settle(panel, found, by="deputy")


def test_what_has_been_asked_or_drafted_is_not_asked_or_drafted_again(panel: p.Panel) -> None:
    ask(panel)
    with pytest.raises(RuleBroken, match="asked for already"):
        ask(panel)
    draft(panel)
    with pytest.raises(RuleBroken, match="drafted already"):
        draft(panel)


def test_a_bid_that_is_decided_keeps_its_sheets_locked(panel: p.Panel) -> None:
    panel.bids[0].stage = Stage.DECIDED
    panel.session.flush()
    with pytest.raises(RuleBroken, match="stay locked"):
        ask(panel)
    with pytest.raises(RuleBroken, match="stay locked"):
        draft(panel)


def test_the_pages_of_the_three(app: Flask) -> None:
    house = open_house(app, setting=lambda panel: s.scored(panel, panel.bids[0], rosa=2, vera=4, carl=4))
    check, sheets = f"/scoring/{house.ref}/check/", f"/scoring/sheets/{house.ref}/"
    assert house.post("vera", f"/scoring/{house.ref}/ask-to-reopen/", reason="A slip in Youth.") == (
        302,
        check,
    )
    assert "waits for an answer" in house.get("vera", check)[1]
    with house.writing() as panel:
        sheet_id = sheet_of(panel, "vera").id
    assert house.post("manager", f"{sheets}{sheet_id}/", reason="It was.") == (302, sheets)
    status, page = house.get("chair", sheets)
    assert (status, "A slip in Youth." in page, "Open the sheet again" in page) == (200, True, True)
    assert "Open the sheet again" not in house.get("auditor", sheets)[1]
    with house.writing() as panel:
        found = history.waiting_reopening(panel.session, sheet_id)
        assert found is not None
        place = f"{sheets}reopening/{found.id}/"
        version = found.version
    assert house.post("chair", place, go="refuse", version=version)[0] == 422
    assert house.post("chair", place, go="approve", version=version) == (302, sheets)
    assert house.get("vera", f"/scoring/{house.ref}/themes/youth/")[0] == 200
