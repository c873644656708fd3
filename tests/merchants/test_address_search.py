"""The address search against a real HTTP server: it helps where it can and never hinders."""

from __future__ import annotations

import datetime as dt
import logging
import time

import pytest

from merchants.address_search import Findings, FoundAddress, clean, is_on, search
from tests.conftest import kst
from tests.merchants import address_office as office
from tests.merchants import tax_office

pytestmark = pytest.mark.usefixtures("at_now")

UNAVAILABLE = Findings(unavailable=True)
VAGUE = Findings(too_vague=True)
FOUND = FoundAddress(
    road_address="대구광역시 북구 유통단지로 34 (산격동)",
    postal_code="41515",
    district="27230",
    building="대구종합유통단지",
)


def test_search_when_answered_then_address_postal_code_and_district(address_office):
    assert search("유통단지로 34") == Findings((FOUND,))
    assert FOUND.district_name == "대구광역시 북구"


def test_search_when_asked_then_as_the_documentation_says(address_office):
    search("유통단지로 34")
    assert address_office.paths == ["/addrlink/addrLinkApi.do"]
    assert address_office.forms == [
        {
            "confmKey": office.KEY,
            "keyword": "유통단지로 34",
            "currentPage": "1",
            "countPerPage": "10",
            "resultType": "json",
        }
    ]


@pytest.mark.parametrize("rows", [[], None])
def test_search_when_nothing_is_there_then_empty_and_no_trouble(address_office, rows):
    address_office.behave(tax_office.says(office.body_of(rows)))
    assert search("없는길 1") == Findings()


def test_search_when_more_than_ten_come_then_ten(address_office):
    address_office.behave(office.lists(*[office.row(f"길 {n}") for n in range(30)]))
    assert len(search("중앙대로").addresses) == 10


@pytest.mark.parametrize("key", ["", None])
def test_search_when_there_is_no_key_then_nobody_is_asked(address_office, settings, key):
    settings.ADDRESS_SEARCH_KEY = key
    assert search("유통단지로 34") == UNAVAILABLE
    assert not is_on()
    assert address_office.forms == []


def test_search_when_the_address_is_unsafe_then_no_key_is_sent(address_office, settings):
    settings.ADDRESS_SEARCH_URL = address_office.url.replace("127.0.0.1", "0.0.0.0")
    assert search("유통단지로 34") == UNAVAILABLE
    assert address_office.forms == []


# Keywords ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keyword", "sent"),
    [
        ("유통단지로 34", "유통단지로 34"),
        ("  국채보상로   139길\t1-2 ", "국채보상로 139길 1-2"),
        ("4.19로 (미아동), 3·15길", "4.19로 (미아동), 3·15길"),
        ("중앙대로 = 100%", "중앙대로 100"),
        ("<b>중앙대로</b>[1]", "b 중앙대로 b 1"),
        ("중앙대로' or '1'='1", "중앙대로 1 1"),
        ("UNION SELECT 동성로", "동성로"),
        ("동성로; DROP TABLE x--", "동성로 TABLE x-"),
        ("_동성_로\x00\n", "동성 로"),
        ("Orchard Tower", "Orchard Tower"),
        ("가" * 60, "가" * 40),
    ],
)
def test_clean_when_signs_would_be_refused_then_left_out(address_office, keyword, sent):
    assert clean(keyword) == sent
    search(keyword)
    assert address_office.forms[0]["keyword"] == sent


@pytest.mark.parametrize(
    "keyword", ["", " ", "동", "34", "34-1", "%=><", "select", "()..--", "_" * 9]
)
def test_search_when_the_keyword_says_too_little_then_nobody_is_asked(address_office, keyword):
    assert search(keyword) == VAGUE
    assert address_office.forms == []


@pytest.mark.parametrize("code", ["E0005", "E0006", "E0008", "E0009", "E0012", "E0013", "E0015"])
def test_search_when_the_service_finds_fault_with_it_then_too_vague(address_office, code):
    address_office.behave(office.refuses(code))
    assert search("대구광역시") == VAGUE


@pytest.mark.parametrize("code", ["E0001", "E0014", "-999", "E9999", "", None, 0])
def test_search_when_the_fault_is_ours_then_unavailable(address_office, code):
    address_office.behave(office.refuses(code))
    assert search("유통단지로 34") == UNAVAILABLE


