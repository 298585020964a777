"""Organisations: one a number, whoever asks first; who gets in at once and who must be let in."""

from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func
from sqlalchemy.orm import Session

from grants.accounts import actions, commands, queries, rules
from grants.accounts.models import Joining, Organisation
from grants.accounts.states import OrganisationKind
from grants.core.clock import now
from grants.core.db import db, unit_of_work
from grants.core.errors import NotAllowed, RuleBroken
from grants.permissions import MemberRole, Role
from tests.browser import Browser
from tests.rooms.accounts.people import OPERATOR, actor, deeds, mail, only, organisation, person
from tests.signing_in import sign_in

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CHARITY = {
    "name": "Lea Youth",
    "kind": "registered_charity",
    "charity_number": "1234567",
    "company_number": "",
    "postcode": "LU1 2AB",
}
SIGNATORY, EDITOR, VIEWER = MemberRole.SIGNATORY, MemberRole.EDITOR, MemberRole.VIEWER


def members(session: Session, organisation_id: int) -> dict[str, MemberRole]:
    session.rollback()
    return {
        membership.person.email.removesuffix("@example.org"): membership.role
        for membership in queries.members_of(session, organisation_id)
    }


def test_who_names_a_new_organisation_is_its_signatory(client: Browser, session: Session) -> None:
    sign_in(client, person("ann"))
    answer = client.post("/accounts/organisations/new/", data=CHARITY)

    made = only(session, Organisation)
    assert answer.location == f"/accounts/name/?next=/accounts/organisations/{made.id}/"
    assert (made.name, made.charity_number, made.postcode) == ("Lea Youth", "1234567", "LU1 2AB")
    assert members(session, made.id) == {"ann": SIGNATORY}
    here = f"/accounts/organisations/{made.id}/"
    named = client.post("/accounts/name/", data={"name": "Ann", "next_path": here})
    assert named.location == here
    page = client.get(named.location)
    assert "ann@example.org" in page.text
    assert "Invite somebody" in page.text
    assert deeds(session)[-3:] == ["organisation.create", "organisation.add_member", "person.rename"]


def test_naming_an_organisation_that_has_members_only_asks(client: Browser, session: Session) -> None:
    own = organisation("Lea Youth", "1234567", ann=SIGNATORY, ben=EDITOR)
    sign_in(client, person("eve"))
    answer = client.post(
        "/accounts/organisations/new/", data={**CHARITY, "charity_number": " 123 4567", "name": "Mine now"}
    )

    assert answer.location == "/accounts/me/"
    assert members(session, own.id) == {"ann": SIGNATORY, "ben": EDITOR}
    assert only(session, Organisation.name) == "Lea Youth"
    assert client.get(f"/accounts/organisations/{own.id}/").status_code == 404
    assert "Waiting for an answer" in client.get("/accounts/me/").text
    assert mail(session) == [("asked_to_join", "ann")]


def test_asking_twice_asks_once(client: Browser, session: Session) -> None:
    organisation("Lea Youth", "1234567", ann=SIGNATORY)
    sign_in(client, person("eve"))
    for _ in range(2):
        client.post("/accounts/organisations/new/", data=CHARITY)

    assert mail(session) == [("asked_to_join", "ann")]
    assert only(session, func.count(Joining.id)) == 1


@pytest.mark.parametrize("agrees", [True, False])
def test_a_signatory_answers_who_asks(client: Browser, session: Session, agrees: bool) -> None:
    own = organisation("Lea Youth", "1234567", ann=SIGNATORY)
    sign_in(client, person("eve"))
    client.post("/accounts/organisations/new/", data=CHARITY)
    joining = only(session, Joining.id)
    sign_in(client, person("ann"))
    assert "eve@example.org asks to join" in client.get(f"/accounts/organisations/{own.id}/").text
    client.post(
        f"/accounts/organisations/{own.id}/requests/{joining}/", data={"answer": "yes" if agrees else "no"}
    )

    assert members(session, own.id) == {"ann": SIGNATORY, **({"eve": EDITOR} if agrees else {})}
    assert mail(session)[-1] == ("joining_answered", "eve")
    again = client.post(f"/accounts/organisations/{own.id}/requests/{joining}/", data={"answer": "yes"})
    assert again.status_code == 422


def test_who_was_refused_may_not_ask_again(client: Browser, session: Session) -> None:
    own = organisation("Lea Youth", "1234567", ann=SIGNATORY)
    sign_in(client, person("eve"))
    client.post("/accounts/organisations/new/", data=CHARITY)
    joining = only(session, Joining.id)
    ann = actor(session, "ann")
    with unit_of_work():
        actions.answer_request(
            session, organisation_id=own.id, joining_id=joining, agrees=False, actor=ann, now=now()
        )

    answer = client.post("/accounts/organisations/new/", data=CHARITY)
    assert answer.status_code == 422
    assert "refused your request" in answer.text
    assert mail(session) == [("asked_to_join", "ann"), ("joining_answered", "eve")]


