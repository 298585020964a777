"""What every page shares: filters, globals, assets, security headers and the pages for HTTP errors."""

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, render_template, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from grants.core import clock, language, money, tongues
from grants.core.fields import DatePartsField, WordLimit
from grants.core.forms import BaseForm, RowsField
from grants.core.language import mark, translated
from grants.core.web import by_itself, not_saved
from grants.core.words import count_words

A_YEAR = 365 * 24 * 60 * 60
PAGES_OF_OUR_OWN = frozenset({400, 401, 403, 404, 409, 413, 422, 429, 500})
NOT_TYPED = frozenset({"csrf_token", "version", "go", "opening", "other"})
"""What forms send that nobody typed; `go` is which button was pressed, `opening` which window it was in."""

STATES = {401: "signed_out", 429: "busy", 500: "busy"}
"""What the script of a page that saves by itself is told about an error; otherwise that it was refused."""


@dataclass(frozen=True)
class NavItem:
    """One link of the service navigation."""

    text: str
    href: str
    current: bool = False


@dataclass(frozen=True)
class Typed:
    """Something a person typed and we could not keep, shown again so that it can be copied."""

    label: str
    text: str


@dataclass(frozen=True)
class Task:
    """One line of a task list.

    Without `href` it cannot be started yet; a finished task has no tag `colour`.
    """

    title: str
    href: str
    status: str
    colour: str = ""
    hint: str = ""


@dataclass(frozen=True)
class SummaryRow:
    """One line of a summary list. `value` is escaped unless it is Markup, such as `as_typed(text)` gives."""

    key: str
    value: str | Markup
    href: str = ""
    action: str = "Change"
    id: str = ""


@dataclass(frozen=True)
class Masthead:
    """Whose service this is, as the top of every page says it."""

    service: str = mark("Partnership grants")
    council: str = ""


def init_app(app: Flask) -> None:
    """Give `app` the filters, globals, headers and error pages.

    Later rooms replace the globals `masthead`, `nav_items`, `footer_items` and `demo`.
    """
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    tongues.init_app(app)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(language.translated, language.translated_count, newstyle=True)  # type: ignore[attr-defined]  # from the extension
    app.jinja_env.filters.update(
        pounds=money.pounds,
        exact_minute=clock.exact_minute,
        long_date=clock.long_date,
        typed_date=clock.typed_date,
        short_moment=clock.short_moment,
        score=score,
        plural=plural,
        as_typed=as_typed,
        word_count=count_words,
        word_limit=word_limit,
        said=language.translated,
        lower_first=lambda text: text[:1].lower() + text[1:],
        capitalize_first=lambda text: text[:1].upper() + text[1:],
    )
    app.jinja_env.globals.update(
        asset_url=asset_url,
        csp_nonce=csp_nonce,
        url_with=url_with,
        typed_answers=typed_answers,
        page_before=page_before,
        masthead=Masthead,
        nav_items=tuple,
        footer_items=tuple,
        demo=False,
    )
    app.extensions["asset_names"] = _asset_names(Path(app.static_folder or "static"))
    app.view_functions["static"] = static_file
    app.after_request(_secure)
    app.register_error_handler(CSRFError, csrf_failed)
    app.register_error_handler(HTTPException, _http_error)


def score(value: Fraction | int | None) -> str:
    """'61.67': two decimals, rounded half up on the exact value; a dash where there is no score."""
    if value is None:
        return "–"
    # floor(100 x value + 1/2), in whole numbers: a ranking shows hundreds of scores.
    hundredths = (200 * value.numerator + value.denominator) // (2 * value.denominator)
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{abs(hundredths) // 100}.{abs(hundredths) % 100:02d}"


def plural(count: int, one: str, many: str = "") -> str:
    """'1 bid', '1,163 bids'."""
    return f"{count:,} {language.translated_count(one, many or one + 's', count)}"


def as_typed(text: str | None) -> Markup:
    """A person's own words with their line breaks, escaped and kept from turning the page around."""
    return Markup('<bdi class="house-as-typed">{}</bdi>').format(text or "")


def word_limit(field: Any) -> int:
    """The most words a field takes; 0 without a limit."""
    return next((check.limit for check in field.validators if isinstance(check, WordLimit)), 0)


def asset_url(name: str) -> str:
    """The address of a built asset such as 'council.css'; its name tells its content, so it can be kept."""
    from_manifest: dict[str, str] = current_app.extensions["asset_names"]
    return url_for("static", filename=f"build/{from_manifest.get(name, name)}")


def csp_nonce() -> str:
    """This response's nonce: the one inline script of `base.html` carries it."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def url_with(**changes: Any) -> str:
    """This page's address with some of its query changed, for another page or order. None removes one."""
    kept = {name: values for name, values in request.args.lists() if name not in changes}
    return url_for(str(request.endpoint), **{**(request.view_args or {}), **kept, **changes})


def show_form(template: str, form: BaseForm, **context: Any) -> ResponseReturnValue:
    """The page of a form: 422 when it has errors, so that nothing is committed, else 200."""
    return render_template(template, form=form, **context), 422 if form.errors else 200


def download(content: bytes, *, name: str, media_type: str) -> Response:
    """A file to keep, under a plain ASCII `name`. Browsers save it and never run what is in it."""
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def typed_answers() -> Sequence[Typed]:
    """What was typed into the form that this request sent, under its labels where they are known; nothing
    where it is secret.
    """
    if _is_secret():
        return ()
    form = g.get("submitted_form")
    labels = dict(_labels(form)) if form is not None else {}
    return [
        Typed(labels.get(name) or _as_words(name), text)
        for name, text in request.form.items(multi=True)
        if name not in NOT_TYPED and text.strip()
    ]


def _as_words(name: str) -> str:
    """A field's name where its label is not known: 'q-least_amount' is 'Least amount'."""
    return name.removeprefix("q-").replace("_", " ").replace("-", " ").capitalize()


def _is_secret() -> bool:
    """Whether the view that was asked for takes what no page may show again."""
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "unkept", False))


