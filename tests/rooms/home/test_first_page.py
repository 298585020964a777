"""What a person's first page counts and shows."""

from datetime import timedelta

import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts import queries as people
from grants.applications import actions as applications
from grants.core.db import unit_of_work
from grants.home import queries
from grants.permissions import MemberRole
from tests.browser import Browser
from tests.rooms.applications import world as w
from tests.rooms.applications.pages import Page
from tests.rooms.reviewing.panel import NOW, build
from tests.signing_in import sign_in


def test_a_bid_that_has_left_review_waits_for_no_reviewer(session: Session) -> None:
    panel = build(session, bids=2)
    for bid in panel.bids:
        panel.assign(bid, "rosa")
    assert queries.reviews_left(session, panel.person_ids["rosa"]) == 2
    applications.advance(session, application=panel.bids[0], deed="withdraw", actor=w.OPERATOR, now=NOW)
    assert queries.reviews_left(session, panel.person_ids["rosa"]) == 1


def test_an_applicant_finds_bids_with_where_they_stand_and_invitations(app: Flask, session: Session) -> None:
    world = w.build(session)
    ref = w.started(world).ref
    other = w.organisation(session, "Harbour Trust", charity_number="1162345")
    owner = w.person(session, "owner")
    accounts.add_member(
        session,
        organisation_id=other,
        person_id=owner,
        role=MemberRole.SIGNATORY,
        actor=w.OPERATOR,
        now=w.OPEN,
    )
    accounts.invite(
        session,
        organisation_id=other,
        email="editor@example.org",
        role=MemberRole.EDITOR,
        actor=people.actor_for(session, owner),
        now=w.OPEN,
    )
    session.commit()
    browser = Browser(app)
    with time_machine.travel(w.OPEN + timedelta(hours=1), tick=False), unit_of_work():
        sign_in(browser, people.person(session, world.person_ids["editor"]))
        page = Page(browser.get("/home/").text)
    assert f"/applications/{ref}/" in page.links
    for words in ("My bids", "Draft: not sent yet", "You are invited to join Harbour Trust"):
        assert words in page.words


def test_a_person_without_an_organisation_is_told_to_add_one(app: Flask, session: Session) -> None:
    w.build(session)
    newcomer = w.person(session, "newcomer")
    session.commit()
    browser = Browser(app)
    with time_machine.travel(w.OPEN + timedelta(hours=1), tick=False), unit_of_work():
        sign_in(browser, people.person(session, newcomer))
        page = Page(browser.get("/home/").text)
    assert "You belong to no organisation yet." in page.words
    assert "/accounts/organisations/new/" in page.links
    assert "None of your organisations has a bid yet." not in page.words
