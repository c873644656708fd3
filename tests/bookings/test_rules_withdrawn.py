"""A rule taken back before its first day. Its day lies far ahead: the database judges by its own
clock, which no test stops."""

import datetime as dt

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from bookings import house
from bookings.models import Category, Policy
from bookings.services import rules
from center import clock
from center.errors import RuleViolation
from tests import factories
from tests.conftest import logged_in

pytestmark = pytest.mark.django_db
DAY = dt.date(2099, 3, 2)
BEGINS = dt.datetime(2099, 3, 2, tzinfo=clock.KST)
SECOND = dt.timedelta(seconds=1)
LIST = "/admin/bookings/policy/"


@pytest.fixture
def planned(at_now):
    return factories.policy(valid_from=DAY, category=Category.STUDIO, per_day=7)


@pytest.fixture
def manager(at_now):
    return logged_in(factories.staff("manager", name="센터장"))


def page_of(policy):
    return reverse("admin:bookings_policy_change", args=[policy.pk])


def way_back(policy):
    return reverse("admin:bookings_policy_delete", args=[policy.pk])


@pytest.mark.parametrize(
    ("since", "works"), [(-SECOND, True), (0 * SECOND, False), (SECOND, False)]
)
def test_withdraw_when_its_day_begins_then_it_stays(at_now, planned, since, works):
    at_now.move_to(BEGINS + since)
    if works:
        rules.withdraw(policy=planned)
    else:
        with pytest.raises(RuleViolation) as refusal:
            rules.withdraw(policy=planned)
        assert refusal.value.codes == ("rule_in_force",)
    assert Policy.objects.exists() is not works


def test_withdraw_when_done_then_history_stays_and_the_house_knows(planned):
    before = house.current()
    assert [row.pk for row in before.policies] == [planned.pk]
    rules.withdraw(policy=planned)
    rules.withdraw(policy=planned)
    assert house.current().policies == []
    events = apps.get_model("bookings", "PolicyEvent").objects.order_by("pgh_id")
    assert [(e.pgh_label, e.per_day, e.valid_from) for e in events] == [
        ("insert", 7, DAY),
        ("delete", 7, DAY),
    ]


def test_withdraw_when_the_database_says_it_began_then_refused(at_now):
    policy = factories.policy()
    at_now.move_to(dt.datetime(2019, 12, 31, 12, tzinfo=clock.KST))
    with pytest.raises(RuleViolation) as refusal:
        rules.withdraw(policy=policy)
    assert refusal.value.codes == ("rule_in_force",)
    assert Policy.objects.get() == policy


@pytest.mark.parametrize(
    "change",
    [
        lambda: Policy.objects.all().delete(),
        lambda: Policy.objects.update(valid_from=DAY),
    ],
)
def test_database_when_in_force_then_it_and_its_day_stay(db, change):
    policy = factories.policy(per_day=2)
    with pytest.raises(IntegrityError, match="in force since 2020-01-01"), transaction.atomic():
        change()
    Policy.objects.update(per_day=3)
    policy.refresh_from_db()
    assert (policy.valid_from, policy.per_day) == (dt.date(2020, 1, 1), 3)


def test_page_when_manager_then_asked_first_and_listed_afterwards(manager, planned):
    assert way_back(planned) in manager.get(page_of(planned)).content.decode()
    asked = manager.get(way_back(planned))
    assert asked.context["says"] == [("사업체별 하루 횟수", "7")]
    assert "2099. 3. 2." in asked.content.decode()
    assert Policy.objects.exists()
    answer = manager.post(way_back(planned), {"post": "yes"}, follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    assert not Policy.objects.exists()
    [row] = answer.context["withdrawn"]
    assert (row.rule, row.valid_from, row.by) == ("스튜디오", DAY, "센터장")
    assert row.says == [("사업체별 하루 횟수", "7")]
    assert 'id="withdrawn"' in answer.content.decode()


def test_page_when_in_force_then_no_way_and_said_why(manager):
    policy = factories.policy(per_day=2)
    page = manager.get(page_of(policy)).content.decode()
    assert way_back(policy) not in page
    assert "deletelink" not in page
    for answer in (
        manager.get(way_back(policy), follow=True),
        manager.post(way_back(policy), {"post": "yes"}, follow=True),
    ):
        assert answer.redirect_chain == [(page_of(policy), 302)]
        assert "2020. 1. 1.(수)부터 시행 중인 규칙" in answer.content.decode()
    assert Policy.objects.get() == policy


def test_page_when_withdrawn_meanwhile_then_not_saved_anew(manager, planned):
    address = page_of(planned)
    rules.withdraw(policy=planned)
    typed = {"valid_from": "2099-03-02", "category": "studio", "per_day": "5"}
    answer = manager.post(address, typed)
    assert answer.status_code == 302
    assert not Policy.objects.exists()
    assert manager.post(way_back(planned), {"post": "yes"}).status_code == 302


def test_history_when_something_is_sent_to_it_then_it_is_only_looked_at(manager, planned):
    address = f"{LIST}{planned.pk}/history/"
    assert manager.get(address).status_code == 200
    assert manager.post(address).status_code == 405


def test_day_when_in_force_then_it_is_not_moved(manager):
    policy = factories.policy(per_day=2)
    typed = {"valid_from": "2099-03-02", "needs_approval": "unknown", "needs_training": "unknown"}
    answer = manager.post(page_of(policy), typed)
    assert list(answer.context["adminform"].form.errors) == ["valid_from"]
    policy.refresh_from_db()
    assert policy.valid_from == dt.date(2020, 1, 1)


def test_page_when_not_a_manager_then_refused(staff_client, planned):
    assert way_back(planned) not in staff_client.get(page_of(planned)).content.decode()
    for send in (staff_client.get, staff_client.post):
        assert send(way_back(planned), {"post": "yes"}).status_code == 403
    stranger = Client().post(way_back(planned), {"post": "yes"})
    assert (stranger.status_code, "/login/" in stranger.url) == (302, True)
    assert Policy.objects.get() == planned


@pytest.mark.parametrize("rows", [1, 3])
def test_list_when_more_was_withdrawn_then_the_same_queries(
    manager, house, rows, django_assert_num_queries
):
    space = factories.studio()
    for n in range(rows):
        rules.withdraw(policy=factories.policy(valid_from=DAY, resource=space, per_day=n + 1))
    manager.get(LIST)
    with django_assert_num_queries(11):
        answer = manager.get(LIST)
    assert len(answer.context["withdrawn"]) == rows
