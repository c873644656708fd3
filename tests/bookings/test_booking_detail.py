import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from bookings.models import Category
from bookings.services import change
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst, logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(at_now, studio, merchant):
    camera = factories.resource(Category.EQUIPMENT, used_in=[studio], name="카메라")
    return confirm(hold(studio, merchant), equipment=[camera])


def page_of(client, booking):
    response = client.get(booking.get_absolute_url())
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_detail_when_confirmed_then_every_field_steps_and_way_out(owner_client, booking):
    page = page_of(owner_client, booking)
    facts = {row.dt.text: row.dd.get_text(" ", strip=True) for row in page.select(".facts > div")}
    assert facts["예약 번호"] == booking.reference
    assert facts["날짜"] == "2026. 11. 27.(금)"
    assert facts["시간"] == "10:00 – 12:00 (정리 포함)"
    assert facts["장비"] == "카메라 1"
    assert facts["이용 목적"] == "촬영"
    assert facts["인원"] == "2명"
    assert facts["취소·변경"].startswith("11. 25.(수) 18:00까지 가능합니다.")
    steps = [(li.get_text(" ", strip=True), li.get("class")) for li in page.select(".steps li")]
    assert steps[0] == ("신청 11. 23.(월) 10:41", ["done"])
    assert steps[2] == ("이용 11. 27.(금) 10:00", ["now"])
    assert "9:50부터 10:10까지 입실할 수 있습니다." in page.select_one(".qr").text


def test_detail_when_deadline_has_passed_then_telephone_instead_of_buttons(at_now, owner, booking):
    at_now.move_to(kst(25, 18, 1))
    page = page_of(logged_in(owner), booking)
    assert not page.find("a", href=reverse("booking_cancel", args=[booking.reference]))
    assert "053-000-0000" in page.select_one(".facts").text


def test_detail_when_moved_and_cancelled_then_history_in_order(owner_client, booking):
    change.move(booking=booking, starts=kst(30, 14), ends=kst(30, 15))
    owner_client.post(reverse("booking_cancel", args=[booking.reference]), {"reason": "health"})
    page = page_of(owner_client, booking)
    entries = [li.get_text(" ", strip=True).split(" ", 3)[-1] for li in page.select(".history li")]
    assert entries[0].startswith("시간 맡아 둠")
    assert entries[1].startswith("예약 확정")
    assert entries[2].startswith("11. 30.(월) 14:00 시간으로 바꿈")
    assert entries[3].startswith("취소")
    assert "아프거나 급한 일이 생겼습니다" in page.select_one(".facts").text


def test_history_when_staff_decided_then_their_name_is_not_shown(owner_client, booking):
    operator = factories.staff(name="이운영")
    from tests.conftest import logged_in

    client = logged_in(operator)
    address = reverse("admin:schedule_cancel", args=[booking.reference])
    assert client.post(address, {"reason": "house_closed"}).status_code == 302
    page = page_of(owner_client, booking)
    assert "취소" in page.select(".history li")[-1].text
    assert "이운영" not in page.text


def test_detail_when_shown_then_a_fixed_number_of_queries(
    owner_client, booking, django_assert_num_queries
):
    with django_assert_num_queries(8):
        owner_client.get(booking.get_absolute_url())


def test_reference_when_typed_in_small_letters_then_found(owner_client, booking):
    assert owner_client.get(f"/bookings/{booking.reference.lower()}/").status_code == 200


def test_qr_when_asked_then_svg_of_the_booking_number(owner_client, booking):
    response = owner_client.get(reverse("booking_qr", args=[booking.reference]))
    assert response["Content-Type"] == "image/svg+xml"
    assert response.content.startswith(b"<svg")
