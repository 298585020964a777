"""Bids that staff enter for somebody: who may what, who signs and how, and what counts as in time."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.accounts import queries as people
from grants.accounts.models import Organisation
from grants.accounts.states import OrganisationKind
from grants.applications import actions, queries
from grants.applications.actions import Asked
from grants.applications.assistance import assistance_of
from grants.applications.assistance_rules import Came, MoreTime
from grants.applications.later import conflict_checks
from grants.applications.models import Application
from grants.applications.states import Assisted, Channel, Origin, Stage
from grants.audit.models import TrailEntry
from grants.core.db import unit_of_work
from grants.core.errors import NotAllowed, NotFound, RuleBroken, Stale
from grants.core.policy import no
from grants.notifications.models import Message
from grants.permissions import MemberRole, Role
from grants.programme.models import Extension
from tests.rooms.applications import world as w
from tests.rooms.applications.world import AFTER, CLOSES, OPEN, World

TICK = timedelta(microseconds=1)
MORE = MoreTime(CLOSES + timedelta(days=2), "The post was opened only today.")


def came(email: str = "ada@hands.example", **changes: Any) -> Came:
    given: dict[str, Any] = {
        "channel": Channel.PAPER,
        "received_at": OPEN,
        "signatory_name": "Ada Lead",
        "signatory_email": email,
    }
    return Came(**{**given, **changes})


def new_lead(session: Session) -> int:
    return w.organisation(session, "Helping Hands", OrganisationKind.REGISTERED_CHARITY, "1123128")


def enter(
    world: World, *, who: str = "manager", now: Any = OPEN, late: MoreTime | None = None, lead_id: int = 0,
    how: Came | None = None,
) -> Application:  # fmt: skip
    return actions.start_assisted(
        world.session,
        round_id=world.round.id,
        lead_id=lead_id or new_lead(world.session),
        eligibility=w.eligible(world.definition),
        came=how or came(),
        late=late,
        actor=world.actor(who),
        now=now,
    )


def written(world: World, bid: Application, *, now: Any = OPEN) -> Application:
    """Its pages filled in by the manager through the very deeds of the form, its partner's consent given."""
    editors, world.person_ids["editor"] = world.person_ids["editor"], world.person_ids["manager"]
    w.write_all(world, bid, now=now)
    asked: list[Asked] = actions.ask_partners(
        world.session, application_id=bid.id, actor=world.actor("manager"), now=now
    )
    w.confirm(world.session, asked, now=now)
    world.person_ids["editor"] = editors
    return queries.application(world.session, bid.id)


def ready(world: World, email: str = "ada@hands.example") -> Application:
    return written(world, enter(world, how=came(email)))


def ask(world: World, bid: Application, *, now: Any = OPEN) -> str:
    return actions.ask_signatory(world.session, application_id=bid.id, actor=world.actor("manager"), now=now)


def shown(world: World, bid: Application) -> str:
    return actions.current_digest(world.session, queries.bid_of(world.session, bid))


def record(world: World, bid: Application, *, now: Any = OPEN, who: str = "manager", **given: Any) -> None:
    paper: dict[str, Any] = {"received_on": date(2021, 12, 10), "kept_at": "Cabinet 4, folder 12"}
    actions.record_paper(
        world.session, application_id=bid.id, actor=world.actor(who), now=now, **{**paper, **given}
    )


def approve(world: World, bid: Application, *, who: str = "chair", now: Any = OPEN) -> Any:
    version = assistance_of(world.session, bid.id).version
    return actions.approve_paper(
        world.session, application_id=bid.id, version=version, actor=world.actor(who), now=now
    )


def mail(session: Session, kind: str) -> list[str]:
    return list(session.scalars(select(Message.to_address).where(Message.kind == kind).order_by(Message.id)))


