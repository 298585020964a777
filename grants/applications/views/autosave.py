"""Pages that save themselves while their person types, two versions of one page, and who else is there."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import abort, flash, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from grants.accounts import queries as accounts
from grants.applications import actions, policy, queries
from grants.applications.actions import Saving
from grants.applications.models import SectionAnswers, SetAside
from grants.applications.queries import Bid
from grants.applications.revision_rules import page_titles
from grants.applications.states import Consent
from grants.applications.views import around
from grants.applications.views.blueprint import bp, form_page, own_bid
from grants.core.clock import clock_time, now
from grants.core.differences import Mark, Stretch, differences
from grants.core.errors import NotFound, RuleBroken
from grants.core.forms import BaseForm
from grants.core.language import say
from grants.core.policy import require
from grants.core.web import by_itself, me, not_saved, saved_by_itself, session, signed_in, writes
from grants.core.written import Written, from_json, written

LONGEST_OPENING = 40
LONGEST_QUIET = timedelta(hours=12)

_KEY = re.compile(r"[a-z0-9_:-]{1,80}")


@dataclass(frozen=True)
class Both:
    """One answer that two versions of a page give differently, as runs that are marked where they differ."""

    name: str
    label: str
    saved: Sequence[Stretch]
    other: Sequence[Stretch]


def how_saved() -> Saving:
    """Whether a button was pressed, and in which window."""
    return Saving(opening=request.form.get("opening", "")[:LONGEST_OPENING], by_itself=by_itself())


def waits_for_button(bid: Bid) -> bool:
    """Whether saving the money pages has consequences: partners that were asked would be asked again. A page
    then keeps what is typed beside it, until its button is pressed.
    """
    if not by_itself():
        return False
    partners = queries.partners_of(session(), bid.application.id)
    return any(partner.consent is not Consent.NOT_ASKED for partner in partners)


def told_by_itself(
    bid: Bid, page: SectionAnswers, *, fields: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    """The answer to a page that was saved by its script. `fields` are hidden boxes that the save has changed,
    such as a new partner's number.
    """
    return saved_by_itself(
        page.version, fields=fields or {}, people=_noted(bid, page.key, page, active_at=now())
    )


def keep_aside(bid: Bid, key: str, form: BaseForm) -> ResponseReturnValue:
    """Keep what a page's script has sent until its button is pressed."""
    kept = _set_aside(bid, key, form)
    people = _noted(bid, key, queries.page_of(session(), bid.application.id, key), active_at=now())
    return not_saved("kept", at=clock_time(kept.set_aside_at), people=people)


def keep_both(bid: Bid, key: str, form: BaseForm) -> ResponseReturnValue:
    """Somebody else saved the page meanwhile: keep both versions and lead to where one is chosen."""
    kept = _set_aside(bid, key, form)
    page = queries.page_of(session(), bid.application.id, key)
    href = around.compare_href(bid.application, bid.definition, kept)
    if by_itself():
        name = _name_of(page.saved_by_id if page else None)
        return not_saved("changed", name, href=href, people=_noted(bid, key, page, active_at=now()))
    return redirect(href)


def other_words(bid: Bid, key: str, form: BaseForm) -> BaseForm:
    """The form of a page with what is saved; as its reader wishes, compared with a version that waits, or
    with words of that version in its boxes instead. To be called where the page is shown.
    """
    g.page_key = key
    if "compare" in request.args:
        abort(make_response(_compare(bid, key, form, _waiting(bid, key, "compare"))))
    if "other" in request.args:
        other = _waiting(bid, key, "other")
        _put_in(form, other)
        g.other_version = other.id
    return form


def forget_waiting(bid: Bid, key: str) -> None:
    """The page was saved by its button: the version that was put into its boxes waits no longer, nor do words
    that this window had set aside.
    """
    application_id, how = bid.application.id, how_saved()
    actions.forget_own(
        session(), application_id=application_id, key=key, opening=how.opening, actor=me(), now=now()
    )
    taken = request.form.get("other", type=int)
    ids = [found.id for found, _ in actions.waiting(session(), application_id, key)] if taken else []
    if taken in ids:
        actions.settle_version(
            session(), set_aside_id=taken, application_id=application_id, taken=True, actor=me(), now=now()
        )


