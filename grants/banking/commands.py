"""`grants banking rotate-keys` and `load-table`."""

import argparse
from pathlib import Path

from grants.banking import actions, keys, modulus
from grants.core.clock import now
from grants.core.db import unit_of_work
from grants.core.errors import RuleBroken
from grants.permissions import service

OPERATOR = service("command line")
LARGEST_TABLE = 4 * 1024 * 1024
MOST_KEYS = 2
"""The newest and the one before: a process that read the ring just before may still seal with that."""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `banking` verbs to the command line."""
    banking = subparsers.add_parser("banking", help="keys of bank details, tables of the modulus check")
    verbs = banking.add_subparsers(required=True)
    rotating = verbs.add_parser("rotate-keys", help="seal all bank details anew under a fresh key")
    rotating.set_defaults(run=rotate_keys, needs_app=True)
    loading = verbs.add_parser("load-table", help="use a newer table of the modulus check")
    loading.add_argument("name", choices=(modulus.WEIGHTS, modulus.SUBSTITUTES))
    loading.add_argument("file", type=Path, help="VocaLink’s valacdos.txt (weights) or scsubtab.txt")
    loading.set_defaults(run=load_table, needs_app=True)


def rotate_keys(args: argparse.Namespace) -> int:
    """Add a key where they are in the data folder, seal every row under the newest, let older ones go.

    Where GRANTS_BANK_KEYS sets them, the operator adds the key there first. Stopped half way it loses
    nothing: the new key stands in the file before the first row is sealed with it.
    """
    if not keys.are_set_by_operator():
        keys.write((keys.new_key(), *keys.ring()))
    with unit_of_work() as session:
        done = actions.reseal(session, actor=OPERATOR, now=now())
    if keys.are_set_by_operator():
        print(f"{done.rows} rows sealed anew under key {done.key}, the first of GRANTS_BANK_KEYS.")
        print("Start every process with the new setting before you take older keys out of it.")
    else:
        keys.write(keys.ring()[:MOST_KEYS])
        print(f"{done.rows} rows sealed anew under key {done.key}.")
        print("Backups of the database made before need the key file of their own day.")
    return 0


def load_table(args: argparse.Namespace) -> int:
    """Put a table in the place of the one that comes along."""
    try:
        content = args.file.read_bytes()[: LARGEST_TABLE + 1].decode("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleBroken(f"{args.file} cannot be read as plain text.") from error
    if len(content) > LARGEST_TABLE:
        raise RuleBroken(f"{args.file} is larger than any table of the modulus check.")
    with unit_of_work() as session:
        table = actions.load_table(session, name=args.name, content=content, actor=OPERATOR, now=now())
        rows = table.rows
    print(f"{rows} rows of {args.name} loaded. Accounts entered from now on are checked by them.")
    return 0
