"""`python -m tests.whole_life [--grants FILE] [--bids N]`: a line a stage, one at the end or exit code 1."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from tests.paths import PROJECT, SHARED_DATA
from tests.whole_life.run import live
from tests.whole_life.stages import Failed

DEFAULT_GRANTS = SHARED_DATA / "1_grants" / "covid_grants_2020.json"
KEPT = PROJECT / "build" / "whole-life"


def main() -> int:
    """Run, keep the export, and say how it came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grants", type=Path, default=DEFAULT_GRANTS, help="a 360Giving file")
    parser.add_argument("--bids", type=int, help="take only the first so many good rows")
    args = parser.parse_args()
    if not args.grants.is_file():
        print(f"whole-life: failed: there is no file {args.grants}", file=sys.stderr)
        return 1
    folder = Path(tempfile.mkdtemp(prefix="grants-whole-life-"))
    try:
        print(live(folder, args.grants, most=args.bids, keep=KEPT))
    except (Failed, AssertionError) as failure:
        print(f"whole-life: failed: {failure}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
