"""Pages of the manager for a reviewer who does not finish: their bids to others, or more time for them."""

from dataclasses import dataclass

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from grants.accounts import queries as people
from grants.accounts.models import Person
from grants.core.clock import long_date, now, today
from grants.core.errors import NotFound, RuleBroken
from grants.core.fields import Option
from grants.core.forms import BaseForm
from grants.core.pages import plural, show_form
from grants.core.web import me, needs, session, writes
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.reviewing import actions, due_rules, outstanding, queries, staffing
from grants.reviewing.forms import SHARE_OUT, HandOverForm, MoreTimeForm
from grants.reviewing.outstanding import Left
from grants.reviewing.states import KIND_LABELS
from grants.reviewing.views.pages import bp


@dataclass(frozen=True)
class Silent:
    """A reviewer and what the manager may see of what they have still to do in a round."""

    round: Round
    person: Person
    left: list[Left]
    hidden: list[str]


@bp.get("/hand-over/<round_ref>/<int:person_id>/")
@needs(Permission.ASSIGN_REVIEWERS)
def handing_over(round_ref: str, person_id: int) -> ResponseReturnValue:
    """A reviewer's unfinished bids, all ticked, and who might get them."""
    silent = _silent(round_ref, person_id)
    everything = [str(one.assignment.application_id) for one in silent.left]
    return _handing_over(silent, HandOverForm(data={"bids": everything}))


@bp.post("/hand-over/<round_ref>/<int:person_id>/")
@needs(Permission.ASSIGN_REVIEWERS)
@writes
def hand_over(round_ref: str, person_id: int) -> ResponseReturnValue:
    """Hand them over."""
    form = HandOverForm()
    silent = _silent(round_ref, person_id)
    _offer(form, silent)
    if not form.validate():
        return _handing_over(silent, form)
    try:
        done = actions.hand_over(
            session(),
            round_id=silent.round.id,
            person_id=person_id,
            application_ids=[int(bid) for bid in form.bids.data or ()],
            to=None if form.on.data == SHARE_OUT else int(form.on.data),
            until=form.until.data,
            beyond=bool(form.beyond.data),
            reason=form.reason.data,
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _handing_over(silent, form)
    taken = f"{plural(done.bids, 'bid')} taken off {silent.person.name or silent.person.email}."
    if form.on.data != SHARE_OUT:
        flash(f"{taken} Both of them get one email.", "success")
        return redirect(url_for("scoring.progress", round_ref=round_ref))
    waits = (
        "A proposal is being worked out" if done.run else "Have a proposal worked out once this one is done"
    )
    flash(f"{taken} {waits}: nobody gets the bids until you apply it.", "success")
    return redirect(url_for(".assignments", round_ref=round_ref))


@bp.get("/more-time/<round_ref>/<int:person_id>/")
@needs(Permission.ASSIGN_REVIEWERS)
def more_time(round_ref: str, person_id: int) -> ResponseReturnValue:
    """Ask until when a reviewer is to have."""
    return _more_time(_silent(round_ref, person_id), MoreTimeForm())


@bp.post("/more-time/<round_ref>/<int:person_id>/")
@needs(Permission.ASSIGN_REVIEWERS)
@writes
def give_more_time(round_ref: str, person_id: int) -> ResponseReturnValue:
    """Give it."""
    form = MoreTimeForm()
    silent = _silent(round_ref, person_id)
    if not form.validate():
        return _more_time(silent, form)
    try:
        bids = actions.give_more_time(
            session(),
            round_id=silent.round.id,
            person_id=person_id,
            until=form.until.data,
            reason=form.reason.data,
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _more_time(silent, form)
    name = silent.person.name or silent.person.email
    flash(
        f"{name} has until {long_date(form.until.data)} for {plural(bids, 'bid')}, and is told by email.",
        "success",
    )
    return redirect(url_for("scoring.progress", round_ref=round_ref))


def _silent(round_ref: str, person_id: int) -> Silent:
    """Raises NotFound for somebody who is no reviewer."""
    round_ = programme.round_by_ref(session(), round_ref)
    if queries.reviewer(session(), person_id) is None:
        raise NotFound("There is no such reviewer.")
    hidden = queries.hidden_refs(session(), me().person_id or 0, round_.id)
    left = outstanding.left_for(session(), round_, person_id, without=hidden)
    return Silent(round_, people.person(session(), person_id), left, list(hidden.values()))


def _offer(form: HandOverForm, silent: Silent) -> None:
    form.bids.options = tuple(
        Option(str(one.assignment.application_id), f"{one.ref}: {one.title}", hint=_where_it_stands(one))
        for one in silent.left
    )
    panel = staffing.candidates(session(), round_id=silent.round.id, without={silent.person.id})
    form.on.options = (
        Option(SHARE_OUT, "Share them out: a proposal is worked out, which you apply"),
        *(
            Option(
                str(one.person_id),
                f"{one.name} ({KIND_LABELS[one.kind]}; reads {one.live} of at most {one.most_bids})",
            )
            for one in panel
        ),
    )


def _where_it_stands(one: Left) -> str:
    stands = "Not declared on" if not one.declared else "Begun" if one.begun else "Not begun"
    return f"{stands}. Due on {long_date(one.due_at)}"


def _handing_over(silent: Silent, form: HandOverForm) -> ResponseReturnValue:
    _offer(form, silent)
    return _page("reviewing/hand_over.html", silent, form)


def _more_time(silent: Silent, form: MoreTimeForm) -> ResponseReturnValue:
    return _page("reviewing/more_time.html", silent, form)


def _page(template: str, silent: Silent, form: BaseForm) -> ResponseReturnValue:
    calendar = programme.definition_of(silent.round).calendar
    return show_form(
        template,
        form,
        silent=silent,
        round=silent.round,
        calendar=calendar,
        today=today(now()),
        usual_due=due_rules.own_due(calendar, now()) or calendar.reviews_due_at,
    )
