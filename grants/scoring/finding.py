"""What of a bid can be searched for passages, in the order of the bid, and where a reviewer asked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications.facts import field_of
from grants.applications.outline import Part, Shape, Value, outline
from grants.programme.definition import FundDefinition
from grants.scoring.models import PassageOpening
from grants.scoring.passages import Bid, Passage, cut


def searchable(content: Mapping[str, Any], definition: FundDefinition) -> Bid:
    """Everything in a submitted version that a person typed: answers, rows, what partners do."""
    told = outline(content, definition)
    return Bid([passage for part in told for line in _typed(part) for passage in cut(*line)])


def answer_place(theme: str, strand: str) -> str:
    """The place of the answer that stands beside a cell."""
    return f"themes/{theme}#{field_of(strand)}"


def found_for(
    content: Mapping[str, Any], definition: FundDefinition, theme: str, strands: Sequence[str]
) -> dict[str, list[Passage]]:
    """The passages for each of these cells of a theme, by strand."""
    bid = searchable(content, definition) if strands else Bid(())
    return {
        strand: bid.speaking_to(
            definition.rubric.cell(theme, strand).statements, beside=answer_place(theme, strand)
        )
        for strand in strands
    }


def opened(session: Session, assignment_id: int, theme: str) -> list[str]:
    """The strands of a theme for which the reviewer has asked for passages."""
    return list(
        session.scalars(
            select(PassageOpening.strand).where(
                PassageOpening.assignment_id == assignment_id, PassageOpening.theme == theme
            )
        )
    )


def _typed(part: Part) -> Iterator[tuple[str, str, str]]:
    """Place, name of the place and text of all that was typed in one part."""
    for line in part.lines:
        yield from _one(line.place, f"{part.title}: {line.label}", line.value)
    for table in part.tables:
        for row in table.rows:
            text = ". ".join(value.text for value in row if value.shape is Shape.TYPED)
            yield table.place or part.place, table.caption, text
    for card in part.cards:
        for line in card.lines:
            yield from _one(line.place, f"{part.title}: {card.title}", line.value)


def _one(place: str, label: str, value: Value) -> Iterator[tuple[str, str, str]]:
    if value.shape is Shape.TYPED:
        yield place, label, value.text
