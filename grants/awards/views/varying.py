"""Changes of an award: asked for by its lead, recommended on, approved, signed or refused by staff."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.applications import policy as applications
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.awards import actions, policy, queries, variations
from grants.awards.forms import RecommendationForm, VariationForm, VariationRefusalForm, variation_form
from grants.awards.models import Variation
from grants.awards.states import VARIATION, VariationState
from grants.awards.views.blueprint import bp
from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken
from grants.core.forms import BaseForm
from grants.core.policy import require
from grants.core.web import me, needs, session, signed_in, writes
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.reviewing import policy as reviewing

STAFF = (Permission.MANAGE_AWARDS, Permission.READ_DECISIONS, Permission.SIGN_VARIATION)


@bp.get("/bids/<ref>/changes/")
@signed_in
def changes(ref: str) -> ResponseReturnValue:
    """What is agreed of an award, and what its lead has asked to be changed."""
    application = _own_award(ref)
    return _own_page(application, variation_form(_categories(application))())


@bp.post("/bids/<ref>/changes/")
@signed_in
@writes
def ask_variation(ref: str) -> ResponseReturnValue:
    """Ask for a change."""
    application = _own_award(ref)
    require(policy.can_ask_variation(me(), application))
    categories = _categories(application)
    form = variation_form(categories)()
    if not form.validate():
        return _own_page(application, form)
    try:
        actions.ask_variation(
            session(), application_id=application.id, change=form.change(categories), actor=me(), now=now()
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _own_page(application, form)
    flash("You have asked for the change. We will write to you.", "success")
    return redirect(url_for(".changes", ref=ref))


@bp.post("/bids/<ref>/changes/take-back/")
@signed_in
@writes
def take_back_variation(ref: str) -> ResponseReturnValue:
    """Take the request back."""
    application = _own_award(ref)
    require(policy.can_ask_variation(me(), application))
    actions.take_back_variation(session(), variation_id=_open(application).id, actor=me(), now=now())
    flash("You have taken your request back.")
    return redirect(url_for(".changes", ref=ref))


@bp.get("/bids/<ref>/variations/")
@needs(*STAFF)
def variations_page(ref: str) -> ResponseReturnValue:
    """Changes of an award as staff see them."""
    return _staff_page(bids.bid_by_ref(session(), ref).application)


@bp.post("/bids/<ref>/variations/recommend/")
@needs(Permission.MANAGE_AWARDS)
@writes
def recommend_variation(ref: str) -> ResponseReturnValue:
    """Write a recommendation to the chair."""
    application, form = bids.sent_by_ref(session(), ref), RecommendationForm()
    waiting = _open(application)
    if not form.validate():
        return _staff_page(application, form)
    actions.recommend_variation(
        session(),
        variation_id=waiting.id,
        in_favour=form.in_favour.data == "yes",
        recommendation=form.recommendation.data,
        version=form.version.data,
        actor=me(),
        now=now(),
    )
    flash("The chair has been told.")
    return redirect(url_for(".variations_page", ref=ref))


@bp.post("/bids/<ref>/variations/approve/")
@needs(Permission.APPROVE_VARIATION)
@writes
def approve_variation(ref: str) -> ResponseReturnValue:
    """Approve the change."""
    application = bids.sent_by_ref(session(), ref)
    variation = actions.approve_variation(
        session(), variation_id=_open(application).id, version=_seen(), actor=me(), now=now()
    )
    if variation.state is VariationState.AGREED:
        flash("The change is agreed. The organisation has been told.", "success")
    else:
        flash("You approved the change. Finance has been asked to sign it.")
    return redirect(url_for(".variations_page", ref=ref))


@bp.post("/bids/<ref>/variations/sign/")
@needs(Permission.SIGN_VARIATION)
@writes
def sign_variation(ref: str) -> ResponseReturnValue:
    """Sign a change of the money."""
    application = bids.bid_by_ref(session(), ref).application
    waiting = _open(application)
    actions.sign_variation(session(), variation_id=waiting.id, version=_seen(), actor=me(), now=now())
    flash("The change is agreed. The schedule of payments has to be changed too.", "success")
    return redirect(url_for(".variations_page", ref=ref))


@bp.post("/bids/<ref>/variations/refuse/")
@needs(Permission.APPROVE_VARIATION, Permission.SIGN_VARIATION)
@writes
def refuse_variation(ref: str) -> ResponseReturnValue:
    """Refuse the change."""
    application, form = bids.bid_by_ref(session(), ref).application, VariationRefusalForm()
    waiting = _open(application)
    if not form.validate():
        return _staff_page(application, form)
    actions.refuse_variation(
        session(),
        variation_id=waiting.id,
        reason=form.reason.data,
        version=form.version.data,
        actor=me(),
        now=now(),
    )
    flash("The change is refused. The organisation has been told.")
    return redirect(url_for(".variations_page", ref=ref))


def _own_award(ref: str) -> Application:
    """The bid with an award, for its own organisation's people alone. Raises NotFound for everybody else."""
    application = bids.by_ref(session(), ref)
    if not applications.is_member(me(), application) or queries.award_of(session(), application.id) is None:
        raise NotFound("There is no such award.")
    return application


