"""A bid made ready for print and for plain text: its parts, and on top what it is and how far it has come."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Protocol

from grants.applications.outline import Line, Part, Shape, Table, Value, listed, outline, typed, words
from grants.applications.states import Origin
from grants.core.clock import exact_minute
from grants.core.language import mark, say
from grants.programme.definition import FundDefinition

ORIGINS = {
    Origin.IMPORTED.value: mark("Imported from another source"),
    Origin.DEMO.value: mark("Invented for the demo"),
    Origin.ASSISTED.value: mark("Entered by the council, as it came on paper or by telephone"),
}
"""What is said of where a bid came from; of one made online nothing is."""


class Sent(Protocol):
    """A version that was sent: its number, when it was received (UTC), its digest and its declaration."""

    @property
    def number(self) -> int: ...
    @property
    def submitted_at(self) -> datetime: ...
    @property
    def digest(self) -> str: ...
    @property
    def declaration(self) -> str: ...


def bid_paper(
    content: Mapping[str, Any],
    definition: FundDefinition,
    *,
    round_name: str,
    sent: Sent | None,
    written_at: datetime,
    undecided: Collection[str] = (),
) -> dict[str, Any]:
    """The data of `letters/bid.typ`: the version that was sent, or a draft as it stood at `written_at`."""
    title = content["title"] or say("Untitled bid")
    ref = content["ref"]
    foot = say("%(ref)s, version %(number)s", ref=ref, number=sent.number) if sent else ref
    return {
        "title": f"{ref}: {title}",
        "author": content["lead"]["name"],
        "description": say("A bid to the %(fund)s", fund=definition.name),
        "mark": "" if sent else say("DRAFT – NOT SENT"),
        "foot": f"{definition.name}, {foot}",
        "facts": [
            asdict(line) for line in facts(content, definition, round_name, sent=sent, written_at=written_at)
        ],
        "parts": [asdict(part) for part in outline(content, definition, undecided=undecided)],
        "declaration": sent.declaration if sent else "",
        "words": {"declaration": say("Declaration")},
    }


def facts(
    content: Mapping[str, Any],
    definition: FundDefinition,
    round_name: str,
    *,
    sent: Sent | None,
    written_at: datetime,
) -> Iterator[Line]:
    """What a reader must know before the answers: which bid this is, of whom, and whether it was sent."""
    yield Line(say("Reference"), typed(content["ref"]))
    yield Line(say("Fund"), listed([definition.name, round_name]))
    yield Line(say("Lead organisation"), typed(content["lead"]["name"]))
    if sent is None:
        told = say("Draft, not sent. As it stood at %(moment)s.", moment=exact_minute(written_at))
        yield Line(say("Where it stands"), words(told))
    else:
        yield Line(say("Received"), words(exact_minute(sent.submitted_at)))
        yield Line(say("Version"), words(str(sent.number)))
    if content["origin"] in ORIGINS:
        yield Line(say("How it came to us"), words(say(ORIGINS[content["origin"]])))
    if sent is not None:
        yield Line(say("Checksum (SHA-256)"), words(sent.digest))


def as_text(parts: Sequence[Part]) -> str:
    """The parts as plain text, to mail or to copy: headings in capitals, answers under their questions."""
    return "\n\n".join(chunk for part in parts for chunk in _part_text(part)) + "\n"


def _part_text(part: Part) -> Iterator[str]:
    yield part.title.upper()
    if part.note:
        yield part.note
    yield from (_line_text(line) for line in part.lines)
    for table in part.tables:
        if table.caption != part.title:
            yield table.caption
        yield _table_text(table)
    for card in part.cards:
        yield "\n".join([card.title, *(f"- {line.label}: {_flat(line.value)}" for line in card.lines)])


def _line_text(line: Line) -> str:
    return f"{line.label}\n{line.value.text or chr(10).join(line.value.items)}"


def _table_text(table: Table) -> str:
    heads = [column.label for column in table.columns]
    rows = [*table.rows, *([table.foot] if table.foot else [])]
    return "\n".join(
        "- "
        + "; ".join(f"{head}: {_flat(cell)}" for head, cell in zip(heads, row, strict=True) if _flat(cell))
        for row in rows
    )


def _flat(value: Value) -> str:
    return ", ".join(value.items) if value.shape is Shape.ITEMS else value.text
