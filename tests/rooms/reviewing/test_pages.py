"""The pages of reviewing: what a reviewer sees before declaring, and the team's lists, runs and conflicts."""

import pytest
from flask import Flask

from grants.accounts import actions as accounts
from grants.permissions import MemberRole
from grants.reviewing import actions, queries, runs
from grants.reviewing.models import Conflict
from grants.reviewing.proposing import run_assignment
from grants.reviewing.states import AssignmentState, ConflictState, RunState
from tests.rooms.applications import world as w
from tests.rooms.reviewing import panel as p
from tests.rooms.scoring.visits import House, open_house


@pytest.fixture
def house(app: Flask) -> House:
    """Two bids: Vera has both, undeclared on the first; Rosa has the first."""

    def setting(panel: p.Panel) -> None:
        first, second = panel.bids
        panel.assign(first, "vera", "rosa", cleared=False)
        panel.assign(second, "vera")

    return open_house(app, count=2, setting=setting)


def conflict_of(panel: p.Panel, name: str) -> Conflict:
    """The person's conflict with the first bid."""
    found = queries.conflict_between(
        panel.session, person_id=panel.person_ids[name], application_id=panel.bids[0].id
    )
    assert found is not None
    return found


def test_who_opens_which_page(house: House) -> None:
    staff = {"manager": 200, "chair": 200, "auditor": 200, "vera": 403, "": 302}
    settlers = {**staff, "auditor": 403}
    reviewers = {"vera": 200, "chair": 200, "manager": 403, "auditor": 403, "": 302}
    declaring = {"vera": 200, "cem": 404, "chair": 404, "manager": 403, "": 302}
    for path, expected in (
        (f"/reviewing/reviewers/{house.round_ref}/", staff),
        (f"/reviewing/assignments/{house.round_ref}/", staff),
        (f"/reviewing/conflicts/{house.round_ref}/", staff),
        (f"/reviewing/conflicts/{house.round_ref}/record/", settlers),
        ("/reviewing/", reviewers),
        (f"/reviewing/declare/{house.ref}/", declaring),
    ):
        assert {name: house.get(name, path)[0] for name in expected} == expected, path


def test_before_declaring_a_reviewer_sees_organisations_and_no_title(house: House) -> None:
    first, second = house.refs
    for path in ("/reviewing/", f"/reviewing/declare/{first}/"):
        status, page = house.get("vera", path)
        assert status == 200
        assert "Lead 1" in page
        assert "Bid number 1" not in page
    assert "Bid number 2" in house.get("vera", "/reviewing/")[1]
    assert house.get("vera", f"/scoring/{second}/")[0] == 200


def test_no_conflict_opens_the_bid(house: House) -> None:
    path = f"/reviewing/declare/{house.ref}/"
    assert house.post("vera", path, conflict="no") == (302, f"/scoring/{house.ref}/")
    assert house.get("vera", f"/scoring/{house.ref}/")[0] == 200
    assert house.post("vera", path, conflict="no") == (302, f"/scoring/{house.ref}/")


def test_a_conflict_needs_its_reason_and_shuts_the_bid(house: House) -> None:
    path = f"/reviewing/declare/{house.ref}/"
    status, page = house.post("vera", path, conflict="yes", reason="")
    assert (status, "Enter what the conflict of interest is" in page) == (422, True)
    assert house.post("vera", path)[0] == 422
    assert house.post("vera", path, conflict="yes", reason="My employer.") == (302, "/scoring/")
    assert house.get("vera", f"/scoring/{house.ref}/")[0] == 403
    assert "is on record" in house.get("vera", path)[1]
    assert house.post("cem", path, conflict="yes", reason="Not mine.")[0] == 404


def test_the_manager_settles_and_the_chair_not_their_own(house: House) -> None:
    record = f"/reviewing/conflicts/{house.round_ref}/record/"
    status, page = house.post("manager", record, email="nobody@example.org", ref=house.ref, reason="x")
    assert (status, "Nobody with this email address" in page) == (422, True)
    status, page = house.post("manager", record, email="chair@example.org", ref="R9-0001", reason="x")
    assert (status, "no bid with this reference" in page) == (422, True)
    data = {"email": "Chair@example.org", "ref": house.ref.lower(), "reason": "A trustee."}
    assert house.post("manager", record, **data)[0] == 302
    status, page = house.post("manager", record, **data)
    assert (status, "on record already" in page) == (422, True)
    with house.writing() as panel:
        conflict_id = conflict_of(panel, "chair").id
    path = f"/reviewing/conflict/{conflict_id}/"
    assert "somebody else must settle it" in house.get("chair", path)[1]
    assert house.post("chair", path, deed="reject", reason="I say so.")[0] == 403
    assert house.post("manager", path, deed="unpin", reason="No such step.")[0] == 422
    assert house.post("deputy", path, deed="confirm", reason="")[0] == 422
    assert "somebody else must confirm it" in house.get("manager", path)[1]
    assert house.post("manager", path, deed="confirm", reason="Asked.")[0] == 403
    assert house.post("deputy", path, deed="confirm", reason="Asked.")[0] == 302
    with house.writing() as panel:
        assert conflict_of(panel, "chair").state is ConflictState.CONFIRMED
    assert "A trustee." in house.get("auditor", f"/reviewing/conflicts/{house.round_ref}/")[1]
    assert house.get("manager", "/reviewing/conflict/999/")[0] == 404


