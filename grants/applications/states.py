"""The stages of a bid, the consent of a partner, and which deed leads from which to which."""

from collections.abc import Mapping
from enum import StrEnum

from grants.core.language import mark
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
        "check_again": step(S.SUBMITTED, S.INELIGIBLE),
        "send_to_review": step(S.IN_REVIEW, S.SUBMITTED),
        "finish_scoring": step(S.SCORED, S.IN_REVIEW),
        "return_to_review": step(S.IN_REVIEW, S.SCORED),
        "decide": step(S.DECIDED, S.IN_REVIEW, S.SCORED, S.DECIDED),
        "return_to_panel": step(S.SCORED, S.DECIDED, S.OFFERED),
        "offer": step(S.OFFERED, S.DECIDED),
        "accept_offer": step(S.ACTIVE, S.OFFERED),
        "close": step(S.CLOSED, S.ACTIVE),
        "terminate": step(S.TERMINATED, S.ACTIVE),
        "lapse": step(S.LAPSED, S.DRAFT, S.OFFERED),
        "reopen_after_extension": step(S.DRAFT, S.LAPSED),
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
    CORRECTION = "correction"


class Answer(StrEnum):
    """What a partner answers when it is asked."""

    YES = "yes"
    NO = "no"
    CORRECT = "correct"


ANSWERED = frozenset({Consent.GIVEN, Consent.DECLINED, Consent.CORRECTION})
"""Consents under which an answer of the partner stands."""

DEED_OF = {Answer.YES: "give", Answer.NO: "decline", Answer.CORRECT: "ask_correction"}
"""Which step of `CONSENT` each answer is."""


C = Consent
CONSENT = Machine(
    name="partner's consent",
    initial=C.NOT_ASKED,
    steps={
        "ask": step(C.ASKED, C.NOT_ASKED, C.ASKED, C.DECLINED, C.CORRECTION),
        "give": step(C.GIVEN, C.ASKED),
        "decline": step(C.DECLINED, C.ASKED),
        "ask_correction": step(C.CORRECTION, C.ASKED),
        "change_terms": step(C.NOT_ASKED, C.NOT_ASKED, C.ASKED, C.GIVEN, C.DECLINED, C.CORRECTION),
    },
    labels={
        C.NOT_ASKED: Label("Not asked yet", "Not asked yet"),
        C.ASKED: Label("Waiting for an answer", "Waiting for their answer"),
        C.GIVEN: Label("Confirmed", "Confirmed"),
        C.DECLINED: Label("Declined", "Declined"),
        C.CORRECTION: Label("Asks for a correction", "Asks for a correction"),
    },
)
del C


class Standing(StrEnum):
    """Whether a partner takes part now, would by a change that is proposed, or did once."""

    CURRENT = "current"
    PROPOSED = "proposed"
    FORMER = "former"


class Signing(StrEnum):
    """Where a request to the lead's signatories to send the bid stands."""

    WAITING = "waiting"
    SENT = "sent"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


G = Signing
SIGNING = Machine(
    name="request for a signature",
    initial=G.WAITING,
    steps={
        "send": step(G.SENT, G.WAITING),
        "decline": step(G.DECLINED, G.WAITING),
        "take_back": step(G.TAKEN_BACK, G.WAITING),
    },
    labels={
        G.WAITING: Label("Waiting for a signature", "Waiting for signature"),
        G.SENT: Label("Sent by a signatory", "Sent by a signatory"),
        G.DECLINED: Label("Declined by a signatory", "A signatory has declined to sign"),
        G.TAKEN_BACK: Label("Taken back", "Taken back"),
    },
)
del G


class ChangeKind(StrEnum):
    """Why the shares of a bid that was sent change."""

    LEAVING = "leaving"
    PART_AWARD = "part_award"


class Change(StrEnum):
    """Where a change of the partnership after sending stands."""

    ASKING = "asking"
    AGREED = "agreed"
    FORWARDED = "forwarded"
    APPROVED = "approved"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


H = Change
CHANGE = Machine(
    name="change of the partnership",
    initial=H.ASKING,
    steps={
        "agree": step(H.AGREED, H.ASKING),
        "forward": step(H.FORWARDED, H.AGREED),
        "approve": step(H.APPROVED, H.FORWARDED),
        "settle": step(H.APPROVED, H.ASKING),
        "refuse": step(H.REFUSED, H.AGREED, H.FORWARDED),
        "take_back": step(H.TAKEN_BACK, H.ASKING, H.AGREED),
    },
    labels={
        H.ASKING: Label("Partners are being asked", "Waiting for the partners to agree"),
        H.AGREED: Label("Waiting for a programme manager", "With the programme team"),
        H.FORWARDED: Label("Waiting for the chair", "With the chair of the panel"),
        H.APPROVED: Label("Approved", "Approved"),
        H.REFUSED: Label("Refused", "Refused"),
        H.TAKEN_BACK: Label("Taken back", "Taken back"),
    },
)
del H


class RevisionState(StrEnum):
    """Where a request for changes to a bid that was sent stands."""

    ASKED = "asked"
    SENT = "sent"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    DROPPED = "dropped"


V = RevisionState
REVISION = Machine(
    name="request for changes",
    initial=V.ASKED,
    steps={
        "send": step(V.SENT, V.ASKED),
        "cancel": step(V.CANCELLED, V.ASKED),
        "lapse": step(V.LAPSED, V.ASKED),
        "drop": step(V.DROPPED, V.ASKED),
    },
    labels={
        V.ASKED: Label("Waiting for the applicant", mark("Changes asked for")),
        V.SENT: Label("Changes sent", mark("Changes sent")),
        V.CANCELLED: Label("Cancelled", mark("No longer asked for")),
        V.LAPSED: Label("Not answered in time", mark("The date passed without changes")),
        V.DROPPED: Label("Ended with the bid", mark("Ended with the bid")),
    },
)
del V


class Channel(StrEnum):
    """How a bid that staff entered reached the council."""

    PAPER = "paper"
    TELEPHONE = "telephone"


class Assisted(StrEnum):
    """Where the signature of a bid that staff entered stands."""

    WRITING = "writing"
    ASKED = "asked"
    RECORDED = "recorded"
    SIGNED = "signed"


A = Assisted
ASSISTED = Machine(
    name="signature of an assisted bid",
    initial=A.WRITING,
    steps={
        "ask": step(A.ASKED, A.WRITING, A.ASKED),
        "sign": step(A.SIGNED, A.ASKED),
        "record": step(A.RECORDED, A.WRITING, A.ASKED, A.RECORDED),
        "refuse": step(A.WRITING, A.RECORDED),
        "approve": step(A.SIGNED, A.RECORDED),
    },
    labels={
        A.WRITING: Label("Being written", "Being written for you"),
        A.ASKED: Label("Waiting for the signatory", "Waiting for your signature"),
        A.RECORDED: Label("Waiting for the chair", "Being checked"),
        A.SIGNED: Label("Signed and sent", "Signed and sent"),
    },
)
del A


class Origin(StrEnum):
    """Where a bid came from; shown wherever it is not `online`."""

    ONLINE = "online"
    IMPORTED = "imported"
    DEMO = "demo"
    ASSISTED = "assisted"


ORIGIN_LABELS: Mapping[Origin, str] = {
    Origin.ONLINE: "Sent online",
    Origin.IMPORTED: "Imported from elsewhere",
    Origin.DEMO: "Invented for the demo",
    Origin.ASSISTED: "Entered by staff for the applicant",
}
