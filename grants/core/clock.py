"""Time: stored and compared in UTC, shown in the council's own time zone, to the exact minute."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from babel import dates

from grants.core import language
from grants.core.language import mark, say

LONDON = ZoneInfo("Europe/London")
ENGLISH = language.ENGLISH.code
MIDNIGHT, MIDDAY = mark("midnight"), mark("midday")


def now() -> datetime:
    """The present moment, aware, UTC."""
    return datetime.now(UTC)


def in_london(moment: datetime) -> datetime:
    """`moment` on a clock in Luton."""
    return moment.astimezone(LONDON)


def today(moment: datetime) -> date:
    """The date in Luton at `moment`."""
    return in_london(moment).date()


def typed_date(day: date) -> str:
    """'3 12 2021', as boxes for day, month and year take it: an example of a date that would do."""
    return f"{day.day} {day.month} {day.year}"


def long_date(day: date | datetime) -> str:
    """'3 December 2021'. A datetime is taken to its date in Luton."""
    if isinstance(day, datetime):
        day = in_london(day).date()
    if language.code() == ENGLISH:
        return f"{day.day} {day:%B %Y}"
    return dates.format_date(day, "long", locale=language.code())


def clock_time(moment: datetime) -> str:
    """'11:59am', 'midday' or 'midnight' in Luton."""
    local = in_london(moment)
    if local.minute == 0 and local.hour in (0, 12):
        return say(MIDNIGHT) if local.hour == 0 else say(MIDDAY)
    if language.code() != ENGLISH:
        return dates.format_time(local, "short", tzinfo=LONDON, locale=language.code())
    minutes = f":{local.minute:02d}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def exact_minute(moment: datetime) -> str:
    """'11:59am on Friday 3 December 2021 (UK time)'. Says which midnight, and which of the two half past ones
    in the night the clocks go back: a closing must not be read as a day or an hour later.
    """
    local = in_london(moment)
    weekday = f"{local:%A}"
    if language.code() != ENGLISH:
        weekday = dates.format_date(local, "EEEE", locale=language.code())
    day = long_date(local.date())
    return say(_minute_words(local), time=clock_time(moment), weekday=weekday, day=day)


def _minute_words(local: datetime) -> str:
    if local.hour == local.minute == 0:
        return mark("%(time)s at the start of %(weekday)s %(day)s (UK time)")
    first, second = (local.replace(fold=fold).utcoffset() for fold in (0, 1))
    if first == second:
        return mark("%(time)s on %(weekday)s %(day)s (UK time)")
    if local.fold:
        return mark("%(time)s on %(weekday)s %(day)s (UK time, after the clocks go back)")
    return mark("%(time)s on %(weekday)s %(day)s (UK time, before the clocks go back)")


def short_moment(moment: datetime) -> str:
    """'3 Dec 2021, 11:59am' for tables."""
    local = in_london(moment)
    if language.code() == ENGLISH:
        return f"{local.day} {local:%b %Y}, {clock_time(moment)}"
    return f"{dates.format_date(local, 'medium', locale=language.code())}, {clock_time(moment)}"
