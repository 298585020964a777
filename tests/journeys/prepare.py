"""Puts the Luton fund, open now, and its staff into the service: `python -m tests.journeys.prepare`."""

from grants.accounts import actions as accounts
from grants.app import create_app
from grants.core.clock import now, today
from grants.core.db import unit_of_work
from grants.core.places import funds_folder
from grants.permissions import Role, service
from grants.programme.actions import load_fund
from grants.programme.definition import FundDefinition
from grants.programme.fund_file import read_fund_file, shifted

STAFF = {
    "manager": Role.MANAGER,
    "chair": Role.CHAIR,
    "officer": Role.FINANCE_OFFICER,
    "rosa": Role.REVIEWER,
    "vera": Role.REVIEWER,
    "carl": Role.REVIEWER,
}


def open_fund() -> FundDefinition:
    """The Luton fund with its calendar moved by whole weeks, so that it opened about a month ago."""
    luton = read_fund_file((funds_folder() / "luton-covid-recovery.toml").read_text(encoding="utf-8"))
    weeks = (today(now()) - today(luton.calendar.opens_at)).days // 7 - 4
    return shifted(luton, days=weeks * 7)


def main() -> None:
    """Load the fund and give the staff their roles."""
    operator = service("command line")
    with create_app().app_context(), unit_of_work() as session:
        load_fund(session, definition=open_fund(), actor=operator, now=now())
        for name, role in STAFF.items():
            person = accounts.find_or_create_person(
                session, email=f"{name}@example.org", name=name.capitalize(), now=now()
            )
            accounts.grant_role(session, person_id=person.id, role=role, actor=operator, now=now())


if __name__ == "__main__":
    main()
