"""Who is acting and what each role may do. The one table of permissions.

The administrator runs accounts and, of reviewing, only lifts pins of conflicts of interest; the auditor reads
and never writes. What a role may do to one particular bid (conflicts, "nobody approves what they drafted") is
decided in the rooms' `policy` modules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from grants.core.errors import NotAllowed


class Role(StrEnum):
    """Roles a person holds in the council's service. Applicants hold memberships instead."""

    REVIEWER = "reviewer"
    CHAIR = "chair"
    MANAGER = "manager"
    FINANCE_OFFICER = "finance_officer"
    FINANCE_APPROVER = "finance_approver"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


ROLE_LABELS: Mapping[Role, str] = {
    Role.REVIEWER: "Panel reviewer",
    Role.CHAIR: "Panel chair",
    Role.MANAGER: "Programme manager",
    Role.FINANCE_OFFICER: "Finance officer",
    Role.FINANCE_APPROVER: "Finance approver",
    Role.ADMINISTRATOR: "Administrator",
    Role.AUDITOR: "Auditor",
}


class MemberRole(StrEnum):
    """What a person may do for an organisation they belong to."""

    VIEWER = "viewer"
    EDITOR = "editor"
    SIGNATORY = "signatory"


class Permission(StrEnum):
    """One thing the service lets a role do, named room:deed."""

    MANAGE_ROLES = "accounts:manage_roles"
    READ_TRAIL = "audit:read"
    READ_MESSAGES = "notifications:read"
    RESEND_MESSAGES = "notifications:resend"
    READ_BIDS = "applications:read"
    SCREEN_BIDS = "applications:screen"
    IMPORT_BIDS = "applications:import"
    READ_THREADS = "threads:read"
    ANSWER_THREADS = "threads:answer"
    DRAFT_EXTENSION = "applications:draft_extension"
    APPROVE_EXTENSION = "applications:approve_extension"
    ASSIST_BIDS = "applications:assist"
    APPROVE_PAPER = "applications:approve_paper"
    ASSIGN_REVIEWERS = "reviewing:assign"
    READ_ASSIGNMENTS = "reviewing:read"
    SETTLE_CONFLICTS = "reviewing:settle_conflicts"
    LIFT_PINS = "reviewing:lift_pins"
    REVIEW_BIDS = "scoring:review"
    READ_RANKING = "scoring:rank"
    DRAFT_REOPENING = "scoring:draft_reopening"
    APPROVE_REOPENING = "scoring:approve_reopening"
    READ_FEEDBACK = "feedback:read"
    DRAFT_FEEDBACK = "feedback:draft"
    EDIT_FEEDBACK = "feedback:edit"
    ATTEND_MEETINGS = "meetings:attend"
    CALL_MEETINGS = "meetings:call"
    RUN_MEETINGS = "meetings:run"
    DECIDE = "panels:decide"
    COUNTERSIGN = "panels:countersign"
    READ_DECISIONS = "panels:read"
    DRAFT_RELEASE = "panels:draft_release"
    APPROVE_RELEASE = "panels:approve_release"
    APPROVE_OVERRIDE = "allocations:approve_override"
    READ_ALLOCATIONS = "allocations:read"
    PLAN_ALLOCATIONS = "allocations:plan"
    MANAGE_AWARDS = "awards:manage"
    READ_APPEALS = "appeals:read"
    SETTLE_APPEALS = "appeals:settle"
    APPROVE_TERMINATION = "awards:approve_termination"
    APPROVE_VARIATION = "awards:approve_variation"
    SIGN_VARIATION = "awards:sign_variation"
    READ_BANKING = "banking:list"
    READ_BANK_DETAILS = "banking:read"
    CHECK_BANK_DETAILS = "banking:check"
    READ_DILIGENCE = "banking:read_diligence"
    RECORD_DILIGENCE = "banking:record_diligence"
    READ_PAYMENTS = "payments:read"
    BUILD_BATCH = "payments:build"
    APPROVE_BATCH = "payments:approve"
    RELEASE_INSTALMENTS = "payments:release"
    READ_REPORTS = "monitoring:read"
    REVIEW_REPORTS = "monitoring:review"
    EXPORT = "exports:build"
    READ_EXPORTS = "exports:read"
    READ_RECORDS = "record:read"
    READ_EQUALITY = "equality:read"
    DECIDE_DELETIONS = "privacy:decide"
    READ_DELETIONS = "privacy:read"


