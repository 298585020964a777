"""The database's history, one revision a change, run by `core.schema`."""
