"""A review's life as product.md tells it, on paper: what may happen next to one bid, and what becomes of it.

Every deed answers whether it is allowed; if it is, it is done on paper. Nothing here reads the service's
code: the machine in `test_life` does the same deeds to a real database and compares.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

REVIEWS = 2
"""Reviews that the bid needs, one of them by a citizen, to be ranked."""
BLOCKING = ("proposed", "confirmed", "pinned")
OUT = ("confirmed", "pinned")
LIVE = ("assigned", "cleared")
OPEN = ("in_review", "scored")
CHAIRS = ("chair", "deputy")
SETTLES = ("manager", *CHAIRS)
SETTLING = {
    "confirm": ("confirmed", ("proposed", "rejected")),
    "reject": ("rejected", ("proposed", "confirmed")),
    "pin": ("pinned", ("proposed", "confirmed")),
}
"""Where each deed leads, and from where."""


@dataclass
class Seat:
    """One person before the bid: their task, their conflict of interest, their sheet."""

    citizen: bool = False
    active: bool = True
    task: str = ""
    declared: bool = False
    conflict: str = ""
    raised_by: str = ""
    own_word: bool = False
    """Whether the person declared the conflict that stands."""
    cells: dict[str, int] = field(default_factory=dict)
    """One score for all strands of a theme."""
    sheet: str = ""
    locked_at: int = 0
    first_locked_at: int = 0
    locks: int = 0
    reopening: str = ""

    @property
    def blocked(self) -> bool:
        """Whether a conflict keeps the person from the bid."""
        return self.conflict in BLOCKING

    @property
    def may_score(self) -> bool:
        """Whether the bid's content is open to them."""
        return self.task == "cleared" and not self.blocked

    @property
    def valid(self) -> bool:
        """Whether the sheet counts."""
        return self.sheet == "locked" and self.conflict not in OUT


@dataclass(frozen=True)
class Agreed:
    """A score that the chair recorded for a theme, or for one strand of it, `at` some moment."""

    theme: str
    strand: str
    score: int
    at: int
    suspended: bool = False


@dataclass
class Life:
    """The bid and everybody before it. `moment` grows with every deed; `released` bids are not told of."""

    themes: tuple[str, ...]
    seats: dict[str, Seat]
    stage: str = "in_review"
    moment: int = 0
    agreed: list[Agreed] = field(default_factory=list)
    ever_locked: bool = False

    def blocked(self, name: str) -> bool:
        """Whether the person has a conflict with the bid; the manager and the chair review nothing."""
        return name in self.seats and self.seats[name].blocked

    def unfinished(self, name: str) -> bool:
        """Whether the person has still to lock a sheet of the bid."""
        seat = self.seats.get(name)
        return bool(seat and seat.task in LIVE and seat.sheet != "locked" and self.stage == "in_review")

    def sees_others(self, name: str) -> bool:
        """Blind, then open; nobody with a conflict, ever."""
        if self.blocked(name) or self.unfinished(name):
            return False
        return name in (*CHAIRS, "manager") or self.seats[name].sheet == "locked"

    @property
    def ranked(self) -> bool:
        """Whether enough valid sheets are there."""
        valid = [seat for seat in self.seats.values() if seat.valid]
        return len(valid) >= REVIEWS and any(seat.citizen for seat in valid)


def _live(life: Life) -> Iterator[Seat]:
    return (seat for seat in life.seats.values() if seat.task in LIVE)


def _fit_stage(life: Life) -> None:
    """Scored once nobody is waited for and the bid can be ranked; back in review once it cannot."""
    live = list(_live(life))
    done = bool(live) and all(seat.sheet == "locked" for seat in live)
    if life.stage == "in_review" and life.ranked and done:
        life.stage = "scored"
    elif life.stage == "scored" and not life.ranked:
        life.stage = "in_review"


# --- who reviews


def swap(life: Life, off: str, on: str) -> bool:
    """The manager takes somebody off the bid, puts somebody on, or both; '' for nobody."""
    going, coming = life.seats.get(off), life.seats.get(on)
    if life.stage != "in_review" or (going is None and coming is None):
        return False
    if going and (going.task not in LIVE or going.sheet == "locked"):
        return False
    if coming and (coming.task in LIVE or coming.blocked or not coming.active):
        return False
    if going:
        going.task = "removed"
    if coming:
        coming.task, coming.declared = "assigned", False
    _fit_stage(life)
    return True


def decline(life: Life, who: str) -> bool:
    """A reviewer gives the bid back."""
    seat = life.seats[who]
    if seat.task not in LIVE or seat.sheet == "locked":
        return False
    seat.task = "declined"
    _fit_stage(life)
    return True


def retire(life: Life, who: str) -> bool:
    """A reviewer leaves the panel: what they have not begun of what is still in review is handed over."""
    seat = life.seats[who]
    if not seat.active:
        return False
    seat.active = False
    if seat.task in LIVE and not seat.sheet and life.stage == "in_review":
        seat.task = "removed"
        _fit_stage(life)
    return True


# --- conflicts of interest


def clear(life: Life, who: str) -> bool:
    """A reviewer says that they have none."""
    seat = life.seats[who]
    if seat.task != "assigned":
        return False
    seat.task, seat.declared = "cleared", True
    return True


def declare(life: Life, who: str) -> bool:
    """A reviewer says that they have one."""
    if not _raise(life, who, by=who):
        return False
    life.seats[who].declared = True
    return True


