"""The blueprint of the pages of offers and awards."""

from flask import Blueprint

from grants.permissions import Permission

bp = Blueprint("awards", __name__, url_prefix="/awards")

MAY_OPEN = (Permission.MANAGE_AWARDS, Permission.APPROVE_TERMINATION, Permission.READ_DECISIONS)
"""Who may read one award: those who manage and end awards, and those who read what was decided and why."""
