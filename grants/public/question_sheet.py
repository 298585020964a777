"""Every question of a round from top to bottom, the same on the page, on paper and as plain text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from grants.accounts.states import KIND_LABELS, OrganisationKind
from grants.core.language import mark, say, say_count
from grants.core.money import pounds
from grants.documents.rules import in_words
from grants.documents.states import Kind
from grants.programme.definition import AnswerKind, Coverage, DocumentAsked, FundDefinition, Question
from grants.programme.fund_calendar import financial_years
from grants.programme.fund_checks import ROWS


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
        *_documents(fund),
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
    optional = not question.required and question.key != "dropped"  # asked of those who need less
    told = say("%(question)s (optional)", question=question.text) if optional else question.text
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
        yield Block(Style.TEXT, say(EACH_RISK))
    if question.kind in ROWS and question.word_limit:
        told = say("Up to %(words)s words in each box.", words=question.word_limit)
        yield Block(Style.HINT, told)
    else:
        yield from _limit(question.word_limit)


EACH_RISK = mark("For each risk: what could go wrong, how likely it is, and what you will do about it.")


def _limit(words: int) -> Iterator[Block]:
    if words:
        yield Block(Style.HINT, say_count("Up to %(count)s word.", "Up to %(count)s words.", words))


def _themes(fund: FundDefinition) -> Iterator[Block]:
    least = fund.rules.minimum_themes
    yield Block(Style.CHAPTER, say("The themes"))
    claimed = fund.rubric.coverage is Coverage.CLAIMED
    first = mark("You say which themes your bid addresses. Only these count towards its score.")
    yield Block(
        Style.TEXT, say(first if claimed else mark("For each theme you say whether your bid addresses it."))
    )
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
    if len(financial_years(fund.calendar)) > 1:
        yield Block(Style.TEXT, say("For each line also the financial year, from April to March."))
    yield Block(
        Style.TEXT,
        say(
            "If somebody else pays for a part of a line (match funding): how much, and whether that money is "
            "secured."
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
            "lead’s included, add up to the ask to the penny. Each partner confirms by a link we email to "
            "them:"
        ),
    )
    yield Block(Style.QUOTE, fund.rules.consent_wording)


def _documents(fund: FundDefinition) -> Iterator[Block]:
    if not fund.documents:
        return
    yield Block(Style.CHAPTER, say("Documents"))
    told = mark("The lead organisation sends these files with the bid, each of at most %(most)s MB.")
    yield Block(Style.TEXT, say(told, most=fund.uploads.largest_mb))
    for asked in fund.documents:
        title = asked.title if asked.required else say("%(question)s (optional)", question=asked.title)
        yield Block(Style.QUESTION, title)
        yield Block(Style.HINT, asked.why)
        yield Block(Style.ITEMS, items=tuple(_conditions(asked)))


def _conditions(asked: DocumentAsked) -> Iterator[str]:
    if asked.kinds:
        kinds = "; ".join(say(KIND_LABELS[OrganisationKind(kind)]) for kind in asked.kinds)
        yield say("Asked of: %(kinds)s", kinds=kinds)
    if asked.dated:
        yield say("We ask for its date: %(which)s", which=asked.dated)
    if asked.not_older_than is not None:
        yield say_count(
            "Not more than %(count)s month old on the day the round closes",
            "Not more than %(count)s months old on the day the round closes",
            asked.not_older_than,
        )
    yield say("Kinds of file: %(kinds)s", kinds=in_words(asked.accepts or tuple(Kind)))
