"""My bids, starting one, and the page of one bid: its task list, or where it stands once sent."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from grants.accounts import queries as accounts
from grants.applications import actions, policy, queries, revision_rules, revisions, rules
from grants.applications.facts import field_of
from grants.applications.forms import start_form
from grants.applications.models import ChangeRequest
from grants.applications.queries import Bid
from grants.applications.rules import TaskStatus
from grants.applications.states import BID, Stage
from grants.applications.views.blueprint import arrived, bp, form_page, own_bid, page_href
from grants.applications.views.waiting import signing_of
from grants.core.clock import now
from grants.core.errors import RuleBroken
from grants.core.fields import Option
from grants.core.forms import BaseForm
from grants.core.language import mark, say
from grants.core.pages import Task, show_form
from grants.core.web import me, session, signed_in, writes
from grants.permissions import MemberRole
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.programme.rules import openness

STATUS_WORDS = {
    TaskStatus.NOT_STARTED: (mark("Not started"), "blue"),
    TaskStatus.IN_PROGRESS: (mark("In progress"), "teal"),
    TaskStatus.DONE: (mark("Done"), ""),
    TaskStatus.CANNOT_START: (mark("Cannot start yet"), ""),
    TaskStatus.CHANGES_REQUESTED: (mark("Changes asked for"), "yellow"),
    TaskStatus.CHANGES_MADE: (mark("Changes made"), "teal"),
    TaskStatus.AS_SENT: (mark("As you sent it"), ""),
}


@bp.get("/")
@signed_in
def mine() -> ResponseReturnValue:
    """The bids of the organisations that this person belongs to."""
    bids = queries.bids_of(session(), list(me().memberships))
    return render_template(
        "applications/mine.html",
        bids=bids,
        closings=programme.closings(session(), {round_.id for _, round_ in bids}),
        stages=BID,
        drafts=Stage.DRAFT,
        open_rounds=programme.open_rounds(session(), now=now()),
    )


@bp.get("/start/<round_ref>/")
@signed_in
def start(round_ref: str) -> ResponseReturnValue:
    """Which organisation leads, and whether such a bid can be considered."""
    round_ = programme.round_by_ref(session(), round_ref)
    return _start_page(round_, _start_form(round_))


@bp.post("/start/<round_ref>/")
@signed_in
@writes
def begin(round_ref: str) -> ResponseReturnValue:
    """Start the draft, or say everything that stands in its way. Nothing is kept of a bid that cannot be."""
    round_ = programme.round_by_ref(session(), round_ref)
    form = _start_form(round_)
    if not form.validate():
        return _start_page(round_, form)
    asked = programme.definition_of(round_).eligibility
    try:
        application = actions.start(
            session(),
            round_id=round_.id,
            lead_id=int(form.lead_id.data),
            eligibility={question.key: form[field_of(question.key)].data for question in asked},
            actor=me(),
            now=arrived(),
        )
    except RuleBroken as broken:
        return render_template(
            "applications/stopped.html",
            round=round_,
            fund=programme.definition_of(round_),
            reasons=broken.reasons,
        )
    return redirect(url_for(".bid", ref=application.ref))


@bp.get("/<ref>/")
@signed_in
def bid(ref: str) -> ResponseReturnValue:
    """A draft's task list; of any other bid, where it stands and what happens next."""
    found = own_bid(ref)
    if found.application.stage is Stage.DRAFT:
        return _task_list(found)
    if found.request is not None:
        return _changes_list(found, found.request)
    return form_page(
        "applications/status.html",
        found,
        stage_label=BID.applicant_label(found.application.stage),
        can_withdraw=policy.can_withdraw(me(), found.application)
        and BID.allows(found.application.stage, "withdraw"),
        Stage=Stage,
    )


def _task_list(found: Bid) -> ResponseReturnValue:
    facts = queries.facts_of(session(), found)
    may_edit = bool(policy.can_edit(me(), found.application))
    listed = rules.task_list(facts)
    groups = [
        (group.title, group.note, [_task(found, task, may_edit=may_edit) for task in group.tasks])
        for group in listed
    ]
    tasks = [task for group in listed for task in group.tasks]
    return form_page(
        "applications/task_list.html",
        found,
        groups=groups,
        done=sum(task.status is TaskStatus.DONE for task in tasks),
        total=len(tasks),
        may_edit=may_edit,
        may_invite=me().may_for(found.application.lead_id, MemberRole.SIGNATORY),
        actor_assists=policy.is_assistant(me(), found.application),
        **signing_of(found),
        can_withdraw=policy.can_withdraw(me(), found.application),
    )


def _changes_list(found: Bid, request: ChangeRequest) -> ResponseReturnValue:
    """A bid that was sent and is open again on some pages."""
    made = revisions.changed_pages(session(), request)
    groups = revision_rules.revised(
        rules.task_list(queries.facts_of(session(), found)), request.as_sent["pages"], made
    )
    may_edit = bool(policy.can_edit(me(), found.application))
    return form_page(
        "applications/changes_list.html",
        found,
        groups=[
            (group.title, [_task(found, task, may_edit=may_edit) for task in group.tasks]) for group in groups
        ],
        titles=revision_rules.page_titles(found.definition),
        made=made,
        may_edit=may_edit,
        can_withdraw=policy.can_withdraw(me(), found.application),
    )


def _task(found: Bid, task: rules.Task, *, may_edit: bool) -> Task:
    words, colour = STATUS_WORDS[task.status]
    open_ = may_edit and task.status not in (TaskStatus.CANNOT_START, TaskStatus.AS_SENT)
    return Task(
        title=task.title,
        href=page_href(found, task.place) if open_ else "",
        status=say(words),
        colour=colour,
        hint=task.note,
    )


def _start_form(round_: Round) -> BaseForm:
    form: BaseForm = start_form(programme.definition_of(round_).eligibility)()
    own = accounts.organisations_of(session(), me().person_id or 0)
    form.lead_id.options = tuple(
        Option(str(membership.organisation_id), membership.organisation.name)
        for membership in own
        if me().may_for(membership.organisation_id, MemberRole.EDITOR)
    )
    if len(form.lead_id.options) == 1 and not form.is_submitted():
        form.lead_id.data = form.lead_id.options[0].value
    return form


def _start_page(round_: Round, form: BaseForm) -> ResponseReturnValue:
    closes_at = programme.closes_at(session(), round_)
    return show_form(
        "applications/start.html",
        form,
        round=round_,
        fund=programme.definition_of(round_),
        closes_at=closes_at,
        openness=openness(round_.opens_at, closes_at, now()),
        fields=[form[field_of(question.key)] for question in programme.definition_of(round_).eligibility],
    )
