"""Where a score sheet stands, and a calibration."""

from enum import StrEnum

from grants.core.states import Label, Machine, step


class SheetState(StrEnum):
    """A locked sheet counts; a draft does not."""

    DRAFT = "draft"
    LOCKED = "locked"


SHEET = Machine(
    name="score sheet",
    initial=SheetState.DRAFT,
    steps={
        "lock": step(SheetState.LOCKED, SheetState.DRAFT),
        "reopen": step(SheetState.DRAFT, SheetState.LOCKED),
    },
    labels={
        SheetState.DRAFT: Label("Being scored", "Being read"),
        SheetState.LOCKED: Label("Locked", "Being read"),
    },
)


class Recommendation(StrEnum):
    """What a reviewer would have the panel do. It is advice: the panel decides."""

    FUND = "fund"
    FUND_IN_PART = "fund_in_part"
    DECLINE = "decline"


RECOMMENDATIONS = {
    Recommendation.FUND: "Fund",
    Recommendation.FUND_IN_PART: "Fund in part",
    Recommendation.DECLINE: "Do not fund",
}


class ReopeningState(StrEnum):
    """A reviewer asks, the programme manager drafts, a chair approves. The manager may also draft unasked."""

    ASKED = "asked"
    DRAFTED = "drafted"
    APPROVED = "approved"
    REFUSED = "refused"


WAITING_REOPENINGS = (ReopeningState.ASKED, ReopeningState.DRAFTED)

REOPENING = Machine(
    name="reopening of a score sheet",
    initial=ReopeningState.ASKED,
    steps={
        "draft": step(ReopeningState.DRAFTED, ReopeningState.ASKED),
        "approve": step(ReopeningState.APPROVED, ReopeningState.DRAFTED),
        "refuse": step(ReopeningState.REFUSED, ReopeningState.ASKED, ReopeningState.DRAFTED),
    },
    labels={
        ReopeningState.ASKED: Label("Asked for", "Being read"),
        ReopeningState.DRAFTED: Label("Waits for a chair", "Being read"),
        ReopeningState.APPROVED: Label("Reopened", "Being read"),
        ReopeningState.REFUSED: Label("Refused", "Being read"),
    },
)


class CalibrationState(StrEnum):
    """A stale calibration tells of results that have changed since."""

    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    STALE = "stale"


CALIBRATION = Machine(
    name="calibration",
    initial=CalibrationState.QUEUED,
    steps={
        "start": step(CalibrationState.RUNNING, CalibrationState.QUEUED),
        "finish": step(CalibrationState.READY, CalibrationState.RUNNING),
        "fail": step(CalibrationState.FAILED, CalibrationState.RUNNING),
        "requeue": step(CalibrationState.QUEUED, CalibrationState.RUNNING),
        "outdate": step(CalibrationState.STALE, CalibrationState.READY),
    },
    labels={
        CalibrationState.QUEUED: Label("Waiting to be worked out", "Being read"),
        CalibrationState.RUNNING: Label("Being worked out", "Being read"),
        CalibrationState.READY: Label("Ready", "Being read"),
        CalibrationState.FAILED: Label("Failed", "Being read"),
        CalibrationState.STALE: Label("Out of date", "Being read"),
    },
)
