"""The evaluators' pages: whose they are by every address, what they show and what they keep."""

import io

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from PIL import Image

from center.models import AccessRecord
from programs.models import (
    ApplicationState,
    Mark,
    Picture,
    Product,
    ProductPhoto,
    Sheet,
    SheetState,
)
from tests import factories
from tests.conftest import logged_in

pytestmark = pytest.mark.django_db
POINTS = {"points_1": "80", "points_2": "70", "comment": "좋습니다"}


@pytest.fixture
def program(at_now):
    return factories.scored_program(60, 40)


@pytest.fixture
def person():
    return factories.evaluator()


@pytest.fixture
def merchant():
    return factories.merchant(
        name="비밀상점", representative="홍비밀", phone="010-9999-1234", address="비밀로 77"
    )


@pytest.fixture
def row(program, person, merchant):
    application = factories.application(program, merchant, contact_phone="053-777-8888")
    return factories.assignment(application, person)


@pytest.fixture
def photo(row):
    file = io.BytesIO()
    Image.new("RGB", (4, 4)).save(file, "JPEG")
    picture = Picture.of(file.getvalue())
    picture.save()
    product = Product.objects.create(
        application=row.application, position=1, name="유자청", price=18000, stock=3
    )
    return ProductPhoto.objects.create(product=product, picture=picture, position=1)


def places(row, photo):
    slug, receipt = row.application.program.slug, row.application.receipt
    return {
        "program": reverse("evaluation_program", args=[slug]),
        "lock": reverse("evaluation_lock", args=[slug]),
        "sheet": reverse("evaluation_sheet", args=[slug, receipt]),
        "photo": reverse("evaluation_photo", args=[slug, receipt, photo.picture.public_id]),
    }


def sheet_of(row):
    return reverse("evaluation_sheet", args=[row.application.program.slug, row.application.receipt])


def test_addresses_when_reversed_then_as_named(row):
    assert reverse("evaluation_list") == "/evaluations/"
    assert (
        sheet_of(row) == f"/evaluations/{row.application.program.slug}/{row.application.receipt}/"
    )


def test_pages_when_assigned_then_open(row, photo):
    client = logged_in(row.evaluator)
    for address in ["/evaluations/", *places(row, photo).values()]:
        assert client.get(address).status_code == 200, address


def test_pages_when_somebody_else_by_any_address_then_not_there(row, photo, program, merchant):
    assigned_elsewhere = factories.evaluator()
    factories.assignment(factories.application(program), assigned_elsewhere)
    staff_and_others = [
        factories.evaluator(),
        factories.staff(),
        factories.staff("manager"),
        factories.user(),
        merchant.memberships.get().user,
    ]
    for other in [*staff_and_others, assigned_elsewhere]:
        client = logged_in(other)
        for name, address in places(row, photo).items():
            if other == assigned_elsewhere and name in {"program", "lock"}:
                continue  # of the same program, with an application of his own
            assert client.get(address).status_code == 404, (name, other)
            if name != "photo":
                assert client.post(address, {**POINTS, "do": "lock"}).status_code == 404
        shown = client.get("/evaluations/")
        assert shown.status_code == (200 if other.groups.filter(name="evaluator") else 404)
    page = logged_in(assigned_elsewhere).get(places(row, photo)["program"]).content.decode()
    assert row.application.receipt not in page
    assert "비밀상점" not in page
    assert not Sheet.objects.exists()


def test_pages_when_anonymous_then_log_in(client, row, photo):
    for address in ["/evaluations/", *places(row, photo).values()]:
        assert client.get(address).url == f"/account/login/?next={address}"
        assert client.post(address, POINTS).status_code == 302
    assert not Sheet.objects.exists()


@pytest.mark.parametrize("change", ["released", "undeclared", "withdrawn", "role"])
def test_sheet_when_it_is_not_theirs_any_more_then_not_there(at_now, program, person, row, change):
    if change == "released":
        row.released_at, row.release_reason = program.closes_at, "x"
    if change == "undeclared":
        row.has_conflict = row.declared_at = None
    row.save()
    if change == "withdrawn":
        row.application.state = ApplicationState.WITHDRAWN
        row.application.save()
    if change == "role":
        person.groups.clear()
    client = logged_in(person)
    assert client.get(sheet_of(row)).status_code == 404
    assert client.post(sheet_of(row), POINTS).status_code == 404
    assert not Sheet.objects.exists()


def test_sheet_when_another_evaluator_of_the_same_application_then_each_his_own(program, row):
    other = factories.assignment(row.application, factories.evaluator())
    factories.sheet(other, 11, 12)
    page = BeautifulSoup(logged_in(row.evaluator).get(sheet_of(row)).content, "html.parser")
    assert [field.get("value") for field in page.select("input.points")] == [None, None]
    logged_in(row.evaluator).post(sheet_of(row), POINTS)
    assert [m.points for m in other.sheet.marks.all()] == [11, 12]
    assert [m.points for m in row.sheet.marks.all()] == [80, 70]


