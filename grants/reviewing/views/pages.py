"""The room's pages: a reviewer's queue and declarations; reviewers, assignments, conflicts for staff."""

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.accounts import actions as accounts
from grants.accounts import queries as people
from grants.accounts.states import OrganisationKind
from grants.applications import queries as bids
from grants.applications.later import conflict_checks, hidden_bids, shared_out_checks
from grants.applications.models import Application
from grants.core.clock import now
from grants.core.errors import NotAllowed, NotFound, Reason, RuleBroken
from grants.core.pages import show_form
from grants.core.paging import page_number
from grants.core.policy import require
from grants.core.web import SAFE_METHODS, me, needs, session, writes
from grants.permissions import MemberRole, Permission
from grants.programme import queries as programme
from grants.programme.definition import ReviewerKind
from grants.reviewing import actions, interests, policy, queries, runs
from grants.reviewing.forms import DeclarationForm, RecordForm, ReviewerForm, SettlementForm
from grants.reviewing.hiding import shown_names
from grants.reviewing.models import Conflict
from grants.reviewing.states import ASSIGNMENT, CONFLICT, KIND_LABELS, LIVE, OVER, RUN, STEPS, AssignmentState

bp = Blueprint("reviewing", __name__, url_prefix="/reviewing")

SHOWS_NO_CONTENT = frozenset({"reviewing", "public"})
"""Rooms whose pages about a bid show nothing that a conflict of interest keeps from anybody."""

APPLICANTS_PAGE = "signed in"
"""The policy of pages on which people see the bids of their own organisation, whatever their role."""


def init_app(app: Flask) -> None:
    """Stand at every door: nobody opens a bid before declaring, or with a conflict of interest."""
    app.before_request(keep_conflicted_out)
    conflict_checks["reviewing"] = policy.no_conflict
    hidden_bids["reviewing"] = queries.hidden_refs
    shared_out_checks["reviewing"] = queries.is_shared_out


def keep_conflicted_out() -> ResponseReturnValue | None:
    """Refuse, or send to the declaration first, before any page of a bid is made for a person with a role.

    Every address of a bid carries its reference as `ref`, so no page of any room can be forgotten here.
    People see the bids of their own organisation as any applicant does, and on no page of staff.
    """
    ref = (request.view_args or {}).get("ref")
    person_id = me().person_id
    if ref is None or person_id is None or not me().roles or request.blueprint in SHOWS_NO_CONTENT:
        return None
    found = queries.standing(session(), person_id=person_id, ref=ref)
    if found is None:
        return None
    if me().may_for(found.lead_id, MemberRole.VIEWER):
        if getattr(current_app.view_functions[str(request.endpoint)], "policy", "") == APPLICANTS_PAGE:
            return None
        raise NotAllowed(policy.OWN_BID.reason)
    if found.conflict is not None:
        raise NotAllowed(policy.why_blocked(found.conflict).reason)
    if found.assignment is not AssignmentState.ASSIGNED:
        return None
    if request.method in SAFE_METHODS:
        return redirect(url_for("reviewing.declare", ref=ref))
    raise NotAllowed("Say first whether you have a conflict of interest with this bid.")


@bp.get("/")
@needs(Permission.REVIEW_BIDS)
def queue() -> ResponseReturnValue:
    """Who takes part in the reviewer's bids, and what they declared on each."""
    person_id = me().person_id or 0
    return render_template(
        "reviewing/queue.html",
        page=queries.tasks_of(session(), person_id, number=page_number(request.args.get("page"))),
        undeclared=queries.undeclared(session(), person_id),
        states=ASSIGNMENT,
    )


@bp.get("/declare/<ref>/")
@needs(Permission.REVIEW_BIDS)
def declare(ref: str) -> ResponseReturnValue:
    """Ask for a declaration, showing who leads the bid and who takes part, and no more."""
    return _declaration(ref, DeclarationForm())


