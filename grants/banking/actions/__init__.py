"""The deeds of this room: the only functions that write its tables."""

from grants.banking.actions.checking import approve, record_payee, refuse, save_cost_code, save_supplier
from grants.banking.actions.diligence import record_check
from grants.banking.actions.entering import confirm, enter, take_back
from grants.banking.actions.keeping import Resealed, forget_ended, load_table, reseal
from grants.banking.actions.opening import open_for_payment, open_letter, read_numbers

__all__ = (
    "Resealed",
    "approve",
    "confirm",
    "enter",
    "forget_ended",
    "load_table",
    "open_for_payment",
    "open_letter",
    "read_numbers",
    "record_check",
    "record_payee",
    "refuse",
    "reseal",
    "save_cost_code",
    "save_supplier",
    "take_back",
)
