"""An agreement from its preview to the accepted file: one document with one hash for everybody."""

from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO

import pikepdf
import pytest
import time_machine
from flask import Flask

from grants.accounts import actions as accounts
from grants.applications import partnership as partners
from grants.applications import queries as bids
from grants.applications.actions.letters import token_of
from grants.awards import agreements
from grants.awards.actions import agreeing
from grants.awards.preparing import prepare_offer
from grants.core.db import unit_of_work
from grants.panels.states import Outcome
from grants.permissions import service
from tests.rooms.applications import world as w
from tests.rooms.core.test_paper import bare, text_of
from tests.rooms.exports.awarded import partnership
from tests.rooms.panels.scored import NOW
from tests.rooms.scoring.visits import House


@pytest.fixture
def house(app: Flask) -> Iterator[House]:
    """A bid with a partner, offered its whole ask."""
    with time_machine.travel(NOW, tick=False):
        with app.app_context(), unit_of_work() as session:
            panel = partnership(session, Outcome.FUND, 2_000_050)
            contact = accounts.find_or_create_person(session, email=w.PARTNER.contact_email, now=NOW)
            panel.person_ids["contact"] = contact.id
            house = House(app, panel, panel.round.ref, [panel.bids[0].ref])
        yield house


def pdf(house: House, name: str, path: str) -> bytes:
    answer = house.as_(name).get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), path
    return bytes(answer.data)


def test_one_document_from_preview_to_acceptance(app: Flask, house: House) -> None:
    here = f"/awards/bids/{house.ref}"
    previewed = pdf(house, "manager", f"{here}/agreement/preview/")
    assert house.get("signatory", f"{here}/agreement/")[0] == 404
    assert "being prepared" in house.get("signatory", f"{here}/offer/")[1]
    with house.writing() as panel:
        bid_id = panel.bids[0].id
        assert agreements.waiting(panel.session, NOW) == [bid_id]
    with app.app_context():
        for _ in range(2):  # done twice it does no harm
            prepare_offer(bid_id, NOW)

    made = pdf(house, "signatory", f"{here}/agreement/")
    words = text_of(made)
    assert (made, sha256(made).hexdigest()) == (previewed, sha256(previewed).hexdigest())
    told = ("£20,000.50", "The Hive", "£8,000.50", "Terms")
    assert [bare(text) in bare(words) for text in told] == [True] * 4
    with pikepdf.open(BytesIO(made)) as tagged:
        assert tagged.Root.MarkInfo.Marked

    _accept(house, here, made)
    with house.writing() as panel:
        kept = agreements.current(panel.session, bid_id)
        assert kept is not None
        signatory = panel.person_ids["signatory"]
        signed = (kept.sha256, kept.accepted_at, kept.accepted_by_id, kept.accepted_name)
        assert signed == (sha256(made).hexdigest(), NOW, signatory, "Sam Signatory")
        (partner,) = bids.partners_of(panel.session, bid_id)
        by_link = token_of(partner)
    assert "Sam Signatory accepted it" in house.get("manager", f"{here}/")[1]
    consent = house.get("", f"/applications/consents/{by_link}/")[1]
    assert f"/awards/partners/{by_link}/agreement/" in consent
    for name, path in (
        ("manager", f"{here}/agreement/"),
        ("contact", f"{here}/agreement/"),
        ("", f"/awards/partners/{by_link}/agreement/"),
    ):
        assert pdf(house, name, path) == made
    assert house.get("rosa", f"{here}/agreement/")[0] == 404


def _accept(house: House, here: str, made: bytes) -> None:
    """Not without every box and a name, nor for another document."""
    page = house.get("signatory", f"{here}/offer/")[1]
    assert sha256(made).hexdigest() in page
    shown = {"sha256": sha256(made).hexdigest(), "name": "Sam Signatory"}
    status, refused = house.post("signatory", f"{here}/accept/", sha256=shown["sha256"], accepts=["1"])
    assert (status, "Tick every box" in refused, "Enter your name" in refused) == (422, True, True)
    everything = {**shown, "accepts": ["1", "2", "3", "4"]}
    sign = house.as_("signatory").post
    assert sign(f"{here}/accept/", data={**everything, "sha256": "0" * 64}).status_code == 409
    assert sign(f"{here}/accept/", data=everything).status_code == 302


def test_the_lead_gives_the_address_of_a_partner_that_has_none(app: Flask) -> None:
    with time_machine.travel(NOW, tick=False):
        with app.app_context(), unit_of_work() as session:
            panel = partnership(session)
            bid = panel.bids[0]
            bids.partners_of(session, bid.id)[0].contact_email = ""
            agreeing.ask_about_shares(session, application_id=bid.id, actor=service("beat"), now=NOW)
            change = partners.open_change(session, bid.id)
            assert change is not None
            (partner,) = partners.proposed_partners(session, change.id)
            house, asking = House(app, panel, panel.round.ref, [bid.ref]), f"{partner.id}/ask/"
            name = f"partner-{partner.id}-email"
        here = f"/applications/{house.ref}/partnership/"
        client = house.as_("signatory")
        assert f'name="{name}"' in client.get(here).text
        wrong = client.post(f"{here}{asking}", data={name: "joe"})
        assert (wrong.status_code, f'href="#{name}"' in wrong.text) == (422, True)
        right = client.post(f"{here}{asking}", data={name: "joe@hive.example"})
        assert right.status_code == 302
        assert "We have written to the partner" in client.get(here).text
