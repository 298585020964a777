"""Whom a signatory changes and takes out, who leaves, and when people are asked for their name."""

import pytest
from sqlalchemy.orm import Session

from grants.accounts import actions, queries
from grants.accounts.models import Person
from grants.core.clock import now
from grants.core.db import unit_of_work
from grants.core.errors import NotAllowed, NotFound
from grants.permissions import MemberRole
from tests.browser import Browser
from tests.rooms.accounts.people import actor, deeds, mail, organisation, person
from tests.signing_in import sign_in

SIGNATORY, EDITOR, VIEWER = MemberRole.SIGNATORY, MemberRole.EDITOR, MemberRole.VIEWER


def roles(session: Session, organisation_id: int) -> dict[str, MemberRole]:
    session.rollback()
    return {
        held.person.email.removesuffix("@example.org"): held.role
        for held in queries.members_of(session, organisation_id)
    }


def id_of(session: Session, name: str) -> int:
    found = queries.person_by_email(session, f"{name}@example.org")
    assert found is not None
    return found.id


def test_a_signatory_changes_what_others_may_do(client: Browser, session: Session) -> None:
    own = organisation("Lea Youth", "1234567", ann=SIGNATORY, ben=EDITOR)
    sign_in(client, person("ann"))
    address = f"/accounts/organisations/{own.id}/people/{id_of(session, 'ben')}/"
    assert 'value="editor" checked' in client.get(address).text
    for role in ("signatory", "viewer"):
        assert client.post(address, data={"role": role}).location == f"/accounts/organisations/{own.id}/"
        assert roles(session, own.id) == {"ann": SIGNATORY, "ben": MemberRole(role)}
    assert mail(session) == [("member_changed", "ben")] * 2
    assert deeds(session)[-2:] == ["organisation.change_member"] * 2


def test_the_last_signatory_stays(client: Browser, session: Session) -> None:
    own = organisation("Lea Youth", "1234567", ann=SIGNATORY, ben=EDITOR)
    sign_in(client, person("ann"))
    address = f"/accounts/organisations/{own.id}/people/{id_of(session, 'ann')}/"
    for path, body in (("", {"role": "editor"}), ("remove/", {})):
        answer = client.post(address + path, data=body)
        assert (answer.status_code, "Make somebody else a signatory first" in answer.text) == (422, True)
    assert roles(session, own.id) == {"ann": SIGNATORY, "ben": EDITOR}
    client.post(
        f"/accounts/organisations/{own.id}/people/{id_of(session, 'ben')}/", data={"role": "signatory"}
    )
    assert client.post(address + "remove/").location == "/accounts/me/"
    assert roles(session, own.id) == {"ben": SIGNATORY}


def test_who_is_taken_out_sees_nothing_any_more_and_may_be_invited_again(
    client: Browser, session: Session
) -> None:
    own = organisation("Lea Youth", "1234567", ann=SIGNATORY, ben=EDITOR)
    ben = id_of(session, "ben")
    sign_in(client, person("ann"))
    client.post(f"/accounts/organisations/{own.id}/people/{ben}/remove/")
    assert roles(session, own.id) == {"ann": SIGNATORY}
    assert mail(session) == [("member_removed", "ben")]
    sign_in(client, person("ben"))
    assert client.get(f"/accounts/organisations/{own.id}/").status_code == 404
    with unit_of_work() as writing:
        ann = queries.actor_for(writing, id_of(writing, "ann"))
        actions.invite(
            writing, organisation_id=own.id, email="ben@example.org", role=VIEWER, actor=ann, now=now()
        )
    assert "You are invited to join Lea Youth" in client.get("/accounts/me/").text


@pytest.mark.parametrize("name", ["ben", "vic"])
def test_others_change_nobody_but_may_leave(client: Browser, session: Session, name: str) -> None:
    own = organisation("Lea Youth", "1234567", ann=SIGNATORY, ben=EDITOR, vic=VIEWER)
    mine, ann = id_of(session, name), id_of(session, "ann")
    for person_id, role in ((ann, VIEWER), (mine, SIGNATORY)):
        with unit_of_work(), pytest.raises(NotAllowed):
            actions.change_member(
                session, organisation_id=own.id, person_id=person_id, role=role,
                actor=queries.actor_for(session, mine), now=now(),
            )  # fmt: skip
    with unit_of_work(), pytest.raises(NotAllowed):
        actions.remove_member(
            session, organisation_id=own.id, person_id=ann, actor=queries.actor_for(session, mine), now=now()
        )
    sign_in(client, person(name))
    assert client.get(f"/accounts/organisations/{own.id}/people/{ann}/").status_code == 200
    assert client.post(f"/accounts/organisations/{own.id}/people/{mine}/remove/").status_code == 302
    assert name not in roles(session, own.id)


def test_strangers_know_of_nobody(client: Browser, session: Session) -> None:
    own = organisation("Lea Youth", "1234567", ann=SIGNATORY)
    organisation("Another", "1234568", zoe=SIGNATORY)
    sign_in(client, person("zoe"))
    address = f"/accounts/organisations/{own.id}/people/{id_of(session, 'ann')}/"
    assert [client.get(address).status_code, client.post(address).status_code] == [404, 404]
    assert client.post(address + "remove/").status_code == 404
    with unit_of_work(), pytest.raises(NotFound):
        actions.remove_member(
            session, organisation_id=own.id, person_id=id_of(session, "zoe"),
            actor=actor(session, "ann"), now=now(),
        )  # fmt: skip


def test_whoever_joins_is_asked_for_their_name_once(client: Browser, session: Session) -> None:
    own = organisation("Lea Youth", "1234567", ann=SIGNATORY)
    here = f"/accounts/organisations/{own.id}/"
    with unit_of_work() as writing:
        ann = queries.actor_for(writing, id_of(writing, "ann"))
        joining_id = actions.invite(
            writing, organisation_id=own.id, email="ben@example.org", role=EDITOR, actor=ann, now=now()
        ).id
    sign_in(client, person("ben"))
    asked = client.post(f"/accounts/invitations/{joining_id}/", data={"answer": "yes"})
    assert asked.location == f"/accounts/name/?next={here}"
    assert "What is your name?" in client.get(asked.location).text
    assert client.post("/accounts/name/", data={"name": " ", "next_path": here}).status_code == 422
    assert client.post("/accounts/name/", data={"name": "Ben", "next_path": here}).location == here
    session.rollback()
    assert session.get(Person, id_of(session, "ben")).name == "Ben"  # type: ignore[union-attr]  # it is there
    assert client.post("/accounts/name/", data={"name": "B", "next_path": "//elsewhere"}).location == "/home/"
