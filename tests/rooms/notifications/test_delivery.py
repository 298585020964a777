"""Delivering by a real SMTP conversation with a server that behaves, misbehaves, or is not there."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from grants.core.db import db, unit_of_work
from grants.notifications import actions, smtp
from grants.notifications.deliver import deliver_one
from grants.notifications.models import Message
from grants.notifications.rules import LEASE
from grants.notifications.states import MessageState
from grants.permissions import service
from tests.rooms.notifications.letterbox import NOON, message, queued, use_server
from tests.smtp_sink import Sink

pytestmark = pytest.mark.smtp

SOON = timedelta(seconds=30)


def delivered(session: Session, number: int) -> Message:
    """Deliver the message at noon and give it as it is then."""
    deliver_one(number, NOON)
    return message(session, number)


def test_a_message_is_delivered_once(session: Session, sink: Sink) -> None:
    use_server(sink.url)
    number = queued()
    one = delivered(session, number)
    deliver_one(number, NOON)
    assert (one.state, one.attempts, one.sent_by, one.last_error) == (
        *(MessageState.SENT, 1, f"127.0.0.1:{sink.port}"),
        "",
    )
    assert one.sent_at is not None
    assert NOON <= one.sent_at < NOON + SOON
    assert [(m["To"], m["Subject"], m["Message-ID"]) for m in sink.messages] == [
        ("a@example.org", one.subject, one.message_id_header)
    ]
    assert sink.messages[0].get_content().replace("\r\n", "\n") == one.body


def test_one_connection_serves_many_messages(session: Session, sink: Sink) -> None:
    use_server(sink.url)
    numbers = [queued(f"k{n}") for n in range(20)]
    for number in numbers:
        deliver_one(number, NOON)
    assert (len(sink.messages), sink.connections) == (20, 1)


def test_a_connection_that_the_server_has_closed_meanwhile_is_not_trusted(session: Session) -> None:
    with Sink() as first:
        use_server(first.url)
        assert delivered(session, queued("a")).state == MessageState.SENT
        port = first.port
    with Sink(port=port) as second:
        assert delivered(session, queued("b")).state == MessageState.SENT
        assert len(second.messages) == 1


def test_a_sensitive_body_is_emptied_once_sent_and_kept_until_then(session: Session, sink: Sink) -> None:
    use_server(sink.url)
    number = queued(sensitive=True)
    sink.behaviour.rcpt = "451 later"
    assert delivered(session, number).body != ""
    sink.behaviour.rcpt = ""
    deliver_one(number, NOON + timedelta(minutes=2))
    assert (message(session, number).state, message(session, number).body) == (MessageState.SENT, "")
    assert "signed head" in sink.messages[0].get_content()


@pytest.mark.parametrize("step", ["mail", "rcpt", "taken"])
def test_a_server_that_says_not_now_is_asked_again_later_and_later(
    session: Session, sink: Sink, step: str
) -> None:
    use_server(sink.url)
    setattr(sink.behaviour, step, "451 4.7.1 Greylisted, try later")
    number = queued()
    one = delivered(session, number)
    assert (one.state, one.attempts, one.last_error) == (
        *(MessageState.QUEUED, 1),
        "451 4.7.1 Greylisted, try later",
    )
    assert timedelta(minutes=1) <= one.due_at - NOON < timedelta(minutes=1) + SOON
    deliver_one(number, NOON + SOON)
    assert message(session, number).attempts == 1
    second = NOON + timedelta(minutes=2)
    deliver_one(number, second)
    assert timedelta(minutes=5) <= message(session, number).due_at - second < timedelta(minutes=5) + SOON
    setattr(sink.behaviour, step, "")
    deliver_one(number, NOON + timedelta(minutes=10))
    assert (message(session, number).state, len(sink.messages)) == (MessageState.SENT, 1)


def test_a_server_that_says_not_now_for_ever_makes_the_message_fail(session: Session, sink: Sink) -> None:
    use_server(sink.url)
    sink.behaviour.rcpt = "450 mailbox busy"
    number, moment, waits = queued(), NOON, []
    while (one := message(session, number)).state == MessageState.QUEUED:
        waits.append(one.due_at - moment)
        moment = one.due_at
        deliver_one(number, moment)
    assert [round(wait / timedelta(minutes=1)) for wait in waits] == [0, 1, 5, 15, 60, 120, 240, 480, 960]
    assert (one.state, one.attempts, one.last_error) == (MessageState.FAILED, 9, "450 mailbox busy")


@pytest.mark.parametrize("step", ["mail", "rcpt", "taken"])
def test_a_server_that_says_never_makes_the_message_fail_with_its_words(
    session: Session, sink: Sink, step: str
) -> None:
    use_server(sink.url)
    setattr(sink.behaviour, step, "550 5.1.1 No such person here")
    number = queued()
    one = delivered(session, number)
    assert (one.state, one.attempts, one.last_error) == (
        *(MessageState.FAILED, 1),
        "550 5.1.1 No such person here",
    )
    setattr(sink.behaviour, step, "")
    with unit_of_work():
        actions.resend(session, message=session.get_one(Message, number), actor=service("t"), now=NOON)
    assert delivered(session, number).state == MessageState.SENT


def test_an_answer_that_is_lost_leaves_the_message_unsure(session: Session, sink: Sink) -> None:
    use_server(sink.url)
    sink.behaviour.hang_up_after_data = True
    number = queued()
    one = delivered(session, number)
    assert one.state == MessageState.UNSURE
    assert one.last_error == "The mail server did not answer: Connection unexpectedly closed"
    sink.behaviour.hang_up_after_data = False
    deliver_one(number, NOON + LEASE * 100)
    assert len(sink.messages) == 1
    with unit_of_work():
        actions.resend(session, message=session.get_one(Message, number), actor=service("t"), now=NOON)
    assert delivered(session, number).state == MessageState.SENT
    assert [m["Message-ID"] for m in sink.messages] == [one.message_id_header] * 2


def test_a_dead_server_is_tried_again_later(session: Session) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        use_server(f"smtp://127.0.0.1:{taken.getsockname()[1]}")
        one = delivered(session, queued())
    assert (one.state, one.attempts) == (MessageState.QUEUED, 1)
    assert one.last_error == ("The mail server 127.0.0.1 cannot be reached: [Errno 111] Connection refused")


@pytest.fixture
def silent_server() -> Iterator[int]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_silent_server_is_given_up_and_left_alone_for_a_while(
    session: Session, silent_server: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "PATIENCE", 0.3)
    monkeypatch.setattr(smtp, "SILENCE", 0.2)
    use_server(f"smtp://127.0.0.1:{silent_server}")
    first, second = queued("a"), queued("b")
    assert delivered(session, first).state == MessageState.QUEUED
    began = time.monotonic()
    assert delivered(session, second).last_error == message(session, first).last_error
    assert time.monotonic() - began < 0.2


def test_a_server_too_slow_to_answer_leaves_the_message_unsure(
    session: Session, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_server(sink.url)
    assert delivered(session, queued("a")).state == MessageState.SENT
    monkeypatch.setattr(smtp, "ANSWER_PATIENCE", 0.2)
    number = queued("b")
    sink.behaviour.think_before_taking = 1.0
    one = delivered(session, number)
    assert (one.state, one.last_error) == (
        MessageState.UNSURE,
        "The mail server did not answer: Connection unexpectedly closed: timed out",
    )


def test_a_slow_server_holds_no_transaction_open(app: Flask, session: Session, sink: Sink) -> None:
    use_server(sink.url)
    sink.behaviour.think = 0.2
    number = queued("slow")
    began = time.monotonic()
    written: list[float] = []

    def deliver() -> None:
        with app.app_context():
            deliver_one(number, NOON)
            smtp.start_afresh()
            db.session.remove()

    worker = threading.Thread(target=deliver)
    worker.start()
    while worker.is_alive():
        queued(f"meanwhile {len(written)}")
        written.append(time.monotonic() - began)
        time.sleep(0.01)
    worker.join()
    assert message(session, number).state == MessageState.SENT
    gaps = [later - earlier for earlier, later in pairwise(written)]
    assert len(written) > 10
    assert max(gaps) < 0.2


def test_a_worker_that_lost_its_lease_does_not_hand_over(session: Session, sink: Sink) -> None:
    use_server(sink.url)
    number = queued()
    with unit_of_work():
        held = actions.claim(session, message_id=number, now=NOON)
        assert held is not None
    letter = smtp.envelope(
        sender="g@example.org", to="a@example.org", subject="s", body="b", message_id="<x>", written_at=NOON
    )

    def too_late() -> bool:
        late = NOON + LEASE + SOON
        with unit_of_work():
            actions.recover_expired(session, message_id=number, now=late)
        with unit_of_work():
            return actions.hand_over(session, held=held, now=late)

    with pytest.raises(smtp.Withdrawn):
        smtp.post(smtp.server_at(sink.url), letter, before_last_byte=too_late)
    assert (sink.messages, message(session, number).state) == ([], MessageState.QUEUED)


def test_the_sweep_after_a_dead_worker_delivers(session: Session, sink: Sink) -> None:
    use_server(sink.url)
    number = queued()
    with unit_of_work():
        actions.claim(session, message_id=number, now=NOON)
    assert delivered(session, number).state == MessageState.SENDING
    deliver_one(number, NOON + LEASE + SOON)
    assert (message(session, number).state, len(sink.messages)) == (MessageState.SENT, 1)


@pytest.mark.parametrize("body", [".\n", ".\n..\n.a\n\n.", "a\n.\nQUIT\n", "é\n.\n" * 50])
def test_a_line_with_a_dot_does_not_end_the_message(sink: Sink, body: str) -> None:
    letter = smtp.envelope(
        sender="g@example.org", to="a@example.org", subject="s", body=body, message_id="<x>", written_at=NOON
    )
    smtp.post(smtp.server_at(sink.url), letter, before_last_byte=lambda: True)
    assert sink.messages[0].get_content().replace("\r\n", "\n").rstrip("\n") == body.rstrip("\n")
