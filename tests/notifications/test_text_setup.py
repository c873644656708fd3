"""Setting up text messages, whole or not at all; and understanding how long to wait."""

import datetime as dt

import pytest

from center import phones
from center.notifications.channels.retry_after import pause_asked_for
from center.notifications.checks import text_messages_whole

pytestmark = pytest.mark.usefixtures("at_now")


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("010-1234-5678", "01012345678"),
        ("+82 10 1234 5678", "01012345678"),
        ("011-123-4567", "0111234567"),
        ("053-803-0114", ""),
        ("070-1234-5678", ""),
        ("1588-1234", ""),
        ("+81 90-1234-5678", ""),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_mobile_when_a_number_is_one_then_its_digits(written, digits):
    assert phones.mobile(written) == digits


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        ("99999999999", 3600),
        ("Mon, 23 Nov 2026 01:43:00 GMT", 120),
        ("Mon, 23 Nov 2026 01:40:00 GMT", 0),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("١٢", None),
    ],
)
def test_pause_when_asked_for_in_any_form_then_understood_and_bounded(header, seconds):
    pause = pause_asked_for(header)
    assert pause == (None if seconds is None else dt.timedelta(seconds=seconds))


def test_check_when_nothing_or_everything_is_set_then_silent(carrier, settings):
    assert text_messages_whole(None) == []
    for name in ("SOLAPI_API_KEY", "SOLAPI_API_SECRET", "SOLAPI_WEBHOOK_SECRET", "SMS_SENDER"):
        setattr(settings, name, "")
    settings.KAKAO_PF_ID = ""
    assert text_messages_whole(None) == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SOLAPI_API_SECRET", "", ["Text messages are set up without SOLAPI_API_SECRET."]),
        ("SOLAPI_WEBHOOK_SECRET", "", ["Text messages are set up without SOLAPI_WEBHOOK_SECRET."]),
        ("SMS_SENDER", "", ["Text messages are set up without SMS_SENDER."]),
        ("SOLAPI_URL", "http://api.example.com", ["SOLAPI_URL is not HTTPS."]),
    ],
)
def test_check_when_half_is_set_then_named(carrier, settings, name, value, said):
    setattr(settings, name, value)
    assert [error.msg for error in text_messages_whole(None)] == said
