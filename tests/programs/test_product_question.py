"""A call of any kind may ask for a list of products, as one question of its form."""

from __future__ import annotations

import csv
import io

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.urls import reverse

from programs.models import Application, ApplicationState, Product, Program, QuestionKind
from programs.services import calls
from tests import factories
from tests.merchants.papers import uploads
from tests.programs.test_builder import fields as call_fields

pytestmark = pytest.mark.django_db

SENT = {"contact_phone": "010-1234-5678", "baseline_sales": "0"}


@pytest.fixture
def program():
    """A kind of program that asks for no products by itself."""
    return factories.program("social_media")


def ask(program, *, position=1, is_needed=True):
    return program.questions.create(
        position=position,
        kind=QuestionKind.PRODUCTS,
        label="알리고 싶은 상품",
        help="세 가지까지면 좋습니다.",
        is_needed=is_needed,
    )


def form_of(program):
    return reverse("program_apply", args=[program.slug])


def hand_in_with_a_product(client, program):
    client.post(form_of(program), {**SENT, "do": "add_product"})
    product = Product.objects.get(application__program=program)
    entries = {"name": "유자청", "price": "18,000", "sale_price": "", "stock": "100"}
    typed = {f"p{product.pk}-{name}": text for name, text in entries.items()}
    photo = {f"photos{product.pk}": uploads.upload(uploads.jpeg())}
    answer = client.post(form_of(program), {**SENT, **typed, **photo, "do": "hand_in"})
    assert answer.status_code == 302
    return Application.objects.get(program=program)


