"""Text that breaks careless software, in what the panel writes: expenses, practice, meetings and lots."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from grants.meetings.models import AgendaItem, Lottery, Meeting
from grants.meetings.rules import MOST_CHARACTERS
from grants.reviewing.expense_rules import LONGEST_NOTE
from grants.reviewing.models import ReviewerExpense
from grants.scoring.models import PracticeSheet
from tests.paths import needs_shared_data
from tests.rooms.access.bodies import body_for
from tests.rooms.access.desk import Desk
from tests.rooms.access.naughty import in_one, kept, strings, trimmed
from tests.rooms.access.visiting import Visits

pytestmark = needs_shared_data

LONGEST_PLACE, LONGEST_SEED = 500, 200


@pytest.fixture
def town(visits: Visits) -> Iterator[Visits]:
    """The town, put back afterwards."""
    yield visits
    visits.put_back()


def test_the_note_of_an_expense_and_the_question_about_it(town: Visits) -> None:
    reviewer, manager = Desk(town, "reviewer"), Desk(town, "manager")
    expense_id = town.town.records["expense"]["expense_id"]
    mine = select(ReviewerExpense.note, ReviewerExpense.query, ReviewerExpense.version).where(
        ReviewerExpense.id == expense_id
    )
    body = body_for("reviewing.correct_expense", town.town, town.town.records["expense"])
    texts = [text for text in strings() if len(text) <= LONGEST_NOTE and text.strip()]
    for text in texts[::3]:  # the two fields are like many others, and each text costs two requests
        ((*_, version),) = reviewer.stored(mine)
        reviewer.send("reviewing.correct_expense", "expense", {**body, "note": text, "version": version})
        asked = {"go": "query", "reason": text, "version": version + 1}
        manager.send("reviewing.answer_expense", "expense", asked)
        assert reviewer.stored(mine) == [(trimmed(text), trimmed(text), version + 2)]
        if "<" in text:
            assert reviewer.read("reviewing.own_expenses", "expense").words.count(trimmed(text)) >= 2
            assert manager.read("reviewing.expense", "expense").words.count(trimmed(text)) >= 2


def test_the_reasons_of_practice_scores(town: Visits) -> None:
    reviewer = Desk(town, "reviewer")
    body = body_for("scoring.save_practice", town.town, town.town.records["practice"])
    held = select(PracticeSheet.notes, PracticeSheet.version).where(
        PracticeSheet.person_id == town.town.person_ids["reviewer"]
    )
    version = 0
    for text in in_one(1_000):
        reviewer.send(
            "scoring.save_practice", "practice", {**body, "justification": text, "version": version}
        )
        ((notes, version),) = reviewer.stored(held)
        assert notes == {"youth": trimmed(text)}
        if "<" in text:
            reviewer.read("scoring.practice_theme", "practice")


def test_where_a_meeting_is_and_what_its_minutes_say(town: Visits) -> None:
    chair, manager = Desk(town, "chair"), Desk(town, "manager")
    body = body_for("meetings.call", town.town, town.town.records["closed"])
    for text in in_one(LONGEST_PLACE):
        manager.send("meetings.call", "closed", {**body, "place": text})
        assert manager.stored(select(Meeting.place).order_by(Meeting.id.desc()).limit(1)) == [
            (trimmed(text),)
        ]
        if "<" in text:
            ((newest,),) = manager.stored(select(func.max(Meeting.id)))
            assert manager.read("meetings.meeting", "meeting", meeting_id=newest).holds(trimmed(text))
    item = select(AgendaItem.note).where(AgendaItem.id == town.town.records["meeting@now"]["item_id"])
    for text in in_one(MOST_CHARACTERS):
        chair.send("meetings.write_note", "meeting@now", {"note": text})
        assert chair.stored(item) == [(trimmed(text),)]
        assert chair.read("meetings.item", "meeting@now").holds(trimmed(text))


def test_the_seed_of_lots(town: Visits) -> None:
    chair = Desk(town, "chair")
    seeds = [text for text in in_one(LONGEST_SEED) if "<" in text]
    for seed in (seeds[0], seeds[-1]):
        chair.send("meetings.draw_lots", "lots", {"seed": seed})
        assert chair.stored(select(Lottery.seed)) == [(" ".join(kept(seed).split()),)]
        assert chair.read("meetings.meeting", "meeting@now").holds(" ".join(kept(seed).split()))
        town.put_back()
