"""Asking to be deleted, and what an administrator's answer does."""

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts import queries as people
from grants.accounts.models import Joining, Membership, Person
from grants.applications.models import Application, Partner
from grants.applications.states import Stage
from grants.audit.queries import walk
from grants.audit.rules import verify
from grants.core.clock import now
from grants.core.db import unit_of_work
from grants.notifications.models import Message
from grants.privacy.models import DeletionRequest
from grants.privacy.states import DeletionState
from grants.scoring.models import ThemeNote
from tests.rooms.access.town import email_of
from tests.rooms.privacy.conftest import Settled
from tests.signing_in import sign_in

ADA = "ada@hive.example"
ASK = {"words": "I have moved away. <b>", "understood": "y"}
GRANT = {"answer": "grant", "reason": "You asked for it."}


def only(session: Session, what: object) -> object:
    session.rollback()
    return session.scalars(select(what)).one()  # type: ignore[call-overload]  # a column or a table


def mail_to(session: Session, address: str) -> list[str]:
    session.rollback()
    wanted = select(Message.kind).where(Message.to_address == address).order_by(Message.id)
    return list(session.scalars(wanted))


def requests_of(session: Session, settled: Settled, name: str) -> list[DeletionRequest]:
    """The requests that `name` made."""
    session.rollback()
    mine = DeletionRequest.person_id == settled.town.person_ids[name]
    return list(session.scalars(select(DeletionRequest).where(mine)))


def ask(settled: Settled, name: str) -> str:
    """The path of the request that `name` makes."""
    answer = settled.browser(name).post("/privacy/delete/", data=ASK)
    assert answer.location == "/privacy/delete/"
    with unit_of_work() as session:
        return f"/privacy/requests/{session.scalar(select(func.max(DeletionRequest.id)))}/"


def test_asking_tells_who_must_know(settled: Settled, session: Session) -> None:
    path = ask(settled, "viewer")
    assert mail_to(session, email_of("viewer")) == ["deletion_received"]
    assert mail_to(session, email_of("administrator"))[-1] == "deletion_asked"
    assert mail_to(session, email_of("manager"))[-1] == "deletion_asked"
    page = settled.browser("administrator").get(path).text
    assert "I have moved away. &lt;b&gt;" in page
    assert "An administrator will answer" in settled.browser("viewer").get("/privacy/delete/").text
    assert "Viewer Person" in settled.browser("manager").get("/privacy/requests/").text
    assert settled.browser("manager").post(path, data=GRANT).status_code == 403


def test_asking_twice_is_one_request_and_it_may_be_taken_back(settled: Settled, session: Session) -> None:
    ask(settled, "viewer")
    ask(settled, "viewer")
    assert len(requests_of(session, settled, "viewer")) == 1
    viewer = settled.browser("viewer")
    assert viewer.post("/privacy/delete/", data={"words": "x"}).status_code == 422
    viewer.post("/privacy/delete/take-back/")
    assert requests_of(session, settled, "viewer")[0].state is DeletionState.TAKEN_BACK
    assert viewer.post("/privacy/delete/take-back/").status_code == 404


def test_granting_leaves_no_name_or_address(settled: Settled, session: Session) -> None:
    path = ask(settled, "viewer")
    viewer = settled.browser("viewer")
    assert settled.browser("administrator").post(path, data=GRANT).location == "/privacy/requests/"

    session.rollback()
    person = people.person(session, settled.town.person_ids["viewer"])
    assert person.email == f"removed-{person.id}@removed.invalid"
    assert person.name.startswith("Removed on 2 March 2026")
    assert people.person_by_email(session, email_of("viewer")) is None
    assert session.scalar(select(func.count()).where(Membership.person_id == person.id)) == 0
    assert viewer.get("/accounts/me/").status_code == 302
    assert mail_to(session, email_of("viewer")) == ["deletion_answered"]
    assert requests_of(session, settled, "viewer")[0].words == ""
    assert "Viewer Person" not in settled.browser("administrator").get(path).text
    assert verify(walk(session)).faults == ()


