"""A panel meeting of six on the demo's second round, in a browser: two leave the room, a bid is decided."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from grants import config
from grants.accounts.models import Person
from grants.accounts.queries import actor_for, person_by_email
from grants.app import create_app
from grants.core.clock import now, today
from grants.core.db import db, unit_of_work
from grants.core.places import static_folder
from grants.demo.actions import tell
from grants.meetings.queries import panel, scored
from grants.programme.queries import round_by_ref
from grants.reviewing import actions as reviewing
from grants.scoring import policy as scoring
from grants.scoring.queries import has_scored
from tests import browser as clients
from tests.databases import Shared, fresh_sqlite, settings_for
from tests.journeys.serving import server
from tests.journeys.visitor import browser, needs_chromium
from tests.rooms.core.test_paper import text_of
from tests.signing_in import sign_in
from tests.unit.applications.bids import fund

pytestmark = [
    pytest.mark.slow,
    needs_chromium,
    pytest.mark.skipif(
        not (static_folder() / "build" / "manifest.json").is_file(),
        reason="no built assets: `make assets` builds them",
    ),
]

ROUND = "luton-covid-recovery-round-2"
QUORUM = 5
FOLLOWS_WITHIN = 15_000
"""Milliseconds: the page asks every four seconds; the machine may be busy."""


@dataclass(frozen=True)
class Kept:
    """A member of the panel and the title of the bid that is hidden from them."""

    name: str
    ref: str


@dataclass
class Meeting:
    """The demo's round behind a real server, a browser, and signed sessions of six members by name."""

    url: str
    chromium: Browser
    cookies: dict[str, str]
    chair: str
    onlooker: str
    kept: tuple[Kept, Kept]
    others: tuple[str, ...]

    def page(self, name: str, *, scripts: bool = True) -> Page:
        """That member's window."""
        context = self.chromium.new_context(base_url=self.url, java_script_enabled=scripts)
        context.add_cookies([{"name": "grants", "value": self.cookies[name], "url": self.url}])
        return context.new_page()


@pytest.fixture
def meeting(shared_databases: Shared, tmp_path: Path) -> Iterator[Meeting]:
    """The story told, two conflicts put on record beside its own, everything served."""
    made = fresh_sqlite(shared_databases, tmp_path / "meeting.sqlite3")
    (tmp_path / "data").mkdir(mode=0o700)
    settings = replace(settings_for(tmp_path / "data", made.url), demo=True)
    theirs = list(config._in_use)
    app = create_app(settings)
    try:
        with app.app_context():
            tell(definition=fund(), now=now(), progress=lambda line: None)
            people, kept = _prepare()
            cookies = {}
            for person in people:
                visitor = clients.Browser(app)
                sign_in(visitor, person)
                cookie = visitor.get_cookie("grants")
                assert cookie is not None
                cookies[person.name] = cookie.value
            names = [person.name for person in people]
            db.session.remove()
            db.engine.dispose()
    finally:
        config._in_use[:] = theirs
    chair, onlooker, first, second, *others = names
    with server(settings, tmp_path / "console") as url, browser() as chromium:
        yield Meeting(
            url, chromium, cookies, chair, onlooker, (Kept(first, kept[0]), Kept(second, kept[1])), (*others,)
        )


def _prepare() -> tuple[list[Person], tuple[str, str]]:
    """The chair and five members with nothing left to score, the third and fourth with a conflict each.

    Their bids' references come second.
    """
    with unit_of_work() as session:
        round_ = round_by_ref(session, ROUND)
        manager_id = person_by_email(session, "manager@council.example")
        assert manager_id is not None
        manager = actor_for(session, manager_id.id)
        free = [
            person
            for person in panel(session)
            if not scoring.has_unlocked_sheets(session, actor_for(session, person.id), round_.id)
        ]
        free.sort(key=lambda person: person.email != "chair@council.example")
        bids, refs = scored(session, round_.id, first=1, last=100), []
        for person in free[2:4]:
            bid = next(
                bid
                for bid in bids
                if bid.ref not in refs
                and not has_scored(session, person_id=person.id, application_id=bid.application_id)
            )
            refs.append(bid.ref)
            reviewing.record_conflict(
                session, person_id=person.id, application_id=bid.application_id, reason="A cousin’s",
                actor=manager, now=now(),
            )  # fmt: skip
    return free[:6], (refs[0], refs[1])


def call(page: Page) -> None:
    """The chair calls a meeting for tomorrow and opens it."""
    page.goto(f"/meetings/rounds/{ROUND}/")
    day = today(now()) + timedelta(days=1)
    for label, number in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        page.get_by_label(label, exact=True).fill(str(number))
    page.get_by_label("Where").fill("Committee room 2")
    page.get_by_label("How many members must stay in the room for a bid").fill(str(QUORUM))
    page.get_by_role("button", name="Call the meeting").click()
    page.get_by_role("button", name="Open the meeting").click()


