"""What pages say and carry: filters, headers, assets, and error pages that give typed words back."""

from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, abort, g, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.test import TestResponse
from wtforms import StringField, TextAreaField

from grants.core import fields, forms, pages
from grants.core.errors import Reason
from grants.core.places import static_folder, template_folder
from tests.unit.core.conftest import Ask

NASTY = '<script>alert(1)</script>\n"&\u202e'


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (0, "0.00"),
        (Fraction(5, 1000), "0.01"),
        (Fraction(4999, 1_000_000), "0.00"),
        (Fraction(185, 3), "61.67"),
        (Fraction(1001, 8), "125.13"),
        (100, "100.00"),
        (Fraction(-7, 3), "-2.33"),
    ],
)
def test_scores_are_rounded_half_up(value: Fraction | int | None, shown: str) -> None:
    assert pages.score(value) == shown


@pytest.mark.parametrize(
    ("count", "words", "shown"),
    [
        (1, ("bid",), "1 bid"),
        (0, ("bid",), "0 bids"),
        (1163, ("bid",), "1,163 bids"),
        (2, ("enquiry", "enquiries"), "2 enquiries"),
    ],
)
def test_plurals(count: int, words: tuple[str, ...], shown: str) -> None:
    assert pages.plural(count, *words) == shown


def test_peoples_own_words_are_escaped() -> None:
    escaped = "&lt;script&gt;alert(1)&lt;/script&gt;\n&#34;&amp;\u202e"
    assert pages.as_typed(NASTY) == f'<bdi class="house-as-typed">{escaped}</bdi>'
    assert pages.as_typed(None) == '<bdi class="house-as-typed"></bdi>'


def test_filters_in_a_template(bare_app: Flask) -> None:
    template = bare_app.jinja_env.from_string(
        "{{ 1234550|pounds }} {{ at|exact_minute }}, {{ at|long_date }}, {{ at|short_moment }}, {{ text }}"
    )
    at = datetime(2021, 12, 3, 11, 59, tzinfo=UTC)
    assert template.render(at=at, text="a  b") == (
        "£12,345.50 11:59am on Friday 3 December 2021 (UK time), 3 December 2021, 3 Dec 2021, 11:59am, a  b"
    )


class LineForm(forms.RowForm):
    what = StringField("What is the money for?")


class NoteForm(forms.BaseForm):
    title = StringField("Title of the bid")
    notes = TextAreaField("Notes", [fields.WordLimit(7)])
    starts = fields.DatePartsField("When does it start?")
    lines = forms.RowsField(LineForm, noun="budget line")


def test_word_limit_is_read_from_the_field(sending: Ask) -> None:
    with sending({"notes": "a"}):
        form = NoteForm()
        assert (pages.word_limit(form.notes), pages.word_limit(form.title)) == (7, 0)


def test_typed_words_are_given_back_under_their_labels(sending: Ask) -> None:
    sent = {"title": NASTY, "notes": " ", "lines-0-what": "Hall", "starts-day": "31"}
    sent |= {"csrf_token": "x", "version": "3", "go": "next", "q-hearing": "Forty people"}
    with sending(sent):
        assert pages.typed_answers() == [
            pages.Typed("Title", NASTY),
            pages.Typed("Lines 0 what", "Hall"),
            pages.Typed("Starts day", "31"),
            pages.Typed("Hearing", "Forty people"),
        ]
        NoteForm()
        assert pages.typed_answers() == [
            pages.Typed("Title of the bid", NASTY),
            pages.Typed("Budget line 1: What is the money for?", "Hall"),
            pages.Typed("When does it start? (day)", "31"),
            pages.Typed("Hearing", "Forty people"),
        ]


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
        ({"Origin": "http://localhost"}, True),
        ({"Origin": "http://localhost.example"}, False),
        ({}, False),
    ],
)
def test_where_a_request_was_sent_from(sending: Ask, headers: dict[str, str], ours: bool) -> None:
    with sending({}, headers=headers):
        assert pages.same_origin() is ours


@pytest.mark.parametrize(
    ("referrer", "address"),
    [
        ("http://localhost/bids/7/?page=2", "/bids/7/?page=2"),
        ("http://localhost//elsewhere.example/x", "/elsewhere.example/x"),
        ("http://elsewhere.example/bids/7/", "/"),
        ("http://localhost", "/"),
        ("", "/"),
    ],
)
def test_the_way_back(sending: Ask, referrer: str, address: str) -> None:
    with sending({}, headers={"Referer": referrer}):
        assert pages.page_before() == address


def test_address_of_another_page_of_a_list(bare_app: Flask) -> None:
    with bare_app.test_request_context("/static/a%20b?q=x%26y&page=2&sort=-score"):
        assert pages.url_with(page=3) == "/static/a%20b?q=x%26y&sort=-score&page=3"
        assert pages.url_with(sort="title", page=None) == "/static/a%20b?q=x%26y&sort=title"


@pytest.mark.parametrize(("faulty", "status"), [(False, 200), (True, 422)])
def test_a_form_with_errors_answers_422(sending: Ask, faulty: bool, status: int) -> None:
    with sending({"notes": "word " * (8 if faulty else 7)}):
        form = NoteForm()
        form.validate()
        shown = pages.show_form("errors/422.html", form, error=None, reasons=())
        assert isinstance(shown, tuple)
        assert shown[1] == status
        assert ("<title>Error: This" in str(shown[0])) is faulty


