"""`grants fund check FILE` and `grants fund load FILE`."""

import argparse
import sys
from pathlib import Path

from grants.core.clock import now
from grants.core.db import unit_of_work
from grants.permissions import service
from grants.programme.actions import Loaded, load_fund
from grants.programme.definition import FundDefinition
from grants.programme.fund_file import Change, FundFileFaulty, read_fund_file


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `fund` verbs to the command line."""
    fund = subparsers.add_parser("fund", help="check or load a fund file").add_subparsers(required=True)
    for verb, run, text in (
        ("check", check, "name every fault of a fund file, with its place"),
        ("load", load, "load a fund file; what is frozen is refused and named"),
    ):
        parser = fund.add_parser(verb, help=text)
        parser.add_argument("file", type=Path)
        parser.set_defaults(run=run, needs_app=verb == "load")


def check(args: argparse.Namespace) -> int:
    """Print the faults of a fund file, or that there are none."""
    definition = _read(args.file)
    if definition is None:
        return 1
    rubric = definition.rubric
    print(
        f"{args.file}: no faults. {definition.name}, {definition.round_name}: "
        f"{len(rubric.themes)} themes x {len(rubric.strands)} strands, scores 0 to {rubric.max_score}."
    )
    return 0


def load(args: argparse.Namespace) -> int:
    """Load a fund file and print what was applied and what was refused."""
    definition = _read(args.file)
    if definition is None:
        return 1
    with unit_of_work() as session:
        loaded = load_fund(session, definition=definition, actor=service("command line"), now=now())
        return _report(loaded)


def _read(path: Path) -> FundDefinition | None:
    try:
        return read_fund_file(path.read_text(encoding="utf-8"))
    except OSError as error:
        print(f"{path}: {error.strerror}", file=sys.stderr)
    except UnicodeDecodeError:
        print(f"{path}: this is not a text file in UTF-8", file=sys.stderr)
    except FundFileFaulty as faulty:
        for fault in faulty.faults:
            print(f"{path}: {fault.place}: {fault.text}", file=sys.stderr)
    return None


def _report(loaded: Loaded) -> int:
    print(f"{loaded.round.ref}: {'loaded' if loaded.created else f'{len(loaded.applied)} changes applied'}")
    for change in loaded.applied:
        print(f"  applied  {_line(change)}")
    for change in loaded.refused:
        print(f"  refused  {_line(change)} (frozen since the round opened)")
    return 1 if loaded.refused else 0


def _line(change: Change) -> str:
    return f"{change.place}: {change.old} -> {change.new}"
