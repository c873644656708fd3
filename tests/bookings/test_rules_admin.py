"""The rules as the manager changes them: preview, what is inherited, dates, history."""

import datetime as dt

import pytest
from django.urls import reverse

from bookings import what_if
from bookings.models import BookingState, Category, Policy
from center.models import AccessRecord
from tests import factories
from tests.bookings.past_uses import october, used
from tests.conftest import kst, logged_in

pytestmark = pytest.mark.django_db
ADD = "/admin/bookings/policy/add/"


@pytest.fixture
def manager(at_now):
    return logged_in(factories.staff("manager", name="센터장"))


def rule(**fields):
    return Policy(**{"valid_from": dt.date(2026, 12, 1), **fields})


def codes(policy):
    return {group.code: list(group.bookings) for group in what_if.last_month(policy).groups}


def test_what_if_when_longest_use_is_shorter_then_the_long_ones(at_now, studio, merchant):
    factories.policy(per_month=9)
    long = used(studio, merchant, october(5))
    used(studio, merchant, october(6), hours=1)
    found = what_if.last_month(rule(max_minutes=60))
    assert (found.month, found.judged, found.refused) == (dt.date(2026, 10, 1), 2, 1)
    assert codes(rule(max_minutes=60)) == {"too_long": [long]}


@pytest.mark.parametrize(("days", "refused"), [(7, 0), (8, 1)])
def test_what_if_when_notice_then_from_the_instant_it_was_booked(
    at_now, studio, merchant, days, refused
):
    # Made on Monday 28 September for Thursday 8 October; a substitute holiday lies between.
    used(studio, merchant, october(8), made=kst(28, 9, month=9))
    assert what_if.last_month(rule(notice_days=days)).refused == refused


def test_what_if_when_fewer_uses_a_month_then_only_those_beyond_in_the_order_made(
    at_now, studio, merchant
):
    used(studio, merchant, october(20), made=kst(28, 9, month=9))
    second = used(studio, merchant, october(5), made=kst(29, 9, month=9))
    used(studio, factories.merchant(), october(6))
    assert codes(rule(per_month=1)) == {"month_quota": [second]}


def test_what_if_when_cancelled_before_then_it_does_not_count_against_the_next(
    at_now, studio, merchant
):
    gone = {"state": BookingState.CANCELLED, "reason_code": "other"}
    used(
        studio, merchant, october(20), made=kst(1, 9, month=10), closed_at=kst(2, month=10), **gone
    )
    used(studio, merchant, october(21), made=kst(3, 9, month=10))
    assert codes(rule(per_month=1)) == {}
    used(
        studio, merchant, october(22), made=kst(4, 9, month=10), closed_at=kst(9, month=10), **gone
    )
    assert len(codes(rule(per_month=1))["month_quota"]) == 1


def test_what_if_when_refused_by_the_old_rule_too_then_not_counted(at_now, studio, merchant):
    factories.policy(max_minutes=60)
    used(studio, merchant, october(5))
    assert codes(rule(max_minutes=30, slot_minutes=30)) == {}


def test_what_if_when_for_a_resource_or_category_then_only_its_bookings(at_now, house, merchant):
    space, other = factories.studio(), factories.resource(Category.RECORDING)
    mine = used(space, merchant, october(5))
    used(other, merchant, october(5))
    assert codes(rule(resource=space, max_minutes=60)) == {"too_long": [mine]}
    assert codes(rule(category="studio", max_minutes=60)) == {"too_long": [mine]}
    assert what_if.last_month(rule(category="studio")).judged == 1


def test_what_if_when_approval_is_needed_then_counted_apart(at_now, studio, merchant):
    booking = used(studio, merchant, october(5))
    found = what_if.last_month(rule(needs_approval=True))
    assert (found.refused, found.groups[0].bookings) == (0, [booking])


def test_what_if_when_months_border_then_only_last_month(at_now, studio, merchant):
    factories.policy(per_month=9)
    used(studio, merchant, kst(30, 10, month=9))
    first = used(studio, merchant, october(1))
    last = used(studio, merchant, october(30))
    used(studio, merchant, kst(2, 10))
    assert codes(rule(max_minutes=60)) == {"too_long": [first, last]}


