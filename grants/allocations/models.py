"""The table of scenarios: allocations that were worked out for the panel, kept as they were found."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from grants.allocations.states import ScenarioState
from grants.core.db import Base, JsonDict, enum_column


class Scenario(Base):
    """One way to share out a round's pot: what was asked of it, and what a worker found.

    `settings` is what `grants.allocations.settings` writes, `results` what `grants.allocations.computing`
    wrote. `input_digest` tells the bids, scores, decisions and rules that it was made of. None of it changes
    once it is made.
    """

    __tablename__ = "scenario"
    __table_args__ = (
        CheckConstraint("state NOT IN ('done', 'clash') OR made_at IS NOT NULL", name="made_dated"),
        CheckConstraint("(taken_by_id IS NULL) = (taken_at IS NULL)", name="taken_dated"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    base_id: Mapped[int | None] = mapped_column(ForeignKey("scenario.id"))
    """The scenario that this one was made from, to be compared with."""
    name: Mapped[str] = mapped_column(String(100))
    settings: Mapped[JsonDict]
    state: Mapped[ScenarioState] = mapped_column(enum_column(ScenarioState), default=ScenarioState.WAITING)
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    requested_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int] = mapped_column(default=0)
    """How many sums there are to do, and how many are done: for the page of those who wait."""
    steps_done: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime | None]
    input_digest: Mapped[str] = mapped_column(String(64), default="")
    results: Mapped[JsonDict] = mapped_column(default=dict)
    failure: Mapped[str] = mapped_column(default="")
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_at: Mapped[datetime | None]
    """When a chair put it before the panel as decisions, if one did."""
