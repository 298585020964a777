"""How typed answers are shown to people who read them."""

from grants.applications.facts import read_amount, read_date
from grants.core.clock import long_date
from grants.core.money import pounds
from grants.programme.definition import AnswerKind


def answer_shown(typed: str, kind: AnswerKind) -> str:
    """A typed answer as people read it: dates and money written out, yes and no as words, else as typed."""
    if kind is AnswerKind.DATE and (day := read_date(typed)):
        return long_date(day)
    if kind is AnswerKind.MONEY and (amount := read_amount(typed)) is not None:
        return pounds(amount)
    if kind is AnswerKind.YES_NO:
        return {"yes": "Yes", "no": "No"}.get(typed, typed)
    return typed