@pytest.mark.parametrize("rows", [1, 3])
def test_what_if_when_more_bookings_then_the_same_queries(
    at_now, studio, merchant, rows, django_assert_num_queries
):
    for n in range(rows):
        used(studio, merchant, october(5 + n))
    what_if.last_month(rule())  # the settings are read once
    with django_assert_num_queries(6):
        what_if.last_month(rule(max_minutes=60))


def typed(**fields):
    values = {"valid_from": "2026-12-01", "needs_approval": "unknown", "needs_training": "unknown"}
    return values | fields


def test_preview_when_pressed_then_shown_kept_and_nothing_saved(manager, studio, merchant):
    booking = used(studio, merchant, october(5))
    answer = manager.post(ADD, typed(max_minutes="60", _preview="1"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "1건이 거절되었을 것입니다" in page
    assert booking.reference in page
    assert 'value="60"' in page
    assert not Policy.objects.exists()
    assert AccessRecord.objects.get().subject_ids == [booking.pk]
    manager.post(ADD, typed(max_minutes="60"))
    assert Policy.objects.get().max_minutes == 60


def test_preview_when_something_is_wrong_then_that_is_said(manager, studio):
    data = typed(min_minutes="120", max_minutes="60", _preview="1")
    answer = manager.post(ADD, data)
    assert answer.context["adminform"].form.errors
    assert "found" not in answer.context


@pytest.mark.parametrize(
    ("day", "works"), [("2026-11-22", False), ("2026-11-23", True), ("2026-11-24", True)]
)
def test_date_when_in_the_past_then_refused(manager, day, works):
    answer = manager.post(ADD, typed(valid_from=day, per_day="2"))
    assert Policy.objects.exists() is works
    if not works:
        assert "오늘(2026. 11. 23.(월))부터" in answer.content.decode()


def test_change_when_in_force_already_then_saved_with_a_warning(manager):
    policy = factories.policy(per_day=2)
    address = reverse("admin:bookings_policy_change", args=[policy.pk])
    page = manager.post(address, typed(valid_from="2020-01-01", per_day="3"), follow=True)
    policy.refresh_from_db()
    assert policy.per_day == 3
    assert "2020. 1. 1.(수)부터" in page.content.decode()


def test_form_when_empty_then_what_is_inherited_is_said(manager, studio):
    factories.policy(slot_minutes=30)
    factories.policy(category="studio", max_minutes=240)
    own = factories.policy(resource=studio, per_day=2)
    page = manager.get(reverse("admin:bookings_policy_change", args=[own.pk])).content.decode()
    assert 'name="_preview"' in page
    assert 'name="_preview"' in manager.get(ADD).content.decode()
    assert "비워 두면 30 (센터 공통 규칙)" in page
    assert "비워 두면 240 (스튜디오)" in page
    assert "비워 두면 3 (기본값)" in page
    form = manager.get(ADD).context["adminform"].form
    for name in ("needs_approval", "needs_training"):
        words = [str(word) for _value, word in form.fields[name].widget.choices]
        assert words == ["–", "예", "아니요"]


def test_history_when_changed_then_who_when_and_what(manager):
    manager.post(ADD, typed(per_day="2"))
    policy = Policy.objects.get()
    address = reverse("admin:bookings_policy_change", args=[policy.pk])
    manager.post(address, typed(per_day="3"))
    changes = manager.get(address).context["changes"]
    assert [change.by for change in changes] == ["센터장"] * 2
    assert [field[1:] for field in changes[0].fields] == [("2", "3")]


def test_rules_when_operator_then_to_be_read_with_history_and_no_preview(at_now, staff_client):
    policy = factories.policy(per_day=2)
    address = reverse("admin:bookings_policy_change", args=[policy.pk])
    page = staff_client.get(address).content.decode()
    assert "_preview" not in page
    assert 'id="changes"' in page
    assert staff_client.post(address, typed(_preview="1")).status_code == 403
    assert staff_client.post(ADD, typed(_preview="1")).status_code == 403
