"""A practice bid in a fund file: something to learn on before the first real score sheet."""

from dataclasses import dataclass
from enum import StrEnum


class Practice(StrEnum):
    """Whether reviewers score a practice bid before their first real one."""

    NONE = "none"
    OFFERED = "offered"
    REQUIRED = "required"

    @classmethod
    def _missing_(cls, value: object) -> "Practice | None":
        """What rounds stored while this was yes or no."""
        return {False: cls.NONE, True: cls.REQUIRED}.get(value) if isinstance(value, bool) else None


@dataclass(frozen=True)
class PracticeAnswer:
    """One answer of the practice bid, with the level that the panel agreed on for it, and why."""

    theme: str
    strand: str
    text: str
    level: int
    why: str


@dataclass(frozen=True)
class PracticeBid:
    """A bid that nobody sent, to learn on. `note` says where it comes from. It may leave themes out."""

    title: str = ""
    note: str = ""
    summary: str = ""
    answers: tuple[PracticeAnswer, ...] = ()


NO_PRACTICE = PracticeBid()