# Trouble -----------------------------------------------------------------------------------

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SLOW = {
    "hangs": tax_office.hangs,
    "drips": tax_office.drips([HEAD + b"Content-Length: 200\r\n\r\n", *[b" "] * 200]),
}
GARBAGE = {
    "nothing": tax_office.says(b""),
    "an HTML page": tax_office.says("<!doctype html><title>점검 중</title>"),
    "half of it": tax_office.says(b'{"results": {"common": {"errorCode"'),
    "not UTF-8": tax_office.says('{"results": "점검"}'.encode("cp949")),
    "deep": tax_office.says(b"[" * 100_000),
    "a list": tax_office.says(b"[]"),
    "no results": tax_office.says(b"{}"),
    "results of no object": tax_office.says(b'{"results": []}'),
    "nothing common": tax_office.says(b'{"results": {"juso": []}}'),
    "common of no object": tax_office.says(b'{"results": {"common": "0", "juso": []}}'),
    "addresses of no list": tax_office.says(office.body_of({"roadAddr": "x"})),
    "packed": tax_office.says(b"\x1f\x8b\x08\x00", Content_Encoding="gzip"),
    "too large": tax_office.says(b" " * 300_000),
    "elsewhere": tax_office.status(302, Location="http://127.0.0.1/"),
    "forbidden": tax_office.status(403),
    "not HTTP": tax_office.drips([b"SSH-2.0-OpenSSH_9.2\r\n"], every=0),
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE)
def test_search_when_the_answer_is_garbage_then_unavailable(address_office, garbage):
    address_office.behave(*[garbage] * 3)
    assert search("유통단지로 34") == UNAVAILABLE


@pytest.mark.parametrize("slow", SLOW.values(), ids=SLOW)
def test_search_when_the_answer_is_slow_then_given_up_in_time(address_office, slow):
    address_office.behave(*[slow] * 3)
    started = time.monotonic()
    assert search("유통단지로 34", seconds=0.5) == UNAVAILABLE
    assert time.monotonic() - started < 1.2


@pytest.mark.parametrize("trouble", [tax_office.status(500), tax_office.hangs_up])
def test_search_when_the_trouble_passes_then_answered(address_office, trouble):
    address_office.behave(trouble)
    assert search("유통단지로 34") == Findings((FOUND,))


def test_search_when_the_trouble_stays_then_three_attempts_and_unavailable(address_office):
    address_office.behave(*[tax_office.status(503)] * 5)
    assert search("유통단지로 34") == UNAVAILABLE
    assert len(address_office.forms) == 3


# Rows --------------------------------------------------------------------------------------


def test_search_when_one_row_is_garbage_then_the_others_count(address_office):
    address_office.behave(
        office.lists(None, {}, "x", office.row(), {"roadAddr": 5}, {"roadAddr": " "})
    )
    assert search("유통단지로 34") == Findings((FOUND,))


def test_search_when_fields_are_odd_then_cleaned_and_short(address_office):
    odd = office.row(roadAddr="대구\x00 북구\ud800" + "가" * 400, zipNo="4151", admCd=27, bdNm=None)
    address_office.behave(tax_office.says(office.body_of([odd])))
    (found,) = search("유통단지로 34").addresses
    assert found.road_address.startswith("대구 북구가")
    assert len(found.road_address) == 200
    assert (found.postal_code, found.district, found.building) == ("", "", "")


@pytest.mark.parametrize(
    ("now", "code", "district"),
    [
        (kst(30, month=6), "2917010100", "29170"),
        (kst(1, month=7), "2917010100", "12300"),
        (kst(1, month=7), "1230010100", "12300"),
        (kst(30, month=6), "1230010100", ""),  # not in force yet
        (kst(1, month=7), "2811010100", ""),  # divided: the person chooses
        (kst(1, month=7), "9999999999", ""),
    ],
)
def test_search_when_codes_change_then_the_one_of_today(
    address_office, at_now, now, code, district
):
    at_now.move_to(now + dt.timedelta(hours=9))
    address_office.behave(office.lists(office.row(admCd=code)))
    assert search("첨단로 1").addresses[0].district == district


# Secrets -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "trouble",
    [office.answers, tax_office.status(500), tax_office.hangs_up, office.refuses("E0001")],
)
def test_search_when_everything_is_logged_then_neither_key_nor_keyword(
    address_office, caplog, trouble
):
    for name in (None, "httpx", "httpcore"):
        caplog.set_level(logging.DEBUG, name)
    address_office.behave(*[trouble] * 3)
    search("유통단지로 34")
    assert address_office.forms[0]["confmKey"] == office.KEY
    everything = caplog.text + "".join(repr(record.__dict__) for record in caplog.records)
    assert "send_request_headers" in everything
    assert "confmKey" not in everything
    assert office.KEY[:12] not in everything
    assert "유통단지로" not in everything
