"""The known accounts: everybody whom the service knows, and how to sign in as one of each."""

from collections import Counter

from grants.demo.partnerships import groups, partnerships
from grants.demo.people import (
    ADMINISTRATORS,
    APPLICANT_GROUP,
    FIRST_TO_TRY,
    KNOWN,
    REVIEWERS,
    SIGNATORY,
    sign_in_help,
)
from grants.permissions import Role
from grants.programme.definition import ReviewerKind


def test_one_person_a_role_is_named_and_both_applicants() -> None:
    roles = Counter(one.role for one in FIRST_TO_TRY)

    assert set(roles) == {None, *Role}
    assert [role for role, people in roles.items() if people > 1] == [None, Role.CHAIR]
    assert len(ADMINISTRATORS) == 2


def test_reviewers_are_of_all_four_kinds_with_citizens_to_spare() -> None:
    kinds = Counter(one.kind for one in REVIEWERS)

    assert set(kinds) == set(ReviewerKind)
    assert kinds[ReviewerKind.CITIZEN] >= 3
    assert len(REVIEWERS) >= 9


def test_everybody_is_there_once() -> None:
    assert len(KNOWN) == len({one.key for one in KNOWN}) == len({one.email for one in KNOWN})
    assert set(FIRST_TO_TRY) <= set(KNOWN)


def test_the_known_applicant_leads_a_bid_in_every_round() -> None:
    assert (SIGNATORY.name, SIGNATORY.email) == (
        groups()[APPLICANT_GROUP].person,
        groups()[APPLICANT_GROUP].email,
    )
    leads = [{one.lead.key for one in partnerships(number)} for number in (1, 2, 3)]
    assert all(APPLICANT_GROUP in keys for keys in leads)


def test_the_help_is_short_and_names_everybody() -> None:
    lines = sign_in_help("http://localhost:8123").splitlines()

    assert [line for line in lines if len(line) > 100] == []
    assert len(lines) < 20
    for one in FIRST_TO_TRY:
        assert sum(line.split()[-1] == one.email for line in lines) == 1
    assert "http://localhost:8123/accounts/sign-in/" in "\n".join(lines)
