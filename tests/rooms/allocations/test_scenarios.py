"""Scenarios: asked for, worked out, frozen, taken to the panel in one deed; hidden where a bid is."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from grants.allocations import actions, queries
from grants.allocations.actions import Reasons, Taken, planning
from grants.allocations.computing import ground_of
from grants.allocations.groups import shares_of
from grants.allocations.models import Scenario
from grants.allocations.outcome import Outcome as Found
from grants.allocations.outcome import outcome_from
from grants.allocations.settings import Settings, from_json
from grants.allocations.states import ScenarioState
from grants.allocations.weighing import weigh
from grants.applications.models import Version
from grants.core.errors import NotAllowed, RuleBroken, Stale
from grants.panels import actions as panel_deeds
from grants.panels import queries as panels
from grants.panels.states import Outcome
from grants.programme.limits import Allocation, LimitOf, PublishedLimit
from grants.reviewing import actions as reviewing
from tests.rooms.panels.scored import NOW, Panel, scored
from tests.rooms.panels.test_actions import small_fund

REASONS = Reasons("They are the best use of the pot.", "Less than they ask for.", "The money does not reach.")


def ask(panel: Panel, name: str = "Ours", by: str = "chair", **changes: object) -> Scenario:
    refs = {key: changes.pop(key) for key in ("funded", "refused") if key in changes}
    settings = Settings(replace(Allocation(), **changes), **refs)  # type: ignore[arg-type]  # names of fields
    return actions.ask_for(
        panel.session, round_id=panel.round.id, name=name, settings=settings, actor=panel.actor(by), now=NOW
    )


def work(panel: Panel, scenario: Scenario, now: datetime = NOW) -> Found:
    """What the worker does, in the test's own transaction."""
    session = panel.session
    held = planning.claim(session, scenario_id=scenario.id, now=now)
    assert held is not None
    found = queries.standing(session, panel.round)
    shares = shares_of(queries.abouts(session, found), panel.definition.areas)
    settings = from_json(scenario.settings)
    weighed = weigh(ground_of(found, shares), settings)
    assert planning.finish(
        session, held=held, clash=weighed.clash, digest=found.digest(scenario.settings),
        results=weighed.results, now=now,
    )  # fmt: skip
    session.expire_all()
    return outcome_from(scenario.results, settings, panel.definition)


def take(panel: Panel, scenario: Scenario, way: str = "best", reasons: Reasons = REASONS) -> Taken:
    return actions.take_to_the_panel(
        panel.session, scenario_id=scenario.id, way=way, reasons=reasons, actor=panel.actor("chair"), now=NOW
    )


def outcomes(panel: Panel) -> list[tuple[Outcome, int] | None]:
    decisions = [panels.decision_of(panel.session, bid.id) for bid in panel.bids]
    return [(decision.outcome, decision.amount) if decision else None for decision in decisions]


def tell_of(panel: Panel, number: int, **content: object) -> None:
    """Have a bid's sent version say so."""
    version = panel.session.get(Version, panel.bids[number].current_version_id)
    assert version is not None
    version.content = {**version.content, **content}
    panel.session.flush()


def test_asked_for_worked_out_and_taken_to_the_panel(session: Session) -> None:
    """Each bid asks for £10,000 and a penny or more; the pot has £25,000; the third may do with less."""
    panel = scored(session, 5, 1, 3, 4, definition=small_fund(pot=2_500_000))
    panel.bids[2].least_amount = 400_000
    scenario = ask(panel, partial=True)
    assert (scenario.state, scenario.steps) == (ScenarioState.WAITING, 0)
    outcome = work(panel, scenario)
    assert scenario.state is ScenarioState.DONE
    assert [(row.ref, row.rank, row.line, row.skip, row.best) for row in outcome.bids] == [
        (panel.bids[0].ref, 1, 1_000_001, 1_000_001, 1_000_001),
        (panel.bids[3].ref, 2, 1_000_004, 1_000_004, 1_000_004),
        (panel.bids[2].ref, 3, 0, 0, 499_995),
        (panel.bids[1].ref, 4, 0, 0, 0),
    ]
    assert sum(row.best for row in outcome.bids) == 2_500_000 == queries.budget(session, panel.round).left
    with pytest.raises(RuleBroken, match="funded in part"):
        take(panel, scenario, reasons=replace(REASONS, partly=" "))
    assert take(panel, scenario) == Taken(funded=2, in_part=1, declined=1)
    assert outcomes(panel) == [
        (Outcome.FUND, 1_000_001),
        (Outcome.DECLINE, 0),
        (Outcome.FUND_IN_PART, 499_995),
        (Outcome.FUND, 1_000_004),
    ]
    assert (scenario.taken_by_id, scenario.taken_at) == (panel.person_ids["chair"], NOW)
    stands = queries.budget(session, panel.round)
    assert (stands.proposed + stands.held, stands.left) == (2_500_000, 0)
    with pytest.raises(Stale, match="Work it out again"):
        take(panel, scenario)


