"""`grants geography load`."""

import argparse
import csv
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from grants.core.clock import now
from grants.core.db import unit_of_work
from grants.core.errors import Reason, RuleBroken
from grants.geography import actions, queries
from grants.geography.postcode_file import CODE, Line, read, read_names
from grants.permissions import service

R = TypeVar("R")

OPERATOR = service("command line")

BATCH = 5_000
"""Rows a transaction: others who write wait for milliseconds, and memory holds no more than this."""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `geography` verbs to the command line."""
    verbs = subparsers.add_parser("geography", help="where postcodes are").add_subparsers(required=True)
    load_parser = verbs.add_parser("load", help="load a postcode file, in the place of the one before")
    load_parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    load_parser.add_argument(
        "--names", action="append", default=[], type=Path, metavar="FILE", help="codes and names of areas"
    )
    load_parser.add_argument(
        "--authority", default="", help="the local authority's code, for files without a column for it"
    )
    load_parser.set_defaults(run=load, needs_app=True)


def load(args: argparse.Namespace) -> int:
    """Read the files a batch at a time, then put them to use at one stroke; clear older ones away."""
    if args.authority and not CODE.fullmatch(args.authority):
        raise RuleBroken([Reason("A code has a letter and 8 digits, like E06000032", "--authority")])
    with unit_of_work() as session:
        file_id = actions.begin_file(session, now=now()).id
    try:
        postcodes = _fill(file_id, args)
        with unit_of_work() as session:
            actions.put_to_use(session, file_id=file_id, postcodes=postcodes, actor=OPERATOR, now=now())
    finally:
        _clear_away()
    print(f"{postcodes:,} postcodes are in use.")
    return 0


def _fill(file_id: int, args: argparse.Namespace) -> int:
    names = chain.from_iterable(_rows(path, read_names) for path in args.names)
    while batch := list(islice(names, BATCH)):
        with unit_of_work() as session:
            actions.add_names(session, file_id=file_id, names=batch)

    def lines_of(text: Iterator[str]) -> Iterator[Line]:
        return read(text, authority=args.authority)

    count = 0
    lines = chain.from_iterable(_rows(path, lines_of) for path in args.files)
    while some := list(islice(lines, BATCH)):
        with unit_of_work() as session:
            actions.add_postcodes(session, file_id=file_id, lines=some)
        count += len(some)
    return count


def _rows(path: Path, reader: Callable[[Iterator[str]], Iterator[R]]) -> Iterator[R]:
    """What `reader` makes of a file, with the file's name before each reason. Raises RuleBroken."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            yield from reader(text)
    except (OSError, UnicodeDecodeError) as error:
        raise RuleBroken([Reason(f"The file cannot be read: {error}", str(path))]) from error
    except csv.Error as error:
        raise RuleBroken([Reason(f"This is not a CSV file: {error}", str(path))]) from error
    except RuleBroken as broken:
        raise RuleBroken(
            [Reason(one.text, f"{path.name} {one.place}".strip()) for one in broken.reasons]
        ) from broken


def _clear_away() -> None:
    with unit_of_work() as session:
        old = queries.files_out_of_use(session)
    for file_id in old:
        done = False
        while not done:
            with unit_of_work() as session:
                done = actions.clear_away(session, file_id=file_id, most=10 * BATCH)
