"""Roles: two administrators for each, none for oneself alone, and an auditor who is nothing else."""

import argparse

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import actions, commands, queries
from grants.accounts.models import RoleGrant
from grants.core.clock import now
from grants.core.db import unit_of_work
from grants.core.errors import NotAllowed, NotFound, RuleBroken
from grants.permissions import NOBODY, Role
from tests.browser import Browser
from tests.counting import CountQueries
from tests.rooms.accounts.people import OPERATOR, actor, deeds, mail, person
from tests.signing_in import sign_in


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers())
    args = parser.parse_args(["user", *words])
    code: int = args.run(args)
    return code


def in_force(session: Session) -> dict[str, list[Role]]:
    session.rollback()
    found: dict[str, list[Role]] = {}
    for grant in queries.role_grants(session):
        if grant.in_force_since:
            found.setdefault(grant.person.email.removesuffix("@example.org"), []).append(grant.role)
    return found


@pytest.fixture
def administrators(session: Session) -> None:
    """Ann and Ben."""
    person("ann", Role.ADMINISTRATOR)
    person("ben", Role.ADMINISTRATOR)


def test_one_gives_another_approves(client: Browser, session: Session, administrators: None) -> None:
    sign_in(client, person("ann"))
    given = {"email": "Carol@example.org", "name": "Carol Chair", "role": "chair"}
    assert client.post("/accounts/roles/", data=given).location == "/accounts/roles/"
    assert "carol" not in in_force(session)
    grant = session.scalars(select(RoleGrant.id).where(RoleGrant.role == Role.CHAIR)).one()
    page = client.get("/accounts/roles/").text
    assert "Another administrator must approve a role that you gave." in page
    assert client.post(f"/accounts/roles/{grant}/approve/").status_code == 403

    sign_in(client, person("ben"))
    assert client.post(f"/accounts/roles/{grant}/approve/").location == "/accounts/roles/"
    assert in_force(session)["carol"] == [Role.CHAIR]
    assert client.post(f"/accounts/roles/{grant}/approve/").status_code == 422
    assert mail(session)[-2:] == [("role_to_approve", "ben"), ("role_in_force", "carol")]
    assert deeds(session)[-2:] == ["role.grant", "role.approve"]


def test_nobody_approves_a_role_for_themselves(session: Session, administrators: None) -> None:
    ann = actor(session, "ann")
    with unit_of_work():
        assert ann.person_id is not None
        to_self = actions.grant_role(
            session, person_id=ann.person_id, role=Role.CHAIR, actor=ann, now=now()
        ).id
    ben = actor(session, "ben")
    with unit_of_work():
        assert ann.person_id is not None
        from_other = actions.grant_role(
            session, person_id=ann.person_id, role=Role.MANAGER, actor=ben, now=now()
        ).id

    for grant in (to_self, from_other):
        with pytest.raises(NotAllowed), unit_of_work():
            actions.approve_role(session, grant_id=grant, actor=ann, now=now())
    with pytest.raises(NotAllowed), unit_of_work():
        actions.approve_role(session, grant_id=from_other, actor=ben, now=now())
    with unit_of_work():
        actions.approve_role(session, grant_id=to_self, actor=ben, now=now())
    assert in_force(session)["ann"] == [Role.ADMINISTRATOR, Role.CHAIR]


def test_a_role_that_waits_gives_no_right(session: Session, administrators: None) -> None:
    carol = person("carol")
    ann = actor(session, "ann")
    with unit_of_work():
        actions.grant_role(session, person_id=carol.id, role=Role.ADMINISTRATOR, actor=ann, now=now())

    assert actor(session, "carol").roles == frozenset()
    assert queries.people_with_role(session, Role.ADMINISTRATOR) == [
        queries.person_by_email(session, "ann@example.org"),
        queries.person_by_email(session, "ben@example.org"),
    ]


