"""The programme team's pages: bids of a round, one bid to read, on to review or out with a reason."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.accounts import queries as accounts
from grants.accounts.states import KIND_LABELS
from grants.applications import actions, later, policy, queries
from grants.applications.forms import ReasonForm
from grants.applications.paperwork import files_in
from grants.applications.queries import Bid
from grants.applications.states import BID, Stage
from grants.applications.views.blueprint import bp
from grants.core.clock import now
from grants.core.errors import NotFound
from grants.core.pages import show_form
from grants.core.paging import page_number
from grants.core.web import me, needs, session, writes
from grants.documents.states import SCAN, SCAN_COLOURS
from grants.geography.queries import locate
from grants.geography.rules import advice
from grants.permissions import Permission
from grants.programme import queries as programme


@bp.get("/screening/<round_ref>/")
@needs(Permission.READ_BIDS, Permission.SCREEN_BIDS)
def screening(round_ref: str) -> ResponseReturnValue:
    """Bids that have been sent, in one stage or all, a page at a time."""
    round_ = programme.round_by_ref(session(), round_ref)
    wanted = request.args.get("stage", "")
    stage = Stage(wanted) if wanted in set(Stage) and wanted != Stage.DRAFT else None
    hidden = later.hidden_from(session(), me().person_id, round_.id)
    counts = queries.stage_counts(session(), round_.id, without=hidden)
    return render_template(
        "applications/screening.html",
        round=round_,
        stages=BID,
        stage=stage,
        counts={stage: count for stage, count in counts.items() if stage is not Stage.DRAFT},
        drafts=counts.get(Stage.DRAFT, 0),
        page=queries.sent_bids(
            session(),
            round_id=round_.id,
            stage=stage,
            without=hidden,
            page=page_number(request.args.get("page")),
        ),
        hidden=list(hidden.values()),
    )


@bp.get("/<ref>/read/")
@needs(Permission.READ_BIDS)
def read(ref: str) -> ResponseReturnValue:
    """One bid as it was sent, for staff."""
    return _read_page(_sent_bid(ref), ReasonForm())


@bp.post("/<ref>/send-to-review/")
@needs(Permission.SCREEN_BIDS)
@writes
def send_to_review(ref: str) -> ResponseReturnValue:
    """Pass the bid on to the reviewers."""
    bid = _sent_bid(ref)
    actions.send_to_review(session(), application_id=bid.application.id, actor=me(), now=now())
    flash(f"{ref} has gone on to review.", "success")
    return redirect(url_for(".screening", round_ref=bid.round.ref, stage=Stage.SUBMITTED.value))


@bp.post("/<ref>/reject/")
@needs(Permission.SCREEN_BIDS)
@writes
def reject(ref: str) -> ResponseReturnValue:
    """Take the bid out as ineligible."""
    bid = _sent_bid(ref)
    form = ReasonForm()
    if not form.validate():
        return _read_page(bid, form)
    actions.reject_as_ineligible(
        session(), application_id=bid.application.id, reason=form.reason.data, actor=me(), now=now()
    )
    flash(f"{ref} is recorded as ineligible and the applicant has been told why.", "success")
    return redirect(url_for(".screening", round_ref=bid.round.ref, stage=Stage.SUBMITTED.value))


def _sent_bid(ref: str) -> Bid:
    bid = queries.bid_by_ref(session(), ref)
    if not policy.can_read_sent(me(), bid.application):
        raise NotFound("There is no such bid among those that were sent.")
    return bid


def _read_page(bid: Bid, form: ReasonForm) -> ResponseReturnValue:
    version = queries.current_version(session(), bid.application)
    return show_form(
        "applications/read.html",
        form,
        bid=bid.application,
        fund=bid.definition,
        round=bid.round,
        version=version,
        content=version.content,
        files=files_in(session(), version.content),
        scans=SCAN,
        scan_colours=SCAN_COLOURS,
        kinds=KIND_LABELS,
        stage_label=BID.staff_label(bid.application.stage),
        located=(located := locate(session(), version.content["lead"]["postcode"])),
        place_advice=advice(located, area_code=bid.definition.area.code, area=bid.definition.area.name),
        contact=accounts.profile_of(session(), bid.application.lead_id),
        open_request=bid.request,
        can_screen=policy.can_screen(me()) and bid.application.stage is Stage.SUBMITTED,
    )
