"""Which deed can be done in which stage: the whole matrix, with the answers written by hand."""

from collections.abc import Callable
from typing import Any

import pytest

from grants.applications import actions, queries
from grants.applications.facts import BudgetLine
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.core.db import unit_of_work
from grants.core.errors import RuleBroken
from tests.rooms.applications import world as w
from tests.rooms.applications.world import OPEN, World

Deed = Callable[[World, Application], object]


def _as(who: str) -> Callable[[World, Application], dict[str, Any]]:
    return lambda world, bid: {"application_id": bid.id, "actor": world.actor(who), "now": OPEN}


EDITOR, SIGNATORY, MANAGER = _as("editor"), _as("signatory"), _as("manager")


def advancing(deed: str) -> Deed:
    """What a later room does when it tells the bid to move."""

    def move(world: World, bid: Application) -> object:
        return actions.advance(
            world.session, application=bid, deed=deed, actor=world.actor("chair"), now=OPEN
        )

    return move


DEEDS: dict[str, Deed] = {
    "save_section": lambda world, bid: actions.save_section(
        world.session, key="summary", answers={"title": "New"}, version=1, **EDITOR(world, bid)
    ),
    "save_budget": lambda world, bid: actions.save_budget(
        world.session, lines=[BudgetLine("Bus", "Travel", 1)], version=1, **EDITOR(world, bid)
    ),
    "save_partners": lambda world, bid: actions.save_partners(
        world.session, partners=[], lead_share=1, version=1, **EDITOR(world, bid)
    ),
    "ask_partners": lambda world, bid: actions.ask_partners(world.session, **EDITOR(world, bid)),
    "submit": lambda world, bid: actions.submit(world.session, declared=True, **SIGNATORY(world, bid)),
    "withdraw": lambda world, bid: actions.withdraw(world.session, reason="Why", **SIGNATORY(world, bid)),
    "send_to_review": lambda world, bid: actions.send_to_review(world.session, **MANAGER(world, bid)),
    "reject_as_ineligible": lambda world, bid: actions.reject_as_ineligible(
        world.session, reason="Why", **MANAGER(world, bid)
    ),
    **{
        deed: advancing(deed)
        for deed in (
            "finish_scoring", "return_to_review", "decide", "return_to_panel", "offer", "accept_offer",
            "close", "terminate", "lapse", "check_again",
        )
    },
}  # fmt: skip

S = Stage
AFTER_DEED: dict[str, dict[Stage, Stage]] = {
    "save_section": {S.DRAFT: S.DRAFT},
    "save_budget": {S.DRAFT: S.DRAFT},
    "save_partners": {S.DRAFT: S.DRAFT},
    "ask_partners": {S.DRAFT: S.DRAFT},
    # Sending again what was sent is no error and changes nothing.
    "submit": {
        S.DRAFT: S.SUBMITTED, S.SUBMITTED: S.SUBMITTED, S.IN_REVIEW: S.IN_REVIEW, S.SCORED: S.SCORED,
        S.DECIDED: S.DECIDED, S.OFFERED: S.OFFERED, S.ACTIVE: S.ACTIVE, S.CLOSED: S.CLOSED,
        S.INELIGIBLE: S.INELIGIBLE, S.WITHDRAWN: S.WITHDRAWN, S.TERMINATED: S.TERMINATED,
    },
    "withdraw": {
        S.DRAFT: S.WITHDRAWN, S.SUBMITTED: S.WITHDRAWN, S.IN_REVIEW: S.WITHDRAWN, S.SCORED: S.WITHDRAWN,
        S.DECIDED: S.WITHDRAWN,
    },
    "send_to_review": {S.SUBMITTED: S.IN_REVIEW},
    "reject_as_ineligible": {S.SUBMITTED: S.INELIGIBLE},
    "check_again": {S.INELIGIBLE: S.SUBMITTED},
    "finish_scoring": {S.IN_REVIEW: S.SCORED},
    "return_to_review": {S.SCORED: S.IN_REVIEW},
    "decide": {S.IN_REVIEW: S.DECIDED, S.SCORED: S.DECIDED, S.DECIDED: S.DECIDED},
    "return_to_panel": {S.DECIDED: S.SCORED, S.OFFERED: S.SCORED},
    "offer": {S.DECIDED: S.OFFERED},
    "accept_offer": {S.OFFERED: S.ACTIVE},
    "close": {S.ACTIVE: S.CLOSED},
    "terminate": {S.ACTIVE: S.TERMINATED},
    "lapse": {S.DRAFT: S.LAPSED, S.OFFERED: S.LAPSED},
}  # fmt: skip


def bid_in(world: World, stage: Stage) -> Application:
    """A complete bid, put into `stage`. A lapsed one was never sent."""
    if stage in (S.DRAFT, S.LAPSED):
        bid = w.complete(world)
    else:
        bid = queries.application(world.session, w.sent(world).application_id)
    bid.stage = stage
    world.session.flush()
    return bid


@pytest.mark.parametrize("stage", Stage)
def test_every_deed_in_every_stage(world: World, stage: Stage) -> None:
    with unit_of_work() as session:
        bid = bid_in(world, stage)
        found: dict[str, Stage | None] = {}
        for name, deed in DEEDS.items():
            point = session.begin_nested()
            try:
                deed(world, bid)
                found[name] = bid.stage
            except RuleBroken:
                found[name] = None
            point.rollback()
        assert found == {name: AFTER_DEED[name].get(stage) for name in DEEDS}
