"""`grants demo`, and telling the story when the demo first starts."""

import argparse
import sys
from collections.abc import Iterable

from grants import config
from grants.config import Misconfigured, Settings
from grants.core import dispatch
from grants.core.clock import now
from grants.core.db import unit_of_work
from grants.core.places import funds_folder
from grants.demo import queries
from grants.demo.actions import Told, tell
from grants.demo.partnerships import ROUNDS, partnerships
from grants.demo.people import sign_in_help
from grants.programme.definition import FundDefinition
from grants.programme.fund_file import read_fund_file

FUND = "luton-covid-recovery.toml"


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `demo` to the command line."""
    subparsers.add_parser("demo", help="tell the invented story into an empty database").set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Tell the story and print how to sign in. Raises Misconfigured outside demo mode."""
    settings = config.current()
    if not settings.demo:
        raise Misconfigured(
            "The story has accounts that anybody may use, so it is told with GRANTS_DEMO=1 only."
        )
    told = _tell()
    print(f"Told {told.bids} bids in {told.deeds:,} deeds; {told.messages} messages wait to go out.")
    print(sign_in_help(settings.public_url))
    return 0


def prepare(settings: Settings) -> Iterable[str]:
    """In demo mode: tell the story into a database without rounds, and say how to sign in."""
    if not settings.demo:
        return []
    with unit_of_work() as session:
        empty = not queries.has_rounds(session)
    if empty:
        _say("Telling the demo’s story into the empty database. This takes a moment, this once.")
        _tell()
    with unit_of_work() as session:
        told = queries.bids_told(session)
    if told == 0:
        return []
    if told < sum(len(partnerships(number)) for number in ROUNDS):
        _say("The telling of the story broke off. To see it whole, empty the data folder and start again.")
    return sign_in_help(settings.public_url).splitlines()


def _tell() -> Told:
    """Tell the story. Its hundreds of messages are left to the sweep: nothing in them is urgent."""
    dispatch.configure(dispatch.Resting())
    return tell(definition=_fund(), now=now(), progress=_say)


def _fund() -> FundDefinition:
    return read_fund_file((funds_folder() / FUND).read_text(encoding="utf-8"))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
