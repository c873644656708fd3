"""The pages of consultations, as owner, other merchant, staff, consultants and anonymous."""

import datetime as dt

import pytest
from django.urls import reverse

from bookings.models import Category
from center import heavy
from center.models import AccessRecord
from center.permissions import MANAGER, OFFICIAL
from programs import consultation_pages
from programs.models import ApplicationState, Consultation
from programs.services import consulting, consulting_log
from programs.services.consulting import Place
from programs.services.consulting_log import Log
from tests import factories
from tests.conftest import kst, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
LOG = {"situation": "사진이 어둡습니다", "advice": "자연광", "next_steps": "두 주 뒤"}
FORM = {
    "field": "page",
    "way": "here",
    "question": "상세페이지를 고치고 싶습니다",
    "first": "2026-11-26T10:00",
    "second": "2026-11-26T14:00",
    "third": "2026-11-27T10:00",
}
STARTS = kst(26, 10)


@pytest.fixture
def application(merchant):
    program = factories.program("consulting")
    return factories.application(program, merchant, ApplicationState.SELECTED)


@pytest.fixture
def row(application):
    """Arranged for Thursday at ten."""
    asked = factories.consultation(application)
    return consulting.assign(
        consultation=asked,
        consultant=factories.consultant(),
        starts=STARTS,
        place=Place(text="가게"),
        by=factories.staff(),
    )


def test_new_when_sent_then_asked_for_on_the_korean_clock(owner_client, application):
    address = reverse("consultation_new", args=[application.receipt])
    page = owner_client.post(address, FORM)
    made = Consultation.objects.get()
    assert (page.status_code, page["location"]) == (302, made.get_absolute_url())
    assert [wish.starts for wish in made.wishes.all()] == [STARTS, kst(26, 14), kst(27, 10)]
    again = owner_client.get(address)
    assert 'data-code="consultation_open"' in again.content.decode()


def test_new_when_refused_then_the_words_stay(owner_client, application):
    address = reverse("consultation_new", args=[application.receipt])
    page = owner_client.post(address, {**FORM, "second": FORM["first"]})
    assert page.status_code == 409
    assert FORM["question"] in page.content.decode()
    assert owner_client.post(address, {**FORM, "first": ""}).status_code == 400


def test_merchant_pages_when_not_ones_own_then_not_found(
    client, other_client, staff_client, application, row
):
    addresses = [
        reverse("consultation_new", args=[application.receipt]),
        row.get_absolute_url(),
        reverse("consultation_report", args=[row.reference]),
    ]
    for address in addresses:
        for visitor in (other_client, staff_client, logged_in(row.consultant)):
            assert visitor.get(address).status_code == 404
        assert client.get(address).status_code == 302
    assert other_client.get("/consultations/").context["entries"] == []


def test_consultant_pages_when_not_the_consultant_then_hidden(
    client, owner_client, staff_client, row
):
    address = reverse("consulting_session", args=[row.reference])
    other = logged_in(factories.consultant().user)
    assert other.get(address).status_code == 404
    assert other.post(address, {**LOG, "act": "close"}).status_code == 404
    assert other.get("/consulting/").context["entries"] == []
    for visitor in (owner_client, staff_client):
        assert visitor.get(address).status_code == 403
    assert client.get(address).status_code == 302


def test_consultant_when_writing_then_kept_closed_and_the_report_is_there(
    at_now, owner_client, row
):
    client, address = logged_in(row.consultant), f"/consulting/{row.reference}/"
    assert client.get("/consulting/").context["entries"][0].starts == STARTS
    assert client.post(address, {**LOG, "advice": "", "act": "keep"}).status_code == 302
    early = client.post(address, {**LOG, "act": "close"})
    assert early.status_code == 409
    report = reverse("consultation_report", args=[row.reference])
    assert owner_client.get(report).status_code == 404
    at_now.move_to(STARTS + dt.timedelta(minutes=5))
    client, owner_client = logged_in(row.consultant), logged_in(row.merchant.memberships.get().user)
    lacking = client.post(address, {**LOG, "advice": "", "act": "close"})
    assert (lacking.status_code, LOG["situation"] in lacking.content.decode()) == (409, True)
    assert client.post(address, {**LOG, "act": "close"}).status_code == 302
    shown = owner_client.get(row.get_absolute_url()).content.decode()
    assert LOG["advice"] in shown
    with heavy.paper_work():
        assert owner_client.get(report).status_code == 429
    file = owner_client.get(report)
    assert (file["Content-Type"], file.content[:5]) == ("application/pdf", b"%PDF-")


def test_consultant_when_looking_then_recorded(row):
    logged_in(row.consultant).get(f"/consulting/{row.reference}/")
    assert AccessRecord.objects.filter(subject_kind="consultation").get().subject_ids == [row.pk]