def test_who_comes_back_is_somebody_new(settled: Settled, session: Session) -> None:
    path = ask(settled, "viewer")
    settled.browser("administrator").post(path, data=GRANT)
    with unit_of_work() as writing:
        again = accounts.find_or_create_person(writing, email=email_of("viewer"), now=now())
    assert again.id != settled.town.person_ids["viewer"]


@pytest.mark.parametrize(
    ("name", "why"), [("reviewer", "Panel reviewer"), ("signatory", "only signatory of Organisation A")]
)
def test_who_is_still_needed_cannot_be_removed(
    settled: Settled, session: Session, name: str, why: str
) -> None:
    path = ask(settled, name)
    administrator = settled.browser("administrator")
    assert why in administrator.get(path).text
    answer = administrator.post(path, data=GRANT)
    assert answer.status_code == 422
    assert why in answer.text
    assert requests_of(session, settled, name)[0].state is DeletionState.ASKED
    assert people.person_by_email(session, email_of(name)) is not None


def test_a_refusal_says_why(settled: Settled, session: Session) -> None:
    path = ask(settled, "viewer")
    administrator = settled.browser("administrator")
    assert administrator.post(path, data={"answer": "refuse", "reason": " "}).status_code == 422
    administrator.post(path, data={"answer": "refuse", "reason": "Your bid is under way."})
    assert "Your bid is under way." in settled.browser("viewer").get("/privacy/delete/").text
    assert mail_to(session, email_of("viewer"))[-1] == "deletion_answered"
    assert administrator.post(path, data=GRANT).status_code == 422
    assert people.person_by_email(session, email_of("viewer")) is not None


def test_nobody_answers_their_own_request(settled: Settled) -> None:
    path = ask(settled, "administrator")
    answer = settled.browser("administrator").post(path, data={"answer": "refuse", "reason": "No."})
    assert answer.status_code == 403


def test_a_reviewers_reasons_stay_without_their_name(settled: Settled, session: Session) -> None:
    person_id = settled.town.person_ids["reviewer"]
    path = ask(settled, "reviewer")
    with unit_of_work() as writing:
        for grant in people.roles_of(writing, person_id):
            accounts.revoke_role(
                writing, grant_id=grant.id, actor=settled.town.actor(writing, "administrator"), now=now()
            )
    notes = session.scalar(select(func.count(ThemeNote.id)).where(ThemeNote.justification != ""))
    settled.browser("administrator").post(path, data=GRANT)
    session.rollback()
    assert session.scalar(select(func.count(ThemeNote.id)).where(ThemeNote.justification != "")) == notes
    assert people.person(session, person_id).name.startswith("Removed on")


def test_a_partners_contact_goes_where_the_bid_has_ended_and_stays_where_it_goes_on(
    settled: Settled, session: Session
) -> None:
    with unit_of_work() as writing:
        ada = accounts.find_or_create_person(writing, email=ADA, now=now())
        writing.execute(
            update(Partner).where(Partner.name == "The Hive").values(contact_email=f" {ADA.upper()}")
        )
    browser = settled.browser("lone")
    sign_in(browser, ada)
    browser.post("/privacy/delete/", data=ASK)
    request_id = only(session, func.max(DeletionRequest.id))
    settled.browser("administrator").post(f"/privacy/requests/{request_id}/", data=GRANT)

    session.rollback()
    rows = session.execute(
        select(Application.stage, Partner.contact_email, Partner.answered_by)
        .join(Partner, Partner.application_id == Application.id)
        .where(Partner.name == "The Hive")
    ).all()
    ended = (Stage.INELIGIBLE, Stage.WITHDRAWN, Stage.LAPSED, Stage.CLOSED, Stage.TERMINATED)
    assert {row.stage for row in rows} & set(ended)
    for row in rows:
        assert (row.contact_email == "") == (row.stage in ended)
    assert session.scalar(select(func.count(Joining.id)).where(Joining.email == ADA)) == 0
    assert session.scalar(select(func.count(Person.id)).where(Person.email == ADA)) == 0
