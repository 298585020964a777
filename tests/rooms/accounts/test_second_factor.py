"""The second step of staff: set up, asked for, never taken twice, locked, made good after loss."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants import config
from grants.accounts import actions, codes, queries, sealing
from grants.accounts.actions import Answer
from grants.accounts.models import RecoveryCode, SecondFactor
from grants.core.clock import now
from grants.core.db import db, unit_of_work
from grants.core.errors import NotAllowed, RuleBroken
from grants.permissions import Actor, Role
from tests.browser import Browser
from tests.rooms.accounts.people import OPERATOR, actor, deeds, mail, only, person
from tests.signing_in import sign_in

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
STEP = timedelta(seconds=codes.STEP_SECONDS)


def secret_of(session: Session) -> str:
    return sealing.unseal(only(session, SecondFactor.secret_encrypted))


def set_up(session: Session, name: str = "carol") -> list[str]:
    """Give the chair an authenticator; their recovery codes."""
    made = person(name, Role.CHAIR)
    with unit_of_work():
        factor = actions.begin_second_factor(session, actor=actor_in(session, name), now=now())
        secret = sealing.unseal(factor.secret_encrypted)
    assert made.id == factor.person_id
    code = codes.code_now(secret, now=now())
    with unit_of_work():
        return actions.confirm_second_factor(session, code=code, actor=actor_in(session, name), now=now())


def actor_in(session: Session, name: str) -> Actor:
    """As `actor`, within a unit of work."""
    found = queries.person_by_email(session, f"{name}@example.org")
    assert found is not None
    return queries.actor_for(session, found.id)


def give(session: Session, code: str) -> Answer:
    with unit_of_work():
        return actions.give_code(session, code=code, actor=actor_in(session, "carol"), now=now())


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that stands still until a test moves it."""
    with time_machine.travel(START, tick=False) as travelling:
        yield travelling


def test_staff_set_up_their_second_step_and_pass(
    client: Browser, session: Session, clock: time_machine.Traveller
) -> None:
    sign_in(client, person("carol", Role.ADMINISTRATOR), second_factor=False)
    roles = client.get("/accounts/roles/")
    assert roles.location == "/accounts/second-factor/?next=/accounts/roles/"
    intro = client.get(roles.location)
    assert intro.location == "/accounts/second-factor/set-up/?next=/accounts/roles/"

    assert "Your role lets you see" in client.get(intro.location).text
    begun = client.post("/accounts/second-factor/set-up/", data={"next_path": "/accounts/roles/"})
    page = client.get(begun.location).text
    secret = secret_of(session)
    assert codes.in_fours(secret) in page
    assert "<svg" in page
    assert re.findall(r'href="otpauth://totp/[^"]*[?&;]secret=(\w+)', page) == [secret]
    assert "style=" not in page

    wrong = client.post("/accounts/second-factor/confirm/", data={"code": "000000"})
    assert wrong.status_code == 422
    done = client.post(
        "/accounts/second-factor/confirm/",
        data={"code": codes.code_now(secret, now=now()), "next_path": "/accounts/roles/"},
    )
    assert done.status_code == 200
    assert len(re.findall(r"<code>[A-Z0-9]{5}-[A-Z0-9]{5}</code>", done.text)) == 10
    assert 'href="/accounts/roles/"' in done.text
    assert client.get("/accounts/roles/").status_code == 200
    assert mail(session)[-1] == ("second_factor_set_up", "carol")


def test_a_code_opens_the_page_wanted(
    client: Browser, session: Session, clock: time_machine.Traveller
) -> None:
    set_up(session)
    clock.shift(STEP)
    sign_in(client, person("carol"), second_factor=False)
    assert client.get("/accounts/second-factor/?next=/accounts/me/").status_code == 200

    code = codes.code_now(secret_of(session), now=now())
    answer = client.post("/accounts/second-factor/", data={"code": code, "next_path": "/accounts/me/"})
    assert answer.location == "/accounts/me/"
    assert client.get("/accounts/second-factor/?next=/accounts/me/").location == "/accounts/me/"


