"""Every state machine is total, reachable and labelled, and ends where we say it does."""

from enum import StrEnum

import pytest

from grants.core.states import Machine
from tests.architecture.diagrams import machines

MACHINES = machines()

ENDS: dict[str, set[str]] = {
    "accounts.JOINING": set(),  # somebody turned away may ask again
    "allocations.SCENARIO": {"done", "clash", "failed"},
    "applications.ASSISTED": {"signed"},
    "awards.CONDITION": {"met", "waived"},
    "awards.VARIATION": {"agreed", "refused", "taken_back"},
    "banking.BANK": {"refused", "taken_back", "replaced"},
    "payments.BATCH": {"settled", "cancelled"},
    "payments.LINE": {"failed", "returned", "left_out"},
    "payments.RECEIVABLE": {"settled", "refused"},
    "monitoring.REPORT": {"accepted"},
    "appeals.APPEAL": {"upheld", "not_upheld", "withdrawn"},
    "applications.BID": {"closed", "withdrawn", "terminated"},  # more time and appeals reopen
    "programme.EXTENSION": {"approved", "refused", "withdrawn"},
    "applications.CHANGE": {"approved", "refused", "taken_back"},
    "applications.SIGNING": {"sent", "declined", "taken_back"},
    "applications.CONSENT": set(),  # changed terms ask a partner again
    "applications.REVISION": {"sent", "cancelled", "lapsed", "dropped"},
    "documents.SCAN": {"clean", "infected", "failed"},
    "exports.EXPORT": {"ready", "failed"},
    "meetings.MEETING": {"closed"},
    "feedback.DRAFTING": {"done", "failed"},
    "feedback.FEEDBACK": {"sent"},
    "notifications.MESSAGE": set(),  # what was sent may come back
    "privacy.DELETION": {"granted", "refused", "taken_back"},
    "reviewing.ASSIGNMENT": set(),
    "reviewing.CONFLICT": set(),
    "reviewing.EXPENSE": {"accepted", "taken_back"},
    "reviewing.RUN": {"applied", "discarded", "failed"},
    "scoring.CALIBRATION": {"failed", "stale"},
    "scoring.REOPENING": {"approved", "refused"},
    "scoring.SHEET": set(),  # a locked sheet may be reopened
}
"""Where each machine ends, written by hand."""


def reached(machine: Machine[StrEnum]) -> set[StrEnum]:
    found = {machine.initial}
    while more := {step.target for step in machine.steps.values() if step.sources & found} - found:
        found |= more
    return found


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_can_be_reached(name: str) -> None:
    machine = MACHINES[name]

    assert reached(machine) == set(type(machine.initial))


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_has_a_label_for_staff_and_one_for_applicants(name: str) -> None:
    machine = MACHINES[name]

    assert set(machine.labels) == set(type(machine.initial))
    assert [state for state, label in machine.labels.items() if not (label.staff and label.applicant)] == []


@pytest.mark.parametrize("name", MACHINES)
def test_staff_can_tell_states_apart(name: str) -> None:
    labels = [label.staff for label in MACHINES[name].labels.values()]

    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("name", MACHINES)
def test_every_deed_is_named_and_starts_somewhere(name: str) -> None:
    assert [
        deed for deed, step in MACHINES[name].steps.items() if not (deed.isidentifier() and step.sources)
    ] == []


def test_machines_end_where_they_should() -> None:
    ends = {
        name: {
            state.value
            for state in type(machine.initial)
            if not any(state in step.sources and step.target != state for step in machine.steps.values())
        }
        for name, machine in MACHINES.items()
    }

    assert ends == ENDS


def test_machine_names_are_their_own() -> None:
    names = [machine.name for machine in MACHINES.values()]

    assert len(set(names)) == len(names)
