"""Text that breaks careless software: kept as typed, shown as typed, and never run."""

from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import select, update

from grants.accounts.models import Organisation, Person
from grants.accounts.rules import on_one_line
from grants.allocations.actions import planning
from grants.allocations.models import Scenario
from grants.allocations.states import ScenarioState
from grants.appeals.models import Appeal
from grants.applications.facts import field_of, partner_page
from grants.applications.models import Partner, SectionAnswers
from grants.banking.models import DiligenceCheck
from grants.banking.states import Item
from grants.core.db import unit_of_work
from grants.feedback.models import BidFeedback
from grants.panels.models import Decision
from grants.reviewing.models import Assignment
from grants.scoring.models import Sheet, ThemeNote
from grants.threads.models import ThreadMessage
from tests.paths import needs_shared_data
from tests.rooms.access.bodies import ORGANISATION, PARTNER, body_for
from tests.rooms.access.desk import Desk, page_of_draft
from tests.rooms.access.naughty import in_batches, in_one, kept, strings, trimmed
from tests.rooms.access.reading import Read
from tests.rooms.access.town import STRANDS
from tests.rooms.access.visiting import Visits

pytestmark = needs_shared_data

LONGEST_SHOWN = 200
"""A person's name may not be longer."""

THEMES = ("youth", "housing", "community", "work", "poverty")

OF_ERRORS = {"a", "div", "h2", "li", "p", "span", "ul"}
"""Elements that a page gains when something on it is too long."""

RISKY = frozenset("<>&\"'\0\r\n")
"""Where every string is a page of its own, those without any of these are stored but not looked at."""


@pytest.fixture
def town(visits: Visits) -> Iterator[Visits]:
    """The town, put back afterwards."""
    yield visits
    visits.put_back()


def show(page: Read, texts: Sequence[str]) -> None:
    """Every text stands on the page as it is."""
    assert [text for text in texts if not page.holds(text)] == []


def test_harm_would_be_found() -> None:
    page = Read("<p onclick=x>a<a href=' JavaScript:x'>b</a></p><script>1</script><script src=x></script>")
    assert len(page.harm) == 4
    assert (page.holds("ab"), page.holds("<p onclick=x>")) == (True, False)


def _fill_themes(desk: Desk) -> None:
    for texts in in_batches(len(THEMES) * len(STRANDS)):
        for n, theme in enumerate(THEMES):
            mine = dict(zip(STRANDS, texts[n * len(STRANDS) :], strict=False))
            version = desk.stored(page_of_draft(desk.visits, f"theme:{theme}"))[0][1]
            body = {field_of(strand): text for strand, text in mine.items()}
            desk.send("applications.save_theme", "draft", {"version": version, **body}, theme=theme)
            answers = desk.stored(page_of_draft(desk.visits, f"theme:{theme}"))[0][0]
            assert {strand: answers[strand] for strand in STRANDS} == {
                strand: kept(text) for strand, text in mine.items()
            }
        show(desk.read("applications.answers", "draft"), list(map(kept, texts)))
    show(desk.read("applications.theme", "draft", theme=THEMES[-1]), [kept(text) for text in texts[-3:]])


def test_answers_to_themes(town: Visits) -> None:
    _fill_themes(Desk(town, "editor"))


def test_answers_to_themes_on_postgresql(visits_on_postgresql: Visits) -> None:
    _fill_themes(Desk(visits_on_postgresql, "editor"))
    visits_on_postgresql.put_back()


def test_answers_to_the_funds_own_questions(town: Visits) -> None:
    desk = Desk(town, "editor")
    ordinary = desk.read("applications.section", "draft").elements
    for texts in in_batches(3):
        version = desk.stored(page_of_draft(town, "summary"))[0][1]
        typed = dict(zip(("title", "summary", "who_benefits"), texts, strict=True))
        body = {f"q-{key}": text for key, text in typed.items()}
        desk.send("applications.save_section", "draft", {"version": version, "go": "later", **body})
        answers = desk.stored(page_of_draft(town, "summary"))[0][0]
        assert {key: answers[key] for key in typed} == {key: kept(text) for key, text in typed.items()}
        page = desk.read("applications.section", "draft")
        show(page, list(map(kept, texts)))
        assert page.elements - ordinary <= OF_ERRORS


