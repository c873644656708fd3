import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from bookings.models import BookingState, Category, Policy, Unit
from center.models import AccessRecord
from center.permissions import MANAGER
from tests import factories
from tests.bookings.test_closing import closing
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import logged_in

pytestmark = pytest.mark.django_db
LIST = "/admin/bookings/booking/"


@pytest.fixture
def request_(at_now, studio, merchant):
    factories.policy(needs_approval=True)
    return confirm(hold(studio, merchant))


def act(client, booking, action, **data):
    return client.post(
        LIST, {"action": action, "_selected_action": [booking.pk], **data}, follow=True
    )


def test_bookings_when_searched_by_name_number_or_reference_then_found(
    staff_client, request_, merchant
):
    for term in (merchant.name, merchant.number, merchant.display_number, request_.reference):
        assert request_.reference in staff_client.get(LIST, {"q": term}).content.decode()
    assert request_.reference not in staff_client.get(LIST, {"q": "없는 상점"}).content.decode()


def test_bookings_when_a_request_waits_then_its_state_says_until_when(staff_client, request_):
    page = BeautifulSoup(staff_client.get(LIST).content, "html.parser")
    (standing,) = page.select("#result_list .field-standing")
    assert standing.text == "승인 대기, 승인 기한 11. 25.(수) 18:00"
    assert [head.text.strip() for head in page.select("thead .text")][-4:-2] == ["사업체", "상태"]


@pytest.mark.parametrize("rows", [1, 3])
def test_bookings_when_more_rows_then_the_same_queries(
    at_now, house, staff_client, rows, django_assert_num_queries
):
    for _ in range(rows):
        confirm(hold(factories.studio(), factories.merchant()))
    with django_assert_num_queries(9):  # one of them writes the access record
        staff_client.get(LIST)


@pytest.mark.parametrize("action", ["approve", "reject", "cancel"])
def test_bookings_when_decided_unseen_or_cancelled_without_a_reason_then_no_such_action(
    staff_client, request_, action
):
    page = BeautifulSoup(staff_client.get(LIST).content, "html.parser")
    offered = [option["value"] for option in page.select("select[name=action] option")]
    assert offered == ["", "check_in", "check_out", "mark_no_show"]
    act(staff_client, request_, action, reason="purpose")
    request_.refresh_from_db()
    assert request_.state == BookingState.REQUESTED


def test_bookings_when_a_row_is_followed_then_its_page_on_the_schedule(staff_client, request_):
    page = BeautifulSoup(staff_client.get(LIST).content, "html.parser")
    link = page.select_one("#result_list tbody th a")
    assert (link.text, link["href"].partition("?")[0]) == (
        request_.reference,
        reverse("admin:schedule_booking", args=[request_.reference]),
    )
    assert staff_client.get(link["href"]).status_code == 200


def changes():
    return [
        (record.subject_kind, record.subject_ids, record.what)
        for record in AccessRecord.objects.filter(action="change")
    ]


def test_actions_when_done_or_refused_then_the_ticked_are_recorded(at_now, house, staff_client):
    first, second = (confirm(hold(factories.studio(), factories.merchant())) for _ in range(2))
    act(staff_client, first, "check_in")
    assert changes() == [("booking", [first.pk], f"{LIST} check_in")]
    ticked = {"action": "check_in", "_selected_action": [first.pk, second.pk]}
    staff_client.post(LIST, ticked)
    assert sorted(changes()[0][1]) == [first.pk, second.pk]


def test_action_when_for_the_whole_list_then_all_of_it_is_recorded(at_now, house, staff_client):
    rows = [confirm(hold(factories.studio(), factories.merchant())) for _ in range(2)]
    act(staff_client, rows[0], "check_in", select_across="1")
    assert [sorted(ids) for _kind, ids, _what in changes()] == [[row.pk for row in rows]]


