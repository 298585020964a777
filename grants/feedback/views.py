"""Pages of feedback: the list of a round, and the feedback on one bid."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.applications import queries as bids
from grants.applications.models import Application
from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken, Stale
from grants.core.paging import page_number
from grants.core.policy import require
from grants.core.web import me, needs, session, writes
from grants.feedback import actions, policy, queries
from grants.feedback.forms import FeedbackForm, feedback_form
from grants.feedback.models import BidFeedback, ThemeFeedback
from grants.feedback.rules import FeedbackLetter
from grants.feedback.states import DRAFTING, FEEDBACK, UNDER_WAY, FeedbackState
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.programme.definition import FundDefinition, Level, Theme
from grants.programme.models import Round
from grants.reviewing.queries import hidden_refs

bp = Blueprint("feedback", __name__, url_prefix="/feedback")

COLOURS = {FeedbackState.DRAFT: "yellow", FeedbackState.READY: "green", FeedbackState.SENT: "grey"}


@dataclass(frozen=True)
class Desk:
    """The feedback on one bid with all that its page is made of."""

    application: Application
    round: Round
    fund: FundDefinition
    row: BidFeedback
    themes: Sequence[ThemeFeedback]
    out_of_date: bool

    @property
    def theme_of(self) -> list[tuple[Theme, Level | None]]:
        """The themes that count, each with the level its score is nearest to, in the rubric's order."""
        levels: dict[int | None, Level] = {level.score: level for level in self.fund.rubric.levels}
        bands = {one.theme: one.band for one in self.themes}
        return [
            (theme, levels.get(bands[theme.key])) for theme in self.fund.rubric.themes if theme.key in bands
        ]

    @property
    def letter(self) -> FeedbackLetter:
        """It as its applicant would read it."""
        return queries.as_letter(self.fund, self.row, self.themes)

    def texts(self) -> dict[str, str]:
        """What is saved, by place."""
        found = {"opening": self.row.opening}
        for one in self.themes:
            found[f"strengths-{one.theme}"], found[f"next_steps-{one.theme}"] = one.strengths, one.next_steps
        return found

    def empty_form(self) -> type[FeedbackForm]:
        """The form for the themes that count."""
        return feedback_form([theme for theme, _ in self.theme_of])


@bp.get("/<round_ref>/")
@needs(Permission.READ_FEEDBACK)
def overview(round_ref: str) -> ResponseReturnValue:
    """The round's bids and how far feedback on each has come."""
    round_ = programme.round_by_ref(session(), round_ref)
    require(policy.may_read_round(session(), me(), round_.id))
    hidden = hidden_refs(session(), me().person_id or 0, round_.id)
    asked = request.args.get("state", "")
    state = FeedbackState(asked) if asked in set(FeedbackState) else None
    run = queries.run_of(session(), round_.id)
    return render_template(
        "feedback/overview.html",
        round=round_,
        page=queries.page_of(
            session(), round_, state=state, without=hidden, number=page_number(request.args.get("page"))
        ),
        counts=queries.counts(session(), round_.id, without=hidden),
        state=state,
        hidden=list(hidden.values()),
        run=run,
        under_way=run is not None and run.state in UNDER_WAY,
        drafting=DRAFTING,
        may_draft=policy.may_draft(session(), me(), round_.id),
        labels=FEEDBACK,
        colours=COLOURS,
    )


@bp.post("/<round_ref>/drafts/")
@needs(Permission.DRAFT_FEEDBACK)
@writes
def request_drafts(round_ref: str) -> ResponseReturnValue:
    """Have feedback drafted for the whole round."""
    round_ = programme.round_by_ref(session(), round_ref)
    actions.request_drafts(session(), round_id=round_.id, actor=me(), now=now())
    flash("Feedback is being drafted. What somebody has edited stays as it is.")
    return redirect(url_for(".overview", round_ref=round_ref))


@bp.get("/bids/<ref>/")
@needs(Permission.READ_FEEDBACK)
def of_bid(ref: str) -> ResponseReturnValue:
    """The feedback on one bid: the form for the chair while it is a draft, else as the applicant reads it."""
    desk = _desk(ref)
    data = {**desk.texts(), "version": desk.row.version}
    return _page(desk, desk.empty_form()(formdata=None, data=data))


