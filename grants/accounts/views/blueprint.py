"""The blueprint of the room's pages, and where people go from them."""

from flask import Blueprint, url_for

from grants.accounts import rules

bp = Blueprint("accounts", __name__, url_prefix="/accounts")


def onward(next_path: str | None) -> str:
    """The page a person wanted, if it is one of ours; else the first page of somebody signed in."""
    return rules.local_path(next_path or "") or url_for("home.dashboard")