@pytest.mark.parametrize("who", ["nobody", "stranger", "chair"])
def test_only_administrators_and_the_operator_give_roles(
    session: Session, administrators: None, who: str
) -> None:
    carol = person("carol")
    person("stranger")
    person("chair", Role.CHAIR)
    asking = NOBODY if who == "nobody" else actor(session, who)
    granted = session.scalars(select(RoleGrant.id).limit(1)).one()

    with pytest.raises(NotAllowed), unit_of_work():
        actions.grant_role(session, person_id=carol.id, role=Role.CHAIR, actor=asking, now=now())
    with pytest.raises(NotAllowed), unit_of_work():
        actions.approve_role(session, grant_id=granted, actor=asking, now=now())
    with pytest.raises(NotAllowed), unit_of_work():
        actions.revoke_role(session, grant_id=granted, actor=asking, now=now())


def test_an_auditor_holds_no_other_role(client: Browser, session: Session, administrators: None) -> None:
    person("dora", Role.AUDITOR)
    person("carol", Role.CHAIR)
    sign_in(client, person("ann"))
    for name, role in (("dora", "chair"), ("carol", "auditor")):
        answer = client.post("/accounts/roles/", data={"email": f"{name}@example.org", "role": role})
        assert answer.status_code == 422
        assert "may hold no other role" in answer.text


def test_a_role_is_not_given_twice(session: Session, administrators: None) -> None:
    carol = person("carol")
    ann = actor(session, "ann")
    with unit_of_work():
        actions.grant_role(session, person_id=carol.id, role=Role.CHAIR, actor=ann, now=now())
    with pytest.raises(RuleBroken, match="waits for approval"), unit_of_work():
        actions.grant_role(session, person_id=carol.id, role=Role.CHAIR, actor=ann, now=now())

    with unit_of_work():
        actions.grant_role(session, person_id=carol.id, role=Role.CHAIR, actor=OPERATOR, now=now())
    assert in_force(session)["carol"] == [Role.CHAIR]


def test_a_role_is_taken_away_at_once(client: Browser, session: Session, administrators: None) -> None:
    carol = person("carol", Role.ADMINISTRATOR)
    sign_in(client, carol)
    assert client.get("/accounts/roles/").status_code == 200
    grant = session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == carol.id)).one()
    ann = actor(session, "ann")
    with unit_of_work():
        actions.revoke_role(session, grant_id=grant, actor=ann, now=now())

    assert client.get("/accounts/roles/").status_code == 403
    assert deeds(session)[-1] == "role.revoke"


def test_the_last_administrator_stays(session: Session) -> None:
    person("ann", Role.ADMINISTRATOR)
    grant = session.scalars(select(RoleGrant.id)).one()
    ann = actor(session, "ann")

    with pytest.raises(RuleBroken, match="only administrator"), unit_of_work():
        actions.revoke_role(session, grant_id=grant, actor=ann, now=now())


def test_roles_page_takes_the_same_queries_for_many(
    client: Browser, session: Session, administrators: None, count_queries: CountQueries
) -> None:
    sign_in(client, person("ann"))
    client.get("/accounts/roles/")
    counted = []
    for name in ("one", "two"):
        for number in range(3):
            person(f"{name}{number}", Role.REVIEWER)
        with count_queries() as statements:
            assert client.get("/accounts/roles/").status_code == 200
        counted.append(len(statements))

    assert counted[0] == counted[1]
    assert counted[0] <= 4


def test_the_operator_adds_people_with_roles(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("add", "Ann@example.org", "--name", "Ann", "--role", "administrator", "--role", "chair") == 0
    assert run("add", "ben@example.org") == 0
    assert run("list") == 0

    assert capsys.readouterr().out.splitlines() == [
        "ann@example.org: administrator, chair",
        "ben@example.org: no role",
        "ann@example.org  administrator",
        "ann@example.org  chair",
    ]
    with pytest.raises(RuleBroken, match="already has this role"):
        run("add", "ann@example.org", "--role", "chair")
    with pytest.raises(RuleBroken, match="correct format"):
        run("add", "nonsense")


def test_the_operator_resets_a_second_step(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    person("carol", Role.CHAIR)

    assert run("reset-second-factor", "carol@example.org") == 0
    assert deeds(session)[-1] == "second_factor.reset"
    with pytest.raises(NotFound, match="nobody"):
        run("reset-second-factor", "nobody@example.org")
