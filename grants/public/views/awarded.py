"""The public register: the awards of a round, each on a page, and all of them as open data."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from grants import config
from grants.core.clock import now
from grants.core.errors import NotFound
from grants.core.pages import download
from grants.core.paging import Page, page_number
from grants.core.web import public, session
from grants.exports.allocation_row import AllocationRow, Programme
from grants.exports.collect import programme_of
from grants.exports.open_text import without_contacts
from grants.exports.to_360giving import to_360giving
from grants.exports.to_360giving_csv import to_360giving_csv
from grants.programme import queries as programme
from grants.programme.definition import FundDefinition
from grants.programme.models import Round
from grants.public import queries
from grants.public.feed import to_atom
from grants.public.hexagons import hex_map
from grants.public.register import by_place, by_theme, days_of, found
from grants.public.transparency import to_transparency_csv
from grants.public.views.pages import bp

ON_A_PAGE = 50


@bp.app_template_filter()
def open_text(text: str) -> str:
    """Words of a bid without anything by which a person could be reached."""
    return without_contacts(text)


@bp.get("/rounds/<ref>/awards/")
@public
def awards(ref: str) -> ResponseReturnValue:
    """Who got what: to search, by theme and by place, with pictures."""
    round_, fund, rows = _awards(ref)
    asked = {name: request.args.get(name, "").strip() for name in ("q", "theme", "place")}
    chosen = found(rows, words=asked["q"], theme=asked["theme"], place=asked["place"])
    places = by_place(rows, [(place.code, place.name) for place in fund.places])
    return render_template(
        "public/awards.html",
        round=round_,
        fund=fund,
        asked=asked,
        any_asked=any(asked.values()),
        page=_page_of(chosen),
        chosen=sum(row.award for row in chosen),
        awards=len(rows),
        total=sum(row.award for row in rows),
        themes=by_theme(rows, [theme.name for theme in fund.rubric.themes]),
        places=places,
        map=hex_map(fund.map_rows, {place.code: place.pence for place in places}),
        by_code={place.code: place for place in places},
        success=queries.success(session(), round_.id),
    )


@bp.get("/rounds/<ref>/awards/<bid_ref>/")
@public
def award(ref: str, bid_ref: str) -> ResponseReturnValue:
    """One award: to whom, for what, where, with whom."""
    round_, fund, rows = _awards(ref)
    row = next((row for row in rows if row.ref == bid_ref), None)
    if row is None:
        raise NotFound("There is no such award.")
    return render_template("public/award.html", row=row, round=round_, fund=fund, days=days_of(row))


@bp.get("/rounds/<ref>/awards/360giving.json")
@public
def awards_json(ref: str) -> ResponseReturnValue:
    """All awards as open data in the 360Giving Data Standard."""
    round_, _, rows = _awards(ref)
    return _file(to_360giving(rows, _programme(round_)), f"{ref}-360giving.json", "application/json")


@bp.get("/rounds/<ref>/awards/360giving.csv")
@public
def awards_csv(ref: str) -> ResponseReturnValue:
    """The same for a spreadsheet."""
    round_, _, rows = _awards(ref)
    return _file(to_360giving_csv(rows, _programme(round_)), f"{ref}-360giving.csv", "text/csv")


@bp.get("/rounds/<ref>/awards/transparency.csv")
@public
def transparency_csv(ref: str) -> ResponseReturnValue:
    """All awards as the Local Government Transparency Code wants them."""
    round_, _, rows = _awards(ref)
    return _file(to_transparency_csv(rows, _programme(round_)), f"{ref}-transparency.csv", "text/csv")


@bp.get("/rounds/<ref>/awards/feed.atom")
@public
def awards_feed(ref: str) -> ResponseReturnValue:
    """New awards and changed ones as an Atom feed."""
    round_, _, rows = _awards(ref)
    site = config.current().public_url
    content = to_atom(
        rows,
        _programme(round_),
        address=f"{site}{url_for('.awards_feed', ref=ref)}",
        award_address=f"{site}{url_for('.awards', ref=ref)}",
    )
    return _kept(Response(content, mimetype="application/atom+xml"))


def _awards(ref: str) -> tuple[Round, FundDefinition, tuple[AllocationRow, ...]]:
    round_ = programme.round_by_ref(session(), ref)
    rows = queries.awards_of(session(), round_, now=now()).rows
    return round_, programme.definition_of(round_), rows


def _programme(round_: Round) -> Programme:
    return programme_of(round_, public_url=config.current().public_url)


def _page_of(rows: Sequence[AllocationRow]) -> Page[Any]:
    number = page_number(request.args.get("page"))
    start = (number - 1) * ON_A_PAGE
    return Page(rows=rows[start : start + ON_A_PAGE], number=number, size=ON_A_PAGE, total=len(rows))


def _file(content: bytes, name: str, media_type: str) -> Response:
    return _kept(download(content, name=name.lower(), media_type=media_type))


def _kept(response: Response) -> Response:
    """Anybody may keep the file for five minutes, and ask then whether it has changed."""
    response.headers["Cache-Control"] = f"public, max-age={queries.KEPT_SECONDS}"
    response.add_etag()
    return response.make_conditional(request)