@cache
def app_with_pages() -> Flask:
    """An application with a page, failing ones, and one of somebody signed in."""
    app = Flask("pages", template_folder=str(template_folder()), static_folder=str(static_folder()))
    app.config.update(SECRET_KEY="unit", WTF_CSRF_ENABLED=False)
    app.jinja_env.globals.update(csrf_token=lambda: "fresh")
    pages.init_app(app)

    @app.route("/<what>", methods=["GET", "POST"])
    def page(what: str) -> ResponseReturnValue:
        if what == "forged":
            raise CSRFError("The CSRF token is missing.")
        if what.isdecimal():
            abort(int(what))
        if what == "mine":
            g.actor = SimpleNamespace(person_id=1)
            return "hello"
        if what == "refused":
            refused = [Reason("The shares do not add up."), Reason("The round has closed.")]
            return render_template("errors/422.html", error=None, reasons=refused), 422
        return render_template("errors/404.html")

    return app


def visit(view: str = "page", **kwargs: Any) -> TestResponse:
    """One request."""
    return app_with_pages().test_client().open(f"/{view}", **kwargs)


def test_headers_of_a_page() -> None:
    answer = visit()
    policy = answer.headers["Content-Security-Policy"]
    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert policy == (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert answer.text.count("<script ") == 2
    assert f'<script nonce="{nonce}">' in answer.text
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Strict-Transport-Security" not in answer.headers


def test_a_nonce_is_used_once_and_never_offered_without_a_script() -> None:
    first, second = (visit().headers["Content-Security-Policy"] for _ in range(2))
    assert first != second
    assert "nonce" not in visit("mine").headers["Content-Security-Policy"]


def test_pages_of_somebody_signed_in_are_not_kept() -> None:
    assert visit("mine").headers["Cache-Control"] == "no-store"


def test_over_https_the_browser_is_told_to_stay_there() -> None:
    answer = visit(base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("code", "heading"),
    [
        (400, "We could not understand that request"),
        (401, "You are signed out"),
        (403, "You cannot do this"),
        (404, "Page not found"),
        (405, "We could not understand that request"),
        (409, "Somebody else changed this while you had it open"),
        (413, "That is too large to send"),
        (422, "This cannot be done"),
        (429, "Please wait a moment"),
        (500, "Sorry, there is a problem with the service"),
        (503, "Sorry, there is a problem with the service"),
    ],
)
def test_error_pages(code: int, heading: str) -> None:
    answer = visit(str(code), method="POST", data={"story": NASTY})
    assert answer.status_code == code
    assert f'<h1 class="govuk-heading-l">{heading}</h1>' in answer.text
    assert f"<title>{heading} – Partnership grants</title>" in answer.text
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("code", [401, 409, 422, 429, 500])
def test_error_pages_give_typed_words_back(code: int) -> None:
    answer = visit(str(code), method="POST", data={"story": "\nMy words", "csrf_token": "secret"})
    assert "readonly>\n\nMy words</textarea>" in answer.text
    assert "secret" not in answer.text


def test_every_reason_is_listed() -> None:
    assert visit("refused").text.count("<li>The ") == 2


def test_a_page_without_its_token_can_be_sent_again_from_our_own_page() -> None:
    sent = {"story": NASTY, "csrf_token": "old", "deed": "save"}
    ours = {"Sec-Fetch-Site": "same-origin"}
    answer = visit("forged", method="POST", data=sent, query_string={"a": "1"}, headers=ours)
    assert answer.status_code == 400
    assert 'action="/forged?a=1"' in answer.text
    assert '<input type="hidden" name="csrf_token" value="fresh">' in answer.text
    assert '<textarea name="deed" hidden aria-hidden="true">\nsave</textarea>' in answer.text
    assert "old" not in answer.text.split("<form")[1].split("</form>")[0]


def test_a_page_without_its_token_is_not_sent_again_from_elsewhere() -> None:
    answer = visit("forged", method="POST", data={"story": "mine"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert "<form" not in answer.text
    assert "readonly>\nmine</textarea>" in answer.text


@pytest.fixture
def built(tmp_path: Path) -> Flask:
    """An application whose assets are two files we know."""
    folder = tmp_path / "build"
    folder.mkdir()
    (folder / "manifest.json").write_text('{"council.css": "council.abc.css"}')
    (folder / "council.abc.css").write_text("plain")
    (folder / "council.abc.css.gz").write_text("packed")
    (folder / "LICENCE.txt").write_text("terms")
    app = Flask("built", static_folder=str(tmp_path), static_url_path="/static")
    pages.init_app(app)
    return app


@pytest.mark.parametrize(
    ("path", "accepts", "body", "caching", "encoding"),
    [
        ("council.abc.css", "gzip, br", "packed", "public, max-age=31536000, immutable", "gzip"),
        ("council.abc.css", "", "plain", "public, max-age=31536000, immutable", None),
        ("council.abc.css", "gzip;q=0", "plain", "public, max-age=31536000, immutable", None),
        ("LICENCE.txt", "gzip", "terms", "no-cache", None),
    ],
)
def test_assets(built: Flask, path: str, accepts: str, body: str, caching: str, encoding: str | None) -> None:
    with built.test_client().get(f"/static/build/{path}", headers={"Accept-Encoding": accepts}) as answer:
        text = answer.get_data(as_text=True)
    assert (text, answer.headers["Cache-Control"], answer.headers.get("Content-Encoding")) == (
        body,
        caching,
        encoding,
    )
    assert answer.mimetype == ("text/css" if path.endswith("css") else "text/plain")


def test_asset_addresses(built: Flask) -> None:
    with built.test_request_context("/"):
        assert pages.asset_url("council.css") == "/static/build/council.abc.css"
        assert pages.asset_url("other.css") == "/static/build/other.css"
