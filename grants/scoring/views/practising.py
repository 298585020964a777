"""A reviewer before the practice bid: its themes, locking, and the panel's answer beside their own."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken, Stale
from grants.core.pages import Task
from grants.core.policy import require
from grants.core.web import by_itself, me, needs, saved_by_itself, session, writes
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.programme.definition import FundDefinition
from grants.programme.models import Round
from grants.programme.practice import Practice
from grants.scoring import actions, policy, practising
from grants.scoring.forms import ThemeForm, cell_field, theme_form
from grants.scoring.models import PracticeSheet
from grants.scoring.states import SheetState
from grants.scoring.views.autosave import CHANGED_ELSEWHERE, refused_by_itself, window
from grants.scoring.views.blueprint import bp

FRESH = 1
"""The version of a practice sheet that has just been opened."""


@dataclass(frozen=True)
class PracticeDesk:
    """A round's practice bid before its reader, with their sheet as far as it is filled in."""

    round: Round
    definition: FundDefinition
    sheet: PracticeSheet | None

    @property
    def locked(self) -> bool:
        """Whether the reader has locked their scores."""
        return self.sheet is not None and self.sheet.state is SheetState.LOCKED

    @property
    def themes(self) -> tuple[str, ...]:
        """The themes that the practice bid addresses."""
        return practising.themes(self.definition)

    @property
    def version(self) -> int:
        """The sheet's version for a page's hidden field; 0 before there is one."""
        return self.sheet.version if self.sheet else 0


def _desk(round_ref: str) -> PracticeDesk:
    """The practice bid of this round. Raises NotFound where it has none."""
    round_ = programme.round_by_ref(session(), round_ref)
    definition = programme.definition_of(round_)
    if definition.review.practice is Practice.NONE:
        raise NotFound("This round has no practice bid.")
    sheet = practising.sheet_of(session(), round_id=round_.id, person_id=me().person_id)
    return PracticeDesk(round_, definition, sheet)


def _mine(round_ref: str) -> PracticeDesk:
    """The same for those who may score it. Raises NotAllowed."""
    found = _desk(round_ref)
    require(policy.may_practise(session(), me(), found.round))
    return found


@bp.get("/practice/<round_ref>/")
@needs(Permission.REVIEW_BIDS)
def practice(round_ref: str) -> ResponseReturnValue:
    """The practice bid and its themes."""
    return _overview(_mine(round_ref))


@bp.get("/practice/<round_ref>/themes/<theme>/")
@needs(Permission.REVIEW_BIDS)
def practice_theme(round_ref: str, theme: str) -> ResponseReturnValue:
    """One theme's answers beside its scales, as on the page of a real bid."""
    found = _with_theme(round_ref, theme)
    if found.locked:
        return redirect(url_for(".compare_practice", round_ref=round_ref))
    cells = practising.given(found.sheet)
    data = {cell_field(strand): cells.get((theme, strand)) for strand in found.definition.rubric.strand_keys}
    why = found.sheet.notes.get(theme, "") if found.sheet else ""
    form = theme_form(found.definition.rubric)(data={**data, "justification": why, "version": found.version})
    return _theme_page(found, theme, form)


@bp.post("/practice/<round_ref>/themes/<theme>/")
@needs(Permission.REVIEW_BIDS)
@writes
def save_practice(round_ref: str, theme: str) -> ResponseReturnValue:
    """Keep what was given so far."""
    found = _with_theme(round_ref, theme)
    form = theme_form(found.definition.rubric)()
    if not form.validate():
        return refused_by_itself(form) if by_itself() else _theme_page(found, theme, form)
    seen = form.expected_version() if found.sheet else FRESH
    try:
        sheet = found.sheet or actions.open_practice(
            session(), round_id=found.round.id, actor=me(), now=now()
        )
        sheet = actions.save_practice(
            session(),
            sheet_id=sheet.id,
            theme=theme,
            scores=form.scores(found.definition.rubric),
            why=form.justification.data or "",
            version=seen,
            actor=me(),
            now=now(),
            window=window(),
        )
    except Stale:
        form.version.data = found.version
        return CHANGED_ELSEWHERE if by_itself() else _theme_page(found, theme, form, clash=True)
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return refused_by_itself(form) if by_itself() else _theme_page(found, theme, form)
    if by_itself():
        return saved_by_itself(sheet.version)
    place = found.themes.index(theme) + 1
    if place < len(found.themes):
        return redirect(url_for(".practice_theme", round_ref=round_ref, theme=found.themes[place]))
    return redirect(url_for(".practice", round_ref=round_ref))


