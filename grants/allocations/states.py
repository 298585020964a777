"""Where a scenario stands."""

from enum import StrEnum

from grants.core.states import Label, Machine, step


class ScenarioState(StrEnum):
    """A scenario that is done, or whose rules clash, never changes: working it out again makes another."""

    WAITING = "waiting"
    COMPUTING = "computing"
    DONE = "done"
    CLASH = "clash"
    FAILED = "failed"


UNDER_WAY = (ScenarioState.WAITING, ScenarioState.COMPUTING)
MADE = (ScenarioState.DONE, ScenarioState.CLASH)

SCENARIO = Machine(
    name="scenario",
    initial=ScenarioState.WAITING,
    steps={
        "start": step(ScenarioState.COMPUTING, ScenarioState.WAITING),
        "finish": step(ScenarioState.DONE, ScenarioState.COMPUTING),
        "find_clash": step(ScenarioState.CLASH, ScenarioState.COMPUTING),
        "fail": step(ScenarioState.FAILED, ScenarioState.COMPUTING),
        "requeue": step(ScenarioState.WAITING, ScenarioState.COMPUTING),
    },
    labels={
        ScenarioState.WAITING: Label("Waiting to be worked out", "Being read"),
        ScenarioState.COMPUTING: Label("Being worked out", "Being read"),
        ScenarioState.DONE: Label("Worked out", "Being read"),
        ScenarioState.CLASH: Label("Rules clash", "Being read"),
        ScenarioState.FAILED: Label("Failed", "Being read"),
    },
)
