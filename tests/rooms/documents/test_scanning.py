"""Having files scanned: by a daemon of the test's own, and by Debian's real clamd where it is installed."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants import config
from grants.audit.models import TrailEntry
from grants.core.db import unit_of_work
from grants.documents import actions, clamav, policy, queries
from grants.documents.actions import Accepted
from grants.documents.checks import EICAR
from grants.documents.models import Document
from grants.documents.scanning import scan_one
from grants.documents.states import Kind, Scan
from grants.notifications.models import Message
from grants.permissions import NOBODY, Actor, service
from tests.papers import paper
from tests.rooms.documents.conftest import NOW, UseScanner
from tests.unit.documents.test_clamav import daemon

CLAMD = shutil.which("clamd") or "/usr/sbin/clamd"
SOON = timedelta(minutes=1)


def keep(sender: Actor, accepted: Accepted | None = None) -> int:
    with unit_of_work() as session:
        kept = actions.take_in(session, accepted=accepted or paper(), page="/x/y/", actor=sender, now=NOW)
        return kept.id


def state_of(session: Session, document_id: int) -> Document:
    session.rollback()
    return queries.document(session, document_id)


def scanned(document_id: int, answer: bytes, use_scanner: UseScanner, at: datetime = NOW + SOON) -> None:
    with daemon(answer) as (address, _):
        use_scanner(address)
        scan_one(document_id, at)


def test_a_clean_file_can_be_handed_out(sender: Actor, session: Session, use_scanner: UseScanner) -> None:
    use_scanner("127.0.0.1:9")
    document_id = keep(sender)
    document = state_of(session, document_id)
    assert document.scan is Scan.WAITING
    assert policy.may_hand_out(document, sender, scanner=True).allowed
    refused = policy.may_hand_out(document, NOBODY, scanner=True)
    assert (refused.allowed, refused.reason) == (
        False,
        "This file is being scanned for viruses. Try again in a few minutes.",
    )

    scanned(document_id, b"stream: OK\0", use_scanner)

    document = state_of(session, document_id)
    assert (document.scan, document.scanned_at, document.next_scan_at) == (Scan.CLEAN, NOW + SOON, None)
    assert policy.may_hand_out(document, service("anybody"), scanner=True).allowed


def test_an_infected_file_is_removed_and_its_sender_told_once(
    sender: Actor, session: Session, use_scanner: UseScanner
) -> None:
    use_scanner("127.0.0.1:9")
    document_id = keep(sender, paper("Accounts, final.pdf"))

    scanned(document_id, b"stream: Our.Test FOUND\0", use_scanner)
    scan_one(document_id, NOW + 2 * SOON)

    document = state_of(session, document_id)
    assert (document.scan, document.place, document.signature) == (Scan.INFECTED, None, "Our.Test")
    assert list((config.current().data_dir / "documents").iterdir()) == []
    assert not policy.may_hand_out(document, sender, scanner=True)
    (message,) = session.scalars(select(Message).where(Message.kind == "document_infected"))
    assert message.to_address == "ada@example.org"
    infected = session.scalars(select(TrailEntry).where(TrailEntry.deed == "document.infected")).one()
    assert infected.facts == {"sha256": document.sha256}


def test_a_scanner_that_is_away_is_asked_again_for_ever(
    sender: Actor, session: Session, use_scanner: UseScanner
) -> None:
    use_scanner("/nowhere/clamd.sock")
    document_id, at, waits = keep(sender), NOW, []
    for _ in range(9):
        scan_one(document_id, at)
        document = state_of(session, document_id)
        assert (document.scan, document.claimed_at) == (Scan.WAITING, None)
        assert document.next_scan_at is not None
        waits.append(int((document.next_scan_at - at).total_seconds()))
        assert list(queries.waiting(session, document.next_scan_at - timedelta(seconds=1))) == []
        at = document.next_scan_at
        assert list(queries.waiting(session, at)) == [document_id]
    assert waits == [10, 20, 40, 80, 160, 320, 600, 600, 600]
    assert "FileNotFoundError" in state_of(session, document_id).failure

    scanned(document_id, b"stream: OK\0", use_scanner, at)
    assert (state_of(session, document_id).scan, state_of(session, document_id).failure) == (Scan.CLEAN, "")


def test_a_scanner_without_a_verdict_is_not_asked_for_ever(
    sender: Actor, session: Session, use_scanner: UseScanner
) -> None:
    use_scanner("127.0.0.1:9")
    document_id = keep(sender)
    for n in range(actions.MOST_REFUSALS):
        assert state_of(session, document_id).scan is Scan.WAITING
        scanned(
            document_id, b"INSTREAM size limit exceeded. ERROR\0", use_scanner, NOW + n * timedelta(hours=1)
        )
    document = state_of(session, document_id)
    assert (document.scan, document.failure) == (Scan.FAILED, "INSTREAM size limit exceeded. ERROR")
    assert policy.may_hand_out(document, sender, scanner=True).allowed
    assert not policy.may_hand_out(document, NOBODY, scanner=True)


def test_a_file_is_held_by_one_worker_and_let_go_when_that_dies(
    sender: Actor, session: Session, use_scanner: UseScanner
) -> None:
    use_scanner("127.0.0.1:9")
    document_id = keep(sender)
    with unit_of_work() as writing:
        first = actions.claim(writing, document_id=document_id, now=NOW)
    with unit_of_work() as writing:
        assert actions.claim(writing, document_id=document_id, now=NOW + SOON) is None
    late = NOW + queries.LEASE + SOON
    assert list(queries.waiting(session, NOW + SOON)) == []
    assert list(queries.waiting(session, late)) == [document_id]
    session.rollback()
    with unit_of_work() as writing:
        second = actions.claim(writing, document_id=document_id, now=late)
    assert first is not None
    assert second is not None
    with unit_of_work() as writing:
        assert actions.passed(writing, held=first, now=late) is False
        assert actions.passed(writing, held=second, now=late) is True


def test_a_file_from_before_there_was_a_scanner_is_scanned(
    sender: Actor, session: Session, use_scanner: UseScanner
) -> None:
    document_id = keep(sender)
    assert policy.may_hand_out(state_of(session, document_id), NOBODY, scanner=False).allowed
    assert not policy.may_hand_out(state_of(session, document_id), NOBODY, scanner=True)
    session.rollback()

    scanned(document_id, b"stream: OK\0", use_scanner)

    assert state_of(session, document_id).scan is Scan.CLEAN


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Debian's clamd with one signature of our own: EICAR, wherever it stands. Gives its socket's path."""
    if not Path(CLAMD).is_file():
        pytest.skip("clamd is not installed (Debian: apt-get install clamav-daemon)")
    folder = tmp_path_factory.mktemp("clamd")
    signatures = folder / "signatures"
    signatures.mkdir()
    (signatures / "our.ndb").write_text(f"Our.Eicar:0:*:{EICAR.hex()}\n")
    socket = Path("/tmp") / f"clamd-{folder.parent.name}-{time.monotonic_ns()}.sock"
    (folder / "clamd.conf").write_text(
        f"DatabaseDirectory {signatures}\nLocalSocket {socket}\nForeground yes\n"
        f"TemporaryDirectory {folder}\nLogFile {folder}/log\nStreamMaxLength 30M\n"
    )
    process = subprocess.Popen([CLAMD, "--config-file", str(folder / "clamd.conf")])
    try:
        deadline = time.monotonic() + 60
        while not socket.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert socket.exists(), (folder / "log").read_text()
        yield str(socket)
    finally:
        process.terminate()
        process.wait(20)
        socket.unlink(missing_ok=True)


def test_the_real_clamd_passes_a_pdf(
    clamd: str, sender: Actor, session: Session, use_scanner: UseScanner
) -> None:
    use_scanner(clamd)
    document_id = keep(sender)
    scan_one(document_id, NOW + SOON)
    assert state_of(session, document_id).scan is Scan.CLEAN


@pytest.mark.parametrize("content", [EICAR, paper().content + EICAR], ids=["alone", "in a file"])
def test_the_real_clamd_finds_eicar(
    clamd: str, sender: Actor, session: Session, use_scanner: UseScanner, content: bytes
) -> None:
    """Our own look refuses EICAR before it gets here; this is for what that look does not know."""
    use_scanner(clamd)
    document_id = keep(sender, Accepted("x.pdf", Kind.PDF, content))
    scan_one(document_id, NOW + SOON)
    document = state_of(session, document_id)
    assert document.scan is Scan.INFECTED
    assert document.signature.removesuffix(".UNOFFICIAL") == "Our.Eicar"


def test_the_real_clamd_says_when_a_file_is_too_large(clamd: str) -> None:
    with pytest.raises((clamav.CannotScan, clamav.NoScanner)):
        clamav.scan(clamd, b"\0" * (31 * 1024 * 1024))
