"""Letters about decisions: what is previewed goes out, nothing internal does, nothing goes twice."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants import config
from grants.accounts import queries as people
from grants.core.clock import now
from grants.core.db import unit_of_work
from grants.core.errors import RuleBroken, Stale
from grants.feedback import actions as feedback
from grants.feedback.states import FeedbackState
from grants.notifications import smtp
from grants.notifications.deliver import deliver_one
from grants.notifications.models import Message
from grants.panels import actions, deliveries
from grants.panels.models import DecisionLetter
from grants.panels.rules import Condition
from grants.panels.states import ConditionKind, Fate, Outcome
from grants.programme.fund_json import to_json
from grants.reviewing import actions as reviewing
from grants.reviewing.states import InterestTie
from grants.scoring import actions as scoring
from tests.rooms.core.test_paper import bare, text_of
from tests.rooms.feedback import quoted as q
from tests.rooms.notifications.letterbox import use_server
from tests.rooms.panels.scored import NOW, SCORERS, Panel, give_signatory
from tests.rooms.reviewing.panel import REVIEWERS
from tests.rooms.scoring.visits import House, open_house
from tests.smtp_sink import Sink

pytestmark = pytest.mark.smtp

THEME = "youth"

CONDITIONS = (
    Condition(ConditionKind.BEFORE_PAYMENT, "Insurance is shown"),
    Condition(ConditionKind.BY_DATE, "The lease is signed", (NOW + timedelta(days=90)).date()),
)


@pytest.fixture
def sink(app: Flask) -> Iterator[Sink]:
    """A mail server; settings and connection are put back afterwards."""
    before = config.current()
    with Sink() as running:
        use_server(running.url)
        yield running
    smtp.start_afresh()
    config.use(before)


def decide(panel: Panel, number: int, outcome: Outcome, amount: int = 0) -> None:
    bid = panel.bids[number - 1]
    actions.decide(
        panel.session,
        application_id=bid.id,
        outcome=outcome,
        amount=amount,
        reason=f"Reasonmark{bid.id} is why.",
        conditions=CONDITIONS if amount else (),
        actor=panel.actor("chair"),
        now=NOW,
    )


def decided(app: Flask, *, feedback_ready: bool = True) -> House:
    """Two bids with feedback drafted, for the first of them ready, both decided."""
    house = open_house(app, count=2, setting=q.fill)
    with house.writing() as panel:
        run = feedback.request_drafts(
            panel.session, round_id=panel.round.id, actor=panel.actor("manager"), now=NOW
        )
        held = feedback.claim(panel.session, run_id=run.id, now=NOW)
        assert held is not None
        ids = [bid.id for bid in panel.bids]
        feedback.draft_some(panel.session, run=held, application_ids=ids, bids=2, now=NOW)
        if feedback_ready:
            q.ready(panel)
        decide(panel, 1, Outcome.FUND_IN_PART, 600_000)
        decide(panel, 2, Outcome.DECLINE)
    return house


def put_forward(house: House) -> int:
    with house.writing() as panel:
        return actions.draft_release(
            panel.session, round_id=panel.round.id, actor=panel.actor("manager"), now=now()
        ).id


def previewed(house: House) -> str:
    page = house.get("chair", f"/panels/{house.round_ref}/releases/")[1]
    found = re.search(r'name="previewed" value="(\w+)"', page)
    assert found is not None
    return found[1]


def release(house: House) -> int:
    number = put_forward(house)
    seen = previewed(house)
    status, _ = house.post("chair", f"/panels/releases/{number}/approve/", previewed=seen)
    assert status == 302
    return number


def deliver_all(house: House) -> None:
    with house.app.app_context():
        with unit_of_work() as session:
            ids = list(session.scalars(select(Message.id).order_by(Message.id)))
        for number in ids:
            deliver_one(number, now())


def pdf(house: House, name: str, path: str) -> bytes:
    response = house.as_(name).get(path)
    assert (response.status_code, response.mimetype) == (200, "application/pdf")
    return bytes(response.data)


def test_what_is_previewed_is_what_goes_out_and_what_the_applicant_keeps(app: Flask, sink: Sink) -> None:
    house = decided(app)
    ref = house.ref
    page = house.get("chair", f"/panels/bids/{ref}/letter/")[1]
    before = pdf(house, "chair", f"/panels/bids/{ref}/letter/pdf/")
    assert house.get("applicant1", f"/panels/letters/{ref}/")[0] == 404
    assert "Reasonmark" not in house.get("applicant1", f"/applications/{ref}/")[1]

    release(house)
    deliver_all(house)

    mail = next(mail for mail in sink.messages if mail["To"] == "applicant1@example.org")
    (attached,) = mail.iter_attachments()
    body = mail.get_body()
    assert body is not None
    words = body.get_content().replace("\r\n", "\n").strip()
    assert all(line in page for line in words.splitlines() if "’" not in line and '"' not in line)
    assert attached.get_content() == before
    assert [one.text in words and one.text in text_of(before) for one in CONDITIONS] == [True, True]
    assert attached.get_filename() == f"{ref}-decision.pdf"
    status, own = house.get("applicant1", f"/panels/letters/{ref}/")
    assert (status, f"Sharedwords{'Rosa'}" in own, "Reasonmark" in own) == (200, True, True)
    assert "Before anything is paid" in own
    assert pdf(house, "applicant1", f"/panels/letters/{ref}/pdf/") == before
    assert pdf(house, "chair", f"/panels/bids/{ref}/letter/pdf/") == before
    assert house.get("applicant2", f"/panels/letters/{ref}/")[0] == 404
    assert f"/panels/letters/{ref}/" in house.get("applicant1", f"/applications/{ref}/")[1]
    with house.writing() as panel:
        kept = panel.session.scalars(select(DecisionLetter).order_by(DecisionLetter.id)).first()
        assert kept is not None
        assert (kept.sha256 is not None, q.feedback(panel).state) == (True, FeedbackState.SENT)
        with pytest.raises(RuleBroken):
            feedback.take_up_scores(
                panel.session,
                application_id=panel.bids[0].id,
                version=q.feedback(panel).version,
                actor=panel.actor("chair"),
                now=NOW,
            )


def test_only_what_the_chair_could_read_is_released(app: Flask) -> None:
    house = decided(app)
    number = put_forward(house)
    seen = previewed(house)
    with house.writing() as panel:
        give_signatory(panel, panel.bids[1], "newcomer")

    status, _ = house.post("chair", f"/panels/releases/{number}/approve/", previewed=seen)

    assert status == 409
    with house.writing() as panel:
        assert panel.session.scalar(select(Message.id).where(Message.kind == "decision")) is None
        with pytest.raises(Stale):
            actions.approve_release(
                panel.session, release_id=number, actor=panel.actor("chair"), now=now(), previewed=seen
            )


def test_feedback_that_is_out_of_date_or_demanded_holds_the_release_back(session: Session) -> None:
    panel = q.quoted(session, bids=2)
    q.draft(panel)
    q.ready(panel)
    scoring.agree_score(
        session, application_id=panel.bids[0].id, theme=THEME, score=Decimal(5), reason="Talked over.",
        actor=panel.actor("chair"), now=NOW,
    )  # fmt: skip
    decide(panel, 1, Outcome.FUND_IN_PART, 600_000)
    decide(panel, 2, Outcome.DECLINE)
    manager = panel.actor("manager")
    with pytest.raises(RuleBroken) as broken:
        actions.draft_release(session, round_id=panel.round.id, actor=manager, now=NOW)
    assert [reason.place for reason in broken.value.reasons] == [panel.bids[0].ref]
    demanding = replace(panel.definition, feedback=replace(panel.definition.feedback, required=True))
    panel.round.definition = to_json(demanding)
    panel.round.fingerprint = "another"
    with pytest.raises(RuleBroken) as broken:
        actions.draft_release(session, round_id=panel.round.id, actor=manager, now=NOW)
    assert [reason.place for reason in broken.value.reasons] == [bid.ref for bid in panel.bids]


def mark_everything_internal(panel: Panel) -> list[str]:
    """Put a word of its own into every internal text about the first bid; gives the words."""
    bid, chair, manager = panel.bids[0], panel.actor("chair"), panel.actor("manager")
    late = reviewing.record_conflict(
        panel.session, person_id=panel.person_ids["pat"], application_id=bid.id, reason="Conflictmark",
        actor=manager, now=NOW,
    )  # fmt: skip
    reviewing.settle_conflict(
        panel.session, conflict_id=late.id, deed="confirm", reason="Settledmark", actor=chair, now=NOW
    )
    scoring.agree_score(
        panel.session, application_id=bid.id, theme=THEME, score=Decimal(4), reason="Agreedmark", actor=chair,
        now=NOW,
    )  # fmt: skip
    reviewing.record_interest(
        panel.session, organisation="Interestmark", tie=InterestTie.MEMBER, note="Notemark",
        actor=panel.actor("vera"), now=NOW,
    )  # fmt: skip
    actions.ask_override(
        panel.session, round_id=panel.round.id, extra=100, reason="Overridemark", actor=chair, now=NOW
    )
    other = panel.bids[1]
    names = [people.person(panel.session, panel.person_ids[name]) for name in REVIEWERS]
    return [
        *("Privatewords", "Commentmark", "Recommendmark", "Conflictmark", "Settledmark", "Agreedmark"),
        *("Interestmark", "Notemark", "Overridemark"),
        *(f"Sharedwords{name.capitalize()}{other.id}" for name in SCORERS),
        *(f"Reasonmark{other.id}", other.ref, other.title, other.lead.name),
        *(person.name for person in names),
        *(person.email for person in names),
    ]


def test_nothing_internal_leaks_into_letters_pdfs_and_messages(app: Flask, sink: Sink) -> None:
    house = open_house(app, count=2, setting=q.fill)
    with house.writing() as panel:
        marks = mark_everything_internal(panel)
        run = feedback.request_drafts(
            panel.session, round_id=panel.round.id, actor=panel.actor("chair"), now=NOW
        )
        held = feedback.claim(panel.session, run_id=run.id, now=NOW)
        assert held is not None
        ids = [bid.id for bid in panel.bids]
        feedback.draft_some(panel.session, run=held, application_ids=ids, bids=2, now=NOW)
        for number in (1, 2):
            q.ready(panel, number)
        decide(panel, 1, Outcome.FUND_IN_PART, 600_000)
        decide(panel, 2, Outcome.DECLINE)
        own = panel.bids[0].id
    release(house)
    deliver_all(house)

    mails = [mail for mail in sink.messages if mail["To"] == "applicant1@example.org"]
    told = [bytes(mail).decode(errors="replace") for mail in mails]
    for mail in mails:
        body = mail.get_body()
        told.append(body.get_content() if body else "")
        told += [text_of(attached.get_content()) for attached in mail.iter_attachments()]
        told += [attached.get_content().decode("latin-1") for attached in mail.iter_attachments()]
    told.append(text_of(pdf(house, "applicant1", f"/panels/letters/{house.ref}/pdf/")))
    for path in (f"/panels/letters/{house.ref}/", f"/applications/{house.ref}/", "/home/", "/applications/"):
        told.append(house.get("applicant1", path)[1])
    everything = bare("\n".join(told))

    assert [mark for mark in marks if bare(mark).casefold() in everything.casefold()] == []
    assert all(
        bare(words) in everything
        for words in (f"SharedwordsRosa{own}", f"Reasonmark{own}", "Strong", house.ref, "£6,000")
    )


def test_what_became_of_each_letter_and_sending_again(app: Flask, sink: Sink) -> None:
    house = decided(app)
    number = release(house)
    sink.behaviour.rcpt = "550 no such user"
    deliver_all(house)
    sink.behaviour.rcpt = ""
    page = house.get("manager", f"/panels/releases/{number}/")[1]
    assert (page.count("550 no such user"), page.count("Send again")) == (2, 2)
    with house.writing() as panel:
        first, second = deliveries.deliveries(panel.session, number, number=1).rows
        assert [first.fate, second.fate] == [Fate.FAILED, Fate.FAILED]
        people.person(panel.session, panel.person_ids["applicant1"]).email = "moved@example.org"
    path = f"/panels/releases/{number}/letters/{first.message_id}/resend/"
    assert house.post("manager", path)[0] == 302
    assert house.post("manager", path)[0] == 422
    assert (
        house.post("manager", f"/panels/releases/{number + 1}/letters/{second.message_id}/resend/")[0] == 404
    )
    deliver_all(house)
    deliver_all(house)
    with house.writing() as panel:
        give_signatory(panel, panel.bids[1], "newcomer")
        fates = deliveries.fates(panel.session, number)
        assert {fate: count for fate, count in fates.items() if count} == {Fate.DELIVERED: 1, Fate.FAILED: 1}
    for _ in range(2):
        assert house.post("manager", f"/panels/releases/{number}/write-to-new/")[0] == 302
    deliver_all(house)
    assert [mail["To"] for mail in sink.messages] == ["moved@example.org", "newcomer@example.org"]
    assert [len(list(mail.iter_attachments())) for mail in sink.messages] == [1, 1]
    with house.writing() as panel:
        rows = deliveries.deliveries(panel.session, number, fate=Fate.DELIVERED, number=1).rows
        assert [row.address for row in rows] == ["moved@example.org", "newcomer@example.org"]
