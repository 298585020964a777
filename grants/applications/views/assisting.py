"""Bids that staff enter for somebody: a list, entering one, its signature by link or on paper."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from grants.accounts import actions as accounts
from grants.accounts import queries as people
from grants.accounts.states import OrganisationKind
from grants.applications import actions, policy, queries, rules
from grants.applications import assistance as reading
from grants.applications.assistance_rules import Came, MoreTime
from grants.applications.facts import field_of
from grants.applications.models import Application, Assistance
from grants.applications.queries import Bid
from grants.applications.states import ASSISTED, Assisted, Channel, Stage
from grants.applications.views.assisting_forms import CHANNEL_WORDS, PaperForm, SignForm, came_form
from grants.applications.views.blueprint import arrived, as_blockers, bp, form_page
from grants.applications.views.time_forms import AnswerForm, RefusalForm, moment_of
from grants.core.clock import now
from grants.core.errors import NotFound, Reason, RuleBroken
from grants.core.pages import show_form
from grants.core.web import me, needs, public, session, writes
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.programme.models import Round


@bp.get("/assisted/<round_ref>/")
@needs(Permission.ASSIST_BIDS, Permission.APPROVE_PAPER)
def assisted(round_ref: str) -> ResponseReturnValue:
    """The bids of a round that staff entered, and where their signatures stand."""
    round_ = programme.round_by_ref(session(), round_ref)
    return render_template(
        "applications/assisted.html",
        round=round_,
        bids=reading.assisted_bids(session(), round_.id),
        states=ASSISTED,
        channels=CHANNEL_WORDS,
        may_enter=policy.can_assist(me()),
    )


@bp.get("/assisted/<round_ref>/new/")
@needs(Permission.ASSIST_BIDS)
def new_assisted(round_ref: str) -> ResponseReturnValue:
    """How the bid came, who leads it and who signs."""
    round_ = programme.round_by_ref(session(), round_ref)
    return _new_page(round_, _came_form(round_))


@bp.post("/assisted/<round_ref>/new/")
@needs(Permission.ASSIST_BIDS)
@writes
def enter_assisted(round_ref: str) -> ResponseReturnValue:
    """Enter the bid; staff then write its pages as any applicant does."""
    round_ = programme.round_by_ref(session(), round_ref)
    form = _came_form(round_)
    valid = form.validate()
    received_at = moment_of(form, form.received_on, form.received_at)
    late = _more_time(form)
    if not valid or received_at is None or form.errors:
        return _new_page(round_, form)
    try:
        entered = _enter(round_, form, received_at, late)
    except RuleBroken as broken:
        form.take_reasons([Reason(reason.text, _field(form, reason.place)) for reason in broken.reasons])
        return _new_page(round_, form)
    flash(f"{entered.ref} has been entered. Now write its pages.", "success")
    return redirect(url_for(".bid", ref=entered.ref))


@bp.get("/<ref>/assisted/")
@needs(Permission.ASSIST_BIDS, Permission.APPROVE_PAPER)
def assistance(ref: str) -> ResponseReturnValue:
    """How one bid came, and its signature. A chair reads the bid once its paper has been put forward."""
    return _assistance_page(_assisted_bid(ref))


@bp.post("/<ref>/assisted/ask/")
@needs(Permission.ASSIST_BIDS)
@writes
def ask_signatory(ref: str) -> ResponseReturnValue:
    """Write to the signatory."""
    bid = _assisted_bid(ref)
    try:
        actions.ask_signatory(session(), application_id=bid.application.id, actor=me(), now=arrived())
    except RuleBroken as broken:
        return _assistance_page(bid, broken=broken)
    flash("We have written to the signatory.", "success")
    return redirect(url_for(".assistance", ref=ref))


@bp.post("/<ref>/assisted/record/")
@needs(Permission.ASSIST_BIDS)
@writes
def record_paper(ref: str) -> ResponseReturnValue:
    """Record the signed paper and put the bid forward to the chair."""
    bid, form = _assisted_bid(ref), PaperForm()
    if not form.validate():
        return _assistance_page(bid, paper=form)
    try:
        actions.record_paper(
            session(),
            application_id=bid.application.id,
            received_on=form.received_on.data,
            kept_at=form.kept_at.data or "",
            actor=me(),
            now=arrived(),
        )
    except RuleBroken as broken:
        here = [reason for reason in broken.reasons if reason.place in form]
        form.take_reasons(here)
        others = [reason for reason in broken.reasons if reason not in here]
        return _assistance_page(bid, paper=form, broken=RuleBroken(others) if others else None)
    flash("The chair has been asked to let the bid in.", "success")
    return redirect(url_for(".assistance", ref=ref))


@bp.post("/<ref>/assisted/approve/")
@needs(Permission.APPROVE_PAPER)
@writes
def approve_paper(ref: str) -> ResponseReturnValue:
    """Let in a bid that was signed on paper."""
    bid, form = _assisted_bid(ref), AnswerForm()
    actions.approve_paper(
        session(),
        application_id=bid.application.id,
        version=form.expected_version(),
        actor=me(),
        now=arrived(),
    )
    flash(f"{ref} has been let in.", "success")
    return redirect(url_for(".assisted", round_ref=bid.round.ref))


@bp.post("/<ref>/assisted/refuse/")
@needs(Permission.APPROVE_PAPER)
@writes
def refuse_paper(ref: str) -> ResponseReturnValue:
    """Do not let it in."""
    bid, form = _assisted_bid(ref), RefusalForm()
    if not form.validate():
        return _assistance_page(bid, refusal=form)
    actions.refuse_paper(
        session(),
        application_id=bid.application.id,
        version=form.expected_version(),
        reason=form.reason.data or "",
        actor=me(),
        now=arrived(),
    )
    flash("Refused. The manager who recorded the paper is being told.", "success")
    return redirect(url_for(".assisted", round_ref=bid.round.ref))


@bp.get("/assisted/sign/<token>/")
@public
def sign_assisted(token: str) -> ResponseReturnValue:
    """The whole bid and the declaration, for who signs it. Opening it changes nothing."""
    try:
        found = reading.by_token(session(), token)
    except NotFound as gone:
        return render_template("applications/consent_gone.html", reason=str(gone)), 404
    return _sign_page(found, SignForm())


@bp.post("/assisted/sign/<token>/")
@public
@writes
def give_signature(token: str) -> ResponseReturnValue:
    """Sign and send. A second press leads to the same page, which then says that it was sent."""
    found, form = reading.by_token(session(), token), SignForm()
    try:
        actions.sign_by_link(
            session(),
            token=token,
            declared=form.declared.data,
            digest=form.digest.data or "",
            now=arrived(),
        )
    except RuleBroken as broken:
        form.take_reasons([Reason(one.text, _sign_place(one.place)) for one in broken.reasons])
        return _sign_page(found, form)
    return redirect(url_for(".sign_assisted", token=token))


def _sign_place(place: str) -> str:
    return "declared" if place == "check#declared" else ""


def _came_form(round_: Round) -> Any:
    return came_form(programme.definition_of(round_).eligibility)()


def _more_time(form: Any) -> MoreTime | None:
    """Until when, and why, where anything of it was typed."""
    reason = (form.late_reason.data or "").strip()
    if not (reason or form.late_on.data or (form.late_at.data or "").strip()):
        return None
    until = moment_of(form, form.late_on, form.late_at)
    if until is None and not form.errors:
        form.take_reasons([Reason("Enter the day until which it should be finished", "late_on")])
    return MoreTime(until, reason) if until else None


def _enter(round_: Round, form: Any, received_at: datetime, late: MoreTime | None) -> Application:
    lead = accounts.find_or_create_organisation(
        session(),
        name=form.name.data,
        kind=OrganisationKind(form.kind.data),
        charity_number=form.charity_number.data or None,
        company_number=form.company_number.data or None,
        postcode=form.postcode.data or "",
        actor=me(),
        now=arrived(),
    )
    asked = programme.definition_of(round_).eligibility
    return actions.start_assisted(
        session(),
        round_id=round_.id,
        lead_id=lead.id,
        eligibility={question.key: form[field_of(question.key)].data for question in asked},
        came=Came(
            Channel(form.channel.data),
            received_at,
            form.signatory_name.data or "",
            form.signatory_email.data or "",
        ),
        late=late,
        actor=me(),
        now=arrived(),
    )


def _field(form: Any, place: str) -> str:
    """The field that a reason's place names: that of an eligibility question, or one of the form's own."""
    if field_of(place) in form:
        return field_of(place)
    return {"lead_id": "kind", "on": "late_on", "reason": "late_reason"}.get(place, place)


def _new_page(round_: Round, form: Any) -> ResponseReturnValue:
    fund = programme.definition_of(round_)
    closes_at = programme.closes_at(session(), round_)
    return show_form(
        "applications/new_assisted.html",
        form,
        round=round_,
        fund=fund,
        closes_at=closes_at,
        closed=now() >= closes_at,
        questions=[form[field_of(question.key)] for question in fund.eligibility],
    )


def _assisted_bid(ref: str) -> Bid:
    """An assisted bid. Raises NotFound for any other: drafts belong to the people who write them."""
    bid = queries.bid_by_ref(session(), ref)
    reading.assistance_of(session(), bid.application.id)
    return bid


def _assistance_page(
    bid: Bid,
    *,
    paper: PaperForm | None = None,
    refusal: RefusalForm | None = None,
    broken: RuleBroken | None = None,
) -> ResponseReturnValue:
    found = reading.assistance_of(session(), bid.application.id)
    facts = queries.facts_of(session(), bid)
    forward = found.state is Assisted.RECORDED and bid.application.stage is Stage.DRAFT
    refusal = refusal or RefusalForm(formdata=None)
    refusal.version.data = found.version
    form = refusal if refusal.errors else paper or PaperForm(formdata=None)
    page = form_page(
        "applications/assistance.html",
        bid,
        assistance=found,
        entered_by=people.person(session(), found.entered_by_id),
        recorded_by=people.person(session(), found.recorded_by_id) if found.recorded_by_id else None,
        states=ASSISTED,
        channels=CHANNEL_WORDS,
        is_draft=bid.application.stage is Stage.DRAFT,
        may_write=policy.is_assistant(me(), bid.application),
        may_approve=policy.can_approve_paper(session(), me(), found),
        forward=forward,
        content=queries.content_now(session(), bid, facts) if forward else None,
        undecided=facts.undecided(),
        waits=programme.waiting_extension(session(), bid.round.id, bid.application.id),
        blockers=as_blockers(bid, broken.reasons if broken else rules.blockers_to_submit(facts)),
        declaration=bid.definition.rules.declaration,
        form=form,
        paper=paper or PaperForm(formdata=None),
        refusal=refusal,
    )
    return page, 422 if form.errors or broken else 200


def _sign_page(found: Assistance, form: SignForm) -> ResponseReturnValue:
    application = queries.application(session(), found.application_id)
    bid = queries.bid_of(session(), application)
    sent = application.submitted_at is not None
    facts = queries.facts_of(session(), bid)
    content = (
        queries.current_version(session(), application).content
        if sent
        else queries.content_now(session(), bid, facts)
    )
    form.digest.data = actions.current_digest(session(), bid)
    page = form_page(
        "applications/sign_assisted.html",
        bid,
        assistance=found,
        content=content,
        undecided=facts.undecided(),
        sent=sent,
        gone=not sent and (found.state is not Assisted.ASKED or application.stage is not Stage.DRAFT),
        declaration=bid.definition.rules.declaration,
        form=form,
    )
    return page, 422 if form.errors else 200
