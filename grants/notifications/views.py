"""The outbox for staff, and the demo's mailbox."""

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants import config
from grants.core.clock import now
from grants.core.errors import NotFound
from grants.core.pages import download
from grants.core.paging import page_number, paginate
from grants.core.web import me, needs, public, session, writes
from grants.notifications import actions, deliver, policy, queries, smtp
from grants.notifications.models import Message
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
        page=paginate(
            session(),
            queries.outbox(session(), reader_id=me().person_id, state=state),
            number=page_number(request.args.get("page")),
        ),
        counts=queries.counts(session(), reader_id=me().person_id),
        state=state,
        label=MESSAGE.staff_label,
        colours=COLOURS,
    )


@bp.get("/<int(max=2147483647):message_id>/")
@needs(Permission.READ_MESSAGES)
def message(message_id: int) -> ResponseReturnValue:
    """One message and what happened to it."""
    found = _message(message_id)
    return render_template(
        "notifications/message.html",
        message=found,
        label=MESSAGE.staff_label,
        colours=COLOURS,
        resendable=policy.may_resend(me(), found),
        may_come_back=MESSAGE.allows(found.state, "bounce") and me().may(Permission.RESEND_MESSAGES),
    )


@bp.get("/<int(max=2147483647):message_id>/attachment/")
@needs(Permission.READ_MESSAGES)
def attachment(message_id: int) -> ResponseReturnValue:
    """The file that goes with a message, once a worker has made it."""
    return _attachment(_message(message_id))


@bp.post("/<int(max=2147483647):message_id>/bounced/")
@needs(Permission.RESEND_MESSAGES)
@writes
def bounced(message_id: int) -> ResponseReturnValue:
    """Note by hand that a message came back."""
    found = _message(message_id)
    actions.note_bounced(session(), message=found, words="", actor=me(), now=now())
    flash("It is noted that the message came back. It can be sent again.")
    return redirect(url_for("notifications.message", message_id=message_id))


@bp.get("/<int(max=2147483647):message_id>/resend")
@needs(Permission.RESEND_MESSAGES)
def confirm_resend(message_id: int) -> ResponseReturnValue:
    """Ask before sending again."""
    found = _message(message_id)
    MESSAGE.next(found.state, "resend")
    return render_template("notifications/resend.html", message=found)


@bp.post("/<int(max=2147483647):message_id>/resend")
@needs(Permission.RESEND_MESSAGES)
@writes
def resend(message_id: int) -> ResponseReturnValue:
    """Send a failed or doubtful message again."""
    actions.resend(session(), message=_message(message_id), actor=me(), now=now())
    flash("The message is on its way again.", "success")
    return redirect(url_for("notifications.message", message_id=message_id))


@bp.get("/mailbox/")
@public
def mailbox() -> ResponseReturnValue:
    """Everybody's mail, or one address's, for trying the service out on one's own machine."""
    _only_in_the_demo()
    address = request.args.get("to", "").strip()
    delivered = queries.delivered_by(deliver.DEMO_MAILBOX, to=address)
    return render_template(
        "notifications/mailbox.html",
        address=address,
        page=paginate(session(), delivered, number=page_number(request.args.get("page"))),
    )


@bp.get("/mailbox/<int(max=2147483647):message_id>/attachment/")
@public
def mailbox_attachment(message_id: int) -> ResponseReturnValue:
    """A file that came with a message of the demo's mailbox."""
    _only_in_the_demo()
    found = queries.by_id(session(), message_id)
    if found.sent_by != deliver.DEMO_MAILBOX:
        raise NotFound("There is no such message in the mailbox.")
    return _attachment(found)


def _message(message_id: int) -> Message:
    """The message, if nothing hides it from the reader. Raises NotFound."""
    return queries.message_for(session(), message_id, reader_id=me().person_id)


def _only_in_the_demo() -> None:
    if not deliver.uses_demo_mailbox(config.current()) or request.remote_addr not in config.LOOPBACK:
        abort(404)


def _attachment(found: Message) -> ResponseReturnValue:
    source = actions.attachments.get(found.attachment_kind)
    file = source.kept(session(), found.attachment_id or 0) if source else None
    if file is None:
        raise NotFound("Nothing is attached to this message, or it has not been made yet.")
    return download(file.content, name=file.name, media_type=file.media_type)
