"""Where files lie: beside the package once installed, in the checkout's sibling folders before."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def template_folder() -> Path:
    """The folder of page, e-mail and letter templates."""
    return _installed_or_sibling("templates")


def funds_folder() -> Path:
    """The folder of the fund files that come with the service."""
    return _installed_or_sibling("funds")


def translations_folder() -> Path:
    """The folder of the catalogues of other languages."""
    return _PACKAGE / "translations"


def static_folder() -> Path:
    """The folder of stylesheets, scripts and images."""
    return _PACKAGE / "static"


def _installed_or_sibling(name: str) -> Path:
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