def test_lines_of_the_budget(town: Visits) -> None:
    desk = Desk(town, "editor")
    for texts in in_batches(50):
        version = desk.stored(page_of_draft(town, "budget"))[0][1]
        body: dict[str, object] = {"version": version, "go": "later"}
        for n, text in enumerate(texts):
            body |= {f"lines-{n}-item": text, f"lines-{n}-category": "Other", f"lines-{n}-amount": "1"}
        desk.send("applications.save_budget", "draft", body)
        lines = desk.stored(page_of_draft(town, "budget"))[0][0]["lines"]
        assert [line["item"] for line in lines] == list(map(kept, texts))
        show(desk.read("applications.budget", "draft"), list(map(kept, texts)))


def test_milestones_and_risks(town: Visits) -> None:
    desk = Desk(town, "editor")
    for texts in in_batches(10):
        version = desk.stored(page_of_draft(town, "plan"))[0][1]
        body: dict[str, object] = {"version": version, "go": "later"}
        for n, text in enumerate(texts):
            body[f"q-milestones-{n}-what"] = text
            body[f"q-milestones-{n}-by-day"] = "1"
            body |= {f"q-risks-{n}-{name}": text for name in ("what", "likely", "response")}
        desk.send("applications.save_section", "draft", body, key="plan")
        answers = desk.stored(page_of_draft(town, "plan"))[0][0]
        assert [row["what"] for row in answers["milestones"]] == list(map(kept, texts))
        assert [(row["what"], row["response"]) for row in answers["risks"]] == [
            (kept(text),) * 2 for text in texts
        ]
        show(desk.read("applications.section", "draft", key="plan"), list(map(kept, texts)))
        show(desk.read("applications.answers", "draft"), list(map(kept, texts)))


def test_partners(town: Visits) -> None:
    desk = Desk(town, "editor")
    asking = town.town.records["asking"]["partner_id"]
    for texts in in_batches(3):
        key = partner_page(asking)
        bid_id = town.town.bid_ids["asking"]
        page = select(SectionAnswers.version).where(
            SectionAnswers.application_id == bid_id, SectionAnswers.key == key
        )
        version = (desk.stored(page) or [(0,)])[0][0]
        typed = dict(zip(("name", "role", "contact_name"), texts, strict=False))
        desk.send("applications.save_partner", "asking", {**PARTNER, **typed, "version": version})
        (row,) = desk.stored(
            select(Partner.name, Partner.role, Partner.contact_name).where(Partner.id == asking)
        )
        assert row[: len(texts)] == tuple(map(kept, texts))
        show(desk.read("applications.partners", "asking"), list(map(kept, texts)))
        show(desk.read("applications.partner", "asking"), list(map(kept, texts)))


def test_why_a_partner_wants_a_correction_and_a_signatory_does_not_sign(town: Visits) -> None:
    lone, signatory = Desk(town, "lone"), Desk(town, "signatory")
    asking = town.town.records["asking"]["partner_id"]
    risky = [text for text in strings() if "<" in text and kept(text).strip()]
    for text in risky:
        body = {"answer": "correct", "name": "Ada", "reason": text}
        lone.send("applications.answer_partner_in", "asking", body)
        (row,) = lone.stored(select(Partner.declined_reason).where(Partner.id == asking))
        assert row == (trimmed(text),)
        show(lone.read("applications.partner_in_bid", "asking"), [trimmed(text)])
        town.put_back()
    for text in risky:
        signatory.send("applications.decline_to_sign", "draft", {"reason": text})
        show(signatory.read("applications.bid", "draft"), [trimmed(text)])
        town.put_back()


