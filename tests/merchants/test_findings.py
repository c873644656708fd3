"""What is pointed out to staff: facts in, findings out; no database."""

import datetime as dt

import pytest

from merchants.findings import Facts, Weight, findings
from merchants.models import Document, DocumentKind, Merchant, Suspension
from tests import factories
from tests.conftest import NOW, kst

TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)
CERTIFICATE = DocumentKind(pk=1, code="business_registration", name="사업자등록증")
CONFIRMATION = DocumentKind(
    pk=2, code="small_merchant", name="소상공인확인서", has_number=True, has_expiry=True
)


def business(**fields):
    values = {
        "pk": 1,
        "name": "달구벌 수제청",
        "number": factories.number(1),
        "kind": "individual",
        "representative": "김달구",
        "district": "27230",
        "phone": "053-123-4567",
        "address": "대구광역시 북구 유통단지로 45",
        "founded_on": dt.date(2015, 3, 2),
        "business_status": "active",
        "status_checked_at": NOW,
        **fields,
    }
    return Merchant(**values)


def papers(valid_until=dt.date(2027, 3, 31), number="0010-2026-12345"):
    return [
        Document(kind=CERTIFICATE),
        Document(kind=CONFIRMATION, number=number, valid_until=valid_until),
    ]


def found(merchant=None, **given):
    """Weights by code."""
    facts = {
        "merchant": merchant or business(),
        "asked": [CERTIFICATE, CONFIRMATION],
        "papers": papers(),
        "neighbours": [],
        "suspension": None,
        "open_requests": 0,
        "today": TODAY,
        **given,
    }
    return {finding.code: finding for finding in findings(Facts(**facts))}


def test_findings_when_all_is_well_then_everything_in_order():
    assert {code: f.weight for code, f in found().items()} == {
        "number_valid": "ok",
        "standing_active": "ok",
        "paper_there": "ok",
        "paper_valid": "ok",
        "district_home": "ok",
        "no_twins": "ok",
    }


def test_findings_when_some_are_bad_then_those_come_first():
    weights = [f.weight for f in found(business(district="11110"), papers=[]).values()]
    assert weights == sorted(weights, key=list(Weight).index)
    assert weights[0] == Weight.BAD


@pytest.mark.parametrize(
    ("standing", "weight"),
    [
        ("unchecked", "look"),
        ("active", "ok"),
        ("paused", "bad"),
        ("closed", "bad"),
        ("unregistered", "bad"),
    ],
)
def test_standing_when_the_tax_office_says_then_weighed(standing, weight):
    merchant = business(business_status=standing)
    assert found(merchant)[f"standing_{standing}"].weight == weight


def test_standing_when_never_looked_up_then_pending_and_when_closed_then_since():
    pending = found(business(business_status="unchecked", status_checked_at=None))
    assert "확인 대기" in pending["standing_unchecked"].sentence
    closed = found(business(business_status="closed", business_ended_on=dt.date(2026, 9, 30)))
    assert "2026. 9. 30.(수)" in closed["standing_closed"].sentence
    assert "2026. 11. 23.(월)" in closed["standing_closed"].sentence


def test_number_when_founder_has_none_then_in_order_and_no_tax_office():
    codes = found(business(kind="pre_founder", number=None, founded_on=None))
    assert codes["number_none"].weight == Weight.OK
    assert not [code for code in codes if code.startswith("standing")]


@pytest.mark.parametrize(
    ("valid_until", "code"),
    [
        (TODAY - DAY, "paper_run_out"),
        (TODAY, "paper_runs_out"),
        (TODAY + 30 * DAY, "paper_runs_out"),
        (TODAY + 31 * DAY, "paper_valid"),
        (None, "paper_entries"),
    ],
)
def test_paper_when_its_last_day_nears_then_said_in_time(valid_until, code):
    assert code in found(papers=papers(valid_until))


def test_paper_when_needed_and_not_there_then_bad():
    missing = found(papers=papers()[1:])["paper_missing"]
    assert (missing.weight, missing.label) == (Weight.BAD, "사업자등록증")


@pytest.mark.parametrize(
    ("district", "code"),
    [
        ("27230", "district_home"),
        ("47190", "district_home"),
        ("11110", "district_outside"),
        ("47720", "district_ended"),
    ],
)
def test_district_when_elsewhere_or_ended_then_pointed_out(district, code):
    assert code in found(business(district=district))


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"phone": "0531234567"}, "전화번호"),
        ({"address": "대구광역시 북구 유통단지로45 (산격동)"}, "주소"),
        ({"representative": "김달구", "name": "㈜달구벌수제청"}, "대표자"),
    ],
)
def test_twins_when_something_is_shared_then_named_with_the_reason(other, why):
    neighbour = business(
        **{
            "pk": 2,
            "name": "팔공 김치",
            "representative": "이팔공",
            "phone": "",
            "address": "",
            **other,
        }
    )
    (twin,) = found(neighbours=[neighbour])["twins"].twins
    assert twin.merchant == neighbour
    assert why in twin.why


def test_twins_when_only_the_representative_is_shared_then_none():
    neighbour = business(pk=2, name="팔공 김치", phone="", address="")
    assert "no_twins" in found(neighbours=[neighbour])


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"founded_on": TODAY + DAY}, "founded_later"),
        ({"founded_on": None}, "founded_unknown"),
        ({"kind": "pre_founder"}, "founder_with_number"),
        ({"kind": "pre_founder", "number": None, "founded_on": TODAY}, "founder_founded"),
    ],
)
def test_founding_when_it_does_not_fit_then_pointed_out(fields, code):
    assert code in found(business(**fields))


@pytest.mark.parametrize(
    "fields",
    [{"founded_on": TODAY}, {"kind": "pre_founder", "number": None, "founded_on": TODAY + DAY}],
)
def test_founding_when_it_fits_then_silent(fields):
    assert not [code for code in found(business(**fields)) if code.startswith("found")]


@pytest.mark.parametrize(("until", "said"), [("2026-11-22", True), ("2026-11-23", False)])
def test_verification_when_it_has_ended_then_said_that_it_cannot_book(until, said):
    codes = found(business(verified_until=dt.date.fromisoformat(until)))
    assert ("verification_ended" in codes) is said


def test_suspension_and_requests_when_there_then_said():
    suspension = Suspension(starts=NOW, ends=kst(30), reason="미이용")
    codes = found(suspension=suspension, open_requests=2)
    assert "11. 29.(일) 24:00" in codes["suspended"].sentence
    assert "2" in codes["requests"].sentence
