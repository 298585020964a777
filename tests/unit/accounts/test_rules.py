"""Paths to return to, how long sessions and locks last, who counts as one client, which roles clash."""

from datetime import UTC, datetime, timedelta

import pytest

from grants.accounts import rules
from grants.permissions import Role

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/home/",
        "/bids/LCR-001/?page=2&x=a%20b",
        "/a//b",
        "/?next=https://example.org/",
        "/caf%C3%A9",
        "/a:b",
    ],
)
def test_paths_on_this_site(path: str) -> None:
    assert rules.local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "home/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%5Cevil.example",
        "/%2Fevil.example",
        "/%252Fevil.example",
        "/\t/evil.example",
        "/%09/evil.example",
        "/\n/evil.example",
        "/\0/evil.example",
        " //evil.example",
        "https://evil.example",
        "HTTPS:/evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "//[evil",
        "/" + "a" * 500,
    ],
)
def test_paths_elsewhere_or_nowhere(path: str) -> None:
    assert rules.local_path(path) == ""


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (9, 16), (10, 32), (11, 60), (12, 60), (10_000, 60)],
)
def test_locks_grow_to_an_hour(failures: int, minutes: int) -> None:
    assert rules.lock_after(failures) == (timedelta(minutes=minutes) if minutes else None)


@pytest.mark.parametrize(
    ("idle", "staff", "alive"),
    [
        (rules.STAFF_IDLE - SECOND, True, True),
        (rules.STAFF_IDLE, True, False),
        (rules.STAFF_IDLE, False, True),
        (rules.APPLICANT_IDLE - SECOND, False, True),
        (rules.APPLICANT_IDLE, False, False),
    ],
)
def test_a_session_ends_when_nobody_comes(idle: timedelta, staff: bool, alive: bool) -> None:
    assert rules.is_alive(signed_in_at=NOW - idle, seen_at=NOW - idle, staff=staff, now=NOW) is alive


@pytest.mark.parametrize(
    ("age", "staff", "alive"),
    [
        (rules.STAFF_LONGEST - SECOND, True, True),
        (rules.STAFF_LONGEST, True, False),
        (rules.STAFF_LONGEST, False, True),
        (rules.APPLICANT_LONGEST - SECOND, False, True),
        (rules.APPLICANT_LONGEST, False, False),
    ],
)
def test_a_session_ends_however_busy(age: timedelta, staff: bool, alive: bool) -> None:
    assert rules.is_alive(signed_in_at=NOW - age, seen_at=NOW, staff=staff, now=NOW) is alive


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("", "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_who_counts_as_one_client(address: str, client: str) -> None:
    assert rules.client_of(address) == client


@pytest.mark.parametrize(
    ("held", "wanted", "clash"),
    [
        ([], Role.AUDITOR, ""),
        ([], Role.CHAIR, ""),
        ([Role.REVIEWER], Role.FINANCE_OFFICER, ""),
        ([Role.FINANCE_OFFICER], Role.FINANCE_APPROVER, ""),
        ([Role.AUDITOR], Role.AUDITOR, ""),
        ([Role.AUDITOR], Role.REVIEWER, "This person is an auditor, who may hold no other role."),
        (
            [Role.CHAIR, Role.MANAGER],
            Role.AUDITOR,
            "An auditor may hold no other role. This person already has: panel chair and programme manager.",
        ),
    ],
)
def test_an_auditor_does_nothing_else(held: list[Role], wanted: Role, clash: str) -> None:
    assert rules.roles_clash(held, wanted) == clash


def test_an_address_is_kept_in_lower_case() -> None:
    assert rules.plain_email("  Ann@Example.ORG ") == "ann@example.org"
