"""The record: everything that was decided about a bid or a round, by whom, when and why, as one paper."""