def _open(application: Application) -> Variation:
    found = variations.open_one(session(), application.id)
    if found is None:
        raise RuleBroken("No change of this award waits for an answer.")
    return found


def _seen() -> int | None:
    """The version that the button's page showed."""
    typed = request.form.get("version", "")
    return int(typed) if typed.isdecimal() else None


def _categories(application: Application) -> tuple[str, ...]:
    round_ = programme.round_by_id(session(), application.round_id)
    return programme.definition_of(round_).rules.budget_categories


def _own_page(application: Application, form: VariationForm) -> ResponseReturnValue:
    categories = _categories(application)
    page = render_template(
        "awards/changes.html",
        application=application,
        award=queries.award_of(session(), application.id),
        terms=variations.terms_of(session(), application.id),
        asked=variations.of_award(session(), application.id),
        waiting=variations.open_one(session(), application.id),
        machine=VARIATION,
        form=form,
        boxes=[form[f"budget_{number}"] for number in range(len(categories))],
        running=application.stage is Stage.ACTIVE,
        may_ask=policy.can_ask_variation(me(), application),
    )
    return page, 422 if form.errors else 200


def _staff_page(application: Application, form: BaseForm | None = None) -> ResponseReturnValue:
    require(reviewing.no_conflict(session(), me(), application.id))
    found = queries.award_of(session(), application.id)
    if found is None:
        raise NotFound("This bid has no award.")
    waiting = variations.open_one(session(), application.id)
    seen = {"version": waiting.version if waiting else None}
    recommending, refusing = (
        RecommendationForm(formdata=None, data=seen),
        VariationRefusalForm(formdata=None, data=seen),
    )
    page = render_template(
        "awards/variations.html",
        application=application,
        award=found,
        terms=variations.terms_of(session(), application.id),
        asked=variations.of_award(session(), application.id),
        waiting=waiting,
        machine=VARIATION,
        form=form,
        recommending=form if isinstance(form, RecommendationForm) else recommending,
        refusing=form if isinstance(form, VariationRefusalForm) else refusing,
        turns=_turns(waiting) if waiting else {},
        may_sign_ending=found.ending_approved_by_id is not None
        and found.ended_at is None
        and bool(policy.can_sign_ending(session(), me(), found)),
    )
    return page, 422 if form is not None and form.errors else 200


def _turns(waiting: Variation) -> dict[str, bool]:
    """What this reader may do with the change that waits."""
    state = waiting.state
    before_chair = state in (VariationState.ASKED, VariationState.RECOMMENDED)
    may_recommend = policy.can_recommend(session(), me(), waiting.application_id)
    may_approve = policy.can_approve_variation(session(), me(), waiting)
    may_sign = policy.can_sign_variation(session(), me(), waiting)
    return {
        "recommend": before_chair and bool(may_recommend),
        "approve": state is VariationState.RECOMMENDED and bool(may_approve),
        "sign": state is VariationState.TO_SIGN and bool(may_sign),
    }
