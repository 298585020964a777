"""Forms about time: a new closing minute with its reason, and a refusal."""

from datetime import datetime
from typing import Any

from wtforms import StringField, TextAreaField

from grants.applications.extension_rules import read_clock
from grants.core.errors import Reason
from grants.core.fields import CharacterLimit, DatePartsField, Required
from grants.core.forms import BaseForm, VersionedForm
from grants.programme.fund_calendar import NoSuchTime, is_shown_twice, utc_from_uk

LONGEST_REASON = 2_000


class ExtensionForm(BaseForm):
    """More time for one bid, or for everybody where no reference is given."""

    ref = StringField("Reference of the bid", description="Leave empty to extend the whole round.")
    on = DatePartsField("New closing day", [Required("Enter the new closing day")])
    at = StringField(
        "New closing time",
        [Required("Enter the new closing time")],
        description="UK time, like 5pm or 17:00.",
    )
    reason = TextAreaField(
        "Reason",
        [Required("Enter the reason, as applicants may read it"), CharacterLimit(LONGEST_REASON)],
        description="The people concerned read these words. For a whole round they stand on its public page.",
    )

    def until(self) -> datetime | None:
        """The new closing minute (UTC); None, with a reason beside the field, if it is no moment."""
        return moment_of(self, self.on, self.at)


def moment_of(form: BaseForm, on: Any, at: Any) -> datetime | None:
    """The moment (UTC) that a day and a UK clock time typed beside it name.

    None where they name none, or two, as in the night the clocks change; the reason then stands beside them.
    """
    clock = read_clock(at.data or "")
    if clock is None:
        form.take_reasons([Reason("Enter the time like 5pm or 17:00", at.name)])
    if clock is None or on.data is None:
        return None
    local = datetime.combine(on.data, clock)
    try:
        moment = utc_from_uk(local)
    except NoSuchTime:
        form.take_reasons([Reason("The clocks go forward over this time that night. Enter another", at.name)])
        return None
    if is_shown_twice(local):
        form.take_reasons([Reason("The clocks show this time twice that night. Enter another", at.name)])
        return None
    return moment


class RefusalForm(VersionedForm):
    """Why the chair refuses."""

    reason = TextAreaField("Reason for refusing", [Required("Enter the reason for refusing")])


class AnswerForm(VersionedForm):
    """A button about a record that two people may deal with at once."""
