"""The organisation's own page about itself, and telling groups without a number apart."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func
from sqlalchemy.orm import Session

from grants.accounts import actions, queries
from grants.accounts.models import Organisation, OrganisationProfile
from grants.accounts.profiles import Profile
from grants.accounts.states import OrganisationKind
from grants.core.clock import now
from grants.core.db import db, unit_of_work
from grants.core.errors import RuleBroken, Stale
from grants.permissions import MemberRole
from tests.browser import Browser
from tests.rooms.accounts.people import actor, deeds, mail, only, organisation, person
from tests.rooms.geography.test_loading import file, load
from tests.signing_in import sign_in

SIGNATORY, EDITOR, VIEWER = MemberRole.SIGNATORY, MemberRole.EDITOR, MemberRole.VIEWER
DETAILS = {
    "version": "0",
    "name": "Lea Youth CIO",
    "kind": "cio",
    "charity_number": "GB-CHC-1234567",
    "company_number": "ce012345",
    "postcode": "lu12ab",
    "address": "1 High Street\r\nLuton",
    "phone": "01582 546000",
    "website": "www.lea.example",
    "email": "office@lea.example",
    "description": "Clubs for <young> people",
    "founded": "1998",
    "trustees": "5",
    "year_end": "31/3",
    "income": "12,345.50",
}
GROUP = {
    "name": "The Dallow Group",
    "kind": "constituted_group",
    "charity_number": "",
    "company_number": "",
    "postcode": "LU1 2AB",
}
NEW = "/accounts/organisations/new/"


def test_an_editor_says_it_once_and_it_is_shown(client: Browser, session: Session) -> None:
    own = organisation("Lea Youth", "1234567", ann=SIGNATORY, ben=EDITOR)
    path = f"/accounts/organisations/{own.id}/"
    sign_in(client, person("ben"))
    assert client.get(f"{path}details/").status_code == 200
    assert client.post(f"{path}details/", data=DETAILS).location == path

    kept = only(session, Organisation)
    assert (kept.name, kept.kind, kept.charity_number, kept.company_number, kept.postcode) == (
        "Lea Youth CIO", OrganisationKind.CIO, "1234567", "CE012345", "LU1 2AB",
    )  # fmt: skip
    profile = only(session, OrganisationProfile)
    assert (profile.year_end, profile.income, profile.version) == ("31 March", 12_345_50, 1)
    page = client.get(path).text
    for shown in ("01582 546000", "Clubs for &lt;young&gt; people", "31 March", "£12,345.50", "not checked"):
        assert shown in page
    assert deeds(session)[-1] == "organisation.describe"


def test_two_at_once_do_not_overwrite_each_other(client: Browser, session: Session) -> None:
    own = organisation("Lea Youth", "1234567", ann=SIGNATORY)
    path = f"/accounts/organisations/{own.id}/details/"
    sign_in(client, person("ann"))
    client.post(path, data=DETAILS)
    answer = client.post(path, data={**DETAILS, "phone": "01582 000000"})

    assert answer.status_code == 409
    assert "01582 000000" in answer.text
    assert only(session, OrganisationProfile.phone) == "01582 546000"


def test_what_is_wrong_stands_beside_its_field(client: Browser, session: Session) -> None:
    own = organisation("Lea Youth", "1234567", ann=SIGNATORY)
    sign_in(client, person("ann"))
    wrong = {**DETAILS, "postcode": "LU1", "website": "javascript:x", "founded": "last year"}
    answer = client.post(f"/accounts/organisations/{own.id}/details/", data=wrong)

    assert answer.status_code == 422
    assert 'href="#founded"' in answer.text
    answer = client.post(
        f"/accounts/organisations/{own.id}/details/", data={**wrong, "founded": "1998", "charity_number": ""}
    )
    for field in ("postcode", "website", "charity_number"):
        assert f'href="#{field}"' in answer.text
    assert only(session, func.count(OrganisationProfile.organisation_id)) == 0


@pytest.mark.parametrize(("name", "status"), [("cat", 403), ("eve", 404)])
def test_others_may_not(client: Browser, session: Session, name: str, status: int) -> None:
    own = organisation("Lea Youth", "1234567", ann=SIGNATORY, cat=VIEWER)
    sign_in(client, person(name))
    path = f"/accounts/organisations/{own.id}/details/"
    assert (client.get(path).status_code, client.post(path, data=DETAILS).status_code) == (status, status)


def test_a_number_of_another_organisation_is_refused(client: Browser, session: Session) -> None:
    own = organisation("Lea Youth", "1234567", ann=SIGNATORY)
    organisation("Other", "7654321")
    sign_in(client, person("ann"))
    answer = client.post(
        f"/accounts/organisations/{own.id}/details/", data={**DETAILS, "charity_number": "7 654 321-1"}
    )

    assert answer.status_code == 422
    assert "Another organisation here has this number already" in answer.text
    session.rollback()
    assert queries.organisation(session, own.id).charity_number == "1234567"


def test_of_two_that_take_a_number_at_once_one_is_told(app: Flask, session: Session) -> None:
    groups = [organisation(f"Group {n}", **{f"p{n}": SIGNATORY}).id for n in range(2)]
    actors = [actor(session, f"p{n}") for n in range(2)]
    session.rollback()
    together = Barrier(2)

    def save(n: int) -> str:
        profile = Profile("Group", OrganisationKind.CIO, charity_number="1234567", postcode="LU1 2AB")
        with app.app_context():
            together.wait(10)
            try:
                with unit_of_work() as mine:
                    actions.save_profile(
                        mine,
                        organisation_id=groups[n],
                        profile=profile,
                        version=0,
                        actor=actors[n],
                        now=now(),
                    )
                return "saved"
            except RuleBroken as broken:
                return str(broken)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(save, range(2)))
    assert answers == ["Another organisation here has this number already", "saved"]


def test_a_group_without_a_number_is_asked_whether_it_is_there_already(
    client: Browser, session: Session
) -> None:
    own = organisation("Lea Youth", "1234567", ann=SIGNATORY)
    sign_in(client, person("ann"))
    client.post(NEW, data=GROUP)
    sign_in(client, person("eve"))
    again = {**GROUP, "name": "dallow group", "postcode": "lu12ab"}
    answer = client.post(NEW, data=again)

    assert answer.status_code == 422
    assert "Is it one of these?" in answer.text
    assert only(session, func.count(Organisation.id)) == 2
    first = only(session, func.max(Organisation.id))
    assert client.post(NEW, data={**again, "same_as": str(own.id)}).status_code == 422
    assert client.post(NEW, data={**again, "same_as": str(first)}).location == "/accounts/me/"
    assert mail(session)[-1] == ("asked_to_join", "ann")
    client.post(NEW, data={**again, "same_as": "0"})
    assert only(session, func.count(Organisation.id)) == 3


def test_the_page_says_where_the_organisation_is(client: Browser, session: Session, tmp_path: object) -> None:
    own = organisation("Lea Youth", "1234567", ann=SIGNATORY)
    sign_in(client, person("ann"))
    client.post(f"/accounts/organisations/{own.id}/details/", data=DETAILS)
    load(file(tmp_path, "LU1 2AB,,E06000032,E05014742"))  # type: ignore[arg-type]  # pytest's own path
    assert "E05014742 ward, E06000032" in client.get(f"/accounts/organisations/{own.id}/").text


def test_a_page_without_its_version_is_refused(session: Session, ctx: object) -> None:
    own = organisation("Lea Youth", "1234567", ann=SIGNATORY)
    profile = Profile("x", OrganisationKind.OTHER, postcode="LU1 2AB")
    ann = actor(session, "ann")
    with pytest.raises(Stale), unit_of_work():
        actions.save_profile(
            session, organisation_id=own.id, profile=profile, version=3, actor=ann, now=now()
        )
