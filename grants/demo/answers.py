"""What a partnership of the story writes on each page of its form."""

from datetime import timedelta

from grants.applications.facts import ADDRESSED, BudgetLine, PartnerEntry, theme_page
from grants.core.money import split_pro_rata
from grants.demo.partnerships import UNFINISHED, Partnership, phrases
from grants.programme.definition import Calendar, FundDefinition


def pages(partnership: Partnership, definition: FundDefinition) -> dict[str, dict[str, str]]:
    """The answers of every page that the partnership has begun, by the page's key."""
    written = {
        "summary": _summary(partnership, definition.calendar),
        "together": _together(partnership),
        "less_money": _less_money(partnership),
    }
    begun = {key: {name: text for name, text in page.items() if text} for key, page in written.items()}
    themes = {theme_page(theme): _theme(partnership, theme) for theme in definition.rubric.theme_keys}
    return {key: page for key, page in {**begun, **themes}.items() if page}


def budget(partnership: Partnership) -> list[BudgetLine]:
    """The lines of the budget."""
    return [BudgetLine(cost.item, cost.category, cost.pence) for cost in partnership.costs]


def partners(partnership: Partnership) -> tuple[list[PartnerEntry], int]:
    """The partners with their shares, and the lead's own share: together the ask, to the penny."""
    percents = [part.percent for part in partnership.parts]
    lead_share, *shares = split_pro_rata(partnership.ask, [100 - sum(percents), *percents])
    entries = [
        PartnerEntry(
            name=part.group.name,
            kind=part.group.kind,
            contact_name=part.group.person,
            contact_email=part.group.email,
            role=part.role,
            share=share,
            number=part.group.number,
        )
        for part, share in zip(partnership.parts, shares, strict=True)
    ]
    return entries, lead_share


def _summary(partnership: Partnership, calendar: Calendar) -> dict[str, str]:
    starts_on = calendar.spend_from + timedelta(weeks=partnership.begins)
    who = ""
    if partnership.benefit:
        reach = f"About {partnership.reach:,} people in {partnership.area} will take part or be helped."
        who = f"{partnership.benefit}\n\n{reach} {_phrase(partnership, 'closing', 'benefit')}"
    dates = {} if partnership.fate in UNFINISHED else {
        "starts_on": starts_on.isoformat(),
        "ends_on": (starts_on + timedelta(weeks=partnership.weeks)).isoformat(),
    }  # fmt: skip
    return {"title": partnership.title, "summary": partnership.summary, "who_benefits": who, **dates}


def _together(partnership: Partnership) -> dict[str, str]:
    if not partnership.together:
        return {}
    paragraphs = (
        partnership.together,
        _phrase(partnership, "closing", "deciding"),
        _phrase(partnership, "closing", "money"),
        _phrase(partnership, "closing", "disagreeing"),
    )
    return {"working_together": "\n\n".join(paragraphs), "agreement": "yes"}


def _less_money(partnership: Partnership) -> dict[str, str]:
    if not partnership.least:
        return {}
    return {"least_amount": f"{partnership.least // 100:,}", "dropped": partnership.dropped}


def _theme(partnership: Partnership, theme: str) -> dict[str, str]:
    texts = partnership.themes.get(theme)
    if texts is None:
        return {} if partnership.fate in UNFINISHED else {ADDRESSED: "no"}
    strands = ("hearing", "understanding", "partnership")
    written = {
        strand: f"{text} {_phrase(partnership, strand, theme)}"
        for strand, text in zip(strands, texts, strict=True)
        if text
    }
    return {ADDRESSED: "yes", **written}


def _phrase(partnership: Partnership, *path: str) -> str:
    """The sentence of a list that falls to this partnership, so that neighbours have different ones."""
    group, name = path
    texts = phrases()[group][name]
    partner = partnership.parts[0].group.name if partnership.parts else "Our partner"
    place = (partnership.number + len(name) + len(partnership.key)) % len(texts)
    sentence: str = texts[place].format(
        lead=partnership.lead.name, partner=partner, place=partnership.area, people=partnership.people
    )
    return sentence
