"""Releasing decisions: every letter as it will be sent, the release, and what became of each letter."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants import config
from grants.applications import policy as applications
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.core.clock import now
from grants.core.errors import NotFound
from grants.core.pages import download
from grants.core.paging import Page, page_number
from grants.core.policy import require
from grants.core.web import me, needs, session, signed_in, writes
from grants.feedback import queries as feedback
from grants.notifications.letters import write as write_letter
from grants.notifications.rules import File
from grants.panels import actions, deliveries, letters, notices, policy, queries
from grants.panels.letters import Written
from grants.panels.models import Decision, Release
from grants.panels.states import FATE_LABELS, OUTCOME_LABELS, Fate
from grants.panels.views.blueprint import bp
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.reviewing.queries import hidden_refs

LETTERS_ON_A_PAGE = 50

COLOURS = {
    Fate.ON_ITS_WAY: "light-blue",
    Fate.DELIVERED: "green",
    Fate.BOUNCED: "red",
    Fate.FAILED: "red",
    Fate.UNSURE: "yellow",
}


@bp.get("/<round_ref>/releases/")
@needs(Permission.READ_DECISIONS)
def releases(round_ref: str) -> ResponseReturnValue:
    """What a release would send, letter by letter, and releases so far."""
    round_ = programme.round_by_ref(session(), round_ref)
    require(policy.can_see_decisions(session(), me(), round_.id))
    waiting_release = queries.open_release(session(), round_.id)
    hidden = hidden_refs(session(), me().person_id or 0, round_.id)
    going = queries.to_go_out(session(), round_.id, waiting=waiting_release)
    may_approve = waiting_release and policy.can_approve_release(session(), me(), waiting_release)
    shown = [pair for pair in going if pair[1].id not in hidden]
    return render_template(
        "panels/releases.html",
        round=round_,
        summary=queries.release_summary(session(), round_.id, waiting=waiting_release, without=hidden),
        open_release=waiting_release,
        decided_since=queries.decided_since(session(), waiting_release, without=hidden)
        if waiting_release
        else 0,
        may_approve=may_approve,
        previewed=_fingerprint(round_, going) if may_approve else "",
        letters=_page_of_letters(round_, shown),
        held_back=feedback.not_to_go_out(session(), round_, [application.id for _, application in shown]),
        without_feedback=feedback.without_feedback(session(), [application.id for _, application in shown]),
        may_draft=me().may(Permission.DRAFT_RELEASE),
        past=queries.past_releases(session(), round_.id),
        undecided=queries.undecided(session(), round_.id, without=hidden),
        without_addressee=queries.without_addressee(session(), round_.id, without=hidden),
        hidden=list(hidden.values()),
        labels=OUTCOME_LABELS,
    )


@bp.get("/bids/<ref>/letter/")
@needs(Permission.READ_DECISIONS)
def letter(ref: str) -> ResponseReturnValue:
    """The messages about one bid's decision with their PDF, exactly as they would be sent, or were."""
    application, one, round_ = _letter_of(ref)
    sent = [
        (notice, write_letter(notice.kind, notice.facts, public_url=config.current().public_url))
        for notice in notices.decisions([one])
    ]
    hidden = hidden_refs(session(), me().person_id or 0, round_.id)
    return render_template(
        "panels/letter.html",
        application=application,
        round=round_,
        one=one,
        asked=request.args.get("decision"),
        letters=sent,
        following=queries.next_to_release(session(), round_.id, after=ref, without=hidden),
        blocked=feedback.not_to_go_out(session(), round_, [application.id]).get(application.id, "")
        if one.decision.released_at is None
        else "",
    )


@bp.get("/bids/<ref>/letter/pdf/")
@needs(Permission.READ_DECISIONS)
def letter_pdf(ref: str) -> ResponseReturnValue:
    """The PDF that would be attached, or was."""
    _, one, _ = _letter_of(ref)
    if one.decision.released_at is not None and letters.kept_words(session(), [one.decision.id]):
        return _pdf(letters.of_release(session(), one.decision.id))
    return _pdf(letters.preview(one.told))


@bp.post("/<round_ref>/releases/")
@needs(Permission.DRAFT_RELEASE)
@writes
def draft_release(round_ref: str) -> ResponseReturnValue:
    """Put all decisions forward for release."""
    round_ = programme.round_by_ref(session(), round_ref)
    actions.draft_release(session(), round_id=round_.id, actor=me(), now=now())
    flash("The chair has been asked to release the decisions.", "success")
    return redirect(url_for(".releases", round_ref=round_ref))


@bp.post("/releases/<int:release_id>/approve/")
@needs(Permission.APPROVE_RELEASE)
@writes
def approve_release(release_id: int) -> ResponseReturnValue:
    """Release all decisions, with the letters that the page offered to read."""
    release = actions.approve_release(
        session(),
        release_id=release_id,
        actor=me(),
        now=now(),
        previewed=request.form.get("previewed", ""),
    )
    flash(f"{release.decisions} decisions are released. The letters are on their way.", "success")
    return redirect(url_for(".release", release_id=release.id))


