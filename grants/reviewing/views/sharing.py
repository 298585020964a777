"""Pages of the manager who shares bids out, and of reviewers who say what they know or decline."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grants.accounts import queries as people
from grants.applications import queries as bids
from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken
from grants.core.fields import Option
from grants.core.pages import plural, show_form
from grants.core.paging import page_number
from grants.core.policy import require
from grants.core.web import me, needs, session, writes
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.reviewing import actions, policy, queries, runs, staffing
from grants.reviewing import ground as grounds
from grants.reviewing.forms import KnowledgeForm, ReasonForm, TeamForm, knowledge_form, theme_field
from grants.reviewing.states import ASSIGNMENT, KIND_LABELS, LIVE, RUN, RunState
from grants.reviewing.views.pages import bp


@bp.get("/proposals/<int:run_id>/")
@needs(Permission.ASSIGN_REVIEWERS)
def proposal(run_id: int) -> ResponseReturnValue:
    """What a proposal would change, and what it costs."""
    return _proposal(run_id, ReasonForm())


@bp.post("/proposals/<int:run_id>/")
@needs(Permission.ASSIGN_REVIEWERS)
@writes
def settle_proposal(run_id: int) -> ResponseReturnValue:
    """Apply it as one deed, or discard it."""
    form = ReasonForm()
    if not form.validate():
        return _proposal(run_id, form)
    deed = actions.discard_assignment if request.form.get("go") == "discard" else actions.apply_assignment
    run = deed(session(), run_id=run_id, reason=form.reason.data, actor=me(), now=now())
    if run.state is RunState.APPLIED:
        flash(
            f"{plural(run.summary['added'], 'review')} assigned. Each reviewer concerned gets one email.",
            "success",
        )
    else:
        flash("The proposal is discarded. Nothing has changed.", "success")
    round_ = programme.round_by_id(session(), run.round_id)
    return redirect(url_for(".assignments", round_ref=round_.ref))


@bp.get("/team/<ref>/")
@needs(Permission.ASSIGN_REVIEWERS)
def team(ref: str) -> ResponseReturnValue:
    """Who reads one bid, to change it by hand."""
    return _team(ref, TeamForm())


@bp.post("/team/<ref>/")
@needs(Permission.ASSIGN_REVIEWERS)
@writes
def change_team(ref: str) -> ResponseReturnValue:
    """Take somebody off, put somebody on, or both."""
    form = TeamForm()
    application = bids.by_ref(session(), ref)
    _offer_people(form, application.id, application.round_id)
    if not form.validate():
        return _team(ref, form)
    try:
        actions.swap(
            session(),
            application_id=application.id,
            off=int(form.off.data) if form.off.data else None,
            on=int(form.on.data) if form.on.data else None,
            reason=form.reason.data,
            beyond=bool(form.beyond.data),
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _team(ref, form)
    flash(f"The reviewers of {application.ref} are changed.", "success")
    return redirect(url_for(".team", ref=ref))


@bp.get("/decline/<ref>/")
@needs(Permission.REVIEW_BIDS)
def decline(ref: str) -> ResponseReturnValue:
    """Ask why a reviewer gives a bid back."""
    return _decline(ref, ReasonForm())


@bp.post("/decline/<ref>/")
@needs(Permission.REVIEW_BIDS)
@writes
def save_decline(ref: str) -> ResponseReturnValue:
    """Give it back."""
    form = ReasonForm()
    if not form.validate():
        return _decline(ref, form)
    try:
        actions.decline(
            session(),
            assignment_id=_mine(ref),
            reason=form.reason.data,
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _decline(ref, form)
    flash(f"You have declined {ref}. The programme team knows.", "success")
    return redirect(url_for("scoring.reviews"))


@bp.get("/knowledge/")
@needs(Permission.REVIEW_BIDS)
def own_knowledge() -> ResponseReturnValue:
    """What the reviewer says of what they know."""
    return _knowledge(me().person_id or 0)


@bp.post("/knowledge/")
@needs(Permission.REVIEW_BIDS)
@writes
def save_own_knowledge() -> ResponseReturnValue:
    """Keep it."""
    return _save_knowledge(me().person_id or 0, back=url_for("scoring.reviews"))


@bp.get("/reviewer/<int:person_id>/")
@needs(Permission.ASSIGN_REVIEWERS)
def reviewer(person_id: int) -> ResponseReturnValue:
    """One reviewer: what they know and take on, and leaving the panel."""
    return _knowledge(person_id)


@bp.post("/reviewer/<int:person_id>/")
@needs(Permission.ASSIGN_REVIEWERS)
@writes
def save_knowledge(person_id: int) -> ResponseReturnValue:
    """Keep what the manager says of a reviewer."""
    return _save_knowledge(person_id, back=url_for(".reviewer", person_id=person_id))


@bp.get("/reviewer/<int:person_id>/retire/")
@needs(Permission.ASSIGN_REVIEWERS)
def leaving(person_id: int) -> ResponseReturnValue:
    """Ask why a reviewer leaves the panel."""
    return _leaving(person_id, ReasonForm())


@bp.post("/reviewer/<int:person_id>/retire/")
@needs(Permission.ASSIGN_REVIEWERS)
@writes
def retire(person_id: int) -> ResponseReturnValue:
    """Let them go, and have their untouched bids shared out anew."""
    form = ReasonForm()
    if not form.validate():
        return _leaving(person_id, form)
    try:
        asked = actions.retire(session(), person_id=person_id, reason=form.reason.data, actor=me(), now=now())
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _leaving(person_id, form)
    said = "They get no more bids."
    flash(
        f"{said} A proposal for those they had not begun is being worked out." if asked else said, "success"
    )
    return redirect(url_for(".reviewer", person_id=person_id))


def _proposal(run_id: int, form: ReasonForm) -> ResponseReturnValue:
    run = runs.run_of(session(), run_id)
    if "loads" not in run.summary:
        raise NotFound("There is no proposal here yet, or it could not be worked out.")
    round_ = programme.round_by_id(session(), run.round_id)
    hidden = queries.hidden_refs(session(), me().person_id or 0, round_.id)
    waits = run.state is RunState.PROPOSED
    return show_form(
        "reviewing/proposal.html",
        form,
        run=run,
        round=round_,
        found=run.summary,
        hidden=set(hidden.values()),
        page=staffing.changes(
            session(), run.proposal, without=hidden, number=page_number(request.args.get("page"))
        ),
        called=staffing.names(session(), [person for person, *_ in run.summary["loads"]]),
        themes={theme.key: theme.name for theme in programme.definition_of(round_).rubric.themes},
        states=RUN,
        waits=waits,
        stale=waits and grounds.read(session(), round_).digest() != run.basis,
    )


def _offer_people(form: TeamForm, application_id: int, round_id: int) -> None:
    there = staffing.team(session(), application_id)
    live = [one for one in there if one.state in LIVE]
    form.off.options = tuple(Option(str(one.person_id), one.name) for one in live)
    form.on.options = tuple(
        Option(
            str(one.person_id),
            f"{one.name} ({KIND_LABELS[one.kind]}; reads {one.live} of at most {one.most_bids})",
        )
        for one in staffing.candidates(session(), round_id=round_id, without={one.person_id for one in live})
    )


def _team(ref: str, form: TeamForm) -> ResponseReturnValue:
    application = bids.by_ref(session(), ref)
    require(policy.no_conflict(session(), me(), application.id))
    _offer_people(form, application.id, application.round_id)
    return show_form(
        "reviewing/team.html",
        form,
        application=application,
        round=programme.round_by_id(session(), application.round_id),
        rows=staffing.team(session(), application.id),
        states=ASSIGNMENT,
        kinds=KIND_LABELS,
    )


def _mine(ref: str) -> int:
    """The id of the actor's assignment to the bid. Raises NotFound."""
    found = queries.assignment_of(
        session(), application_id=bids.by_ref(session(), ref).id, person_id=me().person_id or 0
    )
    if found is None or found.state not in LIVE:
        raise NotFound("There is no such bid among those you review.")
    return found.id


