"""Every deed of scoring. The room's only functions that write."""

from grants.scoring.actions.agreeing import agree_score, follow_conflict, reaffirm_score
from grants.scoring.actions.calibrating import CALIBRATE, recalibrate, request_calibration
from grants.scoring.actions.chasing import chase_reviews
from grants.scoring.actions.filling import (
    follow_version,
    lock,
    object_to_changes,
    open_sheet,
    save_comment,
    save_overall,
    save_theme,
    take_up_version,
)
from grants.scoring.actions.finding import open_passages
from grants.scoring.actions.practising import lock_practice, open_practice, reveal_practice, save_practice
from grants.scoring.actions.reopening import ask_reopening, draft_reopening, settle_reopening
from grants.scoring.actions.results import bring_up_to_date, fit_stage, follow_team, refresh_result
from grants.scoring.actions.saving_views import drop_view, save_view

__all__ = [
    "CALIBRATE",
    "agree_score",
    "ask_reopening",
    "bring_up_to_date",
    "chase_reviews",
    "draft_reopening",
    "drop_view",
    "fit_stage",
    "follow_conflict",
    "follow_team",
    "follow_version",
    "lock",
    "lock_practice",
    "object_to_changes",
    "open_passages",
    "open_practice",
    "open_sheet",
    "reaffirm_score",
    "recalibrate",
    "refresh_result",
    "request_calibration",
    "reveal_practice",
    "save_comment",
    "save_overall",
    "save_practice",
    "save_theme",
    "save_view",
    "settle_reopening",
    "take_up_version",
]
