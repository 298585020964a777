"""Every deed of scoring. The room's only functions that write."""

from grants.scoring.actions.agreeing import agree_score, follow_conflict, reaffirm_score
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
from grants.scoring.actions.results import fit_stage, refresh_result

__all__ = [
    "agree_score",
    "fit_stage",
    "follow_conflict",
    "follow_version",
    "lock",
    "object_to_changes",
    "open_sheet",
    "reaffirm_score",
    "refresh_result",
    "save_comment",
    "save_overall",
    "save_theme",
    "take_up_version",
]