def _decline(ref: str, form: ReasonForm) -> ResponseReturnValue:
    _mine(ref)
    return show_form("reviewing/decline.html", form, ref=ref)


def _form(person_id: int, themes: dict[str, str]) -> KnowledgeForm:
    found = queries.reviewer(session(), person_id)
    if found is None:
        raise NotFound("There is no such reviewer.")
    levels = staffing.levels_of(session(), person_id)
    known = {theme_field(key): str(levels.get(key, 0)) for key in themes}
    return knowledge_form(themes)(data={"most_bids": found.most_bids, **known})


def _knowledge(person_id: int, form: KnowledgeForm | None = None) -> ResponseReturnValue:
    themes = staffing.themes(session())
    return show_form(
        "reviewing/knowledge.html",
        form or _form(person_id, themes),
        themes=[theme_field(key) for key in themes],
        reviewer=queries.reviewer(session(), person_id),
        own=request.endpoint in ("reviewing.own_knowledge", "reviewing.save_own_knowledge"),
        person=people.person(session(), person_id),
    )


def _save_knowledge(person_id: int, *, back: str) -> ResponseReturnValue:
    themes = staffing.themes(session())
    form = _form(person_id, themes)
    if not form.validate():
        return _knowledge(person_id, form)
    try:
        actions.set_expertise(
            session(),
            person_id=person_id,
            levels={key: int(form[theme_field(key)].data) for key in themes},
            most_bids=form.most_bids.data or 0,
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _knowledge(person_id, form)
    flash("What is known of the reviewer is saved. It counts from the next proposal on.", "success")
    return redirect(back)


def _leaving(person_id: int, form: ReasonForm) -> ResponseReturnValue:
    if queries.reviewer(session(), person_id) is None:
        raise NotFound("There is no such reviewer.")
    return show_form("reviewing/leaving.html", form, person=people.person(session(), person_id))
