"""The blueprint of the room's pages, and what every page of one reviewer's work on one bid needs."""

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from flask import Blueprint, Flask, url_for

from grants.applications import actions as applications
from grants.applications import queries as bids
from grants.applications.models import Version
from grants.applications.queries import Bid
from grants.core.errors import NotFound, Reason
from grants.core.policy import require
from grants.core.web import me, session
from grants.permissions import Permission
from grants.programme.definition import Rubric
from grants.reviewing import actions as reviewing_actions
from grants.reviewing import queries as reviewing
from grants.reviewing.ground import work_done
from grants.reviewing.hiding import LEAD
from grants.reviewing.models import Assignment
from grants.reviewing.states import OVER
from grants.scoring import actions, hiding, policy, queries, rules
from grants.scoring.begun import begun
from grants.scoring.queries import Filled
from grants.scoring.rules import CellKey

bp = Blueprint("scoring", __name__, url_prefix="/scoring")

TURN_IT = (Permission.DECIDE, Permission.ASSIGN_REVIEWERS)
"""Who may save views of the ranking and have it looked into: its readers, but for auditors, who only read."""


def init_app(app: Flask) -> None:
    """Follow what becomes of conflicts of interest and of teams: means, agreed scores and stages may change.

    Have a say in whether a bid may be changed, and follow its changes.
    """
    reviewing_actions.conflict_followers["scoring"] = actions.follow_conflict
    reviewing_actions.team_followers["scoring"] = actions.follow_team
    work_done["scoring"] = begun
    applications.change_objections["scoring"] = actions.object_to_changes
    applications.version_followers["scoring"] = actions.follow_version


@dataclass(frozen=True)
class Blocker:
    """Something that a sheet still lacks, with the page where it is put right."""

    text: str
    href: str


@dataclass(frozen=True)
class Desk:
    """A bid before its reviewer: the version they score, and their sheet as far as it is filled in."""

    bid: Bid
    assignment: Assignment
    version: Version
    written: Filled | None
    cells: dict[CellKey, int] = field(default_factory=dict)

    @property
    def rubric(self) -> Rubric:
        """The round's rubric."""
        return self.bid.definition.rubric

    @property
    def content(self) -> dict[str, Any]:
        """The submitted version that is scored; without names where the fund hides them."""
        return hiding.without_names(self.version.content) if self.names_hidden else self.version.content

    @property
    def names_hidden(self) -> bool:
        """Whether the fund hides from reviewers which organisations are behind a bid."""
        return self.bid.definition.review.hide_organisations

    @property
    def lead(self) -> str:
        """What the lead organisation is called before this reviewer."""
        return LEAD if self.names_hidden else self.bid.application.lead.name

    @property
    def counting(self) -> tuple[str, ...]:
        """The themes that count for this bid."""
        return rules.counting_themes(self.rubric, self.content["claims"])

    @property
    def outdated(self) -> bool:
        """Whether the bid has changed since the sheet was started."""
        return not self.locked and self.version.id != self.bid.application.current_version_id

    @property
    def due_at(self) -> datetime:
        """When the reviewer is to have finished."""
        return self.assignment.due_at or self.bid.definition.calendar.reviews_due_at

    @property
    def points(self) -> Fraction:
        """The reviewer's running total, out of 100."""
        return rules.points_so_far(self.rubric, self.content["claims"], self.cells)

    @property
    def sheet_version(self) -> int:
        """The sheet's version for a page's hidden field; 0 before there is one."""
        return self.written.sheet.version if self.written else 0

    @property
    def locked(self) -> bool:
        """Whether the sheet is locked."""
        return self.written is not None and self.written.locked

    def blockers(self) -> list[Blocker]:
        """Everything that stands between the sheet and its lock, each with the page where it is put right."""
        claims = self.content["claims"]
        reasoned = self.written.reasoned(claims) if self.written else frozenset()
        blockers = self.linked(rules.blockers_to_lock(self.rubric, claims, self.cells, reasoned))
        if self.written:
            lacking = rules.unfinished_overall(self.written.sheet.overall, self.bid.application.ask)
            here = url_for("scoring.check", ref=self.bid.application.ref)
            blockers += [Blocker(reason.text, f"{here}#{reason.place}") for reason in lacking]
        if unsettled := rules.why_unsettled(
            self.bid.request.due_at if self.bid.request else None, outdated=self.outdated
        ):
            blockers.append(Blocker(unsettled, url_for("scoring.versions", ref=self.bid.application.ref)))
        return blockers

    def linked(self, reasons: list[Reason]) -> list[Blocker]:
        """`reasons`, whose places are places in themes, with links. Saving there leads back to checking."""
        ref = self.bid.application.ref
        places = [(reason.text, *reason.place.split("/")) for reason in reasons]
        return [
            Blocker(text, url_for("scoring.theme", ref=ref, theme=theme, then="check", _anchor=place))
            for text, theme, place in places
        ]


def desk(ref: str) -> Desk:
    """The bid at this address before its reviewer. Raises NotFound for others, NotAllowed undeclared."""
    bid = bids.bid_by_ref(session(), ref)
    person_id = me().person_id or 0
    assignment = reviewing.assignment_of(session(), application_id=bid.application.id, person_id=person_id)
    if assignment is None or assignment.state in OVER:
        raise NotFound("There is no such bid among those you review.")
    require(policy.may_score(session(), me(), assignment))
    found = queries.sheets_of(session(), bid.application.id, person_id=person_id)
    written = found[0] if found else None
    version = (
        queries.version_of(session(), written.sheet)
        if written
        else bids.current_version(session(), bid.application)
    )
    return Desk(bid, assignment, version, written, dict(written.cells) if written else {})
