"""The blueprint of the room's pages, and what every page of one scenario needs."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint

from grants.allocations import policy, queries
from grants.allocations.identity import Budget
from grants.allocations.models import Scenario
from grants.allocations.outcome import Outcome, bid_ids, outcome_from
from grants.allocations.settings import Settings, from_json
from grants.allocations.states import MADE, UNDER_WAY
from grants.core.charts import Bar, budget_bar
from grants.core.policy import Decision, require
from grants.core.web import me, session
from grants.panels import policy as panels
from grants.programme import queries as programme
from grants.programme.definition import FundDefinition
from grants.programme.models import Round
from grants.reviewing.queries import hidden_refs

bp = Blueprint("allocations", __name__, url_prefix="/allocations")


@bp.app_template_global()
def identity_bar(budget: Budget, *, with_payments: bool = False) -> Bar:
    """The picture of a pot by its one identity; `with_payments` for pages that know what was paid."""
    parts = budget.parts() if with_payments else budget.before_payment()
    shown = [(label, pence) for label, pence in parts if pence >= 0]
    return budget_bar(shown, limit=budget.pot, total_label="Together", limit_label="The pot")


@dataclass(frozen=True)
class Shown:
    """A scenario before its reader. `outcome` is None until it is made, and where it is hidden from them."""

    scenario: Scenario
    round: Round
    definition: FundDefinition
    settings: Settings
    clear: Decision
    outcome: Outcome | None

    @property
    def under_way(self) -> bool:
        """Whether it is still to be worked out."""
        return self.scenario.state in UNDER_WAY


def shown(scenario_id: int) -> Shown:
    """The scenario at this address. Raises NotFound or NotAllowed."""
    scenario = queries.scenario_by_id(session(), scenario_id)
    round_ = programme.round_by_id(session(), scenario.round_id)
    require(panels.can_see_decisions(session(), me(), round_.id))
    return seen(scenario, round_, hidden_refs(session(), me().person_id or 0, round_.id))


def seen(scenario: Scenario, round_: Round, hidden: Mapping[int, str]) -> Shown:
    """A scenario as somebody sees it from whom these bids are hidden."""
    settings = from_json(scenario.settings)
    definition = programme.definition_of(round_)
    named = (*settings.funded, *settings.refused)
    clear = policy.runs_clear(bid_ids(scenario.results), hidden, named=named)
    readable = clear.allowed and scenario.state in MADE
    outcome = outcome_from(scenario.results, settings, definition) if readable else None
    return Shown(scenario, round_, definition, settings, clear, outcome)
