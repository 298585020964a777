"""What is sent about the reserve list, changes of awards, and deciding again; part of `bodies`."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.rooms.access.town import Town

Body = Mapping[str, object]
Record = Mapping[str, Any]

REASON: Body = {"reason": "For a good reason."}


def _reopening(town: Town, record: Record) -> Body:
    return {"version": record["decision_version"], **REASON}


def _refused_override(town: Town, record: Record) -> Body:
    return {f"override{record['override_id']}-refusal": "The budget is set."}


def _skipped(town: Town, record: Record) -> Body:
    return {f"skip-{record['ref']}-reason": "The venue has closed."}


def _seen_variation(town: Town, record: Record) -> Body:
    return {"version": record["variation_version"]}


def _recommendation(town: Town, record: Record) -> Body:
    return {"in_favour": "yes", "recommendation": "It is sound.", **_seen_variation(town, record)}


def _refused_variation(town: Town, record: Record) -> Body:
    return {**REASON, **_seen_variation(town, record)}


OF_AWARDS: Mapping[str, Body | Callable[[Town, Record], Body]] = {
    "panels.refuse_override": _refused_override,
    "panels.reopen": _reopening,
    "awards.move_up": {"amount": "20,000.50"},
    "awards.skip": _skipped,
    "awards.lift_skip": {},
    "awards.ask_variation": {"delivery": "Online instead.", **REASON},
    "awards.take_back_variation": {},
    "awards.recommend_variation": _recommendation,
    "awards.approve_variation": _seen_variation,
    "awards.sign_variation": _seen_variation,
    "awards.refuse_variation": _refused_variation,
}
