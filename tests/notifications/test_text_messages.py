"""SMS and 알림톡 by a provider that refuses, throttles, hangs, drips, lies and forgets."""

import datetime as dt
import hashlib
import hmac
import re
import time

import pytest

from center.notifications import services
from center.notifications.delivery import deliver_due
from center.notifications.models import KindRule, Message, MessageState
from tests import factories
from tests.conftest import NOW
from tests.notifications import carrier as behaviours
from tests.notifications.conftest import queue, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
KIND = "notifications.test_message"
#: behaviours that only a time limit ends
WAITING = (behaviours.takes_and_hangs, behaviours.drips)


@pytest.fixture
def person(db):
    return factories.user(phone="010-1234-5678")


def tried(carrier):
    """The only text message after a run: its state, attempts and error."""
    deliver_due(limit=10)
    message = row("sms")
    return message.state, message.attempts, message.last_error


def test_sms_when_sent_then_the_short_text_without_a_link(person, carrier, by_text):
    queue(person, link="/bookings/")
    assert deliver_due(limit=10) == 1
    (sent,) = carrier.taken
    assert sent == {
        "to": "01012345678",
        "from": "0538030114",
        "text": "[대구 디지털커머스센터] 11. 23.(월) 10:41에 요청하신 시험 알림이 도착했습니다.",
        "country": "82",
        "type": "SMS",
        "autoTypeDetect": False,
        "customFields": {"reference": row("sms").reference},
        "messageId": "M4V0001",
    }
    message = row("sms")
    assert (message.state, message.provider_id) == (MessageState.SENT, "M4V0001")
    assert (message.address, message.delivered_at) == ("01012345678", None)
    assert {m.channel for m in Message.objects.all()} == {"inbox", "sms"}


def test_request_when_sent_then_signed_as_the_provider_wants(person, carrier, by_text):
    queue(person)
    deliver_due(limit=10)
    (_method, path, signed), *_rest = carrier.asked
    assert path == "/messages/v4/send-many/detail"
    date, salt, signature = re.fullmatch(
        r"HMAC-SHA256 ApiKey=NCSKEY, Date=(\S+), salt=(\S+), signature=(\S+)", signed
    ).groups()
    assert dt.datetime.fromisoformat(date) == NOW
    told = hmac.new(b"api-secret", (date + salt).encode(), hashlib.sha256).hexdigest()
    assert signature == told


@pytest.mark.parametrize(
    ("name", "kind", "subject"),
    [("가" * 3, "SMS", None), ("가" * 40, "LMS", "시험 알림"), ("가🎉" * 8, "SMS", None)],
)
def test_sms_when_over_ninety_bytes_then_a_long_one(
    person, carrier, by_text, monkeypatch, name, kind, subject
):
    monkeypatch.setattr("center.notifications.rendering._house_name", lambda language: name)
    queue(person)
    deliver_due(limit=10)
    assert (carrier.taken[0]["type"], carrier.taken[0].get("subject")) == (kind, subject)


@pytest.mark.parametrize(
    "fields",
    [{"phone": ""}, {"phone": "053-803-0114"}, {"phone": "+81 90-1234-5678"}],
    ids=["none", "not mobile", "not Korean"],
)
def test_queue_when_the_person_has_no_mobile_then_by_mail(carrier, by_text, fields):
    queue(factories.user(**fields))
    assert {m.channel for m in Message.objects.all()} == {"inbox", "email"}


@pytest.mark.parametrize("name", ["SOLAPI_API_KEY", "SOLAPI_API_SECRET", "SMS_SENDER"])
def test_queue_when_the_house_has_no_account_then_by_mail(person, carrier, by_text, settings, name):
    setattr(settings, name, "")
    queue(person)
    assert {m.channel for m in Message.objects.all()} == {"inbox", "email"}


def test_alimtalk_when_it_has_a_template_then_its_variables(person, carrier, by_text):
    KindRule.objects.create(kind=KIND, alimtalk_template="KA01TP1")
    queue(person)
    deliver_due(limit=10)
    (sent,) = carrier.taken
    assert (sent["type"], sent["to"], "text" in sent) == ("ATA", "01012345678", False)
    assert sent["kakaoOptions"] == {
        "pfId": "KA01PF1",
        "templateId": "KA01TP1",
        "disableSms": True,
        "variables": {
            "#{name}": "김운영",
            "#{asked_at}": "11. 23.(월) 10:41",
            "#{house}": "대구 디지털커머스센터",
        },
    }
    assert row("alimtalk").state == MessageState.SENT


@pytest.mark.parametrize(
    ("rule", "language", "channel"),
    [
        ({"alimtalk_template": "KA01TP1"}, "ko", "alimtalk"),
        ({"alimtalk_template": "KA01TP1"}, "en", "sms"),
        ({"alimtalk_template": ""}, "ko", "sms"),
        ({"alimtalk_template": "KA01TP1", "alimtalk_allowed": False}, "ko", "sms"),
        ({"sms_allowed": False}, "ko", "email"),
    ],
)
def test_queue_when_the_house_has_ruled_then_by_what_is_allowed(
    person, carrier, by_text, rule, language, channel
):
    KindRule.objects.create(kind=KIND, **rule)
    queue(person, language=language)
    assert {m.channel for m in Message.objects.all()} == {"inbox", channel}


