"""The life of a message."""

from enum import StrEnum

from grants.core.states import Label, Machine, step


class MessageState(StrEnum):
    """Where a message is. `handing_over` lasts from just before its last byte is sent until the server
    answers.
    """

    QUEUED = "queued"
    SENDING = "sending"
    HANDING_OVER = "handing_over"
    SENT = "sent"
    FAILED = "failed"
    UNSURE = "unsure"


S = MessageState

MESSAGE = Machine(
    name="message",
    initial=S.QUEUED,
    steps={
        "claim": step(S.SENDING, S.QUEUED),
        "hand_over": step(S.HANDING_OVER, S.SENDING),
        "deliver": step(S.SENT, S.HANDING_OVER, S.UNSURE),
        "put_back": step(S.QUEUED, S.SENDING, S.HANDING_OVER),
        "fail": step(S.FAILED, S.QUEUED, S.SENDING, S.HANDING_OVER),
        "bounce": step(S.FAILED, S.SENT, S.UNSURE),
        "lose_sight": step(S.UNSURE, S.HANDING_OVER),
        "resend": step(S.QUEUED, S.FAILED, S.UNSURE),
    },
    labels={
        S.QUEUED: Label("Waiting", "On its way"),
        S.SENDING: Label("Being sent", "On its way"),
        S.HANDING_OVER: Label("Being handed over", "On its way"),
        S.SENT: Label("Sent", "Sent"),
        S.FAILED: Label("Failed", "Not delivered"),
        S.UNSURE: Label("May have been sent", "May have been sent"),
    },
)
"""A server's answer may arrive after the message was marked unsure: `deliver` then settles the doubt.
`put_back` leads from handing over only when the server said no in so many words. `bounce` is what comes back
after a server had taken the message.
"""
