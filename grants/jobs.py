"""All background work on one page: what is done to rows that wait for it, and what is done by the clock.

`workers/` turns each entry of the two tuples into Celery tasks and beat entries; nothing else starts work.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.allocations.actions import planning
from grants.allocations.computing import run_scenario
from grants.applications import actions as applications
from grants.awards import actions as awards
from grants.awards import agreements
from grants.awards.preparing import PREPARE, prepare_offer
from grants.banking import actions as banking
from grants.core.db import unit_of_work
from grants.documents.actions import SCAN_JOB
from grants.documents.queries import waiting as waiting_documents
from grants.documents.scanning import scan_one
from grants.documents.tidying import tidy
from grants.exports.actions import BUILD
from grants.exports.build import build_export
from grants.exports.queries import waiting as waiting_exports
from grants.feedback import actions as feedback
from grants.feedback.drafting import run_drafting
from grants.monitoring import actions as monitoring
from grants.notifications.actions import DELIVER
from grants.notifications.anchor import anchor_daily
from grants.notifications.deliver import deliver_one
from grants.notifications.queries import waiting as waiting_messages
from grants.privacy import actions as privacy
from grants.programme import actions as programme
from grants.programme import queries as programme_queries
from grants.reviewing import actions as reviewing
from grants.reviewing import runs as reviewing_runs
from grants.reviewing.proposing import run_assignment
from grants.scoring import actions as scoring
from grants.scoring.actions import calibrating
from grants.scoring.sureness import run_calibration


@dataclass(frozen=True)
class Work:
    """Something done to one row.

    `run(row_id, now)` opens its own transaction, claims the row by a conditional update and does the work;
    called for a row that is done or claimed already, it does nothing. `waiting(session, now)` gives the ids
    of rows left behind, oldest first; beat has them sent again every `sweep_every` seconds. `name` is what a
    deed says to `core.dispatch.after_commit`.
    """

    name: str
    run: Callable[[int, datetime], None]
    waiting: Callable[[Session, datetime], Sequence[int]]
    sweep_every: int


@dataclass(frozen=True)
class Chore:
    """Something done by the clock, every `every` seconds. Done twice or late, it must do no harm."""

    name: str
    run: Callable[[datetime], None]
    every: int


def _deed(action: Callable[..., int]) -> Callable[[datetime], None]:
    """An action that takes `session` and `now`, done in a transaction of its own."""

    def run(now: datetime) -> None:
        with unit_of_work() as session:
            action(session, now=now)

    return run


def _deed_on_row(action: Callable[..., int], name: str) -> Callable[[int, datetime], None]:
    """An action that takes `session`, the id of a row as `name`, and `now`, in a transaction of its own."""

    def run(row_id: int, now: datetime) -> None:
        with unit_of_work() as session:
            action(session, now=now, **{name: row_id})

    return run


WORKS: tuple[Work, ...] = (
    Work(DELIVER, deliver_one, waiting_messages, sweep_every=10),
    Work(SCAN_JOB, scan_one, waiting_documents, sweep_every=20),
    Work(BUILD, build_export, waiting_exports, sweep_every=30),
    Work(
        applications.TELL_EXTENDED,
        _deed_on_row(applications.tell_extended, "extension_id"),
        programme_queries.untold,
        sweep_every=30,
    ),
    Work(reviewing.RUN_JOB, run_assignment, reviewing_runs.waiting_runs, sweep_every=30),
    Work(calibrating.CALIBRATE, run_calibration, calibrating.waiting, sweep_every=30),
    Work(planning.COMPUTE, run_scenario, planning.waiting, sweep_every=30),
    Work(feedback.DRAFT_JOB, run_drafting, feedback.waiting, sweep_every=30),
    Work(PREPARE, prepare_offer, agreements.waiting, sweep_every=20),
)

CHORES: tuple[Chore, ...] = (
    Chore("notifications.anchor", anchor_daily, every=3600),
    Chore("accounts.forget_links", _deed(accounts.forget_links), every=3600),
    Chore("accounts.forget_kept_words", _deed(accounts.forget_kept_words), every=3600),
    Chore("documents.tidy", tidy, every=6 * 3600),
    Chore("programme.announce", _deed(programme.announce_due), every=20),
    Chore("applications.remind_of_closing", _deed(applications.remind_of_closing), every=300),
    Chore("applications.remind_partners", _deed(applications.remind_partners), every=1800),
    Chore("applications.lapse_changes", _deed(applications.lapse_changes), every=300),
    Chore("applications.lapse_drafts", _deed(applications.lapse_drafts), every=300),
    Chore("applications.forget_visits", _deed(applications.forget_visits), every=3600),
    Chore("reviewing.suggest_conflicts", _deed(reviewing.suggest_due), every=300),
    Chore("applications.remind_about_awards", _deed(applications.remind_about_awards), every=1800),
    Chore("awards.lapse_offers", _deed(awards.lapse_offers), every=600),
    Chore("awards.remind_of_conditions", _deed(awards.remind_of_conditions), every=3600),
    Chore("scoring.chase_reviews", _deed(scoring.chase_reviews), every=600),
    Chore("scoring.bring_up_to_date", _deed(scoring.bring_up_to_date), every=60),
    Chore("scoring.recalibrate", _deed(scoring.recalibrate), every=300),
    Chore("monitoring.draw_up", _deed(monitoring.draw_up), every=60),
    Chore("monitoring.chase_reports", _deed(monitoring.chase_reports), every=600),
    Chore("banking.forget_ended", _deed(banking.forget_ended), every=6 * 3600),
    Chore("privacy.remove_due", _deed(privacy.remove_due), every=3600),
)
