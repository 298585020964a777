"""Bids as people write them, in a browser, on the whole service; with JavaScript and without."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from grants.accounts.models import Organisation
from grants.applications.models import Application, Version
from grants.applications.states import Stage
from grants.core.clock import exact_minute, now
from grants.core.db import unit_of_work
from grants.notifications.models import Message
from tests.journeys import corridor
from tests.journeys.corridor import FUND, THEMES, Town
from tests.journeys.days import House, house
from tests.journeys.visitor import Visitor, browser, link_in, needs_chromium
from tests.processes.running import grants_run, wait_until
from tests.smtp_sink import Sink

pytestmark = [pytest.mark.slow, needs_chromium]

PARTNERS = (
    ("Biscot Growers", "Grow the vegetables", "Gina Grower", "£5,000"),
    ("High Town Singers", "Sing after supper", "Hal Singer", "£2,000.25"),
    ("Marsh Farm Wheels", "Drive people home", "Mo Driver", "£1,000.25"),
)
"""Name, role, contact and share. The lead's is £12,000: together £20,000.50."""

LAST_DAY = timedelta(hours=26)
NIGHT = timedelta(hours=20)


@dataclass(frozen=True)
class Place:
    """The running service, its browser, and one way of using it. People are called after that way."""

    house: House
    town: Town

    @property
    def way(self) -> str:
        return "scripts" if self.town.scripts else "plain"

    def visitor(self, name: str, *, width: int = 1280) -> Visitor:
        return self.town.visitor(f"{self.way}-{name}", width=width)

    def signed_in(self, name: str, path: str) -> Visitor:
        visitor = self.visitor(name)
        visitor.sign_in()
        visitor.go(path)
        return visitor

    def letters(self, name: str, subject: str) -> int:
        """How many messages with these words in their subject this person has got."""
        address = f"{self.way}-{name}@example.org"
        return sum(
            message["To"] == address and subject in str(message["Subject"])
            for message in self.town.sink.messages
        )


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Browser, Sink]]:
    """The service on one machine, a mail server and a browser, for all journeys of this file."""
    settings = {"GRANTS_DEMO": "", "GRANTS_MAIL_FROM": "grants@example.org"}
    with (
        Sink() as sink,
        grants_run(tmp_path_factory.mktemp("applying"), GRANTS_SMTP_URL=sink.url, **settings) as running,
        house(running) as inside,
        browser() as chromium,
    ):
        yield inside, chromium, sink


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def place(started: tuple[House, Browser, Sink], request: pytest.FixtureRequest) -> Iterator[Place]:
    inside, chromium, sink = started
    yield Place(inside, Town(chromium, inside.run.url, sink, scripts=request.param))
    for context in chromium.contexts:
        context.close()


def test_three_partners_two_writers_two_days_and_a_minute_to_go(place: Place) -> None:
    round_ref = place.house.load_round(f"days-{place.way}", closes_at=_whole_minute_in(LAST_DAY))
    amina, bilal = place.visitor("amina", width=375), place.visitor("bilal")
    ref = _first_day(place, amina, bilal, round_ref)
    place.town.sink.messages.clear()
    place.house.pass_time(NIGHT, [amina, bilal])
    _second_day(place, amina, bilal, ref)
    closes_at = place.house.pass_time_until_last_minute(round_ref, [amina, bilal])
    amina.go(f"/applications/{ref}/check/")
    amina.sees(f"Send it before {exact_minute(closes_at)}.")
    _declare_and_send(amina)
    with place.house.bid(ref) as (session, bid):
        version = session.scalars(select(Version).where(Version.application_id == bid.id)).one()
        sent_at, content = version.submitted_at, version.content
    assert timedelta() < closes_at - sent_at < timedelta(minutes=2)
    shares = [partner["share"] for partner in content["partners"]]
    assert [content["ask"], content["lead_share"], *shares] == [
        2_000_050,
        1_200_000,
        500_000,
        200_025,
        100_025,
    ]
    amina.sees(exact_minute(sent_at))
    amina.mail(f"received your bid {ref}")
    assert place.letters("amina", "We have received your bid") == 1


