"""The town's records about sharing bids out."""

from sqlalchemy.orm import Session

from grants.reviewing.models import AssignmentRun
from grants.reviewing.states import RunState
from tests.rooms.access.town import Town


def add_proposal(session: Session, town: Town, round_id: int) -> None:
    """A proposal that waits for the manager, and somebody on the panel who has nothing to read yet."""
    summary = dict.fromkeys(("added", "dropped", "kept", "reviewers"), 0)
    lists: dict[str, list[int]] = {name: [] for name in ("short", "uncovered", "no_expert", "loads")}
    lifted = dict.fromkeys(("worst_before", "worst", "before", "after"), 0)
    run = AssignmentRun(
        round_id=round_id,
        state=RunState.PROPOSED,
        requested_by_id=town.person_ids["manager"],
        requested_at=town.now,
        finished_at=town.now,
        summary={**summary, **lists, "citizens": {}, "lifted": lifted},
    )
    session.add(run)
    session.flush()
    town.records["proposal"] = {"run_id": run.id}
    town.records["panelist"] = {"person_id": town.person_ids["unassigned"]}
    town.records["owing"] = {**town.records["closed"], "person_id": town.person_ids["undeclared"]}
