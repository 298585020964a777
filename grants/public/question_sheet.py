"""Every question of a round from top to bottom, the same on the page, on paper and as plain text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from grants.core.language import mark, say, say_count
from grants.core.money import pounds
from grants.programme.definition import AnswerKind, FundDefinition, Question


class Style(StrEnum):
    """How a block is set."""

    CHAPTER = "chapter"
    QUESTION = "question"
    PART = "part"
    PART_QUESTION = "part_question"
    TEXT = "text"
    HINT = "hint"
    ITEMS = "items"
    QUOTE = "quote"


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph or a list. `items` only where the style is ITEMS."""

    style: Style
    text: str = ""
    items: tuple[str, ...] = ()


def question_sheet(fund: FundDefinition) -> list[Block]:
    """All that a bid to this fund is asked, in the order of the form."""
    return [
        *_eligibility(fund),
        *_sections(fund),
        *_themes(fund),
        *_budget(fund),
        *_partners(fund),
        Block(Style.CHAPTER, say("Declaration")),
        Block(Style.TEXT, say("The lead organisation’s authorised signatory declares:")),
        Block(Style.QUOTE, fund.rules.declaration),
    ]


def as_text(blocks: Sequence[Block]) -> str:
    """The sheet as plain text."""
    return "\n\n".join(map(_plain, blocks)) + "\n"


def _plain(block: Block) -> str:
    match block.style:
        case Style.CHAPTER:
            return f"\n{block.text.upper()}"
        case Style.PART:
            return f"\n{block.text}\n{'-' * len(block.text)}"
        case Style.ITEMS:
            return "\n".join(f"- {item}" for item in block.items)
        case Style.QUOTE:
            return f"“{block.text}”"
    return block.text


def _eligibility(fund: FundDefinition) -> Iterator[Block]:
    if not fund.eligibility:
        return
    yield Block(Style.CHAPTER, say("Before you start: can you apply?"))
    for question in fund.eligibility:
        yield Block(Style.QUESTION, question.text)
        if question.hint:
            yield Block(Style.HINT, question.hint)
        wanted = mark("The answer must be yes. Otherwise: %(reason)s")
        if not question.pass_answer:
            wanted = mark("The answer must be no. Otherwise: %(reason)s")
        yield Block(Style.TEXT, say(wanted, reason=question.stop_reason))


def _sections(fund: FundDefinition) -> Iterator[Block]:
    for section in fund.sections:
        yield Block(Style.CHAPTER, section.title)
        if section.intro:
            yield Block(Style.TEXT, section.intro)
        for question in section.questions:
            yield from _question(fund, question)


def _question(fund: FundDefinition, question: Question) -> Iterator[Block]:
    told = question.text if question.required else say("%(question)s (optional)", question=question.text)
    yield Block(Style.QUESTION, told)
    if question.hint:
        yield Block(Style.HINT, question.hint)
    choices = {
        AnswerKind.CHOICES: question.choices,
        AnswerKind.PLACES: tuple(place.name for place in fund.places),
        AnswerKind.PRIORITIES: fund.priorities,
    }.get(question.kind, ())
    if choices:
        yield Block(Style.ITEMS, items=choices)
    if question.kind is AnswerKind.MILESTONES:
        yield Block(Style.TEXT, say("For each milestone: what will be done, and by when."))
    if question.kind is AnswerKind.RISKS:
        yield Block(Style.TEXT, say("For each risk: what could go wrong, and what you will do about it."))
    yield from _limit(question.word_limit)


def _limit(words: int) -> Iterator[Block]:
    if words:
        yield Block(Style.HINT, say_count("Up to %(count)s word.", "Up to %(count)s words.", words))


def _themes(fund: FundDefinition) -> Iterator[Block]:
    least = fund.rules.minimum_themes
    yield Block(Style.CHAPTER, say("The themes"))
    yield Block(Style.TEXT, say("For each theme you say whether your bid addresses it."))
    if least:
        told = say_count(
            "At least %(count)s theme must be addressed.",
            "At least %(count)s themes must be addressed.",
            least,
        )
        yield Block(Style.TEXT, told)
    yield Block(Style.TEXT, say("For each theme it does address you answer:"))
    for strand in fund.rubric.strands:
        yield Block(Style.QUESTION, strand.question)
        if strand.hint:
            yield Block(Style.HINT, strand.hint)
        yield from _limit(strand.word_limit)
    for theme in fund.rubric.themes:
        yield Block(Style.PART, theme.name)
        yield Block(Style.TEXT, theme.statement)
        for strand in fund.rubric.strands:
            yield Block(Style.PART_QUESTION, strand.name)
            yield Block(Style.ITEMS, items=fund.rubric.cell(theme.key, strand.key).statements)


def _budget(fund: FundDefinition) -> Iterator[Block]:
    yield Block(Style.CHAPTER, say("Budget"))
    yield Block(
        Style.TEXT,
        say(
            "One line for each cost: what it is, its category and the amount. "
            "The lines add up to what you ask for."
        ),
    )
    least, most = fund.amounts.minimum_ask, fund.amounts.maximum_ask
    if most:
        told = mark("You can ask for up to %(most)s.")
        if least:
            told = mark("You can ask for %(least)s to %(most)s.")
        yield Block(Style.TEXT, say(told, least=pounds(least or 0), most=pounds(most)))
    yield Block(Style.TEXT, say("The categories:"))
    yield Block(Style.ITEMS, items=fund.rules.budget_categories)


def _partners(fund: FundDefinition) -> Iterator[Block]:
    yield Block(Style.CHAPTER, say("Partners"))
    yield Block(
        Style.TEXT,
        say_count(
            "At least %(count)s organisation in all, the lead included.",
            "At least %(count)s organisations in all, the lead included.",
            fund.rules.minimum_organisations,
        ),
    )
    yield Block(
        Style.TEXT,
        say(
            "For each partner: its name, what kind of organisation it is, its register number if it has one, "
            "a contact’s name and email address, its role, and its share of the money. The shares, the "
            "lead’s included, add up to the ask to the penny. Each partner confirms by a link we email to them:"
        ),
    )
    yield Block(Style.QUOTE, fund.rules.consent_wording)
