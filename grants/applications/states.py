"""The stages of a bid, the consent of a partner, and which deed leads from which to which."""

from enum import StrEnum

from grants.core.states import Label, Machine, step


class Stage(StrEnum):
    """The public progress of one bid."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    SCORED = "scored"
    DECIDED = "decided"
    OFFERED = "offered"
    ACTIVE = "active"
    CLOSED = "closed"
    INELIGIBLE = "ineligible"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    TERMINATED = "terminated"


S = Stage
BID = Machine(
    name="bid",
    initial=S.DRAFT,
    steps={
        "submit": step(S.SUBMITTED, S.DRAFT),
        "reject_as_ineligible": step(S.INELIGIBLE, S.SUBMITTED),
        "send_to_review": step(S.IN_REVIEW, S.SUBMITTED),
        "finish_scoring": step(S.SCORED, S.IN_REVIEW),
        "return_to_review": step(S.IN_REVIEW, S.SCORED),
        "decide": step(S.DECIDED, S.IN_REVIEW, S.SCORED, S.DECIDED),
        "return_to_panel": step(S.SCORED, S.DECIDED),
        "offer": step(S.OFFERED, S.DECIDED),
        "accept_offer": step(S.ACTIVE, S.OFFERED),
        "close": step(S.CLOSED, S.ACTIVE),
        "terminate": step(S.TERMINATED, S.ACTIVE),
        "lapse": step(S.LAPSED, S.DRAFT, S.OFFERED),
        "withdraw": step(S.WITHDRAWN, S.DRAFT, S.SUBMITTED, S.IN_REVIEW, S.SCORED, S.DECIDED),
    },
    labels={
        S.DRAFT: Label("Draft", "Draft: not sent yet"),
        S.SUBMITTED: Label("Submitted", "Sent: we are checking it"),
        S.IN_REVIEW: Label("In review", "Being read by the panel"),
        S.SCORED: Label("Scored", "Decision pending"),
        S.DECIDED: Label("Decided", "Decision pending"),
        S.OFFERED: Label("Offered", "Offer made: waiting for your answer"),
        S.ACTIVE: Label("Active award", "Award under way"),
        S.CLOSED: Label("Closed", "Finished"),
        S.INELIGIBLE: Label("Ineligible", "Not eligible"),
        S.WITHDRAWN: Label("Withdrawn", "Withdrawn"),
        S.LAPSED: Label("Lapsed", "Lapsed: not sent or not taken up in time"),
        S.TERMINATED: Label("Terminated", "Award ended early"),
    },
)
del S


class Consent(StrEnum):
    """Where a partner's agreement to take part stands."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    GIVEN = "given"
    DECLINED = "declined"


C = Consent
CONSENT = Machine(
    name="partner's consent",
    initial=C.NOT_ASKED,
    steps={
        "ask": step(C.ASKED, C.NOT_ASKED, C.ASKED, C.DECLINED),
        "give": step(C.GIVEN, C.ASKED),
        "decline": step(C.DECLINED, C.ASKED),
        "change_terms": step(C.NOT_ASKED, C.NOT_ASKED, C.ASKED, C.GIVEN, C.DECLINED),
    },
    labels={
        C.NOT_ASKED: Label("Not asked yet", "Not asked yet"),
        C.ASKED: Label("Waiting for an answer", "Waiting for their answer"),
        C.GIVEN: Label("Confirmed", "Confirmed"),
        C.DECLINED: Label("Declined", "Declined"),
    },
)
del C


class Origin(StrEnum):
    """Where a bid came from; shown wherever it is not `online`."""

    ONLINE = "online"
    IMPORTED = "imported"
    DEMO = "demo"
