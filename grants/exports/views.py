"""The page of a round's exports, the buttons that ask for one, and the files themselves."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.core.clock import now
from grants.core.errors import NotFound
from grants.core.policy import require
from grants.core.web import me, needs, session, writes
from grants.exports import actions, policy, queries
from grants.exports.grant_checks import TEXTS
from grants.exports.states import EXPORT, FORMAT_LABELS, MEDIA_TYPES, Format
from grants.permissions import Permission
from grants.programme import queries as programme

bp = Blueprint("exports", __name__, url_prefix="/exports")


@bp.get("/<round_ref>/")
@needs(Permission.READ_EXPORTS)
def exports(round_ref: str) -> ResponseReturnValue:
    """Exports of a round: their state, control totals and files; for finance the buttons that ask for one."""
    round_ = programme.round_by_ref(session(), round_ref)
    require(policy.can_have(queries.hidden_awards(session(), round_.id, person_id=me().person_id)))
    return render_template(
        "exports/exports.html",
        round=round_,
        exports=queries.exports_of(session(), round_.id),
        awards=queries.awards_in(session(), round_.id),
        may_build=policy.can_build(me()),
        formats=FORMAT_LABELS,
        states=EXPORT,
        check_texts=TEXTS,
    )


@bp.post("/<round_ref>/")
@needs(Permission.EXPORT)
@writes
def ask(round_ref: str) -> ResponseReturnValue:
    """Ask for a file."""
    round_ = programme.round_by_ref(session(), round_ref)
    wanted = request.form.get("format", "")
    if wanted not in list(Format):
        raise NotFound("There is no such format.")
    actions.request_export(session(), round_id=round_.id, format=Format(wanted), actor=me(), now=now())
    flash("The file is being built. Reload this page to see when it is ready.")
    return redirect(url_for(".exports", round_ref=round_ref))


@bp.get("/files/<int:export_id>/")
@needs(Permission.READ_EXPORTS)
def file(export_id: int) -> ResponseReturnValue:
    """The file, byte for byte as it was built. It is checked against its hash before a byte is sent."""
    export = queries.export_by_id(session(), export_id)
    require(policy.can_have(queries.hidden_awards(session(), export.round_id, person_id=me().person_id)))
    response = make_response(queries.content_of(export))
    response.headers["Content-Type"] = MEDIA_TYPES[export.format]
    response.headers["Content-Disposition"] = f'attachment; filename="{export.file_name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["ETag"] = f'"{export.sha256}"'
    return response
