"""What must hold of the reports that a fund file asks of awards."""

from grants.programme.definition import FundDefinition
from grants.programme.fund_faults import Faults
from grants.programme.paying import DueBy
from grants.programme.reporting import NO_DAY, DueFrom, Part, ReportAsked


def check_reporting(definition: FundDefinition, faults: Faults) -> None:
    """Reports and their questions have keys of their own, due days that can be worked out, and instalments
    that wait for them; the last accounts are asked for once.
    """
    seen: set[str] = set()
    released: set[str] = set()
    final = False
    for i, asked in enumerate(definition.monitoring.reports, 1):
        place = f"monitoring.reports[{i}]"
        if asked.key in seen and faults.clean(f"{place}.key"):
            faults.add(f"{place}.key", f"“{asked.key}” is here twice.")
        seen.add(asked.key)
        if asked.final and final:
            faults.add(f"{place}.final", "Only one report can be the final one.")
        final = final or asked.final
        _check_due(place, asked, faults)
        _check_release(definition, place, asked, released, faults)
        _check_asked(definition, place, asked, faults)


def _check_due(place: str, asked: ReportAsked, faults: Faults) -> None:
    on_a_day = asked.due is DueFrom.DATE
    if not faults.clean(f"{place}.due", f"{place}.on"):
        return
    if on_a_day and asked.on == NO_DAY:
        faults.add(f"{place}.on", "This is missing: say on which day the report is due.")
    if not on_a_day and asked.on != NO_DAY:
        faults.add(f"{place}.on", "Only a report with due = “date” has a day of its own.")
    if on_a_day and asked.months:
        faults.add(f"{place}.months", "A report that is due on a day of its own counts no months.")


def _check_release(
    definition: FundDefinition, place: str, asked: ReportAsked, released: set[str], faults: Faults
) -> None:
    here = f"{place}.releases"
    if not asked.releases or not faults.clean(here, "paying.instalments"):
        return
    waiting = {part.name for part in definition.paying.instalments if part.due_by is DueBy.REPORT}
    if asked.releases not in waiting:
        faults.add(here, f"No instalment called “{asked.releases}” is due by a report.")
    elif asked.releases in released:
        faults.add(here, f"Another report releases “{asked.releases}” already.")
    released.add(asked.releases)


def _check_asked(definition: FundDefinition, place: str, asked: ReportAsked, faults: Faults) -> None:
    """Something is asked, nothing twice, and the final report asks what was spent."""
    if not faults.clean(f"{place}.parts", f"{place}.questions"):
        return
    if not asked.parts and not asked.questions:
        faults.add(place, "This report asks nothing.")
    for i, part in enumerate(asked.parts, 1):
        if part in asked.parts[: i - 1]:
            faults.add(f"{place}.parts[{i}]", f"“{part}” is here twice.")
        if part is Part.PLACES and not definition.places:
            faults.add(f"{place}.parts[{i}]", "The fund has no places, so nobody can report on them.")
    if asked.final and Part.SPENDING not in asked.parts:
        faults.add(f"{place}.parts", "The final report must ask for the spending.")
    keys: set[str] = set()
    for i, question in enumerate(asked.questions, 1):
        here = f"{place}.questions[{i}].key"
        if question.key in keys and faults.clean(here):
            faults.add(here, f"“{question.key}” is here twice.")
        keys.add(question.key)
