"""Sending the changes that were asked for: a new version beside the old one, which never changes."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from grants.applications import policy, queries, revision_notices, rules
from grants.applications.actions.revising import settle
from grants.applications.actions.sending import write_version
from grants.applications.models import Version
from grants.core.clock import exact_minute
from grants.core.errors import Reason, RuleBroken, require_no
from grants.core.language import say
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.permissions import Actor

VersionFollower = Callable[[Session, Version, datetime], None]

version_followers: dict[str, VersionFollower] = {}
"""What later rooms do once a bid has a new version, by the name of the room."""


def send_changes(
    session: Session, *, application_id: int, declared: bool, actor: Actor, now: datetime
) -> Version:
    """Send what was changed: from now on the new version is what everybody reads. `now` is when the request
    arrived.

    Changes that were sent already are not sent twice: the current version is given back. Raises NotFound (a
    stranger), NotAllowed (not a signatory) or RuleBroken: too late, nothing changed, or every blocker at
    once.
    """
    application = queries.for_update(session, application_id)
    policy.hide_from_strangers(actor, application)
    require(policy.can_submit(actor, application))
    bid = queries.bid_of(session, application)
    request, before = bid.request, queries.current_version(session, application)
    if request is None and before.number > 1:
        return before
    if request is None:
        raise RuleBroken(say("No changes to this bid are asked for, so there is nothing to send."))
    if now >= request.due_at:
        late = say("The time for changes ended at %(minute)s.", minute=exact_minute(request.due_at))
        raise RuleBroken(f"{late} {say('Your bid stands as you sent it before.')}")
    facts = queries.facts_of(session, bid)
    content = {**before.content, **queries.content_now(session, bid, facts)}
    blockers = rules.blockers_to_submit(facts)
    if content == before.content:
        blockers.append(Reason(say("Nothing has been changed yet on the pages that are open again")))
    if not declared:
        blockers.append(Reason(say("Tick the box to make the declaration"), "check#declared"))
    require_no(blockers)
    application.title, application.ask = request.title, content["ask"]
    application.least_amount = request.least_amount
    version = write_version(
        session, bid, content, number=before.number + 1, declaration=bid.definition.rules.declaration,
        submitted_at=now, actor=actor, now=now,
    )  # fmt: skip
    request.sent_version_id = version.id
    settle(session, request, deed="send", actor=actor, now=now)
    for notice in revision_notices.changes_sent(session, bid, request, version):
        outbox.queue(session, notice, now=now)
    for follow in version_followers.values():
        follow(session, version, now)
    return version
