"""Where feedback on a bid stands, and a run that drafts it for a whole round."""

from enum import StrEnum

from grants.core.states import Label, Machine, step


class FeedbackState(StrEnum):
    """Only what is ready goes out; what went out never changes."""

    DRAFT = "draft"
    READY = "ready"
    SENT = "sent"


FEEDBACK = Machine(
    name="feedback on a bid",
    initial=FeedbackState.DRAFT,
    steps={
        "mark_ready": step(FeedbackState.READY, FeedbackState.DRAFT),
        "take_back": step(FeedbackState.DRAFT, FeedbackState.READY),
        "send": step(FeedbackState.SENT, FeedbackState.READY),
    },
    labels={
        FeedbackState.DRAFT: Label("Draft", "Decision pending"),
        FeedbackState.READY: Label("Ready", "Decision pending"),
        FeedbackState.SENT: Label("Sent", "Sent"),
    },
)


class DraftingState(StrEnum):
    """A run waits, works, and has an end either way."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


UNDER_WAY = (DraftingState.QUEUED, DraftingState.RUNNING)

DRAFTING = Machine(
    name="drafting of feedback",
    initial=DraftingState.QUEUED,
    steps={
        "start": step(DraftingState.RUNNING, DraftingState.QUEUED),
        "finish": step(DraftingState.DONE, DraftingState.RUNNING),
        "fail": step(DraftingState.FAILED, DraftingState.RUNNING),
        "requeue": step(DraftingState.QUEUED, DraftingState.RUNNING),
    },
    labels={
        DraftingState.QUEUED: Label("Waiting to begin", "Decision pending"),
        DraftingState.RUNNING: Label("Being drafted", "Decision pending"),
        DraftingState.DONE: Label("Drafted", "Decision pending"),
        DraftingState.FAILED: Label("Failed", "Decision pending"),
    },
)
