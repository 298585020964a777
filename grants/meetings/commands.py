"""`grants meetings`: draw lots again from the file that the meeting's page hands out."""

import argparse
import json
import sys
from pathlib import Path

from grants.core.errors import RuleBroken
from grants.meetings import lottery


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `meetings verify-lots FILE`. It needs no database: anybody can run it."""
    meetings = subparsers.add_parser("meetings", help="check lots that a panel drew")
    commands = meetings.add_subparsers(required=True, metavar="COMMAND")
    check = commands.add_parser("verify-lots", help="draw the lots of a file again")
    check.add_argument("file", type=Path, metavar="FILE", help="the JSON file from the meeting's page")
    check.set_defaults(run=verify_lots)


def verify_lots(args: argparse.Namespace) -> int:
    """Print the order that list, source and seed give. Exit code 0 if the file says the same, 1 if it does
    not, 2 if it cannot be read.
    """
    try:
        told = json.loads(args.file.read_text())
        refs, source, seed = list(map(str, told["bids"])), str(told["seed_from"]), str(told["seed"])
        committed, order = str(told["commitment"]), list(told["order"])
        drawn = [ticket.ref for ticket in lottery.draw(refs, source, seed)]
    except (OSError, ValueError, KeyError, TypeError, RuleBroken) as error:
        print(f"{args.file}: this is no file of lots that were drawn ({error}).", file=sys.stderr)
        return 2
    if committed != lottery.commitment(refs, source):
        print("The list or the source of the seed is not the one that was fixed beforehand.")
        return 1
    if order != drawn:
        print(f"The order should be: {', '.join(drawn)}")
        return 1
    print(f"The order follows from the seed: {', '.join(drawn)}")
    return 0
