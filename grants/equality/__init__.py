"""Equality monitoring: voluntary answers kept as counts, with nothing that leads to a bid or a person."""
