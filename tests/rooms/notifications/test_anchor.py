"""The signed head leaves the database once a day."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants import config
from grants.audit import actions as audit
from grants.audit import heads
from grants.audit.queries import noted_tail
from grants.core.db import unit_of_work
from grants.notifications.anchor import anchor_daily
from grants.notifications.models import Message
from grants.permissions import service
from tests.rooms.notifications.letterbox import NOON


def filed() -> dict[str, heads.Head]:
    """Every head that was filed, by file name."""
    folder = config.current().data_dir / "heads"
    seed = audit.head_seed()
    return {path.name: heads.read(path.read_text(), seed=seed) for path in sorted(folder.glob("*"))}


def record(session: Session) -> None:
    """Do something."""
    with unit_of_work():
        audit.record(session, service("t"), "deed.done", ("thing", 1), now=NOON)


def test_a_head_is_filed_once_a_day_however_often_it_is_asked_for(session: Session) -> None:
    record(session)
    for hours in range(49):
        anchor_daily(NOON + timedelta(hours=hours))
    assert list(filed()) == ["2021-12-03T1200.json", "2021-12-04T1200.json", "2021-12-05T1200.json"]


def test_the_filed_head_is_the_end_of_the_trail(session: Session) -> None:
    record(session)
    anchor_daily(NOON)
    (head,) = filed().values()
    assert (head.tail, head.count, head.at) == (noted_tail(session), 1, "2021-12-03T12:00:00.000000Z")


def test_nobody_is_written_to_unless_an_auditor_is_named(session: Session) -> None:
    anchor_daily(NOON)
    assert session.scalars(select(Message)).all() == []


def test_the_auditor_gets_the_very_same_head(session: Session) -> None:
    config.use(replace(config.current(), auditor_email="auditor@example.org"))
    record(session)
    anchor_daily(NOON)
    (head,) = filed().values()
    one = session.scalars(select(Message)).one()
    assert (one.to_address, one.subject) == ("auditor@example.org", "Trail head: entry 1")
    assert head.to_json() in one.body.splitlines()
