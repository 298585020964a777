"""The town's scenarios: one of the closed round that was worked out, and one that waits."""

from sqlalchemy.orm import Session

from grants.allocations import actions, queries
from grants.allocations.actions import planning
from grants.allocations.computing import ground_of
from grants.allocations.groups import shares_of
from grants.allocations.models import Scenario
from grants.allocations.settings import Settings
from grants.allocations.weighing import weigh
from grants.programme import queries as programme
from grants.programme.limits import Allocation
from tests.rooms.access.town import Town


def add(session: Session, town: Town) -> None:
    """What a chair asked for: the scored bid is the one that waits for a decision."""
    made = _asked(session, town)
    held = planning.claim(session, scenario_id=made.id, now=town.now)
    assert held is not None
    round_ = programme.round_by_id(session, made.round_id)
    found = queries.standing(session, round_)
    shares = shares_of(queries.abouts(session, found), programme.definition_of(round_).areas)
    planning.finish(
        session,
        held=held,
        clash=False,
        digest=found.digest(made.settings),
        results=weigh(ground_of(found, shares), Settings(Allocation())).results,
        now=town.now,
    )
    round_ref = town.records["closed"]["round_ref"]
    town.records["scenario"] = {"round_ref": round_ref, "scenario_id": made.id}
    town.records["scenario@waits"] = {"round_ref": round_ref, "scenario_id": _asked(session, town).id}


def _asked(session: Session, town: Town) -> Scenario:
    return actions.ask_for(
        session,
        round_id=town.round_ids["closed"],
        name="The best use",
        settings=Settings(Allocation()),
        actor=town.actor(session, "chair"),
        now=town.now,
    )
