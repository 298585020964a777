"""The pages of questions and themes. Every save keeps what was typed, right or wrong."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from grants.applications import actions, queries
from grants.applications.answer_rules import section_reasons, theme_reasons
from grants.applications.facts import ADDRESSED, field_of, theme_page
from grants.applications.forms import fill, section_form, theme_form, typed_in
from grants.applications.queries import Bid
from grants.applications.views.blueprint import bp, form_page, page_href
from grants.applications.views.saving import clash_with, draft_to_write, onward, point_out
from grants.core.clock import now
from grants.core.errors import NotFound, Reason, Stale
from grants.core.forms import BaseForm
from grants.core.web import me, session, signed_in, writes
from grants.programme.definition import Section, Theme
from grants.programme.rules import best_total_for


@bp.get("/<ref>/sections/<key>/")
@signed_in
def section(ref: str, key: str) -> ResponseReturnValue:
    """One page of the fund's questions, with what is wrong in what was typed so far."""
    bid = draft_to_write(ref)
    asked = _section(bid, key)
    pages = queries.pages_of(session(), bid.application.id)
    form = section_form(asked)()
    if key in pages:
        fill(form, pages[key].answers)
        form.version.data = pages[key].version
        point_out(form, _wrong(form, section_reasons(queries.facts_from(bid, pages.values()), asked)))
    return form_page("applications/section.html", bid, section=asked, form=form)


@bp.post("/<ref>/sections/<key>/")
@signed_in
@writes
def save_section(ref: str, key: str) -> ResponseReturnValue:
    """Keep the page. A page that somebody else saved meanwhile is shown with both texts."""
    bid = draft_to_write(ref)
    asked = _section(bid, key)
    form = section_form(asked)()
    try:
        actions.save_section(
            session(),
            application_id=bid.application.id,
            key=key,
            answers=typed_in(form),
            version=form.version.data,
            actor=me(),
            now=now(),
        )
    except Stale:
        labels = {question.key: question.text for question in asked.questions}
        clash = clash_with(bid, key, form, labels, typed_in(form))
        return form_page("applications/section.html", bid, section=asked, form=form, clash=clash), 409
    reasons = section_reasons(queries.facts_of(session(), bid), asked)
    return onward(bid, f"sections/{key}", wrong=bool(_wrong(form, reasons)))


@bp.get("/<ref>/themes/<theme>/")
@signed_in
def theme(ref: str, theme: str) -> ResponseReturnValue:
    """One theme: its statement, and one answer a strand beside the workshop's own words."""
    bid = draft_to_write(ref)
    asked = _theme(bid, theme)
    page = queries.page_of(session(), bid.application.id, theme_page(theme))
    form = theme_form(bid.definition.rubric.strands)()
    if page is not None:
        fill(form, page.answers)
        form.version.data = page.version
        point_out(form, _wrong(form, theme_reasons(queries.facts_from(bid, [page]), asked)))
    return _theme_page(bid, asked, form, addressed=page.answers.get(ADDRESSED, "") if page else "")


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
        "no" if go == "not_addressed" else "yes" if any(text.strip() for text in typed.values()) else ""
    )
    try:
        actions.save_section(
            session(),
            application_id=bid.application.id,
            key=key,
            answers={ADDRESSED: addressed, **typed},
            version=form.version.data,
            actor=me(),
            now=now(),
        )
    except Stale:
        labels = {strand.key: strand.name for strand in bid.definition.rubric.strands}
        labels[ADDRESSED] = "Does your bid address this theme?"
        clash = clash_with(bid, key, form, labels, {ADDRESSED: addressed, **typed})
        return _theme_page(bid, asked, form, addressed="yes", clash=clash), 409
    if go == "addressed":
        return redirect(page_href(bid, f"themes/{theme}"))
    reasons = theme_reasons(queries.facts_of(session(), bid), asked)
    return onward(bid, f"themes/{theme}", wrong=bool(_wrong(form, reasons)))


def _theme_page(bid: Bid, asked: Theme, form: BaseForm, *, addressed: str, clash: object = None) -> str:
    rubric = bid.definition.rubric
    return form_page(
        "applications/theme.html",
        bid,
        theme=asked,
        strands=[(strand, rubric.cell(asked.key, strand.key)) for strand in rubric.strands],
        best_without=best_total_for(rubric, len(rubric.themes) - 1),
        addressed=addressed,
        form=form,
        clash=clash,
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
    typed = {field_of(key) for key, text in typed_in(form).items() if text.strip()}
    return [reason for reason in reasons if reason.place.partition("#")[2] in typed]
