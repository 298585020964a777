"""Taking the trail's signed head out of the database, once a day: into a file and into the auditor's
inbox.
"""

from datetime import datetime, timedelta
from pathlib import Path

from grants import config
from grants.audit import actions as audit
from grants.audit.heads import Head
from grants.core.db import unit_of_work
from grants.notifications import actions
from grants.notifications.rules import Notice

EVERY = timedelta(hours=23, minutes=30)
"""A little under a day, so that a chore that runs by the hour does not slip from day to day."""

_STAMP = "%Y-%m-%dT%H%M"


def anchor_daily(now: datetime) -> None:
    """File a signed head under `heads/` in the data folder, and mail it to the auditor if one is named.

    Does nothing when a head was filed within the last day, so it may be called as often as one likes.
    """
    settings = config.current()
    folder = settings.data_dir / "heads"
    if (folder / f"{now - EVERY:{_STAMP}}.json").name < _newest(folder):
        return
    with unit_of_work() as session:
        head = audit.sign_head(session, now=now)
        if settings.auditor_email:
            actions.queue(session, _notice(head, settings.auditor_email), now=now)
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / f"{now:{_STAMP}}.json").write_text(head.to_json() + "\n")


def _newest(folder: Path) -> str:
    return max((path.name for path in folder.glob("*.json")), default="")


def _notice(head: Head, to: str) -> Notice:
    return Notice(
        kind="trail_head",
        to=to,
        facts={"head": head},
        about=("trail_head", head.seq),
        key=f"trail head {head.at}",
    )