@bp.get("/releases/<int:release_id>/")
@needs(Permission.READ_DECISIONS)
def release(release_id: int) -> ResponseReturnValue:
    """What became of every letter of a release, person by person."""
    found, round_ = _sent_release(release_id)
    hidden = hidden_refs(session(), me().person_id or 0, round_.id)
    asked = request.args.get("fate", "")
    fate = Fate(asked) if asked in set(Fate) else None
    return render_template(
        "panels/release.html",
        release=found,
        round=round_,
        page=deliveries.deliveries(
            session(), found.id, fate=fate, without=hidden, number=page_number(request.args.get("page"))
        ),
        counts=deliveries.fates(session(), found.id, without=hidden),
        nobody=deliveries.nobody_written_to(session(), found.id, without=hidden),
        fate=fate,
        labels=FATE_LABELS,
        colours=COLOURS,
        hidden=list(hidden.values()),
        may_resend=me().may(Permission.RESEND_MESSAGES),
        may_write=me().may(Permission.DRAFT_RELEASE),
    )


@bp.post("/releases/<int:release_id>/letters/<int:message_id>/resend/")
@needs(Permission.RESEND_MESSAGES)
@writes
def resend(release_id: int, message_id: int) -> ResponseReturnValue:
    """Send one letter again that failed or came back."""
    sent = actions.resend_letter(
        session(), release_id=release_id, message_id=message_id, actor=me(), now=now()
    )
    flash(f"The letter to {sent.to_address} is on its way again.", "success")
    return redirect(url_for(".release", release_id=release_id))


@bp.post("/releases/<int:release_id>/write-to-new/")
@needs(Permission.DRAFT_RELEASE)
@writes
def write_to_new(release_id: int) -> ResponseReturnValue:
    """Write to signatories who have joined since the release."""
    sent = actions.write_to_new(session(), release_id=release_id, actor=me(), now=now())
    if sent == 1:
        flash("One more letter is on its way.", "success")
    else:
        flash(
            f"{sent} more letters are on their way." if sent else "Everybody has been written to already.",
            "success",
        )
    return redirect(url_for(".release", release_id=release_id))


@bp.get("/letters/<ref>/")
@signed_in
def own_letter(ref: str) -> ResponseReturnValue:
    """The letter about a released decision, for the lead organisation's people."""
    one = _own(ref)
    earlier = [
        past
        for past in queries.earlier_decisions(session(), one.application.id)
        if past.id != one.decision.id
    ]
    return render_template(
        "panels/own_letter.html",
        application=one.application,
        told=one.told,
        asked=request.args.get("decision"),
        earlier=earlier,
    )


@bp.get("/letters/<ref>/pdf/")
@signed_in
def own_letter_pdf(ref: str) -> ResponseReturnValue:
    """The letter as the PDF that was attached."""
    one = _own(ref)
    if letters.kept_words(session(), [one.decision.id]):
        return _pdf(letters.of_release(session(), one.decision.id))
    return _pdf(letters.preview(one.told))


def _own(ref: str) -> Written:
    """A released letter of a bid of the reader's own organisation: the last, or the one asked for.

    Raises NotFound for everybody else.
    """
    application = bids.by_ref(session(), ref)
    if not applications.is_member(me(), application):
        raise NotFound("There is no such letter.")
    found = _asked_for(application)
    if found is None:
        found = queries.released_of(session(), [application.id]).get(application.id)
    if found is None:
        raise NotFound("There is no such letter.")
    return _still_kept(_written(programme.round_by_id(session(), application.round_id), found, application))


def _letter_of(ref: str) -> tuple[Application, Written, Round]:
    application = bids.sent_by_ref(session(), ref)
    require(policy.can_see_decisions(session(), me(), application.round_id))
    found = _asked_for(application) or queries.decision_of(session(), application.id)
    if found is None:
        raise NotFound("No decision has been recorded on this bid.")
    round_ = programme.round_by_id(session(), application.round_id)
    return application, _still_kept(_written(round_, found, application)), round_


def _asked_for(application: Application) -> Decision | None:
    """The earlier decision on the bid that the address names: ?decision=<id>. Raises NotFound."""
    asked = request.args.get("decision", "")
    if not asked:
        return None
    for one in queries.earlier_decisions(session(), application.id):
        if str(one.id) == asked:
            return one
    raise NotFound("There is no such letter.")


def _sent_release(release_id: int) -> tuple[Release, Round]:
    found = queries.release_by_id(session(), release_id)
    require(policy.can_see_decisions(session(), me(), found.round_id))
    if found.approved_at is None:
        raise NotFound("These decisions have not been released.")
    return found, programme.round_by_id(session(), found.round_id)


def _written(round_: Round, decision: Decision, application: Application) -> Written:
    return letters.written(session(), round_, [(decision, application)], at=now())[0]


def _still_kept(one: Written) -> Written:
    """Raise NotFound for a letter whose words were taken out once the bid had been kept for its time."""
    if not one.is_kept:
        raise NotFound("The words of this letter are no longer kept.")
    return one


def _fingerprint(round_: Round, going: list[tuple[Decision, Application]]) -> str:
    return letters.fingerprint(letters.written(session(), round_, going, at=now()))


def _page_of_letters(round_: Round, going: list[tuple[Decision, Application]]) -> Page[Written]:
    """The letters of one page of a release."""
    last = max(1, -(-len(going) // LETTERS_ON_A_PAGE))
    number = min(page_number(request.args.get("page")), last)
    first = (number - 1) * LETTERS_ON_A_PAGE
    rows = letters.written(session(), round_, going[first : first + LETTERS_ON_A_PAGE], at=now())
    return Page(rows, number, LETTERS_ON_A_PAGE, len(going))


def _pdf(file: File) -> ResponseReturnValue:
    return download(file.content, name=file.name, media_type=file.media_type)
