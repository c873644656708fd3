"""Broadcasts and exhibitions: products, slots, cue sheets, results, booths, settlements."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.urls import reverse

from bookings.models import Allocation, Category
from center.errors import RuleViolation
from center.models import AccessRecord
from center.notifications.models import Message
from center.permissions import EVALUATOR, MANAGER, OFFICIAL
from programs import event_pages
from programs.models import (
    ApplicationState,
    Booth,
    Broadcast,
    Product,
    ProductReview,
    ReviewState,
    Session,
    SessionKind,
    Settlement,
)
from programs.services import broadcasts, exhibitions
from programs.services.broadcasts import CueRow, Sold
from tests import factories
from tests.conftest import NOW, kst, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
SECOND, HOUR = dt.timedelta(seconds=1), dt.timedelta(hours=1)


@pytest.fixture
def by():
    return factories.staff()


def participant(kind="live_commerce", program=None, products=2, **fields):
    program = program or factories.program(kind)
    row = factories.application(program, state=ApplicationState.SELECTED, **fields)
    for n in range(1, products + 1):
        values = {"name": f"상품 {n}", "price": 10_000, "stock": 5}
        Product.objects.create(application=row, position=n, **values)
    return row


def on_air(row, starts):
    times = {"starts": starts, "ends": starts + HOUR}
    values = {"application": row, "merchant": row.merchant, "program": row.program}
    return Session.objects.create(**values, **times, kind=SessionKind.BROADCAST, title="방송")


def refused(code, act, **given):
    with pytest.raises(RuleViolation, match=code):
        act(**given)


def told(kind):
    return [m.recipient for m in Message.objects.filter(kind=f"programs.{kind}", channel="inbox")]


# Broadcasts


def test_choose_then_exactly_these_products(by):
    row, other = participant(), participant()
    first, second = row.products.all()
    broadcasts.choose_products(application=row, products=[second.pk], by=by)
    assert [p.is_chosen for p in row.products.all()] == [False, True]
    broadcasts.choose_products(application=row, products=[first.pk], by=by)
    assert [p.is_chosen for p in row.products.all()] == [True, False]
    theirs = [other.products.first().pk]
    refused("product_unknown", broadcasts.choose_products, application=row, products=theirs, by=by)
    refused("no_product", broadcasts.choose_products, application=row, products=[], by=by)
    out = factories.application(row.program)
    refused("not_taking_part", broadcasts.choose_products, application=out, products=[1], by=by)


def test_cues_when_written_again_then_in_the_order_of_the_minutes():
    row = participant()
    broadcasts.write_cues(application=row, rows=[CueRow(0, "x")])
    made = broadcasts.write_cues(application=row, rows=[CueRow(9, "끝"), CueRow(0, "시작", "진행")])
    assert [(cue.minute, cue.what, cue.who) for cue in made.cues.all()] == [
        (0, "시작", "진행"),
        (9, "끝", ""),
    ]


def enter(row, by, **fields):
    values = {"viewers": 900, "likes": None, "sold": {}, **fields}
    return broadcasts.enter_results(application=row, by=by, **values)


@pytest.mark.parametrize(("at", "works"), [(-SECOND, False), (0 * SECOND, True)])
def test_results_from_the_beginning_of_the_broadcast_on(at_now, by, at, works):
    row = participant()
    on_air(row, kst(25, 14))
    at_now.move_to(kst(25, 14) + at)
    if works:
        assert enter(row, by).viewers == 900
    else:
        refused("broadcast_not_begun", enter, row=row, by=by)


def test_results_when_entered_again_then_corrected_with_history(by):
    row = participant()
    on_air(row, kst(20, 14))
    product = row.products.first()
    broadcasts.choose_products(application=row, products=[product.pk], by=by)
    for sales in (50_000, 60_000):
        made = enter(row, by, sold={product.pk: Sold(6, sales)})
    (result,) = made.results.all()
    assert (result.orders, result.sales) == (6, 60_000)
    assert [event.sales for event in result.events.order_by("pgh_id")] == [50_000, 60_000]
    other = row.products.last()
    refused("product_unknown", enter, row=row, by=by, sold={other.pk: Sold(1, 1)})


def test_database_when_figures_without_a_time_then_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        Broadcast.objects.create(application=participant(), viewers=1)


# Exhibitions


def test_review_when_something_is_asked_then_answered_in_place_and_accepted(by):
    owner = factories.user()
    row = participant("exhibition_online", products=1, merchant=factories.merchant(owner=owner))
    product = row.products.get()
    act = {"product": product, "by": by}
    refused("reason_needed", exhibitions.review, **act, state=ReviewState.REFUSED, reason=" ")
    exhibitions.review(**act, state=ReviewState.SUPPLEMENT, reason="원산지를 적어 주십시오")
    assert told("product_supplement") == [owner]
    client, address = logged_in(owner), f"/products/{product.pk}/"
    assert "원산지를 적어 주십시오" in client.get(address).content.decode()
    data = {"name": "대추청", "description": "", "origin": "경산", "link": ""}
    data |= {"price": "12,000", "sale_price": "13000", "stock": "5", "shipping_fee": "0"}
    assert client.post(address, data).status_code == 400
    assert client.post(address, {**data, "sale_price": "9,900원"}).status_code == 302
    product.refresh_from_db()
    assert (product.origin, product.sale_price) == ("경산", 9_900)
    assert product.review.state == ReviewState.ANSWERED
    assert client.get(address).status_code == 404
    refused("nothing_asked", exhibitions.answer, product=product, entries={})
    exhibitions.review(**act, state=ReviewState.APPROVED, reason="")
    product.refresh_from_db()
    assert product.is_chosen
    assert told("product_decided") == [owner]


def test_product_page_when_not_ones_own_then_not_found(client, other_client, staff_client, by):
    product = participant("exhibition_online", products=1).products.get()
    exhibitions.review(product=product, by=by, state=ReviewState.SUPPLEMENT, reason="x")
    for visitor in (other_client, staff_client):
        assert visitor.get(f"/products/{product.pk}/").status_code == 404
    assert client.get(f"/products/{product.pk}/").status_code == 302


def test_booths_when_a_number_is_there_or_twice_then_named(by):
    program = factories.program("exhibition_offline")
    exhibitions.add_booths(program=program, numbers=["A-1", "A-2"])
    with pytest.raises(RuleViolation) as refusal:
        exhibitions.add_booths(program=program, numbers=["A-2", "B", "B"])
    assert "A-2, B" in refusal.value.violations[0].message
    assert program.booths.count() == 2
    assert exhibitions.add_booths(program=factories.program(), numbers=["A-1"])


def test_booth_when_given_then_one_each_and_nobody_elses(by):
    program = factories.program("exhibition_offline")
    one, two = exhibitions.add_booths(program=program, numbers=["A-1", "A-2"])
    first, second = (participant(program=program) for _ in range(2))
    exhibitions.give_booth(application=first, booth=one, by=by)
    refused("booth_taken", exhibitions.give_booth, application=second, booth=one, by=by)
    exhibitions.give_booth(application=first, booth=two, by=by)
    assert list(program.booths.values_list("application", flat=True)) == [None, first.pk]
    exhibitions.give_booth(application=first, booth=None, by=by)
    assert not Booth.objects.exclude(application=None).exists()
    elsewhere = exhibitions.add_booths(program=factories.program(), numbers=["A-1"])[0]
    refused("booth_unknown", exhibitions.give_booth, application=first, booth=elsewhere, by=by)
    assert len(told("booth")) == 2


@pytest.mark.parametrize(("fee", "works"), [(1_000, True), (1_001, False)])
def test_settlement_when_the_fee_is_at_or_above_the_sales(by, fee, works):
    row = participant("exhibition_offline")
    given = {"application": row, "orders": 3, "note": "", "by": by, "sales": 1_000, "fee": fee}
    if works:
        assert exhibitions.settle(**given).paid_out == 0
    else:
        refused("fee_too_high", exhibitions.settle, **given)
        with pytest.raises(IntegrityError), transaction.atomic():
            Settlement.objects.create(application=row, sales=1_000, fee=fee)


def test_settlement_when_corrected_a_month_later_then_stays_in_its_month(at_now, by):
    given = {"application": participant("exhibition_offline"), "note": "", "by": by}
    exhibitions.settle(**given, orders=3, sales=1_000, fee=0)
    at_now.move_to(kst(8, 9, month=12))
    exhibitions.settle(**given, orders=3, sales=900, fee=0)
    made = exhibitions.settle(**given, orders=3, sales=900, fee=0)  # sent twice
    assert (made.sales, made.settled_at) == (900, NOW)
    assert list(made.events.order_by("pgh_id").values_list("sales", flat=True)) == [1_000, 900]
    assert len(told("settled")) == 2


def test_decisions_for_ones_own_business_are_refused(by):
    row = participant("exhibition_offline", merchant=factories.merchant(owner=by), products=1)
    product, booth = row.products.get(), None
    state = ReviewState.APPROVED
    refused("own_business", exhibitions.review, product=product, state=state, reason="", by=by)
    refused("own_business", exhibitions.give_booth, application=row, booth=booth, by=by)


# The desk


def test_case_when_each_part_is_sent_then_kept(at_now, by, house):
    studio = factories.studio()
    camera = factories.resource(Category.EQUIPMENT, used_in=[studio])
    row = participant()
    client, address = logged_in(by), f"/admin/events/case/{row.pk}/"
    product = row.products.first()
    assert client.post(address, {"act": "choose", "products": [product.pk]}).status_code == 302
    slot = {"act": "slot", "kind": "broadcast", "starts": "2026-11-26T14:00", "minutes": 60}
    slot |= {"room": studio.slug, "equipment": [camera.slug]}
    assert client.post(address, slot).status_code == 302
    session = row.sessions.get()
    assert Allocation.objects.filter(booking=session.booking).count() == 2
    about = {"act": "describe", "platform": "네이버", "link": "https://example.com/", "host": "김"}
    assert client.post(address, {**about, "crew": ""}).status_code == 302
    sheet = {"act": "cues", "cue-TOTAL_FORMS": 2, "cue-INITIAL_FORMS": 0}
    sheet |= {"cue-0-minute": "3", "cue-0-what": "소개", "cue-1-minute": "", "cue-1-what": ""}
    assert client.post(address, {**sheet, "cue-1-what": "끝"}).status_code == 400
    assert client.post(address, sheet).status_code == 302
    results = {"act": "results", "viewers": "1,200", "likes": "30"}
    results |= {f"orders_{product.pk}": "4", f"sales_{product.pk}": "40,000원"}
    assert client.post(address, results).status_code == 409
    at_now.move_to(kst(26, 15))
    client = logged_in(by)
    assert client.post(address, results).status_code == 302
    part = event_pages.broadcast_part(row)
    assert (part.broadcast.viewers, part.broadcast.platform) == (1_200, "네이버")
    assert [cue.what for cue in part.broadcast.cues.all()] == ["소개"]
    assert [result.sales for result in part.broadcast.results.all()] == [40_000]
    assert ([slot.session for slot in part.slots], list(part.chosen)) == ([session], [product])


def slot_in(studio, day="2026-11-26T14:00", **more):
    sent = {"act": "slot", "kind": "broadcast", "starts": day, "minutes": 60, "room": studio.slug}
    return {**sent, **more}


def test_slot_in_the_evening_then_for_a_reason_alone_with_a_way_to_its_page(by, house):
    studio, row = factories.studio(), participant()
    client, address = logged_in(by), f"/admin/events/case/{row.pk}/"
    evening = slot_in(studio, "2026-11-26T21:00")
    refusal = client.post(address, evening)
    assert refusal.status_code == 409
    assert refusal.context["choices"].times
    assert not row.sessions.exists()
    assert client.post(address, {**evening, "override": "저녁 생방송"}).status_code == 302
    session = row.sessions.get()
    reason = session.booking.overrides.get().reason
    assert (session.starts, reason) == (kst(26, 21), "저녁 생방송")
    edit = reverse("admin:session_edit", args=[session.pk])
    assert f'href="{edit}"' in client.get(address).content.decode()
    assert client.get(edit).status_code == 200


@pytest.mark.parametrize("way", ["time", "room", "none"])
def test_slot_when_the_studio_is_taken_then_a_clear_choice_that_is_taken_up(by, house, way):
    studio, other = factories.studio(), factories.studio()
    camera = factories.resource(Category.EQUIPMENT, used_in=[studio, other])
    client, addresses = logged_in(by), []
    for row in (participant(), participant()):
        addresses.append(f"/admin/events/case/{row.pk}/")
    assert client.post(addresses[0], slot_in(studio)).status_code == 302
    wish = slot_in(studio, equipment=[camera.slug])
    refusal = client.post(addresses[1], wish)
    assert refusal.status_code == 409
    ways = refusal.context["choices"]
    assert other in ways.spaces
    nearest = ways.times[0].start
    choose = {"time": f"at:{nearest.isoformat()}", "room": f"room:{other.slug}", "none": "room:"}
    assert f'value="room:{other.slug}"' in refusal.content.decode()
    assert client.post(addresses[1], {**wish, "choose": choose[way]}).status_code == 302
    made = row.sessions.select_related("booking").get()
    room = made.booking and made.booking.resource
    assert (made.starts, room) == {
        "time": (nearest, studio),
        "room": (kst(26, 14), other),
        "none": (kst(26, 14), None),
    }[way]


def test_case_of_an_exhibition_when_reviewed_settled_then_exported_harmlessly(by):
    program = factories.program("exhibition_offline")
    evil = factories.merchant(name="=HYPERLINK(1)")
    row = participant(program=program, merchant=evil, products=1)
    client, address = logged_in(by), f"/admin/events/case/{row.pk}/"
    product = row.products.get()
    review = {"act": "review", "product": product.pk, "state": "supplement", "reason": ""}
    assert client.post(address, review).status_code == 409
    assert client.post(address, {**review, "product": "9" * 30}).status_code == 404
    assert client.post(address, {**review, "state": "approved"}).status_code == 302
    assert ProductReview.objects.get().state == ReviewState.APPROVED
    settle = {"act": "settle", "sales": "1,000,000", "orders": "", "fee": "50000", "note": ""}
    assert client.post(address, settle).status_code == 302
    booths = f"/admin/events/{program.pk}/"
    assert client.post(booths, {"numbers": "A-1, A-2\nA-3"}).status_code == 302
    assert client.post(booths, {"numbers": "A-1"}).status_code == 409
    given = {"act": "booth", "booth": program.booths.first().pk}
    assert client.post(address, given).status_code == 302
    file = f"{booths}settlements.csv"
    assert "사용 목적" in client.get(file).content.decode() or client.get(file).status_code == 200
    answer = client.post(file, {"purpose": "report", "text": "정산 보고"})
    text = b"".join(answer.streaming_content).decode()
    assert "'=HYPERLINK(1)" in text
    assert "A-1,,1000000,50000,950000" in text
    record = AccessRecord.objects.get(action="download")
    assert (record.subject_ids, "정산 보고" in record.purpose) == ([evil.pk], True)
    part = event_pages.booth_part(row)
    assert (part.booth.number, part.settlement.paid_out) == ("A-1", 950_000)


def test_desk_when_not_staff_then_not_shown(client, owner_client, other_client):
    row = participant("exhibition_offline")
    for address in (
        "/admin/events/",
        f"/admin/events/{row.program_id}/",
        f"/admin/events/case/{row.pk}/",
        f"/admin/events/{row.program_id}/settlements.csv",
    ):
        for visitor in (client, owner_client, other_client):
            assert visitor.get(address).status_code == 302
        for role in (OFFICIAL, EVALUATOR):
            assert logged_in(factories.staff(role)).get(address).status_code == 403
        assert logged_in(factories.staff(MANAGER)).get(address).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_desk_when_longer_then_no_more_queries(by, count, django_assert_num_queries):
    program = factories.program("exhibition_offline")
    for _ in range(count):
        participant(program=program)
    client = logged_in(by)
    with django_assert_num_queries(9):
        client.get(f"/admin/events/{program.pk}/")
    with django_assert_num_queries(5):
        client.get("/admin/events/")


def test_own_page_before_there_is_a_booth_then_no_table_without_rows(owner_client, merchant, by):
    row = participant("exhibition_offline", merchant=merchant)
    booth = exhibitions.add_booths(program=row.program, numbers=["A-1"])[0]

    def facts():
        page = BeautifulSoup(owner_client.get(row.get_absolute_url()).content, "html.parser")
        (part,) = page.select("section[aria-labelledby=exhibition]")
        return [found.get_text(" ", strip=True) for found in part.select("dl")]

    assert facts() == []
    exhibitions.give_booth(application=row, booth=booth, by=by)
    assert facts() == ["부스 A-1"]