def _labels(form: BaseForm) -> Iterator[tuple[str, str]]:
    """The name of everything a form sends, with the label a person saw beside it."""
    for field in form:
        label = translated(field.label.text)
        yield field.name, label
        if isinstance(field, DatePartsField):
            yield from ((f"{field.name}-{part}", f"{label} ({translated(part)})") for part in field.PARTS)
        elif isinstance(field, RowsField):
            for number, entry in enumerate(field.entries, 1):
                row = f"{translated(field.noun).capitalize()} {number}"
                yield from ((cell.name, f"{row}: {translated(cell.label.text)}") for cell in entry.form)


def as_download(content: bytes, *, disposition: str, media_type: str) -> Response:
    """A file that somebody sent, handed out so that no browser shows it, guesses what it is, or runs it."""
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = disposition
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def page_before() -> str:
    """The address of the page whose form was sent; the first page where the browser does not say."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host:
        return "/"
    # One slash only: two would make the rest of the path another site's name.
    return "/" + before.path.lstrip("/") + (f"?{before.query}" if before.query else "")


def same_origin() -> bool:
    """Whether the browser says that this request was sent from one of our own pages."""
    sent_from = request.headers.get("Sec-Fetch-Site")
    if sent_from is not None:
        return sent_from == "same-origin"
    return request.headers.get("Origin") == request.host_url.rstrip("/")


def static_file(filename: str) -> Response:
    """A static file: compressed beforehand and kept for good if its name tells its content."""
    folder = Path(current_app.static_folder or "static")
    lasting = filename.removeprefix("build/") in current_app.extensions["asset_names"].values()
    packed = lasting and request.accept_encodings["gzip"] > 0 and (folder / f"{filename}.gz").is_file()
    response = send_from_directory(folder, f"{filename}.gz" if packed else filename)
    if packed:
        response.mimetype = "text/css" if filename.endswith(".css") else "text/javascript"
        response.headers["Content-Encoding"] = "gzip"
    if lasting:
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
        response.headers["Vary"] = "Accept-Encoding"
    return response


def _asset_names(static_folder: Path) -> dict[str, str]:
    manifest = static_folder / "build" / "manifest.json"
    names: dict[str, str] = json.loads(manifest.read_text()) if manifest.is_file() else {}
    return names


def _secure(response: Response) -> Response:
    """Headers of every answer. Pages of somebody signed in are kept by no cache, others must ask again."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _content_policy())
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
    if request.endpoint != "static":
        personal = "actor" in g and g.actor.person_id is not None
        headers.setdefault("Cache-Control", "no-store" if personal else "private, no-cache")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}")
    return response


def _content_policy() -> str:
    """Nothing from anywhere but here; no inline script but the one with this response's nonce."""
    nonce = f" 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else ""
    return (
        f"default-src 'none'; script-src 'self'{nonce}; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def csrf_failed(error: CSRFError) -> ResponseReturnValue:
    """Show what was typed, with a button to send it again if it came from our own page and holds no files."""
    if by_itself():
        return not_saved("old_token", status=400)
    may_resend = same_origin() and not request.files and not _is_secret()
    return render_template("errors/csrf.html", error=error, may_resend=may_resend, fields=_sent_fields()), 400


def _sent_fields() -> list[tuple[str, str]]:
    return [(name, text) for name, text in request.form.items(multi=True) if name != "csrf_token"]


def _http_error(error: HTTPException) -> ResponseReturnValue:
    """Our own page for an error of HTTP; redirects and errors that carry their own answer pass through."""
    if error.response is not None or error.code is None or error.code < 400:
        return error
    code = error.code if error.code in PAGES_OF_OUR_OWN else 400 if error.code < 500 else 500
    if by_itself():
        return not_saved(STATES.get(code, "refused"), status=error.code)
    page = render_template(f"errors/{code}.html", error=error, reasons=())
    headers = [(name, text) for name, text in error.get_headers() if name != "Content-Type"]
    return page, error.code, headers