def test_the_signatory_signs_by_their_own_link_and_sends(world: World) -> None:
    with unit_of_work() as session:
        bid = ready(world)
        assert (bid.origin, bid.stage) == (Origin.ASSISTED, Stage.DRAFT)
        token = ask(world, bid)
        assert mail(session, "assisted_to_sign") == ["ada@hands.example"]
        moment = CLOSES - TICK
        version = actions.sign_by_link(
            session, token=token, declared=True, digest=shown(world, bid), now=moment
        )
        assert (bid.stage, version.submitted_at, version.submitted_by_id) == (Stage.SUBMITTED, moment, None)
        assert version.declaration == world.definition.rules.declaration
        assert (version.content["origin"], version.content["assisted"]["signed_by"]) == (
            "assisted",
            "email link",
        )
        assert assistance_of(session, bid.id).state is Assisted.SIGNED
        assert mail(session, "assisted_signed") == ["ada@hands.example"]
        again = actions.sign_by_link(session, token=token, declared=True, digest="", now=AFTER)
        assert again.id == version.id
        signatory = people.person_by_email(session, "ada@hands.example")
        assert signatory is not None
        membership = people.membership(session, organisation_id=bid.lead_id, person_id=signatory.id)
        assert membership is not None
        assert membership.role is MemberRole.SIGNATORY
    with unit_of_work() as session:
        deeds = session.scalars(select(TrailEntry.deed).order_by(TrailEntry.seq)).all()
    assert [deed for deed in deeds if deed.startswith("assistance.")] == [
        "assistance.enter",
        "assistance.ask",
        "assistance.sign",
    ]


def test_what_is_signed_is_what_was_read(world: World) -> None:
    with unit_of_work() as session:
        bid = ready(world)
        token, read = ask(world, bid), shown(world, bid)
        page = queries.page_of(session, bid.id, "summary")
        assert page is not None
        actions.save_section(
            session, application_id=bid.id, key="summary", answers={"summary": "Other words"},
            version=page.version, actor=world.actor("manager"), now=OPEN,
        )  # fmt: skip
        with pytest.raises(Stale):
            actions.sign_by_link(session, token=token, declared=True, digest=read, now=OPEN)
        assert bid.stage is Stage.DRAFT


def test_a_signature_needs_the_tick_the_time_and_the_newest_link(world: World) -> None:
    with unit_of_work() as session:
        bid = ready(world)
        old = ask(world, bid)
        token = ask(world, bid)
        digest = shown(world, bid)
        with pytest.raises(NotFound):
            actions.sign_by_link(session, token=old, declared=True, digest=digest, now=OPEN)
        with pytest.raises(RuleBroken, match="Tick the box"):
            actions.sign_by_link(session, token=token, declared=False, digest=digest, now=OPEN)
        with pytest.raises(RuleBroken, match="closed at 5pm"):
            actions.sign_by_link(session, token=token, declared=True, digest=digest, now=CLOSES)
        with pytest.raises(RuleBroken, match="too old"):
            actions.sign_by_link(
                session, token=token, declared=True, digest=digest, now=OPEN + timedelta(days=61)
            )
        assert bid.stage is Stage.DRAFT


def test_nobody_is_asked_to_sign_what_is_not_finished(world: World) -> None:
    with unit_of_work():
        bid = enter(world)
        with pytest.raises(RuleBroken) as refused:
            ask(world, bid)
        assert len(refused.value.reasons) > 5
        with pytest.raises(RuleBroken):
            record(world, bid)


@pytest.mark.parametrize("who", ["signatory", "editor", "stranger", "chair", "auditor"])
def test_only_a_manager_enters_asks_and_records(world: World, who: str) -> None:
    with unit_of_work():
        with pytest.raises(NotAllowed):
            enter(world, who=who)
        bid = ready(world)
        with pytest.raises(NotAllowed):
            actions.ask_signatory(world.session, application_id=bid.id, actor=world.actor(who), now=OPEN)
        with pytest.raises(NotAllowed):
            record(world, bid, who=who)