def test_the_manager_shares_bids_out_and_sees_what_came_of_it(house: House) -> None:
    path = f"/reviewing/assignments/{house.round_ref}/"
    assert "2 bids are in review; 2 are short of reviewers" in " ".join(house.get("manager", path)[1].split())
    assert house.post("chair", path)[0] == 403
    assert house.post("manager", path) == (302, path)
    assert "Bids are being shared out: waiting to run" in house.get("manager", path)[1]
    assert house.post("manager", path)[0] == 422
    with house.writing() as panel:
        (run,) = runs.runs_of(panel.session, panel.round.id)
        run_id = run.id
    with house.app.app_context():
        run_assignment(run_id, p.NOW)
    page = " ".join(house.get("manager", path)[1].split())
    assert "A proposal waits for your decision" in page
    assert "3 reviews proposed to 3 reviewers." in page
    there = f"/reviewing/proposals/{run_id}/"
    assert house.get("chair", there)[0] == 403
    assert "2 bids" in house.get("manager", there)[1]
    status, page = house.post("manager", there, go="apply", reason=" ")
    assert (status, "Enter the reason" in page) == (422, True)
    assert house.post("manager", there, go="apply", reason="Level loads.") == (302, path)
    assert house.post("manager", there, go="apply", reason="Twice.")[0] == 422
    page = " ".join(house.get("manager", path)[1].split())
    assert "3 reviews assigned to 3 reviewers." in page
    assert "Level loads." in page
    assert "2 bids are in review; all of them have reviewers" in page
    with house.writing() as panel:
        assert runs.runs_of(panel.session, panel.round.id)[0].state is RunState.APPLIED


def test_bids_that_stay_short_are_named(house: House) -> None:
    with house.writing() as panel:
        for name in ("rosa", "cem"):
            reviewer = queries.reviewer(panel.session, panel.person_ids[name])
            assert reviewer is not None
            reviewer.active = False
        run_id = actions.request_assignment(
            panel.session, round_id=panel.round.id, actor=panel.actor("manager"), now=p.NOW
        ).id
    with house.app.app_context():
        run_assignment(run_id, p.NOW)
    page = " ".join(house.get("manager", f"/reviewing/assignments/{house.round_ref}/")[1].split())
    assert f"{house.refs[1]}: 1 review missing, it must be by a citizen" in page


def test_the_manager_adds_a_reviewer(house: House) -> None:
    path = f"/reviewing/reviewers/{house.round_ref}/"
    data = {"email": "deputy@example.org", "kind": "council", "organisation": "lead 1", "most_bids": "7"}
    assert house.post("chair", path, **data)[0] == 403
    status, page = house.post("manager", path, **{**data, "email": "nobody@example.org", "most_bids": "many"})
    assert (status, "must be a whole number" in page) == (422, True)
    status, page = house.post("manager", path, **{**data, "email": "nobody@example.org"})
    assert (status, "Ask an administrator to give them the role" in page) == (422, True)
    status, page = house.post("manager", path, **{**data, "email": "auditor@example.org"})
    assert (status, "does not have a role that reviews" in page) == (422, True)
    assert house.post("manager", path, **data) == (302, path)
    assert "was known here" not in house.get("manager", path)[1]
    assert house.post("manager", path, **{**data, "organisation": "Laed 1"}) == (302, path)
    assert "No organisation called “Laed 1” was known here" in house.get("manager", path)[1]
    assert house.post("manager", path, **data) == (302, path)
    with house.writing() as panel:
        deputy = queries.reviewer(panel.session, panel.person_ids["deputy"])
        assert deputy is not None
        assert (deputy.most_bids, deputy.organisation_id) == (7, panel.bids[0].lead_id)
    assert "Deputy Person" in house.get("manager", path)[1]
    assert house.post("manager", path, **{**data, "organisation": "A new group"})[0] == 302
    assert "A new group" in house.get("manager", path)[1]


def test_people_see_the_bid_of_their_own_organisation_in_spite_of_a_conflict(house: House) -> None:
    """Vera belongs to the lead: as an applicant she reads her bid, as a reviewer nothing of it."""
    with house.writing() as panel:
        accounts.add_member(
            panel.session,
            organisation_id=panel.bids[0].lead_id,
            person_id=panel.person_ids["vera"],
            role=MemberRole.VIEWER,
            actor=w.OPERATOR,
            now=p.NOW,
        )
        actions.record_conflict(
            panel.session,
            person_id=panel.person_ids["vera"],
            application_id=panel.bids[0].id,
            reason="She belongs to the lead.",
            actor=panel.actor("manager"),
            now=p.NOW,
        )
        assert panel.assignment("vera", panel.bids[0]).state is AssignmentState.CONFLICTED
    assert house.get("vera", f"/applications/{house.ref}/")[0] == 200
    assert house.get("vera", f"/scoring/{house.ref}/")[0] == 403
