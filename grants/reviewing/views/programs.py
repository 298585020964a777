"""What programs advise here, on what data, and who decides: one page for everybody who signs in."""

from flask import render_template
from flask.typing import ResponseReturnValue

from grants.core.web import signed_in
from grants.reviewing.views.pages import bp


@bp.get("/programs/")
@signed_in
def programs() -> ResponseReturnValue:
    """The short version of `docs/algorithms.md`."""
    return render_template("reviewing/programs.html")