@bp.post("/practice/<round_ref>/lock/")
@needs(Permission.REVIEW_BIDS)
@writes
def lock_practice(round_ref: str) -> ResponseReturnValue:
    """Lock the practice scores, and show the panel's answer."""
    found = _mine(round_ref)
    sheet = found.sheet
    if sheet is None:
        return _overview(found, refused="Score the practice bid first.")
    try:
        actions.lock_practice(session(), sheet_id=sheet.id, version=sheet.version, actor=me(), now=now())
    except RuleBroken as broken:
        return _overview(found, refused=str(broken))
    return redirect(url_for(".compare_practice", round_ref=round_ref))


@bp.get("/practice/<round_ref>/compare/")
@needs(Permission.REVIEW_BIDS, Permission.ASSIGN_REVIEWERS)
def compare_practice(round_ref: str) -> ResponseReturnValue:
    """The panel's answer beside one's own, and how the panel scored once that is open."""
    found = _desk(round_ref)
    require(policy.may_compare_practice(session(), me(), found.round, found.sheet))
    members = practising.panel(session(), found.round.id)
    is_open = practising.is_open(session(), found.round.id, members)
    leads = me().may(Permission.DECIDE) or me().may(Permission.ASSIGN_REVIEWERS)
    return render_template(
        "scoring/practice_compare.html",
        desk=found,
        rubric=found.definition.rubric,
        blocks=practising.compared(found.definition, found.sheet, members if is_open else ()),
        levels={level.score: level.name for level in found.definition.rubric.levels},
        locked=sum(sheet is not None and sheet.state is SheetState.LOCKED for _, sheet in members),
        members=members,
        shows_members=leads,
        is_open=is_open,
        may_reveal=not is_open and bool(policy.may_reveal_practice(session(), me(), found.round)),
    )


@bp.post("/practice/<round_ref>/reveal/")
@needs(Permission.DECIDE)
@writes
def reveal_practice(round_ref: str) -> ResponseReturnValue:
    """Open how the panel scored, before everybody has locked."""
    found = _desk(round_ref)
    actions.reveal_practice(session(), round_id=found.round.id, actor=me(), now=now())
    flash("Reviewers who have locked their practice scores now see how the panel scored.", "success")
    if policy.may_compare_practice(session(), me(), found.round, found.sheet):
        return redirect(url_for(".compare_practice", round_ref=round_ref))
    return redirect(url_for(".practice", round_ref=round_ref))


def _with_theme(round_ref: str, theme: str) -> PracticeDesk:
    found = _mine(round_ref)
    if theme not in found.themes:
        raise NotFound("The practice bid says nothing about this theme.")
    return found


def _overview(found: PracticeDesk, *, refused: str = "") -> ResponseReturnValue:
    missing = practising.missing(found.definition, found.sheet)
    cells, strands = practising.given(found.sheet), found.definition.rubric.strand_keys
    tasks = []
    for key in found.themes:
        given = sum((key, strand) in cells for strand in strands)
        status = "Scored" if key not in missing else f"{given} of {len(strands)} scores"
        tasks.append(
            Task(
                found.definition.rubric.theme(key).name,
                url_for(".practice_theme", round_ref=found.round.ref, theme=key),
                status if given else "Not started",
                "" if key not in missing else "light-blue" if given else "blue",
            )
        )
    page = render_template("scoring/practice.html", desk=found, tasks=tasks, missing=missing, refused=refused)
    return page, 422 if refused else 200


def _theme_page(
    found: PracticeDesk, theme: str, form: ThemeForm, *, clash: bool = False
) -> ResponseReturnValue:
    rubric = found.definition.rubric
    page = render_template(
        "scoring/practice_theme.html",
        form=form,
        desk=found,
        theme=rubric.theme(theme),
        strands=[(strand, rubric.cell(theme, strand.key)) for strand in rubric.strands],
        answers=practising.answers(found.definition, theme),
        place=found.themes.index(theme) + 1,
        field_of=cell_field,
        clash=clash,
    )
    return page, 409 if clash else 422 if form.errors else 200