def test_messages_to_the_programme_team(town: Visits) -> None:
    desk = Desk(town, "editor")
    for texts in in_batches(len(strings()) // 15 + 1):
        desk.send("threads.write", "draft", {"text": "start\n" + "\n".join(texts) + "\nend"})
        mine = select(ThreadMessage.text).order_by(ThreadMessage.id.desc()).limit(1)
        assert desk.stored(mine) == [("start\n" + "\n".join(map(kept, texts)) + "\nend",)]
        show(desk.read("threads.thread", "draft"), list(map(kept, texts)))
        show(Desk(town, "manager").read("threads.team_thread", "draft"), list(map(kept, texts)))


def test_an_appeal_and_its_answer(town: Visits) -> None:
    desk, chair = Desk(town, "editor"), Desk(town, "chair")
    for texts in in_batches(len(strings()) // 15 + 1):
        typed = "start\n" + "\n".join(texts) + "\nend"
        desk.send("appeals.make", "declined", {"ground": "barrier", "text": typed})
        mine = select(Appeal.text).order_by(Appeal.id.desc()).limit(1)
        assert desk.stored(mine) == [("start\n" + "\n".join(map(kept, texts)) + "\nend",)]
        show(desk.read("appeals.appeal", "declined"), list(map(kept, texts)))
        chair.send("appeals.settle", "appeal", {"upheld": "no", "answer": typed, "version": 1})
        show(desk.read("appeals.appeal", "ineligible"), list(map(kept, texts)))
        show(chair.read("appeals.case", "appeal"), list(map(kept, texts)))
        town.put_back()


def test_what_a_manager_asks_to_be_changed(town: Visits) -> None:
    desk, applicant = Desk(town, "manager"), Desk(town, "editor")
    body = dict(body_for("applications.ask_for_changes", town.town, town.town.records["sent"]))
    for texts in in_batches(20):
        typed = "start\n" + "\n".join(texts) + "\nend"
        desk.send("applications.ask_for_changes", "sent", {**body, "ask-summary": typed, "reason": typed})
        show(desk.read("applications.changes", "sent"), list(map(kept, texts)))
        show(applicant.read("applications.bid", "sent"), list(map(kept, texts)))
        show(applicant.read("applications.section", "sent"), list(map(kept, texts)))
        desk.send("applications.cancel_changes", "sent", {"reason": typed})


def test_a_reviewers_justifications(town: Visits) -> None:
    desk = Desk(town, "reviewer")
    mine = (
        Sheet.application_id == town.town.bid_ids["reviewed"],
        Sheet.person_id == town.town.person_ids["reviewer"],
    )
    for texts in in_batches(len(THEMES)):
        for theme, text in zip(THEMES, texts, strict=True):
            ((version,),) = desk.stored(select(Sheet.version).where(*mine))
            body = {"version": version, "justification": text, "go": "next"}
            desk.send("scoring.save_theme", "reviewed", body, theme=theme)
        notes = select(ThemeNote.theme, ThemeNote.justification).join(Sheet, Sheet.id == ThemeNote.sheet_id)
        assert dict(desk.stored(notes.where(*mine))) == {
            theme: trimmed(text) for theme, text in zip(THEMES, texts, strict=True)
        }
        show(desk.read("scoring.check", "reviewed"), list(map(trimmed, texts)))


def test_the_reason_for_a_decision(town: Visits) -> None:
    desk = Desk(town, "chair")
    mine = Decision.application_id == town.town.bid_ids["decided"]
    for text in in_one(1_000):
        ((version,),) = desk.stored(select(Decision.version).where(mine))
        body = {"outcome": "fund", "amount": "20,000.50", "version": version, "reason": text}
        desk.send("panels.decide", "decided", body)
        assert desk.stored(select(Decision.reason).where(mine)) == [(trimmed(text),)]
        risky = [line for line in trimmed(text).split("\n") if RISKY & set(line)]
        show(desk.read("panels.decision", "decided"), risky)
        show(desk.read("panels.letter", "decided"), [line for line in risky if "<" in line])


def test_what_was_found_by_a_check_of_an_award(town: Visits) -> None:
    desk = Desk(town, "finance officer")
    bid_id = town.town.bid_ids["active"]
    mine = (DiligenceCheck.application_id == bid_id, DiligenceCheck.item == Item.ACCOUNTS)
    for text in in_one(1_000):
        ((version,),) = desk.stored(select(DiligenceCheck.version).where(*mine))
        body = {"finding": "concern", "version": version, "note": text}
        desk.send("banking.record_check", "active", body, item="accounts")
        assert desk.stored(select(DiligenceCheck.note).where(*mine)) == [(trimmed(text),)]
        if "<" in text:
            show(desk.read("banking.checks", "active"), [trimmed(text)])


def test_the_name_of_a_scenario(town: Visits) -> None:
    desk = Desk(town, "chair")
    names = [name for text in strings() if 0 < len(name := trimmed(text)) <= planning.LONGEST_NAME]
    for name in names:
        desk.send("allocations.ask", "closed", {"name": name, "sought": "pounds"})
        with town.app.app_context(), unit_of_work() as session:  # else those that wait would be too many
            session.execute(update(Scenario).values(state=ScenarioState.FAILED))
    newest = select(Scenario.name).order_by(Scenario.id.desc()).limit(len(names))
    assert [name for (name,) in desk.stored(newest)][::-1] == names
    show(desk.read("allocations.scenarios", "closed"), names[-50:])


def test_feedback_to_an_applicant(town: Visits) -> None:
    desk = Desk(town, "chair")
    mine = BidFeedback.application_id == town.town.bid_ids["scored"]
    for texts in in_batches(40):
        ((version,),) = desk.stored(select(BidFeedback.version).where(mine))
        typed = "start\n" + "\n".join(texts) + "\nend"
        body = {"version": version, "opening": typed, f"next_steps-{THEMES[0]}": typed, "go": "stay"}
        desk.send("feedback.save", "scored", body)
        kept_text = "start\n" + "\n".join(map(kept, texts)) + "\nend"
        assert desk.stored(select(BidFeedback.opening).where(mine)) == [(kept_text,)]
        show(desk.read("feedback.of_bid", "scored"), list(map(kept, texts)))


def test_why_a_reviewer_gets_more_time(town: Visits) -> None:
    desk = Desk(town, "manager")
    record = town.town.records["owing"]
    mine = select(Assignment.due_reason).where(
        Assignment.person_id == record["person_id"],
        Assignment.application_id == town.town.bid_ids["reviewed"],
    )
    for texts in in_batches(40):
        typed = "start\n" + "\n".join(texts) + "\nend"
        body = {**body_for("reviewing.give_more_time", town.town, record), "reason": typed}
        desk.send("reviewing.give_more_time", "owing", body)
        assert desk.stored(mine) == [("start\n" + "\n".join(map(kept, texts)) + "\nend",)]
        show(desk.read("reviewing.more_time", "owing"), list(map(kept, texts)))


def postcodes() -> Iterator[str]:
    """One a name: groups that are called alike in one place would be taken for the same."""
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    return (f"LU1 {digit}{one}{two}" for one in letters for two in letters for digit in range(1, 10))


def test_the_name_of_an_organisation(town: Visits) -> None:
    desk = Desk(town, "lone")
    names = [text for text in strings() if on_one_line(kept(text))]
    for name, postcode in zip(names, postcodes(), strict=False):
        desk.send("accounts.take_part", "open", {**ORGANISATION, "name": name, "postcode": postcode})
    wanted = [on_one_line(kept(name)) for name in names]
    newest = select(Organisation.name).order_by(Organisation.id.desc()).limit(len(names))
    assert [name for (name,) in desk.stored(newest)][::-1] == wanted
    show(desk.read("accounts.profile", "open"), wanted)
    show(desk.read("applications.start", "open"), wanted)


def test_the_name_of_a_person(town: Visits) -> None:
    desk, person_id = Desk(town, "editor"), town.town.person_ids["editor"]
    for text in strings():
        name = on_one_line(kept(text))
        if name and len(name) <= LONGEST_SHOWN:
            desk.send("accounts.rename", "open", {"name": text})
            assert desk.stored(select(Person.name).where(Person.id == person_id)) == [(name,)]
            if RISKY & set(text):
                show(desk.read("accounts.profile", "open"), [name])
