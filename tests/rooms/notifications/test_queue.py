"""Queueing: a notice becomes a row in the deed's own transaction, once."""

import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from jinja2 import UndefinedError
from sqlalchemy.orm import Session

from grants.audit.queries import history_of
from grants.core import dispatch
from grants.core.db import db, unit_of_work
from grants.core.errors import RuleBroken, Stale
from grants.notifications import actions, letters, queries
from grants.notifications.models import Message
from grants.notifications.rules import COURIER_TIME, LEASE, WAITS
from grants.notifications.states import MessageState
from grants.permissions import Actor, Role
from tests.rooms.notifications.letterbox import HEAD, NOON, message, notice, queued

MANAGER = Actor(person_id=5, roles=frozenset({Role.MANAGER}))


class Noting:
    """A courier that notes what it was given."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int]] = []

    def send(self, job: str, row_id: int) -> None:
        """Note it."""
        self.sent.append((job, row_id))


@pytest.fixture
def courier(app: Flask) -> Noting:
    """The courier of the test."""
    noting = Noting()
    dispatch.configure(noting)
    return noting


def test_a_notice_becomes_a_message(session: Session, courier: Noting) -> None:
    one = message(session, queued())
    assert (one.kind, one.to_address, one.about_type, one.about_id) == (
        *("trail_head", "a@example.org", "trail_head"),
        "7",
    )
    assert (one.state, one.created_at, one.due_at, one.attempts) == (MessageState.QUEUED, NOON, NOON, 0)
    assert one.subject == "Trail head: entry 7"
    assert one.body == letters.write("trail_head", {"head": HEAD}, public_url="").body
    assert one.message_id_header.endswith("@localhost>")
    assert courier.sent == [("notifications.deliver", one.id)]


def test_the_same_occasion_is_told_once(session: Session, courier: Noting) -> None:
    first, second = queued("k"), queued("k")
    assert first == second
    assert queries.counts(session)[MessageState.QUEUED] == 1
    assert courier.sent == [("notifications.deliver", first)]


def test_the_same_occasion_at_the_same_moment_is_told_once(app: Flask, session: Session) -> None:
    start = threading.Barrier(6)
    found: list[int] = []

    def tell() -> None:
        with app.app_context():
            start.wait()
            found.append(queued("the same"))
            db.session.remove()

    threads = [threading.Thread(target=tell) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1


def test_a_deed_that_did_not_happen_sends_nothing(session: Session, courier: Noting) -> None:
    class Trouble(Exception):
        pass

    with pytest.raises(Trouble), unit_of_work():
        actions.queue(session, notice(), now=NOON)
        raise Trouble
    assert (sum(queries.counts(session).values()), courier.sent) == (0, [])


@pytest.mark.parametrize("to", ["", "nobody", "a@b", "a b@example.org", "a@example.org\nBcc: b@example.org"])
def test_an_address_that_is_none_is_kept_as_failed(session: Session, courier: Noting, to: str) -> None:
    one = message(session, queued(to=to))
    assert (one.state, one.last_error) == (MessageState.FAILED, "This is not an e-mail address.")
    assert courier.sent == []


def test_a_template_with_a_missing_fact_is_an_error_of_ours(session: Session) -> None:
    with pytest.raises(UndefinedError):
        letters.write("trail_head", {}, public_url="")


def test_text_cannot_move_between_subject_and_body(session: Session) -> None:
    wicked = SimpleNamespace(seq="7\r\nBcc: b@example.org\n\nBuy", to_json=lambda: "a\x00\r\nb")
    letter = letters.write("trail_head", {"head": wicked}, public_url="")
    assert letter.subject == "Trail head: entry 7 Bcc: b@example.org Buy"
    assert "\n\na\nb\n\n" in letter.body
    assert letter.body.startswith("This is today’s signed head")


def test_only_one_worker_claims_a_message(session: Session) -> None:
    number = queued()
    with unit_of_work():
        held = actions.claim(session, message_id=number, now=NOON)
        assert held is not None
        assert (held.to_address, held.attempts) == ("a@example.org", 1)
        assert actions.claim(session, message_id=number, now=NOON) is None
    assert message(session, number).state == MessageState.SENDING


def test_a_message_that_is_not_due_is_not_claimed(session: Session) -> None:
    number = queued()
    with unit_of_work():
        assert actions.claim(session, message_id=number, now=NOON - timedelta(seconds=1)) is None


def test_only_the_holder_writes_down_what_happened(session: Session) -> None:
    number = queued()
    with unit_of_work():
        first = actions.claim(session, message_id=number, now=NOON)
        assert first is not None
        late = NOON + LEASE + timedelta(seconds=1)
        assert actions.recover_expired(session, message_id=number, now=late)
        second = actions.claim(session, message_id=number, now=late)
        assert second is not None
        assert not actions.hand_over(session, held=first, now=late)
        assert not actions.note_failed(session, held=first, words="no")
        assert actions.hand_over(session, held=second, now=late)
    assert message(session, number).state == MessageState.HANDING_OVER


def test_a_lease_that_holds_is_left_alone(session: Session) -> None:
    number = queued()
    with unit_of_work():
        actions.claim(session, message_id=number, now=NOON)
        assert not actions.recover_expired(session, message_id=number, now=NOON + LEASE)
    assert message(session, number).state == MessageState.SENDING


def test_what_was_handed_over_by_a_dead_worker_is_unsure_until_its_answer_comes(session: Session) -> None:
    number = queued()
    late = NOON + LEASE + timedelta(seconds=1)
    with unit_of_work():
        held = actions.claim(session, message_id=number, now=NOON)
        assert held is not None
        actions.hand_over(session, held=held, now=NOON)
        assert not actions.recover_expired(session, message_id=number, now=late)
    assert message(session, number).state == MessageState.UNSURE
    with unit_of_work():
        assert actions.note_sent(session, held=held, by="mail", keep_body=False, now=late)
    one = message(session, number)
    assert (one.state, one.sent_at, one.last_error) == (MessageState.SENT, late, "")


def test_a_message_that_kills_its_workers_fails_in_the_end(session: Session) -> None:
    number = queued()
    moment = NOON
    for _ in range(len(WAITS) + 1):
        with unit_of_work():
            assert actions.claim(session, message_id=number, now=moment) is not None
            moment += LEASE + timedelta(seconds=1)
            actions.recover_expired(session, message_id=number, now=moment)
    one = message(session, number)
    assert (one.state, one.attempts) == (MessageState.FAILED, len(WAITS) + 1)


def test_the_sweep_finds_what_was_left_behind_and_nothing_else(session: Session) -> None:
    fresh, due, waiting, abandoned, working, sent = (queued(key) for key in "abcdef")
    moment = NOON + LEASE + timedelta(minutes=1)
    with unit_of_work():
        held = {number: actions.claim(session, message_id=number, now=NOON) for number in (abandoned, sent)}
        actions.hand_over(session, held=held[sent], now=NOON)  # type: ignore[arg-type]  # it was claimed
        actions.note_sent(session, held=held[sent], by="x", keep_body=True, now=NOON)  # type: ignore[arg-type]
        actions.claim(session, message_id=working, now=moment)
        later = actions.claim(session, message_id=waiting, now=moment - timedelta(seconds=30))
        assert later is not None
        actions.note_put_off(session, held=later, words="451", now=moment - timedelta(seconds=30))
    with unit_of_work():
        session.get_one(Message, fresh).due_at = moment - COURIER_TIME + timedelta(seconds=1)
    assert list(queries.waiting(session, moment)) == [due, abandoned]
    assert list(queries.waiting(session, moment + timedelta(seconds=30))) == [due, abandoned, fresh, waiting]


def test_sending_again_starts_from_the_beginning_and_is_on_the_trail(
    session: Session, courier: Noting
) -> None:
    number = queued()
    with unit_of_work():
        held = actions.claim(session, message_id=number, now=NOON)
        assert held is not None
        actions.note_failed(session, held=held, words="550 no such person")
    header = message(session, number).message_id_header
    with unit_of_work():
        actions.resend(session, message=session.get_one(Message, number), actor=MANAGER, now=NOON)
    one = message(session, number)
    assert (one.state, one.attempts, one.last_error, one.message_id_header) == (
        MessageState.QUEUED,
        0,
        "",
        header,
    )
    assert courier.sent == [("notifications.deliver", number)] * 2
    assert [(entry.deed, entry.actor_id, entry.facts) for entry in history_of(session, one)] == [
        ("message.resent", 5, {"kind": "trail_head", "was": "failed"})
    ]


def test_a_message_on_its_way_is_not_sent_again(session: Session) -> None:
    number = queued()
    with pytest.raises(RuleBroken, match="the message is “waiting”"), unit_of_work():
        actions.resend(session, message=session.get_one(Message, number), actor=MANAGER, now=NOON)


def test_two_people_who_send_again_at_once_send_it_once(session: Session) -> None:
    number = queued(to="nobody")
    stale = message(session, number)
    session.expunge(stale)
    with unit_of_work():
        actions.resend(session, message=session.get_one(Message, number), actor=MANAGER, now=NOON)
    with pytest.raises(Stale), unit_of_work():
        actions.resend(session, message=stale, actor=MANAGER, now=NOON)


def test_messages_about_one_thing(session: Session) -> None:
    first, second = queued("a"), queued("b")
    session.rollback()
    assert [one.id for one in queries.about(session, ("trail_head", 7))] == [first, second]
    assert list(queries.about(session, ("trail_head", 8))) == []