@pytest.mark.parametrize("name", ["ben", "eve", "zoe"])
def test_nobody_but_a_signatory_lets_people_in(client: Browser, session: Session, name: str) -> None:
    own = organisation("Lea Youth", "1234567", ann=SIGNATORY, ben=EDITOR)
    organisation("Other", "7654321", zoe=SIGNATORY)
    sign_in(client, person("eve"))
    client.post("/accounts/organisations/new/", data=CHARITY)
    joining = only(session, Joining.id)
    sign_in(client, person(name))
    paths = [
        (f"/accounts/organisations/{own.id}/requests/{joining}/", {"answer": "yes"}),
        (f"/accounts/organisations/{own.id}/invitations/", {"email": "x@example.org", "role": "signatory"}),
    ]

    expected = 403 if name == "ben" else 404
    assert [client.post(path, data=data).status_code for path, data in paths] == [expected, expected]
    assert members(session, own.id) == {"ann": SIGNATORY, "ben": EDITOR}


def test_a_signatory_answers_no_other_organisations_requests(client: Browser, session: Session) -> None:
    organisation("Lea Youth", "1234567", ann=SIGNATORY)
    other = organisation("Other", "7654321", zoe=SIGNATORY)
    sign_in(client, person("eve"))
    client.post("/accounts/organisations/new/", data=CHARITY)
    joining = only(session, Joining.id)
    sign_in(client, person("zoe"))

    path = f"/accounts/organisations/{other.id}/requests/{joining}/"
    assert client.post(path, data={"answer": "yes"}).status_code == 404


def test_nobody_takes_charge_of_an_imported_organisation_by_typing_its_number(
    client: Browser, session: Session
) -> None:
    own = organisation("Imported", "1234567")
    person("mel", Role.MANAGER)
    sign_in(client, person("ann"))
    answer = client.post("/accounts/organisations/new/", data=CHARITY)

    assert answer.location == "/accounts/me/"
    assert members(session, own.id) == {}
    assert ("asked_to_be_first", "mel") in mail(session)


@pytest.mark.parametrize(("refuse", "expected"), [(False, {"ann": SIGNATORY}), (True, {})])
def test_the_operator_answers_for_an_organisation_without_people(
    client: Browser, session: Session, refuse: bool, expected: dict[str, MemberRole]
) -> None:
    own = organisation("Imported", "1234567")
    sign_in(client, person("ann"))
    client.post("/accounts/organisations/new/", data=CHARITY)
    asked = Namespace(email="ann@example.org", organisation=own.id, refuse=refuse)

    assert commands.let_in(asked) == 0
    assert members(session, own.id) == expected
    assert ("joining_answered", "ann") in mail(session)


def test_of_four_that_make_it_at_once_one_does(app: Flask, session: Session) -> None:
    session.rollback()
    together = Barrier(4)

    def press() -> int:
        with app.app_context():
            together.wait(10)
            with unit_of_work() as mine:
                made = actions.find_or_create_organisation(
                    mine, name="New", kind=OrganisationKind.CIC, company_number="1234567",
                    actor=OPERATOR, now=now(),
                )  # fmt: skip
                found = made.id
            db.session.remove()
            return found

    with ThreadPoolExecutor(4) as pool:
        ids = [future.result(60) for future in [pool.submit(press) for _ in range(4)]]

    assert len(set(ids)) == 1
    assert only(session, Organisation.company_number) == "01234567"


def test_an_organisation_is_found_by_any_of_its_numbers(session: Session, ctx: object) -> None:
    numbers = {"charity_number": "SC012345", "company_number": "SC123456", "external_id": "GB-SC-SC012345"}

    def find(**given: str) -> int:
        with unit_of_work():
            return actions.find_or_create_organisation(
                session, name="x", kind=OrganisationKind.CIO, actor=OPERATOR, now=now(), **given
            ).id

    made = find(**numbers)
    assert [find(**{name: value}) for name, value in numbers.items()] == [made] * 3
    assert find() != find()


def test_numbers_of_two_organisations_are_refused(session: Session, ctx: object) -> None:
    def find(charity: str, company: str) -> None:
        with unit_of_work():
            actions.find_or_create_organisation(
                session, name="x", kind=OrganisationKind.CIC, charity_number=charity, company_number=company,
                actor=OPERATOR, now=now(),
            )  # fmt: skip

    find("1234567", "")
    find("", "01234567")
    with pytest.raises(RuleBroken, match="two different organisations"):
        find("1234567", "01234567")
    with pytest.raises(RuleBroken, match="Enter a charity number"):
        find("12", "")