def test_without_a_reason_against_the_rest_waits_and_so_do_equals(session: Session) -> None:
    panel = scored(session, 5, 3, 3, 1, definition=small_fund(pot=2_100_000))
    scenario = ask(panel)
    work(panel, scenario)
    assert take(panel, scenario, "line", replace(REASONS, declined="")) == Taken(1, 0, 0)
    assert outcomes(panel) == [(Outcome.FUND, 1_000_001), None, None, None]


def test_what_is_found_is_frozen_and_what_changes_makes_it_old(session: Session) -> None:
    panel = scored(session, 5, 4, definition=small_fund(pot=1_500_000))
    scenario = ask(panel, refused=(panel.bids[0].ref,))
    work(panel, scenario)
    results, digest = scenario.results, scenario.input_digest
    assert digest == queries.standing(session, panel.round).digest(scenario.settings)
    panel_deeds.decide(
        session, application_id=panel.bids[0].id, outcome=Outcome.DECLINE, reason="No",
        actor=panel.actor("chair"), now=NOW,
    )  # fmt: skip
    assert digest != queries.standing(session, panel.round).digest(scenario.settings)
    with pytest.raises(Stale):
        take(panel, scenario)
    again = actions.work_out_again(session, scenario_id=scenario.id, actor=panel.actor("chair"), now=NOW)
    assert (again.id != scenario.id, again.base_id, from_json(again.settings).refused) == (
        True,
        scenario.id,
        (),
    )
    assert planning.claim(session, scenario_id=scenario.id, now=NOW) is None
    assert (scenario.results, scenario.input_digest) == (results, digest)


def test_what_a_bid_is_about_is_read_from_what_was_sent(session: Session) -> None:
    panel = scored(session, 5, 4, 3, definition=small_fund(pot=2_100_000))
    youth, housing = panel.definition.rubric.theme_keys[:2]
    tell_of(panel, 0, claims=[housing])
    tell_of(panel, 1, claims=[housing])
    tell_of(panel, 2, claims=[youth, housing])
    limit = PublishedLimit(LimitOf.THEME, youth, least=500_000)
    outcome = work(panel, ask(panel, limits=(limit,)))
    assert [row.best for row in outcome.bids] == [1_000_001, 0, 1_000_003]
    assert [(group.least, group.line, group.best) for group in outcome.groups][:1] == [(500_000, 0, 500_001)]
    hive = {"name": "The Hive", "number": "SC1", "share": 900_000}
    tell_of(panel, 0, partners=[hive], lead_share=100_001)
    tell_of(panel, 1, partners=[{**hive, "number": " sc1"}], lead_share=100_002)
    outcome = work(panel, ask(panel, each_organisation=1_000_000))
    assert [row.best for row in outcome.bids] == [1_000_001, 0, 0]
    clash = ask(panel, each_organisation=1_000_000, funded=(panel.bids[2].ref,))
    assert work(panel, clash).clash == (
        "At most £10,000 for one organisation across its partnerships",
        f"Bid {panel.bids[2].ref} is funded",
    )
    assert clash.state is ScenarioState.CLASH


def test_nothing_is_asked_for_that_cannot_be(session: Session) -> None:
    panel = scored(session, 5, 4)
    one, two = (bid.ref for bid in panel.bids)
    with pytest.raises(RuleBroken) as broken:
        ask(panel, " ", fewest=3, most=2, funded=(one, "X-1"), refused=(one,))
    assert [(reason.place, reason.text) for reason in broken.value.reasons] == [
        ("name", "Enter a name for the scenario"),
        ("funded", "No ranked bid that waits for a decision is called X-1"),
        ("refused", f"{one} cannot be ruled in and out at once"),
        ("fewest", "The least number of awards is more than the most"),
    ]
    for by in ("auditor", "officer", "rosa"):
        with pytest.raises(NotAllowed):
            ask(panel, by=by)
    base = ask(panel, refused=(two,))
    with_it = actions.ask_with_bid(
        session, scenario_id=base.id, ref=f" {two.lower()}", actor=panel.actor("manager"), now=NOW
    )
    settings = from_json(with_it.settings)
    assert (with_it.name, with_it.base_id) == (f"Ours, with {two}", base.id)
    assert (settings.funded, settings.refused) == ((two,), ())
    with pytest.raises(RuleBroken, match="is called X-9"):
        actions.ask_with_bid(session, scenario_id=base.id, ref="X-9", actor=panel.actor("chair"), now=NOW)
    for _ in range(3):
        ask(panel)
    with pytest.raises(RuleBroken, match="Several scenarios"):
        ask(panel)


