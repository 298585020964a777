"""What guards the tests does so."""

import smtplib

import pytest


def test_mail_sent_by_accident_is_noticed(no_mail_by_accident: list[str]) -> None:
    with pytest.raises(AssertionError, match="may not open a mail connection"):
        smtplib.SMTP("127.0.0.1", 9)

    assert no_mail_by_accident == ["127.0.0.1:9"]
    no_mail_by_accident.clear()


@pytest.mark.smtp
def test_a_test_that_is_marked_may_open_mail(no_mail_by_accident: list[str]) -> None:
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP("127.0.0.1", 9)

    assert no_mail_by_accident == []
