"""The pages of questions and themes. Every save keeps what was typed, right or wrong."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from grants.applications import actions, queries
from grants.applications.answer_rules import coverage_reasons, section_reasons, theme_reasons
from grants.applications.answers import COLUMNS, is_blank, kept
from grants.applications.facts import ADDRESSED, CLAIMED, CLAIMS, Facts, field_of, theme_page
from grants.applications.queries import Bid
from grants.applications.rules import is_hidden
from grants.applications.views.autosave import how_saved, keep_both, other_words, told_by_itself
from grants.applications.views.blueprint import bp, form_page, page_href
from grants.applications.views.question_forms import ClaimsForm, fill, section_form, theme_form, typed_in
from grants.applications.views.saving import draft_to_write, one_more, onward, point_out
from grants.core.clock import now
from grants.core.errors import NotFound, Reason, Stale
from grants.core.forms import BaseForm
from grants.core.web import by_itself, me, session, signed_in, writes
from grants.programme.definition import Coverage, Section, Theme
from grants.programme.rules import best_total_for


@bp.get("/<ref>/sections/<key>/")
@signed_in
def section(ref: str, key: str) -> ResponseReturnValue:
    """One page of the fund's questions, with what is wrong in what was typed so far."""
    bid = draft_to_write(ref)
    asked = _section(bid, key)
    pages = queries.pages_of(session(), bid.application.id)
    form = section_form(asked)()
    form.offer(asked, bid.definition)
    if key in pages:
        fill(form, pages[key].answers)
        form.version.data = pages[key].version
        point_out(form, _wrong(form, section_reasons(queries.facts_from(bid, pages.values()), asked)))
    form.show_one_more(request.args.get("more", ""))
    form = other_words(bid, key, form)
    return _section_page(bid, asked, form)


@bp.post("/<ref>/sections/<key>/")
@signed_in
@writes
def save_section(ref: str, key: str) -> ResponseReturnValue:
    """Keep the page, also when a row is to be added or several boxes are ticked at once; a row removed goes
    with the next save. Of a page that somebody else saved meanwhile both versions are kept.
    """
    bid = draft_to_write(ref)
    asked = _section(bid, key)
    form = section_form(asked)()
    form.offer(asked, bid.definition)
    more = next((field.name for field in form.rows() if one_more(field.name)), "")
    if form.rows_pressed() and not more:
        return _section_page(bid, asked, form)
    try:
        page = actions.save_section(
            session(),
            application_id=bid.application.id,
            key=key,
            answers=typed_in(form),
            version=form.version.data,
            how=how_saved(),
            actor=me(),
            now=now(),
        )
    except Stale:
        return keep_both(bid, key, form)
    if by_itself():
        return told_by_itself(bid, page)
    if more:
        at = f"{more}-{len(form[more].filled)}"
        return redirect(url_for(".section", ref=ref, key=key, more=more, _anchor=at))
    if ticked := form.ticked_together():
        return redirect(page_href(bid, f"sections/{key}#{ticked}"))
    reasons = section_reasons(queries.facts_of(session(), bid), asked)
    return onward(bid, f"sections/{key}", wrong=bool(_wrong(form, reasons)))


@bp.get("/<ref>/claims/")
@signed_in
def claims(ref: str) -> ResponseReturnValue:
    """Which themes the bid addresses, in a fund that counts only those."""
    bid = draft_to_write(ref)
    pages = queries.pages_of(session(), bid.application.id)
    facts = queries.facts_from(bid, pages.values())
    form = _claims_form(facts)
    form.themes.data = facts.claimed()
    if CLAIMS in pages:
        form.version.data = pages[CLAIMS].version
        point_out(form, coverage_reasons(facts))
    return form_page("applications/claims.html", bid, form=other_words(bid, CLAIMS, form))


@bp.post("/<ref>/claims/")
@signed_in
@writes
def save_claims(ref: str) -> ResponseReturnValue:
    """Keep the claims. What was written about a theme that is no longer claimed is kept, out of sight."""
    bid = draft_to_write(ref)
    form = _claims_form(queries.facts_from(bid, ()))
    themes = kept(theme for theme in bid.definition.rubric.theme_keys if theme in form.themes.data)
    try:
        page = actions.save_section(
            session(),
            application_id=bid.application.id,
            key=CLAIMS,
            answers={CLAIMED: themes},
            version=form.version.data,
            how=how_saved(),
            actor=me(),
            now=now(),
        )
    except Stale:
        return keep_both(bid, CLAIMS, form)
    if by_itself():
        return told_by_itself(bid, page)
    return onward(bid, "claims", wrong=bool(coverage_reasons(queries.facts_of(session(), bid))))


