"""The deeds of `duties.txt` on appeals, against a decision that is released."""

from collections.abc import Mapping

from grants.appeals import actions
from grants.appeals.models import Appeal
from grants.appeals.states import Ground
from grants.panels import actions as panels
from grants.panels.models import Decision
from grants.panels.states import Outcome
from grants.permissions import Actor, Role
from tests.rooms.access.duty_deeds import Before, Duty, approve_release, draft_release
from tests.rooms.access.duty_people import Place


def told(decides: str, signs: str) -> Before:
    """The bid is awarded a part of its ask by these two, and its people know."""

    def do(place: Place) -> None:
        panels.decide(
            place.session, application_id=place.bid.id, outcome=Outcome.FUND_IN_PART,
            amount=place.bid.ask - 100, reason="Dear", actor=getattr(place, decides), now=place.now,
        )  # fmt: skip
        panels.countersign(
            place.session, decision_id=place.newest(Decision).id, actor=getattr(place, signs), now=place.now
        )
        draft_release(place, place.holding("free", Role.MANAGER))
        approve_release(place, place.helper)

    return do


def appealed(decides: str, signs: str) -> Before:
    """They appeal."""

    def do(place: Place) -> None:
        told(decides, signs)(place)
        make(place, place.holding(place.signatory))

    return do


def make(place: Place, actor: Actor) -> None:
    actions.make(
        place.session, application_id=place.bid.id, ground=Ground.OVERLOOKED, text="A page was overlooked",
        actor=actor, now=place.now,
    )  # fmt: skip


def withdraw(place: Place, actor: Actor) -> None:
    actions.withdraw(place.session, appeal_id=place.newest(Appeal).id, actor=actor, now=place.now)


def settle(place: Place, actor: Actor) -> None:
    row = place.newest(Appeal)
    actions.settle(
        place.session, appeal_id=row.id, upheld=False, answer="It was read", version=row.version, actor=actor,
        now=place.now,
    )  # fmt: skip


APPEALING: Mapping[str, Duty] = {
    "appeal.make": Duty(make, told("drafter", "helper")),
    "appeal.withdraw": Duty(withdraw, appealed("drafter", "helper")),
    "appeal.settle (decided it)": Duty(settle, appealed("drafter", "helper")),
    "appeal.settle (signed it)": Duty(settle, appealed("helper", "drafter")),
}