@pytest.mark.parametrize("who", ["stranger", "chair", "auditor", "signatory"])
def test_nobody_else_writes_it(world: World, who: str) -> None:
    with unit_of_work() as session:
        bid = enter(world)
        with pytest.raises(NotFound):
            actions.save_section(
                session, application_id=bid.id, key="summary", answers={"title": "Mine"},
                actor=world.actor(who), now=OPEN,
            )  # fmt: skip


def test_a_manager_writes_no_other_bid_and_signs_none(world: World) -> None:
    with unit_of_work() as session:
        own, assisted = w.started(world), ready(world)
        manager = world.actor("manager")
        with pytest.raises(NotFound):
            actions.save_section(
                session,
                application_id=own.id,
                key="summary",
                answers={"title": "Mine"},
                actor=manager,
                now=OPEN,
            )
        with pytest.raises(NotAllowed):
            actions.submit(session, application_id=assisted.id, declared=True, actor=manager, now=OPEN)
        with pytest.raises(NotAllowed):
            actions.withdraw(session, application_id=assisted.id, reason="x", actor=manager, now=OPEN)
        with pytest.raises(NotFound):
            actions.ask_signatory(session, application_id=own.id, actor=manager, now=OPEN)


def test_paper_recorded_by_a_manager_is_let_in_by_a_chair(world: World) -> None:
    with unit_of_work() as session:
        bid = ready(world, email="")
        with pytest.raises(RuleBroken, match="no email"):
            ask(world, bid)
        record(world, bid, now=CLOSES - TICK)
        assert mail(session, "assisted_paper") == ["chair@example.org"]
        assert actions.lapse_drafts(session, now=CLOSES + timedelta(days=1)) == 0
        version = approve(world, bid, now=CLOSES + timedelta(days=2))
        assert (bid.stage, version.submitted_at) == (Stage.SUBMITTED, CLOSES - TICK)
        assert version.submitted_by_id is None
        assert version.content["assisted"]["signed_by"] == "paper"
        assert people.has_members(session, bid.lead_id) is False
        with pytest.raises(RuleBroken):
            approve(world, bid)


def test_nobody_lets_in_what_they_had_a_part_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with unit_of_work() as session:
        bid = ready(world, email="")
        record(world, bid)
        for who in ("manager", "auditor", "signatory"):
            with pytest.raises(NotAllowed):
                approve(world, bid, who=who)
        w.accounts.grant_role(
            session, person_id=world.person_ids["manager"], role=Role.CHAIR, actor=w.OPERATOR, now=OPEN
        )
        with pytest.raises(NotAllowed, match="recorded its paper"):
            approve(world, bid, who="manager")
        monkeypatch.setitem(conflict_checks, "tests", lambda session, actor, bid_id: no("A conflict."))
        with pytest.raises(NotAllowed, match=r"A conflict\."):
            approve(world, bid)


def test_paper_must_be_in_time_and_unchanged_and_may_be_refused(world: World) -> None:
    with unit_of_work() as session:
        bid = ready(world, email="")
        with pytest.raises(RuleBroken, match="needs more time"):
            record(world, bid, now=CLOSES)
        for wrong in ({"received_on": None}, {"received_on": date(2021, 12, 11)}, {"kept_at": "  "}):
            with pytest.raises(RuleBroken):
                record(world, bid, **wrong)
        record(world, bid)
        page = queries.page_of(session, bid.id, "summary")
        assert page is not None
        actions.save_section(
            session, application_id=bid.id, key="summary", answers={"summary": "Other words"},
            version=page.version, actor=world.actor("manager"), now=OPEN,
        )  # fmt: skip
        with pytest.raises(RuleBroken, match="changed after its paper"):
            approve(world, bid)
        seen = assistance_of(session, bid.id).version
        for version, reason, refusal in ((seen - 1, "No", Stale), (seen, " ", RuleBroken)):
            with pytest.raises(refusal):
                actions.refuse_paper(
                    session, application_id=bid.id, version=version, reason=reason,
                    actor=world.actor("chair"), now=OPEN,
                )  # fmt: skip
        actions.refuse_paper(
            session, application_id=bid.id, version=seen, reason="Page 3 is missing.",
            actor=world.actor("chair"), now=OPEN,
        )  # fmt: skip
        assert assistance_of(session, bid.id).state is Assisted.WRITING
        assert mail(session, "assisted_refused") == ["manager@example.org"]
        assert actions.lapse_drafts(session, now=AFTER) == 1


