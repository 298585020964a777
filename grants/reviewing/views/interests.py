"""Pages of interests: one's own register, everybody's for a round, declaring on many bids, and pins."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.accounts import queries as people
from grants.applications import queries as bids
from grants.core.clock import now
from grants.core.errors import NotFound, Reason, RuleBroken
from grants.core.pages import plural, show_form
from grants.core.paging import page_number
from grants.core.web import me, needs, session, writes
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.reviewing import actions, interests, policy, queries
from grants.reviewing.forms import LONGEST_REASON, InterestForm, PinForm
from grants.reviewing.models import Conflict
from grants.reviewing.queries import Task
from grants.reviewing.states import TIE_LABELS, ConflictState, InterestTie
from grants.reviewing.views.pages import bp


@bp.get("/interests/")
@needs(*policy.ENTER_INTERESTS)
def register() -> ResponseReturnValue:
    """One's own register of interests."""
    return _register(InterestForm(organisation=request.args.get("organisation", "")))


@bp.post("/interests/")
@needs(*policy.ENTER_INTERESTS)
@writes
def enter_interest() -> ResponseReturnValue:
    """Enter an organisation."""
    form = InterestForm()
    if not form.validate():
        return _register(form)
    try:
        entry = actions.record_interest(
            session(),
            organisation=form.organisation.data,
            number=form.number.data or "",
            tie=InterestTie(form.tie.data),
            since=form.since.data,
            until=form.until.data,
            note=form.note.data or "",
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _register(form)
    flash(f"{entry.organisation} is in your register of interests.", "success")
    return redirect(url_for(".register"))


@bp.post("/interests/<int:entry_id>/remove/")
@needs(*policy.ENTER_INTERESTS)
@writes
def remove_interest(entry_id: int) -> ResponseReturnValue:
    """Take an entry out."""
    actions.remove_interest(session(), entry_id=entry_id, actor=me(), now=now())
    flash("The entry is out of your register of interests.", "success")
    return redirect(url_for(".register"))


@bp.post("/interests/declare/<round_ref>/")
@needs(*policy.ENTER_INTERESTS)
@writes
def declare_interests(round_ref: str) -> ResponseReturnValue:
    """Say for a round that the register is complete, be it empty."""
    round_ = programme.round_by_ref(session(), round_ref)
    said = actions.declare_interests(session(), round_id=round_.id, actor=me(), now=now())
    what = plural(said.entries, "entry", "entries") if said.entries else "nothing to declare"
    flash(f"You have declared your interests for {round_.name}: {what}.", "success")
    return redirect(url_for(".register"))


@bp.get("/interests/organisations/")
@needs(*policy.ENTER_INTERESTS)
def organisations() -> ResponseReturnValue:
    """Every organisation known here by name, whoever applies or does not, to find one's own in."""
    asked = request.args.get("q", "").strip()
    page = interests.known_organisations(session(), asked, number=page_number(request.args.get("page")))
    return render_template("reviewing/organisations.html", page=page, asked=asked)


@bp.get("/registers/<round_ref>/")
@needs(Permission.SETTLE_CONFLICTS, Permission.READ_ASSIGNMENTS)
def registers(round_ref: str) -> ResponseReturnValue:
    """Everybody's register of interests, and who has declared for the round."""
    round_ = programme.round_by_ref(session(), round_ref)
    return render_template(
        "reviewing/registers.html",
        round=round_,
        registers=interests.registers(session(), round_.id),
        ties=TIE_LABELS,
    )


@bp.get("/declare/")
@needs(Permission.REVIEW_BIDS)
def declare_many() -> ResponseReturnValue:
    """Every bid that one has still to declare on, with its organisations; nothing is chosen beforehand."""
    return _declarations([])


@bp.post("/declare/")
@needs(Permission.REVIEW_BIDS)
@writes
def save_declarations() -> ResponseReturnValue:
    """Take the answers given; bids without one stay shut and are asked about again."""
    tasks = queries.undeclared_tasks(session(), me().person_id or 0)
    reasons = [reason for task in tasks for reason in _wrong(task)]
    if reasons:
        return _declarations(reasons)
    answered = [task for task in tasks if request.form.get(f"conflict-{task.ref}") in ("yes", "no")]
    for task in answered:
        actions.declare(
            session(),
            assignment_id=task.assignment_id,
            conflict=request.form[f"conflict-{task.ref}"] == "yes",
            reason=request.form.get(f"reason-{task.ref}", ""),
            actor=me(),
            now=now(),
        )
    flash(f"You have declared on {plural(len(answered), 'bid')}.", "success")
    return redirect(url_for("scoring.reviews"))


@bp.get("/pinned/")
@needs(Permission.LIFT_PINS)
def pinned() -> ResponseReturnValue:
    """Every pinned conflict of interest, for administrators: reference and person, nothing of the bid."""
    page = interests.pinned_conflicts(session(), number=page_number(request.args.get("page")))
    return render_template("reviewing/pinned.html", page=page)


@bp.get("/pinned/<int:conflict_id>/")
@needs(Permission.LIFT_PINS)
def pin(conflict_id: int) -> ResponseReturnValue:
    """One pinned conflict."""
    return _pin(queries.conflict(session(), conflict_id), PinForm())


@bp.post("/pinned/<int:conflict_id>/")
@needs(Permission.LIFT_PINS)
@writes
def lift_pin(conflict_id: int) -> ResponseReturnValue:
    """Lift the pin."""
    form = PinForm()
    if not form.validate():
        return _pin(queries.conflict(session(), conflict_id), form)
    actions.lift_pin(session(), conflict_id=conflict_id, reason=form.reason.data, actor=me(), now=now())
    flash("The pin is lifted. The conflict of interest stays confirmed until it is settled anew.", "success")
    return redirect(url_for(".pinned"))


def _register(form: InterestForm) -> ResponseReturnValue:
    person_id = me().person_id or 0
    return show_form(
        "reviewing/interests.html",
        form,
        entries=interests.entries_of(session(), person_id),
        ties=TIE_LABELS,
        rounds=[
            (round_, interests.declared(session(), person_id=person_id, round_id=round_.id))
            for round_ in programme.all_rounds(session())
        ],
    )


def _wrong(task: Task) -> list[Reason]:
    """A conflict without words, or with too many."""
    text = request.form.get(f"reason-{task.ref}", "").strip()
    if request.form.get(f"conflict-{task.ref}") == "yes" and not text:
        return [Reason(f"Enter what the conflict of interest with {task.ref} is", f"reason-{task.ref}")]
    if len(text) > LONGEST_REASON:
        return [Reason(f"The reason for {task.ref} must be 5,000 characters or fewer", f"reason-{task.ref}")]
    return []


def _declarations(reasons: list[Reason]) -> ResponseReturnValue:
    tasks = queries.undeclared_tasks(session(), me().person_id or 0)
    page = render_template("reviewing/declare_many.html", tasks=tasks, reasons=reasons, given=request.form)
    return page, 422 if reasons else 200


def _pin(found: Conflict, form: PinForm) -> ResponseReturnValue:
    if found.state is not ConflictState.PINNED:
        raise NotFound("There is no such pinned conflict of interest.")
    return show_form(
        "reviewing/pin.html",
        form,
        conflict=found,
        ref=bids.application(session(), found.application_id).ref,
        person=people.person(session(), found.person_id),
        steps=interests.steps_of(session(), found.id),
        may_lift=policy.may_lift(session(), me(), found),
    )
