"""Rows against the businesses there are: all or nothing for each, and the same twice."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from merchants.models import Merchant, MerchantKind, MerchantState
from merchants.register_import import running
from merchants.services import members
from tests import factories
from tests.conftest import NOW
from tests.factories.people import number
from tests.merchants.register_import.registers import (
    HEADINGS,
    as_csv,
    business,
    table,
    understood,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def run(content, *, adopt=False, by=None):
    report = running.run(understood(content), adopt=adopt, by=by)
    return {outcome.value: n for outcome, n in report.counts.items() if n}


def with_date(day, *rows):
    return as_csv([[*HEADINGS, "확인 유효기간"], *([*row, day] for row in rows)])


def test_run_when_new_then_registered_and_its_owner_completes_it():
    operator = factories.staff()
    assert run(table(business(1)), by=operator) == {"new": 1}
    merchant = Merchant.objects.get()
    assert (merchant.state, merchant.verified_until) == (MerchantState.RETURNED, None)
    assert (merchant.name, merchant.number, merchant.phone) == (
        "달구벌상점 1",
        number(1),
        "053-200-0001",
    )
    assert (merchant.decided_by, merchant.decided_at) == (operator, NOW)
    assert "이전 명부" in merchant.return_note
    assert list(Merchant.objects.waiting()) == []


def test_run_when_nobody_acts_for_a_new_business_then_somebody_may_ask_to(owner):
    run(table(business(1)))
    request = members.ask_to_join(number=number(1), user=owner, note="대표입니다.")
    members.answer(request=request, by=factories.staff(), accepted=True, by_staff=True)
    assert Merchant.objects.of_user(owner.pk).get().number == number(1)


@pytest.mark.parametrize(
    ("day", "adopt", "state"),
    [
        ("2026-11-23", True, "verified"),
        ("2026-11-22", True, "returned"),
        ("2028-02-26", True, "verified"),  # no further than a verification of today
        ("2028-02-27", True, "returned"),
        ("2026-11-23", False, "returned"),
        ("", True, "returned"),
    ],
)
def test_run_when_verified_formerly_then_adopted_only_if_asked_and_in_force(day, adopt, state):
    run(with_date(day, business(1)), adopt=adopt)
    merchant = Merchant.objects.get()
    assert merchant.state == state
    assert merchant.verified_until == (dt.date.fromisoformat(day) if state == "verified" else None)


def test_run_when_run_twice_then_the_second_changes_nothing():
    content = with_date("2027-03-31", *(business(n) for n in range(1, 4)))
    assert run(content, adopt=True) == {"new": 3}
    before = list(Merchant.objects.order_by("pk").values())
    events = Merchant.pgh_event_models["insert"].objects.count()
    assert run(content, adopt=True) == {"same": 3}
    assert list(Merchant.objects.order_by("pk").values()) == before
    assert Merchant.pgh_event_models["insert"].objects.count() == events


def test_run_when_a_business_is_here_then_only_what_the_file_has_changes():
    merchant = factories.merchant(
        name="옛 이름", phone="053-111-2222", address="대구 북구 1", women_owned=True
    )
    content = as_csv([["사업자등록번호", "상호", "전화"], [merchant.number, "새 이름", ""]])
    assert run(content) == {"changed": 1}
    before = merchant
    merchant = Merchant.objects.get()
    assert merchant.name == "새 이름"
    assert merchant.revision == before.revision + 1
    for field in ("phone", "address", "women_owned", "state", "verified_until", "representative"):
        assert getattr(merchant, field) == getattr(before, field)


def test_run_when_a_business_is_here_then_its_verification_is_not_touched():
    merchant = factories.merchant(verified_until=dt.date(2026, 12, 31))
    content = as_csv(
        [
            ["사업자등록번호", "상호", "확인 유효기간"],
            [merchant.number, merchant.name, "2030-12-31"],
        ]
    )
    assert run(content, adopt=True) == {"same": 1}
    assert Merchant.objects.get().verified_until == dt.date(2026, 12, 31)


def test_run_when_only_a_draft_has_the_number_then_the_draft_stays_its_owners():
    draft = factories.merchant(
        number=number(1), state=MerchantState.DRAFT, verified_until=None, name="초안"
    )
    assert run(table(business(1))) == {"new": 1}
    draft.refresh_from_db()
    assert (draft.name, draft.state) == ("초안", MerchantState.DRAFT)


def test_run_when_somebody_else_was_sent_back_with_the_number_then_the_real_one_is_made():
    other = factories.merchant(
        number=number(1),
        state=MerchantState.RETURNED,
        return_reasons=["differs"],
        verified_until=None,
        name="남의 번호",
    )
    assert run(table(business(1))) == {"new": 1}
    other.refresh_from_db()
    assert other.name == "남의 번호"


def test_run_when_a_new_business_lacks_something_then_refused_with_what():
    report = running.run(
        understood(as_csv([["사업자등록번호", "상호"], [number(1), "가게"]])), adopt=False, by=None
    )
    ((line, sentences),) = report.refusals
    assert line == 2
    assert [sentence.split(":")[0] for sentence in sentences] == [
        "대표자",
        "업종(대분류)",
        "시군구",
    ]
    assert not Merchant.objects.exists()


def test_run_when_the_kind_is_not_given_then_the_number_says_it():
    corporation = "2208162517"
    content = table(business(1, 구분=""), business(2, 구분="", 사업자등록번호=corporation))
    run(content)
    assert Merchant.objects.get(number=corporation).kind == MerchantKind.CORPORATION
    assert Merchant.objects.get(number=number(1)).kind == MerchantKind.INDIVIDUAL


def founder(**cells):
    return business(1, **{"구분": "예비창업자", "사업자등록번호": "", "개업일": "", **cells})


def test_run_when_a_founder_comes_twice_then_found_by_name_and_telephone():
    assert run(table(founder())) == {"new": 1}
    assert run(table(founder(대표자="박새이름"))) == {"changed": 1}
    assert run(table(founder(전화="010-9999-0000"))) == {"new": 1}
    assert Merchant.objects.filter(kind=MerchantKind.PRE_FOUNDER, number=None).count() == 2


def test_run_when_two_founders_are_alike_then_refused():
    for _ in range(2):
        factories.merchant(
            kind=MerchantKind.PRE_FOUNDER, number=None, name="달구벌상점 1", phone="053-200-0001"
        )
    assert run(table(founder())) == {"refused": 1}


def test_run_when_some_rows_are_bad_then_the_others_are_taken_over():
    content = table(
        business(1), business(2, 전화="x"), business(1), business(3), business(4, 상호="")
    )
    assert run(content) == {"new": 2, "refused": 3}
    assert sorted(Merchant.objects.values_list("number", flat=True)) == [number(1), number(3)]


def test_write_when_a_rival_registers_a_number_meanwhile_then_that_row_alone_is_refused():
    changing = factories.merchant(number=number(3))
    planned = running.plan(understood(table(business(1), business(2), business(3))))
    factories.merchant(number=number(2), name="빠른 경쟁자")
    written = running.write(planned, adopt=False, by=None)
    assert [row.outcome for row in written] == ["new", "refused", "changed"]
    assert Merchant.objects.get(number=number(1)).name == "달구벌상점 1"
    assert Merchant.objects.get(number=number(2)).name == "빠른 경쟁자"
    changing.refresh_from_db()
    assert (changing.name, changing.revision) == ("달구벌상점 3", 1)


def test_try_out_when_tried_then_the_same_figures_and_nothing_written():
    factories.merchant(number=number(2))
    rows = understood(table(business(1), business(2), business(3, 전화="x")))
    tried = running.try_out(rows)
    assert not Merchant.objects.filter(number=number(1)).exists()
    done = running.run(rows, adopt=False, by=None)
    assert tried.counts == done.counts == {"new": 1, "changed": 1, "refused": 1}
    assert tried.refusals == done.refusals


# Cost ----------------------------------------------------------------------------------------


def figures_of(content):
    rows = understood(content)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        running.run(rows, adopt=False, by=None)
    return len(queries)


@pytest.mark.parametrize("rows", [1, 3, 500])
def test_run_when_a_chunk_is_bigger_then_the_same_queries(rows):
    new = table(*(business(n) for n in range(1, rows + 1)))
    assert figures_of(new) == 6  # transaction 2, find, savepoint 2, insert
    changed = table(*(business(n, 대표자="박바뀜") for n in range(1, rows + 1)))
    assert figures_of(changed) == 6  # … update
    assert figures_of(changed) == 5  # nothing left to do


def test_run_when_600_rows_then_two_chunks():
    half = [business(n) for n in range(1, 301)]
    run(table(*half))
    rows = [business(n, 대표자="박바뀜") for n in range(1, 601)]
    assert figures_of(table(*rows)) == 7 + 6  # 200 new and 300 changed, then 100 new
