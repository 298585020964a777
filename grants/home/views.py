"""The first page after signing in, and the links at the top of every page."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants import config
from grants.applications import queries as applications
from grants.applications.states import BID, Stage
from grants.banking import queries as banking
from grants.core.clock import now, today
from grants.core.language import mark
from grants.core.pages import NavItem
from grants.core.web import me, session, signed_in
from grants.home import queries
from grants.home.waiting import Waits, lines_of, waiting
from grants.monitoring import queries as monitoring
from grants.payments import queries as payments
from grants.permissions import MemberRole, Permission, Role
from grants.programme import queries as programme
from grants.programme.models import Round

bp = Blueprint("home", __name__, url_prefix="/home")

REPORTS_AHEAD = timedelta(days=60)
"""How long before its day a report stands on the first page of those who may write it."""

P = Permission
STAFF_LINKS: tuple[tuple[str, str, frozenset[Permission]], ...] = (
    ("Reviews", "scoring.reviews", frozenset({P.REVIEW_BIDS})),
    ("Questions", "threads.inbox", frozenset({P.READ_THREADS})),
    ("Messages", "notifications.outbox", frozenset({P.READ_MESSAGES})),
    ("Trail", "audit.trail", frozenset({P.READ_TRAIL})),
    ("Pinned conflicts", "reviewing.pinned", frozenset({P.LIFT_PINS})),
    ("Bank details", "banking.desk", frozenset({P.READ_BANKING})),
    ("Roles", "accounts.roles", frozenset({P.MANAGE_ROLES})),
)
"""Links at the top of every page for people with a role that may follow them."""

ROUND_LINKS: tuple[tuple[str, str, frozenset[Permission]], ...] = (
    ("Dates and extensions", "applications.extensions", frozenset({P.READ_BIDS, P.SCREEN_BIDS})),
    ("Assisted bids", "applications.assisted", frozenset({P.ASSIST_BIDS, P.APPROVE_PAPER})),
    ("Bids and screening", "applications.screening", frozenset({P.READ_BIDS, P.SCREEN_BIDS})),
    ("Reviewers", "reviewing.reviewers", frozenset({P.ASSIGN_REVIEWERS, P.READ_ASSIGNMENTS})),
    ("Assignments", "reviewing.assignments", frozenset({P.ASSIGN_REVIEWERS, P.READ_ASSIGNMENTS})),
    ("Progress of reviews", "scoring.progress", frozenset({P.ASSIGN_REVIEWERS, P.READ_ASSIGNMENTS})),
    ("Conflicts of interest", "reviewing.conflicts", frozenset({P.SETTLE_CONFLICTS, P.READ_ASSIGNMENTS})),
    ("Ranking", "scoring.ranking", frozenset({P.READ_RANKING})),
    ("Panel meetings", "meetings.meetings", frozenset({P.ATTEND_MEETINGS})),
    ("Panel decisions", "panels.decisions", frozenset({P.READ_DECISIONS})),
    ("Second signatures", "panels.waiting", frozenset({P.COUNTERSIGN})),
    ("Funding line", "allocations.line", frozenset({P.READ_ALLOCATIONS})),
    ("Awards past the pot", "panels.overrides", frozenset({P.READ_DECISIONS, P.APPROVE_OVERRIDE})),
    ("Release", "panels.releases", frozenset({P.READ_DECISIONS})),
    ("Offers and awards", "awards.awards", frozenset({P.READ_ALLOCATIONS})),
    ("Appeals", "appeals.appeals", frozenset({P.READ_APPEALS})),
    ("Checks before payment", "banking.awards_to_check", frozenset({P.READ_DILIGENCE})),
    ("Payments", "payments.overview", frozenset({P.READ_PAYMENTS})),
    ("Reports of awards", "monitoring.overview", frozenset({P.READ_REPORTS})),
    ("Exports", "exports.exports", frozenset({P.READ_EXPORTS})),
    ("Record", "record.of_round", frozenset({P.READ_RECORDS})),
    ("Equality monitoring", "equality.counts", frozenset({P.READ_EQUALITY})),
)
"""A round's pages in the order in which a bid meets them."""
del P


@bp.get("/")
@signed_in
def dashboard() -> ResponseReturnValue:
    """What this person has to do, and where each round stands."""
    person_id = me().person_id
    assert person_id is not None  # noqa: S101 - @signed_in has seen to it
    staff = bool(me().roles)
    bids = [] if staff else applications.bids_of(session(), list(me().memberships))
    rounds = queries.progress(session()) if staff else []
    return render_template(
        "home/dashboard.html",
        actor=me(),
        stages=BID,
        rounds=rounds,
        does_deeds=bool(lines_of(me())),
        deeds=waiting(
            session(), actor=me(), day=today(now()), rounds={one.round.id: one.round for one in rounds}
        ),
        deed_href=deed_href,
        links_for=links_for,
        drafts=Stage.DRAFT,
        bids=bids,
        closings=programme.closings(session(), {round_.id for _, round_ in bids}),
        invitations=queries.invitations_to(session(), person_id),
        reviews_left=queries.reviews_left(session(), person_id) if Role.REVIEWER in me().roles else 0,
        bank_details_wanted=banking.wanted_of(session(), list(me().memberships)),
        invoices=payments.open_invoices(session(), list(me().memberships)),
        reports_wanted=monitoring.to_write(session(), _written_for(), until=today(now()) + REPORTS_AHEAD),
        open_rounds=programme.open_rounds(session(), now=now()),
    )


def _written_for() -> list[int]:
    """The organisations for which the person may write."""
    return [one for one in me().memberships if me().may_for(one, MemberRole.EDITOR)]


def init_app(app: Flask) -> None:
    """Give every page its navigation and the demo banner."""
    app.jinja_env.globals.update(nav_items=nav_items, footer_items=footer_items, demo=config.current().demo)


def links_for(round_: Round) -> list[tuple[str, str]]:
    """The pages of a round that this person may open."""
    return [
        (text, url_for(endpoint, round_ref=round_.ref))
        for text, endpoint, wanted in ROUND_LINKS
        if any(me().may(one) for one in wanted)
    ]


def deed_href(deed: Waits) -> str:
    """Where a deed that waits is done: at an address with a round, the reference of a bid, or neither."""
    taken = next(current_app.url_map.iter_rules(deed.line.endpoint)).arguments
    known: dict[str, Any] = {"round_ref": deed.round.ref if deed.round else "", "ref": deed.ref}
    return url_for(deed.line.endpoint, **{name: known[name] for name in taken})


def nav_items() -> list[NavItem]:
    """The links this person may follow, the current one marked."""
    links = [(mark("Funds"), "public.index")]
    if me().person_id is None:
        links.append((mark("Sign in"), "accounts.sign_in"))
    else:
        links.append((mark("Home"), "home.dashboard"))
        if me().memberships or not me().roles:
            links.append((mark("My bids"), "applications.mine"))
        links += [(text, page) for text, page, wanted in STAFF_LINKS if any(me().may(one) for one in wanted)]
        links.append((mark("Account"), "accounts.profile"))
    if config.current().demo:
        links.append((mark("Demo mailbox"), "notifications.mailbox"))
    return [NavItem(text, url_for(endpoint), request.endpoint == endpoint) for text, endpoint in links]


def footer_items() -> list[NavItem]:
    """The links at the foot of every page."""
    return [
        NavItem("Accessibility", url_for("public.accessibility")),
        NavItem("Privacy and cookies", url_for("public.privacy")),
    ]
