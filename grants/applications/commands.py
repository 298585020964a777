"""`grants import bids FILE --round REF [--commit]`."""

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from grants.applications.bid_files import MOST_BYTES, read_bid_file
from grants.applications.imported_bid import ReadFile, RowFault
from grants.applications.importing import ImportPlan, import_bids, plan_import
from grants.core.cells import defused, visible
from grants.core.clock import now
from grants.core.db import unit_of_work
from grants.core.money import pounds
from grants.permissions import service
from grants.programme import queries as programme

MOST_SHOWN = 20
"""Lines of each kind on the screen; the report has all."""

REPORT_HEADINGS = ("row", "identifier", "verdict", "field", "reason")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `import` verb to the command line."""
    imports = subparsers.add_parser("import", help="take in bids from a file").add_subparsers(required=True)
    bids = imports.add_parser(
        "bids",
        help="360Giving JSON, CSV or Excel; without --commit only says what would happen",
    )
    bids.add_argument("file", type=Path)
    bids.add_argument("--round", required=True, metavar="REF", help="the round to take the bids into")
    bids.add_argument("--commit", action="store_true", help="write the new bids")
    bids.add_argument(
        "--skip-refused", action="store_true", help="take the good rows of a file with bad ones"
    )
    bids.add_argument("--report", type=Path, metavar="FILE", help="write every row with its verdict as CSV")
    bids.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Plan the import, print the report, and write if asked. 1 when anything was refused."""
    file = _read(args.file)
    if file is None:
        return 1
    with unit_of_work() as session:
        round_ = programme.round_by_ref(session, args.round)
        plan = plan_import(session, round_id=round_.id, file=file)
        writes = args.commit and bool(plan.new) and (plan.is_clean or args.skip_refused)
        if writes and not file.file_faults:
            import_bids(
                session,
                plan=plan,
                skip_refused=args.skip_refused,
                actor=service("command line"),
                now=now(),
            )
    for line in _summary(plan, round_ref=args.round, written=writes, asked=args.commit):
        print(line)
    if args.report:
        _write_report(args.report, plan)
        print(f"Every row with its verdict: {args.report}")
    return 0 if plan.is_clean else 1


def _read(path: Path) -> ReadFile | None:
    try:
        with path.open("rb") as opened:
            return read_bid_file(path.name, opened.read(MOST_BYTES + 1))
    except OSError as error:
        print(f"{path}: {error.strerror}", file=sys.stderr)
        return None


def _summary(plan: ImportPlan, *, round_ref: str, written: bool, asked: bool) -> Iterator[str]:
    file = plan.file
    yield f"{file.name}: {file.count:,} rows ({file.kind or 'not read'}), into {round_ref}"
    yield from (f"  refused    {fault}" for fault in file.file_faults)
    if not file.file_faults:
        yield f"  new        {len(plan.new):>7,}   asking for {pounds(sum(bid.ask for bid in plan.new))}"
        yield f"  unchanged  {len(plan.unchanged):>7,}   imported before"
        yield f"  refused    {plan.refused_rows:>7,}"
    yield from _refusals(plan.refused)
    yield from _remarks(plan)
    yield _verdict(plan, written=written, asked=asked)


def _refusals(faults: Sequence[RowFault]) -> Iterator[str]:
    """Reasons by how many rows they keep out, then the rows."""
    reasons = Counter((fault.field, fault.reason) for fault in faults)
    if len(reasons) < len(faults):
        yield "Reasons:"
        for (field, reason), count in reasons.most_common(MOST_SHOWN):
            yield f"  {count:>7,} × {field}: {reason}"
        yield from _and_more(len(reasons))
    if faults:
        yield "Refused:"
    for fault in faults[:MOST_SHOWN]:
        yield f"  row {fault.row} ({fault.source_id or 'no identifier'}): {fault.field}: {fault.reason}"
    yield from _and_more(len(faults))


def _remarks(plan: ImportPlan) -> Iterator[str]:
    """What was read otherwise than it stands in the file."""
    remarks = [(bid.row, bid.source_id, remark) for bid in plan.new for remark in bid.remarks]
    if remarks:
        yield "Remarks on rows that can be taken:"
    for row, source_id, remark in remarks[:MOST_SHOWN]:
        yield f"  row {row} ({source_id}): {remark}"
    yield from _and_more(len(remarks))


def _and_more(count: int) -> Iterator[str]:
    if count > MOST_SHOWN:
        yield f"  and {count - MOST_SHOWN:,} more"


def _verdict(plan: ImportPlan, *, written: bool, asked: bool) -> str:
    if written:
        return f"Imported {len(plan.new):,} bids."
    if plan.file.file_faults:
        return "Nothing was written: the file cannot be read."
    if not plan.new:
        return "Nothing was written: there is nothing new to import."
    if asked:
        return "Nothing was written, because rows were refused. Add --skip-refused to import the others."
    wanted = "--commit" if plan.is_clean else "--commit --skip-refused"
    return f"Dry run: nothing was written. Add {wanted} to import {len(plan.new):,} bids."


def _write_report(path: Path, plan: ImportPlan) -> None:
    """Every row of the file with its verdict, as CSV in UTF-8 for a spreadsheet."""
    with path.open("w", encoding="utf-8-sig", newline="") as report:
        writer = csv.writer(report)
        writer.writerow(REPORT_HEADINGS)
        for row in sorted(_report_rows(plan)):
            writer.writerow([row[0], *(defused(visible(text)) for text in row[1:])])


def _report_rows(plan: ImportPlan) -> Iterator[tuple[int, str, str, str, str]]:
    for fault in plan.file.file_faults:
        yield 0, "", "refused", "the file", fault
    for refused in plan.refused:
        yield refused.row, refused.source_id, "refused", refused.field, refused.reason
    for verdict, bids in (("new", plan.new), ("unchanged", plan.unchanged)):
        for bid in bids:
            yield bid.row, bid.source_id, verdict, "", " ".join(bid.remarks)
