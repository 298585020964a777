"""The register: every table and column, what a person is shown of it, and what is taken out of it when.

Written by hand. A test fails when a table or a column is not in it: whoever adds one says what becomes of it.
"""

from collections.abc import Mapping

from grants.privacy.holdings.accounts import ACCOUNTS
from grants.privacy.holdings.awards import AWARDS
from grants.privacy.holdings.banking import BANKING
from grants.privacy.holdings.bids import BIDS
from grants.privacy.holdings.council import COUNCIL
from grants.privacy.holdings.meetings import MEETINGS
from grants.privacy.holdings.monitoring import MONITORING
from grants.privacy.holdings.panel import PANEL
from grants.privacy.holdings.payments import PAYMENTS
from grants.privacy.holdings.reviews import REVIEWS
from grants.privacy.register import Holding

HOLDINGS: Mapping[str, Holding] = {
    **ACCOUNTS,
    **BIDS,
    **AWARDS,
    **REVIEWS,
    **PANEL,
    **MEETINGS,
    **COUNCIL,
    **BANKING,
    **PAYMENTS,
    **MONITORING,
}
"""By table, in the order in which a person reads what is held about them."""
