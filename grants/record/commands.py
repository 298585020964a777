"""What `grants audit verify` compares with the trail: the rows of all rooms before this one."""

import argparse
from collections.abc import Iterator

from sqlalchemy.orm import Session

from grants.record.proof import differences


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Bring the rows to `audit verify`, which belongs to a room that must not know them."""
    subparsers.choices["audit"].set_defaults(rows=changed_rows)


def changed_rows(session: Session) -> Iterator[str]:
    """A line for every row that is not what the trail says."""
    for one in differences(session):
        says = (
            f"entry {one.seq} of the trail says otherwise" if one.seq else "it was put there by other means"
        )
        yield f"row: {one.row}: {one.what}; {says}."
