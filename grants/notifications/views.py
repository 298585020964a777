"""The outbox for staff, and the demo's mailbox."""

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants import config
from grants.core.clock import now
from grants.core.paging import page_number, paginate
from grants.core.web import me, needs, public, session, writes
from grants.notifications import actions, deliver, policy, queries, smtp
from grants.notifications.states import MESSAGE, MessageState
from grants.permissions import Permission

bp = Blueprint("notifications", __name__, url_prefix="/notifications")

COLOURS = {
    MessageState.QUEUED: "light-blue",
    MessageState.SENDING: "light-blue",
    MessageState.HANDING_OVER: "light-blue",
    MessageState.SENT: "green",
    MessageState.FAILED: "red",
    MessageState.UNSURE: "yellow",
}


def init_app(app: Flask) -> None:
    """Refuse to start with settings that no message could be sent with. Raises Misconfigured."""
    settings = config.current()
    try:
        smtp.sender_at(settings.mail_from)
        if settings.smtp_url:
            smtp.server_at(settings.smtp_url)
    except ValueError as error:
        raise config.Misconfigured(f"Mail cannot be sent: {error}.") from error


@bp.get("/")
@needs(Permission.READ_MESSAGES)
def outbox() -> ResponseReturnValue:
    """Messages, newest first, all or those in one state."""
    asked = request.args.get("state", "")
    state = MessageState(asked) if asked in set(MessageState) else None
    return render_template(
        "notifications/outbox.html",
        page=paginate(session(), queries.outbox(state=state), number=page_number(request.args.get("page"))),
        counts=queries.counts(session()),
        state=state,
        label=MESSAGE.staff_label,
        colours=COLOURS,
    )


@bp.get("/<int(max=2147483647):message_id>/")
@needs(Permission.READ_MESSAGES)
def message(message_id: int) -> ResponseReturnValue:
    """One message and what happened to it."""
    found = queries.by_id(session(), message_id)
    return render_template(
        "notifications/message.html",
        message=found,
        label=MESSAGE.staff_label,
        colours=COLOURS,
        resendable=policy.may_resend(me(), found),
    )


@bp.get("/<int(max=2147483647):message_id>/resend")
@needs(Permission.RESEND_MESSAGES)
def confirm_resend(message_id: int) -> ResponseReturnValue:
    """Ask before sending again."""
    found = queries.by_id(session(), message_id)
    MESSAGE.next(found.state, "resend")
    return render_template("notifications/resend.html", message=found)


@bp.post("/<int(max=2147483647):message_id>/resend")
@needs(Permission.RESEND_MESSAGES)
@writes
def resend(message_id: int) -> ResponseReturnValue:
    """Send a failed or doubtful message again."""
    actions.resend(session(), message=queries.by_id(session(), message_id), actor=me(), now=now())
    flash("The message is on its way again.", "success")
    return redirect(url_for("notifications.message", message_id=message_id))


@bp.get("/mailbox/")
@public
def mailbox() -> ResponseReturnValue:
    """Everybody's mail, for trying the service out on one's own machine."""
    if not deliver.uses_demo_mailbox(config.current()) or request.remote_addr not in config.LOOPBACK:
        abort(404)
    delivered = queries.delivered_by(deliver.DEMO_MAILBOX)
    return render_template(
        "notifications/mailbox.html",
        page=paginate(session(), delivered, number=page_number(request.args.get("page"))),
    )
