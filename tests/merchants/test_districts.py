"""Businesses whose district code has ended, just before, at and after the change."""

import datetime as dt

import pytest
from django.apps import apps
from django.core.management import call_command

from merchants import tasks
from merchants.models import Merchant, MerchantState
from merchants.services import districts, register, verify
from merchants.services.districts import carry
from tests import factories
from tests.conftest import NOW, kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

TODAY = NOW.date()


def in_districts(*codes):
    return [factories.merchant(district=code) for code in codes]


def codes():
    return list(Merchant.objects.order_by("pk").values_list("district", flat=True))


def history(merchant):
    events = apps.get_model("merchants", "MerchantEvent").objects.filter(pgh_obj_id=merchant.pk)
    return events.order_by("pgh_id")


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (dt.date(2023, 6, 30), "47720"),
        (dt.date(2023, 7, 1), "27720"),
        (dt.date(2023, 7, 2), "27720"),
    ],
)
def test_carry_when_a_code_ends_then_from_that_day_on(day, code):
    in_districts("47720")
    carry(day=day)
    assert codes() == [code]


def test_carry_when_run_twice_then_the_second_finds_nothing():
    in_districts("47720", "42110", "42110", "27230", "28110")
    first = carry(day=TODAY)
    assert first.moved == {("42110", "51110"): 2, ("47720", "27720"): 1}
    assert first.left == {"28110": 1}
    assert codes() == ["27720", "51110", "51110", "27230", "28110"]
    assert carry(day=TODAY) == districts.Carried(left={"28110": 1})


def test_carry_when_the_area_was_divided_or_nobody_knows_it_then_left():
    in_districts("28110", "28260", "43710", "99999")
    assert carry(day=TODAY).left == {"28110": 1, "28260": 1, "43710": 1, "99999": 1}
    assert codes() == ["28110", "28260", "43710", "99999"]


def test_carry_when_the_code_is_still_to_come_then_left_alone():
    in_districts("12110")
    assert carry(day=dt.date(2026, 6, 30)) == districts.Carried()
    assert codes() == ["12110"]


def test_carry_when_a_city_was_made_gu_again_then_the_code_of_the_day():
    in_districts("41195")
    assert carry(day=dt.date(2023, 12, 31)).moved == {("41195", "41190"): 1}
    assert carry(day=TODAY) == districts.Carried()  # the city's code is in force, though coarse


def test_carry_when_a_draft_has_no_district_yet_then_not_counted():
    factories.merchant(state=MerchantState.DRAFT, district="")
    factories.merchant(state=MerchantState.DRAFT, district="45140")
    assert carry(day=TODAY).moved == {("45140", "52140"): 1}
    assert codes() == ["", "52140"]


def test_carry_when_moved_then_the_history_keeps_the_former_code():
    (merchant,) = in_districts("47720")
    tasks.carry_districts()
    assert list(history(merchant).values_list("district", flat=True)) == ["47720", "27720"]
    assert history(merchant).last().pgh_context.metadata["task"] == "carry_districts"


def test_carry_when_moved_then_nobody_looks_again_and_decisions_go_on():
    (merchant,) = in_districts("47720")
    register.change(merchant=merchant, entries={"name": "군위 사과"})
    seen = Merchant.objects.get()
    carry(day=TODAY)
    after = Merchant.objects.get()
    assert (after.district, after.revision) == ("27720", seen.revision)
    assert after.review_asked_at == seen.review_asked_at
    decided = verify.send_back(
        merchant=seen, revision=seen.revision, reasons=["differs"], note="", by=factories.staff()
    )
    assert decided.district == "27720"


def test_carry_when_verified_then_no_review_is_asked():
    (merchant,) = in_districts("47720")
    carry(day=TODAY)
    merchant.refresh_from_db()
    assert (merchant.review_asked_at, merchant.state) == (None, "verified")
    assert merchant.district_name == "대구광역시 군위군"


def test_carry_when_a_thousand_share_a_code_then_two_statements(django_assert_num_queries):
    Merchant.objects.bulk_create(
        Merchant(name=f"상점 {n}", kind="individual", district="42110") for n in range(1000)
    )
    with django_assert_num_queries(4):  # with the savepoint around them
        assert carry(day=TODAY).moved == {("42110", "51110"): 1000}


def test_command_when_dry_then_told_and_nothing_changed(capsys):
    in_districts("47720", "28110", "99999")
    call_command("carry_districts", dry_run=True)
    assert capsys.readouterr().out.splitlines() == [
        "47720 경상북도 군위군 -> 27720 대구광역시 군위군: 1 would be carried",
        "28110 인천광역시 중구: 1 left, no single successor; ask the owners",
        "99999 (unknown): 1 left, no single successor; ask the owners",
    ]
    assert codes() == ["47720", "28110", "99999"]


def test_command_when_run_then_carried_and_the_next_run_says_so(capsys, at_now):
    (merchant,) = in_districts("29155")
    at_now.move_to(kst(30, 23, 59, month=6))
    call_command("carry_districts")
    assert capsys.readouterr().out == "No business has a district code that has ended.\n"
    at_now.move_to(kst(1, month=7))
    call_command("carry_districts")
    call_command("carry_districts")
    assert capsys.readouterr().out.splitlines() == [
        "29155 광주광역시 남구 -> 12270 전남광주통합특별시 남구: 1 carried",
        "No business has a district code that has ended.",
    ]
    assert history(merchant).last().pgh_context.metadata["command"] == "carry_districts"
