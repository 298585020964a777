"""What waits for a member of staff: every deed that they may do now, with how many of it there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import literal, union_all
from sqlalchemy.orm import Session

from grants.accounts import waiting as accounts
from grants.accounts.waiting import Counter, Reader
from grants.appeals import waiting as appeals
from grants.applications import waiting as applications
from grants.awards import waiting as awards
from grants.banking import waiting as banking
from grants.monitoring import waiting as monitoring
from grants.panels import waiting as panels
from grants.payments.queries import waiting as payments
from grants.permissions import Actor, Permission, Role
from grants.privacy import waiting as privacy
from grants.programme.models import Round
from grants.reviewing import waiting as reviewing
from grants.scoring import waiting as scoring
from grants.threads import waiting as threads


@dataclass(frozen=True)
class Line:
    """One kind of deed: what one and what several are called, where it is done, who may, how it is counted.

    The page is the round's, everybody's, or, where it takes a reference, that of the first bid which waits.
    """

    one: str
    several: str
    endpoint: str
    permission: Permission
    counter: Counter


@dataclass(frozen=True)
class Waits:
    """So many of a line, in a round or in no one round. `ref` is the first bid, or ''."""

    line: Line
    count: int
    round: Round | None
    ref: str

    @property
    def text(self) -> str:
        """'1 bid to screen', '2 bids to screen'."""
        return f"{self.count} {self.line.one if self.count == 1 else self.line.several}"


P = Permission
LINES = (
    Line("question to answer", "questions to answer", "threads.inbox", P.ANSWER_THREADS, threads.questions),
    Line("request for more time to answer", "requests for more time to answer", "applications.extensions",
         P.APPROVE_EXTENSION, applications.extensions_to_answer),
    Line("bid signed on paper to approve", "bids signed on paper to approve", "applications.assisted",
         P.APPROVE_PAPER, applications.papers_to_approve),
    Line("bid to screen", "bids to screen", "applications.screening", P.SCREEN_BIDS,
         applications.bids_to_screen),
    Line("conflict of interest to settle", "conflicts of interest to settle", "reviewing.conflicts",
         P.SETTLE_CONFLICTS, reviewing.conflicts_to_settle),
    Line("request to reopen a score sheet", "requests to reopen score sheets", "scoring.sheets",
         P.DRAFT_REOPENING, scoring.reopenings_to_draft),
    Line("score sheet to reopen or not", "score sheets to reopen or not", "scoring.sheets",
         P.APPROVE_REOPENING, scoring.reopenings_to_settle),
    Line("decision to sign as the second person", "decisions to sign as the second person", "panels.waiting",
         P.COUNTERSIGN, panels.second_signatures),
    Line("award past the pot to approve", "awards past the pot to approve", "panels.overrides",
         P.APPROVE_OVERRIDE, panels.overrides_to_answer),
    Line("release of decisions to approve", "releases of decisions to approve", "panels.releases",
         P.APPROVE_RELEASE, panels.releases_to_approve),
    Line("appeal to answer", "appeals to answer", "appeals.appeals", P.SETTLE_APPEALS,
         appeals.appeals_to_answer),
    Line("set of bank details to check", "sets of bank details to check", "banking.desk",
         P.CHECK_BANK_DETAILS, banking.details_to_check),
    Line("award with checks to do before payment", "awards with checks to do before payment",
         "banking.awards_to_check", P.RECORD_DILIGENCE, banking.awards_to_check),
    Line("award without a payment schedule", "awards without a payment schedule", "payments.overview",
         P.BUILD_BATCH, payments.awards_to_plan),
    Line("instalment due and in no batch", "instalments due and in no batch", "payments.new_batch",
         P.BUILD_BATCH, payments.instalments_to_pay),
    Line("payment batch to check", "payment batches to check", "payments.overview", P.BUILD_BATCH,
         payments.batches_to_check),
    Line("payment batch to approve", "payment batches to approve", "payments.overview", P.APPROVE_BATCH,
         payments.batches_to_approve),
    Line("approved batch to send to the bank", "approved batches to send to the bank", "payments.overview",
         P.BUILD_BATCH, payments.batches_to_send),
    Line("sent batch with payments to note", "sent batches with payments to note", "payments.overview",
         P.BUILD_BATCH, payments.batches_to_settle),
    Line("demand for money back to approve", "demands for money back to approve", "payments.receivables",
         P.APPROVE_BATCH, payments.receivables_to_approve),
    Line("invoice that is overdue", "invoices that are overdue", "payments.receivables", P.BUILD_BATCH,
         payments.receivables_overdue),
    Line("write-off to approve", "write-offs to approve", "payments.receivables", P.APPROVE_BATCH,
         payments.write_offs_to_approve),
    Line("report to review", "reports to review", "monitoring.overview", P.REVIEW_REPORTS,
         monitoring.reports_to_review),
    Line("instalment to release", "instalments to release", "payments.award", P.RELEASE_INSTALMENTS,
         payments.instalments_to_release),
    Line("change of an award to recommend on", "changes of awards to recommend on", "awards.variations_page",
         P.MANAGE_AWARDS, awards.variations_to_recommend),
    Line("change of an award to approve", "changes of awards to approve", "awards.variations_page",
         P.APPROVE_VARIATION, awards.variations_to_approve),
    Line("change of an award to sign", "changes of awards to sign", "awards.variations_page",
         P.SIGN_VARIATION, awards.variations_to_sign),
    Line("award put forward to end early", "awards put forward to end early", "awards.award",
         P.APPROVE_TERMINATION, awards.endings_to_approve),
    Line("early ending of an award to sign", "early endings of awards to sign", "awards.variations_page",
         P.SIGN_VARIATION, awards.endings_to_sign),
    Line("role to approve", "roles to approve", "accounts.roles", P.MANAGE_ROLES, accounts.roles_to_approve),
    Line("request for deletion to answer", "requests for deletion to answer", "privacy.requests",
         P.DECIDE_DELETIONS, privacy.deletions_to_decide),
)  # fmt: skip
"""In the order in which a bid meets them."""
del P

FOR_STAFF = frozenset(Role) - {Role.REVIEWER, Role.AUDITOR}
"""Reviewers have a list of their own; auditors do nothing."""


def lines_of(actor: Actor) -> list[Line]:
    """The deeds that this person may do at all."""
    return [line for line in LINES if actor.may(line.permission)] if actor.roles & FOR_STAFF else []


def waiting(session: Session, *, actor: Actor, day: date, rounds: Mapping[int, Round]) -> list[Waits]:
    """What waits for this person, without what is nothing: by line, then in the order of `rounds`.

    Three statements however many lines, rounds and bids there are; none for who may do none of the deeds.
    """
    lines = lines_of(actor)
    if not lines:
        return []
    person_id = actor.signature()
    reader = Reader(
        actor,
        day,
        hidden=reviewing.hidden_anywhere(session, person_id),
        scored=scoring.scored_anywhere(session, person_id),
    )
    counts = union_all(
        *(line.counter(reader).add_columns(literal(number)) for number, line in enumerate(lines))
    )
    places = {round_id: place for place, round_id in enumerate(rounds)}
    found = sorted(session.execute(counts).all(), key=lambda row: (row[3], places.get(row[0], 0)))
    return [
        Waits(lines[number], count, rounds.get(round_id), ref or "")
        for round_id, count, ref, number in found
        if count
    ]
