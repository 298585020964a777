"""The deeds of `duties.txt` before an award, each with what somebody did before it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from grants.accounts import actions as accounts
from grants.accounts.models import RoleGrant
from grants.applications import actions as applications
from grants.applications.assistance import assistance_of
from grants.applications.models import Assistance
from grants.awards import actions as awards
from grants.core.clock import in_london
from grants.panels import actions as panels
from grants.panels.models import Decision, Override, Release
from grants.panels.states import Outcome
from grants.permissions import Actor, Role
from grants.programme.models import Extension
from grants.reviewing import actions as reviewing
from grants.reviewing.models import Conflict
from grants.scoring import actions as scoring
from grants.scoring.models import Reopening, Sheet
from tests.rooms.access.duty_people import Place

Deed = Callable[[Place, Actor], object]
Before = Callable[[Place], object]


@dataclass(frozen=True)
class Duty:
    """One deed, and what is done before anybody tries it."""

    deed: Deed
    before: Before = lambda place: None


def after(*steps: Deed) -> Before:
    """The drafter has done these, one after the other."""

    def do(place: Place) -> None:
        for step in steps:
            step(place, place.drafter)

    return do


# Before the closing: `writing`, with a draft, a bid of paper and one that was sent


def draft_extension(place: Place, actor: Actor) -> None:
    applications.draft_extension(
        place.session, round_id=place.bid.round_id, until=place.now + timedelta(days=60), reason="Illness",
        application_id=place.bid.id, actor=actor, now=place.now,
    )  # fmt: skip


def approve_extension(place: Place, actor: Actor) -> None:
    row = place.newest(Extension)
    applications.approve_extension(
        place.session, extension_id=row.id, version=row.version, actor=actor, now=place.now
    )


def record_paper(place: Place, actor: Actor) -> None:
    applications.record_paper(
        place.session, application_id=place.bids[1].id, received_on=in_london(place.now).date(),
        kept_at="Cabinet 4", actor=actor, now=place.now,
    )  # fmt: skip


def approve_paper(place: Place, actor: Actor) -> None:
    row = assistance_of(place.session, place.bids[1].id)
    applications.approve_paper(
        place.session, application_id=place.bids[1].id, version=row.version, actor=actor, now=place.now
    )


def entered_by_drafter(place: Place) -> None:
    """The drafter typed the bid in; a helper records its paper."""
    place.newest(Assistance).entered_by_id = place.drafter.signature()
    record_paper(place, place.helper)


def forward_change(place: Place, actor: Actor) -> None:
    applications.forward_change(
        place.session, application_id=place.bids[2].id, note="", actor=actor, now=place.now
    )


def settle_change(place: Place, actor: Actor) -> None:
    awards.settle_partner_change(
        place.session, application_id=place.bids[2].id, approves=True, actor=actor, now=place.now
    )


# Before the panel: `judging`, with bids whose sheets are locked


def draft_reopening(place: Place, actor: Actor) -> None:
    scoring.draft_reopening(
        place.session, sheet_id=place.newest(Sheet).id, reason="A slip", actor=actor, now=place.now
    )


def approve_reopening(place: Place, actor: Actor) -> None:
    row = place.newest(Reopening)
    scoring.settle_reopening(
        place.session, reopening_id=row.id, approve=True, reason="", version=row.version, actor=actor,
        now=place.now,
    )  # fmt: skip


def agree_score(place: Place, actor: Actor) -> None:
    scoring.agree_score(
        place.session, application_id=place.bid.id, theme="youth", score=Decimal("3.5"), reason="We talked",
        actor=actor, now=place.now,
    )  # fmt: skip


def decide(place: Place, actor: Actor) -> None:
    panels.decide(
        place.session, application_id=place.bid.id, outcome=Outcome.FUND, amount=place.bid.ask,
        reason="Strong", actor=actor, now=place.now,
    )  # fmt: skip


def countersign(place: Place, actor: Actor) -> None:
    panels.countersign(place.session, decision_id=place.newest(Decision).id, actor=actor, now=place.now)


def signed(place: Place) -> None:
    """A decision with both its signatures."""
    decide(place, place.drafter)
    countersign(place, place.helper)


def ask_override(place: Place, actor: Actor) -> None:
    panels.ask_override(
        place.session, round_id=place.bid.round_id, extra=100, reason="Need", actor=actor, now=place.now
    )


def approve_override(place: Place, actor: Actor) -> None:
    panels.approve_override(place.session, override_id=place.newest(Override).id, actor=actor, now=place.now)


def draft_release(place: Place, actor: Actor) -> None:
    panels.draft_release(place.session, round_id=place.bid.round_id, actor=actor, now=place.now)


def approve_release(place: Place, actor: Actor) -> None:
    panels.approve_release(place.session, release_id=place.newest(Release).id, actor=actor, now=place.now)


def to_release(place: Place) -> None:
    """Decisions that the drafter has put forward."""
    signed(place)
    draft_release(place, place.drafter)


def grant_role(place: Place, actor: Actor) -> None:
    accounts.grant_role(
        place.session, person_id=place.person_ids["helper"], role=Role.CHAIR, actor=actor, now=place.now
    )


def granted_to_drafter(place: Place) -> None:
    """A role for the drafter that a helper gave."""
    accounts.grant_role(
        place.session, person_id=place.person_ids["drafter"], role=Role.CHAIR, actor=place.helper,
        now=place.now,
    )  # fmt: skip


def approve_role(place: Place, actor: Actor) -> None:
    accounts.approve_role(place.session, grant_id=place.newest(RoleGrant).id, actor=actor, now=place.now)


def record_conflict(place: Place, actor: Actor) -> None:
    reviewing.record_conflict(
        place.session, person_id=place.person_ids["helper"], application_id=place.bid.id, reason="Seen",
        actor=actor, now=place.now,
    )  # fmt: skip


def confirm_conflict(place: Place, actor: Actor) -> None:
    _settle(place, "confirm", actor)


def lift_pin(place: Place, actor: Actor) -> None:
    reviewing.lift_pin(
        place.session, conflict_id=place.newest(Conflict).id, reason="It is none", actor=actor, now=place.now
    )


def drafters_own(place: Place) -> None:
    """A conflict of the drafter's that a helper put on record."""
    reviewing.record_conflict(
        place.session, person_id=place.person_ids["drafter"], application_id=place.bid.id, reason="Seen",
        actor=place.helper, now=place.now,
    )  # fmt: skip