def test_owner_when_calling_off_then_with_a_reason(owner_client, row):
    assert owner_client.post(row.get_absolute_url(), {"reason": ""}).status_code == 409
    assert owner_client.post(row.get_absolute_url(), {"reason": "일이 생김"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "cancelled"


def test_part_when_the_limit_is_reached_then_why(application):
    part = consultation_pages.part_of(application)
    assert (part.may_ask, list(part.entries)) == (True, [])
    factories.consultation(application)
    part = consultation_pages.part_of(application)
    assert [violation.code for violation in part.refusals] == ["consultation_open"]
    other = factories.application(factories.program("education"), state="selected")
    assert consultation_pages.part_of(other) is None


# The desk


def test_desk_when_opened_then_the_oldest_first_with_a_record(staff_client, application):
    late = factories.consultation(application)
    early = factories.consultation(requested_at=kst(20))
    page = staff_client.get("/admin/consultations/")
    assert [entry.consultation for entry in page.context["entries"]] == [early, late]
    assert AccessRecord.objects.get(subject_kind="consultation").subject_ids == [early.pk, late.pk]


def test_desk_when_a_proposal_is_taken_then_arranged(staff_client, application):
    consultant = factories.consultant()
    asked = factories.consultation(application)
    address = f"/admin/consultations/{asked.pk}/"
    page = staff_client.get(address)
    link = f"?consultant={consultant.pk}&amp;starts=2026-11-26T10:00#assign"
    assert link in page.content.decode()
    chosen = staff_client.get(f"{address}?consultant={consultant.pk}&starts=2026-11-26T10:00")
    assert 'value="2026-11-26T10:00"' in chosen.content.decode()
    data = {"act": "assign", "consultant": consultant.pk, "starts": "2026-11-26T10:00"}
    assert staff_client.post(address, data).status_code == 409  # no place
    assert staff_client.post(address, {**data, "place_text": "가게"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.session.starts) == ("assigned", STARTS)
    assert staff_client.post(address, {"act": "take_back", "reason": "사정"}).status_code == 302
    assert staff_client.post(address, {"act": "call_off", "reason": "사정"}).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "cancelled"


def test_desk_when_the_room_is_taken_then_another_is_offered_and_taken_up(
    staff_client, application, house
):
    room, other = (factories.resource(Category.CONFERENCE, capacity=4) for _ in range(2))
    tiny = factories.resource(Category.CONFERENCE, capacity=1)
    first, asked = factories.consultation(), factories.consultation(application)
    data = {"act": "assign", "starts": "2026-11-26T10:00", "room": room.pk}
    one = {**data, "consultant": factories.consultant().pk}
    assert staff_client.post(f"/admin/consultations/{first.pk}/", one).status_code == 302
    address = f"/admin/consultations/{asked.pk}/"
    two = {**data, "consultant": factories.consultant().pk}
    refused = staff_client.post(address, two)
    assert refused.status_code == 409
    assert other in refused.context["spaces"]
    assert not {room, tiny} & set(refused.context["spaces"])
    assert f'value="room:{other.pk}"' in refused.content.decode()
    assert staff_client.post(address, {**two, "choose": f"room:{other.pk}"}).status_code == 302
    asked.refresh_from_db()
    assert asked.session.booking.resource == other


def test_desk_when_it_is_at_the_center_then_begins_with_the_room_of_the_last_one(
    staff_client, application, house
):
    room = factories.resource(Category.CONFERENCE, capacity=4)
    first, here = factories.consultation(way="here"), factories.consultation(application)
    visit = factories.consultation(way="visit")
    given = {"act": "assign", "starts": "2026-11-26T10:00", "room": room.pk}
    given["consultant"] = factories.consultant().pk

    def shown(row):
        page = staff_client.get(f"/admin/consultations/{row.pk}/")
        return page.context["assign"]["room"].value()

    assert shown(here) is None
    assert staff_client.post(f"/admin/consultations/{first.pk}/", given).status_code == 302
    assert (shown(here), shown(visit)) == (room.pk, None)


def test_desk_when_not_staff_then_not_shown(client, owner_client, other_client, row):
    address = f"/admin/consultations/{row.pk}/"
    for visitor in (client, owner_client, other_client, logged_in(row.consultant)):
        assert visitor.get(address).status_code == 302
    assert logged_in(factories.staff(OFFICIAL)).get(address).status_code == 403
    assert logged_in(factories.staff(MANAGER)).get(address).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_lists_when_longer_then_no_more_queries(count, owner, django_assert_num_queries):
    consultant, by = factories.consultant(), factories.staff()
    business = factories.merchant(owner=owner)
    for n in range(count):
        program = factories.program("consulting")
        asked = factories.consultation(factories.application(program, business, "selected"))
        when = kst(26, 10 + 2 * n)
        values = {"consultation": asked, "consultant": consultant, "by": by}
        made = consulting.assign(**values, starts=when, place=Place(text="가게"))
        consulting_log.keep(consultation=made, log=Log("x"), by=consultant.user)
    for person, address, queries in (
        (owner, "/consultations/", 5),
        (consultant.user, "/consulting/", 8),
        (by, "/admin/consultations/?show=arranged", 7),
    ):
        client = logged_in(person)
        with django_assert_num_queries(queries):
            client.get(address)


def test_admin_when_a_consultant_is_made_then_with_fields_and_hours():
    person = factories.evaluator()
    client = logged_in(factories.staff(MANAGER))
    data = {"user": person.pk, "fields": ["page", "law"], "is_active": "on", "introduction": ""}
    hours = {"hours-TOTAL_FORMS": 1, "hours-INITIAL_FORMS": 0, "hours-0-weekday": 0}
    hours |= {"hours-0-opens": "09:00", "hours-0-closes": "18:00"}
    page = client.post("/admin/programs/consultant/add/", {**data, **hours})
    assert page.status_code == 302
    assert (person.consultant.fields, person.consultant.hours.count()) == (["page", "law"], 1)


def test_menu_when_one_may_hold_consultations_then_leads_to_them(client):
    address = f'href="{reverse("consulting_list")}"'
    assert address in logged_in(factories.evaluator()).get("/").content.decode()
    assert address not in logged_in(factories.user()).get("/").content.decode()
    assert address not in client.get("/").content.decode()


def test_footer_when_anybody_then_leads_to_open_data_and_certificates(client):
    page = client.get("/guide/").content.decode()
    for name in ("open_data", "certificates"):
        assert f'href="{reverse(name)}"' in page
