"""/programs/ and below, as visitors and applicants see them."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from center import clock
from programs import wording
from programs.kinds import KINDS
from programs.models import Application, ApplicationState, Picture
from tests import factories

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_program_list_when_open_then_card_with_days_left(client, at_now):
    program = factories.program(title="사진 교육", quota=3)
    factories.application(program, state=ApplicationState.SELECTED)
    page = client.get(reverse("program_list")).content.decode()
    assert program.get_absolute_url() in page
    assert "D-7" in page
    assert "2" in page


def test_program_when_draft_then_nobody_sees_it_but_staff(client, staff_client, at_now):
    program = factories.program(state="draft", published_at=None)
    assert client.get(program.get_absolute_url()).status_code == 404
    assert program.title in staff_client.get(program.get_absolute_url()).content.decode()


def test_apply_when_handed_in_then_receipt_and_place(owner_client, merchant, at_now):
    program = factories.program()
    address = reverse("program_apply", args=[program.slug])
    assert owner_client.get(address).status_code == 200
    assert not Application.objects.exists()
    answer = owner_client.post(address, {"contact_phone": "010-1234-5678", "do": "hand_in"})
    application = Application.objects.get()
    assert answer["Location"] == application.get_absolute_url()
    assert (application.state, application.place) == ("selected", 1)
    page = owner_client.get(application.get_absolute_url()).content.decode()
    assert application.receipt in page


def test_apply_when_products_then_added_without_script_and_input_kept(
    owner_client, merchant, at_now
):
    program = factories.program("live_commerce")
    address = reverse("program_apply", args=[program.slug])
    answer = owner_client.post(
        address,
        {"contact_phone": "010-1234-5678", "baseline_sales": "많음", "do": "add_product"},
    )
    product = Application.objects.get().products.get()
    assert answer["Location"] == f"{address}#product-{product.pk}"
    page = owner_client.get(address).content.decode()
    assert "많음" in page
    assert f'name="p{product.pk}-price"' in page


@pytest.mark.parametrize("rows", [1, 3])
def test_program_mine_whatever_the_rows_then_the_same_queries(
    owner_client, merchant, at_now, django_assert_num_queries, rows
):
    made = [factories.application(factories.program(), merchant) for _ in range(rows)]
    for _ in range(rows):
        theirs = factories.application(factories.program(is_joint=True), state="draft")
        theirs.co_applicants.create(merchant=merchant)
    with django_assert_num_queries(7):
        page = owner_client.get(reverse("program_mine")).content.decode()
    assert all(application.receipt in page for application in made)
    assert page.count("답변해 주십시오") == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_program_list_whatever_the_rows_then_the_same_queries(
    client, at_now, django_assert_num_queries, rows
):
    for _ in range(rows):
        factories.application(factories.program(), state=ApplicationState.SELECTED)
    with django_assert_num_queries(3):
        client.get(reverse("program_list"))


@pytest.mark.parametrize("rows", [1, 3])
def test_program_whatever_its_parts_then_the_same_queries(
    owner_client, merchant, at_now, django_assert_max_num_queries, rows
):
    program = factories.program(once_a_year=True)
    for n in range(rows):
        program.criteria.create(position=n, name="상품", weight=10)
        program.district_quotas.create(district=f"2711{n}", places=1)
        program.papers.create(code=f"paper-{n}", name="서류")
        factories.session(program, clock.now() + n * DAY)
    with django_assert_max_num_queries(19):
        assert owner_client.get(program.get_absolute_url()).status_code == 200


def test_program_list_when_filtered_then_what_fits_only(client, at_now):
    now = clock.now()
    here = factories.program(title="여기", districts=["27230"])
    whole = factories.program("consulting", title="모두")
    ahead = factories.program(title="앞", opens_at=now + DAY, districts=["27"])
    past = factories.program(title="지난", opens_at=now - 9 * DAY, closes_at=now - DAY)
    factories.program(title="숨은", is_listed=False)
    factories.program(title="초안", state="draft", published_at=None)

    def shown(**asked):
        answer = client.get(reverse("program_list"), asked)
        return [card.title for card in answer.context["cards"]]

    assert shown() == [row.title for row in (whole, here, ahead, past)] or shown() == [
        row.title for row in (here, whole, ahead, past)
    ]
    assert set(shown(stage="open")) == {"여기", "모두"}
    assert shown(stage="ahead") == ["앞"]
    assert shown(stage="closed") == ["지난"]
    assert shown(kind="consulting") == ["모두"]
    assert set(shown(district="27260")) == {"모두", "앞", "지난"}
    assert len(shown(kind="nonsense")) == 4


def test_feed_then_published_calls_once_each(client, at_now):
    program = factories.program(title="사진 & 교육")
    factories.program(title="숨은", is_listed=False)
    answer = client.get(reverse("program_feed"))
    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    text = answer.content.decode()
    assert text.count("<item>") == 1
    assert "사진 &amp; 교육" in text
    assert program.get_absolute_url() in text


@pytest.mark.parametrize(("left", "badge"), [(3, "D-3"), (0, "D-DAY"), (10, "D-10")])
def test_countdown_then_days_of_the_korean_calendar(at_now, left, badge):
    closes = clock.at(clock.today() + left * DAY, dt.time(18))
    program = factories.program(closes_at=closes)
    assert wording.countdown(program, clock.now()).text == badge


def test_countdown_when_it_ends_at_midnight_then_the_day_before_is_the_last(at_now):
    program = factories.program(closes_at=clock.at(clock.today() + DAY))
    assert wording.countdown(program, clock.now()).text == "D-DAY"


def test_poster_when_the_call_is_a_draft_then_for_staff_alone(client, staff_client, at_now):
    picture = Picture.of(b"jpeg")
    picture.save()
    program = factories.program(poster=picture, state="draft", published_at=None)
    address = reverse("program_poster", args=[program.slug])
    assert [client.get(address).status_code, staff_client.get(address).status_code] == [404, 200]


def test_front_when_calls_are_open_then_the_nearest_deadlines(client, at_now):
    program = factories.program(title="곧 마감")
    assert program.get_absolute_url() in client.get("/").content.decode()


def test_page_in_english_then_its_own_words(client, at_now):
    client.cookies["django_language"] = "en"
    program = factories.program(title="사진", title_en="Photos", body_en="<p>Light</p>")
    page = client.get(program.get_absolute_url()).content.decode()
    assert "Photos" in page
    assert "Who may apply" in page


def structured(client, program):
    page = BeautifulSoup(client.get(program.get_absolute_url()).content, "html.parser")
    found = page.find("script", type="application/ld+json")
    return json.loads(found.string) if found else None


@pytest.mark.parametrize("kind", KINDS)
def test_structured_data_of_every_kind_then_an_event_with_its_days_and_place(client, at_now, kind):
    first, last = dt.date(2026, 12, 7), dt.date(2026, 12, 9)
    program = factories.program(kind, summary="한 문장", runs_from=first, runs_until=last)
    found = structured(client, program)
    address = f"http://testserver{program.get_absolute_url()}"
    expected = {
        "@context": "https://schema.org",
        "@type": "EducationEvent" if kind == "education" else "Event",
        "name": program.title,
        "description": "한 문장",
        "url": address,
        "startDate": "2026-12-07",
        "endDate": "2026-12-09",
        "isAccessibleForFree": True,
    }
    assert {name: found[name] for name in expected} == expected
    mode = found["eventAttendanceMode"].rsplit("/", 1)[1]
    if kind in {"exhibition_online", "market_online"}:
        assert found["location"] == {"@type": "VirtualLocation", "url": address}
        assert mode == "OnlineEventAttendanceMode"
    else:
        assert found["location"]["@type"] == "Place"
        assert mode == "OfflineEventAttendanceMode"
    opens = clock.local(program.opens_at).isoformat()
    closes = clock.local(program.closes_at).isoformat()
    assert (found["offers"]["validFrom"], found["offers"]["validThrough"]) == (opens, closes)


@pytest.mark.parametrize(
    ("days", "expected"),
    [({}, None), ({"runs_from": 7}, (7, 7)), ({"runs_until": 9}, (9, 9))],
)
def test_structured_data_when_a_day_is_unknown_then_no_invented_one(client, at_now, days, expected):
    known = {name: dt.date(2026, 12, day) for name, day in days.items()}
    found = structured(client, factories.program("social_media", **known))
    said = None if expected is None else tuple(f"2026-12-{day:02}" for day in expected)
    assert (found and (found["startDate"], found["endDate"])) == said
