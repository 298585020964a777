"""A reviewer's pages: their bids, one bid, its themes, checking and locking."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.accounts.states import KIND_LABELS
from grants.applications.paperwork import opened, shown_to_reviewers
from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken, Stale
from grants.core.pages import Task, as_download, download
from grants.core.paper import pdf
from grants.core.web import by_itself, me, needs, session, writes
from grants.documents.states import SCAN, SCAN_COLOURS
from grants.permissions import Permission
from grants.programme.definition import Theme
from grants.scoring import actions, finding, practising, rules
from grants.scoring.forms import OverallForm, ThemeForm, cell_field, theme_form
from grants.scoring.hiding import FREE_TEXT
from grants.scoring.models import Sheet
from grants.scoring.passages import Passage
from grants.scoring.rules import CellKey, Overall
from grants.scoring.views.autosave import CHANGED_ELSEWHERE, refused_by_itself, told_by_itself, window
from grants.scoring.views.blueprint import Desk, bp, desk
from grants.scoring.views.packing import on_paper
from grants.scoring.views.silence import silence

FRESH = 1
"""The version of a sheet that has just been opened; one that somebody has saved since has a higher one."""


@bp.get("/<ref>/")
@needs(Permission.REVIEW_BIDS)
def overview(ref: str) -> ResponseReturnValue:
    """One bid: progress by theme and the running total."""
    found = desk(ref)
    return render_template(
        "scoring/overview.html",
        desk=found,
        bid=found.bid.application,
        tasks=_tasks(found),
        unfinished=_first_unfinished(found),
        silence=silence(found),
    )


@bp.get("/<ref>/bid/")
@needs(Permission.REVIEW_BIDS)
def bid(ref: str) -> ResponseReturnValue:
    """The whole bid to read."""
    found = desk(ref)
    return render_template(
        "scoring/bid.html",
        desk=found,
        unfinished=_first_unfinished(found),
        bid=found.bid.application,
        fund=found.bid.definition,
        content=found.content,
        files=shown_to_reviewers(session(), found.bid.definition, found.content),
        free_text=FREE_TEXT,
        scans=SCAN,
        scan_colours=SCAN_COLOURS,
        kinds=KIND_LABELS,
    )


@bp.get("/<ref>/documents/<int:file_id>/")
@needs(Permission.REVIEW_BIDS)
def sent_file(ref: str, file_id: int) -> ResponseReturnValue:
    """A file of the version that is scored, where the fund lets reviewers open such a document."""
    found = desk(ref)
    for file in shown_to_reviewers(session(), found.bid.definition, found.content):
        if file.row.id == file_id:
            content, name, media_type = opened(file, actor=me())
            return as_download(content, disposition=name, media_type=media_type)
    raise NotFound("There is no such file in this bid.")


@bp.get("/<ref>/bid/pdf/")
@needs(Permission.REVIEW_BIDS)
def bid_pdf(ref: str) -> ResponseReturnValue:
    """The whole bid to read on paper."""
    found = desk(ref)
    version = found.version
    data = on_paper(found)
    name = f"{ref}-v{version.number}.pdf"
    return download(pdf("bid", data, dated=version.submitted_at), name=name, media_type="application/pdf")


@bp.get("/<ref>/themes/<theme>/")
@needs(Permission.REVIEW_BIDS)
def theme(ref: str, theme: str) -> ResponseReturnValue:
    """The scoring page: one theme's answers beside its scales."""
    found = with_theme(ref, theme)
    if found.locked:
        return redirect(url_for(".check", ref=ref))
    if practising.must_practise_first(session(), found.bid.round, me().person_id):
        return redirect(url_for(".practice", round_ref=found.bid.round.ref))
    note = found.written.notes.get(theme) if found.written else None
    data = {cell_field(strand): found.cells.get((theme, strand)) for strand in found.rubric.strand_keys}
    form = theme_form(found.rubric)(
        data={
            **data,
            "justification": note.justification if note else "",
            "shareable": note.shareable if note else False,
            "version": found.sheet_version,
        }
    )
    return _theme_page(found, theme, form)


