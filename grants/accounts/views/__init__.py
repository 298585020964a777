"""The pages of this room."""

from grants.accounts.views import (
    describing,
    kept_words,
    me,
    members,
    organisations,
    roles,
    second_factor,
    sign_in,
)
from grants.accounts.views.blueprint import bp
from grants.accounts.views.recognition import init_app

__all__ = (
    "bp",
    "describing",
    "init_app",
    "kept_words",
    "me",
    "members",
    "organisations",
    "roles",
    "second_factor",
    "sign_in",
)
