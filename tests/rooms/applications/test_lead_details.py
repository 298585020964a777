"""What a bid says about its lead: from its details, frozen when it is sent; and where its postcode is."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts.profiles import Profile
from grants.accounts.states import OrganisationKind
from grants.applications import queries
from grants.core.db import unit_of_work
from grants.core.errors import RuleBroken
from tests.rooms.applications import world as w
from tests.rooms.applications.conftest import AsPerson
from tests.rooms.applications.world import OPEN, World
from tests.rooms.geography.test_loading import file, load
from tests.unit.applications.bids import fund

OUTSIDE = "LU1 3PL,,E06000056,E05014600"


def describe(world: World, version: int, **said: object) -> None:
    profile = Profile(
        "Marsh Farm Outreach",
        OrganisationKind.REGISTERED_CHARITY,
        charity_number="1123126",
        postcode="LU1 3PL",
    )
    with unit_of_work() as session:
        accounts.save_profile(
            session,
            organisation_id=world.lead_id,
            profile=replace(profile, **said),  # type: ignore[arg-type]  # fields of several types
            version=version,
            actor=world.actor("editor"),
            now=OPEN,
        )


def test_a_sent_bid_keeps_what_stood_there(as_: AsPerson, world: World, session: Session) -> None:
    describe(world, 0, founded=1998, phone="01582 546000")
    with unit_of_work():
        sent = w.sent(world)
        ref, kept = sent.content["ref"], dict(sent.content["lead"])
    describe(world, 1, founded=2001, phone="01582 546000")

    session.rollback()
    lead = queries.current_version(session, queries.by_ref(session, ref)).content["lead"]
    assert lead == kept
    assert (lead["founded"], lead["postcode"]) == (1998, "LU1 3PL")
    assert "phone" not in lead
    page = as_("manager").get(f"/applications/{ref}/read/").text
    assert "Founded in 1998" in page
    assert "01582 546000" in page
    assert "Not checked: no file of postcodes is loaded" in page


def test_the_team_is_told_that_lu1_is_not_proof(as_: AsPerson, world: World, tmp_path: Path) -> None:
    describe(world, 0)
    load(file(tmp_path, OUTSIDE))
    with unit_of_work():
        ref = w.sent(world).content["ref"]
    page = as_("manager").get(f"/applications/{ref}/read/").text
    assert "This postcode is in E06000056, not in Luton: “LU1” is not proof of Luton." in page


@pytest.mark.parametrize("loaded", [True, False])
def test_a_fund_may_insist_on_its_area(ctx: object, clock: object, tmp_path: Path, loaded: bool) -> None:
    strict = replace(fund(), rules=replace(fund().rules, lead_in_area=True))
    with unit_of_work() as session:
        world = w.build(session, strict)
    describe(world, 0)
    if loaded:
        load(file(tmp_path, OUTSIDE))
        with pytest.raises(RuleBroken, match=r"is in E06000056\. This fund is for"), unit_of_work():
            w.sent(world)
    else:
        with unit_of_work():
            assert w.sent(world).number == 1