def test_deliver_when_switched_off_meanwhile_then_the_next_way(
    person, carrier, by_text, mailoutbox
):
    queue(person)
    KindRule.objects.create(kind=KIND, sms_allowed=False)
    deliver_due(limit=10)
    assert (row("sms").state, row("email").state) == (MessageState.DEAD, MessageState.SENT)
    assert (carrier.asked, len(mailoutbox)) == ([], 1)


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (behaviours.refuses, "3104 결번"),
        (behaviours.status(400, {"errorCode": "ValidationError"}), "HTTP 400 ValidationError"),
        (behaviours.status(404), "HTTP 404"),
    ],
)
def test_provider_when_it_refuses_the_message_then_the_next_way(
    person, carrier, by_text, mailoutbox, behaviour, error
):
    carrier.behaviours.append(behaviour)
    queue(person)
    assert tried(carrier) == (MessageState.DEAD, 1, error)
    assert (row("email").state, len(mailoutbox)) == (MessageState.SENT, 1)


@pytest.mark.parametrize(
    "behaviour",
    [
        behaviours.status(401, {"errorCode": "InvalidAPIKey"}),
        behaviours.status(402, {"errorCode": "NotEnoughBalance"}),
        behaviours.status(400, {"errorCode": "NotEnoughBalance"}),
        behaviours.status(403),
        behaviours.status(429),
    ],
)
def test_provider_when_it_refuses_the_house_then_no_attempt_is_lost(
    person, carrier, by_text, behaviour
):
    carrier.behaviours.append(behaviour)
    queue(person)
    assert tried(carrier)[:2] == (MessageState.FAILED, 0)


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (behaviours.status(500), "HTTP 500"),
        (behaviours.status(504), "HTTP 504"),
        (behaviours.status(302, Location="https://evil.example/"), "HTTP 302"),
        (behaviours.status(200, b"<html>"), "an answer nobody can read"),
        (behaviours.status(200, []), "an answer nobody can read"),
        (behaviours.status(200, {"messageList": [7, {}]}), "an answer nobody can read"),
        (behaviours.status(200, b"[" * 100_000), "an answer nobody can read"),
        (behaviours.status(200, b"1" * 300_000), "ReadError"),
        (behaviours.takes_and_hangs_up, "RemoteProtocolError"),
        (behaviours.takes_and_hangs, "ReadTimeout"),
        (behaviours.drips, "TimeoutError"),
    ],
)
def test_provider_when_the_outcome_is_unknown_then_asked_and_never_sent_twice(
    person, carrier, by_text, later, settings, behaviour, error
):
    carrier.behaviours.append(behaviour)
    queue(person)
    patience = settings.SOLAPI_SECONDS
    if behaviour in WAITING:
        settings.SOLAPI_SECONDS = 1
    began = time.monotonic()
    assert tried(carrier) == (MessageState.FAILED, 1, error)
    assert time.monotonic() - began < patience
    settings.SOLAPI_SECONDS = patience
    later(minutes=1)
    assert tried(carrier)[:2] == (MessageState.SENT, 2)
    assert (len(carrier.taken), row("sms").provider_id) == (1, "M4V0001")
    assert carrier.requests("GET") == 1


def test_provider_when_what_it_took_has_failed_then_sent_again(person, carrier, by_text, later):
    carrier.behaviours.append(behaviours.takes_and_hangs_up)
    queue(person)
    deliver_due(limit=10)
    carrier.codes["M4V0001"] = "3104"
    later(minutes=1)
    assert tried(carrier)[:2] == (MessageState.SENT, 2)
    assert row("sms").provider_id == "M4V0002"


@pytest.mark.parametrize(
    "answer", [behaviours.status(500), behaviours.status(404), behaviours.hangs]
)
def test_provider_when_it_cannot_say_then_not_sent(
    person, carrier, by_text, later, settings, answer
):
    carrier.behaviours.append(behaviours.takes_and_hangs_up)
    carrier.lookups.append(answer)
    queue(person)
    deliver_due(limit=10)
    later(minutes=1)
    settings.SOLAPI_SECONDS = 1
    assert tried(carrier)[:2] == (MessageState.FAILED, 2)
    assert len(carrier.taken) == 1


def test_provider_when_it_hangs_then_two_wait_and_the_others_do_not(
    person, carrier, by_text, settings
):
    carrier.behaviours.extend([behaviours.hangs] * 5)
    for n in range(5):
        queue(person, f"test:{n}")
    settings.SOLAPI_SECONDS = 1
    began = time.monotonic()
    deliver_due(limit=10)
    assert time.monotonic() - began < 20
    attempts = Message.objects.filter(channel="sms").values_list("attempts", flat=True)
    assert (sorted(attempts), carrier.requests("POST")) == ([0, 0, 0, 1, 1], 2)


def test_provider_when_away_then_kept_and_sent_when_it_is_back(
    person, carrier, by_text, settings, later
):
    address, settings.SOLAPI_URL = settings.SOLAPI_URL, "http://127.0.0.1:1"
    queue(person)
    assert tried(carrier) == (MessageState.FAILED, 0, "ConnectError")
    settings.SOLAPI_URL = address
    later(minutes=1)
    assert tried(carrier)[:2] == (MessageState.SENT, 1)


def test_retry_when_staff_try_again_then_asked_before_it_is_sent(person, carrier, by_text, later):
    carrier.behaviours.append(behaviours.takes_and_hangs_up)
    queue(person)
    deliver_due(limit=10)
    lost = {"lease_until": NOW, "lease_token": "00000000-0000-0000-0000-000000000001"}
    Message.objects.filter(channel="sms").update(state="leased", **lost)
    dead = {"state": "dead", "given_up_at": NOW, "lease_until": None, "lease_token": None}
    Message.objects.filter(channel="sms").update(**dead)
    services.retry(message=row("sms"))
    assert tried(carrier)[:2] == (MessageState.SENT, 1)
    assert len(carrier.taken) == 1