def test_nobody_plans_or_decides_through_a_bid_that_is_hidden_from_them(session: Session) -> None:
    panel = scored(session, 5, 4, definition=small_fund(pot=1_100_000))
    scenario = ask(panel)
    work(panel, scenario)
    reviewing.record_conflict(
        session, person_id=panel.person_ids["chair"], application_id=panel.bids[1].id,
        reason="Their sister runs it", actor=panel.actor("manager"), now=NOW,
    )  # fmt: skip
    with pytest.raises(NotAllowed, match=panel.bids[1].ref):
        ask(panel)
    with pytest.raises(NotAllowed, match=panel.bids[1].ref):
        take(panel, scenario)
    assert outcomes(panel) == [None, None]
    again = ask(panel, by="manager")
    bid = panel.bids[1]
    panel_deeds.decide(
        session, application_id=bid.id, outcome=Outcome.FUND, amount=bid.ask, reason="Good",
        actor=panel.actor("deputy"), now=NOW,
    )  # fmt: skip
    work(panel, again)
    with pytest.raises(NotAllowed, match=bid.ref):
        ask(panel)
    with pytest.raises(NotAllowed, match=bid.ref):
        take(panel, again)


def test_a_worker_that_dies_is_followed_by_another_three_times(session: Session) -> None:
    panel = scored(session, 5)
    scenario = ask(panel)
    assert planning.waiting(session, NOW) == []
    later = NOW + planning.COURIER_TIME + timedelta(seconds=1)
    assert planning.waiting(session, later) == [scenario.id]
    for _ in range(planning.MOST_ATTEMPTS):
        held = planning.claim(session, scenario_id=scenario.id, now=later)
        assert held is not None
        assert planning.claim(session, scenario_id=scenario.id, now=later) is None
        later += planning.LEASE + timedelta(seconds=1)
        assert planning.waiting(session, later) == [scenario.id]
    assert planning.claim(session, scenario_id=scenario.id, now=later) is None
    assert held is not None
    assert not planning.finish(session, held=held, clash=False, digest="", results={}, now=later)
    session.expire_all()
    assert (scenario.state, scenario.failure) == (ScenarioState.FAILED, planning.DIED)


def test_the_pot_has_one_identity(session: Session) -> None:
    """A decision above the threshold is held until its second signature, then proposed, then committed."""
    fund = small_fund(pot=5_000_000)
    panel = scored(
        session,
        5,
        4,
        definition=replace(fund, amounts=replace(fund.amounts, second_signature_above=1_000_001)),
    )

    def decide(number: int) -> int:
        bid = panel.bids[number]
        made = panel_deeds.decide(
            session, application_id=bid.id, outcome=Outcome.FUND, amount=bid.ask, reason="Good",
            actor=panel.actor("chair"), now=NOW,
        )  # fmt: skip
        return made.id

    def parts() -> tuple[int, ...]:
        found = queries.budget(session, panel.round)
        assert found.left == panels.pot_position(session, panel.round).left
        return found.paid, found.unpaid, found.proposed, found.held, found.left

    decide(0)
    second = decide(1)
    assert parts() == (0, 0, 1_000_001, 1_000_002, 2_999_997)
    panel_deeds.countersign(session, decision_id=second, actor=panel.actor("pat"), now=NOW)
    assert parts() == (0, 0, 2_000_003, 0, 2_999_997)
    release = panel_deeds.draft_release(
        session, round_id=panel.round.id, actor=panel.actor("manager"), now=NOW
    )
    panel_deeds.approve_release(session, release_id=release.id, actor=panel.actor("deputy"), now=NOW)
    assert parts() == (0, 2_000_003, 0, 0, 2_999_997)
    assert queries.budget(session, panel.round, paid=500_000).unpaid == 1_500_003
