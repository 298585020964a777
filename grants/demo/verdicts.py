"""What the story's reviewers give a bid, and why: always the same for the same bid and reviewer."""

from collections.abc import Mapping
from zlib import crc32

from grants.demo.partnerships import Partnership, phrases
from grants.programme.definition import Rubric

HIGH, MIDDLE = 3.6, 2.5
"""From which mean of a theme's scores on a reviewer writes praise, and from which on faint praise."""


def scores(partnership: Partnership, *, theme: str, reviewer: str, rubric: Rubric) -> dict[str, int]:
    """A score for each strand of a theme, around the bid's strength: reviewers lean a little this or that
    way, and none gives nothing to an answer that is there.
    """
    leaning = _between(f"{reviewer}:leaning") * 0.4
    about = partnership.strength + leaning + _between(f"{partnership.key}:{theme}") * 0.5
    return {
        strand: min(
            rubric.max_score,
            max(1, round(about + _between(f"{partnership.key}:{theme}:{strand}:{reviewer}"))),
        )
        for strand in rubric.strand_keys
    }


def justification(
    partnership: Partnership, *, theme: str, given: Mapping[str, int], position: int, reviewer: str
) -> str:
    """Why a reviewer gave these scores. `position` tells a bid's reviewers apart, so that no two say the
    same.
    """
    mean = sum(given.values()) / len(given)
    band = "high" if mean >= HIGH else "middle" if mean >= MIDDLE else "low"
    texts = phrases()["review"][band][theme]
    text: str = texts[(partnership.number + position) % len(texts)]
    least = min(given, key=lambda strand: given[strand])
    if max(given.values()) - given[least] < 2:
        return text
    return f"{text} {_WEAKEST[least][crc32(reviewer.encode()) % 2]}"


def comment(partnership: Partnership, *, position: int) -> str:
    """What a reviewer says about the bid as a whole; nothing, for two of three."""
    texts = phrases()["review"]["comment"]["texts"]
    return str(texts[partnership.number % len(texts)]) if (partnership.number + position) % 3 == 0 else ""


_WEAKEST = {
    "hearing": (
        "How people were listened to is the weakest part.",
        "I would like to know more about who was heard.",
    ),
    "understanding": ("The evidence could go deeper.", "What needs to change is said too briefly."),
    "partnership": (
        "Who does which part could be clearer.",
        "The partners' parts are less worked out than the rest.",
    ),
}


def _between(text: str) -> float:
    """A number from -1 to 1 that belongs to `text`."""
    return crc32(text.encode()) / 0xFFFFFFFF * 2 - 1
