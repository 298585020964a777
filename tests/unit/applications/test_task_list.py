"""Where each page of a bid stands, and what is still missing, told so that a person finds the way."""

from dataclasses import replace

from grants.applications.facts import Facts
from grants.applications.missing_rules import told_by_page
from grants.applications.rules import TaskStatus, blockers_to_submit, places_of, task_list
from grants.applications.states import Consent
from tests.unit.applications.bids import HIVE, complete, empty, fund, with_answer


def statuses(facts: Facts) -> dict[str, TaskStatus]:
    """Where each page stands, by place."""
    return {task.place: task.status for group in task_list(facts) for task in group.tasks}


def test_the_task_list_says_where_each_page_stands() -> None:
    not_started = dict.fromkeys(places_of(fund()), TaskStatus.NOT_STARTED)
    cannot = TaskStatus.CANNOT_START
    assert statuses(empty()) == {**not_started, "confirmations": cannot, "check": cannot}
    done = {**dict.fromkeys(places_of(fund()), TaskStatus.DONE), "check": TaskStatus.NOT_STARTED}
    assert statuses(complete()) == done
    untitled = with_answer("summary", "title", "")
    assert statuses(untitled) == {**done, "sections/summary": TaskStatus.IN_PROGRESS, "check": cannot}
    _, themes, money, send = task_list(empty())
    assert themes.note == (
        "A bid must address at least 2 of the 5 themes. "
        "Of each of the others, say on its page that you leave it out."
    )
    assert [task.note for task in (money.tasks[2], *send.tasks)] == [
        "First finish the project’s title, the budget and the shares",
        "First finish the parts above",
    ]
    _, _, money, _ = task_list(complete(partners=(replace(HIVE, consent=Consent.CORRECTION),)))
    assert money.tasks[2].note == "A partner does not agree: read its answer"


def test_a_page_that_was_not_begun_is_told_once() -> None:
    told = [(reason.text, reason.place) for reason in told_by_page(empty(), blockers_to_submit(empty()))]
    assert told[0] == ("“Your project” is not started", "sections/summary")
    assert told[-1] == ("“Documents” is not started", "documents")
    of_themes = [text for text, place in told if place.startswith("themes/")]
    assert of_themes == [
        reason.text for reason in blockers_to_submit(empty()) if reason.place.startswith("themes/")
    ]
    others = [place.partition("#")[0] for _, place in told if not place.startswith("themes/")]
    assert len(others) == len(set(others))
    untitled = with_answer("summary", "title", "")
    assert told_by_page(untitled, blockers_to_submit(untitled)) == blockers_to_submit(untitled)
