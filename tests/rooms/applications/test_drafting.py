"""A draft keeps whatever was typed, one page at a time, and never loses the words of two people at once."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import func, select

from grants.accounts.states import OrganisationKind
from grants.applications import actions, queries
from grants.applications.facts import BudgetLine
from grants.applications.models import Application, SectionAnswers
from grants.applications.states import Consent, Stage
from grants.audit.models import TrailEntry
from grants.core.db import unit_of_work
from grants.core.errors import NotAllowed, NotFound, RuleBroken, Stale
from tests.rooms.applications import world as w
from tests.rooms.applications.world import AFTER, CLOSES, OPEN, World


def test_starting_gives_a_reference_and_keeps_the_answers(world: World) -> None:
    with unit_of_work() as session:
        application = w.started(world)
        assert (application.ref, application.stage, application.lead_id) == (
            "LCR1-0001",
            Stage.DRAFT,
            world.lead_id,
        )
        page = queries.page_of(session, application.id, "eligibility")
        assert page is not None
        assert page.answers == {
            question.key: "yes" if question.pass_answer else "no" for question in world.definition.eligibility
        }


def test_a_bid_that_cannot_be_considered_leaves_nothing_behind(world: World) -> None:
    wrong = {question.key: not question.pass_answer for question in world.definition.eligibility}
    with pytest.raises(RuleBroken) as refused, unit_of_work() as session:
        actions.start(
            session,
            round_id=world.round.id,
            lead_id=world.lead_id,
            eligibility=wrong,
            actor=world.actor("editor"),
            now=OPEN,
        )
    assert [reason.text for reason in refused.value.reasons] == [
        question.stop_reason for question in world.definition.eligibility
    ]
    with unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(Application)) == 0


@pytest.mark.parametrize(("moment", "allowed"), [(OPEN, True), (CLOSES, False), (AFTER, False)])
def test_a_bid_is_started_while_the_round_is_open(world: World, moment: datetime, allowed: bool) -> None:
    with unit_of_work():
        if allowed:
            w.started(world, now=moment)
        else:
            with pytest.raises(RuleBroken, match="Bids can be started from"):
                w.started(world, now=moment)


def test_only_kinds_that_the_fund_names_may_lead(world: World) -> None:
    with unit_of_work() as session:
        school = w.organisation(session, "A school", OrganisationKind.PUBLIC_BODY)
        w.join(world, "head", school, w.MemberRole.SIGNATORY)
    with unit_of_work() as session, pytest.raises(RuleBroken, match="can be led by"):
        actions.start(
            session,
            round_id=world.round.id,
            lead_id=school,
            eligibility=w.eligible(world.definition),
            actor=world.actor("head"),
            now=OPEN,
        )


@pytest.mark.parametrize("who", ["viewer", "stranger", "manager"])
def test_others_start_no_bid_for_the_organisation(world: World, who: str) -> None:
    with unit_of_work() as session, pytest.raises(NotAllowed):
        actions.start(
            session,
            round_id=world.round.id,
            lead_id=world.lead_id,
            eligibility=w.eligible(world.definition),
            actor=world.actor(who),
            now=OPEN,
        )


def save_title(
    world: World, bid_id: int, title: str, *, version: int | None, who: str = "editor"
) -> SectionAnswers:
    """Save one answer of the first page."""
    return actions.save_section(
        world.session,
        application_id=bid_id,
        key="summary",
        answers={"title": title},
        version=version,
        actor=world.actor(who),
        now=OPEN,
    )


def test_a_save_keeps_wrong_and_unfinished_work(world: World) -> None:
    with unit_of_work() as session:
        bid_id = w.started(world).id
        typed = {"title": "t" * 400, "starts_on": "31/2/2022", "summary": "word " * 500}
        page = actions.save_section(
            session,
            application_id=bid_id,
            key="summary",
            answers=typed,
            actor=world.actor("editor"),
            now=OPEN,
        )
        assert page.answers == typed
        assert queries.application(session, bid_id).title == "t" * 300


def test_answers_left_out_stay(world: World) -> None:
    with unit_of_work():
        bid_id = w.started(world).id
        save_title(world, bid_id, "One", version=None)
        page = actions.save_section(
            world.session,
            application_id=bid_id,
            key="summary",
            answers={"summary": "Two", "no_such_question": "x"},
            version=1,
            actor=world.actor("editor"),
            now=OPEN,
        )
        assert (page.answers, page.version) == ({"title": "One", "summary": "Two"}, 2)


@pytest.mark.parametrize("version", [None, 0, 1, 3])
def test_a_stale_save_is_refused_and_changes_nothing(world: World, version: int | None) -> None:
    with unit_of_work():
        bid_id = w.started(world).id
        save_title(world, bid_id, "One", version=None)
        save_title(world, bid_id, "Two", version=1, who="signatory")
    with pytest.raises(Stale), unit_of_work():
        save_title(world, bid_id, "Three", version=version)
    with unit_of_work() as session:
        page = queries.page_of(session, bid_id, "summary")
        assert page is not None
        assert (page.answers, page.version) == ({"title": "Two"}, 2)


def test_saving_the_same_again_changes_nothing_whatever_the_version(world: World) -> None:
    with unit_of_work():
        bid_id = w.started(world).id
        save_title(world, bid_id, "One", version=None)
        assert save_title(world, bid_id, "One", version=None).version == 1


@pytest.mark.parametrize(
    ("who", "refusal"), [("viewer", NotAllowed), ("stranger", NotFound), ("manager", NotFound)]
)
def test_others_save_nothing(world: World, who: str, refusal: type[Exception]) -> None:
    with unit_of_work():
        bid_id = w.started(world).id
    with pytest.raises(refusal), unit_of_work():
        save_title(world, bid_id, "Mine", version=None, who=who)


def test_there_are_no_other_pages_than_the_funds(world: World) -> None:
    with unit_of_work() as session:
        bid_id = w.started(world).id
        for key in ("nothing", "theme:nothing", "eligibility", "budget"):
            with pytest.raises(NotFound):
                actions.save_section(
                    session, application_id=bid_id, key=key, answers={}, actor=world.actor("editor"), now=OPEN
                )


def test_the_ask_is_the_sum_of_the_lines_that_can_be_read(world: World) -> None:
    with unit_of_work() as session:
        bid_id = w.started(world).id
        lines = [*w.LINES, BudgetLine("", "", "twelve"), BudgetLine("Bus", "Travel", " £1.50 ")]
        page = actions.save_budget(
            session, application_id=bid_id, lines=lines, actor=world.actor("editor"), now=OPEN
        )
        assert queries.application(session, bid_id).ask == 2_000_200
        assert [line["amount"] for line in page.answers["lines"]] == [1_500_000, 500_050, "twelve", 150]


def test_partners_keep_their_place_and_what_was_typed(world: World) -> None:
    with unit_of_work() as session:
        bid_id, editor = w.started(world).id, world.actor("editor")
        rows = [w.PARTNER, replace(w.PARTNER, name="", kind=None, share="a third")]
        actions.save_partners(
            session, application_id=bid_id, partners=rows, lead_share="half", actor=editor, now=OPEN
        )
        first, second = queries.partners_of(session, bid_id)
        assert [queries.entry_of(first), queries.entry_of(second)] == [
            replace(rows[0], partner_id=first.id),
            replace(rows[1], partner_id=second.id),
        ]
        swapped = [queries.entry_of(second), queries.entry_of(first)]
        actions.save_partners(
            session,
            application_id=bid_id,
            partners=swapped,
            lead_share="half",
            version=1,
            actor=editor,
            now=OPEN,
        )
        assert [partner.id for partner in queries.partners_of(session, bid_id)] == [second.id, first.id]


def test_a_row_taken_away_takes_the_partner_away(world: World) -> None:
    with unit_of_work() as session:
        application = w.complete(world)
        actions.save_partners(
            session,
            application_id=application.id,
            partners=[],
            lead_share=0,
            version=1,
            actor=world.actor("editor"),
            now=OPEN,
        )
        assert queries.partners_of(session, application.id) == []


def test_a_partner_of_another_bid_is_not_taken_over(world: World) -> None:
    with unit_of_work() as session:
        theirs, own = w.complete(world), w.started(world)
        (foreign,) = queries.partners_of(session, theirs.id)
        actions.save_partners(
            session,
            application_id=own.id,
            partners=[replace(w.PARTNER, partner_id=foreign.id)],
            lead_share=0,
            actor=world.actor("editor"),
            now=OPEN,
        )
        assert [partner.id for partner in queries.partners_of(session, theirs.id)] == [foreign.id]
        (made,) = queries.partners_of(session, own.id)
        assert (made.id == foreign.id, made.consent) == (False, Consent.NOT_ASKED)


def test_the_same_partners_saved_twice_are_not_doubled(world: World) -> None:
    with unit_of_work() as session:
        bid_id = w.started(world).id
        for _ in range(2):
            actions.save_partners(
                session,
                application_id=bid_id,
                partners=[w.PARTNER],
                lead_share=0,
                actor=world.actor("editor"),
                now=OPEN,
            )
        assert len(queries.partners_of(session, bid_id)) == 1


def test_each_save_is_a_line_in_the_trail_without_its_words(world: World) -> None:
    with unit_of_work():
        bid_id = w.started(world).id
        save_title(world, bid_id, "Secret title", version=None)
    with unit_of_work() as session:
        entry = session.scalars(select(TrailEntry).where(TrailEntry.deed == "application.save")).one()
        assert (entry.actor_id, entry.subject_id, entry.facts) == (
            world.person_ids["editor"],
            str(bid_id),
            {"page": "summary", "page_version": 1, "by_itself": False},
        )
