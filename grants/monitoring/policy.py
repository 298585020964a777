"""Who writes, sends, reads and reviews reports."""

from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.applications.states import Stage
from grants.core.language import say
from grants.core.policy import YES, Decision, first_no, no
from grants.monitoring.models import Report
from grants.monitoring.states import OPEN
from grants.payments.policy import is_apart
from grants.permissions import Actor, MemberRole, Permission


def is_member(actor: Actor, application: Application) -> bool:
    """Whether the actor belongs to the lead organisation."""
    return actor.may_for(application.lead_id, MemberRole.VIEWER)


def can_write(actor: Actor, report: Report) -> Decision:
    """Editors and signatories of the lead, while the report is theirs to write and the award goes on."""
    return first_no(may_write(actor, report.application), is_open(report))


def may_write(actor: Actor, application: Application) -> Decision:
    """Editors and signatories of the lead."""
    if actor.may_for(application.lead_id, MemberRole.EDITOR):
        return YES
    return no(say("Only people who may write for the lead organisation can write its reports."))


def is_open(report: Report) -> Decision:
    """Whether anything can be written in the report at all."""
    if report.application.stage is not Stage.ACTIVE:
        return no(say("This award has ended, so its reports cannot be changed."))
    if report.state not in OPEN:
        return no(say("This report has been sent. It can be changed only if we ask for more."))
    return YES


def can_send(actor: Actor, report: Report) -> Decision:
    """Those who write it; the final report is sent by a signatory."""
    final = report.wants.final
    return first_no(
        can_write(actor, report),
        no(say("The final report closes the accounts, so a signatory has to send it."))
        if final and not actor.may_for(report.application.lead_id, MemberRole.SIGNATORY)
        else YES,
    )


def can_review(session: Session, actor: Actor, application: Application) -> Decision:
    """Programme managers who neither scored the bid, have a conflict with it, nor belong to its lead."""
    if not actor.may(Permission.REVIEW_REPORTS):
        return no("Only a programme manager reviews reports.")
    return is_apart(session, actor, application)
