"""The look-up against a real HTTP server: it helps where it can and never hinders."""

from __future__ import annotations

import datetime as dt
import json
import logging
import socket
import time

import pytest

from merchants.business_status import BusinessStatus, is_on, look_up
from merchants.models import BusinessStanding
from tests.conftest import NOW
from tests.factories.people import number as valid_number
from tests.merchants import tax_office as office

pytestmark = pytest.mark.usefixtures("at_now")

HOUR = dt.timedelta(hours=1)
SECOND = dt.timedelta(seconds=1)
A, B, C, D = (valid_number(n) for n in range(1, 5))
UNCHECKED = BusinessStatus(A, BusinessStanding.UNCHECKED)
ACTIVE = BusinessStatus(A, BusinessStanding.ACTIVE, None, NOW)


def standings(numbers):
    return {number: status.standing.value for number, status in look_up(numbers).items()}


def test_look_up_when_answered_then_each_number_with_its_standing(tax_office):
    tax_office.paused, tax_office.closed, tax_office.unknown = {B}, {C: "20260930"}, {D}
    found = look_up([A, B, C, D])
    assert {n: s.standing.value for n, s in found.items()} == {
        A: "active",
        B: "paused",
        C: "closed",
        D: "unregistered",
    }
    assert found[A] == ACTIVE
    assert found[C].ended_on == dt.date(2026, 9, 30)
    assert found[D] == BusinessStatus(D, BusinessStanding.UNREGISTERED, None, NOW)


def test_look_up_when_asked_then_as_the_documentation_says(tax_office):
    look_up([A, B, A])
    (asked,) = tax_office.asked
    assert asked.path == "/api/nts-businessman/v1/status"
    assert asked.query == {"serviceKey": [office.KEY]}
    assert asked.numbers == [A, B]
    assert asked.headers["content-type"] == "application/json"


def test_look_up_when_the_key_is_the_encoded_one_then_sent_as_the_same(tax_office, settings):
    settings.BUSINESS_STATUS_KEY = "secret%2Bkey%2Fwith%3Dsigns%3D%3D"
    look_up([A])
    assert tax_office.asked[0].query == {"serviceKey": [office.KEY]}


def test_look_up_when_250_numbers_then_three_batches(tax_office):
    numbers = [valid_number(n) for n in range(1, 251)]
    assert set(standings(numbers).values()) == {"active"}
    assert [len(asked.numbers) for asked in tax_office.asked] == [100, 100, 50]
    assert [number for asked in tax_office.asked for number in asked.numbers] == numbers


def test_look_up_when_one_batch_fails_then_the_others_count(tax_office):
    numbers = [valid_number(n) for n in range(1, 251)]
    tax_office.behave(office.answers, office.status(400))
    found = standings(numbers)
    assert [found[numbers[i]] for i in (99, 100, 199, 200)] == [
        "active",
        "unchecked",
        "unchecked",
        "active",
    ]


@pytest.mark.parametrize("key", ["", None])
def test_look_up_when_there_is_no_key_then_nobody_is_asked(tax_office, settings, key):
    settings.BUSINESS_STATUS_KEY = key
    assert look_up([A]) == {A: UNCHECKED}
    assert not is_on()
    assert tax_office.asked == []


@pytest.mark.parametrize("number", ["", "1234567890", "0000000000", "504-01-00013", "x" * 10])
def test_look_up_when_it_is_no_business_number_then_nobody_is_asked(tax_office, number):
    assert standings([number]) == {number: "unchecked"}
    assert tax_office.asked == []


def test_look_up_when_there_are_no_numbers_then_nothing(tax_office):
    assert look_up([]) == {}
    assert tax_office.asked == []


# Trying again ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "trouble",
    [
        [office.status(500), office.status(503)],
        [office.status(429)],
        [office.hangs_up, office.hangs_up],
    ],
    ids=["500 503", "429", "hung up"],
)
def test_look_up_when_the_trouble_passes_then_answered(tax_office, trouble):
    tax_office.behave(*trouble)
    assert look_up([A]) == {A: ACTIVE}
    assert len(tax_office.asked) == len(trouble) + 1


def test_look_up_when_the_trouble_stays_then_three_attempts_and_unchecked(tax_office):
    tax_office.behave(*[office.status(502)] * 5)
    assert look_up([A]) == {A: UNCHECKED}
    assert len(tax_office.asked) == 3


