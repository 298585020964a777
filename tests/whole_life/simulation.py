"""Simulated reviews: the same bids always get the same scores, and every sheet says that it is simulated."""

from collections.abc import Mapping
from hashlib import sha256

from grants.programme.definition import Rubric

JUSTIFICATION = "Simulated review: no person wrote or read this."


def scores(rubric: Rubric, *, source_id: str, reviewer: int, theme: str) -> Mapping[str, int]:
    """A whole number for each strand of a theme: the bid's own quality, a reviewer's leniency, and chance."""
    return {strand: _score(rubric, source_id, reviewer, theme, strand) for strand in rubric.strand_keys}


def _score(rubric: Rubric, source_id: str, reviewer: int, theme: str, strand: str) -> int:
    quality = _chance("bid", source_id) * 0.7 + _chance("theme", source_id, theme) * 0.3
    leniency = (_chance("reviewer", str(reviewer)) - 0.5) * 0.2
    luck = (_chance("luck", source_id, str(reviewer), theme, strand) - 0.5) * 0.4
    return round(min(1.0, max(0.0, quality + leniency + luck)) * rubric.max_score)


def _chance(*about: str) -> float:
    """A number from 0 to 1 that is always the same for the same words."""
    return int.from_bytes(sha256("\0".join(about).encode()).digest()[:6]) / 2**48
