"""The card of a business for staff: visits, programs, repeated support."""

import datetime as dt

import pytest
from django.urls import reverse

from bookings.models import BookingState, Category, HandOver
from center.models import AccessRecord
from merchants import cards
from programs.card import Repeats, Support, repeats
from programs.models import Application, CoApplicant, CoState, ProgramState
from tests import factories
from tests.bookings.past_uses import october, used
from tests.bookings.test_reserve import hold
from tests.conftest import NOW, kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
DAY = dt.timedelta(days=1)


def page_of(merchant):
    return reverse("admin:merchants_merchant_change", args=[merchant.pk])


def cells(response):
    """What the card says, by label; ``Uses`` and its like are of one part each."""
    return {fact.label: fact.value for part in response.context["card"] for fact in part.facts}


def supported(merchant, kind="education", at=NOW, state="selected", of=ProgramState.PUBLISHED):
    program = factories.program(kind)
    type(program).objects.filter(pk=program.pk).update(state=of)
    return factories.application(program, merchant, state=state, submitted_at=at, decided_at=at)


def lent(merchant, studio, due_back):
    unit = factories.resource(Category.EQUIPMENT, used_in=[studio]).units.first()
    booking = used(studio, merchant, october(due_back.day, 14))
    HandOver.objects.create(
        booking=booking,
        unit=unit,
        out_by=factories.staff(),
        out_condition="good",
        due_back=due_back,
    )
    return unit


def test_card_when_it_came_and_missed_then_by_year_and_of_this_business_alone(
    staff_client, merchant, studio
):
    used(studio, merchant, october(1))
    used(studio, merchant, october(2))
    used(studio, merchant, kst(1, 0, month=1))
    used(studio, merchant, kst(1, 0, month=1) - dt.timedelta(hours=3))  # last year, in Korea
    used(studio, merchant, october(3), state=BookingState.NO_SHOW)
    used(studio, factories.merchant(), october(4))
    hold(studio, merchant)
    said = cells(staff_client.get(page_of(merchant)))
    assert said["이용 건수"] == "올해 3회, 작년 1회"
    assert said["미이용 횟수"] == "올해 1회, 작년 0회"
    assert said["마지막 이용"].startswith("2026. 10. 2.")
    assert said["예정"] == "0"


def test_card_when_equipment_is_out_then_named_and_overdue_counted(staff_client, merchant, studio):
    late, _in_time = lent(merchant, studio, NOW - DAY), lent(merchant, studio, NOW + DAY)
    page = staff_client.get(page_of(merchant))
    assert cells(page)["대여 중인 장비"] == "2 · 1개 연체"
    assert str(late) in page.content.decode()


def test_card_when_support_repeats_then_warned_with_the_share(staff_client, merchant):
    supported(merchant, at=NOW - 400 * DAY)
    supported(merchant, at=NOW - 40 * DAY)
    supported(merchant, at=NOW)
    supported(merchant, "consulting", at=NOW)
    supported(merchant, at=NOW, of=ProgramState.CANCELLED)  # called off: supported nobody
    page = staff_client.get(page_of(merchant))
    said = cells(page)
    assert said["선정"] == "4"
    assert said["반복 지원"] == "2/4 (50%)"
    assert said["올해 지원"] == "3"
    assert "지원 4건 가운데 2건(50%)" in page.content.decode()
    assert "그 가운데 1건은 같은 해" in page.content.decode()


def test_card_when_a_round_was_judged_and_called_off_then_neither_selected_nor_completed(
    staff_client, merchant
):
    for state in (ProgramState.FINISHED, ProgramState.CANCELLED):
        made = supported(merchant, at=NOW, of=state)
        Application.objects.filter(pk=made.pk).update(state="completed", ended_at=NOW)
    said = cells(staff_client.get(page_of(merchant)))
    assert (said["선정"], said["수료"]) == ("1", "1")


def test_card_when_supported_once_each_then_no_warning(staff_client, merchant):
    supported(merchant), supported(merchant, "consulting")
    supported(merchant, state="not_selected")
    supported(merchant, state="draft")
    page = staff_client.get(page_of(merchant))
    said = cells(page)
    assert (said["신청 건수"], said["선정"], said["반복 지원"]) == (
        "3건, 올해 3건",
        "2",
        "0/2 (0%)",
    )
    assert "중복 지원 주의" not in page.content.decode()


def test_card_when_partner_of_a_joint_application_then_supported_too(staff_client, merchant):
    for state, answered in ((CoState.CONFIRMED, NOW), (CoState.ASKED, None)):
        joint = factories.application(factories.program(), state="draft")
        CoApplicant.objects.create(
            application=joint, merchant=merchant, state=state, answered_at=answered
        )
        Application.objects.filter(pk=joint.pk).update(
            state="selected", place=1, submitted_at=NOW, decided_at=NOW, district="27230"
        )
    assert cells(staff_client.get(page_of(merchant)))["반복 지원"] == "0/1 (0%)"


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([], Repeats(0, 0, 0)),
        ([("a", 2025)], Repeats(1, 0, 0)),
        ([("a", 2025), ("a", 2026), ("b", 2026)], Repeats(3, 1, 0)),
        ([("a", 2026), ("a", 2026), ("a", 2026)], Repeats(3, 2, 2)),
    ],
)
def test_repeats_when_kinds_and_years_are_given_then_counted(given, found):
    assert repeats([Support(*one) for one in given]) == found


@pytest.mark.parametrize(("repeated", "percent"), [(0, 0), (1, 13), (3, 38), (8, 100)])
def test_percent_when_of_eight_then_half_rounded_up(repeated, percent):
    assert Repeats(8, repeated, 0).percent == percent


@pytest.mark.parametrize("count", [1, 3])
def test_card_when_more_hangs_on_it_then_the_same_queries(
    staff_client, merchant, studio, count, django_assert_num_queries
):
    for n in range(count):
        lent(merchant, studio, NOW + (n + 1) * DAY)
        supported(merchant, at=NOW - n * DAY)
    with django_assert_num_queries(14):
        staff_client.get(page_of(merchant))
    assert AccessRecord.objects.get().subject_ids == [merchant.pk]


@pytest.mark.parametrize(
    ("role", "parts"), [("operator", ["방문", "프로그램"]), ("official", []), ("evaluator", [])]
)
def test_card_when_a_role_may_not_look_at_the_rows_then_without_that_part(merchant, role, parts):
    found = cards.parts_for(factories.staff(role), merchant)
    assert [part.title for part in found] == parts
