"""Whether a file may be handed out as far as viruses go; who is entitled to it the owning room says."""

from grants.core.language import say
from grants.core.policy import YES, Decision, no
from grants.documents.models import Document
from grants.documents.states import Scan
from grants.permissions import Actor


def may_hand_out(document: Document, actor: Actor, *, scanner: bool) -> Decision:
    """A file that a scanner waits to see is handed to nobody but its uploader; an infected one to nobody.

    Where no scanner is configured files are handed out and say that they were not scanned.
    """
    if document.scan is Scan.INFECTED:
        return no(say("A virus was found in this file, so it was removed."))
    if document.scan is Scan.CLEAN or (document.scan is Scan.UNSCANNED and not scanner):
        return YES
    if actor.person_id is not None and actor.person_id == document.uploaded_by_id:
        return YES
    if document.scan is Scan.FAILED:
        return no(
            say("This file could not be scanned for viruses, so only the person who sent it can open it.")
        )
    return no(say("This file is being scanned for viruses. Try again in a few minutes."))
