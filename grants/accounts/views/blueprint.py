"""The blueprint of the room's pages, and where people go from them."""

from flask import Blueprint, g, url_for
from flask import session as cookie

from grants.accounts import actions, rules
from grants.accounts import session as visits
from grants.core.clock import now
from grants.core.web import session

bp = Blueprint("accounts", __name__, url_prefix="/accounts")


def onward(next_path: str | None) -> str:
    """The page a person wanted, if it is one of ours; else the first page of somebody signed in. Words of
    theirs that wait in this browser come first.
    """
    wanted = rules.local_path(next_path or "") or url_for("home.dashboard")
    visit, browser = visits.recall(cookie), visits.browser_name(cookie)
    if visit is not None and browser:
        waiting = actions.kept_for(session(), person_id=visit.person_id, browser=browser, now=now())
        return url_for("accounts.kept_words", next=wanted) if waiting else wanted
    return wanted


def name_first(path: str) -> str:
    """`path`, by way of the question for their name for people who have not given one: from now on others see
    what they do.
    """
    return path if g.person.name else url_for("accounts.your_name", next=path)
