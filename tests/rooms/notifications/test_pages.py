"""The outbox as staff see it, and the demo's mailbox."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from grants import config
from grants.accounts import actions as accounts
from grants.accounts.models import Person
from grants.core.clock import now
from grants.core.db import unit_of_work
from grants.notifications import actions
from grants.notifications.deliver import deliver_one
from grants.notifications.models import Message
from grants.notifications.states import MessageState
from grants.permissions import Role, service
from tests.browser import Browser
from tests.counting import CountQueries
from tests.rooms.notifications.letterbox import NOON, message, queued
from tests.signing_in import sign_in

BODY = "This is today’s signed head"


def person(role: Role) -> Person:
    """Somebody with one role."""
    with unit_of_work() as session:
        made = accounts.find_or_create_person(session, email=f"{role}@example.org", now=now())
        accounts.grant_role(session, person_id=made.id, role=role, actor=service("test"), now=now())
    return made


@pytest.fixture
def manager(client: Browser, session: Session) -> Browser:
    """The programme manager's browser."""
    sign_in(client, person(Role.MANAGER))
    return client


def refused(key: str = "k", *, sensitive: bool = False) -> int:
    """A message that a server refused."""
    number = queued(key, sensitive=sensitive)
    with unit_of_work() as session:
        held = actions.claim(session, message_id=number, now=NOON)
        assert held is not None
        actions.note_failed(session, held=held, words="550 <b>no</b> such person")
    return number


def in_doubt(key: str = "k") -> int:
    """A message whose answer was lost."""
    number = queued(key)
    with unit_of_work() as session:
        held = actions.claim(session, message_id=number, now=NOON)
        assert held is not None
        actions.hand_over(session, held=held, now=NOON)
        actions.note_unsure(session, held=held, words="The mail server did not answer.")
    return number


def test_the_outbox_counts_and_lists_by_state(manager: Browser) -> None:
    doubtful, number = in_doubt("a"), refused("b")
    page = manager.get("/notifications/").text
    assert ">May have been sent</a>: 1" in page
    assert ">Failed</a>: 1" in page
    assert ">Sent</a>" not in page
    assert page.index(f'href="/notifications/{number}/"') < page.index(f'href="/notifications/{doubtful}/"')
    only = manager.get("/notifications/?state=failed").text
    assert only.count('<th scope="row">') == 1
    assert f'href="/notifications/{number}/"' in only
    everything = manager.get("/notifications/?state=nonsense").text
    assert everything.count('<th scope="row">') == page.count('<th scope="row">') > 1


def test_a_message_says_what_went_wrong_in_the_servers_words(manager: Browser) -> None:
    page = manager.get(f"/notifications/{refused()}/").text
    assert "550 &lt;b&gt;no&lt;/b&gt; such person" in page
    assert BODY in page
    assert "Send again" in page


def test_a_sensitive_text_is_never_shown(manager: Browser) -> None:
    page = manager.get(f"/notifications/{refused(sensitive=True)}/").text
    assert BODY not in page
    assert "a link that is for one person alone" in page


def test_sending_again_is_asked_first_and_done_by_a_post(manager: Browser, session: Session) -> None:
    number = refused()
    asked = manager.get(f"/notifications/{number}/resend").text
    assert ("Send this message again?" in asked, "second copy" in asked) == (True, False)
    assert message(session, number).state == MessageState.FAILED
    answer = manager.post(f"/notifications/{number}/resend")
    assert (answer.status_code, answer.location) == (302, f"/notifications/{number}/")
    assert message(session, number).state == MessageState.QUEUED


def test_sending_again_what_is_in_doubt_warns_of_a_second_copy(manager: Browser) -> None:
    number = in_doubt()
    assert "its answer was lost" in manager.get(f"/notifications/{number}/").text
    assert "this may be a second copy" in manager.get(f"/notifications/{number}/resend").text


def test_a_message_on_its_way_cannot_be_sent_again(manager: Browser, session: Session) -> None:
    number = queued()
    assert "Send again" not in manager.get(f"/notifications/{number}/").text
    assert manager.get(f"/notifications/{number}/resend").status_code == 422
    assert manager.post(f"/notifications/{number}/resend").status_code == 422


@pytest.mark.parametrize("number", ["9999", "99999999999999999999", "0"])
def test_a_message_that_is_none_is_not_found(manager: Browser, number: str) -> None:
    assert manager.get(f"/notifications/{number}/").status_code == 404


def test_the_auditor_reads_and_cannot_send_again(client: Browser, session: Session) -> None:
    sign_in(client, person(Role.AUDITOR))
    number = refused()
    assert "Send again" not in client.get(f"/notifications/{number}/").text
    assert client.post(f"/notifications/{number}/resend").status_code == 403
    assert message(session, number).state == MessageState.FAILED


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.AUDITOR, Role.MANAGER}])
def test_nobody_else_reads_messages(client: Browser, session: Session, role: Role) -> None:
    sign_in(client, person(role))
    number = refused()
    pages = ("/notifications/", f"/notifications/{number}/", f"/notifications/{number}/resend")
    assert [client.get(page).status_code for page in pages] == [403, 403, 403]


def test_the_outbox_takes_the_same_number_of_queries_at_any_length(
    manager: Browser, count_queries: CountQueries
) -> None:
    queued("first")
    with count_queries() as short:
        manager.get("/notifications/")
    for n in range(60):
        queued(f"k{n}")
    with count_queries() as long:
        manager.get("/notifications/")
    assert len(short) == len(long)


@pytest.fixture
def demo(session: Session) -> None:
    """The demo without a mail server."""
    config.use(replace(config.current(), demo=True, smtp_url=""))


def test_there_is_no_mailbox_outside_the_demo(client: Browser, session: Session) -> None:
    assert client.get("/notifications/mailbox/").status_code == 404
    config.use(replace(config.current(), demo=True))
    assert client.get("/notifications/mailbox/").status_code == 404


def test_there_is_no_mailbox_for_other_machines(client: Browser, demo: None) -> None:
    away = client.get("/notifications/mailbox/", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert away.status_code == 404


def test_the_demo_delivers_to_its_mailbox_with_links_to_press(
    client: Browser, session: Session, demo: None
) -> None:
    first, second = queued("a", sensitive=True), queued("b")
    deliver_one(first, NOON)
    one = message(session, first)
    assert (one.state, one.sent_by, one.sent_at) == (MessageState.SENT, "demo mailbox", NOON)
    page = client.get("/notifications/mailbox/").text
    assert "exists only in the demo" in page
    assert BODY in page
    assert page.count("<article") == 1
    deliver_one(second, NOON)
    page = client.get("/notifications/mailbox/").text
    assert page.index(f"message-{second}") < page.index(f"message-{first}")
    own = one.to_address.upper()
    assert client.get("/notifications/mailbox/", query_string={"to": own}).text.count("<article") == 2
    nobody = client.get("/notifications/mailbox/?to=nobody@example.org").text
    assert "There are no messages to nobody@example.org yet" in nobody
    assert "<article" not in nobody


def test_links_in_the_mailbox_can_be_pressed_and_markup_cannot(
    client: Browser, session: Session, demo: None
) -> None:
    number = queued()
    with unit_of_work():
        one = session.get_one(Message, number)
        one.body = "Go to http://localhost:8000/sign-in/abc?x=1&y=2\n<script>alert(1)</script>\n"
    deliver_one(number, datetime(2021, 12, 3, 13, tzinfo=UTC))
    page = client.get("/notifications/mailbox/").text
    assert '<a href="http://localhost:8000/sign-in/abc?x=1&amp;y=2"' in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