@bp.post("/<ref>/themes/<theme>/")
@needs(Permission.REVIEW_BIDS)
@writes
def save_theme(ref: str, theme: str) -> ResponseReturnValue:
    """Keep what was given so far; the first save opens the sheet. `go` says where to next.

    Putting 0 in every part in the place of scores takes a second press.
    """
    found = with_theme(ref, theme)
    form = theme_form(found.rubric)()
    go = request.form.get("go", "next")
    if go == "not_addressed" and request.form.get("sure") != "yes" and _gives_points(found, theme, form):
        return _theme_page(found, theme, form, unsure=True)
    sheet = keep_theme(found, theme, form, not_addressed=go == "not_addressed")
    if not isinstance(sheet, Sheet):
        return sheet
    if by_itself():
        return told_by_itself(found, sheet, _with(found, theme, form.scores(found.rubric)))
    if go == "stay":
        flash("Your scores so far are saved.", "success")
        return redirect(url_for(".theme", ref=ref, theme=theme, then=request.args.get("then")))
    if go == "not_addressed":
        name = found.rubric.theme(theme).name
        flash(f"{name}: 0 in every part. If that was a mistake, open it again and choose.", "success")
    elif lacking := _lacking(found, theme, form):
        flash(f"Saved. Before you can lock your scores: {' '.join(lacking)}")
    return redirect(_next(found, theme))


def keep_theme(
    found: Desk, theme: str, form: ThemeForm, *, not_addressed: bool = False
) -> Sheet | ResponseReturnValue:
    """The sheet once what was given for a theme is saved; or the page that says why it cannot be."""
    if not form.validate():
        return refused_by_itself(form) if by_itself() else _theme_page(found, theme, form)
    scores = form.scores(found.rubric)
    try:
        sheet_id, version = open_for(found, form)
        return actions.save_theme(
            session(),
            sheet_id=sheet_id,
            theme=theme,
            scores=scores,
            not_addressed=not_addressed or _still_not_addressed(found, theme, scores),
            justification=form.justification.data or "",
            shareable=form.shareable.data,
            version=version,
            actor=me(),
            now=now(),
            window=window(),
        )
    except Stale:
        form.version.data = found.sheet_version
        return CHANGED_ELSEWHERE if by_itself() else _theme_page(found, theme, form, clash=True)
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return refused_by_itself(form) if by_itself() else _theme_page(found, theme, form)


def _tasks(found: Desk) -> list[Task]:
    """The themes that count, each with how far it has been scored."""
    check = url_for(".check", ref=found.bid.application.ref)
    themes = [
        Task(
            found.rubric.theme(key).name,
            check if found.locked else url_for(".theme", ref=found.bid.application.ref, theme=key),
            *_progress(found, key),
            hint=_hint(found, key),
        )
        for key in found.counting
    ]
    said = found.written.sheet.overall if found.written else Overall()
    status = "Done" if said.recommendation or said.comment else "Optional"
    hint = "Your comment, what you recommend, and how much it should get"
    return [*themes, Task("The bid as a whole", f"{check}#whole", status, hint=hint)]


def _first_unfinished(found: Desk) -> Theme | None:
    """The first theme that still lacks something."""
    done = ("Scored", "Not addressed: 0")
    keys = (key for key in found.counting if _progress(found, key)[0] not in done)
    return next((found.rubric.theme(key) for key in keys), None)


def _progress(found: Desk, theme: str) -> tuple[str, str]:
    """How far a theme has been scored, in words, and the colour of its tag."""
    strands = found.rubric.strand_keys
    given = sum((theme, strand) in found.cells for strand in strands)
    if given == 0 or found.written is None:
        return "Not started", "blue"
    if given < len(strands):
        return f"{given} of {len(strands)} scores", "light-blue"
    if theme not in found.written.reasoned(found.content["claims"]):
        return "Justification missing", "yellow"
    return ("Not addressed: 0" if found.written.notes[theme].not_addressed else "Scored"), ""