def test_roles_count_only_with_the_second_factor(client: Browser, session: Session) -> None:
    administrator = person("carol", Role.ADMINISTRATOR)
    sign_in(client, administrator, second_factor=False)
    assert client.get("/accounts/roles/").status_code == 302
    assert client.post("/accounts/roles/").status_code == 401
    sign_in(client, administrator)
    assert client.get("/accounts/roles/").status_code == 200


def test_an_applicant_needs_no_second_step(client: Browser, session: Session) -> None:
    sign_in(client, person("ann"), second_factor=False)

    assert client.get("/accounts/second-factor/?next=/accounts/me/").location == "/accounts/me/"
    assert client.post("/accounts/second-factor/", data={"code": "1"}).location == "/home/"
    assert client.get("/accounts/second-factor/set-up/").status_code == 403
    assert client.post("/accounts/second-factor/set-up/").status_code == 403


def test_a_code_is_taken_once(session: Session, clock: time_machine.Traveller) -> None:
    set_up(session)
    clock.shift(2 * STEP)
    code = codes.code_now(secret_of(session), now=now())

    assert [give(session, code), give(session, code)] == [Answer.RIGHT, Answer.WRONG]


def test_the_code_that_confirmed_is_used_up(session: Session, clock: time_machine.Traveller) -> None:
    set_up(session)

    assert give(session, codes.code_now(secret_of(session), now=now())) is Answer.WRONG


def test_a_code_of_an_earlier_step_is_too_late_after_a_later_one(
    session: Session, clock: time_machine.Traveller
) -> None:
    set_up(session)
    clock.shift(5 * STEP)
    secret = secret_of(session)
    earlier, later = codes.code_now(secret, now=now() - STEP), codes.code_now(secret, now=now())

    assert [give(session, later), give(session, earlier)] == [Answer.RIGHT, Answer.WRONG]


def test_of_two_that_send_one_code_at_once_one_passes(app: Flask, session: Session) -> None:
    with time_machine.travel(START, tick=False) as clock:
        set_up(session)
        clock.shift(2 * STEP)
        code = codes.code_now(secret_of(session), now=now())
        session.rollback()
        together = Barrier(2)

        def press() -> Answer:
            with app.app_context():
                together.wait(10)
                answer = give(db.session(), code)
                db.session.remove()
                return answer

        with ThreadPoolExecutor(2) as pool:
            answers = [future.result(60) for future in [pool.submit(press) for _ in range(2)]]

    assert sorted(answers) == [Answer.RIGHT, Answer.WRONG]


def test_failures_lock_for_growing_waits(session: Session, clock: time_machine.Traveller) -> None:
    set_up(session)
    assert [give(session, "000000") for _ in range(5)] == [*[Answer.WRONG] * 4, Answer.LOCKED]

    clock.shift(timedelta(seconds=59))
    right = codes.code_now(secret_of(session), now=now())
    assert give(session, right) is Answer.LOCKED
    clock.shift(timedelta(seconds=1))
    assert give(session, "000000") is Answer.LOCKED
    clock.shift(timedelta(seconds=119))
    assert give(session, codes.code_now(secret_of(session), now=now())) is Answer.LOCKED
    clock.shift(timedelta(seconds=1))
    assert give(session, codes.code_now(secret_of(session), now=now())) is Answer.RIGHT
    clock.shift(STEP)
    assert give(session, "000000") is Answer.WRONG


def test_a_wrong_code_is_counted_though_its_page_shows_an_error(
    client: Browser, session: Session, clock: time_machine.Traveller
) -> None:
    set_up(session)
    sign_in(client, person("carol"), second_factor=False)
    pages = [client.post("/accounts/second-factor/", data={"code": "000000"}) for _ in range(5)]

    assert [page.status_code for page in pages] == [200] * 5
    assert "This code is not right" in pages[0].text
    assert "Try again after" in pages[4].text
    assert "9:01am" in pages[4].text
    assert only(session, SecondFactor.failures) == 5


