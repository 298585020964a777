"""A bid is sent once, in time, with nothing missing, and never changes; who sent it gets a receipt."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from grants.applications import actions, queries
from grants.applications.content import digest_of
from grants.applications.models import Application, Version
from grants.applications.states import Stage
from grants.audit.models import TrailEntry
from grants.core.db import unit_of_work
from grants.core.errors import NotAllowed, NotFound, Reason, RuleBroken
from grants.notifications.models import Message
from grants.programme.models import Extension
from tests.rooms.applications import world as w
from tests.rooms.applications.world import AFTER, CLOSES, OPEN, World


def send(world: World, bid: Application, *, now: datetime = OPEN, who: str = "signatory") -> Version:
    """Send a bid with the declaration made."""
    return actions.submit(
        world.session, application_id=bid.id, declared=True, actor=world.actor(who), now=now
    )


def test_a_complete_bid_is_sent_and_frozen(world: World) -> None:
    with unit_of_work() as session:
        bid = w.complete(world)
        version = send(world, bid)
        assert (bid.stage, bid.submitted_at, bid.current_version_id) == (Stage.SUBMITTED, OPEN, version.id)
        assert (bid.title, bid.ask, bid.least_amount, bid.lead_share) == (
            "Doors open",
            2_000_050,
            1_200_000,
            1_200_000,
        )
        assert version.declaration == world.definition.rules.declaration
        assert version.submitted_by_id == world.person_ids["signatory"]
    with unit_of_work() as session:
        kept = queries.current_version(session, queries.by_ref(session, bid.ref))
        assert kept.digest == digest_of(kept.content)
        assert (kept.number, kept.content["ref"], kept.content["claims"]) == (
            1,
            bid.ref,
            ["youth", "housing"],
        )
        assert [partner["consented_at"] for partner in kept.content["partners"]] == [OPEN.isoformat()]


def test_everything_missing_is_told_at_once_with_the_declaration(world: World) -> None:
    with unit_of_work() as session, pytest.raises(RuleBroken) as refused:
        bid = w.started(world)
        actions.submit(
            session, application_id=bid.id, declared=False, actor=world.actor("signatory"), now=OPEN
        )
    reasons = refused.value.reasons
    assert reasons[-1] == Reason("Tick the box to make the declaration", "check#declared")
    assert reasons[0].place == "sections/summary#q-title"
    assert len(reasons) > 10


def test_a_bid_without_the_declaration_is_not_sent(world: World) -> None:
    with unit_of_work() as session, pytest.raises(RuleBroken) as refused:
        bid = w.complete(world)
        actions.submit(
            session, application_id=bid.id, declared=False, actor=world.actor("signatory"), now=OPEN
        )
    assert [reason.place for reason in refused.value.reasons] == ["check#declared"]


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("editor", NotAllowed), ("viewer", NotAllowed), ("stranger", NotFound), ("manager", NotFound)],
)
def test_only_a_signatory_sends(world: World, who: str, refusal: type[Exception]) -> None:
    with unit_of_work():
        bid = w.complete(world)
        with pytest.raises(refusal):
            send(world, bid, who=who)


MOMENTS = [
    (CLOSES - timedelta(microseconds=1), True),
    (CLOSES, False),
    (AFTER, False),
]


@pytest.mark.parametrize(("moment", "in_time"), MOMENTS)
def test_a_bid_is_in_time_before_the_exact_moment(world: World, moment: datetime, in_time: bool) -> None:
    with unit_of_work():
        bid = w.complete(world)
        if in_time:
            assert send(world, bid, now=moment).submitted_at == moment
        else:
            with pytest.raises(RuleBroken, match=r"closed at 5pm on Friday 28 January 2022 \(UK time\)"):
                send(world, bid, now=moment)
            assert bid.stage is Stage.DRAFT


@pytest.mark.parametrize(
    ("approved", "whose", "in_time"),
    [(True, "own", True), (True, "all", True), (False, "own", False), (True, "other", False)],
)
def test_an_approved_extension_of_this_bid_counts(
    world: World, approved: bool, whose: str, in_time: bool
) -> None:
    with unit_of_work() as session:
        bid = w.complete(world)
        session.add(
            Extension(
                round_id=world.round.id,
                application_id={"own": bid.id, "other": bid.id + 1000, "all": None}[whose],
                closes_at=AFTER + timedelta(hours=1),
                reason="The hall burnt down",
                drafted_by_id=world.person_ids["manager"],
                drafted_at=OPEN,
                approved_by_id=world.person_ids["chair"] if approved else None,
                approved_at=OPEN if approved else None,
            )
        )
        if in_time:
            assert send(world, bid, now=AFTER).submitted_at == AFTER
        else:
            with pytest.raises(RuleBroken, match="The round closed"):
                send(world, bid, now=AFTER)


def test_sending_twice_gives_back_the_same_version_and_one_receipt_each(world: World) -> None:
    with unit_of_work() as session:
        bid = w.complete(world)
        first = send(world, bid)
        second = send(world, bid, now=AFTER)
        assert second.id == first.id
        receipts = session.scalars(select(Message.to_address).where(Message.kind == "bid_received")).all()
        assert sorted(receipts) == ["editor@example.org", "signatory@example.org"]


def test_a_signatory_who_started_the_bid_gets_one_receipt(world: World) -> None:
    with unit_of_work() as session:
        bid = w.complete(world)
        bid.started_by_id = world.person_ids["signatory"]
        send(world, bid)
        receipts = session.scalars(select(Message.to_address).where(Message.kind == "bid_received")).all()
        assert receipts == ["signatory@example.org"]


def test_the_receipt_says_what_happens_next(world: World) -> None:
    with unit_of_work() as session:
        bid = w.complete(world)
        send(world, bid)
        body = session.scalars(select(Message.body).where(Message.kind == "bid_received")).first() or ""
    for fact in (
        bid.ref,
        "Received: midday on Friday 10 December 2021 (UK time)",
        "£20,000.50",
        "25 March 2022",
    ):
        assert fact in body


def test_the_trail_has_one_line_a_deed(world: World) -> None:
    with unit_of_work():
        version = w.sent(world)
    with unit_of_work() as session:
        lines = session.execute(
            select(TrailEntry.deed, TrailEntry.facts)
            .where(TrailEntry.deed.in_(("application.submit", "version.freeze")))
            .order_by(TrailEntry.seq)
        ).all()
        assert [tuple(line) for line in lines] == [
            (
                "version.freeze",
                {
                    "application_id": version.application_id,
                    "number": 1,
                    "ask": 2_000_050,
                    "digest": version.digest,
                },
            ),
            ("application.submit", {"before": "draft", "after": "submitted"}),
        ]


def test_a_withdrawn_bid_says_why(world: World) -> None:
    with unit_of_work() as session:
        bid = queries.application(session, w.sent(world).application_id)
        with pytest.raises(RuleBroken):
            actions.withdraw(
                session, application_id=bid.id, reason="  ", actor=world.actor("signatory"), now=OPEN
            )
        for who, refusal in (("editor", NotAllowed), ("stranger", NotFound)):
            with pytest.raises(refusal):
                actions.withdraw(session, application_id=bid.id, reason="x", actor=world.actor(who), now=OPEN)
        actions.withdraw(
            session, application_id=bid.id, reason=" No hall ", actor=world.actor("signatory"), now=OPEN
        )
        assert (bid.stage, bid.closed_reason) == (Stage.WITHDRAWN, "No hall")
        told = session.scalars(select(Message.to_address).where(Message.kind == "bid_withdrawn")).all()
        assert sorted(told) == ["editor@example.org", "signatory@example.org"]


def test_a_bid_out_of_the_rules_is_rejected_with_a_reason_that_the_applicant_reads(world: World) -> None:
    with unit_of_work() as session:
        bid = queries.application(session, w.sent(world).application_id)
        for who in ("editor", "signatory", "auditor", "chair"):
            with pytest.raises(NotAllowed):
                actions.reject_as_ineligible(
                    session, application_id=bid.id, reason="x", actor=world.actor(who), now=OPEN
                )
            with pytest.raises(NotAllowed):
                actions.send_to_review(session, application_id=bid.id, actor=world.actor(who), now=OPEN)
        manager = world.actor("manager")
        with pytest.raises(RuleBroken):
            actions.reject_as_ineligible(session, application_id=bid.id, reason=" ", actor=manager, now=OPEN)
        actions.reject_as_ineligible(
            session, application_id=bid.id, reason="No bank", actor=manager, now=OPEN
        )
        assert (bid.stage, bid.closed_reason) == (Stage.INELIGIBLE, "No bank")
        bodies = session.scalars(select(Message.body).where(Message.kind == "bid_ineligible")).all()
        assert ["No bank" in body for body in bodies] == [True, True]


def test_unsent_drafts_lapse_after_closing_and_their_owner_is_told(world: World) -> None:
    with unit_of_work() as session:
        draft, sent = w.started(world), w.sent(world)
        extended = w.started(world)
        session.add(
            Extension(
                round_id=world.round.id,
                application_id=extended.id,
                closes_at=CLOSES + timedelta(days=1),
                reason="Ill",
                drafted_by_id=world.person_ids["manager"],
                drafted_at=OPEN,
                approved_by_id=world.person_ids["chair"],
                approved_at=OPEN,
            )
        )
        grace = timedelta(minutes=15)
        assert actions.lapse_drafts(session, now=CLOSES + grace - timedelta(seconds=1)) == 0
        assert actions.lapse_drafts(session, now=CLOSES + grace) == 1
        assert actions.lapse_drafts(session, now=CLOSES + grace) == 0
        stages = {bid.id: bid.stage for bid in session.scalars(select(Application).order_by(Application.id))}
        assert stages == {
            draft.id: Stage.LAPSED,
            sent.application_id: Stage.SUBMITTED,
            extended.id: Stage.DRAFT,
        }
        told = session.scalars(select(Message.to_address).where(Message.kind == "draft_lapsed")).all()
        assert told == ["editor@example.org"]
        assert actions.lapse_drafts(session, now=CLOSES + timedelta(days=1) + grace) == 1


def test_an_imported_bid_comes_in_through_the_same_freezing(world: World) -> None:
    with unit_of_work() as session:
        replay = w.fund("replay")
        loaded = w.programme.load_fund(session, definition=replay, actor=w.OPERATOR, now=OPEN)
        given: dict[str, Any] = {
            "lead_id": world.lead_id,
            "title": "A grant",
            "ask": 1_000_000,
            "answers": {"summary": "What it was for"},
            "source_id": "360G-x-1",
            "source_digest": "d" * 64,
            "submitted_at": OPEN,
            "not_collected": ["budget"],
            "imported": {"award_date": "2020-04-01"},
            "now": OPEN,
        }
        bid = actions.receive_imported(session, round_id=loaded.round.id, actor=w.OPERATOR, **given)
        version = queries.current_version(session, bid)
        assert (bid.stage, bid.origin, bid.ask, bid.lead_share) == (
            Stage.SUBMITTED,
            "imported",
            1_000_000,
            1_000_000,
        )
        assert (version.declaration, version.content["not_collected"]) == ("", ["budget"])
        assert version.content["imported"] == {"award_date": "2020-04-01"}
        assert version.content["sections"]["summary"]["summary"] == "What it was for"
        with pytest.raises(RuleBroken, match="only through its own form"):
            actions.receive_imported(session, round_id=world.round.id, actor=w.OPERATOR, **given)
        with pytest.raises(RuleBroken, match="asks no such question: colour"):
            actions.receive_imported(
                session,
                round_id=loaded.round.id,
                actor=w.OPERATOR,
                **{**given, "source_id": "360G-x-2", "answers": {"colour": "red"}},
            )
        with pytest.raises(NotAllowed):
            actions.receive_imported(session, round_id=loaded.round.id, actor=world.actor("editor"), **given)
        assert session.scalar(select(func.count()).select_from(Version)) == 1