@bp.get("/<ref>/themes/<theme>/")
@signed_in
def theme(ref: str, theme: str) -> ResponseReturnValue:
    """One theme: its statement, and one answer a strand beside the workshop's own words."""
    bid = draft_to_write(ref)
    asked = _theme(bid, theme)
    pages = queries.pages_of(session(), bid.application.id)
    page, facts = pages.get(theme_page(theme)), queries.facts_from(bid, pages.values())
    if is_hidden(facts, f"themes/{theme}"):
        return redirect(url_for(".claims", ref=ref))
    form = theme_form(bid.definition.rubric.strands)()
    if page is not None:
        fill(form, page.answers)
        form.version.data = page.version
        point_out(form, _wrong(form, theme_reasons(facts, asked)))
    form = other_words(bid, theme_page(theme), form)
    addressed = page.answers.get(ADDRESSED, "") if page and not facts.asks_for_claims() else ""
    return _theme_page(bid, asked, form, addressed="yes" if "other" in request.args else addressed)


@bp.post("/<ref>/themes/<theme>/")
@signed_in
@writes
def save_theme(ref: str, theme: str) -> ResponseReturnValue:
    """Keep the answers; 'not addressed' is one button, and its opposite another."""
    bid = draft_to_write(ref)
    asked, key = _theme(bid, theme), theme_page(theme)
    form, go = theme_form(bid.definition.rubric.strands)(), request.form.get("go", "")
    typed = {name: text for name, text in typed_in(form).items() if field_of(name) in request.form}
    addressed = (
        "no" if go == "not_addressed" else "" if all(is_blank(text) for text in typed.values()) else "yes"
    )
    try:
        page = actions.save_section(
            session(),
            application_id=bid.application.id,
            key=key,
            answers={ADDRESSED: addressed, **typed},
            version=form.version.data,
            how=how_saved(),
            actor=me(),
            now=now(),
        )
    except Stale:
        return keep_both(bid, key, form)
    if by_itself():
        return told_by_itself(bid, page)
    if go == "addressed":
        return redirect(page_href(bid, f"themes/{theme}"))
    reasons = theme_reasons(queries.facts_of(session(), bid), asked)
    return onward(bid, f"themes/{theme}", wrong=bool(_wrong(form, reasons)))


def _section_page(bid: Bid, asked: Section, form: BaseForm) -> str:
    return form_page("applications/section.html", bid, section=asked, form=form, columns=COLUMNS)


def _claims_form(facts: Facts) -> ClaimsForm:
    if not facts.asks_for_claims():
        raise NotFound("There is no such page in this form.")
    form = ClaimsForm()
    form.offer(facts.definition.rubric)
    return form


def _theme_page(bid: Bid, asked: Theme, form: BaseForm, *, addressed: str) -> str:
    rubric = bid.definition.rubric
    return form_page(
        "applications/theme.html",
        bid,
        theme=asked,
        strands=[(strand, rubric.cell(asked.key, strand.key)) for strand in rubric.strands],
        best_without=best_total_for(rubric, len(rubric.themes) - 1),
        addressed=addressed,
        claimed=rubric.coverage is Coverage.CLAIMED,
        form=form,
    )


def _section(bid: Bid, key: str) -> Section:
    for found in bid.definition.sections:
        if found.key == key:
            return found
    raise NotFound("There is no such page in this form.")


def _theme(bid: Bid, key: str) -> Theme:
    if key not in bid.definition.rubric.theme_keys:
        raise NotFound("There is no such theme.")
    return bid.definition.rubric.theme(key)


def _wrong(form: BaseForm, reasons: list[Reason]) -> list[Reason]:
    """The reasons about something that was typed; what is merely missing is not held against a draft."""
    typed = {field_of(key) for key, given in typed_in(form).items() if not is_blank(given)}
    return [reason for reason in reasons if _question_at(reason.place) in typed]


def _question_at(place: str) -> str:
    """The field of the question that holds a place such as 'sections/plan#q-risks-0-what'. Keys have no
    hyphens.
    """
    return "-".join(place.partition("#")[2].split("-")[:2])
