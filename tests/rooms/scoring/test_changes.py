"""Reviewers score one text: no lock while changes are open or on an older version, nor the reverse."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.applications import actions as applications
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.core.db import unit_of_work
from grants.core.errors import NotAllowed, RuleBroken
from grants.notifications.models import Message
from grants.permissions import Role
from grants.scoring import actions
from tests.rooms.applications import world as w
from tests.rooms.reviewing import panel as p
from tests.rooms.scoring import sheets as s

pytestmark = pytest.mark.usefixtures("app", "ctx")


def in_review(session: Session) -> tuple[p.Panel, Application]:
    """A bid that was written here, in review, and three reviewers."""
    world = w.build(session)
    bid = bids.application(session, w.sent(world).application_id)
    applications.send_to_review(session, application_id=bid.id, actor=world.actor("manager"), now=p.NOW)
    panel = p.Panel(session, world.round, world.definition, dict(world.person_ids), [bid])
    for name in ("vera", "rosa", "carl"):
        panel.person_ids[name] = w.person(session, name)
        accounts.grant_role(
            session, person_id=panel.person_ids[name], role=Role.REVIEWER, actor=w.OPERATOR, now=p.NOW
        )
        p.make_reviewer(panel, name)
    return panel, bid


def ask(panel: p.Panel, bid: Application) -> None:
    """The manager asks for changes."""
    applications.ask_for_changes(
        panel.session,
        application_id=bid.id,
        asked={"summary": "Say who runs it."},
        reason="We cannot tell.",
        due_at=p.NOW + timedelta(days=7),
        actor=panel.actor("manager"),
        now=p.NOW,
    )


def send(panel: p.Panel, bid: Application) -> None:
    """The applicant changes the title and sends."""
    page = bids.page_of(panel.session, bid.id, "summary")
    lead = panel.actor("signatory")
    applications.save_section(
        panel.session,
        application_id=bid.id,
        key="summary",
        answers={"title": "Another title"},
        version=page.version if page else None,
        actor=lead,
        now=p.NOW,
    )
    applications.send_changes(panel.session, application_id=bid.id, declared=True, actor=lead, now=p.NOW)


def test_a_sheet_waits_for_changes_and_names_the_version_it_scores() -> None:
    with unit_of_work() as session:
        panel, bid = in_review(session)
        panel.assign(bid, "vera")
        sheet = s.filled(panel, "vera", bid)
        first = sheet.version_id
        ask(panel, bid)
        with pytest.raises(RuleBroken, match="has been asked for changes until"):
            s.lock(panel, "vera", sheet)
        send(panel, bid)
        assert sheet.version_id == first
        with pytest.raises(RuleBroken, match="The bid has changed since you started"):
            s.lock(panel, "vera", sheet)
        told = session.scalars(select(Message.to_address).where(Message.kind == "bid_changed")).all()
        assert told == ["vera@example.org"]
        with pytest.raises(NotAllowed):
            actions.take_up_version(
                session, sheet_id=sheet.id, version=sheet.version, actor=panel.actor("carl"), now=p.NOW
            )
        actions.take_up_version(
            session, sheet_id=sheet.id, version=sheet.version, actor=panel.actor("vera"), now=p.NOW
        )
        assert sheet.version_id == bid.current_version_id != first
        assert s.lock(panel, "vera", sheet).version_id == bid.current_version_id


def test_no_changes_once_a_sheet_is_locked() -> None:
    with unit_of_work() as session:
        panel, bid = in_review(session)
        panel.assign(bid, "vera", "rosa")
        s.locked(panel, "vera", bid)
        with pytest.raises(RuleBroken, match="A score sheet of this bid is locked"):
            ask(panel, bid)
