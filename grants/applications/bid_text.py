"""A whole bid as plain text, for an e-mail or a file: every heading, question and word that was typed."""

from collections.abc import Iterator, Sequence

from grants.applications.outline import Card, Line, Part, Shape, Table, Value

RULE = "-" * 60


def text_of(parts: Sequence[Part]) -> str:
    """The bid part by part. Typed text keeps its line breaks."""
    return "\n".join(line for part in parts for line in _part(part))


def _part(part: Part) -> Iterator[str]:
    yield from (RULE, part.title.upper(), "")
    if part.note:
        yield from (part.note, "")
    for line in part.lines:
        yield from _line(line)
    for table in part.tables:
        yield from _table(table)
    for card in part.cards:
        yield from _card(card)


def _line(line: Line) -> Iterator[str]:
    yield from (f"{line.label}:", _shown(line.value), "")


def _table(table: Table) -> Iterator[str]:
    for row in [*table.rows, table.foot]:
        told = [
            f"{column.label}: {shown}"
            for column, value in zip(table.columns, row, strict=False)
            if (shown := _shown(value))
        ]
        if told:
            yield from ("; ".join(told), "")


def _card(card: Card) -> Iterator[str]:
    yield from (card.title, "")
    for line in card.lines:
        yield from _line(line)


def _shown(value: Value) -> str:
    return "\n".join(value.items) if value.shape is Shape.ITEMS else value.text