@pytest.mark.parametrize("code", [400, 401, 403, 404, 201, 204, 302, 307])
def test_look_up_when_refused_or_sent_elsewhere_then_not_tried_again(tax_office, code):
    tax_office.behave(office.status(code, Location=tax_office.url + "/status"))
    assert look_up([A]) == {A: UNCHECKED}
    assert len(tax_office.asked) == 1


def test_look_up_when_nobody_listens_then_unchecked(tax_office, settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.BUSINESS_STATUS_URL = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert look_up([A]) == {A: UNCHECKED}


def test_look_up_when_no_such_host_then_unchecked(tax_office, settings):
    settings.BUSINESS_STATUS_URL = "https://nowhere.invalid/api"
    assert look_up([A]) == {A: UNCHECKED}


# In time -----------------------------------------------------------------------------------

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SLOW = {
    "hangs": office.hangs,
    "drips its headers": office.drips([HEAD, *[b"X-Wait: 1\r\n"] * 200]),
    "drips its body": office.drips([HEAD + b"Content-Length: 200\r\n\r\n", *[b" "] * 200]),
}


@pytest.mark.parametrize("slow", SLOW.values(), ids=SLOW)
def test_look_up_when_the_answer_is_slow_then_given_up_in_time(tax_office, settings, slow):
    settings.BUSINESS_STATUS_SECONDS = 0.6
    tax_office.behave(*[slow] * 3)
    started = time.monotonic()
    assert look_up([A]) == {A: UNCHECKED}
    assert time.monotonic() - started < 1.5


def test_look_up_when_the_first_attempt_hangs_then_the_second_answers(tax_office, settings):
    settings.BUSINESS_STATUS_SECONDS = 1.6
    tax_office.behave(office.hangs)
    assert look_up([A]) == {A: ACTIVE}


def test_look_up_when_time_ends_amid_batches_then_what_came_counts(tax_office, settings):
    settings.BUSINESS_STATUS_SECONDS = 1.2
    numbers = [valid_number(n) for n in range(1, 201)]
    tax_office.behave(office.answers, *[office.hangs] * 3)
    found = standings(numbers)
    assert (found[numbers[0]], found[numbers[100]]) == ("active", "unchecked")


def test_look_up_when_the_caller_has_more_time_then_it_is_used(tax_office, settings):
    settings.BUSINESS_STATUS_SECONDS = 0.01
    assert look_up([A], seconds=3) == {A: ACTIVE}


# Garbage -----------------------------------------------------------------------------------

GARBAGE = {
    "nothing": office.says(b""),
    "an HTML page": office.says("<!doctype html><title>점검 중</title>"),
    "half of it": office.says(b'{"data": [{"b_no": "'),
    "not UTF-8": office.says('{"data": "점검"}'.encode("cp949")),
    "deep": office.says(b"[" * 100_000),
    "a list": office.says(b"[]"),
    "a number": office.says(b"1" * 5000),
    "no data": office.says(b'{"status_code": "OK"}'),
    "an error": office.says('{"code": -4, "msg": "등록되지 않은 인증키 입니다."}'),
    "data of no list": office.says(b'{"data": {"b_no": "1"}}'),
    "rows of no objects": office.lists(lambda numbers: [None, 1, "x", [], numbers]),
    "empty rows": office.lists(lambda numbers: [{} for _ in numbers]),
    "a code unknown": office.lists(lambda numbers: [office.row(numbers[0], "09", "01", "?")]),
    "codes as numbers": office.lists(lambda n: [{**office.row(n[0], "", "", "x"), "b_stt_cd": 1}]),
    "number as number": office.lists(lambda n: [{**office.row(n[0], "01", "01", ""), "b_no": 5}]),
    "no code at all": office.lists(lambda n: [{"b_no": n[0], "tax_type": "x"}]),
    "empty without a word": office.lists(lambda n: [office.row(n[0], "", "", "")]),
    "contradiction": office.lists(lambda n: [office.row(n[0], "", "01", "일반과세자")]),
    "somebody else's number": office.lists(lambda n: [office.row(B, "01", "01", "일반과세자")]),
    "packed": office.says(office.body_of([]), Content_Encoding="gzip"),
    "cut short": office.drips([HEAD + b"Content-Length: 500\r\n\r\n{"], every=0),
    "not HTTP": office.drips([b"SSH-2.0-OpenSSH_9.2\r\n"], every=0),
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE)
def test_look_up_when_the_answer_is_garbage_then_unchecked(tax_office, garbage):
    tax_office.behave(*[garbage] * 3)
    assert look_up([A]) == {A: UNCHECKED}


def test_look_up_when_one_row_is_garbage_then_the_others_count(tax_office):
    tax_office.behave(office.lists(lambda n: [None, {}, tax_office.row(n[1]), {"b_no": n[0]}]))
    assert standings([A, B]) == {A: "unchecked", B: "active"}


def test_look_up_when_the_answer_is_huge_then_no_more_than_a_little_is_read(tax_office):
    sent = []

    def floods(handler, numbers):
        handler.wfile.write(HEAD + b"Content-Length: 1000000000\r\n\r\n")
        for _ in range(1000):
            handler.wfile.write(b"x" * 1_000_000)
            sent.append(1)

    tax_office.behave(floods)
    assert look_up([A]) == {A: UNCHECKED}
    assert len(tax_office.asked) == 1
    assert len(sent) < 100  # what fits the sockets' buffers, not the gigabyte


@pytest.mark.parametrize(
    ("sent", "read"),
    [("20260931", None), ("2026-09-30", None), ("", None), (None, None), (20260930, None)],
)
def test_look_up_when_the_date_is_none_then_the_standing_still_counts(tax_office, sent, read):
    tax_office.behave(
        office.lists(lambda n: [{**office.row(n[0], "03", "01", "x"), "end_dt": sent}])
    )
    found = look_up([A])[A]
    assert (found.standing.value, found.ended_on) == ("closed", read)


def test_look_up_when_text_is_unprintable_and_long_then_the_standing_still_counts(tax_office):
    text = json.dumps({"data": [office.row(A, "01", "01", "일반\x00과세\ud800자" + "x" * 500)]})
    tax_office.behave(office.says(text))
    assert look_up([A]) == {A: ACTIVE}


# Cache -------------------------------------------------------------------------------------


def test_look_up_when_answered_lately_then_not_asked_until_it_is_old(tax_office, at_now):
    look_up([A])
    at_now.move_to(NOW + 12 * HOUR - SECOND)
    assert look_up([A, B])[A] == ACTIVE
    assert [asked.numbers for asked in tax_office.asked] == [[A], [B]]
    at_now.move_to(NOW + 12 * HOUR)
    tax_office.paused = {A}
    assert standings([A]) == {A: "paused"}
    assert tax_office.asked[-1].numbers == [A]


def test_look_up_when_unchecked_then_asked_again_next_time(tax_office):
    tax_office.behave(office.status(400))
    assert look_up([A]) == {A: UNCHECKED}
    assert look_up([A]) == {A: ACTIVE}


def test_look_up_when_unregistered_then_remembered_too(tax_office):
    tax_office.unknown = {A}
    assert standings([A]) == standings([A]) == {A: "unregistered"}
    assert len(tax_office.asked) == 1


def test_look_up_when_the_cache_is_away_then_asked(tax_office, settings):
    away = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/1"}
    settings.CACHES = {"default": away}
    settings.DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = False
    assert look_up([A]) == {A: ACTIVE}


# Secrets -----------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", [office.answers, office.status(500), office.hangs_up])
def test_look_up_when_everything_is_logged_then_the_key_is_not(tax_office, caplog, trouble):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "httpx")
    caplog.set_level(logging.DEBUG, "httpcore")
    tax_office.behave(*[trouble] * 3)
    look_up([A])
    assert tax_office.asked[0].query == {"serviceKey": [office.KEY]}
    everything = caplog.text + "".join(repr(record.__dict__) for record in caplog.records)
    assert "send_request_headers" in everything
    assert "serviceKey" not in everything
    assert "secret" not in everything
    assert A not in everything


def test_look_up_when_the_address_is_unsafe_then_no_key_is_sent(tax_office, settings):
    settings.BUSINESS_STATUS_URL = tax_office.url.replace("127.0.0.1", "0.0.0.0")
    assert look_up([A]) == {A: UNCHECKED}
    assert tax_office.asked == []
