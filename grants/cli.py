"""The command line: `grants VERB …`. Each room brings its own verbs.

A room's `commands.py` has `register(subparsers)`. A verb's parser sets `run`, a function of the parsed
arguments that gives the exit code, by `set_defaults(run=…)`; it is called inside the application, unless
`needs_app=False` is set too. It may also have `prepare(settings)`: `grants init` calls it, in the order of
the rooms, once the database is up to date; it puts in what must be there and gives lines on how to begin.
A verb that fails prints one line a reason and exits with 2.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from socket import gethostname
from types import ModuleType

from sqlalchemy.exc import OperationalError

from grants import config, processes
from grants.app import ROOMS, create_app
from grants.config import Misconfigured
from grants.core import schema
from grants.core.db import db
from grants.core.errors import Refusal, RuleBroken

NEED_NO_ROOM = ("run", "web", "worker", "beat", "health")
"""Verbs that start quickly: they become another program, or ask one; containers ask every half minute."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb. Gives its exit code; 2 for a wrong setting or a refusal, with every reason on stderr."""
    words = sys.argv[1:] if argv is None else argv
    args = _parser([] if words[:1] and words[0] in NEED_NO_ROOM else _command_modules()).parse_args(words)
    try:
        if not args.needs_app:
            return int(args.run(args))
        with create_app().app_context():
            if args.run not in (init, migrate):
                _require_up_to_date()
            return int(args.run(args))
    except Misconfigured as error:
        print(f"grants: {error}", file=sys.stderr)
    except RuleBroken as error:
        for reason in error.reasons:
            print(
                f"grants: {reason.place}: {reason.text}" if reason.place else f"grants: {reason.text}",
                file=sys.stderr,
            )
    except Refusal as error:
        print(f"grants: {error}", file=sys.stderr)
    except OperationalError as error:
        print(f"grants: The database cannot be used: {str(error.orig).splitlines()[0]}", file=sys.stderr)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 2


def run(args: argparse.Namespace) -> int:
    """Become the supervisor, which is another program so that it stays small."""
    config.load()
    os.execv(sys.executable, processes.supervisor())  # noqa: S606 - our own command line


def init(args: argparse.Namespace) -> int:
    """Bring the database up to date, let every room put in what must be there, and print how to begin."""
    migrate(args)
    for room in _command_modules():
        if hasattr(room, "prepare"):
            for line in room.prepare(config.current()):
                print(line)
    return 0


def migrate(args: argparse.Namespace) -> int:
    """Bring the database up to date, or to a named revision, or draft the next one."""
    if getattr(args, "draft", ""):
        schema.draft(db.engine, args.draft)
        return 0
    before = schema.revision(db.engine)
    if getattr(args, "back_to", ""):
        schema.downgrade(db.engine, args.back_to)
    else:
        schema.upgrade(db.engine)
    after = schema.revision(db.engine)
    if after != before:
        print(f"The database is now at revision {after or 'base'}.", file=sys.stderr)
    return 0


def become(args: argparse.Namespace) -> int:
    """Become one process of the service: for containers and service managers."""
    settings = config.load()
    argv = {"web": processes.web, "worker": processes.worker, "beat": processes.beat}[args.verb](settings)
    os.execv(argv[0], argv)  # noqa: S606 - our own command lines


def health(args: argparse.Namespace) -> int:
    """0 if a process of the service on this machine is well, 1 if not: for containers and monitoring."""
    settings = config.load()
    if args.process == "web":
        return 0 if processes.web_answers(settings) else 1
    if args.process == "beat":
        return 0 if processes.beat_is_fresh(settings) else 1
    answers = subprocess.run(processes.worker_ping(), stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
    return 0 if f"@{gethostname()}: OK" in answers.stdout else 1


def _require_up_to_date() -> None:
    """Raise Misconfigured when the tables are not the ones that this code knows."""
    found, wanted = schema.revision(db.engine), schema.newest_revision()
    if found != wanted:
        raise Misconfigured(f"The database is at revision {found}, not {wanted}: run `grants migrate` first.")


def _parser(rooms: Sequence[ModuleType]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="grants", description="Run a council's partnership grant programme."
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    parser.set_defaults(needs_app=True)
    verbs.add_parser("run", help="run the whole service on this machine").set_defaults(
        run=run, needs_app=False
    )
    verbs.add_parser("init", help="prepare the database and say how to begin").set_defaults(run=init)
    changes = verbs.add_parser("migrate", help="bring the database up to date")
    changes.add_argument(
        "--back-to", metavar="REVISION", help="take it back to a revision instead ('base': empty)"
    )
    changes.add_argument("--draft", metavar="WORDS", help="draft a migration from the models instead")
    changes.set_defaults(run=migrate)
    for name, text in (("web", "the web server"), ("worker", "a worker"), ("beat", "the clock")):
        verbs.add_parser(name, help=f"run {text} alone").set_defaults(run=become, needs_app=False)
    check = verbs.add_parser("health", help="say by exit code whether a process is well")
    check.add_argument("process", choices=("web", "worker", "beat"))
    check.set_defaults(run=health, needs_app=False)
    for room in rooms:
        room.register(verbs)
    return parser


def _command_modules() -> list[ModuleType]:
    names = [f"grants.{room}.commands" for room in ROOMS if "." not in room]
    return [import_module(name) for name in names if find_spec(name)]


if __name__ == "__main__":
    sys.exit(main())