def test_a_recovery_code_works_once_and_tells_the_person(
    session: Session, clock: time_machine.Traveller
) -> None:
    recovery = set_up(session)
    kept = session.scalars(select(RecoveryCode.digest)).all()
    assert not set(recovery) & set(kept)

    assert give(session, recovery[3].lower()) is Answer.RECOVERED
    assert give(session, recovery[3]) is Answer.WRONG
    assert give(session, recovery[4]) is Answer.RECOVERED
    assert mail(session)[-2:] == [("recovery_code_used", "carol")] * 2
    assert queries.recovery_codes_left(session, actor(session, "carol").person_id or 0) == 8
    assert deeds(session)[-3:] == ["second_factor.recover", "second_factor.fail", "second_factor.recover"]


def test_nobody_elses_recovery_code_works(session: Session, clock: time_machine.Traveller) -> None:
    others = set_up(session, "dave")
    set_up(session)

    assert give(session, others[0]) is Answer.WRONG


def test_a_second_step_that_stands_cannot_be_replaced(
    session: Session, clock: time_machine.Traveller
) -> None:
    set_up(session)

    with pytest.raises(RuleBroken, match="already"), unit_of_work():
        actions.begin_second_factor(session, actor=actor_in(session, "carol"), now=now())


def test_the_operator_takes_a_second_step_off(session: Session, clock: time_machine.Traveller) -> None:
    set_up(session)
    carol = person("carol")
    with pytest.raises(NotAllowed), unit_of_work():
        actions.reset_second_factor(session, person_id=carol.id, actor=actor_in(session, "carol"), now=now())
    with unit_of_work():
        actions.reset_second_factor(session, person_id=carol.id, actor=OPERATOR, now=now())

    assert queries.second_factor(session, carol.id) is None
    assert queries.recovery_codes_left(session, carol.id) == 0
    assert queries.person(session, carol.id).session_epoch == 1
    assert mail(session)[-1] == ("second_factor_reset", "carol")


def test_the_secret_is_sealed_in_the_database(session: Session, clock: time_machine.Traveller) -> None:
    set_up(session)

    sealed = only(session, SecondFactor.secret_encrypted)
    assert secret_of(session) not in sealed
    with pytest.raises(RuleBroken, match="secret key was changed"):
        sealing.unseal("gAAAA" + sealed[5:-4] + "AAAA")


def test_outside_demo_mode_no_demo_account_is_made(session: Session) -> None:
    made = person("carol", Role.CHAIR)

    with pytest.raises(NotAllowed, match="demo mode"), unit_of_work():
        actions.seed_second_factor(session, person_id=made.id, actor=OPERATOR, now=now())


def test_a_demo_account_counts_as_not_set_up_outside_demo_mode(client: Browser, session: Session) -> None:
    made = person("carol", Role.CHAIR)
    with unit_of_work():
        session.add(
            SecondFactor(
                person_id=made.id,
                secret_encrypted=sealing.seal(codes.new_secret()),
                confirmed_at=now(),
                made_for_demo=True,
            )
        )
    code = codes.code_now(secret_of(session), now=now())
    sign_in(client, made, second_factor=False)

    assert client.get("/accounts/second-factor/").location == "/accounts/second-factor/set-up/"
    with pytest.raises(RuleBroken, match="Set up"):
        give(session, code)


@pytest.fixture
def demo(app: Flask) -> Iterator[None]:
    """The same app as `make run` starts it."""
    settings = config.current()
    config.use(replace(settings, demo=True))
    yield
    config.use(settings)


def test_the_demo_page_shows_the_code_of_demo_accounts_alone(
    client: Browser, session: Session, demo: None, clock: time_machine.Traveller
) -> None:
    set_up(session)
    dora = person("dora", Role.AUDITOR)
    with unit_of_work():
        actions.seed_second_factor(session, person_id=dora.id, actor=OPERATOR, now=now())
    with pytest.raises(NotAllowed), unit_of_work():
        actions.seed_second_factor(session, person_id=dora.id, actor=actor_in(session, "dora"), now=now())
    sign_in(client, person("carol"), second_factor=False)
    assert "Demo account" not in client.get("/accounts/second-factor/").text

    sign_in(client, person("dora"), second_factor=False)
    page = client.get("/accounts/second-factor/").text
    code = re.search(r"the code now is <strong>([0-9]{6})</strong>", page)
    assert code is not None
    answer = client.post("/accounts/second-factor/", data={"code": code[1]})
    assert answer.location == "/home/"
