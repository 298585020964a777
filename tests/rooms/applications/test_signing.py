"""A bid that is ready waits for a signature; a signatory sends it or declines with a reason."""

import pytest
from sqlalchemy import select

from grants.applications import actions, partnership, queries
from grants.applications.states import Signing
from grants.core.db import unit_of_work
from grants.core.errors import NotAllowed, NotFound, RuleBroken
from grants.notifications.models import Message
from grants.permissions import MemberRole
from tests.rooms.applications import world as w
from tests.rooms.applications.conftest import AsPerson
from tests.rooms.applications.drafts import complete
from tests.rooms.applications.world import OPEN, World


def mail(world: World, kind: str) -> list[str]:
    """Who was written to, in order."""
    rows = select(Message.to_address).where(Message.kind == kind).order_by(Message.id)
    return [address.partition("@")[0] for address in world.session.scalars(rows)]


def ready(world: World) -> int:
    """A complete draft that waits for one of two signatories."""
    bid = w.complete(world)
    w.join(world, "second", world.lead_id, MemberRole.SIGNATORY)
    actions.ask_for_signature(world.session, application_id=bid.id, actor=world.actor("editor"), now=OPEN)
    return bid.id


def state(world: World, bid_id: int) -> Signing | None:
    found = partnership.latest_signing(world.session, bid_id)
    return found.state if found else None


def test_every_signatory_is_asked_and_one_sends(world: World) -> None:
    with unit_of_work() as session:
        bid_id = ready(world)
        assert mail(world, "signature_asked") == ["signatory", "second"]
        with pytest.raises(RuleBroken, match="asked already"):
            actions.ask_for_signature(session, application_id=bid_id, actor=world.actor("editor"), now=OPEN)
        actions.submit(session, application_id=bid_id, declared=True, actor=world.actor("second"), now=OPEN)
        assert state(world, bid_id) is Signing.SENT


def test_a_signatory_declines_with_a_reason_and_may_be_asked_again(world: World) -> None:
    with unit_of_work() as session:
        bid_id = ready(world)
        for reason, refusal in ((" ", "Enter the reason"), ("The rent is missing", None)):
            if refusal:
                with pytest.raises(RuleBroken, match=refusal), session.begin_nested():
                    actions.decline_to_sign(
                        session,
                        application_id=bid_id,
                        reason=reason,
                        actor=world.actor("signatory"),
                        now=OPEN,
                    )
            else:
                actions.decline_to_sign(
                    session, application_id=bid_id, reason=reason, actor=world.actor("signatory"), now=OPEN
                )
        assert state(world, bid_id) is Signing.DECLINED
        assert mail(world, "signature_declined") == ["editor", "second"]
        with pytest.raises(RuleBroken, match="cannot be done now"):
            actions.decline_to_sign(
                session, application_id=bid_id, reason="Again", actor=world.actor("second"), now=OPEN
            )
        actions.ask_for_signature(session, application_id=bid_id, actor=world.actor("editor"), now=OPEN)
        actions.take_back_signature(session, application_id=bid_id, actor=world.actor("editor"), now=OPEN)
        assert state(world, bid_id) is Signing.TAKEN_BACK


def test_nobody_is_asked_to_sign_what_cannot_be_sent(world: World) -> None:
    with unit_of_work() as session:
        bid_id = w.started(world).id
        with pytest.raises(RuleBroken, match="budget"):
            actions.ask_for_signature(session, application_id=bid_id, actor=world.actor("editor"), now=OPEN)
        whole = w.complete(world)
        with pytest.raises(RuleBroken, match="no other signatory"):
            actions.ask_for_signature(
                session, application_id=whole.id, actor=world.actor("signatory"), now=OPEN
            )
        for name, refusal in (("viewer", NotAllowed), ("stranger", NotFound)):
            with pytest.raises(refusal):
                actions.ask_for_signature(session, application_id=whole.id, actor=world.actor(name), now=OPEN)
        with pytest.raises(NotAllowed):
            actions.decline_to_sign(
                session, application_id=whole.id, reason="x", actor=world.actor("editor"), now=OPEN
            )


def test_the_pages_say_where_it_stands(as_: AsPerson, world: World) -> None:
    ref = complete(world)
    editor, signatory = as_("editor"), as_("signatory")
    decline = f"/applications/{ref}/signature/decline/"
    assert signatory.get(decline).status_code == 404
    assert "ask them to sign" in editor.get(f"/applications/{ref}/check/").text
    assert editor.post(f"/applications/{ref}/signature/").status_code == 302
    assert "Waiting for signature" in editor.get(f"/applications/{ref}/").text
    for page in ("/home/", "/applications/"):
        assert "waits for your signature" in signatory.get(page).text
        assert "waits for your signature" not in editor.get(page).text
    assert decline in signatory.get(f"/applications/{ref}/check/").text
    assert signatory.post(decline, data={"reason": ""}).status_code == 422
    assert signatory.post(decline, data={"reason": "<b>The rent</b>"}).status_code == 302
    shown = editor.get(f"/applications/{ref}/").text
    assert ("Signatory Person declined" in shown, "&lt;b&gt;The rent&lt;/b&gt;" in shown) == (True, True)
    with unit_of_work() as session:
        assert state(world, queries.by_ref(session, ref).id) is Signing.DECLINED
