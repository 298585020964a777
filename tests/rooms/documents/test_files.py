"""Files in the store and their rows: kept whole or not at all, forgotten, tidied."""

import json
import os
import resource
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants import config
from grants.audit.models import TrailEntry
from grants.core.db import unit_of_work
from grants.core.errors import NotFound, RuleBroken
from grants.documents import actions, queries
from grants.documents.actions import Accepted
from grants.documents.models import Document
from grants.documents.rules import kept_name
from grants.documents.states import Kind, Scan
from grants.documents.tidying import tidy
from grants.permissions import Actor
from tests.papers import a_pdf, paper
from tests.paths import SHARED_DATA, needs_shared_data
from tests.rooms.documents.conftest import NOW, UseScanner


def keep(sender: Actor, accepted: Accepted | None = None) -> int:
    with unit_of_work() as session:
        kept = actions.take_in(session, accepted=accepted or paper(), page="/x/", actor=sender, now=NOW)
        return kept.id


def folder() -> Path:
    return config.current().data_dir / "documents"


def stored() -> list[str]:
    return sorted(path.name for path in folder().iterdir()) if folder().is_dir() else []


def deeds(session: Session) -> list[str]:
    return list(session.scalars(select(TrailEntry.deed).where(TrailEntry.deed.like("document.%"))))


def test_a_file_lies_under_a_random_name_for_the_service_alone(sender: Actor, session: Session) -> None:
    document = queries.document(session, keep(sender, paper("Rules, signed 📄.pdf")))

    assert (document.name, document.kind, document.size) == ("Rules, signed 📄.pdf", Kind.PDF, len(a_pdf()))
    assert (document.scan, document.next_scan_at) == (Scan.UNSCANNED, None)
    assert stored() == [document.place]
    assert "Rules" not in str(document.place)
    assert stat.S_IMODE((folder() / str(document.place)).stat().st_mode) == 0o600
    assert queries.content_of(document) == a_pdf()
    assert deeds(session) == ["document.add"]
    (facts,) = session.scalars(select(TrailEntry.facts).where(TrailEntry.deed == "document.add"))
    assert facts == {"kind": "pdf", "size": len(a_pdf()), "sha256": document.sha256}


def test_a_file_that_was_changed_or_lost_is_not_handed_out(sender: Actor, session: Session) -> None:
    changed = queries.document(session, keep(sender))
    (folder() / str(changed.place)).write_bytes(b"something else")
    with pytest.raises(NotFound, match="no longer as it was sent"):
        queries.content_of(changed)
    (folder() / str(changed.place)).unlink()
    with pytest.raises(NotFound, match="no longer as it was sent"):
        queries.content_of(changed)


@contextmanager
def no_room() -> Iterator[None]:
    """No file can grow beyond a few bytes: what a full disk does, without filling one."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_full_disk_is_told_and_nothing_is_half_kept(sender: Actor, session: Session) -> None:
    with pytest.raises(RuleBroken, match="There is no room left on our side") as refused, no_room():
        actions.take_in(session, accepted=paper(), page="/x/", actor=sender, now=NOW)
    session.rollback()

    assert [reason.place for reason in refused.value.reasons] == ["files"]
    assert stored() == []
    assert session.scalar(select(func.count()).select_from(Document)) == 0


def test_tidying_removes_what_no_row_knows_of_once_it_is_a_day_old(sender: Actor, session: Session) -> None:
    kept = queries.document(session, keep(sender))
    for name, age in (("orphan", timedelta(hours=25)), ("young", timedelta(hours=23))):
        (folder() / name).write_bytes(b"x")
        moment = (NOW - age).timestamp()
        os.utime(folder() / name, (moment, moment))
    old = (NOW - timedelta(days=9)).timestamp()
    os.utime(folder() / str(kept.place), (old, old))
    session.rollback()

    tidy(NOW)
    tidy(NOW)

    assert stored() == sorted([str(kept.place), "young"])


def test_a_forgotten_file_goes_with_its_row_a_day_later(sender: Actor, session: Session) -> None:
    document_id = keep(sender)
    with unit_of_work() as writing:
        actions.forget(writing, document=queries.document(writing, document_id), actor=sender, now=NOW)
    (place,) = stored()
    old = (NOW - timedelta(days=2)).timestamp()
    os.utime(folder() / place, (old, old))

    tidy(NOW)

    assert stored() == []
    assert session.scalar(select(func.count()).select_from(Document)) == 0
    assert deeds(session) == ["document.add", "document.remove"]


def test_a_row_without_a_file_is_reported_once(sender: Actor, session: Session) -> None:
    document_id = keep(sender)
    (place,) = stored()
    (folder() / place).unlink()

    tidy(NOW + timedelta(hours=1))  # too young: it may only just have been sent
    assert queries.document(session, document_id).missing_since is None
    session.rollback()
    tidy(NOW + timedelta(days=2))
    tidy(NOW + timedelta(days=3))

    assert queries.document(session, document_id).missing_since == NOW + timedelta(days=2)
    assert deeds(session) == ["document.add", "document.missing"]


def test_nothing_waits_for_a_scanner_that_is_not_there(
    sender: Actor, session: Session, use_scanner: UseScanner
) -> None:
    document_id = keep(sender)
    assert list(queries.waiting(session, NOW + timedelta(days=1))) == []
    use_scanner("127.0.0.1:9")
    assert list(queries.waiting(session, NOW)) == [document_id]


@needs_shared_data
def test_both_databases_keep_every_name_that_people_type(sender: Actor, session: Session) -> None:
    strings = json.loads((SHARED_DATA / "9_adversarial" / "naughty_strings.json").read_text())
    names = [name for typed in strings[::4] if (name := kept_name(typed))]
    with unit_of_work() as writing:
        for name in names:
            actions.take_in(writing, accepted=paper(name), page="/x/", actor=sender, now=NOW)

    assert list(session.scalars(select(Document.name).order_by(Document.id))) == names
