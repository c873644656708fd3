"""The pages of the equipment desk: lists, checklists, repair, photos; who may open them."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from bookings.models import Damage, HandOver, Photo
from bookings.services import repair
from center.models import AccessRecord
from merchants.models import Membership
from tests import factories
from tests.bookings.devices import NOON, booked, camera, hand_out, take_back, unit_of
from tests.conftest import kst, logged_in
from tests.merchants.papers import uploads

pytestmark = pytest.mark.django_db
DESK = "/admin/equipment/"


@pytest.fixture
def booking(at_now, studio, merchant):
    made = booked(studio, merchant, camera(studio))
    at_now.move_to(NOON)
    return made


@pytest.fixture
def desk(booking):
    """Somebody behind the counter at noon on Friday."""
    return logged_in(factories.staff())


def page(client, address, **asked):
    return BeautifulSoup(client.get(address, asked).content, "html.parser")


def rows(show):
    """Of a list of the desk, as somebody sees it who has just logged in."""
    found = page(logged_in(factories.staff()), DESK, show=show)
    return [li.get_text(" ", strip=True) for li in found.select(".rows > li")]


def out_address(booking):
    return reverse("admin:equipment_hand_out", args=[booking.pk, unit_of(booking).pk])


def back_address(hand_over):
    return reverse("admin:hand_over", args=[hand_over.pk])


def test_addresses_when_reversed_then_as_the_plan_says():
    assert reverse("admin:equipment") == DESK
    assert reverse("admin:trainings") == "/admin/trainings/"
    assert reverse("admin:bookings_unit_changelist") == "/admin/bookings/unit/"


def test_desk_when_the_day_goes_on_then_each_device_stands_in_its_list(at_now, booking, merchant):
    (row,) = rows("today")
    assert merchant.name in row
    assert booking.reference in row
    made = hand_out(booking)
    assert rows("today") == []
    assert len(rows("out")) == 1
    assert rows("overdue") == []
    at_now.move_to(kst(27, 12))
    assert rows("overdue") == []
    at_now.move_to(kst(27, 12, 1))
    assert len(rows("overdue")) == 1
    take_back(made)
    repair.take_out(unit=made.unit, reason="렌즈 청소")
    assert [("렌즈 청소" in row) for row in rows("repair")] == [True]
    assert rows("out") == []


def test_desk_when_written_off_then_not_in_repair(booking):
    staff = factories.staff()
    damage = repair.report(unit=unit_of(booking), by=staff, description="파손")
    repair.close(damage=damage, by=staff, state="written_off")
    assert rows("repair") == []


def test_desk_when_not_back_from_another_then_another_one_is_offered(at_now, studio, merchant):
    device = camera(studio)
    first = booked(studio, factories.merchant(), device, start=kst(27, 9), end=kst(27, 10))
    booked(studio, merchant, device, start=kst(27, 11), end=kst(27, 12))
    at_now.move_to(kst(27, 9, 30))
    hand_out(first)
    at_now.move_to(kst(27, 11))
    (row,) = rows("today")
    assert "아직 반납되지 않음" in row
    assert "다른 장비로 바꾸기" in row
    spare = camera(studio, name="보조 카메라").units.get()
    address = reverse("admin:equipment_repair", args=[unit_of(first).pk])
    found = page(logged_in(factories.staff()), address)
    assert [o["value"] for o in found.select("select option")] == [str(spare.pk), ""]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("show", "queries"), [("today", 9), ("out", 9), ("repair", 8)])
def test_desk_when_more_rows_then_the_same_queries(
    at_now, house, count, show, queries, django_assert_num_queries
):
    space = factories.studio(count)
    device = camera(space, units=count)
    made = [booked(space, factories.merchant(), device) for _ in range(count)]
    at_now.move_to(NOON)
    for booking in made if show == "out" else []:
        hand_out(booking)
    for booking in made if show == "repair" else []:
        repair.take_out(unit=unit_of(booking), reason="점검")
    client = logged_in(factories.staff())
    with django_assert_num_queries(queries):
        client.get(DESK, {"show": show})


def test_hand_out_when_sent_then_noted_and_back_to_the_list(desk, booking):
    (battery, _charger) = unit_of(booking).accessories.all()
    answer = desk.post(out_address(booking), {"condition": "good", "there": [battery.pk]})
    assert (answer.status_code, answer.url) == (302, DESK)
    made = HandOver.objects.get()
    assert [item.went_out for item in made.items.all()] == [True, False]


def test_hand_out_when_tick_all_without_script_then_all_ticked_and_typing_kept(desk, booking):
    typed = {"condition": "worn", "notes": "긁힌 자국", "tick": "all"}
    answer = desk.post(out_address(booking), typed)
    found = BeautifulSoup(answer.content, "html.parser")
    assert not HandOver.objects.exists()
    assert len(found.select("[name=there][checked]")) == 2
    assert found.select_one("[name=condition][checked]")["value"] == "worn"
    assert found.select_one("[name=notes]")["value"] == "긁힌 자국"
    assert not found.select(".errors")


def test_hand_out_when_something_is_wrong_then_typing_is_kept(desk, booking):
    (battery, _charger) = unit_of(booking).accessories.all()
    typed = {"condition": "", "notes": "긁힌 자국", "there": [battery.pk]}
    answer = desk.post(out_address(booking), typed)
    found = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 400
    assert "장비의 상태를 골라" in found.select_one(".errors").text
    assert [box["value"] for box in found.select("[name=there][checked]")] == [str(battery.pk)]
    assert found.select_one("[name=notes]")["value"] == "긁힌 자국"


def test_hand_out_when_refused_then_409_and_the_sentence(at_now, desk, booking):
    hand_out(booking)
    answer = desk.post(out_address(booking), {"condition": "good"})
    assert answer.status_code == 409
    assert "대여 중입니다" in answer.content.decode()


def test_hand_over_when_taken_back_then_missing_ones_are_shown(desk, booking):
    made = hand_out(booking)
    battery, _charger = made.items.all()
    sent = {"condition": "good", "there": [battery.pk]}
    answer = desk.post(back_address(made), sent)
    assert answer.status_code == 400
    assert answer.context["form"].errors["notes"] == [
        "돌아오지 않은 것: 충전기. 있으면 표시하고, 없으면 사정을 여기에 적어 주십시오."
    ]
    assert answer.context["form"].ticked == {str(battery.pk)}
    answer = desk.post(back_address(made), sent | {"notes": "내일 가져오기로 함"})
    assert answer.url == f"{DESK}?show=out"
    found = page(desk, back_address(made))
    assert [li.get_text(" ", strip=True) for li in found.select("#items ~ ul li")] == [
        "배터리 반납",
        "충전기 없어짐",
    ]
    assert not found.select("[name=there]")
    again = {"condition": "good", "notes": "x"}
    assert desk.post(back_address(made), again).status_code == 409


def test_hand_over_when_back_and_faulty_then_on_to_the_damage_and_the_repair(desk, booking):
    made = hand_out(booking)
    there = [item.pk for item in made.items.all()]
    answer = desk.post(back_address(made), {"condition": "faulty", "there": there})
    assert answer.url == f"/admin/equipment/damage/{made.unit_id}/?hand_over={made.pk}"
    assert desk.post(answer.url, {"description": ""}).status_code == 400
    answer = desk.post(answer.url, {"description": "렌즈 깨짐", "cost_estimate": "150000"})
    assert answer.url == f"/admin/equipment/repair/{made.unit_id}/"
    damage = Damage.objects.get()
    assert (damage.hand_over, damage.cost_estimate) == (made, 150_000)
    assert "약 150,000원" in desk.get(answer.url).content.decode()


def test_damage_when_another_devices_hand_over_is_named_then_not_taken(desk, booking, studio):
    made = hand_out(booking)
    other = camera(studio).units.get()
    for asked in (str(made.pk), "x", "", "9" * 5000):
        address = f"{reverse('admin:equipment_damage', args=[other.pk])}?hand_over={asked}"
        desk.post(address, {"description": "고장", "stays_in_service": "on"})
    assert set(Damage.objects.values_list("hand_over", flat=True)) == {None}


def test_repair_when_bookings_are_touched_then_replaced_in_one_go_or_called(
    at_now, desk, booking, studio, merchant
):
    unit = unit_of(booking)
    later = booked(
        studio,
        factories.merchant(phone="053-777-1234"),
        unit.resource,
        start=kst(4, 10, month=12),
        end=kst(4, 11, month=12),
    )
    spare = camera(studio, name="보조 카메라")
    repair.take_out(unit=unit, reason="고장")
    address = reverse("admin:equipment_repair", args=[unit.pk])
    device = spare.units.get()
    found = page(desk, address)
    assert [s["name"] for s in found.select("select")] == [
        f"booking_{booking.pk}",
        f"booking_{later.pk}",
    ]
    data = {"act": "replace", f"booking_{booking.pk}": device.pk, f"booking_{later.pk}": ""}
    assert desk.post(address, data).status_code == 302
    assert (unit_of(booking), unit_of(later)) == (device, unit)
    repair.take_out(unit=device, reason="고장")
    found = page(desk, address)
    assert not found.select("select")
    assert "053-777-1234" in found.text
    assert AccessRecord.objects.filter(subject_kind="booking", what=address).exists()


def test_repair_when_closed_and_put_back_then_in_service(desk, booking):
    unit = unit_of(booking)
    address = reverse("admin:equipment_repair", args=[unit.pk])
    assert desk.post(address, {"act": "take_out", "reason": ""}).status_code == 400
    desk.post(address, {"act": "take_out", "reason": "점검"})
    damage = repair.report(unit=unit, by=factories.staff(), description="고장")
    page_ = desk.post(address, {"act": "put_back"}, follow=True).content.decode()
    assert "처리하지 않은 파손이 남아 있습니다" in page_
    closing = {"act": "close", "damage": damage.pk, "note": "교체"}
    assert desk.post(address, closing).status_code == 400
    desk.post(address, {**closing, "state": "repaired"})
    desk.post(address, {"act": "put_back"})
    unit.refresh_from_db()
    damage.refresh_from_db()
    assert (unit.in_service, damage.state, damage.closing_note) == (True, "repaired", "교체")
    assert desk.post(address, {"act": "nonsense"}).status_code == 400


def test_photo_when_sent_then_made_anew_and_shown_to_staff_alone(desk, booking, owner_client):
    data = {"condition": "good", "photo": uploads.upload(uploads.jpeg_with_place())}
    desk.post(out_address(booking), data)
    photo = HandOver.objects.get().out_photo
    assert b"Phone of Hong" not in bytes(photo.content)
    address = reverse("admin:equipment_photo", args=[photo.pk])
    answer = desk.get(address)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.content == bytes(photo.content)
    assert owner_client.get(address).status_code == 302


@pytest.mark.parametrize("content", [uploads.HTML, uploads.SVG, uploads.pdf(), b"\xff\xd8\xffx"])
def test_photo_when_it_is_none_then_refused_and_nothing_is_kept(desk, booking, content):
    data = {"condition": "good", "photo": uploads.upload(content)}
    answer = desk.post(out_address(booking), data)
    assert answer.status_code == 400
    assert not Photo.objects.exists()
    assert not HandOver.objects.exists()
    assert "사진은 다시 골라" in answer.content.decode()


def addresses(booking, hand_over):
    return [
        DESK,
        reverse("admin:equipment_hand_out", args=[booking.pk, hand_over.unit_id]),
        back_address(hand_over),
        reverse("admin:equipment_damage", args=[hand_over.unit_id]),
        reverse("admin:equipment_repair", args=[hand_over.unit_id]),
        "/admin/bookings/unit/",
        reverse("admin:bookings_unit_change", args=[hand_over.unit_id]),
        "/admin/bookings/unit/ledger.csv",
        "/admin/trainings/",
        reverse("admin:training_add", args=[booking.merchant.memberships.get().pk]),
    ]


@pytest.mark.parametrize(
    ("role", "status"),
    [("operator", 200), ("manager", 200), ("official", 403), ("evaluator", 403)],
)
def test_pages_when_role_then_open_or_away(booking, role, status):
    made, client = hand_out(booking), logged_in(factories.staff(role))
    found = {address: client.get(address).status_code for address in addresses(booking, made)}
    assert found == dict.fromkeys(found, status)


def test_pages_when_merchant_or_anonymous_then_away(booking, client, owner, merchant):
    made = hand_out(booking)
    for address in addresses(booking, made):
        assert logged_in(owner).get(address).status_code == 302
        assert client.get(address).status_code == 302


def test_posts_when_official_then_nothing_changes(booking):
    made, client = hand_out(booking), logged_in(factories.staff("official"))
    sent = [
        (back_address(made), {"condition": "good"}),
        (
            reverse("admin:equipment_repair", args=[made.unit_id]),
            {"act": "take_out", "reason": "x"},
        ),
        (reverse("admin:equipment_damage", args=[made.unit_id]), {"description": "x"}),
    ]
    assert [client.post(address, data).status_code for address, data in sent] == [403] * 3
    made.refresh_from_db()
    assert (made.is_out, Damage.objects.count()) == (True, 0)


def test_hand_over_when_looked_at_or_changed_then_recorded(desk, booking):
    desk.get(out_address(booking))
    desk.post(out_address(booking), {"condition": "good"})
    desk.get(back_address(HandOver.objects.get()))
    found = AccessRecord.objects.order_by("pk").values_list("subject_kind", "action")
    assert list(found) == [
        ("booking", "view"),
        ("handover", "change"),
        ("handover", "view"),
    ]


def test_detail_when_lent_then_the_business_sees_what_and_until_when(at_now, booking, owner):
    made = hand_out(booking)
    text = page(logged_in(owner), booking.get_absolute_url()).get_text(" ", strip=True)
    assert "11. 27.(금) 12:00까지 반납해 주십시오." in text
    assert "배터리" in text
    at_now.move_to(kst(27, 12, 1))
    assert "기한 지남" in page(logged_in(owner), booking.get_absolute_url()).text
    take_back(made, items=[])
    found = page(logged_in(owner), booking.get_absolute_url()).select_one("[aria-labelledby=lent]")
    assert "반납함" in found.text
    assert len(found.select(".badge.no")) == 2


def test_errands_when_devices_are_out_or_broken_then_said_with_their_list(at_now, booking):
    hand_out(booking)
    other = camera(booking.resource).units.get()
    repair.take_out(unit=other, reason="점검")
    at_now.move_to(kst(27, 12, 1))
    staff = logged_in(factories.staff())
    found = {a["href"]: a.text for a in page(staff, "/admin/").select("#errands ~ ul a")}
    mine = {href: text for href, text in found.items() if href.startswith(DESK)}
    assert mine == {
        f"{DESK}?show=overdue": "반납 기한이 지난 장비가 1대 있습니다.",
        f"{DESK}?show=out": "대여 중인 장비가 1대 있습니다.",
        f"{DESK}?show=repair": "수리 중인 장비가 1대 있습니다.",
    }
    assert next(iter(found)) == f"{DESK}?show=overdue"  # what is urgent stands first


def test_hand_out_when_own_business_then_refused_on_the_page(booking, merchant):
    mine = factories.staff()
    Membership.objects.create(merchant=merchant, user=mine)
    assert logged_in(mine).post(out_address(booking), {"condition": "good"}).status_code == 409
