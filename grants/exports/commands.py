"""`grants export build ROUND FORMAT` and `grants export check FILE`."""

import argparse
import sys
from datetime import date
from pathlib import Path

from grants.core.clock import now, today
from grants.core.db import db, unit_of_work
from grants.core.money import pounds
from grants.exports import queries
from grants.exports.actions import request_export
from grants.exports.build import build_export
from grants.exports.check_360giving import Report, check_bytes
from grants.exports.finance_columns import ROW_NOUNS
from grants.exports.finance_table import Wanted
from grants.exports.states import ExportKind, ExportState, Format, Grouping
from grants.permissions import service
from grants.programme import queries as programme


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `export` verbs to the command line."""
    export = subparsers.add_parser("export", help="export a round's awards, or check a 360Giving file")
    verbs = export.add_subparsers(required=True)
    building = verbs.add_parser("build", help="build one file of a round, here and now")
    building.add_argument("round", metavar="ROUND", help="the round's address")
    building.add_argument("format", choices=[format_.value for format_ in Format])
    building.add_argument(
        "--kind", choices=[kind.value for kind in ExportKind], default=ExportKind.ALLOCATIONS.value,
        help="what it tells of (allocations unless said)",
    )  # fmt: skip
    building.add_argument("--at", type=date.fromisoformat, metavar="DAY", help="the day of a position")
    building.add_argument(
        "--by", choices=[one.value for one in Grouping], default=Grouping.NONE.value,
        help="by what a file of finance adds up",
    )  # fmt: skip
    building.add_argument(
        "--only", default="", metavar="GROUP", help="such as 'theme:Youth' or 'place:North'"
    )
    building.add_argument("--out", type=Path, metavar="FILE", help="also write the file here")
    building.set_defaults(run=build)
    checking = verbs.add_parser("check", help="check a 360Giving JSON file by the standard and its 37 rules")
    checking.add_argument("file", type=Path)
    checking.set_defaults(run=check, needs_app=False)


def build(args: argparse.Namespace) -> int:
    """Build a file, store it like any other export, and print its control totals. 1 if it failed."""
    with unit_of_work() as session:
        round_ = programme.round_by_ref(session, args.round)
        asked = request_export(
            session,
            round_id=round_.id,
            format=Format(args.format),
            wanted=Wanted(ExportKind(args.kind), args.at, Grouping(args.by), args.only),
            actor=service("command line"),
            now=now(),
        ).id
    build_export(asked, now())
    export = queries.export_by_id(db.session(), asked)
    if export.state is not ExportState.READY:
        print(f"grants: {export.failure or 'Another worker is building this file.'}", file=sys.stderr)
        return 1
    if args.out:
        args.out.write_bytes(queries.content_of(export))
    lines = f"{export.rows:,} {ROW_NOUNS.get(export.kind, 'award')}s"
    print(f"{args.out or queries.file_of(export)}")
    print(f"  {lines}, {pounds(export.total)}, {export.size:,} bytes, sha256 {export.sha256}")
    return 0


def check(args: argparse.Namespace) -> int:
    """Print what the checks find in a file. 1 if it must not be published."""
    try:
        content = args.file.read_bytes()
    except OSError as error:
        print(f"{args.file}: {error.strerror}", file=sys.stderr)
        return 1
    report = check_bytes(content, today=today(now()))
    for line in _lines(report):
        print(line)
    return 0 if report.is_valid else 1


def _lines(report: Report) -> list[str]:
    if report.unreadable:
        return [f"error  {report.unreadable}"]
    found = [
        f"{finding.level:<5}  {finding.check}: {finding.grants:,} of {report.grants:,}: {finding.text} "
        f"({', '.join(finding.examples)}{', …' if finding.grants > len(finding.examples) else ''})"
        for finding in report.findings
    ]
    verdict = "valid" if report.is_valid else "not valid: it must not be published as it is"
    return [*found, f"{report.grants:,} grants, {verdict}"]
