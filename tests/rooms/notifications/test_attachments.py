"""Files that go with messages: made at delivery, the same at every attempt; and mail that comes back."""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from grants.core.db import unit_of_work
from grants.notifications import actions, queries
from grants.notifications.commands import bounced
from grants.notifications.deliver import deliver_one
from grants.notifications.rules import File
from grants.notifications.states import MessageState
from grants.permissions import service
from tests.rooms.notifications.letterbox import NOON, message, notice, use_server
from tests.smtp_sink import Sink
from tests.unit.notifications.test_bounces import report

pytestmark = pytest.mark.smtp


@pytest.fixture
def made() -> Iterator[list[int]]:
    """The rows that files were made from, in order; row 13 cannot be made."""
    rows: list[int] = []

    def make(row_id: int, now: datetime) -> File:
        rows.append(row_id)
        if row_id == 13:
            raise OSError("no press")
        return File("letter.pdf", "application/pdf", b"%PDF of row 7\n")

    actions.attachments["test"] = actions.Attachments(make, lambda session, row_id: None)
    yield rows
    del actions.attachments["test"]


def queue(row_id: int) -> int:
    with unit_of_work() as session:
        given = replace(notice(f"k{row_id}"), attachment=("test", row_id))
        return actions.queue(session, given, now=NOON).id


def test_the_file_is_made_when_the_message_is_delivered(
    session: Session, sink: Sink, made: list[int]
) -> None:
    use_server(sink.url)
    number = queue(7)
    assert made == []

    deliver_one(number, NOON)

    (mail,) = sink.messages
    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type(), attached.get_content(), made) == (
        *("letter.pdf", "application/pdf", b"%PDF of row 7\n"),
        [7],
    )
    body = mail.get_body()
    assert body is not None
    assert "signed head" in body.get_content()


def test_a_file_that_cannot_be_made_puts_its_message_off_and_no_server_is_spoken_to(
    session: Session, sink: Sink, made: list[int]
) -> None:
    use_server(sink.url)
    number = queue(13)
    deliver_one(number, NOON)
    one = message(session, number)
    assert (one.state, one.last_error, sink.connections) == (
        MessageState.QUEUED,
        "What is attached could not be made (OSError).",
        0,
    )
    assert one.due_at > NOON


def test_what_came_back_is_failed_and_goes_out_again_as_the_same_message_to_a_new_address(
    session: Session, sink: Sink, made: list[int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    use_server(sink.url)
    number = queue(7)
    deliver_one(number, NOON)
    header = message(session, number).message_id_header
    path = tmp_path / "report"
    path.write_bytes(report().replace(b"<abc@grants.example>", header.encode()))

    assert [bounced(argparse.Namespace(file=path)) for _ in range(2)] == [0, 0]

    one = message(session, number)
    assert (one.state, one.sent_at, one.bounced_at is None, one.last_error) == (
        *(MessageState.FAILED, None, False),
        "5.1.1 smtp; 550 5.1.1 no such user",
    )
    assert "is not one that a server had taken" in capsys.readouterr().out
    with unit_of_work() as own:
        again = queries.by_id(own, number)
        actions.resend(own, message=again, actor=service("test"), now=NOON, to_address="b@example.org")
    deliver_one(number, NOON + timedelta(minutes=1))
    one = message(session, number)
    assert (one.state, one.bounced_at, one.to_address) == (MessageState.SENT, None, "b@example.org")
    assert [(mail["To"], mail["Message-ID"]) for mail in sink.messages] == [
        ("a@example.org", header),
        ("b@example.org", header),
    ]
