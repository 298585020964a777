"""The deeds of this room: the only functions that write its tables."""

from grants.banking.actions.opening import open_for_payment, read_numbers

__all__ = ("open_for_payment", "read_numbers")
