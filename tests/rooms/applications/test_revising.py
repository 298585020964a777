"""Changes to a bid that was sent: asked for, made on open pages alone, sent as a new version, or not."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from grants.applications import actions, queries, revisions
from grants.applications.facts import BudgetLine, PartnerEntry
from grants.applications.models import Application, ChangeRequest, Partner, Version
from grants.applications.revision_rules import opened_by
from grants.applications.states import Consent, RevisionState, Stage
from grants.audit.queries import history_of
from grants.core.db import unit_of_work
from grants.core.errors import NotAllowed, NotFound, RuleBroken, Stale
from grants.notifications.models import Message
from tests.rooms.applications import world as w
from tests.rooms.applications.world import AFTER, OPEN, World

DUE = AFTER + timedelta(days=14)
MIDDLE = AFTER + timedelta(days=3)
SUMMARY = {"summary": "Say who runs the evenings."}


def sent_bid(world: World) -> Application:
    """A bid that was sent, and whose round has closed."""
    return queries.application(world.session, w.sent(world).application_id)


def ask(world: World, bid: Application, asked: Mapping[str, str] = SUMMARY, **more: Any) -> ChangeRequest:
    """The manager asks for changes."""
    wanted: dict[str, Any] = {"reason": "We cannot tell who does what.", "due_at": DUE, "now": AFTER, **more}
    return actions.ask_for_changes(
        world.session, application_id=bid.id, asked=asked, actor=world.actor("manager"), **wanted
    )


def save_title(world: World, bid: Application, title: str, *, now: datetime = MIDDLE) -> None:
    """The editor writes another title."""
    page = queries.page_of(world.session, bid.id, "summary")
    assert page is not None
    actions.save_section(
        world.session, application_id=bid.id, key="summary", answers={"title": title},
        version=page.version, actor=world.actor("editor"), now=now,
    )  # fmt: skip


def send(world: World, bid: Application, *, declared: bool = True, now: datetime = MIDDLE) -> Version:
    """The signatory sends the changes."""
    return actions.send_changes(
        world.session, application_id=bid.id, declared=declared, actor=world.actor("signatory"), now=now
    )


def save_budget(world: World, bid: Application, lines: list[BudgetLine]) -> None:
    """The editor changes the budget."""
    page = queries.page_of(world.session, bid.id, "budget")
    assert page is not None
    actions.save_budget(
        world.session, application_id=bid.id, lines=lines, version=page.version,
        actor=world.actor("editor"), now=MIDDLE,
    )  # fmt: skip


def partner_of(world: World, bid: Application) -> Partner:
    """The one partner of the bid, read afresh."""
    return revisions.every_partner_row(world.session, bid.id)[0]


def mails(world: World, kind: str) -> list[str]:
    """To whom messages of this kind went."""
    rows = world.session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id))
    return [row.to_address for row in rows]


def test_only_the_pages_asked_for_open(world: World) -> None:
    with unit_of_work():
        bid = sent_bid(world)
        ask(world, bid)
        save_title(world, bid, "Doors open on Thursdays")
        with pytest.raises(RuleBroken, match="No changes were asked for on this page"):
            save_budget(world, bid, list(w.LINES))
        assert revisions.changed_pages(world.session, _open(world, bid)) == {"summary"}


def _open(world: World, bid: Application) -> ChangeRequest:
    found = queries.open_request(world.session, bid.id)
    assert found is not None
    return found


def test_readers_see_what_was_sent_until_the_changes_are(world: World) -> None:
    with unit_of_work():
        bid = sent_bid(world)
        ask(world, bid)
        save_title(world, bid, "Doors open on Thursdays")
        assert (bid.title, queries.current_version(world.session, bid).number) == ("Doors open", 1)
        version = send(world, bid)
        assert (bid.title, bid.current_version_id) == ("Doors open on Thursdays", version.id)


def test_changes_become_a_version_beside_the_first(world: World) -> None:
    with unit_of_work():
        bid = sent_bid(world)
        first = queries.current_version(world.session, bid)
        before = (first.digest, dict(first.content))
        request = ask(world, bid)
        save_title(world, bid, "Doors open on Thursdays")
        version = send(world, bid)
    with unit_of_work() as session:
        kept = revisions.versions_of(session, bid.id)
        assert [(found.number, found.content["title"]) for found in kept] == [
            (1, "Doors open"),
            (2, "Doors open on Thursdays"),
        ]
        assert (kept[0].digest, kept[0].content) == before
        assert session.get_one(ChangeRequest, request.id).state is RevisionState.SENT
        assert session.get_one(ChangeRequest, request.id).sent_version_id == version.id
        assert queries.application(session, bid.id).submitted_at == OPEN
        deeds = [entry.deed for entry in history_of(session, ("application", bid.id))]
        assert deeds[-1] == "application.send_changes"


def test_sending_twice_gives_the_same_version(world: World) -> None:
    with unit_of_work():
        bid = sent_bid(world)
        ask(world, bid)
        save_title(world, bid, "Doors open on Thursdays")
        assert send(world, bid).id == send(world, bid).id


def test_people_are_told(world: World) -> None:
    with unit_of_work():
        bid = sent_bid(world)
        ask(world, bid)
        save_title(world, bid, "Doors open on Thursdays")
        send(world, bid)
        assert sorted(mails(world, "changes_asked")) == ["editor@example.org", "signatory@example.org"]
        assert sorted(mails(world, "changes_received")) == ["editor@example.org", "signatory@example.org"]
        assert mails(world, "changes_arrived") == ["manager@example.org"]


def test_nothing_changed_and_nothing_declared_is_not_sent(world: World) -> None:
    with unit_of_work():
        bid = sent_bid(world)
        ask(world, bid)
        with pytest.raises(RuleBroken) as refused:
            send(world, bid, declared=False)
        assert [reason.text for reason in refused.value.reasons] == [
            "Nothing has been changed yet on the pages that are open again",
            "Tick the box to make the declaration",
        ]


def test_the_minute_counts(world: World) -> None:
    with unit_of_work():
        bid = sent_bid(world)
        ask(world, bid)
        save_title(world, bid, "Doors open on Thursdays")
        with pytest.raises(RuleBroken, match="The time for changes ended at"):
            send(world, bid, now=DUE)
        assert send(world, bid, now=DUE - timedelta(seconds=1)).number == 2


def test_a_budget_opens_what_must_fit_with_it_and_asks_partners_again(world: World) -> None:
    with unit_of_work():
        bid = sent_bid(world)
        ask(world, bid, {"budget": "Use the hall less."})
        save_budget(world, bid, [replace(w.LINES[0], amount=1_400_000), w.LINES[1]])
        assert partner_of(world, bid).consent is Consent.NOT_ASKED
        assert (bid.ask, _open(world, bid).ask) == (2_000_050, 1_900_050)
        with pytest.raises(RuleBroken):
            send(world, bid)
        page = queries.page_of(world.session, bid.id, "partners")
        assert page is not None
        entry = queries.entry_of(partner_of(world, bid))
        _save_partners(world, bid, [entry], 1_100_000)
        asked = actions.ask_partners(
            world.session, application_id=bid.id, actor=world.actor("editor"), now=MIDDLE
        )
        w.confirm(world.session, asked, now=MIDDLE)
        version = send(world, bid)
        assert (bid.ask, bid.lead_share, version.content["ask"]) == (1_900_050, 1_100_000, 1_900_050)


def _save_partners(world: World, bid: Application, entries: list[PartnerEntry], lead_share: int) -> None:
    page = queries.page_of(world.session, bid.id, "partners")
    actions.save_partners(
        world.session, application_id=bid.id, partners=entries, lead_share=lead_share,
        version=page.version if page else None, actor=world.actor("editor"), now=MIDDLE,
    )  # fmt: skip


def test_the_pages_that_open_together(world: World) -> None:
    definition = world.definition
    assert "partners" in opened_by(definition, {"budget"}, ())
    assert opened_by(definition, {"summary"}, ()) == {"summary"}
    assert opened_by(definition, {"claims"}, ("youth",)) == {
        "claims", *(f"theme:{theme}" for theme in definition.rubric.theme_keys if theme != "youth")
    }  # fmt: skip


@pytest.mark.parametrize("how", ["cancelled", "lapsed", "withdrawn", "ineligible"])
def test_a_request_that_is_not_answered_leaves_the_bid_as_it_was_sent(world: World, how: str) -> None:
    with unit_of_work() as session:
        bid = sent_bid(world)
        request = ask(world, bid, {"budget": "Use the hall less.", **SUMMARY})
        before = queries.content_now(session, queries.bid_of(session, bid), _facts(world, bid))
        save_title(world, bid, "Doors open on Thursdays")
        save_budget(world, bid, [w.LINES[0]])
        _save_partners(world, bid, [], 1_500_000)
        _end(world, bid, how)
    with unit_of_work() as session:
        bid = queries.application(session, bid.id)
        assert queries.content_now(session, queries.bid_of(session, bid), _facts(world, bid)) == before
        assert partner_of(world, bid).consent is Consent.GIVEN
        kept = session.get_one(ChangeRequest, request.id)
        assert (kept.unsent["title"], kept.unsent["partners"]) == ("Doors open on Thursdays", [])
        assert kept.state.value == {"withdrawn": "dropped", "ineligible": "dropped"}.get(how, how)
        assert (bid.title, bid.ask, queries.current_version(session, bid).number) == (
            "Doors open",
            2_000_050,
            1,
        )


def _facts(world: World, bid: Application) -> Any:
    return queries.facts_of(world.session, queries.bid_of(world.session, bid))


def _end(world: World, bid: Application, how: str) -> None:
    session, later = world.session, DUE + timedelta(minutes=20)
    if how == "cancelled":
        manager = world.actor("manager")
        actions.cancel_changes(session, application_id=bid.id, reason="A mistake.", actor=manager, now=MIDDLE)
    elif how == "lapsed":
        assert actions.lapse_changes(session, now=later - timedelta(minutes=10)) == 0
        assert actions.lapse_changes(session, now=later) == 1
        assert actions.lapse_changes(session, now=later) == 0
        assert mails(world, "changes_not_sent") == ["manager@example.org"]
    elif how == "withdrawn":
        actions.withdraw(
            session, application_id=bid.id, reason="No hall.", actor=world.actor("signatory"), now=MIDDLE
        )
    else:
        actions.reject_as_ineligible(
            session, application_id=bid.id, reason="Not for us.", actor=world.actor("manager"), now=MIDDLE
        )


def test_a_second_request_can_follow_the_first_but_not_stand_beside_it(world: World) -> None:
    with unit_of_work():
        bid = sent_bid(world)
        ask(world, bid)
        with pytest.raises(RuleBroken, match="asked for already"):
            ask(world, bid)
        save_title(world, bid, "Doors open on Thursdays")
        send(world, bid)
        ask(world, bid)
        save_title(world, bid, "Doors open on Fridays")
        assert send(world, bid).number == 3


def test_a_page_opened_before_the_end_is_stale_after_it(world: World) -> None:
    with unit_of_work():
        bid = sent_bid(world)
        ask(world, bid)
        page = queries.page_of(world.session, bid.id, "summary")
        assert page is not None
        opened = page.version
        save_title(world, bid, "Doors open on Thursdays")
        _end(world, bid, "cancelled")
        ask(world, bid)
        with pytest.raises(Stale):
            actions.save_section(
                world.session, application_id=bid.id, key="summary", answers={"title": "Late"},
                version=opened + 1, actor=world.actor("editor"), now=MIDDLE,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("who", "refusal"), [("editor", NotFound), ("auditor", NotAllowed), ("chair", NotAllowed)]
)
def test_only_a_manager_asks(world: World, who: str, refusal: type[Exception]) -> None:
    with unit_of_work() as session:
        bid = sent_bid(world)
        with pytest.raises(refusal):
            actions.ask_for_changes(
                session, application_id=bid.id, asked=SUMMARY, reason="Why", due_at=DUE,
                actor=world.actor(who), now=AFTER,
            )  # fmt: skip


def test_what_a_request_must_say(world: World) -> None:
    with unit_of_work():
        bid = sent_bid(world)
        with pytest.raises(RuleBroken) as refused:
            ask(world, bid, {"summary": " "}, reason=" ", due_at=None)
        assert [reason.place for reason in refused.value.reasons] == ["ask", "reason", "due"]
        for due_at in (AFTER, AFTER + timedelta(days=91)):
            with pytest.raises(RuleBroken) as refused:
                ask(world, bid, due_at=due_at)
            assert [reason.place for reason in refused.value.reasons] == ["due"]
        with pytest.raises(RuleBroken) as refused:
            ask(world, bid, {"nowhere": "Change it."})
        assert [reason.place for reason in refused.value.reasons] == ["ask"]


def test_no_decision_while_changes_are_asked_for(world: World) -> None:
    with unit_of_work() as session:
        bid = sent_bid(world)
        actions.send_to_review(session, application_id=bid.id, actor=world.actor("manager"), now=AFTER)
        ask(world, bid)
        with pytest.raises(RuleBroken, match="has been asked for changes until"):
            actions.advance(session, application=bid, deed="decide", actor=world.actor("chair"), now=MIDDLE)
        assert bid.stage is Stage.IN_REVIEW


def test_partners_hear_of_a_withdrawal(world: World) -> None:
    with unit_of_work():
        bid = sent_bid(world)
        _end(world, bid, "withdrawn")
        assert mails(world, "partner_bid_withdrawn") == ["ada@hive.example"]
