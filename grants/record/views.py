"""Pages of the record: one a bid and one a round, each with its papers."""

from flask import Blueprint, Flask, render_template, request
from flask.typing import ResponseReturnValue

from grants.applications import queries as bids
from grants.audit.naming import names, parts
from grants.core.clock import now
from grants.core.pages import download
from grants.core.paper import pdf
from grants.core.policy import require
from grants.core.web import me, needs, session
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.record import deeds, policy
from grants.record.account import Account, on_paper, to_json
from grants.record.collect import bid_account, people_in, round_account
from grants.reviewing.queries import hidden_refs

bp = Blueprint("record", __name__, url_prefix="/record")


def init_app(app: Flask) -> None:
    """Tell the trail's pages what its lines speak of, and which lines belong to a bid."""
    names["record"] = deeds.naming
    parts["record"] = deeds.subjects_for


@bp.get("/bids/<ref>/")
@needs(Permission.READ_RECORDS)
def of_bid(ref: str) -> ResponseReturnValue:
    """What the record of a bid holds, and its papers."""
    return render_template("record/record.html", account=_of_bid(ref), ref=ref, kind="bid")


@bp.get("/bids/<ref>/pdf/")
@needs(Permission.READ_RECORDS)
def bid_pdf(ref: str) -> ResponseReturnValue:
    """The record of a bid on paper."""
    return _paper(_of_bid(ref), ref)


@bp.get("/bids/<ref>/json/")
@needs(Permission.READ_RECORDS)
def bid_json(ref: str) -> ResponseReturnValue:
    """The record of a bid for programs."""
    return _data(_of_bid(ref), ref)


@bp.get("/rounds/<round_ref>/")
@needs(Permission.READ_RECORDS)
def of_round(round_ref: str) -> ResponseReturnValue:
    """What the record of a round holds, and its papers."""
    return render_template("record/record.html", account=_of_round(round_ref), ref=round_ref, kind="round")


@bp.get("/rounds/<round_ref>/pdf/")
@needs(Permission.READ_RECORDS)
def round_pdf(round_ref: str) -> ResponseReturnValue:
    """The record of a round on paper."""
    return _paper(_of_round(round_ref), round_ref)


@bp.get("/rounds/<round_ref>/json/")
@needs(Permission.READ_RECORDS)
def round_json(round_ref: str) -> ResponseReturnValue:
    """The record of a round for programs."""
    return _data(_of_round(round_ref), round_ref)


def _of_bid(ref: str) -> Account:
    application = bids.sent_by_ref(session(), ref)
    require(policy.can_read_of(session(), me(), round_id=application.round_id, application_id=application.id))
    return bid_account(session(), application, now=now())


def _of_round(round_ref: str) -> Account:
    round_ = programme.round_by_ref(session(), round_ref)
    require(policy.can_read(session(), me(), round_.id))
    hidden = hidden_refs(session(), me().person_id or 0, round_.id)
    return round_account(session(), round_, without=hidden, now=now())


def _redacted() -> bool:
    return request.args.get("form") == "redacted"


def _paper(account: Account, ref: str) -> ResponseReturnValue:
    data = on_paper(account, people_in(session()), redacted=_redacted())
    return download(
        pdf("bid", data, dated=account.made_at), name=_name(ref, "pdf"), media_type="application/pdf"
    )


def _data(account: Account, ref: str) -> ResponseReturnValue:
    content = to_json(account, people_in(session()), redacted=_redacted())
    return download(content, name=_name(ref, "json"), media_type="application/json")


def _name(ref: str, ending: str) -> str:
    return f"record-{ref}{'-redacted' if _redacted() else ''}.{ending}".lower()
