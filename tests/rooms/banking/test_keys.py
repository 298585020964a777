"""Keys that rotate without losing a number, tables of the operator's own, and who shares an account."""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from grants import config
from grants.accounts import actions as accounts
from grants.accounts.queries import actor_for
from grants.applications.models import Partner
from grants.awards import queries as awards
from grants.banking import actions, commands, keys, queries, sealing
from grants.banking.duplicates import SAME_ACCOUNT, SAME_PEOPLE, report
from grants.banking.models import BankDetails
from grants.core.db import db, unit_of_work
from grants.core.errors import RuleBroken
from grants.permissions import MemberRole
from tests.counting import CountQueries
from tests.rooms.applications import world as w
from tests.rooms.banking.world import FIRST, LATER, SECOND, approved, enter, funded
from tests.rooms.panels.scored import NOW, give_signatory, scored

NOTHING = argparse.Namespace()


@pytest.fixture
def settings() -> Iterator[config.Settings]:
    """This process's settings, put back afterwards."""
    before = config.current()
    yield before
    config.use(before)


def opened(row: BankDetails) -> str:
    account = sealing.unseal(row.sealed, organisation_id=row.organisation_id, ring=keys.ring())
    return account.account_number


def test_rotating_the_file_seals_every_row_anew(
    ctx: object, settings: config.Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with unit_of_work() as session:
        panel = funded(session)
        first = approved(panel)
        second = enter(panel, SECOND)
        ids = [first.id, second.id]
        (old,) = keys.ring()
    before = [(row.sealed, row.digest) for row in map(read, ids)]

    assert commands.rotate_keys(NOTHING) == 0
    rows = [read(key) for key in ids]
    assert keys.ring()[1:] == (old,)
    assert [opened(row) for row in rows] == ["66374958", "41011166"]
    assert all(sealing.is_under(row.sealed, keys.ring()[0]) for row in rows)
    assert not {one for pair in before for one in pair} & {
        x for row in rows for x in (row.sealed, row.digest)
    }

    assert commands.rotate_keys(NOTHING) == 0
    assert (len(keys.ring()), old in keys.ring()) == (2, False)
    assert [opened(read(key)) for key in ids] == ["66374958", "41011166"]
    assert "2 rows sealed anew under key" in capsys.readouterr().out
    assert (settings.data_dir / keys.FILE).stat().st_mode & 0o077 == 0
    assert old not in (settings.data_dir / keys.FILE).read_text()


def read(details_id: int) -> BankDetails:
    db.session().rollback()
    return queries.details(db.session(), details_id)


def test_keys_of_the_setting_are_the_operators_own(ctx: object, settings: config.Settings) -> None:
    config.use(replace(settings, bank_keys="first-key-of-the-operator"))
    with unit_of_work() as session:
        details_id = approved(funded(session)).id
    config.use(replace(settings, bank_keys="second-key, first-key-of-the-operator"))
    assert opened(read(details_id)) == "66374958"
    assert commands.rotate_keys(NOTHING) == 0
    config.use(replace(settings, bank_keys="second-key"))
    assert opened(read(details_id)) == "66374958"
    config.use(replace(settings, bank_keys="another-key"))
    with pytest.raises(RuleBroken, match="not among the service’s keys"):
        opened(read(details_id))
    with pytest.raises(RuleBroken, match="not among"), unit_of_work() as session:
        actions.reseal(session, actor=w.OPERATOR, now=LATER)


def test_sealed_details_open_for_their_own_organisation_alone(session: Session) -> None:
    details = approved(funded(session))
    with pytest.raises(RuleBroken, match="another organisation"):
        sealing.unseal(details.sealed, organisation_id=details.organisation_id + 1, ring=keys.ring())
    changed = details.sealed[:-6] + "AAAA" + details.sealed[-2:]
    with pytest.raises(RuleBroken, match="cannot be read"):
        sealing.unseal(changed, organisation_id=details.organisation_id, ring=keys.ring())


def test_a_table_that_the_operator_loads_decides(ctx: object, tmp_path: Path) -> None:
    table = tmp_path / "valacdos.txt"
    table.write_text(
        "089999 089999 MOD10    0    0    0    0    0    0    7    1    3    7    1    3    7    2\n"
    )
    with unit_of_work() as session:
        panel = funded(session)
        panel_ids = panel.person_ids
        organisation_id = panel.bids[0].lead_id
    assert commands.load_table(argparse.Namespace(name="weights", file=table)) == 0
    assert queries.tables_loaded(db.session()) is not None
    assert queries.modulus_tables(db.session()).substitutes["938173"] == "938017"
    db.session().rollback()
    with pytest.raises(RuleBroken, match="do not belong together"), unit_of_work() as session:
        actions.enter(
            session,
            organisation_id=organisation_id,
            **FIRST,
            actor=actor_for(session, panel_ids["applicant1"]),
            now=LATER,
        )
    table.write_text("no table")
    with pytest.raises(RuleBroken, match="This is not the table of substitutes: line 1"):
        commands.load_table(argparse.Namespace(name="substitutes", file=table))
    with pytest.raises(RuleBroken, match="cannot be read as plain text"):
        commands.load_table(argparse.Namespace(name="substitutes", file=tmp_path / "missing"))


def test_who_else_the_money_might_pay(session: Session, count_queries: CountQueries) -> None:
    """Another bid of a partner, an organisation with the same account, and one with the same people."""
    panel = scored(session, 5, 4)
    first, second = panel.bids
    give_signatory(panel, second, "applicant1")
    for bid in panel.bids:
        actions.enter(
            session, organisation_id=bid.lead_id, **FIRST, actor=panel.actor("applicant1"), now=LATER
        )
    other = w.organisation(session, "Nobody’s bid")
    accounts.add_member(
        session, organisation_id=other, person_id=panel.person_ids["applicant1"], role=MemberRole.EDITOR,
        actor=w.OPERATOR, now=NOW,
    )  # fmt: skip
    session.add(
        Partner(
            application_id=second.id, position=9, name=first.lead.name.upper(), contact_name="",
            contact_email="", role="",
        )
    )  # fmt: skip
    session.flush()
    with count_queries() as asked:
        found = report(session, first, actor=panel.actor("officer"))
    assert len(asked) <= 12
    (match,) = found.bids
    assert (match.ref, match.organisation, match.awarded) == (second.ref, second.lead.name, None)
    assert [SAME_ACCOUNT in match.why, SAME_PEOPLE in match.why] == [True, True]
    assert "The lead takes part in it" in match.why
    assert found.organisations == (("Nobody’s bid", (SAME_PEOPLE,)),)
    assert found.hidden == 0
    assert awards.award_of(session, first.id) is None
