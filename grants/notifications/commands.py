"""`grants mail bounced [FILE]`: tell the outbox of a message that came back."""

import argparse
import sys
from pathlib import Path

from grants.core.clock import now
from grants.core.db import unit_of_work
from grants.notifications import actions, queries
from grants.notifications.bounces import LARGEST, read_bounce
from grants.notifications.states import MESSAGE
from grants.permissions import service


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `mail` verbs to the command line."""
    mail = subparsers.add_parser("mail", help="tell the outbox what became of mail").add_subparsers(
        required=True
    )
    parser = mail.add_parser(
        "bounced", help="read a delivery report from a file or from standard input, as a mail server pipes it"
    )
    parser.add_argument("file", type=Path, nargs="?")
    parser.set_defaults(run=bounced, needs_app=True)


def bounced(args: argparse.Namespace) -> int:
    """Note which message came back. What is no report of ours is told and is no error: mail servers retry."""
    content = args.file.read_bytes() if args.file else sys.stdin.buffer.read(LARGEST)
    bounce = read_bounce(content)
    if bounce is None:
        print("This is no report of a message that could not be delivered.")
        return 0
    with unit_of_work() as session:
        message = queries.by_message_id(session, bounce.message_id)
        if message is None:
            print("No message of ours has that Message-ID.")
            return 0
        if not MESSAGE.allows(message.state, "bounce"):
            print(f"Message {message.id} is not one that a server had taken.")
            return 0
        actions.note_bounced(
            session, message=message, words=bounce.words, actor=service("command line"), now=now()
        )
        print(f"Message {message.id} came back: {bounce.words}")
    return 0