P = Permission
GRANTED: Mapping[Role, frozenset[Permission]] = {
    Role.REVIEWER: frozenset({P.REVIEW_BIDS, P.ATTEND_MEETINGS, P.COUNTERSIGN}),
    Role.CHAIR: frozenset(
        {
            P.READ_BIDS,
            P.READ_ASSIGNMENTS,
            P.SETTLE_CONFLICTS,
            P.REVIEW_BIDS,
            P.READ_RANKING,
            P.READ_FEEDBACK,
            P.DRAFT_FEEDBACK,
            P.EDIT_FEEDBACK,
            P.ATTEND_MEETINGS,
            P.CALL_MEETINGS,
            P.RUN_MEETINGS,
            P.DECIDE,
            P.COUNTERSIGN,
            P.READ_RECORDS,
            P.READ_DECISIONS,
            P.READ_ALLOCATIONS,
            P.PLAN_ALLOCATIONS,
            P.READ_DILIGENCE,
            P.READ_REPORTS,
            P.APPROVE_RELEASE,
            P.APPROVE_TERMINATION,
            P.APPROVE_VARIATION,
            P.READ_APPEALS,
            P.SETTLE_APPEALS,
            P.APPROVE_EXTENSION,
            P.APPROVE_PAPER,
            P.APPROVE_REOPENING,
        }
    ),
    Role.MANAGER: frozenset(
        {
            P.READ_MESSAGES,
            P.RESEND_MESSAGES,
            P.READ_BIDS,
            P.SCREEN_BIDS,
            P.IMPORT_BIDS,
            P.READ_THREADS,
            P.ANSWER_THREADS,
            P.DRAFT_EXTENSION,
            P.ASSIST_BIDS,
            P.ASSIGN_REVIEWERS,
            P.READ_ASSIGNMENTS,
            P.SETTLE_CONFLICTS,
            P.READ_RANKING,
            P.READ_FEEDBACK,
            P.DRAFT_FEEDBACK,
            P.DRAFT_REOPENING,
            P.ATTEND_MEETINGS,
            P.CALL_MEETINGS,
            P.READ_RECORDS,
            P.READ_DECISIONS,
            P.READ_ALLOCATIONS,
            P.PLAN_ALLOCATIONS,
            P.DRAFT_RELEASE,
            P.MANAGE_AWARDS,
            P.READ_APPEALS,
            P.READ_DILIGENCE,
            P.RECORD_DILIGENCE,
            P.READ_PAYMENTS,
            P.RELEASE_INSTALMENTS,
            P.READ_REPORTS,
            P.REVIEW_REPORTS,
            P.READ_EQUALITY,
            P.READ_DELETIONS,
        }
    ),
    Role.FINANCE_OFFICER: frozenset(
        {
            P.READ_ALLOCATIONS,
            P.READ_BANKING,
            P.READ_BANK_DETAILS,
            P.CHECK_BANK_DETAILS,
            P.READ_DILIGENCE,
            P.RECORD_DILIGENCE,
            P.READ_PAYMENTS,
            P.READ_REPORTS,
            P.BUILD_BATCH,
            P.READ_EXPORTS,
            P.EXPORT,
        }
    ),
    Role.FINANCE_APPROVER: frozenset(
        {
            P.READ_ALLOCATIONS,
            P.READ_BANKING,
            P.READ_BANK_DETAILS,
            P.READ_DILIGENCE,
            P.READ_PAYMENTS,
            P.READ_REPORTS,
            P.APPROVE_BATCH,
            P.READ_EXPORTS,
            P.EXPORT,
            P.APPROVE_OVERRIDE,
            P.SIGN_VARIATION,
        }
    ),
    Role.ADMINISTRATOR: frozenset({P.MANAGE_ROLES, P.LIFT_PINS, P.DECIDE_DELETIONS, P.READ_DELETIONS}),
    Role.AUDITOR: frozenset(
        {
            P.READ_TRAIL,
            P.READ_THREADS,
            P.READ_MESSAGES,
            P.READ_BIDS,
            P.READ_ASSIGNMENTS,
            P.READ_RANKING,
            P.READ_FEEDBACK,
            P.ATTEND_MEETINGS,
            P.READ_RECORDS,
            P.READ_DECISIONS,
            P.READ_APPEALS,
            P.READ_ALLOCATIONS,
            P.READ_BANKING,
            P.READ_DILIGENCE,
            P.READ_PAYMENTS,
            P.READ_REPORTS,
            P.READ_EXPORTS,
            P.READ_EQUALITY,
            P.READ_DELETIONS,
        }
    ),
}
del P

_STANDING = {MemberRole.VIEWER: 0, MemberRole.EDITOR: 1, MemberRole.SIGNATORY: 2}


@dataclass(frozen=True)
class Actor:
    """Who does a deed: a person with their roles and memberships, or the service itself.

    `memberships` maps organisation ids to what the person may do there. `label` is for logs, never a name.
    """

    person_id: int | None
    roles: frozenset[Role] = frozenset()
    memberships: Mapping[int, MemberRole] = field(default_factory=dict)
    label: str = ""

    def signature(self) -> int:
        """The person's id, for deeds that somebody must answer for. Raises NotAllowed for the service."""
        if self.person_id is None:
            raise NotAllowed("A person has to do this.")
        return self.person_id

    def may(self, permission: Permission) -> bool:
        """Whether any of the actor's roles is granted `permission`."""
        return any(permission in GRANTED[role] for role in self.roles)

    def may_for(self, organisation_id: int, at_least: MemberRole) -> bool:
        """Whether the actor stands at least as `at_least` in the organisation."""
        held = self.memberships.get(organisation_id)
        return held is not None and _STANDING[held] >= _STANDING[at_least]


def service(label: str) -> Actor:
    """The service acting by itself: a job, a command, the beat."""
    return Actor(person_id=None, label=label)


NOBODY = Actor(person_id=None, label="signed out")
