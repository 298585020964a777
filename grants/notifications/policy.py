"""Who may do what with a message."""

from grants.core.policy import YES, Decision, no
from grants.notifications.models import Message
from grants.notifications.states import MESSAGE
from grants.permissions import Actor, Permission


def may_resend(actor: Actor, message: Message) -> Decision:
    """Whether `actor` may send `message` again: it failed or is in doubt, and its text is still kept."""
    if not actor.may(Permission.RESEND_MESSAGES):
        return no("Your account does not have the role for sending messages again.")
    if not MESSAGE.allows(message.state, "resend"):
        return no("Only a message that failed or may have been sent can be sent again.")
    if not message.body:
        return no("The text of this message is no longer kept.")
    return YES
