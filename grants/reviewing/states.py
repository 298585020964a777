"""Where a conflict of interest and an assignment stand."""

from collections.abc import Mapping
from enum import StrEnum

from grants.core.states import Label, Machine, step
from grants.programme.definition import ReviewerKind

KIND_LABELS: Mapping[ReviewerKind, str] = {
    ReviewerKind.CITIZEN: "Citizen",
    ReviewerKind.VCS: "Voluntary and community sector (VCS)",
    ReviewerKind.COUNCIL: "Council",
    ReviewerKind.PARTNER_BODY: "Partner body",
}


class ConflictState(StrEnum):
    """A conflict blocks while it is proposed, confirmed or pinned."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    PINNED = "pinned"


F = ConflictState
CONFLICT = Machine(
    name="conflict of interest",
    initial=F.PROPOSED,
    steps={
        "confirm": step(F.CONFIRMED, F.PROPOSED, F.REJECTED),
        "reject": step(F.REJECTED, F.PROPOSED, F.CONFIRMED),
        "propose_again": step(F.PROPOSED, F.REJECTED),
        "pin": step(F.PINNED, F.PROPOSED, F.CONFIRMED),
        "unpin": step(F.CONFIRMED, F.PINNED),
    },
    labels={
        F.PROPOSED: Label("Proposed", "Proposed"),
        F.CONFIRMED: Label("Confirmed", "Confirmed"),
        F.REJECTED: Label("Not a conflict", "Not a conflict"),
        F.PINNED: Label("Pinned", "Pinned"),
    },
)
BLOCKING = frozenset({F.PROPOSED, F.CONFIRMED, F.PINNED})
"""States in which the person may neither open nor decide on the bid."""
OUT_OF_MEANS = frozenset({F.CONFIRMED, F.PINNED})
"""States in which the person's sheet leaves every mean."""
del F

SETTLING_LABELS: Mapping[str, str] = {
    "confirm": "There is a conflict of interest",
    "reject": "There is no conflict of interest",
    "pin": "There is one, and only an administrator may ever change that",
}
"""What the programme team may decide about a conflict, by deed. Lifting a pin is not theirs."""


class ConflictSource(StrEnum):
    """How a conflict came to light."""

    DECLARED = "declared"
    SUGGESTED = "suggested"
    RECORDED = "recorded"


class InterestTie(StrEnum):
    """How somebody is tied to an organisation in the register of interests."""

    EMPLOYER = "employer"
    TRUSTEE = "trustee"
    MEMBER = "member"
    FAMILY = "family"
    COUNCILLOR = "councillor"
    OTHER = "other"


TIE_LABELS: Mapping[InterestTie, str] = {
    InterestTie.EMPLOYER: "I work for it, or did",
    InterestTie.TRUSTEE: "I am a trustee, director or committee member",
    InterestTie.MEMBER: "I am a member or volunteer",
    InterestTie.FAMILY: "Somebody close to me works for it or runs it",
    InterestTie.COUNCILLOR: "An interest I have as a councillor",
    InterestTie.OTHER: "Something else",
}


class AssignmentState(StrEnum):
    """Where one reviewer's task with one bid stands."""

    ASSIGNED = "assigned"
    CLEARED = "cleared"
    CONFLICTED = "conflicted"
    DECLINED = "declined"
    REMOVED = "removed"


