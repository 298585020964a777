"""The partners of a bid: a page each, their shares beside each other, and what happens when two write."""

import pytest

from grants.accounts import actions as accounts
from grants.accounts.states import OrganisationKind
from grants.applications import queries
from grants.applications.facts import partner_page
from grants.core.db import unit_of_work
from tests.browser import Browser
from tests.rooms.applications import world as w
from tests.rooms.applications.conftest import AsPerson
from tests.rooms.applications.drafts import complete, draft
from tests.rooms.applications.pages import Page
from tests.rooms.applications.world import World

PARTNER = {
    "name": "The Hive", "kind": "registered_charity", "number": "1123999", "role": "Thursdays",
    "contact_name": "Ada", "contact_email": "ada@x.example", "go": "next",
}  # fmt: skip


def with_partner(editor: Browser, ref: str, name: str = "The Hive") -> str:
    """A further partner, by its own page's address."""
    answer = editor.post(f"/applications/{ref}/partners/new/", data={"name": name})
    assert answer.status_code == 302
    return str(answer.location)


def share_box(page: Page) -> str:
    """The name of the one partner's box for its share."""
    (box,) = (name for name in page.boxes if name.startswith("share-"))
    return box


def test_each_partner_has_a_page_of_its_own(as_: AsPerson, world: World) -> None:
    ref, editor = draft(world), as_("editor")
    partners = f"/applications/{ref}/partners/"
    assert editor.post(f"{partners}new/", data={"name": " "}).status_code == 422
    address = with_partner(editor, ref)
    body = {**PARTNER, "number": "12", "themes": ["youth", "nonsense"], "strands": "hearing"}
    assert editor.post(address, data=body).location == address
    page = Page(editor.get(address).text)
    assert "The Hive: enter a charity number like 1123126" in page.words
    assert (page.boxes["contact_email"], page.boxes["version"]) == ("ada@x.example", "1")
    assert editor.post(address, data={**body, "number": "1123999", "version": "1"}).location == partners
    with unit_of_work() as session:
        (partner,) = queries.partners_of(session, queries.by_ref(session, ref).id)
        entry = queries.entry_of(partner)
        assert (entry.number, entry.themes, entry.strands) == ("1123999", ("youth",), ("hearing",))
    shown = Page(editor.get(partners).text).words
    told = "There is a problem"
    assert ("Complete" in shown, "Leads on:" in shown, told in shown) == (True, True, False)
    sent = editor.post(partners, data={"version": "1", "go": "next"}).location or ""
    assert (sent, told in Page(editor.get(sent).text).words) == (f"{partners}?sent=1", True)


def test_two_people_on_one_partner_lose_nothing(as_: AsPerson, world: World) -> None:
    ref, editor = draft(world), as_("editor")
    address = with_partner(editor, ref)
    other = with_partner(editor, ref, "Harbour")
    assert (
        as_("signatory").post(address, data={**PARTNER, "role": "Theirs", "go": "later"}).status_code == 302
    )
    clash = editor.post(address, data={**PARTNER, "role": "Mine"})
    assert "compare=" in (clash.location or "")
    both = editor.get(clash.location or "").text
    assert ("Theirs" in both, "Mine" in both) == (True, True)
    assert editor.post(other, data={**PARTNER, "name": "Harbour", "go": "later"}).status_code == 302
    with unit_of_work() as session:
        roles = [one.role for one in queries.partners_of(session, queries.by_ref(session, ref).id)]
    assert roles == ["Theirs", "Thursdays"]


def test_a_partner_is_taken_out_after_a_question(as_: AsPerson, world: World) -> None:
    ref, editor = complete(world), as_("editor")
    with unit_of_work() as session:
        (partner,) = queries.partners_of(session, queries.by_ref(session, ref).id)
        partner_id = partner.id
    address = f"/applications/{ref}/partners/{partner_id}/remove/"
    assert "its link then leads nowhere" in editor.get(address).text
    assert editor.post(address).location == f"/applications/{ref}/partners/"
    with unit_of_work() as session:
        bid = queries.by_ref(session, ref)
        assert queries.partners_of(session, bid.id) == []
        assert queries.page_of(session, bid.id, partner_page(partner_id)) is None
    assert editor.post(address).status_code == 404


def test_shares_are_added_up_beside_the_ask(as_: AsPerson, world: World) -> None:
    ref, editor = complete(world), as_("editor")
    address = f"/applications/{ref}/partners/"
    page = Page(editor.get(address).text)
    box = share_box(page)
    assert (page.boxes["lead_share"], page.boxes[box]) == ("12000", "8000.50")
    body = {"version": page.boxes["version"], "lead_share": "12,000", "go": "next"}
    assert editor.post(address, data={**body, box: "8000.51"}).location == address
    told = Page(editor.get(address).text)
    assert "The shares add up to £20,000.51. That is £0.01 more than the £20,000.50 you ask for" in told.words
    assert "must be confirmed again by: The Hive" in told.words
    right = {**body, "version": told.boxes["version"], box: "8000.50"}
    assert editor.post(address, data=right).location == f"/applications/{ref}/confirmations/"


@pytest.mark.parametrize(
    ("how", "shares"), [("equally", [1_000_025, 1_000_025]), ("pro_rata", [1_500_038, 500_012])]
)
def test_the_ask_is_shared_out_to_the_penny(as_: AsPerson, world: World, how: str, shares: list[int]) -> None:
    ref, editor = complete(world), as_("editor")
    address = f"/applications/{ref}/partners/"
    page = Page(editor.get(address).text)
    body = {"version": page.boxes["version"], "lead_share": "300", share_box(page): "100", "go": how}
    assert editor.post(address, data=body).location == f"{address}#shares"
    with unit_of_work() as session:
        bid = queries.by_ref(session, ref)
        (partner,) = queries.partners_of(session, bid.id)
        assert [bid.lead_share, partner.share] == shares


def test_a_partner_is_linked_to_the_organisation_that_bears_its_number(as_: AsPerson, world: World) -> None:
    with unit_of_work() as session:
        hive = accounts.find_or_create_organisation(
            session, name="The Hive", kind=OrganisationKind.REGISTERED_CHARITY, charity_number="1123999",
            actor=w.OPERATOR, now=w.OPEN,
        )  # fmt: skip
        hive_id = hive.id
    ref, editor = draft(world), as_("editor")
    address = with_partner(editor, ref)
    for number, linked in (("GB-CHC-1123999", hive_id), ("1123998", None)):
        version = Page(editor.get(address).text).boxes["version"]
        editor.post(address, data={**PARTNER, "number": number, "version": version})
        with unit_of_work() as session:
            (partner,) = queries.partners_of(session, queries.by_ref(session, ref).id)
            assert partner.organisation_id == linked


@pytest.mark.parametrize("name", ["viewer", "stranger", "manager"])
def test_others_add_no_partner(as_: AsPerson, world: World, name: str) -> None:
    ref = draft(world)
    for path in ("partners/new/", "partners/1/", "partners/1/remove/"):
        answer = as_(name).post(f"/applications/{ref}/{path}", data={"name": "X"})
        assert answer.status_code == (403 if name == "viewer" else 404)
