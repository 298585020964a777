"""More time: a manager puts it forward, another approves, drafts open again, their writers are told."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from grants.applications import actions, queries
from grants.applications.later import conflict_checks, shared_out_checks
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.audit.models import TrailEntry
from grants.core.db import unit_of_work
from grants.core.errors import NotAllowed, NotFound, RuleBroken, Stale
from grants.core.policy import no
from grants.jobs import WORKS
from grants.notifications.models import Message
from grants.permissions import Role
from grants.programme import actions as programme
from grants.programme import queries as rounds
from grants.programme.models import Extension
from tests.rooms.applications import world as w
from tests.rooms.applications.drafts import complete, draft
from tests.rooms.applications.world import CLOSES, OPEN, World

LATE = CLOSES + timedelta(minutes=20)
UNTIL = CLOSES + timedelta(hours=4)
WHY = "The service was down from 3pm to 5pm."
TELL = next(work for work in WORKS if work.name == actions.TELL_EXTENDED)


def put_forward(
    world: World, ref: str = "", *, until: datetime = UNTIL, reason: str = WHY, who: str = "manager",
    now: datetime = LATE,
) -> int:  # fmt: skip
    with unit_of_work() as session:
        bid_id = queries.by_ref(session, ref).id if ref else None
        return actions.draft_extension(
            session,
            round_id=world.round.id,
            application_id=bid_id,
            until=until,
            reason=reason,
            actor=world.actor(who),
            now=now,
        ).id


def approve(world: World, extension_id: int, *, who: str = "chair", version: int = 1) -> None:
    with unit_of_work() as session:
        actions.approve_extension(
            session, extension_id=extension_id, version=version, actor=world.actor(who), now=LATE
        )


def stage(ref: str) -> Stage:
    with unit_of_work() as session:
        return queries.by_ref(session, ref).stage


def lapse(at: datetime) -> int:
    with unit_of_work() as session:
        return actions.lapse_drafts(session, now=at)


def mail(kind: str) -> list[tuple[str, str]]:
    with unit_of_work() as session:
        found = select(Message.to_address, Message.body).where(Message.kind == kind).order_by(Message.id)
        return [(row[0], row[1]) for row in session.execute(found)]


def test_a_lapsed_draft_is_opened_again_written_and_sent_until_the_new_minute(world: World) -> None:
    ref, other = complete(world), draft(world)
    assert lapse(LATE) == 2
    approve(world, put_forward(world, ref))
    assert (stage(ref), stage(other)) == (Stage.DRAFT, Stage.LAPSED)
    assert lapse(UNTIL - timedelta(minutes=1)) == 0
    with unit_of_work() as session:
        bid = queries.by_ref(session, ref)
        page = queries.page_of(session, bid.id, "summary")
        assert page is not None
        late = UNTIL - timedelta(microseconds=1)
        actions.save_section(
            session,
            application_id=bid.id,
            key="summary",
            answers={"title": "A better title"},
            version=page.version,
            actor=world.actor("editor"),
            now=late,
        )
        signatory = world.actor("signatory")
        with pytest.raises(RuleBroken, match="closed at 9pm"):
            actions.submit(session, application_id=bid.id, declared=True, actor=signatory, now=UNTIL)
    with unit_of_work() as session:
        bid = queries.by_ref(session, ref)
        for one in actions.ask_partners(
            session, application_id=bid.id, actor=world.actor("editor"), now=late - timedelta(minutes=1)
        ):
            actions.answer_consent(session, token=one.token, agrees=True, name="Ada", now=late)
        version = actions.submit(
            session, application_id=bid.id, declared=True, actor=world.actor("signatory"), now=late
        )
        assert version.submitted_at == late


def test_the_whole_round_after_an_outage(world: World) -> None:
    refs = [complete(world), draft(world)]
    with unit_of_work() as session:
        programme.announce_due(session, now=CLOSES)
    assert lapse(LATE) == 2
    extension_id = put_forward(world)
    assert [stage(ref) for ref in refs] == [Stage.LAPSED, Stage.LAPSED]
    approve(world, extension_id)
    assert [stage(ref) for ref in refs] == [Stage.DRAFT, Stage.DRAFT]
    with unit_of_work() as session:
        assert [one.closes_at for one in rounds.open_rounds(session, now=LATE)] == [UNTIL]
        assert programme.announce_due(session, now=UNTIL - timedelta(seconds=1)) == 0
        assert programme.announce_due(session, now=UNTIL) == 1
    told = [body for _, body in mail("round_closed")]
    assert ["5pm" in told[0], "9pm" in told[1]] == [True, True]
    assert lapse(UNTIL + timedelta(minutes=15)) == 2


def test_everybody_concerned_is_told_exactly_once(world: World) -> None:
    refs = [draft(world), draft(world)]
    extension_id = put_forward(world, now=OPEN)
    with unit_of_work() as session:
        assert rounds.untold(session, LATE) == []
    approve(world, extension_id)
    with unit_of_work() as session:
        assert rounds.untold(session, LATE) == [extension_id]
    for _ in range(2):
        TELL.run(extension_id, LATE)
    told = mail("extension_given")
    assert (
        sorted(address for address, _ in told) == ["editor@example.org"] * 2 + ["signatory@example.org"] * 2
    )
    for ref in refs:
        assert sum(ref in body for _, body in told) == 2
    assert all(WHY in body and "9pm on Friday 28 January 2022 (UK time)" in body for _, body in told)
    assert [address for address, _ in mail("extension_drafted")] == ["chair@example.org"]
    assert [(address, "approved" in body) for address, body in mail("extension_answered")] == [
        ("manager@example.org", True)
    ]
    with unit_of_work() as session:
        assert rounds.untold(session, LATE) == []


def test_one_bids_extension_is_told_to_its_own_writers(world: World) -> None:
    ref, other = draft(world), draft(world)
    extension_id = put_forward(world, ref, now=OPEN)
    approve(world, extension_id)
    TELL.run(extension_id, LATE)
    bodies = [body for _, body in mail("extension_given")]
    assert [ref in body and other not in body for body in bodies] == [True, True]


@pytest.mark.parametrize("who", ["signatory", "stranger", "chair", "auditor"])
def test_only_a_manager_puts_it_forward(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        put_forward(world, who=who)


@pytest.mark.parametrize("who", ["signatory", "stranger", "manager", "auditor"])
def test_only_a_chair_answers(world: World, who: str) -> None:
    extension_id = put_forward(world)
    with pytest.raises(NotAllowed):
        approve(world, extension_id, who=who)
    with unit_of_work() as session, pytest.raises(NotAllowed):
        actions.refuse_extension(
            session, extension_id=extension_id, version=1, reason="No", actor=world.actor(who), now=LATE
        )


def test_nobody_approves_what_they_drafted_also_with_both_roles(world: World) -> None:
    with unit_of_work() as session:
        w.accounts.grant_role(
            session, person_id=world.person_ids["manager"], role=Role.CHAIR, actor=w.OPERATOR, now=OPEN
        )
    with pytest.raises(NotAllowed, match="yourself"):
        approve(world, put_forward(world), who="manager")


def test_a_chair_with_a_conflict_answers_for_the_round_but_not_for_the_bid(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = draft(world)
    one, whole = put_forward(world, ref), put_forward(world)
    monkeypatch.setitem(conflict_checks, "tests", lambda session, actor, bid_id: no("A conflict."))
    with pytest.raises(NotAllowed, match=r"A conflict\."):
        approve(world, one)
    approve(world, whole)


def test_two_chairs_at_once_approve_once(world: World) -> None:
    extension_id = put_forward(world)
    approve(world, extension_id)
    with pytest.raises(Stale):
        approve(world, extension_id)
    with pytest.raises(RuleBroken, match="approved"):
        approve(world, extension_id, version=2)
    with unit_of_work() as session, pytest.raises(RuleBroken):
        actions.withdraw_extension(
            session, extension_id=extension_id, version=2, actor=world.actor("manager"), now=LATE
        )


def test_it_can_be_refused_with_a_reason_or_taken_back_and_then_changes_nothing(world: World) -> None:
    ref = draft(world)
    lapse(LATE)
    refused, taken = put_forward(world, ref), put_forward(world)
    with unit_of_work() as session:
        chair, manager = world.actor("chair"), world.actor("manager")
        with pytest.raises(RuleBroken, match="Enter the reason"):
            actions.refuse_extension(
                session, extension_id=refused, version=1, reason=" ", actor=chair, now=LATE
            )
        actions.refuse_extension(
            session, extension_id=refused, version=1, reason="They had weeks.", actor=chair, now=LATE
        )
        actions.withdraw_extension(session, extension_id=taken, version=1, actor=manager, now=LATE)
    assert ["They had weeks." in body for _, body in mail("extension_answered")] == [True]
    assert stage(ref) == Stage.LAPSED
    for extension_id in (refused, taken):
        with pytest.raises(RuleBroken):
            approve(world, extension_id, version=2)
    put_forward(world, ref)


def reasons_for(world: World, ref: str = "", **wanted: object) -> list[str]:
    with pytest.raises(RuleBroken) as refused:
        put_forward(world, ref, **wanted)  # type: ignore[arg-type]  # by name
    return [reason.text for reason in refused.value.reasons]


def test_every_reason_against_it_is_told_at_once(world: World) -> None:
    with unit_of_work():
        ref = queries.by_ref(
            world.session, w.queries.application(world.session, w.sent(world).application_id).ref
        ).ref
    assert reasons_for(world, ref, until=CLOSES, reason=" ") == [
        "This bid is no draft, so more time would change nothing for it",
        "The new closing must be later than the present one, 5pm on Friday 28 January 2022 (UK time)",
        "Enter the reason, as applicants may read it",
    ]
    assert reasons_for(world, until=CLOSES + timedelta(minutes=5)) == [
        "The new closing must be in the future"
    ]
    assert reasons_for(world, until=CLOSES + timedelta(days=300))[0].startswith(
        "The new closing must be before"
    )
    assert reasons_for(world, now=OPEN - timedelta(days=20))[0].startswith("The round has not opened yet")
    put_forward(world)
    assert reasons_for(world)[0].startswith("An extension already waits")


def test_once_bids_are_with_reviewers_only_one_bid_can_have_more_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref, waiting = draft(world), put_forward(world)
    monkeypatch.setitem(shared_out_checks, "tests", lambda session, round_id: True)
    with pytest.raises(RuleBroken, match="given to reviewers"):
        approve(world, waiting)
    approve(world, put_forward(world, ref))


def test_a_later_extension_must_be_later_still(world: World) -> None:
    ref = draft(world)
    approve(world, put_forward(world))
    assert reasons_for(world, ref)[0].startswith("The new closing must be later than the present one, 9pm")
    approve(world, put_forward(world, ref, until=UNTIL + timedelta(hours=1)))
    with unit_of_work() as session:
        bid = queries.by_ref(session, ref)
        closes_at = rounds.closes_at(session, world.round, application_id=bid.id)
        assert closes_at == UNTIL + timedelta(hours=1)
        given = session.scalars(select(Extension.previous_closes_at).order_by(Extension.id)).all()
        assert list(given) == [CLOSES, UNTIL]


def test_bids_of_another_round_are_not_found(world: World) -> None:
    with unit_of_work() as session, pytest.raises(NotFound):
        actions.draft_extension(
            session, round_id=world.round.id, application_id=99_999, until=UNTIL, reason=WHY,
            actor=world.actor("manager"), now=LATE,
        )  # fmt: skip


def test_extended_drafts_do_not_starve_those_that_must_lapse(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest drafts have more time: the few that a run takes must not all be theirs."""
    monkeypatch.setattr("grants.applications.actions.reminding.MOST_AT_ONCE", 2)
    early, late = [draft(world) for _ in range(3)], [draft(world) for _ in range(3)]
    for ref in early:
        approve(world, put_forward(world, ref, now=OPEN))
    assert (lapse(LATE), lapse(LATE), lapse(LATE)) == (2, 1, 0)
    with unit_of_work() as session:
        lapsed = session.scalars(select(Application.ref).where(Application.stage == Stage.LAPSED)).all()
    assert sorted(lapsed) == sorted(late)


def test_every_deed_is_in_the_trail(world: World) -> None:
    ref = draft(world)
    lapse(LATE)
    extension_id = put_forward(world, ref)
    approve(world, extension_id)
    TELL.run(extension_id, LATE)
    with unit_of_work() as session:
        deeds = session.scalars(select(TrailEntry.deed).order_by(TrailEntry.seq)).all()
    mine = [deed for deed in deeds if deed.startswith("extension.") or "reopen" in deed]
    assert mine == [
        "extension.draft",
        "extension.approve",
        "application.reopen_after_extension",
        "extension.tell",
    ]
