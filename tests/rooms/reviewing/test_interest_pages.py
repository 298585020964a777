"""Pages of the register of interests, of declaring on all bids at once, and of pins."""

from grants.accounts import actions as accounts
from grants.permissions import Role
from grants.reviewing.states import AssignmentState, ConflictState
from tests.rooms.applications import world as w
from tests.rooms.reviewing import panel as p
from tests.rooms.reviewing.test_conflicts import conflict_of
from tests.rooms.reviewing.test_pages import House, house

__all__ = ("house",)

REGISTER = "/reviewing/interests/"
ENTRY = {"organisation": "The Elsewhere Trust", "number": "1123126", "tie": "trustee", "note": "Since 2019."}


def test_somebody_enters_an_organisation_declares_and_takes_it_out(house: House) -> None:
    status, page = house.post("vera", REGISTER, organisation="", tie="")
    assert (status, "Enter the name of the organisation" in page) == (422, True)
    bad = {"since-day": "2", "since-month": "3", "since-year": "2020", "until-day": "1", "until-month": "3"}
    status, page = house.post("vera", REGISTER, **ENTRY, **bad, **{"until-year": "2020"})
    assert (status, "The tie cannot end before it began" in page) == (422, True)
    assert house.post("vera", REGISTER, **ENTRY) == (302, REGISTER)
    page = house.get("vera", REGISTER)[1]
    words = ("The Elsewhere Trust", "Since 2019.", "You have not declared yet")
    assert [word for word in words if word not in page] == []
    assert house.post("vera", f"{REGISTER}declare/{house.round_ref}/") == (302, REGISTER)
    assert "You declared 1 entry" in house.get("vera", REGISTER)[1]
    assert house.post("carl", f"{REGISTER}declare/{house.round_ref}/") == (302, REGISTER)
    everybody = house.get("auditor", f"/reviewing/registers/{house.round_ref}/")[1]
    assert ["The Elsewhere Trust" in everybody, "Nothing to declare" in everybody] == [True, True]
    assert house.get("vera", f"/reviewing/registers/{house.round_ref}/")[0] == 403
    assert house.post("carl", f"{REGISTER}1/remove/")[0] == 404
    assert house.post("vera", f"{REGISTER}1/remove/") == (302, REGISTER)
    assert "You have entered nothing yet" in house.get("vera", REGISTER)[1]


def test_the_list_of_organisations_finds_names_and_does_not_say_who_bids(house: House) -> None:
    page = house.get("vera", f"{REGISTER}organisations/?q=LEAD")[1]
    assert [name in page for name in ("Lead 1", "Lead 2", house.ref)] == [True, True, False]
    assert "None has that in its name" in house.get("vera", f"{REGISTER}organisations/?q=%25")[1]
    assert 'value="Lead 1"' in house.get("vera", f"{REGISTER}?organisation=Lead+1")[1]


def test_one_page_declares_on_every_bid_with_nothing_chosen(house: House) -> None:
    with house.writing() as panel:
        for bid in panel.bids:
            panel.assign(bid, "pat", cleared=False)
        refs = [bid.ref for bid in panel.bids]
    page = house.get("pat", "/reviewing/declare/")[1]
    assert ["Lead 1" in page, "Lead 2" in page, " checked" in page, "Bid number 1" in page] == [
        True, True, False, False,
    ]  # fmt: skip
    answers = {f"conflict-{refs[0]}": "yes", f"conflict-{refs[1]}": "no"}
    status, page = house.post("pat", "/reviewing/declare/", **answers)
    assert (status, f"Enter what the conflict of interest with {refs[0]} is" in page) == (422, True)
    answers |= {f"reason-{refs[0]}": "My sister."}
    assert house.post("pat", "/reviewing/declare/", **answers) == (302, "/scoring/")
    with house.writing() as panel:
        states = [panel.assignment("pat", bid).state for bid in panel.bids]
        assert states == [AssignmentState.CONFLICTED, AssignmentState.CLEARED]
        assert conflict_of(panel, "pat").reason == "My sister."
    assert "You have declared on all your bids" in house.get("pat", "/reviewing/declare/")[1]


def test_an_administrator_lifts_a_pin_and_the_page_tells_its_story(house: House) -> None:
    data = {"email": "chair@example.org", "ref": house.ref, "reason": "A trustee."}
    assert house.post("manager", f"/reviewing/conflicts/{house.round_ref}/record/", **data)[0] == 302
    with house.writing() as panel:
        found = conflict_of(panel, "chair").id
        panel.person_ids["admin"] = w.person(panel.session, "admin")
        accounts.grant_role(
            panel.session, person_id=panel.person_ids["admin"], role=Role.ADMINISTRATOR, actor=w.OPERATOR,
            now=p.NOW,
        )  # fmt: skip
    assert house.post("deputy", f"/reviewing/conflict/{found}/", deed="pin", reason="For good.")[0] == 302
    assert "only an administrator may change that" in house.get("deputy", f"/reviewing/conflict/{found}/")[1]
    lift = f"/reviewing/pinned/{found}/"
    assert [house.get(name, lift)[0] for name in ("manager", "chair", "deputy", "auditor")] == [403] * 4
    assert house.ref in house.get("admin", "/reviewing/pinned/")[1]
    page = house.get("admin", lift)[1]
    assert ["Put on record" in page, "For good." in page, "Bid number 1" in page] == [True, True, False]
    assert house.post("admin", lift, reason="")[0] == 422
    assert house.post("admin", lift, reason="They left the board.") == (302, "/reviewing/pinned/")
    with house.writing() as panel:
        assert conflict_of(panel, "chair").state is ConflictState.CONFIRMED
    assert "They left the board." in house.get("deputy", f"/reviewing/conflict/{found}/")[1]
    assert house.get("admin", lift)[0] == 404