def test_sheet_when_shown_then_nothing_of_who_is_behind_it_and_written_down(row, photo):
    page = logged_in(row.evaluator).get(sheet_of(row)).content.decode()
    assert "비밀상점" in page
    assert "유자청" in page
    secret = ["홍비밀", "9999", "7777", "053-777", "비밀로", row.application.merchant.number]
    assert not [text for text in secret if text in page]
    record = AccessRecord.objects.get(what=sheet_of(row))
    assert (record.actor, record.subject_kind) == (row.evaluator, "application")
    assert record.subject_ids == [row.application_id]


def test_sheet_when_saved_then_kept_and_locked_leads_to_the_next(program, person, row):
    other = factories.assignment(factories.application(program), person)
    client = logged_in(person)
    assert client.post(sheet_of(row), {**POINTS, "do": "save"}).url == sheet_of(row)
    assert row.sheet.state == SheetState.DRAFT
    assert client.post(sheet_of(row), {**POINTS, "do": "lock"}).url == sheet_of(other)
    row.sheet.refresh_from_db()
    assert row.sheet.state == SheetState.LOCKED
    page = client.get(sheet_of(row)).content.decode()
    assert "76" in page
    assert "<input" not in page.split('id="sheet"')[1].split("</section>")[0]
    assert client.post(sheet_of(row), {**POINTS, "do": "save"}).status_code == 409


@pytest.mark.parametrize(
    ("sent", "status"),
    [({"points_1": "101"}, 400), ({"points_1": "일"}, 400), ({"points_1": ""}, 409)],
)
def test_sheet_when_it_cannot_be_locked_then_said_and_input_kept(row, sent, status):
    client = logged_in(row.evaluator)
    answer = client.post(sheet_of(row), {**POINTS, **sent, "do": "lock"})
    assert answer.status_code == status
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.select("#errors a")[0]["href"] == "#id_points_1"
    assert page.find(id="id_points_2")["value"] == "70"
    assert not Mark.objects.exists()


def undeclared(program, person, **fields):
    application = factories.application(program, factories.merchant(**fields))
    return factories.assignment(application, person, has_conflict=None, declared_at=None)


def test_program_when_conflicts_are_declared_then_kept_and_gone(program, person):
    free, bound, later = (undeclared(program, person) for _ in range(3))
    client, address = logged_in(person), reverse("evaluation_program", args=[program.slug])
    assert client.get(sheet_of(free)).status_code == 404
    sent = {f"a{free.pk}-conflict": "no", f"a{bound.pk}-conflict": "yes"}
    refused = client.post(address, sent)
    assert refused.status_code == 400
    page = BeautifulSoup(refused.content, "html.parser")
    assert [a["href"] for a in page.select("#errors a")] == [f"#id_a{bound.pk}-reason"]
    assert client.post(address, {**sent, f"a{bound.pk}-reason": "거래처"}).status_code == 302
    assert client.get(sheet_of(free)).status_code == 200
    assert client.get(sheet_of(bound)).status_code == 404
    assert client.get(sheet_of(later)).status_code == 404
    client.post(address, {"none": "1"})
    assert client.get(sheet_of(later)).status_code == 200


def test_lock_all_when_confirmed_then_the_complete_ones(program, person, row):
    factories.sheet(row, 80, 70, locked=False)
    half = factories.assignment(factories.application(program), person)
    factories.sheet(half, 80, locked=False)
    client, address = logged_in(person), reverse("evaluation_lock", args=[program.slug])
    page = client.get(address).content.decode()
    assert row.application.receipt in page
    assert half.application.receipt not in page
    client.post(address)
    assert list(Sheet.objects.filter(state="locked")) == [row.sheet]


def test_list_when_some_are_locked_then_says_how_many(program, person, row):
    factories.sheet(row, 1, 2)
    factories.assignment(factories.application(program), person)
    page = BeautifulSoup(logged_in(person).get("/evaluations/").content, "html.parser")
    assert page.select_one(".done .number").text == "1/2"


@pytest.mark.parametrize("n", [1, 3])
def test_lists_when_more_rows_then_the_same_queries(program, person, n, django_assert_num_queries):
    for _ in range(n):
        row = factories.assignment(factories.application(program), person)
        factories.sheet(row, 80, 70, locked=False)
        undeclared(program, person)
    client = logged_in(person)
    for address, queries in (("/evaluations/", 6), (f"/evaluations/{program.slug}/", 10)):
        with django_assert_num_queries(queries):
            assert client.get(address).status_code == 200


def test_menu_when_evaluator_then_leads_there(person):
    assert b'href="/evaluations/"' in logged_in(person).get("/").content
    assert b'href="/evaluations/"' not in logged_in(factories.user()).get("/").content
