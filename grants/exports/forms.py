"""The form that says what a file of finance tells."""

from typing import Any

from grants.core.fields import ChoiceField, DatePartsField, Option
from grants.core.forms import BaseForm
from grants.exports.finance_table import Wanted
from grants.exports.states import GROUPING_LABELS, KIND_LABELS, OF_FINANCE, ExportKind, Grouping


class FinanceForm(BaseForm):
    """What, at which day, added up by what, and of which bids. The options of `only` are set per request."""

    kind = ChoiceField(
        "What does the file tell?", options=[Option(kind.value, KIND_LABELS[kind]) for kind in OF_FINANCE]
    )
    at = DatePartsField(
        "At the end of which day?",
        what="The day",
        description="For accruals and commitments only. The year ends on 31 March.",
    )
    grouping = ChoiceField(
        "Added up how?", options=[Option(one.value, label) for one, label in GROUPING_LABELS.items()]
    )
    only = ChoiceField("Of which bids?")

    def wanted(self) -> Wanted:
        """What was chosen: commitments, line by line, of every bid, where nothing was."""
        kind = ExportKind(self.kind.data or ExportKind.COMMITMENTS)
        return Wanted(
            kind=kind,
            at=self.at.data if kind is ExportKind.POSITION else None,
            grouping=Grouping(self.grouping.data or Grouping.NONE),
            only=self.only.data or "",
        )

    def address(self) -> dict[str, Any]:
        """What was chosen, as the page's address has it."""
        wanted = self.wanted()
        chosen = {"kind": wanted.kind.value, "grouping": wanted.grouping.value, "only": wanted.only}
        return chosen | {f"at-{part}": text for part, text in self.at.typed.items() if wanted.at}
