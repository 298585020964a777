"""Everybody whom the help names can sign in, by the real link and the code that the page shows."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants import config
from grants.demo.people import KNOWN, Account
from grants.notifications.models import Message
from grants.permissions import Role
from tests.browser import Browser
from tests.rooms.demo.conftest import Story

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("story")]

OWN_PAGES = {
    None: "/applications/",
    Role.REVIEWER: "/reviewing/",
    Role.CHAIR: "/panels/luton-covid-recovery-round-2/",
    Role.MANAGER: "/applications/screening/luton-covid-recovery-round-2/",
    Role.FINANCE_OFFICER: "/awards/luton-covid-recovery-round-1/",
    Role.FINANCE_APPROVER: "/panels/luton-covid-recovery-round-2/overrides/",
    Role.ADMINISTRATOR: "/accounts/roles/",
    Role.AUDITOR: "/audit/",
}
"""A page that each role may open and others may not."""


def link_for(session: Session, account: Account) -> str:
    session.rollback()
    body = session.scalars(
        select(Message.body)
        .where(Message.kind == "sign_in_link", Message.to_address == account.email)
        .order_by(Message.id.desc())
        .limit(1)
    ).one()
    found = re.search(r"/accounts/sign-in/[\w-]{43}/", body)
    assert found
    return found[0]


@pytest.mark.parametrize("account", KNOWN, ids=lambda account: account.key)
def test_everybody_can_sign_in(story: Story, session: Session, account: Account) -> None:
    browser = Browser(story.app)
    browser.post("/accounts/sign-in/", data={"email": account.email})
    answer = browser.post(link_for(session, account))
    if account.role is not None:
        assert answer.location == "/accounts/second-factor/"
        shown = re.search(r"<strong>([0-9]{6})</strong>", browser.get(answer.location).text)
        assert shown
        answer = browser.post(answer.location, data={"code": shown[1]})

    assert answer.location == "/home/"
    home = browser.get("/home/")
    assert (home.status_code, account.name in home.text) == (200, True)
    assert browser.get(OWN_PAGES[account.role]).status_code == 200


def test_the_page_of_people_offers_everybody(story: Story) -> None:
    page = Browser(story.app).get("/demo/")

    assert page.status_code == 200
    assert re.findall(r'name="email" value="([^"]+)"', page.text) == [one.email for one in KNOWN]


def test_other_machines_do_not_see_it(story: Story) -> None:
    away = Browser(story.app).get("/demo/", environ_base={"REMOTE_ADDR": "192.0.2.7"})

    assert away.status_code == 404


def test_outside_the_demo_there_is_no_such_page(story: Story) -> None:
    config.use(replace(story.settings, demo=False))

    assert Browser(story.app).get("/demo/").status_code == 404