@bp.post("/declare/<ref>/")
@needs(Permission.REVIEW_BIDS)
@writes
def save_declaration(ref: str) -> ResponseReturnValue:
    """Take the answer: the bid opens, or the conflict goes on record and the bid stays shut."""
    form = DeclarationForm()
    if not form.validate():
        return _declaration(ref, form)
    application = bids.by_ref(session(), ref)
    assignment = queries.assignment_of(
        session(), application_id=application.id, person_id=me().person_id or 0
    )
    if assignment is None or assignment.state in OVER:
        raise NotFound("There is no such bid among those you review.")
    if assignment.state is AssignmentState.CLEARED and not form.conflict.data:
        return redirect(url_for("scoring.overview", ref=ref))
    try:
        actions.declare(
            session(),
            assignment_id=assignment.id,
            conflict=form.conflict.data,
            reason=form.reason.data or "",
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _declaration(ref, form)
    if not form.conflict.data:
        return redirect(url_for("scoring.overview", ref=ref))
    flash(
        f"Your conflict of interest with {ref} is on record. You will not be asked to review the bid.",
        "success",
    )
    return redirect(url_for("scoring.reviews"))


@bp.get("/reviewers/<round_ref>/")
@needs(Permission.ASSIGN_REVIEWERS, Permission.READ_ASSIGNMENTS)
def reviewers(round_ref: str) -> ResponseReturnValue:
    """Everybody who reviews, with their load in this round."""
    return _reviewers(round_ref, ReviewerForm())


@bp.post("/reviewers/<round_ref>/")
@needs(Permission.ASSIGN_REVIEWERS)
@writes
def add_reviewer(round_ref: str) -> ResponseReturnValue:
    """Add a reviewer, or change what is known of one."""
    form = ReviewerForm()
    if not form.validate():
        return _reviewers(round_ref, form)
    person = people.person_by_email(session(), form.email.data)
    if person is None:
        unknown = "Nobody with this email address is known here yet. "
        unknown += "Ask an administrator to give them the role “Panel reviewer”."
        form.take_reasons([Reason(unknown, "email")])
        return _reviewers(round_ref, form)
    named = (form.organisation.data or "").strip()
    known = queries.organisation_named(session(), named) if named else None
    try:
        actions.add_reviewer(
            session(),
            person_id=person.id,
            kind=ReviewerKind(form.kind.data),
            organisation_id=known or _new_organisation(named),
            most_bids=form.most_bids.data or 0,
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _reviewers(round_ref, form)
    said = f"{person.name or person.email} is a reviewer."
    if named and known is None:
        said += f" No organisation called “{named}” was known here: check that it is spelt as in bids."
    flash(said, "success")
    return redirect(url_for(".reviewers", round_ref=round_ref))


@bp.get("/assignments/<round_ref>/")
@needs(Permission.ASSIGN_REVIEWERS, Permission.READ_ASSIGNMENTS)
def assignments(round_ref: str) -> ResponseReturnValue:
    """Which bids are short of reviewers, and what the last runs came to."""
    round_ = programme.round_by_ref(session(), round_ref)
    rules = programme.definition_of(round_).rules
    hidden = queries.hidden_refs(session(), me().person_id or 0, round_.id)
    return render_template(
        "reviewing/assignments.html",
        round=round_,
        rules=rules,
        page=queries.short_bids(
            session(), round_, rules, without=hidden, number=page_number(request.args.get("page"))
        ),
        hidden=list(hidden.values()),
        in_review=len(runs.bids_in_review(session(), round_.id)),
        latest=runs.runs_of(session(), round_.id),
        under_way=runs.unfinished_run(session(), round_.id),
        proposal=runs.open_proposal(session(), round_.id),
        steps=STEPS,
        states=RUN,
        may_assign=policy.may_assign(me()),
    )


@bp.post("/assignments/<round_ref>/")
@needs(Permission.ASSIGN_REVIEWERS)
@writes
def request_assignment(round_ref: str) -> ResponseReturnValue:
    """Ask for the bids to be shared out; the page then shows how that goes."""
    round_ = programme.round_by_ref(session(), round_ref)
    actions.request_assignment(session(), round_id=round_.id, actor=me(), now=now())
    return redirect(url_for(".assignments", round_ref=round_ref))


@bp.get("/conflicts/<round_ref>/")
@needs(Permission.SETTLE_CONFLICTS, Permission.READ_ASSIGNMENTS)
def conflicts(round_ref: str) -> ResponseReturnValue:
    """Every conflict of interest of the round, those to settle first."""
    round_ = programme.round_by_ref(session(), round_ref)
    return render_template(
        "reviewing/conflicts.html",
        round=round_,
        page=queries.conflicts_of_round(
            session(),
            round_.id,
            reader_id=me().person_id,
            number=page_number(request.args.get("page")),
        ),
        hidden=list(queries.hidden_refs(session(), me().person_id or 0, round_.id).values()),
        states=CONFLICT,
        may_record=policy.may_put_on_record(me()),
    )


@bp.get("/conflicts/<round_ref>/record/")
@needs(Permission.SETTLE_CONFLICTS)
def record(round_ref: str) -> ResponseReturnValue:
    """The form for a conflict that somebody else puts on record."""
    return _record_page(round_ref, RecordForm(ref=request.args.get("bid", "")))


@bp.post("/conflicts/<round_ref>/record/")
@needs(Permission.SETTLE_CONFLICTS)
@writes
def save_record(round_ref: str) -> ResponseReturnValue:
    """Put the conflict on record."""
    form = RecordForm()
    if not form.validate():
        return _record_page(round_ref, form)
    person = people.person_by_email(session(), form.email.data)
    application = queries.bid_of_round(session(), round_ref=round_ref, ref=(form.ref.data or "").strip())
    try:
        if person is None:
            raise RuleBroken([Reason("Nobody with this email address is known here.", "email")])
        if application is None:
            raise RuleBroken([Reason("This round has no bid with this reference.", "ref")])
        actions.record_conflict(
            session(),
            person_id=person.id,
            application_id=application.id,
            reason=form.reason.data,
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _record_page(round_ref, form)
    flash(f"The conflict of interest with {application.ref} is on record. It waits to be settled.", "success")
    return redirect(url_for(".conflicts", round_ref=round_ref))


@bp.get("/conflict/<int:conflict_id>/")
@needs(Permission.SETTLE_CONFLICTS, Permission.READ_ASSIGNMENTS)
def conflict(conflict_id: int) -> ResponseReturnValue:
    """One conflict of interest, to be settled, or to read why it was."""
    return _settlement(queries.conflict(session(), conflict_id), SettlementForm())


@bp.post("/conflict/<int:conflict_id>/")
@needs(Permission.SETTLE_CONFLICTS)
@writes
def settle(conflict_id: int) -> ResponseReturnValue:
    """Settle it."""
    form = SettlementForm()
    found = queries.conflict(session(), conflict_id)
    if not form.validate():
        return _settlement(found, form)
    actions.settle_conflict(
        session(),
        conflict_id=conflict_id,
        deed=form.deed.data,
        reason=form.reason.data,
        actor=me(),
        now=now(),
    )
    application = bids.application(session(), found.application_id)
    flash(f"The conflict of interest with {application.ref} is settled.", "success")
    round_ = programme.round_by_id(session(), application.round_id)
    return redirect(url_for(".conflicts", round_ref=round_.ref))


def _declaration(ref: str, form: DeclarationForm) -> ResponseReturnValue:
    application = bids.by_ref(session(), ref)
    assignment = queries.assignment_of(
        session(), application_id=application.id, person_id=me().person_id or 0
    )
    if assignment is None or assignment.state in OVER:
        raise NotFound("There is no such bid among those you review.")
    definition = programme.definition_of(programme.round_by_id(session(), application.round_id))
    names = queries.partner_names(session(), [application.id]).get(application.id, ())
    lead, partners = shown_names(definition, application.lead.name, names)
    return show_form(
        "reviewing/declare.html",
        form,
        ref=application.ref,
        lead=lead,
        partners=partners,
        names_hidden=definition.review.hide_organisations,
        state=assignment.state,
        live=LIVE,
    )


def _reviewers(round_ref: str, form: ReviewerForm) -> ResponseReturnValue:
    round_ = programme.round_by_ref(session(), round_ref)
    return show_form(
        "reviewing/reviewers.html",
        form,
        round=round_,
        rows=queries.reviewers(session(), round_id=round_.id),
        kinds=KIND_LABELS,
        may_assign=policy.may_assign(me()),
    )


def _new_organisation(name: str) -> int | None:
    """An organisation that nobody has named before; None where no name was given."""
    if not name:
        return None
    made = accounts.find_or_create_organisation(
        session(), name=name, kind=OrganisationKind.OTHER, actor=me(), now=now()
    )
    return made.id


def _record_page(round_ref: str, form: RecordForm) -> ResponseReturnValue:
    return show_form("reviewing/record.html", form, round=programme.round_by_ref(session(), round_ref))


def _settlement(found: Conflict, form: SettlementForm) -> ResponseReturnValue:
    require(policy.may_read_conflict(session(), me(), found))
    application: Application = bids.application(session(), found.application_id)
    able = [o for o in form.deed.options if CONFLICT.allows(found.state, o.value)]
    if not (may_uphold := policy.may_uphold(me(), found)):
        able = [o for o in able if o.value not in actions.UPHOLDING]
    form.deed.options = tuple(able)
    return show_form(
        "reviewing/conflict.html",
        form,
        conflict=found,
        application=application,
        round=programme.round_by_id(session(), application.round_id),
        person=people.person(session(), found.person_id),
        settled_by=people.person(session(), found.settled_by_id) if found.settled_by_id else None,
        states=CONFLICT,
        may_settle=policy.may_settle(session(), me(), found),
        may_uphold=may_uphold,
        steps=interests.steps_of(session(), found.id),
        may_assign=me().may(Permission.ASSIGN_REVIEWERS)
        and policy.no_conflict(session(), me(), application.id).allowed,
    )