@bp.post("/<ref>/versions/<int:set_aside_id>/")
@signed_in
@writes
def keep_saved(ref: str, set_aside_id: int) -> ResponseReturnValue:
    """Choose what is saved; the version that waited is thrown away."""
    bid = own_bid(ref)
    settled = actions.settle_version(
        session(),
        set_aside_id=set_aside_id,
        application_id=bid.application.id,
        taken=False,
        actor=me(),
        now=now(),
    )
    flash(say("The page stays as it is saved. The other version has been thrown away."))
    place = around.place_of(bid.definition, settled.key)
    return redirect(f"{url_for('.bid', ref=ref)}{place}/")


@bp.post("/<ref>/presence/")
@signed_in
@writes
def presence(ref: str) -> ResponseReturnValue:
    """A page says that it is open, or was closed. The answer says who else is there."""
    bid, key = own_bid(ref), request.form.get("key", "")
    require(policy.can_edit(me(), bid.application))
    if not _KEY.fullmatch(key):
        raise RuleBroken(say("There is no such page in this form."))
    if "leaving" in request.form:
        actions.leave_page(session(), application_id=bid.application.id, key=key, actor=me(), now=now())
        return {"people": []}
    page = queries.page_of(session(), bid.application.id, key)
    return {"people": _noted(bid, key, page, active_at=_last_typed()), "version": page.version if page else 0}


def _last_typed() -> datetime | None:
    quiet = request.form.get("quiet", "")
    if not (quiet.isascii() and quiet.isdecimal() and len(quiet) < 6):
        return None
    return now() - min(timedelta(seconds=int(quiet)), LONGEST_QUIET)


def _noted(bid: Bid, key: str, page: SectionAnswers | None, *, active_at: datetime | None) -> Sequence[str]:
    """Note that the person is on the page; who else is, and who saved it."""
    actions.note_visit(
        session(), application_id=bid.application.id, key=key, active_at=active_at, actor=me(), now=now()
    )
    return around.people_on(bid.application, key, page)


def _set_aside(bid: Bid, key: str, form: BaseForm) -> SetAside:
    return actions.set_aside(
        session(),
        application_id=bid.application.id,
        key=key,
        items=[item.as_json() for item in written(form)],
        based_on=form["version"].data or 0,
        opening=how_saved().opening,
        actor=me(),
        now=now(),
    )


def _waiting(bid: Bid, key: str, name: str) -> SetAside:
    wanted = request.args.get(name, type=int)
    for found, _ in actions.waiting(session(), bid.application.id, key):
        if found.id == wanted:
            return found
    raise NotFound("This version does not wait any more: somebody has chosen.")


def _put_in(form: BaseForm, other: SetAside) -> None:
    """Put the answers of the waiting version that were chosen into the boxes; the others stay as saved."""
    theirs = {item.name: item for item in _items(other)}
    chosen = [
        theirs[item.name]
        if item.name in theirs and request.args.get(f"take-{item.name}", "other") == "other"
        else item
        for item in written(form)
    ]
    version = form["version"].data
    form.process(MultiDict(pair for item in chosen for pair in item.pairs))
    form["version"].data = version


def _compare(bid: Bid, key: str, form: BaseForm, other: SetAside) -> str:
    page = queries.page_of(session(), bid.application.id, key)
    return form_page(
        "applications/compare.html",
        bid,
        both=_both(written(form), _items(other)),
        other=other,
        mine=other.person_id == me().person_id,
        other_by=_name_of(other.person_id),
        saved=page,
        saved_by=_name_of(page.saved_by_id if page else None),
        saved_by_me=page is not None and page.saved_by_id == me().person_id,
        title=page_titles(bid.definition).get(key) or say("One partner"),
        Mark=Mark,
    )


def _both(saved: Sequence[Written], other: Sequence[Written]) -> list[Both]:
    theirs = {item.name: item for item in other}
    found = []
    for item in saved:
        found_there = theirs.get(item.name, item)
        if found_there.text != item.text and found_there.pairs != item.pairs:
            runs = differences(item.text, found_there.text)
            found.append(
                Both(
                    item.name,
                    item.label,
                    saved=[run for run in runs if run.mark is not Mark.NEW],
                    other=[run for run in runs if run.mark is not Mark.GONE],
                )
            )
    return found


def _items(other: SetAside) -> list[Written]:
    return [from_json(item) for item in other.answers["items"]]


def _name_of(person_id: int | None) -> str:
    return around.name_of(accounts.person(session(), person_id)) if person_id else say("Somebody else")