def test_an_invitation_is_accepted_by_who_can_read_the_mail(client: Browser, session: Session) -> None:
    own = organisation("Lea Youth", "1234567", ann=SIGNATORY)
    sign_in(client, person("ann"))
    client.post(
        f"/accounts/organisations/{own.id}/invitations/",
        data={"email": " Ben@example.org", "role": "viewer"},
    )
    assert mail(session) == [("invited", "ben")]
    assert members(session, own.id) == {"ann": SIGNATORY}
    joining = only(session, Joining.id)

    sign_in(client, person("eve"))
    assert client.post(f"/accounts/invitations/{joining}/", data={"answer": "yes"}).status_code == 404
    sign_in(client, person("ben"))
    assert "You are invited to join Lea Youth" in client.get("/accounts/me/").text
    answer = client.post(f"/accounts/invitations/{joining}/", data={"answer": "yes"})
    assert answer.location == f"/accounts/name/?next=/accounts/organisations/{own.id}/"
    assert members(session, own.id) == {"ann": SIGNATORY, "ben": VIEWER}


def test_an_invitation_may_be_declined_and_made_again(session: Session, ctx: object) -> None:
    own = organisation("Lea Youth", "1234567", ann=SIGNATORY)
    person("ben")
    for agrees in (False, True):
        ann, ben = actor(session, "ann"), actor(session, "ben")
        with unit_of_work():
            joining = actions.invite(
                session, organisation_id=own.id, email="ben@example.org", role=EDITOR, actor=ann, now=now()
            )
            actions.answer_invitation(session, joining_id=joining.id, agrees=agrees, actor=ben, now=now())

    assert members(session, own.id) == {"ann": SIGNATORY, "ben": EDITOR}
    assert mail(session) == [("invited", "ben"), ("invited", "ben")]
    ann = actor(session, "ann")
    with pytest.raises(RuleBroken, match="already"), unit_of_work():
        actions.invite(
            session, organisation_id=own.id, email="BEN@example.org", role=EDITOR, actor=ann, now=now()
        )


def test_one_person_cannot_send_invitations_without_end(session: Session, ctx: object) -> None:
    own = organisation("Lea Youth", "1234567", ann=SIGNATORY)

    def invite(name: str) -> None:
        ann = actor(session, "ann")
        with unit_of_work():
            actions.invite(
                session,
                organisation_id=own_id,
                email=f"{name}@example.org",
                role=VIEWER,
                actor=ann,
                now=now(),
            )

    own_id = own.id
    with time_machine.travel(START, tick=False) as clock:
        invite("ben")
        with pytest.raises(RuleBroken, match="less than an hour ago"):
            invite("ben")
        clock.shift(rules.INVITE_AGAIN_AFTER)
        invite("ben")
        for number in range(rules.MOST_INVITATIONS - 1):
            invite(f"p{number}")
        with pytest.raises(RuleBroken, match="many invitations"):
            invite("more")
        clock.shift(rules.INVITATION_WINDOW)
        invite("more")

    assert len(mail(session)) == rules.MOST_INVITATIONS + 2


def test_names_and_postcodes_that_do_not_fit_are_refused(session: Session, ctx: object) -> None:
    for name, postcode in (("", ""), (" ", ""), ("x" * 301, ""), ("x", "LU1 2AB LU1")):
        with pytest.raises(RuleBroken), unit_of_work():
            actions.find_or_create_organisation(
                session, name=name, kind=OrganisationKind.OTHER, postcode=postcode, actor=OPERATOR, now=now()
            )


def test_adding_a_member_is_for_the_service_and_signatories(session: Session, ctx: object) -> None:
    own = organisation("Lea Youth", "1234567", ann=SIGNATORY, ben=EDITOR)
    eve = person("eve")
    for name, allowed in (("eve", False), ("ben", False), ("ann", True)):
        who = actor(session, name)
        if allowed:
            with unit_of_work():
                actions.add_member(
                    session, organisation_id=own.id, person_id=eve.id, role=VIEWER, actor=who, now=now()
                )
        else:
            with pytest.raises(NotAllowed), unit_of_work():
                actions.add_member(
                    session, organisation_id=own.id, person_id=eve.id, role=SIGNATORY, actor=who, now=now()
                )

    assert members(session, own.id) == {"ann": SIGNATORY, "ben": EDITOR, "eve": VIEWER}


def test_what_is_missing_is_said_beside_its_field(client: Browser, session: Session) -> None:
    sign_in(client, person("ann"))
    answer = client.post("/accounts/organisations/new/", data={**CHARITY, "charity_number": "12"})

    assert answer.status_code == 422
    assert 'href="#charity_number">Enter a charity number like 1234567' in answer.text
    assert only(session, func.count(Organisation.id)) == 0


def test_a_constituted_group_needs_no_number_and_goes_where_it_was_going(
    client: Browser, session: Session
) -> None:
    sign_in(client, person("ann"))
    client.post("/accounts/me/", data={"name": "Ann"})
    data = {**CHARITY, "kind": "constituted_group", "charity_number": "", "next_path": "/home/?x=1"}

    assert client.post("/accounts/organisations/new/", data=data).location == "/home/?x=1"
    data |= {"next_path": "//evil.example", "same_as": "0"}
    second = client.post("/accounts/organisations/new/", data=data).location
    assert second is not None
    assert second.startswith("/accounts/organisations/")