def _hint(found: Desk, theme: str) -> str:
    """What the bid says of the theme. Imported bids came without answers, so their absence says nothing."""
    addressed = found.content["themes"].get(theme, {}).get("addressed", False)
    if addressed or found.content["not_collected"]:
        return ""
    return "The bid says that it does not address this theme."


def with_theme(ref: str, theme: str) -> Desk:
    """The reviewer's desk, where the theme counts for the bid. Raises NotFound."""
    found = desk(ref)
    if theme not in found.counting:
        raise NotFound("There is no such theme among those that count for this bid.")
    return found


def open_for(found: Desk, form: ThemeForm | OverallForm) -> tuple[int, int]:
    """The sheet to write on and the version that the page saw; opens the sheet on the first save of all."""
    seen = form.expected_version()
    if found.written is not None:
        return found.written.sheet.id, seen
    sheet = actions.open_sheet(session(), assignment_id=found.assignment.id, actor=me(), now=now())
    return sheet.id, FRESH


def _next(found: Desk, theme: str) -> str:
    """The next theme that counts, or the page to check everything, also for who came from there."""
    ref, themes = found.bid.application.ref, found.counting
    place = themes.index(theme) + 1
    if place < len(themes) and request.args.get("then") != "check":
        return url_for(".theme", ref=ref, theme=themes[place])
    return url_for(".check", ref=ref)


def _theme_page(
    found: Desk, theme: str, form: ThemeForm, *, clash: bool = False, unsure: bool = False
) -> ResponseReturnValue:
    page = render_template(
        "scoring/theme.html",
        form=form,
        desk=found,
        bid=found.bid.application,
        theme=found.rubric.theme(theme),
        strands=[(strand, found.rubric.cell(theme, strand.key)) for strand in found.rubric.strands],
        answers=found.content["themes"].get(theme, {}),
        place=found.counting.index(theme) + 1,
        field_of=cell_field,
        weight_of=lambda strand: rules.weight_in_total(found.rubric, found.counting, theme, strand),
        saved=found.written.notes.get(theme) if found.written else None,
        passages=_passages(found, theme),
        clash=clash,
        unsure=unsure,
    )
    return page, 409 if clash else 422 if form.errors or unsure else 200


def _passages(found: Desk, theme: str) -> dict[str, list[Passage]] | None:
    """The passages that the reviewer has asked for in this theme, by strand; None where the fund has none."""
    if not found.bid.definition.review.passages:
        return None
    strands = finding.opened(session(), found.assignment.id, theme)
    return finding.found_for(found.content, found.bid.definition, theme, strands)


def _still_not_addressed(found: Desk, theme: str, scores: Mapping[str, int]) -> bool:
    """Whether a theme marked as not addressed stays so: nothing but 0 is chosen."""
    note = found.written.notes.get(theme) if found.written else None
    everywhere = len(scores) == len(found.rubric.strand_keys)
    return note is not None and note.not_addressed and everywhere and not any(scores.values())


def _gives_points(found: Desk, theme: str, form: ThemeForm) -> bool:
    """Whether a theme has scores above 0, saved or on the page."""
    saved = (found.cells.get((theme, strand), 0) for strand in found.rubric.strand_keys)
    return any(saved) or any(form.scores(found.rubric).values())


def _lacking(found: Desk, theme: str, form: ThemeForm) -> list[str]:
    """What this theme still lacks before the sheet can be locked."""
    cells = _with(found, theme, form.scores(found.rubric))
    note = found.written.notes.get(theme) if found.written else None
    is_reasoned = bool((form.justification.data or "").strip()) or (note is not None and note.not_addressed)
    reasons = rules.blockers_to_lock(
        found.rubric, found.content["claims"], cells, [theme] if is_reasoned else []
    )
    return [reason.text for reason in reasons if reason.place.startswith(f"{theme}/")]


def _with(found: Desk, theme: str, scores: Mapping[str, int]) -> dict[CellKey, int]:
    """The sheet's scores with these in the place of one theme's."""
    others = {key: score for key, score in found.cells.items() if key[0] != theme}
    return {**others, **{(theme, strand): score for strand, score in scores.items()}}