@bp.post("/bids/<ref>/")
@needs(Permission.EDIT_FEEDBACK)
@writes
def save(ref: str) -> ResponseReturnValue:
    """Keep what the chair wrote; with `go` as 'ready' it is marked as ready too."""
    desk = _desk(ref)
    form = desk.empty_form()()
    ready = request.form.get("go") == "ready"
    if not form.validate():
        return _page(desk, form)
    try:
        saved = actions.save(
            session(),
            application_id=desk.application.id,
            texts=form.texts(),
            version=form.expected_version(),
            actor=me(),
            now=now(),
        )
        if ready:
            actions.mark_ready(
                session(),
                application_id=desk.application.id,
                version=saved.version,
                actor=me(),
                now=now(),
            )
    except Stale:
        form.version.data = desk.row.version
        return _page(desk, form, clash=True)
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _page(desk, form)
    if not ready:
        flash("The feedback is saved.", "success")
        return redirect(url_for(".of_bid", ref=ref))
    flash(f"The feedback on {ref} is ready to go out with the decision.", "success")
    return redirect(_next(desk))


@bp.post("/bids/<ref>/take-back/")
@needs(Permission.EDIT_FEEDBACK)
@writes
def take_back(ref: str) -> ResponseReturnValue:
    """Open feedback that is ready for editing again."""
    desk = _desk(ref)
    actions.take_back(
        session(), application_id=desk.application.id, version=_version(), actor=me(), now=now()
    )
    flash("You can edit the feedback again. It goes out only once it is marked as ready.")
    return redirect(url_for(".of_bid", ref=ref))


@bp.post("/bids/<ref>/take-up-scores/")
@needs(Permission.EDIT_FEEDBACK)
@writes
def take_up_scores(ref: str) -> ResponseReturnValue:
    """Take up the levels that the scores come to now."""
    desk = _desk(ref)
    actions.take_up_scores(
        session(), application_id=desk.application.id, version=_version(), actor=me(), now=now()
    )
    flash("The levels are those of the scores as they are now. Check that the words still fit.")
    return redirect(url_for(".of_bid", ref=ref))


def _version() -> int:
    """The version on the page that sent this. Raises Stale where it did not say."""
    found = request.form.get("version", type=int)
    if found is None:
        raise Stale("This page is too old to be saved.")
    return found


def _desk(ref: str) -> Desk:
    application = bids.sent_by_ref(session(), ref)
    require(policy.may_read(session(), me(), application.id, application.round_id))
    row = queries.of_bid(session(), application.id)
    if row is None:
        raise NotFound("No feedback has been drafted on this bid.")
    round_ = programme.round_by_id(session(), application.round_id)
    fund = programme.definition_of(round_)
    source = queries.sources_of(session(), fund.rubric, [application.id])[application.id]
    return Desk(
        application,
        round_,
        fund,
        row,
        queries.themes_of(session(), [application.id]).get(application.id, []),
        out_of_date=row.state is not FeedbackState.SENT and row.basis != source.basis(),
    )


def _next(desk: Desk) -> str:
    """The next draft, or the list once there is none."""
    hidden = hidden_refs(session(), me().person_id or 0, desk.round.id)
    following = queries.next_draft(session(), desk.round.id, after=desk.application.ref, without=hidden)
    if following is None:
        return url_for(".overview", round_ref=desk.round.ref)
    return url_for(".of_bid", ref=following)


def _page(desk: Desk, form: FeedbackForm, *, clash: bool = False) -> ResponseReturnValue:
    saved = desk.texts()
    page = render_template(
        "feedback/bid.html",
        desk=desk,
        form=form,
        bid=desk.application,
        labels=FEEDBACK,
        colours=COLOURS,
        may_edit=policy.may_edit(session(), me(), desk.application.id, desk.application.round_id),
        clash=clash,
        theirs={
            name: text for name, text in saved.items() if clash and text != (form[name].data or "").strip()
        },
    )
    return page, 409 if clash else 422 if form.errors else 200
