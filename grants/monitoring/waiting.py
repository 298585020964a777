"""Counting reports that wait for a programme manager."""

from grants.accounts.waiting import Counted, Reader
from grants.applications.waiting import by_bid
from grants.monitoring.models import Report
from grants.monitoring.states import ReportState


def reports_to_review(reader: Reader) -> Counted:
    """Reports that were sent, of bids apart from the reader."""
    return by_bid(Report.application_id, without=reader.barred).where(Report.state == ReportState.SUBMITTED)