@pytest.mark.parametrize("data", [{"action": ""}, {"action": "check_in", "_selected_action": []}])
def test_action_when_none_is_chosen_or_nothing_ticked_then_no_record(staff_client, request_, data):
    staff_client.post(LIST, {"_selected_action": [request_.pk], **data})
    assert changes() == []


def test_booking_when_opened_then_nothing_can_be_typed_over(staff_client, request_):
    address = reverse("admin:bookings_booking_change", args=[request_.pk])
    page = staff_client.get(address).content.decode()
    assert 'name="starts' not in page
    assert 'name="state"' not in page
    staff_client.post(address, {"state": "cancelled", "purpose": "x"})
    request_.refresh_from_db()
    assert request_.purpose == "촬영"


def test_policy_when_manager_adds_one_then_it_is_saved(at_now, studio):
    client = logged_in(factories.staff("manager"))
    data = {
        "valid_from": "2026-12-01",
        "category": "",
        "resource": studio.pk,
        "per_day": "4",
        "needs_approval": "unknown",
    }
    client.post(reverse("admin:bookings_policy_add"), data)
    assert Policy.objects.get().per_day == 4


@pytest.mark.parametrize(
    ("model", "sent", "said"),
    [
        (
            "openinghours",
            {"weekday": "0", "opens": "18:00", "closes": "9:00", "valid_from": "2026-12-01"},
            "닫는 시간은 여는 시간보다 늦어야 합니다.",
        ),
        (
            "openinghours",
            {"valid_from": "2026-12-02", "valid_until": "2026-12-01"}
            | {"weekday": "0", "opens": "9:00", "closes": "18:00"},
            "적용이 끝나는 날은 시작하는 날보다 빠를 수 없습니다.",
        ),
        (
            "specialopening",
            {"date": "2026-12-05", "opens": "18:00", "closes": "18:00", "reason": "장터"},
            "닫는 시간은 여는 시간보다 늦어야 합니다.",
        ),
        (
            "policy",
            {"valid_from": "2026-12-01", "min_minutes": "120", "max_minutes": "60"},
            "최대 이용 시간은 최소 이용 시간보다 짧을 수 없습니다.",
        ),
        (
            "resource",
            {"category": "studio", "slug": "new", "name": "새 방", "name_en": "New"}
            | {"capacity": "0", "position": "0"}
            | {"units-TOTAL_FORMS": "0", "units-INITIAL_FORMS": "0"},
            "수용 인원은 1명 이상으로 적어 주십시오.",
        ),
    ],
)
def test_settings_when_they_contradict_themselves_then_said_in_words(house, model, sent, said):
    manager = logged_in(factories.staff(MANAGER))
    answer = manager.post(reverse(f"admin:bookings_{model}_add"), sent)
    assert answer.status_code == 200
    page = BeautifulSoup(answer.content, "html.parser")
    assert said in [error.text for error in page.select(".errorlist li")]


def test_unit_when_added_in_the_admin_then_closures_hold_for_it(at_now, studio):
    manager = logged_in(factories.staff("manager"))
    manager.post(reverse("admin:bookings_closure_add"), closing(studio))
    page = {
        "slug": studio.slug,
        "category": studio.category,
        "name": studio.name,
        "name_en": "x",
        "capacity": "4",
        "position": "0",
        "is_active": "on",
        "units-TOTAL_FORMS": "1",
        "units-INITIAL_FORMS": "0",
        "units-0-name": "새 방",
        "units-0-in_service": "on",
        "units-0-position": "9",
    }
    manager.post(reverse("admin:bookings_resource_change", args=[studio.pk]), page)
    assert Unit.objects.get(name="새 방").allocations.count() == 1


@pytest.mark.parametrize(
    "model",
    [
        "resource",
        "openinghours",
        "specialopening",
        "holidayoverride",
        "closure",
        "policy",
        "booking",
    ],
)
def test_lists_when_opened_then_korean(request_, model):
    client = logged_in(factories.staff("manager"))
    response = client.get(reverse(f"admin:bookings_{model}_changelist"))
    assert response.status_code == 200
    assert "대구 디지털커머스센터" in response.content.decode()


