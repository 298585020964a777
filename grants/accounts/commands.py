"""`grants user add`, `list`, `let-in` and `reset-second-factor`."""

import argparse

from grants.accounts import actions, queries
from grants.core.clock import now
from grants.core.db import db, unit_of_work
from grants.core.errors import NotFound
from grants.permissions import Role, service

OPERATOR = service("command line")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `user` verbs to the command line."""
    user = subparsers.add_parser("user", help="people and their roles").add_subparsers(required=True)
    add_parser = user.add_parser("add", help="add a person; roles given here are in force at once")
    add_parser.add_argument("email")
    add_parser.add_argument("--name", default="", help="what they want to be called")
    add_parser.add_argument("--role", action="append", default=[], choices=list(Role), type=Role)
    add_parser.set_defaults(run=add, needs_app=True)
    list_parser = user.add_parser("list", help="everybody who holds a role")
    list_parser.set_defaults(run=show, needs_app=True)
    let_in_parser = user.add_parser(
        "let-in", help="answer a request to act for an organisation that nobody belongs to yet"
    )
    let_in_parser.add_argument("email")
    let_in_parser.add_argument("organisation", type=int, help="its number, as the managers' e-mail says")
    let_in_parser.add_argument("--refuse", action="store_true", help="do not let them in")
    let_in_parser.set_defaults(run=let_in, needs_app=True)
    reset_parser = user.add_parser(
        "reset-second-factor", help="let a person who lost their phone set up a new second step"
    )
    reset_parser.add_argument("email")
    reset_parser.set_defaults(run=reset, needs_app=True)


def add(args: argparse.Namespace) -> int:
    """Add a person and give them roles."""
    with unit_of_work() as session:
        moment = now()
        person = actions.find_or_create_person(session, email=args.email, name=args.name, now=moment)
        for role in args.role:
            actions.grant_role(session, person_id=person.id, role=role, actor=OPERATOR, now=moment)
        added = f"{person.email}: {', '.join(args.role) or 'no role'}"
    print(added)
    return 0


def show(args: argparse.Namespace) -> int:
    """Print everybody who holds a role, or waits for one."""
    for grant in queries.role_grants(db.session()):
        waiting = "" if grant.in_force_since else "  (waits for approval)"
        print(f"{grant.person.email}  {grant.role}{waiting}")
    return 0


def let_in(args: argparse.Namespace) -> int:
    """Let somebody act for an organisation, or refuse. Check first that they may: it has nobody to ask."""
    with unit_of_work() as session:
        joining = queries.joining_for(session, organisation_id=args.organisation, email=args.email)
        if joining is None:
            raise NotFound(f"{args.email} has not asked to act for organisation {args.organisation}.")
        actions.answer_request(
            session,
            organisation_id=args.organisation,
            joining_id=joining.id,
            agrees=not args.refuse,
            actor=OPERATOR,
            now=now(),
        )
    print(f"{args.email}: {'refused' if args.refuse else 'let in'}. They are told by e-mail.")
    return 0


def reset(args: argparse.Namespace) -> int:
    """Take a person's second step off and sign them out everywhere."""
    with unit_of_work() as session:
        person = queries.person_by_email(session, args.email)
        if person is None:
            raise NotFound(f"There is nobody with the address {args.email}.")
        actions.reset_second_factor(session, person_id=person.id, actor=OPERATOR, now=now())
    print(f"{args.email}: the second step is off. They set it up anew when they next sign in.")
    return 0