def test_a_bid_that_cannot_be_considered(place: Place) -> None:
    round_ref = place.house.load_round(f"refused-{place.way}")
    rita = place.visitor("rita", width=375)
    rita.sign_in()
    corridor.add_organisation(rita, choir := f"High Town Choir, {place.way}", round_ref=round_ref)
    failed = {
        question.key: question for question in FUND.eligibility if question.key in ("individual", "in_luton")
    }
    corridor.answer_eligibility(rita, choir, wrong=failed)
    rita.arrives("This bid cannot be considered")
    told = rita.page.locator("main li").all_inner_texts()
    assert told == [question.stop_reason for question in failed.values()]
    rita.follow("answer the questions again")
    rita.arrives("Check that you can apply")
    with place.house.app.app_context(), unit_of_work() as session:
        lead = select(Organisation.id).where(Organisation.name == choir).scalar_subquery()
        assert session.scalars(select(Application.id).where(Application.lead_id == lead)).all() == []
    corridor.answer_eligibility(rita, choir)
    rita.sees("parts are done")


def test_a_declined_consent_and_a_corrected_one(place: Place) -> None:
    ref = place.house.finished_bid(f"{place.way}-asks", _usual_round(place), confirmed=False)
    editor = place.signed_in("asks-editor", f"/applications/{ref}/confirmations/")
    editor.press("Ask 1 partner")
    ada = place.visitor("asks-partner", width=375)
    first = link_in(ada.mail("confirm your part in a bid"), place.town.url)
    _answer(ada, first, "No, we do not take part", "We never agreed to drive.")
    ada.sees("that it does not take part")
    assert "We never agreed to drive." in editor.mail(f"has declined: {ref}")

    editor.go(f"/applications/{ref}/check/")
    editor.sees("The Hive has declined")
    editor.go(f"/applications/{ref}/confirmations/")
    editor.press("Ask again The Hive")
    second = _newer_link(place, ada, first)
    _answer(ada, second, "Something is wrong and should be corrected first", "Our share should be £8,000.")
    ada.sees("You will get a new email when it has been put right.")
    assert "Our share should be £8,000." in editor.mail(f"asks for a correction: {ref}")

    editor.go(f"/applications/{ref}/partners/")
    editor.page.locator("#lead_share").fill("12,000.50")
    editor.page.locator("input[name^='share-']").fill("8,000")
    editor.press("Save and continue")
    editor.press("Ask 1 partner")
    third = _newer_link(place, ada, second)
    ada.page.goto(second)
    ada.sees("This link")
    ada.page.goto(third)
    ada.sees("£8,000")
    _answer(ada, third, "Yes, we take part as shown above")
    ada.sees("confirmed for The Hive")
    editor.go(f"/applications/{ref}/check/")
    editor.sees("It is ready: ask them to sign")


def test_a_withdrawn_bid(place: Place) -> None:
    ref = place.house.finished_bid(f"{place.way}-leaves", _usual_round(place))
    signatory = place.signed_in("leaves-signatory", f"/applications/{ref}/check/")
    _declare_and_send(signatory)
    editor = place.signed_in("leaves-editor", f"/applications/{ref}/")
    assert editor.page.get_by_text("Withdraw this bid").count() == 0
    signatory.go(f"/applications/{ref}/")
    signatory.follow("Withdraw this bid")
    signatory.press("Withdraw the bid")
    signatory.sees("Enter the reason")
    signatory.type("Why do you withdraw the bid?", "Our hall has burnt down.")
    signatory.press("Withdraw the bid")
    signatory.sees("Withdrawn")
    signatory.sees("Our hall has burnt down.")
    assert "Our hall has burnt down." in editor.mail(f"Your bid {ref} has been withdrawn")
    assert "nothing you need to do" in place.visitor("leaves-partner").mail(
        f"The bid {ref} has been withdrawn"
    )
    with place.house.bid(ref) as (_, bid):
        assert bid.stage is Stage.WITHDRAWN


def test_a_double_click_on_send(place: Place) -> None:
    ref = place.house.finished_bid(f"{place.way}-twice", _usual_round(place))
    signatory = place.signed_in("twice-signatory", f"/applications/{ref}/check/")
    same = Visitor(signatory.page.context.new_page(), signatory.url, signatory.sink, signatory.email)
    same.go(f"/applications/{ref}/check/")
    signatory.page.get_by_role("checkbox").check()
    signatory.page.get_by_role("button", name="Send the bid", exact=True).dblclick()
    signatory.arrives("We have received your bid")
    _declare_and_send(same)
    with place.house.bid(ref) as (session, bid):
        (version_id,) = session.scalars(select(Version.id).where(Version.application_id == bid.id))
        receipts = select(Message).where(Message.kind == "bid_received", Message.about_id == str(version_id))
        assert len(session.scalars(receipts).all()) == 2
    for person in (signatory, place.visitor("twice-editor")):
        person.mail(f"received your bid {ref}")
    received = [
        place.letters(f"twice-{part}", "We have received your bid") for part in ("signatory", "editor")
    ]
    assert received == [1, 1]


