"""Asks every worker whether it is well and prints who answers: `python -m workers.ping`."""

import sys

from kombu.exceptions import OperationalError

from grants import config
from workers.celery_app import for_worker

SECONDS = 3.0
"""How long a worker has to answer."""


def main() -> None:
    """A line for each worker that answers in time. Loads nothing of the house, so asking costs little."""
    try:
        answers = for_worker(config.load()).control.ping(timeout=SECONDS)
    except OperationalError as error:
        sys.exit(f"grants: The broker cannot be used: {error}")
    for answer in answers:
        for name in answer:
            sys.stdout.write(f"{name}: OK\n")


if __name__ == "__main__":
    main()
