"""The blueprint of the panel's pages, and what applicants' pages are told of decisions."""

from collections.abc import Sequence

from flask import Blueprint, Flask, url_for

from grants.applications.models import Application
from grants.applications.released import Released
from grants.applications.states import BID, Stage
from grants.core.charts import Bar, budget_bar
from grants.core.language import say
from grants.core.web import session
from grants.notifications.actions import Attachments, attachments
from grants.panels import actions, attaching, letters, queries, rules
from grants.panels.models import Decision, DecisionCondition
from grants.panels.rules import PotPosition
from grants.panels.states import FUNDED
from grants.reviewing.actions import conflict_followers
from grants.scoring.triggered import money_left

bp = Blueprint("panels", __name__, url_prefix="/panels")


def init_app(app: Flask) -> None:
    """Let the panel follow what becomes of conflicts of interest, give its letters to messages, and say what
    money is left.
    """
    conflict_followers["panels"] = actions.follow_conflict
    money_left["panels"] = queries.money_left
    attachments[letters.KIND] = Attachments(attaching.make, letters.kept)
    app.jinja_env.globals["released_decisions"] = released_decisions


def released_decisions(applications: Sequence[Application]) -> dict[int, Released]:
    """What applicants read of released decisions on their bids, by bid id."""
    found = queries.released_of(session(), [application.id for application in applications])
    return {
        application.id: _as_released(application, found[application.id])
        for application in applications
        if application.id in found
    }


def _as_released(application: Application, decision: Decision) -> Released:
    words = rules.told_to_applicant(decision.outcome, decision.amount, decision.reserve_order)
    offered = decision.outcome in FUNDED
    return Released(
        label=BID.applicant_label(application.stage) if offered else words,
        text=say("%(decision)s.\n\nThe panel’s reason: %(reason)s", decision=words, reason=decision.reason),
        href=url_for("awards.offer", ref=application.ref) if offered else "",
        words=words,
        letter=url_for("panels.own_letter", ref=application.ref),
        answer_by=decision.answer_by if application.stage is Stage.OFFERED else None,
    )


@bp.app_template_filter()
def when_due(condition: DecisionCondition) -> str:
    """Until when a condition has to be met."""
    return rules.when_due(condition.kind, condition.due_on)


@bp.app_template_global()
def pot_bar(pot: PotPosition) -> Bar:
    """The picture of a pot: what decisions have taken up against what is available."""
    return budget_bar(
        [("Decided, not released", pot.decided), ("Released", pot.released)],
        limit=pot.pot + pot.overrides,
        total_label="Taken up",
        limit_label="The pot and what was approved past it" if pot.overrides else "The pot",
    )
