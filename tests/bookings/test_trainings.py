"""Training before the first use: the rule, who records it, where it is said beforehand."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings.models import Booking, Training
from bookings.policies import Rules, Standing, business_violations
from bookings.recurrence import Plan
from bookings.series_preview import preview
from bookings.services import change, on_behalf, trainings
from center import closing, exports, retention
from center.models import AccessRecord
from merchants.models import Membership
from tests import factories
from tests.bookings.devices import NOON, booked, camera, hand_out
from tests.bookings.test_lending import refused
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import NOW, kst, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
FRIDAY = dt.date(2026, 11, 27)
PAGE = "/admin/trainings/"


def trained(merchant, *, user=None, **given):
    scope = {} if "resource" in given or "category" in given else {"category": "equipment"}
    values = {
        "user": user or merchant.memberships.first().user,
        "by": factories.staff(),
        "trained_on": dt.date(2026, 11, 2),
        **scope,
        **given,
    }
    return trainings.record(merchant=merchant, **values)


@pytest.mark.parametrize(
    ("needed", "has", "codes"),
    [
        (False, False, []),
        (False, True, []),
        (True, True, []),
        (True, False, ["training_needed"]),
    ],
)
def test_rule_when_needed_and_missing_then_refused(needed, has, codes):
    rules, standing = Rules(needs_training=needed), Standing(trained=has)
    found = business_violations(rules, standing, NOW)
    assert [violation.code for violation in found] == codes
    assert all("053-000-0000" in violation.remedy for violation in found)


def test_hold_when_the_space_needs_a_training_then_only_after_it(studio, merchant):
    factories.policy(resource=studio, needs_training=True)
    assert refused(hold, studio, merchant) == ["training_needed"]
    trained(merchant, category="studio")
    assert hold(studio, merchant).state == "held"


def test_hold_when_no_rule_needs_one_then_trainings_are_not_read(studio, merchant):
    factories.policy()
    with CaptureQueriesContext(connection) as queries:
        confirm(hold(studio, merchant), equipment=[camera(studio)])
    asked = [query["sql"] for query in queries if "bookings_training" in query["sql"]]
    assert asked == []


@pytest.mark.parametrize(
    ("until", "codes"),
    [
        (dt.date(2026, 11, 26), ["training_needed"]),
        (FRIDAY, []),
        (dt.date(2026, 11, 28), []),
        (None, []),
    ],
)
def test_training_when_it_runs_out_then_its_last_day_counts(studio, merchant, until, codes):
    factories.policy(resource=studio, needs_training=True)
    trained(merchant, resource=studio, valid_until=until)
    assert (refused(hold, studio, merchant) if codes else []) == codes


def test_confirm_when_equipment_needs_one_then_refused_by_name_and_the_space_stays_held(
    studio, merchant
):
    device = camera(studio)
    factories.policy(category="equipment", needs_training=True)
    held = hold(studio, merchant)
    assert refused(confirm, held, equipment=[device]) == ["training_needed"]
    assert Booking.objects.get(pk=held.pk).state == "held"
    trained(merchant)
    assert confirm(held, equipment=[device]).state == "confirmed"


def test_book_by_staff_when_equipment_or_space_needs_one_then_the_same_rule(studio, merchant):
    device = camera(studio)
    wanted = {
        "by": factories.staff(),
        "merchant": merchant,
        "resource": studio,
        "starts": kst(27, 10),
        "ends": kst(27, 12),
        "purpose": "촬영",
        "source": "phone",
    }
    factories.policy(category="equipment", needs_training=True)
    assert refused(on_behalf.book, **wanted, equipment=[device]) == ["training_needed"]
    factories.policy(resource=studio, needs_training=True)
    assert refused(on_behalf.book, **wanted) == ["training_needed"]
    plan = Plan(
        weekdays=frozenset({4}),
        starts_at=dt.time(10),
        ends_at=dt.time(12),
        first=FRIDAY,
        last=FRIDAY,
    )
    (date,) = preview(merchant=merchant, resource=studio, plan=plan)
    assert date.codes == ["training_needed"]


def test_training_when_of_another_resource_person_or_taken_back_then_does_not_count(
    studio, merchant
):
    device, other = camera(studio), camera(studio, name="조명")
    factories.policy(category="equipment", needs_training=True)
    held = hold(studio, merchant)
    trained(merchant, resource=other)
    trained(factories.merchant(), resource=device)
    trainings.revoke(training=trained(merchant, resource=device), by=factories.staff())
    assert refused(confirm, held, equipment=[device]) == ["training_needed"]


def test_training_when_a_colleague_has_it_then_counts_until_he_leaves(studio, merchant):
    factories.policy(resource=studio, needs_training=True)
    colleague = factories.user()
    membership = Membership.objects.create(merchant=merchant, user=colleague)
    trained(merchant, user=colleague, resource=studio)
    booking = confirm(hold(studio, merchant))
    membership.delete()
    moved = {"booking": booking, "starts": kst(30, 10), "ends": kst(30, 12)}
    assert refused(change.move, **moved) == ["training_needed"]


def test_hand_out_when_the_training_is_missing_by_then_refused(at_now, studio, merchant):
    booking = booked(studio, merchant, camera(studio))
    factories.policy(category="equipment", needs_training=True)
    at_now.move_to(NOON)
    assert refused(hand_out, booking) == ["training_needed"]
    trained(merchant, trained_on=FRIDAY)
    assert hand_out(booking).is_out


def test_record_when_it_makes_no_sense_then_refused(merchant):
    stranger, staff = factories.user(), factories.staff()
    assert refused(trained, merchant, user=stranger) == ["not_a_member"]
    tomorrow = dt.date(2026, 11, 24)
    assert refused(trained, merchant, trained_on=tomorrow) == ["trained_later"]
    trained(merchant)
    assert refused(trained, merchant) == ["trained_already"]
    Membership.objects.create(merchant=merchant, user=staff)
    assert refused(trained, merchant, by=staff) == ["own_business"]
    assert refused(trainings.revoke, training=Training.objects.get(), by=staff) == ["own_business"]


def test_training_when_written_past_the_service_then_the_database_refuses(studio, merchant):
    training = trained(merchant)
    for wrong in (
        {"category": ""},
        {"resource": studio},
        {"valid_until": dt.date(2026, 11, 1)},
        {"revoked_at": NOW},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Training.objects.filter(pk=training.pk).update(**wrong)


def soup(answer):
    return BeautifulSoup(answer.content, "html.parser")


def test_pages_when_a_training_is_needed_then_said_before_anything_is_chosen(
    owner_client, client, studio, merchant
):
    device = camera(studio)
    factories.policy(category="equipment", needs_training=True)
    sentence = "처음 이용하기 전에 구성원 한 명 이상이 교육을 이수해야 합니다."
    assert sentence in client.get(device.get_absolute_url()).content.decode()
    assert device.name in soup(client.get("/guide/")).select_one(".prose").text
    held = hold(studio, merchant)
    page = soup(owner_client.get(reverse("booking_confirm", args=[held.reference])))
    assert page.select_one("[name=equipment]").has_attr("disabled")
    assert "교육 필요" in page.select_one(".equipment").text
    trained(merchant)
    page = soup(owner_client.get(reverse("booking_confirm", args=[held.reference])))
    assert not page.select_one("[name=equipment]").has_attr("disabled")
    factories.policy(resource=studio, needs_training=True)
    assert sentence in client.get(studio.get_absolute_url()).content.decode()
    shown = owner_client.get(studio.get_absolute_url()).content.decode()
    assert "교육을 이수한 구성원이 없습니다" in shown


def test_confirm_page_when_sent_untrained_then_said_at_the_equipment(
    owner_client, studio, merchant
):
    device = camera(studio)
    factories.policy(category="equipment", needs_training=True)
    held = hold(studio, merchant)
    data = {"purpose": "촬영", "headcount": "1", "equipment": device.slug, "pledge": "on"}
    answer = owner_client.post(reverse("booking_confirm", args=[held.reference]), data)
    assert answer.status_code == 409
    assert "아직 교육을 이수한 구성원이 없습니다: 카메라" in answer.content.decode()


def found(client, term):
    return [li.b.text for li in soup(client.get(PAGE, {"q": term})).select("#people ~ ul > li")]


def test_trainings_when_searched_by_business_number_name_or_mail_then_the_person(staff_client):
    person = factories.user(name="김촬영", email="shoot@example.com")
    merchant = factories.merchant(owner=person, name="달구벌 공방")
    for term in ("달구벌", merchant.number, merchant.display_number, "촬영", "shoot@"):
        assert found(staff_client, term) == ["김촬영"]
    assert found(staff_client, "없는") == []
    records = AccessRecord.objects.filter(action="search", subject_kind="merchant")
    assert {tuple(record.subject_ids) for record in records} == {(merchant.pk,)}


def test_trainings_when_recorded_and_taken_back_then_both_stay_in_sight(staff_client, merchant):
    member = merchant.memberships.get()
    add = reverse("admin:training_add", args=[member.pk])
    data = {"what": "category:equipment", "trained_on": "2026-11-20", "valid_until": "2026-11-01"}
    assert staff_client.post(add, data).status_code == 400
    late = {**data, "trained_on": "2026-11-24", "valid_until": ""}
    assert staff_client.post(add, late).status_code == 409
    answer = staff_client.post(add, {**data, "valid_until": "2027-11-20"})
    assert (answer.status_code, answer.url) == (302, PAGE)
    made = Training.objects.get()
    assert (made.user, made.category, made.valid_until) == (
        member.user,
        "equipment",
        dt.date(2027, 11, 20),
    )
    staff_client.post(reverse("admin:training_revoke", args=[made.pk]))
    assert "기록 취소됨" in staff_client.get(PAGE).content.decode()
    changes = AccessRecord.objects.filter(action="change", subject_kind="training")
    assert changes.count() == 2


def test_training_add_when_one_resource_is_chosen_then_of_it_alone(staff_client, studio, merchant):
    add = reverse("admin:training_add", args=[merchant.memberships.get().pk])
    staff_client.post(add, {"what": f"resource:{studio.pk}", "trained_on": "2026-11-20"})
    assert (Training.objects.get().resource, Training.objects.get().category) == (studio, "")


@pytest.mark.parametrize("count", [1, 3])
def test_trainings_when_more_rows_then_the_same_queries(
    staff_client, count, django_assert_num_queries
):
    for _ in range(count):
        trained(factories.merchant(name="찾는 상점"))
    with django_assert_num_queries(8):
        staff_client.get(PAGE, {"q": "찾는"})


def test_revoke_when_role_or_method_is_wrong_then_nothing_changes(merchant, owner_client, client):
    training = trained(merchant)
    address = reverse("admin:training_revoke", args=[training.pk])
    official = logged_in(factories.staff("official"))
    answers = [c.post(address).status_code for c in (client, owner_client, official)]
    assert answers == [302, 302, 403]
    assert logged_in(factories.staff()).get(address).status_code == 405
    training.refresh_from_db()
    assert training.revoked_at is None


def test_export_when_trained_then_in_it(merchant, owner):
    trained(merchant, valid_until=FRIDAY)
    (row,) = exports._parts["trainings"](owner)[0]
    assert (row["for"], row["business"], row["valid_until"]) == ("장비", merchant.name, FRIDAY)


def test_account_when_closed_then_its_trainings_go(merchant, owner):
    trained(merchant)
    closing.close(user=owner)
    assert not Training.objects.exists()


def test_retention_when_trainings_and_photos_are_old_then_destroyed(at_now, studio, merchant):
    trained(merchant, resource=studio, valid_until=FRIDAY)
    endless = trained(merchant)
    at_now.move_to(kst(27, 23, year=2027))
    assert due("ended_trainings") == 0
    at_now.move_to(kst(28, 1, year=2027))
    assert due("ended_trainings") == 1
    retention.run(destroy=True)
    assert Training.objects.get() == endless


def due(code):
    return next(o.due for o in retention.run(destroy=False) if o.rule.code == code)
