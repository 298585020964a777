"""`grants audit verify` names rows that were changed, removed or put in behind the trail's back."""

import argparse

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from grants.audit import commands as audit
from grants.core.db import commit
from grants.payments.models import Receipt
from grants.record import commands as record
from grants.record.proof import differences
from tests.rooms.payments.world import LATER, TODAY, funded
from tests.rooms.payments.year import a_year

CHANGES = {
    "UPDATE decision SET amount = amount + 1 WHERE id = 1": ("decision 1", "changed: amount"),
    "UPDATE decision SET reason = 'Weak.' WHERE id = 2": ("decision 2", "changed: reason"),
    "UPDATE cell_score SET score = 1 WHERE sheet_id = 2 AND score > 1": ("sheet 2", "changed: scores"),
    "UPDATE award SET amount = amount - 1 WHERE id = 1": ("variation 1", "changed: amount"),
    "UPDATE award SET amount = amount + 1 WHERE id = 2": ("award 2", "changed: amount"),
    "UPDATE payment_batch SET total = total + 1 WHERE id = 1": ("payment_batch 1", "changed: total"),
    "UPDATE payment_file SET sealed = 'x' WHERE id = 2": ("payment_batch 1", "changed: files"),
    "UPDATE payment_line SET state = 'paid' WHERE id = 2": ("payment_line 2", "changed: state"),
    "UPDATE receivable SET amount = amount + 1 WHERE id = 1": ("receivable 1", "changed: amount"),
    "DELETE FROM receipt WHERE id = 2": ("receipt 2", "it is gone"),
}


def verify(session: Session) -> int:
    """Run the command, as the command line puts it together."""
    parser = argparse.ArgumentParser()
    verbs = parser.add_subparsers()
    audit.register(verbs)
    record.register(verbs)
    args = parser.parse_args(["audit", "verify"])
    session.rollback()
    return int(args.run(args))


def test_every_row_that_was_changed_by_other_means_is_named(
    session: Session, app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    panel = funded(session, 2)
    list(a_year(panel))
    commit(session)
    assert list(differences(session)) == []
    assert verify(session) == 0
    assert "The rows it speaks of are what it says." in capsys.readouterr().out

    session.add(Receipt(receivable_id=1, came_by="bank", amount=1, received_on=TODAY,
                        recorded_by_id=1, recorded_at=LATER))  # fmt: skip
    session.flush()
    for statement in CHANGES:
        session.execute(text(statement))
    commit(session)
    found = {(one.row, one.what) for one in differences(session)}
    assert found == {*CHANGES.values(), ("receipt 3", "no deed of the trail made it")}
    assert verify(session) == 1
    assert "row: decision 1: changed: amount; entry " in capsys.readouterr().out