def rows_of(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_form_then_the_list_stands_where_the_call_asks_for_it_in_its_words(
    owner_client, merchant, program
):
    program.questions.create(position=1, kind=QuestionKind.LINE, label="처음")
    ask(program, position=2)
    program.questions.create(position=3, kind=QuestionKind.LINE, label="마지막")
    page = BeautifulSoup(owner_client.get(form_of(program)).content, "html.parser")
    words = page.select_one("form.application").get_text(" ")
    order = [words.index(w) for w in ("처음", "알리고 싶은 상품", "세 가지까지면", "마지막")]
    assert order == sorted(order)
    assert len(page.select("button[value=add_product]")) == 1


def test_form_when_the_kind_lists_products_then_once_with_or_without_a_question(
    owner_client, merchant
):
    for program in (factories.program("live_commerce"), factories.program("live_commerce")):
        page = BeautifulSoup(owner_client.get(form_of(program)).content, "html.parser")
        assert len(page.select("#products")) == 1
        ask(program)
        page = BeautifulSoup(owner_client.get(form_of(program)).content, "html.parser")
        assert [h2.get_text(strip=True) for h2 in page.select("#products h2")] == [
            "알리고 싶은 상품"
        ]


def test_hand_in_then_applicant_and_staff_see_the_product_and_the_file_has_it_once(
    owner_client, merchant, staff_client, program
):
    ask(program)
    application = hand_in_with_a_product(owner_client, program)
    assert application.state == ApplicationState.SUBMITTED
    case = reverse("admin:application_case", args=[application.pk])
    for client, page in ((owner_client, application.get_absolute_url()), (staff_client, case)):
        shown = BeautifulSoup(client.get(page).content, "html.parser")
        assert [h3.get_text() for h3 in shown.select(".goods h3")] == ["유자청"]
    address = reverse("admin:applications_csv", args=[program.pk])
    (row,) = rows_of(staff_client.post(address, {"purpose": "operation"}))
    assert "알리고 싶은 상품" not in row
    assert "유자청 18,000 × 100" in row.values()


@pytest.mark.parametrize(("is_needed", "status"), [(True, 409), (False, 302)])
def test_hand_in_without_a_product_then_refused_where_one_is_needed(
    owner_client, merchant, program, is_needed, status
):
    ask(program, is_needed=is_needed)
    answer = owner_client.post(form_of(program), {**SENT, "do": "hand_in"})
    assert answer.status_code == status
    assert ('data-code="no_products"' in answer.content.decode()) is is_needed


@pytest.mark.parametrize(("is_needed", "left"), [(True, 1), (False, 0)])
def test_last_product_when_taken_out_after_handing_in_then_stays_where_one_is_needed(
    owner_client, merchant, program, is_needed, left
):
    ask(program, is_needed=is_needed)
    application = hand_in_with_a_product(owner_client, program)
    product = application.products.get()
    answer = owner_client.post(form_of(program), {**SENT, "do": f"remove_product:{product.pk}"})
    assert application.products.count() == left
    assert ('data-code="last_product"' in answer.content.decode()) is is_needed


def test_builder_when_products_are_asked_for_twice_then_said_at_the_second(staff_client, at_now):
    asked = {"questions-TOTAL_FORMS": "2"}
    for n in range(2):
        asked |= {
            f"questions-{n}-position": f"{n}",
            f"questions-{n}-kind": "products",
            f"questions-{n}-label": f"상품 {n}",
            f"questions-{n}-choices": "",
        }
    address = reverse("admin:programs_program_add")
    page = BeautifulSoup(staff_client.post(address, call_fields(**asked)).content, "html.parser")
    assert not Program.objects.exists()
    assert "상품 목록은 한 공고에서 한 번만" in page.select_one("#questions-1").get_text()
    assert "한 번만" not in page.select_one("#questions-0").get_text()
    asked["questions-1-kind"] = "line"
    assert staff_client.post(address, call_fields(**asked)).status_code == 302
    assert list(Program.objects.get().questions.values_list("kind", flat=True)) == [
        "products",
        "line",
    ]


LINE, PRODUCTS = QuestionKind.LINE, QuestionKind.PRODUCTS


def change(client, program, *rows):
    """Send the form of a call with its questions as ``rows``: the question or None for a new
    one, its kind, and whether it is deleted. The kinds of the questions after it."""
    asked = {
        "kind": program.kind,
        "questions-TOTAL_FORMS": f"{len(rows)}",
        "questions-INITIAL_FORMS": f"{sum(question is not None for question, *_ in rows)}",
    }
    for n, (question, kind, *deleted) in enumerate(rows):
        asked |= {
            f"questions-{n}-id": f"{question.pk}" if question else "",
            f"questions-{n}-position": f"{n}",
            f"questions-{n}-kind": kind,
            f"questions-{n}-label": f"질문 {n}",
            f"questions-{n}-choices": "",
            **({f"questions-{n}-DELETE": "on"} if deleted else {}),
        }
    address = reverse("admin:programs_program_change", args=[program.pk])
    answer = client.post(address, call_fields(**asked))
    kinds = list(program.questions.order_by("position").values_list("kind", flat=True))
    return answer, kinds


@pytest.fixture
def two(program, at_now):
    """A question for a line, then that for products."""
    line = program.questions.create(position=0, kind=LINE, label="처음")
    return line, ask(program)


@pytest.mark.parametrize(
    ("rows", "after"),
    [
        ([(0, PRODUCTS), (1, LINE)], [PRODUCTS, LINE]),  # swapped
        ([(0, PRODUCTS), (1, PRODUCTS, "gone")], [PRODUCTS]),
        ([(0, LINE), (1, PRODUCTS, "gone"), (None, PRODUCTS)], [LINE, PRODUCTS]),
        ([(0, LINE), (1, LINE), (None, PRODUCTS)], [LINE, LINE, PRODUCTS]),
        ([(0, LINE), (1, PRODUCTS)], [LINE, PRODUCTS]),
    ],
)
def test_builder_when_another_question_asks_for_products_then_kept(
    staff_client, program, two, rows, after
):
    sent = [(None if n is None else two[n], *what) for n, *what in rows]
    answer, kinds = change(staff_client, program, *sent)
    assert (answer.status_code, kinds) == (302, after)


def test_builder_when_a_kept_call_asks_twice_then_said_in_words(staff_client, program, two):
    line, products = two
    rows = (line, PRODUCTS), (products, PRODUCTS)
    answer, kinds = change(staff_client, program, *rows)
    assert (answer.status_code, kinds) == (200, [LINE, PRODUCTS])
    page = BeautifulSoup(answer.content, "html.parser")
    said = [row.get_text(strip=True) for row in page.select("#questions-group .errorlist li")]
    assert said == ["상품 목록은 한 공고에서 한 번만 물을 수 있습니다."]


def test_question_for_products_when_written_twice_then_the_database_refuses(program):
    ask(program)
    with pytest.raises(IntegrityError, match="question_for_products_once"), transaction.atomic():
        ask(program, position=2)


def test_next_round_then_asks_for_products_again(program):
    ask(program)
    made = calls.copy(program=program, by=factories.staff())
    assert made.questions.get().kind == QuestionKind.PRODUCTS
