"""A small application that shows every component in every state. Only tests use it."""

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from flask import Blueprint, Flask, abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from wtforms import StringField, TextAreaField

from grants.core import fields, forms, pages
from grants.core.charts import budget_bar
from grants.core.errors import NotAllowed, Reason, RuleBroken, Stale
from grants.core.pages import NavItem, SummaryRow, Task
from grants.core.paging import Order, Page
from grants.core.places import static_folder, template_folder

NASTY = '<script>alert("x")</script>\nsecond line\n\n' + "long" * 60
A_MOMENT = datetime(2021, 12, 3, 11, 59, tzinfo=UTC)
LEVELS = tuple(
    fields.Option(
        str(n), f"{n} – {name}", f"The answer is {name.lower()} in what it says about the people it serves."
    )
    for n, name in enumerate(("Not addressed", "Weak", "Fair", "Good", "Strong", "Outstanding"))
)
THEMES = tuple(
    fields.Option(name.lower(), name, hint)
    for name, hint in (("Youth", "Young people aged 11 to 25"), ("Housing", ""), ("Poverty", ""))
)
SHOWN = ("fields", "rows", "lists", "notices", "tables", "figures", "scoring", "text", "done")
ERRORS = (400, 401, 403, 404, 409, 413, 422, 429, 500)


class LineForm(forms.RowForm):
    """A budget line."""

    what = StringField("What it is for", [fields.Required("Enter what the money is for")])
    cost = fields.MoneyField("Cost", [fields.Required("Enter the cost")], what="The cost", minimum=1)


class RowsForm(forms.BaseForm):
    """Repeated rows."""

    lines = forms.RowsField(LineForm, "Budget lines", noun="budget line", least=2, most=4)


class EveryField(forms.VersionedForm):
    """One of each."""

    title = StringField(
        "Title of the bid", [fields.Required("Enter a title")], description="Up to 100 characters"
    )
    email = fields.EmailField("Email address", [fields.Required("Enter an email address")])
    ask = fields.MoneyField("How much do you ask for?", what="The ask", minimum=500_000, maximum=5_000_000)
    summary = TextAreaField("Summary", [fields.WordLimit(20)], description="What you will do, and for whom")
    story = TextAreaField("Anything else")
    start = fields.DatePartsField("When will you start?", what="The start date")
    registered = fields.YesNoField(
        "Are you a registered charity?", [fields.Required("Select yes if you are")]
    )
    theme = fields.ChoiceField("Main theme", options=THEMES, description="Choose the one that fits best")
    ages = StringField("Which ages?")
    themes = fields.ChoicesField("All themes", [fields.Required("Select a theme")], options=THEMES)
    ward = fields.ChoiceField("Ward", [fields.Required("Select a ward")], options=THEMES)
    declared = fields.TickField("I declare that this is true", [fields.Required("Tick the box")])


class ScoreForm(forms.VersionedForm):
    """One cell and its reason."""

    score = fields.ChoiceField(
        "Hearing the citizen’s voice", [fields.Required("Select a score")], options=LEVELS
    )
    reason = TextAreaField("Why this score?", [fields.Required("Enter a reason"), fields.WordLimit(150)])


bp = Blueprint("gallery", __name__)


@bp.route("/fields", methods=["GET", "POST"])
def every_field() -> ResponseReturnValue:
    """Fields: empty, filled (?filled=1), and wrong after a POST."""
    filled: dict[str, Any] = {
        "version": 3,
        "title": NASTY,
        "ask": 1_234_550,
        "summary": "one two\nthree",
        "start": A_MOMENT.date(),
        "registered": False,
        "theme": "youth",
        "themes": ["housing", "poverty"],
        "declared": True,
    }
    form = EveryField(**(filled if request.args.get("filled") else {}))
    if form.is_submitted():
        form.validate()
        form.take_reasons([Reason("The round closed at midday."), Reason("This title is taken", "title")])
    return pages.show_form("fields.html", form)


@bp.route("/rows", methods=["GET", "POST"])
def rows() -> ResponseReturnValue:
    """Repeated rows that work without JavaScript."""
    form = RowsForm()
    if not form.rows_pressed() and form.validate_on_submit():
        return render_template("saved.html", lines=form.lines.data)
    return pages.show_form("rows.html", form)


@bp.route("/scoring", methods=["GET", "POST"])
def scoring() -> ResponseReturnValue:
    """Answers beside cells."""
    form = ScoreForm(version=1)
    form.validate_on_submit()
    return pages.show_form("scoring.html", form, answer=NASTY)


@bp.get("/<any(lists, notices, tables, figures, text, done):name>")
def shown(name: str) -> ResponseReturnValue:
    """Components that take no answers."""
    if name == "notices":
        flash("Your bid has been saved.")
        flash("Your bid has been sent.", "success")
    return render_template(
        f"{name}.html",
        tasks=[
            Task("About you", "#", "Completed"),
            Task("Budget", "#", "In progress", "light-blue", "Every line adds up to the ask"),
            Task("Partners", "#", "There is a problem", "red"),
            Task("Submit", "", "Cannot start yet"),
        ],
        summary=[
            SummaryRow("Title", NASTY, "#"),
            SummaryRow("Story", pages.as_typed(NASTY), "#"),
            SummaryRow("Ask", "£12,345.50"),
        ],
        page=Page(["A bid"] * 50, 7, 50, 1163),
        order=Order("score", descending=True),
        score=Fraction(5, 1000),
        nasty=NASTY,
        at=A_MOMENT,
        bar=budget_bar(
            [("Youth", 40_000_000), ("Housing", 30_000_000), ("Community", 20_000_000), ("Work", 9_999_950)],
            limit=150_000_000,
            total_label="Awarded so far",
            limit_label="The fund",
        ),
    )


@bp.route("/error/<int:code>", methods=["GET", "POST"])
def error(code: int) -> ResponseReturnValue:
    """Every refusal and HTTP error."""
    RowsForm() if request.form.get("lines-0-what") else EveryField()
    refusals = {
        403: NotAllowed("You said that you have a conflict of interest with this bid."),
        409: Stale("Somebody else changed it."),
        422: RuleBroken([Reason("The shares do not add up to the ask."), Reason("The round has closed.")]),
    }
    if code not in refusals:
        abort(code)
    refusal = refusals[code]
    page = render_template(f"errors/{code}.html", error=refusal, reasons=getattr(refusal, "reasons", ()))
    return page, code


def create_gallery() -> Flask:
    """The gallery, with the real base page, filters, headers and built assets."""
    app = Flask("gallery", template_folder=str(template_folder()), static_folder=str(static_folder()))
    app.config.update(SECRET_KEY="gallery", WTF_CSRF_TIME_LIMIT=None)
    app.jinja_options = {"autoescape": True}
    pages.init_app(app)
    CSRFProtect(app)
    app.register_blueprint(Blueprint("own", __name__, template_folder="templates"))
    app.register_blueprint(bp)
    accounts = Blueprint("accounts", __name__)
    accounts.add_url_rule("/sign-out", "sign_out", lambda: "", methods=["POST"])
    app.register_blueprint(accounts)
    app.jinja_env.globals.update(
        masthead=lambda: pages.Masthead("COVID-19 recovery fund for partnerships", "Example Borough Council"),
        nav_items=lambda: [
            NavItem(name.capitalize(), f"/{name}", request.path == f"/{name}") for name in SHOWN
        ],
        footer_items=lambda: [NavItem(name, "#") for name in ("Accessibility", "Privacy", "All questions")],
        demo=True,
        signed_in_as="a.person.with.a.long.name@partnership.example.org",
    )
    return app
