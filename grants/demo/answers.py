"""What a partnership of the story writes on each page of its form."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from grants.applications.answers import Given, kept
from grants.applications.facts import ADDRESSED, BudgetLine, PartnerEntry, theme_page
from grants.core.money import split_pro_rata
from grants.demo.partnerships import UNFINISHED, Partnership, phrases
from grants.programme.definition import Calendar, FundDefinition
from grants.programme.fund_calendar import financial_years


def pages(partnership: Partnership, definition: FundDefinition) -> dict[str, dict[str, Given]]:
    """The answers of every page that the partnership has begun, by the page's key."""
    written: dict[str, dict[str, Given]] = {
        "summary": _summary(partnership, definition.calendar),
        "where": _where(partnership, definition),
        "plan": _plan(partnership, definition.calendar),
        "together": _together(partnership),
        "less_money": _less_money(partnership),
    }
    begun = {key: {name: given for name, given in page.items() if given} for key, page in written.items()}
    themes: dict[str, dict[str, Given]] = {
        theme_page(theme): _theme(partnership, theme) for theme in definition.rubric.theme_keys
    }
    return {key: page for key, page in {**begun, **themes}.items() if page}


def budget(partnership: Partnership, definition: FundDefinition) -> list[BudgetLine]:
    """The lines of the budget, shared out over the years of the work; some have money from elsewhere too."""
    starts_on, ends_on = _days(partnership, definition.calendar)
    years = financial_years(replace(definition.calendar, spend_from=starts_on, spend_by=ends_on))
    lines = [
        BudgetLine(cost.item, cost.category, cost.pence, year=years[place % len(years)])
        for place, cost in enumerate(partnership.costs)
    ]
    if lines and partnership.number % 3 == 0:
        tenth = lines[0].amount if isinstance(lines[0].amount, int) else 0
        secured = "yes" if partnership.number % 2 else "no"
        lines[0] = replace(lines[0], match=tenth // 1000 * 100, secured=secured)
    return lines


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


def _days(partnership: Partnership, calendar: Calendar) -> tuple[date, date]:
    """The first and the last day of the work."""
    starts_on = calendar.spend_from + timedelta(weeks=partnership.begins)
    return starts_on, starts_on + timedelta(weeks=partnership.weeks)


def _where(partnership: Partnership, definition: FundDefinition) -> dict[str, Given]:
    """The wards that the story names, or all of them; two of the fund's aims."""
    if partnership.fate in UNFINISHED:
        return {}
    named = f"{partnership.place}, {partnership.area}"
    wards = [ward.code for ward in definition.places if ward.name in named]
    aims = definition.priorities
    chosen = {aims[partnership.number % len(aims)], aims[(partnership.number + 1) % len(aims)]}
    return {
        "places": kept(wards or [ward.code for ward in definition.places]),
        "priorities": kept(aim for aim in aims if aim in chosen),
    }


def _plan(partnership: Partnership, calendar: Calendar) -> dict[str, Given]:
    """A step at the beginning, the middle and the end of the work, and two risks."""
    if partnership.fate in UNFINISHED:
        return {}
    first, last = _days(partnership, calendar)
    days = {"start": first + timedelta(weeks=2), "middle": first + (last - first) / 2, "end": last}
    risks = (_chosen(partnership, "plan", kind) for kind in ("people", "delivery"))
    return {
        "milestones": [
            {"what": _phrase(partnership, "plan", step), "by": day.isoformat()} for step, day in days.items()
        ],
        "risks": [{"what": what, "likely": likely, "response": response} for what, likely, response in risks],
    }


def _summary(partnership: Partnership, calendar: Calendar) -> dict[str, Given]:
    starts_on, ends_on = _days(partnership, calendar)
    who = ""
    if partnership.benefit:
        reach = f"About {partnership.reach:,} people in {partnership.area} will take part or be helped."
        who = f"{partnership.benefit}\n\n{reach} {_phrase(partnership, 'closing', 'benefit')}"
    dates = {} if partnership.fate in UNFINISHED else {
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
    }  # fmt: skip
    many = f"{partnership.reach:,}" if partnership.benefit else ""
    told = {"title": partnership.title, "summary": partnership.summary, "who_benefits": who}
    return {**told, "beneficiaries": many, **dates}


def _together(partnership: Partnership) -> dict[str, Given]:
    if not partnership.together:
        return {}
    paragraphs = (
        partnership.together,
        _phrase(partnership, "closing", "deciding"),
        _phrase(partnership, "closing", "money"),
        _phrase(partnership, "closing", "disagreeing"),
    )
    return {"working_together": "\n\n".join(paragraphs), "agreement": "yes"}


def _less_money(partnership: Partnership) -> dict[str, Given]:
    if not partnership.least:
        return {}
    return {"least_amount": f"{partnership.least // 100:,}", "dropped": partnership.dropped}


def _theme(partnership: Partnership, theme: str) -> dict[str, Given]:
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
    partner = partnership.parts[0].group.name if partnership.parts else "Our partner"
    sentence: str = _chosen(partnership, *path).format(
        lead=partnership.lead.name, partner=partner, place=partnership.area, people=partnership.people
    )
    return sentence


def _chosen(partnership: Partnership, *path: str) -> Any:
    group, name = path
    texts = phrases()[group][name]
    return texts[(partnership.number + len(name) + len(partnership.key)) % len(texts)]