def test_late_paper_needs_a_reason_and_a_chairs_approval(world: World) -> None:
    on_the_day = came(email="", received_at=CLOSES - TICK)
    with unit_of_work() as session:
        with pytest.raises(RuleBroken, match="Say why the bid is entered only now"):
            enter(world, now=AFTER, how=on_the_day)
        with pytest.raises(RuleBroken, match="so it is late"):
            enter(world, now=AFTER, late=MORE, how=came(email="", received_at=CLOSES))
        bid = enter(world, now=AFTER, late=MORE, how=on_the_day)
        extension = session.scalars(select(Extension)).one()
        assert (extension.application_id, extension.reason) == (bid.id, MORE.reason)
        assert actions.lapse_drafts(session, now=AFTER) == 0
        for key, answers in w.SECTIONS.items():
            actions.save_section(
                session,
                application_id=bid.id,
                key=key,
                answers=answers,
                actor=world.actor("manager"),
                now=AFTER,
            )
        with pytest.raises(NotAllowed):
            actions.approve_extension(
                session, extension_id=extension.id, version=1, actor=world.actor("manager"), now=AFTER
            )
        actions.approve_extension(
            session, extension_id=extension.id, version=1, actor=world.actor("chair"), now=AFTER
        )
    with unit_of_work() as session:
        bid = queries.application(session, bid.id)
        for page in queries.pages_of(session, bid.id).values():
            if page.key != "eligibility":
                session.delete(page)
        session.flush()
        session.expire_all()
        written(world, bid, now=AFTER)
        record(world, bid, now=AFTER, received_on=date(2022, 1, 28))
        assert approve(world, bid, now=AFTER).submitted_at == AFTER


def test_an_organisation_is_not_made_twice_by_number(world: World) -> None:
    with unit_of_work() as session:
        first, second = new_lead(session), new_lead(session)
        assert first == second
        named = session.scalar(select(func.count()).where(Organisation.charity_number == "1123128"))
        assert named == 1


def test_where_people_have_signed_in_only_their_signatory_signs_by_email(world: World) -> None:
    with unit_of_work() as session:
        with pytest.raises(RuleBroken, match="only one of its signatories"):
            enter(world, lead_id=world.lead_id, how=came("manager@example.org"))
        bid = enter(world, lead_id=world.lead_id, how=came("Signatory@example.org"))
        page = actions.save_section(
            session, application_id=bid.id, key="summary", answers={"title": "Ours"},
            actor=world.actor("editor"), now=OPEN,
        )  # fmt: skip
        assert page.version == 1


def test_a_manager_with_a_conflict_enters_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(conflict_checks, "tests", lambda session, actor, bid_id: no("A conflict."))
    with unit_of_work(), pytest.raises(NotAllowed, match=r"A conflict\."):
        enter(world)


@pytest.mark.parametrize(
    ("how", "place"),
    [
        (came(signatory_name=" "), "signatory_name"),
        (came(signatory_name="x" * 201), "signatory_name"),
        (came("nonsense"), "signatory_email"),
        (came(received_at=OPEN + TICK), "received_on"),
        (came(received_at=OPEN - timedelta(days=400)), "received_on"),
    ],
)
def test_what_is_asked_of_how_it_came(world: World, how: Came, place: str) -> None:
    with unit_of_work(), pytest.raises(RuleBroken) as refused:
        enter(world, how=how)
    assert [reason.place for reason in refused.value.reasons] == [place]