def come(page: Page, names: Sequence[str]) -> None:
    """The chair notes who has come."""
    for name in names:
        page.get_by_role("row").filter(has_text=name).get_by_role("button", name="Has come").click()


def call_bid(page: Page, agenda: str, ref: str) -> str:
    """The chair goes to a bid of the agenda and calls it. Gives its title."""
    page.goto(agenda)
    page.get_by_role("row").filter(has_text=ref).get_by_role("link").click()
    page.get_by_role("button", name="Call this bid").click()
    return page.locator("h1").inner_text()


def test_a_meeting_of_six_with_two_recusals(meeting: Meeting) -> None:
    chair, onlooker = meeting.page(meeting.chair), meeting.page(meeting.onlooker)
    plain = meeting.page(meeting.kept[0].name, scripts=False)
    call(chair)
    agenda = chair.url
    for page in (onlooker, plain):
        page.goto(agenda)
        page.get_by_role("button", name="I am at the meeting").click()
        expect(page.locator("#now")).to_contain_text("No bid has been called.")
    chair.goto(agenda)
    come(chair, [meeting.kept[1].name, *meeting.others])
    assert chair.get_by_role("cell", name="Here", exact=True).count() == 6

    _the_first_leaves(meeting, agenda, chair, onlooker, plain)
    _too_few_for_the_second(meeting, agenda, chair, onlooker)
    _decided(meeting, agenda, chair)
    chair.goto(agenda)
    chair.get_by_role("button", name="Close the meeting").click()
    _minutes(meeting, agenda, chair, plain)


def _the_first_leaves(meeting: Meeting, agenda: str, chair: Page, onlooker: Page, plain: Page) -> None:
    """Who follows by script sees the bid; whose conflict it is sees, reloading, that they are outside."""
    ref = meeting.kept[0].ref
    title = call_bid(chair, agenda, ref)
    now_at = onlooker.locator("#now")
    expect(now_at).to_contain_text(title, timeout=FOLLOWS_WITHIN)
    expect(now_at).to_contain_text("In the room: 5 members")
    expect(now_at).to_contain_text(meeting.kept[0].name)
    plain.get_by_role("link", name="Look again").click()
    told = plain.locator("main").inner_text()
    assert f"The panel is at {ref}. You have a conflict of interest with it" in told
    assert title not in told
    plain.goto(agenda)
    assert title not in plain.locator("main").inner_text()


def _too_few_for_the_second(meeting: Meeting, agenda: str, chair: Page, onlooker: Page) -> None:
    """With one gone, the second recusal leaves four: refused until they are back."""
    onlooker.goto(agenda)
    onlooker.get_by_role("button", name="I am leaving the meeting").click()
    ref = meeting.kept[1].ref
    chair.goto(agenda)
    chair.get_by_role("row").filter(has_text=ref).get_by_role("link").click()
    chair.get_by_role("button", name="Call this bid").click()
    assert f"4 of the {QUORUM} members" in chair.locator("main").inner_text()
    onlooker.get_by_role("button", name="I am at the meeting").click()
    title = call_bid(chair, agenda, ref)
    expect(onlooker.locator("#now")).to_contain_text(title, timeout=FOLLOWS_WITHIN)
    expect(onlooker.locator("#now")).to_contain_text(meeting.kept[1].name)


def _decided(meeting: Meeting, agenda: str, chair: Page) -> None:
    """The chair writes a note and records what the panel decides; the agenda says so."""
    chair.get_by_label("What the minutes say of this bid").fill("Warmly welcomed.")
    chair.get_by_role("button", name="Keep for the minutes").click()
    chair.get_by_role("link", name="Record the decision").click()
    chair.get_by_label("Decline", exact=True).check()
    chair.get_by_label("Reason", exact=True).fill("The sums do not add up.")
    chair.get_by_role("button", name="Record the decision").click()
    chair.goto(agenda)
    assert "Decline" in chair.get_by_role("row").filter(has_text=meeting.kept[1].ref).inner_text()


def _minutes(meeting: Meeting, agenda: str, chair: Page, plain: Page) -> None:
    """The minutes name who was out for which bid; who was out reads no more of theirs than its reference."""
    whole = _pdf(chair, f"{agenda}minutes/")
    for words in ("Warmly welcomed.", "Decline", *(kept.name for kept in meeting.kept)):
        assert words in whole, words
    theirs = _pdf(plain, f"{agenda}minutes/")
    chair.goto(agenda)
    row = chair.get_by_role("row").filter(has_text=meeting.kept[0].ref)
    title = row.get_by_role("link").inner_text()
    assert title in whole
    assert title not in theirs
    assert "Warmly welcomed." in theirs


def _pdf(page: Page, address: str) -> str:
    answer = page.request.get(address)
    assert answer.ok, answer.status
    return " ".join(text_of(answer.body()).split())