A = AssignmentState
ASSIGNMENT = Machine(
    name="assignment",
    initial=A.ASSIGNED,
    steps={
        "declare_clear": step(A.CLEARED, A.ASSIGNED),
        "declare_conflict": step(A.CONFLICTED, A.ASSIGNED, A.CLEARED),
        "decline": step(A.DECLINED, A.ASSIGNED, A.CLEARED),
        "remove": step(A.REMOVED, A.ASSIGNED, A.CLEARED),
        "assign_again": step(A.ASSIGNED, A.REMOVED, A.DECLINED, A.CONFLICTED),
    },
    labels={
        A.ASSIGNED: Label("Conflicts not declared yet", "Being read"),
        A.CLEARED: Label("No conflict declared", "Being read"),
        A.CONFLICTED: Label("Conflict of interest", "Being read"),
        A.DECLINED: Label("Declined", "Being read"),
        A.REMOVED: Label("Taken off", "Being read"),
    },
)
LIVE = frozenset({A.ASSIGNED, A.CLEARED})
"""Assignments that still ask for a sheet."""
OVER = frozenset({A.DECLINED, A.REMOVED})
"""Assignments that ended without a conflict: the bid is none of this reviewer's any more."""
del A


class RunState(StrEnum):
    """Where an assignment run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    PROPOSED = "proposed"
    APPLIED = "applied"
    DISCARDED = "discarded"
    FAILED = "failed"


R = RunState
RUN = Machine(
    name="assignment run",
    initial=R.QUEUED,
    steps={
        "start": step(R.RUNNING, R.QUEUED),
        "propose": step(R.PROPOSED, R.RUNNING),
        "apply": step(R.APPLIED, R.PROPOSED),
        "discard": step(R.DISCARDED, R.PROPOSED),
        "fail": step(R.FAILED, R.RUNNING),
        "requeue": step(R.QUEUED, R.RUNNING),
    },
    labels={
        R.QUEUED: Label("Waiting to run", "Being prepared"),
        R.RUNNING: Label("Being worked out", "Being prepared"),
        R.PROPOSED: Label("Waits for your decision", "Being prepared"),
        R.APPLIED: Label("Applied", "Being read"),
        R.DISCARDED: Label("Discarded", "Being prepared"),
        R.FAILED: Label("Could not be done", "Being prepared"),
    },
)
del R

LEVELS: Mapping[int, str] = {
    0: "Nothing in particular",
    1: "Some: I follow it",
    2: "Good: I have worked in it",
    3: "Deep: it is what I am known for",
}
"""How well a reviewer knows a theme, in words."""
EXPERT_FROM = 2
"""From this level on somebody counts as an expert in a theme."""

STEPS: Mapping[int, str] = {
    0: "Not started",
    1: "Reading the bids, the reviewers and their conflicts",
    2: "Working out who reads what",
    3: "Writing the proposal down",
}
"""How far a run has come."""


class ExpenseKind(StrEnum):
    """What a reviewer gave time or money for."""

    READING = "reading"
    MEETING = "meeting"
    TRAVEL = "travel"


EXPENSE_LABELS: Mapping[ExpenseKind, str] = {
    ExpenseKind.READING: "Reading and scoring",
    ExpenseKind.MEETING: "A meeting or training",
    ExpenseKind.TRAVEL: "Travel",
}


class ExpenseState(StrEnum):
    """Where a reviewer's time or expense stands. It pays nothing: the council does."""

    ENTERED = "entered"
    QUERIED = "queried"
    ACCEPTED = "accepted"
    TAKEN_BACK = "taken_back"


EXPENSE = Machine(
    name="time or expense of a reviewer",
    initial=ExpenseState.ENTERED,
    steps={
        "correct": step(ExpenseState.ENTERED, ExpenseState.ENTERED, ExpenseState.QUERIED),
        "query": step(ExpenseState.QUERIED, ExpenseState.ENTERED),
        "accept": step(ExpenseState.ACCEPTED, ExpenseState.ENTERED, ExpenseState.QUERIED),
        "take_back": step(ExpenseState.TAKEN_BACK, ExpenseState.ENTERED, ExpenseState.QUERIED),
    },
    labels={
        ExpenseState.ENTERED: Label("Waits for an answer", "Waits for an answer"),
        ExpenseState.QUERIED: Label("Queried", "We have a question"),
        ExpenseState.ACCEPTED: Label("Accepted", "Accepted"),
        ExpenseState.TAKEN_BACK: Label("Taken back", "Taken back by you"),
    },
)
