"""Reports of the provider: who may send them, and what late, double and false ones do."""

import json

import pytest
from django.test import Client

from center import log_secrets
from center.notifications import delivery
from center.notifications.delivery import deliver_due
from center.notifications.models import Message, MessageState
from tests import factories
from tests.conftest import NOW
from tests.notifications.conftest import queue, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
HOOK = "/notifications/solapi/report-secret/"


@pytest.fixture
def sent(carrier, by_text, mailoutbox):
    """A message the provider took a moment ago."""
    queue(factories.user(phone="010-1234-5678"))
    deliver_due(limit=10)
    return row("sms")


def post(*entries, address=HOOK):
    # As strangers do: with the form token asked for, and none there.
    client = Client(enforce_csrf_checks=True)
    return client.post(address, json.dumps(entries), content_type="application/json")


def test_report_when_arrived_then_entered_once(sent, carrier, later):
    answer = post(carrier.report())
    assert (answer.status_code, answer.json()) == (200, {"taken": 1})
    later(minutes=5)
    assert post(carrier.report(), carrier.report()).json() == {"taken": 0}
    assert (row("sms").state, row("sms").delivered_at) == (MessageState.SENT, NOW)


def test_report_when_not_arrived_then_dead_and_the_next_way_once(sent, carrier, mailoutbox):
    failed = carrier.report(code="3104", said="결번")
    assert post(failed, failed).json() == {"taken": 1}
    assert post(failed).json() == {"taken": 0}
    message = row("sms")
    assert (message.state, message.last_error) == (MessageState.DEAD, "3104 결번")
    assert (message.sent_at, message.given_up_at) == (None, NOW)
    deliver_due(limit=10)
    assert (row("email").state, len(mailoutbox)) == (MessageState.SENT, 1)


def test_report_when_in_the_wrong_order_then_what_arrived_stays_arrived(sent, carrier):
    post(carrier.report(code="4000"))
    assert post(carrier.report(code="3104")).json() == {"taken": 0}
    assert row("sms").state == MessageState.SENT


@pytest.mark.parametrize("code", ["2000", "3000", ""])
def test_report_when_still_under_way_then_nothing(sent, carrier, code):
    assert post(carrier.report(code=code)).json() == {"taken": 0}
    assert (row("sms").state, row("sms").delivered_at) == (MessageState.SENT, None)


def test_report_when_without_frame_then_the_same(sent, carrier):
    assert post(carrier.report()["data"]).json() == {"taken": 1}


def test_report_when_before_the_worker_wrote_it_down_then_asked_for_again(carrier, by_text):
    queue(factories.user(phone="010-1234-5678"))
    (taken,) = delivery.claim(size=1)
    data = {"customFields": {"reference": taken.reference}, "messageId": "M4V0001"}
    early = {"data": {**data, "statusCode": "4000"}}
    assert post(early).status_code == 503
    delivery._deliver(delivery.Run(), taken)
    assert post(early).json() == {"taken": 1}


def test_report_when_of_another_number_or_reference_then_nothing(sent, carrier):
    other = carrier.report(code="3104")
    for change in (
        {"messageId": "M4V9999"},
        {"customFields": {"reference": f"{sent.pk}.20260101000000"}},
        {"customFields": {"reference": "999999.20261123014100"}},
        {"customFields": {"reference": "9" * 40}},
        {"customFields": {"reference": "x"}},
        {"customFields": None},
    ):
        assert post({"data": {**other["data"], **change}}).json() == {"taken": 0}
    assert row("sms").state == MessageState.SENT


def test_report_when_of_a_mail_then_nothing(carrier, mailoutbox):
    queue(factories.user())
    deliver_due(limit=10)
    data = {"messageId": row().provider_id, "customFields": {"reference": row().reference}}
    assert post({"data": {**data, "statusCode": "3104"}}).json() == {"taken": 0}
    assert row().state == MessageState.SENT


@pytest.mark.parametrize("entries", [[], [7, None, {}, {"data": 7}, {"data": {"statusCode": {}}}]])
def test_report_when_there_is_nothing_to_read_then_nothing(carrier, entries):
    assert post(*entries).json() == {"taken": 0}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_report_when_not_json_then_refused(carrier, body):
    answer = Client().post(HOOK, body, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize("secret", ["wrong", "report-secre", "report-secretx", "비밀"])
def test_report_when_the_secret_is_wrong_then_nothing_is_here(sent, carrier, secret):
    answer = post(carrier.report(code="3104"), address=f"/notifications/solapi/{secret}/")
    assert (answer.status_code, row("sms").state) == (404, MessageState.SENT)


def test_report_when_the_house_has_no_secret_then_nothing_is_here(carrier, settings):
    settings.SOLAPI_WEBHOOK_SECRET = ""
    assert post(address="/notifications/solapi/x/").status_code == 404


def test_report_when_only_looked_at_then_refused(carrier, client):
    assert client.get(HOOK).status_code == 405


def test_log_when_a_report_comes_then_without_the_secret():
    assert log_secrets.without_keys(f"POST {HOOK}") == "POST /notifications/solapi/…"


def test_report_when_the_account_was_closed_meanwhile_then_nobody_else_is_told(sent, carrier):
    person = sent.recipient
    person.is_active = False
    person.save(update_fields=["is_active"])
    assert post(carrier.report(code="3104")).json() == {"taken": 1}
    assert not Message.objects.filter(channel="email").exists()
