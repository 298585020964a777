"""Text that breaks careless software, in the forms of judging and some others: shown as typed, never run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from grants.reviewing.models import ReviewerInterest
from grants.scoring.actions.saving_views import LONGEST_NAME
from tests.paths import needs_shared_data
from tests.rooms.access.bodies import body_for
from tests.rooms.access.desk import Desk
from tests.rooms.access.naughty import kept, strings, trimmed
from tests.rooms.access.visiting import Visits

pytestmark = needs_shared_data

MOST = 1_900
"""Characters at once: less than most of these boxes take."""

AT_ONCE = 30
"""Views saved of one round before they are looked at: it takes no more than fifty."""


@pytest.fixture
def town(visits: Visits) -> Iterator[Visits]:
    """The town, put back afterwards."""
    yield visits
    visits.put_back()


@dataclass(frozen=True)
class Form:
    """A form with a box for several lines: who sends it about which record, and where who reads it."""

    sends: str
    endpoint: str
    record: str
    reads: str
    page: str
    of: str
    box: str = "reason"
    more: Mapping[str, object] = field(default_factory=dict)
    most: int = MOST
    on: str = ""
    """Who joins a team with it."""

    def __str__(self) -> str:
        return f"{self.endpoint} {self.box}"


FORMS = (
    Form("reviewer", "scoring.ask_to_reopen", "scored", "manager", "scoring.sheets", "scored"),
    Form("manager", "scoring.draft_reopening", "sheet@scored", "chair", "scoring.sheets", "scored"),
    Form(
        "chair",
        "scoring.settle_reopening",
        "reopening@scored",
        "auditor",
        "scoring.sheets",
        "scored",
        more={"go": "refuse"},
    ),
    Form("chair", "scoring.agree", "scored", "chair", "scoring.moderate", "scored"),
    Form("reviewer", "scoring.save_comment", "reviewed", "reviewer", "scoring.check", "reviewed", "comment"),
    Form(
        "reviewer",
        "scoring.save_comment",
        "reviewed",
        "reviewer",
        "scoring.check",
        "reviewed",
        more={"recommendation": "fund_in_part", "amount": "10"},
    ),
    Form("reviewer", "reviewing.save_decline", "reviewed", "manager", "reviewing.team", "reviewed"),
    Form("manager", "reviewing.settle_proposal", "proposal", "manager", "reviewing.proposal", "proposal"),
    Form("chair", "reviewing.settle", "conflict", "auditor", "reviewing.conflict", "conflict"),
    Form(
        "manager",
        "reviewing.change_team",
        "reviewed",
        "manager",
        "reviewing.team",
        "reviewed",
        on="unassigned",
    ),
    Form("editor", "accounts.save_details", "A", "editor", "accounts.describe", "A", "address", most=480),
    Form("administrator", "privacy.decide", "deletion", "administrator", "privacy.request_page", "deletion"),
)


def batches(most: int) -> Iterator[list[str]]:
    """All of them, as many at a time as a box takes."""
    batch: list[str] = []
    for text in strings():
        if batch and sum(map(len, batch)) + len(batch) + len(text) > most:
            yield batch
            batch = []
        batch.append(text[:most])
    yield batch


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_boxes_for_several_lines(town: Visits, form: Form) -> None:
    sender, reader = Desk(town, form.sends), Desk(town, form.reads)
    body = dict(body_for(form.endpoint, town.town, town.town.records.get(form.record, {})))
    if form.on:
        body["on"] = town.town.person_ids[form.on]
    for texts in batches(form.most):
        typed = "start\n" + "\n".join(texts) + "\nend"
        sender.send(form.endpoint, form.record, {**body, **form.more, form.box: typed})
        page = reader.read(form.page, form.of)
        assert [text for text in map(trimmed, texts) if not page.holds(text)] == []
        town.put_back()


def test_the_register_of_interests(town: Visits) -> None:
    desk = Desk(town, "reviewer")
    names = [text for text in strings() if 0 < len(trimmed(text)) <= 300]
    for number, text in enumerate(names):
        desk.send("reviewing.enter_interest", "-", {"organisation": text, "tie": "other", "note": text})
        if number % 20 == 0:
            desk.read("reviewing.register", "-")  # what is said after each deed waits for a page
    newest = select(ReviewerInterest.organisation).order_by(ReviewerInterest.id.desc()).limit(len(names))
    stored = [name for (name,) in desk.stored(newest)][::-1]
    assert stored == list(map(trimmed, names))
    page = desk.read("reviewing.register", "-")
    assert [name for name in stored if not page.holds(name)] == []


def test_names_of_saved_views(town: Visits) -> None:
    desk = Desk(town, "chair")
    names = {" ".join(kept(text).split()): text for text in strings() if set("<>&\"'\0") & set(text)}
    short = [(name, text) for name, text in names.items() if name and len(name) <= LONGEST_NAME]
    for start in range(0, len(short), AT_ONCE):
        some = short[start : start + AT_ONCE]
        for number, (_, text) in enumerate(some):
            desk.send("scoring.save_view", "closed", {"name": text})
            if number % 10 == 0:
                desk.read("home.dashboard", "-")  # what is said after each deed waits for a page
        page = desk.read("scoring.ranking", "closed")
        assert [name for name, _ in some if not page.holds(name)] == []
        town.put_back()
