"""Score sheets as reviewers fill them in, for tests that need some."""

from collections.abc import Mapping

from grants.applications.models import Application
from grants.scoring import actions, queries
from grants.scoring.models import Sheet
from tests.rooms.reviewing import panel as p


def started(panel: p.Panel, name: str, bid: Application, *, simulated: bool = False) -> Sheet:
    """The person's sheet of the bid, opened."""
    return actions.open_sheet(
        panel.session,
        assignment_id=panel.assignment(name, bid).id,
        actor=panel.actor(name),
        now=p.NOW,
        simulated=simulated,
    )


def save(
    panel: p.Panel,
    name: str,
    sheet: Sheet,
    theme: str,
    scores: Mapping[str, int],
    *,
    not_addressed: bool = False,
    why: str = "Because of what they wrote.",
    version: int | None = None,
) -> Sheet:
    """One theme saved."""
    return actions.save_theme(
        panel.session,
        sheet_id=sheet.id,
        theme=theme,
        scores=scores,
        not_addressed=not_addressed,
        justification=why,
        version=sheet.version if version is None else version,
        actor=panel.actor(name),
        now=p.NOW,
    )


def filled(panel: p.Panel, name: str, bid: Application, *, score: int = 3, simulated: bool = False) -> Sheet:
    """A sheet with the same score in every cell, ready to be locked."""
    sheet = started(panel, name, bid, simulated=simulated)
    rubric = panel.definition.rubric
    for theme in rubric.theme_keys:
        save(panel, name, sheet, theme, dict.fromkeys(rubric.strand_keys, score))
    return sheet


def lock(panel: p.Panel, name: str, sheet: Sheet) -> Sheet:
    """The sheet locked by its owner."""
    return actions.lock(
        panel.session, sheet_id=sheet.id, version=sheet.version, actor=panel.actor(name), now=p.NOW
    )


def locked(panel: p.Panel, name: str, bid: Application, *, score: int = 3, simulated: bool = False) -> Sheet:
    """A locked sheet with the same score in every cell."""
    return lock(panel, name, filled(panel, name, bid, score=score, simulated=simulated))


def scored(panel: p.Panel, bid: Application, **scores: int) -> None:
    """The bid assigned to these reviewers, each of whom gives every cell the same score and locks."""
    panel.assign(bid, *scores)
    for name, score in scores.items():
        locked(panel, name, bid, score=score)


def total(panel: p.Panel, bid: Application) -> str | None:
    """The bid's exact total of record, as text."""
    result = queries.result_of(panel.session, bid.id)
    return result.total if result else None