def _first_day(place: Place, amina: Visitor, bilal: Visitor, round_ref: str) -> str:
    """The signatory begins the bid, invites a colleague and writes; he writes on one theme. Gives the ref."""
    kitchen = f"Saints Street Kitchen, {place.way}"
    amina.sign_in()
    ref = corridor.begin(amina, kitchen, round_ref=round_ref)
    _join(amina, bilal, kitchen)
    amina.go(f"/applications/{ref}/")
    corridor.write_sections(amina)
    bilal.go(f"/applications/{ref}/")
    bilal.follow(THEMES[0])
    corridor.answer_strands(bilal, THEMES[0])
    bilal.press("Save and come back later")
    bilal.sees("parts are done")
    return ref


def _second_day(place: Place, amina: Visitor, bilal: Visitor, ref: str) -> None:
    """Yesterday's session has ended. He signs in, finds his words, writes the rest; she sends documents."""
    bilal.page.goto(f"{place.town.url}/applications/{ref}/")
    bilal.arrives("Sign in or register")
    bilal.sign_in()
    bilal.go(f"/applications/{ref}/themes/{FUND.rubric.theme_keys[0]}/")
    expect(bilal.page.locator("textarea").first).to_have_value(f"What we do about it: {THEMES[0]}.")
    bilal.press("Save and continue")
    corridor.write_themes(bilal, first=1)
    corridor.write_budget(bilal)
    _bring_in_partners(place, bilal, ref)
    amina.sign_in()
    corridor.send_documents(amina, ref)
    bilal.go(f"/applications/{ref}/check/")
    bilal.press("It is ready: ask them to sign")
    amina.mail(f"ready for your signature: {ref}")


def _join(amina: Visitor, bilal: Visitor, kitchen: str) -> None:
    """The signatory invites; the other joins by the letter and says who he is."""
    amina.go("/accounts/me/")
    amina.follow(kitchen)
    amina.type("Email address", bilal.email)
    amina.choose("Editor")
    amina.press("Send the invitation")
    bilal.mail(f"You are invited to join {kitchen}")
    bilal.sign_in()
    bilal.go("/accounts/me/")
    bilal.press(f"Join {kitchen}")
    bilal.type("What is your name?", "Bilal Baker")
    bilal.press("Continue")


def _bring_in_partners(place: Place, bilal: Visitor, ref: str) -> None:
    """Each with its part and its share; each confirms by a link of its own."""
    for name, role, contact, _ in PARTNERS:
        email = f"{place.way}-{contact.split()[0].lower()}@example.org"
        corridor.add_partner(bilal, name, role=role, contact=contact, email=email)
    bilal.page.locator("#lead_share").fill("12,000")
    for n, (_, _, _, share) in enumerate(PARTNERS):
        bilal.page.locator("input[name^='share-']").nth(n).fill(share.removeprefix("£"))
    bilal.press("Save and continue")
    bilal.press("Ask 3 partners")
    for name, role, contact, share in PARTNERS:
        partner = place.visitor(contact.split()[0].lower(), width=375)
        link = link_in(partner.mail("confirm your part in a bid"), place.town.url)
        partner.page.goto(link)
        partner.sees(role)
        partner.sees(share)
        _answer(partner, link, "Yes, we take part as shown above")
        partner.sees(f"confirmed for {name}")
    bilal.go(f"/applications/{ref}/confirmations/")
    assert bilal.page.get_by_text("Confirmed", exact=True).count() == len(PARTNERS)


def _answer(partner: Visitor, link: str, answer: str, reason: str = "") -> None:
    partner.page.goto(link)
    partner.choose(answer)
    if reason:
        partner.press("Send your answer")
        partner.sees("There is a problem")
        partner.page.locator("#reason").fill(reason)
    partner.type("Your name", "Ada Partner")
    partner.press("Send your answer")


def _newer_link(place: Place, partner: Visitor, before: str) -> str:
    """The link of the newest letter that asks, once it is another one than before."""

    def newest() -> str:
        return link_in(partner.mail("confirm your part in a bid"), place.town.url)

    wait_until(lambda: newest() != before, "a new link")
    return newest()


def _declare_and_send(signatory: Visitor) -> None:
    signatory.page.get_by_role("checkbox").check()
    signatory.press("Send the bid")
    signatory.arrives("We have received your bid")


def _usual_round(place: Place) -> str:
    return place.house.load_round("usual")


def _whole_minute_in(by: timedelta) -> datetime:
    return (now() + by).replace(second=0, microsecond=0)