def record(life: Life, who: str, by: str) -> bool:
    """The manager or a chair puts somebody's conflict on record."""
    if by != who and life.blocked(by):
        return False
    return _raise(life, who, by=by, own_word=False)


def _raise(life: Life, who: str, *, by: str, own_word: bool = True) -> bool:
    seat = life.seats[who]
    if seat.blocked:
        return False
    seat.raised_by, seat.own_word = by, own_word
    _stand(life, who, "proposed")
    return True


def settle(life: Life, who: str, deed: str, by: str) -> bool:
    """Confirmed, rejected or pinned, by somebody else; upheld by none who raised it."""
    seat = life.seats[who]
    state, sources = SETTLING[deed]
    if by == who or life.blocked(by) or (deed != "reject" and by == seat.raised_by):
        return False
    if seat.conflict not in sources:
        return False
    _stand(life, who, state)
    return True


def lift(life: Life, who: str) -> bool:
    """An administrator lifts a pin: the conflict stays confirmed."""
    if life.seats[who].conflict != "pinned":
        return False
    _stand(life, who, "confirmed")
    return True


def _stand(life: Life, who: str, state: str) -> None:
    """The conflict stands at `state` from now on, and what depends on it follows."""
    seat = life.seats[who]
    found_late = state in OUT and seat.conflict not in OUT
    seat.conflict = state
    _fit_task(life, seat)
    if found_late and seat.first_locked_at:
        _suspend(life, since=seat.first_locked_at)
    if found_late and seat.sheet and life.stage == "decided":
        life.stage = "scored"
    if life.ever_locked or seat.sheet:
        _fit_stage(life)


def _fit_task(life: Life, seat: Seat) -> None:
    if seat.blocked:
        seat.task = "conflicted" if seat.task in LIVE else seat.task
    elif seat.task == "conflicted":
        others = len(list(_live(life)))
        if seat.sheet != "locked" and others >= REVIEWS:
            seat.task = "removed"
        else:
            seat.task = "cleared" if seat.declared and not seat.own_word else "assigned"


# --- sheets


def open_sheet(life: Life, who: str) -> bool:
    """A reviewer opens their sheet; opening it again changes nothing."""
    seat = life.seats[who]
    if not seat.may_score or (not seat.sheet and life.stage != "in_review"):
        return False
    seat.sheet = seat.sheet or "draft"
    return True


def write(life: Life, who: str, theme: str, score: int) -> bool:
    """A reviewer scores a theme."""
    seat = life.seats[who]
    if not seat.may_score or seat.sheet != "draft" or life.stage != "in_review":
        return False
    seat.cells[theme] = score
    return True


def lock(life: Life, who: str) -> bool:
    """A reviewer locks their sheet; locking it again changes nothing."""
    seat = life.seats[who]
    if seat.sheet == "locked":
        return True
    if not seat.may_score or seat.sheet != "draft" or life.stage != "in_review":
        return False
    if set(seat.cells) != set(life.themes):
        return False
    seat.sheet, seat.locked_at, seat.locks = "locked", life.moment, seat.locks + 1
    seat.first_locked_at = seat.first_locked_at or life.moment
    life.ever_locked = True
    _fit_stage(life)
    return True


def ask_to_reopen(life: Life, who: str) -> bool:
    """A reviewer asks for their locked sheet."""
    seat = life.seats[who]
    if seat.sheet != "locked" or life.stage not in OPEN or not seat.may_score or seat.reopening:
        return False
    seat.reopening = "asked"
    return True


def draft_reopening(life: Life, who: str) -> bool:
    """The manager puts it before the chairs, asked or not."""
    seat = life.seats[who]
    if seat.sheet != "locked" or life.stage not in OPEN or seat.reopening == "drafted":
        return False
    seat.reopening = "drafted"
    return True


def settle_reopening(life: Life, who: str, by: str, *, approve: bool) -> bool:
    """A chair who scores nothing of the bid opens the sheet, or refuses."""
    seat = life.seats[who]
    if seat.sheet != "locked" or life.stage not in OPEN or life.blocked(by):
        return False
    if by in life.seats and life.seats[by].sheet:
        return False
    if approve and (seat.reopening != "drafted" or seat.blocked):
        return False
    seat.reopening = ""
    if approve:
        _suspend(life, since=seat.locked_at)
        seat.sheet = "draft"
        life.stage = "in_review"
    return True


# --- the chair


def agree(life: Life, by: str, theme: str, strand: str, score: int) -> bool:
    """An agreed score takes the place of the one before."""
    if life.blocked(by) or life.unfinished(by) or life.stage not in OPEN:
        return False
    if not any(seat.sheet == "locked" for seat in life.seats.values()):
        return False
    life.agreed = [one for one in life.agreed if (one.theme, one.strand) != (theme, strand)]
    life.agreed.append(Agreed(theme, strand, score, life.moment))
    return True


def reaffirm(life: Life, by: str, one: Agreed) -> bool:
    """A suspended score counts again."""
    return one.suspended and agree(life, by, one.theme, one.strand, one.score)


def _suspend(life: Life, *, since: int) -> None:
    life.agreed = [
        replace(one, suspended=True) if one.at >= since and not one.suspended else one for one in life.agreed
    ]


def decide(life: Life, by: str) -> bool:
    """The chair declines the bid, or decides again what is not released."""
    if life.blocked(by) or life.unfinished(by) or life.stage == "withdrawn":
        return False
    life.stage = "decided"
    return True


def withdraw(life: Life) -> bool:
    """The applicant takes the bid back."""
    if life.stage == "withdrawn":
        return False
    life.stage = "withdrawn"
    return True