def pinned(place: Place) -> None:
    """The drafter has put a conflict on record, somebody else has pinned it."""
    record_conflict(place, place.drafter)
    _settle(place, "pin", place.holding("free", Role.MANAGER))


def _settle(place: Place, deed: str, actor: Actor) -> None:
    reviewing.settle_conflict(
        place.session, conflict_id=place.newest(Conflict).id, deed=deed, reason="Looked at", actor=actor,
        now=place.now,
    )  # fmt: skip


WRITING: Mapping[str, Duty] = {
    "extension.draft": Duty(draft_extension),
    "extension.approve": Duty(approve_extension, after(draft_extension)),
    "paper.record": Duty(record_paper),
    "paper.approve (recorded it)": Duty(approve_paper, after(record_paper)),
    "paper.approve (entered it)": Duty(approve_paper, entered_by_drafter),
    "partner_change.forward": Duty(forward_change),
    "partner_change.approve": Duty(settle_change, after(forward_change)),
}
JUDGING: Mapping[str, Duty] = {
    "reopening.draft": Duty(draft_reopening),
    "reopening.approve": Duty(approve_reopening, after(draft_reopening)),
    "agreed_score.record": Duty(agree_score),
    "decision.record": Duty(decide),
    "decision.countersign": Duty(countersign, after(decide)),
    "override.ask": Duty(ask_override),
    "override.approve": Duty(approve_override, after(ask_override)),
    "release.draft": Duty(draft_release, signed),
    "release.approve": Duty(approve_release, to_release),
    "role.grant": Duty(grant_role),
    "role.approve (gave it)": Duty(approve_role, after(grant_role)),
    "role.approve (gains by it)": Duty(approve_role, granted_to_drafter),
    "conflict.record": Duty(record_conflict),
    "conflict.confirm (recorded it)": Duty(confirm_conflict, after(record_conflict)),
    "conflict.confirm (has it)": Duty(confirm_conflict, drafters_own),
    "conflict.lift_pin": Duty(lift_pin, pinned),
}
