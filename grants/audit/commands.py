"""`grants audit`: check the trail, sign its head."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.orm import Session

from grants.audit import actions, heads, queries
from grants.audit.rules import MOST_FAULTS, Verdict, verify
from grants.core.clock import now
from grants.core.db import db

NO_HEAD = (
    "No signed head was given: a tail that was cut off and a trail that was rewritten and recomputed\n"
    "do not show without one. Give the newest head you keep outside the service with --head FILE."
)


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `audit verify` and `audit head`. Each sets `run`, which is called inside an app context."""
    audit = subparsers.add_parser("audit", help="check the trail of deeds")
    audit.set_defaults(rows=no_rows)
    commands = audit.add_subparsers(required=True, metavar="COMMAND")
    check = commands.add_parser("verify", help="find changed, removed, inserted or rewritten entries")
    check.add_argument("--head", type=Path, metavar="FILE", help="a signed head kept outside the service")
    check.set_defaults(run=verify_trail)
    sign = commands.add_parser("head", help="sign where the trail ends now")
    sign.add_argument("--out", type=Path, metavar="FILE", help="write it to a file instead of printing it")
    sign.set_defaults(run=write_head)


def no_rows(session: Session) -> Iterator[str]:
    """This room knows no rows but its own; a later one says which are not as the trail has them."""
    yield from ()


def verify_trail(args: argparse.Namespace) -> int:
    """Check the whole trail and the rows it speaks of, and print what is wrong.

    Exit code 0 if nothing is, 1 if something is, 2 if the head cannot be used.
    """
    try:
        head = heads.read(args.head.read_text(), seed=actions.head_seed()) if args.head else None
    except (OSError, heads.NotAHead) as error:
        print(f"{args.head}: {error}", file=sys.stderr)
        return 2
    session = db.session()
    queries.begin_snapshot(session)
    verdict = verify(
        queries.walk(session), noted=queries.noted_tail(session), head=head.tail if head else None
    )
    changed = list(args.rows(session))
    session.rollback()
    _print(verdict, head)
    for line in changed[:MOST_FAULTS]:
        print(line)
    if verdict.ok and not changed and args.rows is not no_rows:
        print("The rows it speaks of are what it says.")
    if len(changed) > MOST_FAULTS:
        print(f"… and {len(changed) - MOST_FAULTS} more rows.")
    return 0 if verdict.ok and not changed else 1


def _print(verdict: Verdict, head: heads.Head | None) -> None:
    for fault in verdict.faults:
        print(f"{fault.kind}: {fault.text}")
    if verdict.more_faults:
        print(f"… and {verdict.more_faults} more.")
    if verdict.ok:
        anchor = f", and agree with the head signed at entry {head.seq}" if head else ""
        print(f"The trail is whole: {verdict.count} entries follow on one from another{anchor}.")
    if head is None:
        print(NO_HEAD)


def write_head(args: argparse.Namespace) -> int:
    """Sign the head of the trail and print it or write it to a file."""
    session = db.session()
    head = actions.sign_head(session, now=now())
    session.rollback()
    if args.out is None:
        print(head.to_json())
    else:
        args.out.write_text(head.to_json() + "\n")
        print(f"The head at entry {head.seq} is in {args.out}. Keep it outside this machine.")
    return 0