def test_space_when_its_page_is_opened_then_every_field_of_its_units_is_named(staff_client, studio):
    address = reverse("admin:bookings_resource_change", args=[studio.pk])
    page = BeautifulSoup(staff_client.get(address).content, "html.parser")
    fields = page.select("#units-group input:not([type=hidden]), #units-group select")
    assert len(fields) >= 7
    assert [field["name"] for field in fields if not field.get("aria-label")] == []


def test_resource_when_new_equipment_lacks_a_name_then_the_form_says_so(db):
    manager = logged_in(factories.staff(MANAGER))
    fields = {
        "category": "equipment",
        "units-TOTAL_FORMS": "1",
        "units-INITIAL_FORMS": "0",
        "units-0-name": "1",
    }
    answer = manager.post(reverse("admin:bookings_resource_add"), fields)
    page = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 200
    assert page.select_one("#id_name_error, .field-name .errorlist")
    assert page.select_one('[name="units-0-in_service"]')


@pytest.mark.parametrize(
    ("was", "becomes"), [("equipment", "studio"), ("studio", "equipment"), ("studio", "x")]
)
@pytest.mark.parametrize("sent", [{"name": ""}, {"name": "new", "slug": ""}])
def test_resource_when_its_category_is_changed_and_something_lacks_then_the_form_says_so(
    db, was, becomes, sent
):
    resource = factories.resource(was)
    unit = resource.units.first()
    page = {"category": becomes, "slug": resource.slug, "capacity": "4", "position": "0"}
    page |= {"units-TOTAL_FORMS": "1", "units-INITIAL_FORMS": "1", "units-0-id": unit.pk}
    address = reverse("admin:bookings_resource_change", args=[resource.pk])
    answer = logged_in(factories.staff(MANAGER)).post(address, page | sent)
    assert answer.status_code == 200
    assert BeautifulSoup(answer.content, "html.parser").select_one(".errorlist")


def test_resource_when_two_new_units_have_one_asset_number_then_the_form_says_so(db):
    camera = factories.resource(Category.EQUIPMENT)
    page = {"slug": camera.slug, "category": camera.category, "name": camera.name}
    page |= {"name_en": "x", "capacity": "4", "position": "0", "is_active": "on"}
    page |= {"units-TOTAL_FORMS": "2", "units-INITIAL_FORMS": "0"}
    for number in (0, 1):
        page |= {f"units-{number}-name": f"new {number}", f"units-{number}-position": "9"}
        page |= {f"units-{number}-asset_number": "A-7", f"units-{number}-in_service": "on"}
    address = reverse("admin:bookings_resource_change", args=[camera.pk])
    manager = logged_in(factories.staff(MANAGER))
    answer = manager.post(address, page)
    assert answer.status_code == 200
    assert "A-7" in answer.content.decode()
    row = BeautifulSoup(answer.content, "html.parser").select_one("#units-1 .errorlist")
    assert row is not None
    assert not Unit.objects.filter(asset_number="A-7").exists()
    manager.post(address, page | {"units-1-asset_number": "A-8"})
    assert Unit.objects.filter(asset_number__in=["A-7", "A-8"]).count() == 2


@pytest.mark.parametrize("across", ["0", "False"])
@pytest.mark.parametrize("ticked", ["", "x", "1.5"])
def test_bookings_when_what_is_ticked_is_no_row_then_refused(
    staff_client, request_, ticked, across
):
    sent = {"action": "check_in", "_selected_action": [ticked], "select_across": across}
    answer = staff_client.post(LIST, sent)
    assert answer.status_code == 400
    request_.refresh_from_db()
    assert request_.state == BookingState.REQUESTED
