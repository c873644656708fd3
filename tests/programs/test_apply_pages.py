"""The form: what is shown before it, what is kept, what is refused; supplements."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from center import clock
from merchants.models import Document, DocumentKind
from programs.kinds import KINDS
from programs.models import AnswerFile, Application, ApplicationState, Draft, Product, QuestionKind
from programs.services import checking
from tests import factories
from tests.conftest import NOW, logged_in
from tests.merchants.papers import uploads

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers_root", "at_now")]

PHONE = {"contact_phone": "010-1234-5678"}
_S = ApplicationState


def form_of(program):
    return reverse("program_apply", args=[program.slug])


def codes(answer):
    return {violation.code for violation in answer.context["violations"]}


def test_form_when_the_business_does_not_fit_then_all_reasons_before_it(owner_client, merchant):
    program = factories.program(districts=["47"], sections=["C"])
    answer = owner_client.get(form_of(program))
    assert codes(answer) == {"district", "section"}
    assert b"<form" not in answer.content.split(b"<main")[1].split(b"</main>")[0]
    assert owner_client.post(form_of(program), {**PHONE, "do": "hand_in"}).status_code == 409
    assert not Application.objects.exists()


def test_form_when_there_is_no_business_then_the_way_to_register():
    person = logged_in(factories.user())
    answer = person.get(form_of(factories.program()))
    assert codes(answer) == {"no_business"}
    assert reverse("register") in answer.content.decode()


def test_form_when_not_verified_then_the_way_to_its_page(owner_client, merchant):
    merchant.verified_until = NOW.date() - dt.timedelta(days=1)
    merchant.save(update_fields=["verified_until"])
    answer = owner_client.get(form_of(factories.program()))
    assert codes(answer) == {"not_verified"}
    assert reverse("merchant") in answer.content.decode()


def test_form_when_something_is_wrong_then_said_at_the_field_and_everything_kept(
    owner_client, merchant
):
    program = factories.program()
    number = program.questions.create(position=1, kind=QuestionKind.NUMBER, label="매출")
    text = program.questions.create(position=2, kind=QuestionKind.TEXT, label="까닭")
    sent = {**PHONE, f"q{number.pk}": "천만", f"q{text.pk}": "글", "do": "hand_in"}
    answer = owner_client.post(form_of(program), sent)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert f'href="#id_q{number.pk}"' in page
    assert 'value="천만"' in page
    assert Draft.objects.get().typed[f"q{number.pk}"] == ["천만"]
    assert Application.objects.get().state == _S.DRAFT
    sent[f"q{number.pk}"] = "10,000"
    owner_client.post(form_of(program), sent)
    application = Application.objects.get()
    assert application.state == _S.SELECTED
    kept = dict(application.answers.values_list("question__label", "value"))
    assert kept == {"매출": "10000", "까닭": "글"}


@pytest.mark.parametrize(
    ("kind", "sent", "kept"),
    [
        (QuestionKind.LINE, "한 줄", "한 줄"),
        (QuestionKind.CHOICE, "나", "나"),
        (QuestionKind.CHOICES, ["가", "나"], ["가", "나"]),
        (QuestionKind.NUMBER, "1,234.50", "1234.5"),
        (QuestionKind.DATE, "2026-12-24", "2026-12-24"),
    ],
)
def test_answer_of_each_kind_then_kept_and_shown(owner_client, merchant, kind, sent, kept):
    program = factories.program()
    question = program.questions.create(position=1, kind=kind, label="질문", choices=["가", "나"])
    owner_client.post(form_of(program), {**PHONE, f"q{question.pk}": sent, "do": "hand_in"})
    application = Application.objects.get()
    assert application.answers.get().value == kept
    assert owner_client.get(application.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        (QuestionKind.CHOICE, "다"),
        (QuestionKind.DATE, "0026-12-24"),
        (QuestionKind.LINE, "900101-1234568"),
        (QuestionKind.LINE, ""),
    ],
)
def test_answer_when_it_is_none_then_refused_at_its_field(owner_client, merchant, kind, sent):
    program = factories.program()
    question = program.questions.create(position=1, kind=kind, label="질문", choices=["가"])
    answer = owner_client.post(
        form_of(program), {**PHONE, f"q{question.pk}": sent, "do": "hand_in"}
    )
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [f"q{question.pk}"]
    assert "1234568" not in str(Draft.objects.get().typed)


def test_save_when_typed_then_an_answer_for_the_script_and_nothing_handed_in(
    owner_client, merchant
):
    program = factories.program()
    answer = owner_client.post(form_of(program), {"contact_phone": "010", "do": "auto"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert Application.objects.get().state == _S.DRAFT
    assert 'value="010"' in owner_client.get(form_of(program)).content.decode()


def test_file_when_sent_with_a_mistake_elsewhere_then_kept_and_taken_back(owner_client, merchant):
    program = factories.program()
    question = program.questions.create(position=1, kind=QuestionKind.FILE, label="계획서")
    answer = owner_client.post(form_of(program), {"do": "hand_in"})
    assert answer.status_code == 400
    assert answer.context["form"].refused == {f"f{question.pk}": "파일을 올려 주십시오."}
    sent = {f"f{question.pk}": uploads.upload(uploads.jpeg(), name="계획\u202egpj.jpg")}
    owner_client.post(form_of(program), {**sent, "contact_phone": "", "do": "hand_in"})
    file = AnswerFile.objects.get()
    assert file.name == "계획gpj.jpg"
    assert owner_client.post(form_of(program), {**PHONE, "do": "hand_in"}).status_code == 302
    assert Application.objects.get().answer_files.count() == 1


def test_file_when_it_is_no_picture_then_refused_and_the_rest_kept(owner_client, merchant):
    program = factories.program()
    question = program.questions.create(position=1, kind=QuestionKind.FILE, label="계획서")
    sent = {f"f{question.pk}": uploads.upload(b"MZ program", name="x.exe"), "do": "save"}
    answer = owner_client.post(form_of(program), {**PHONE, **sent})
    assert answer.status_code == 400
    assert not AnswerFile.objects.exists()
    assert Draft.objects.get().typed["contact_phone"] == ["010-1234-5678"]
    assert question.label in answer.content.decode()


def test_product_then_complete_with_a_photo_made_anew(owner_client, merchant):
    program = factories.program("live_commerce")
    owner_client.post(form_of(program), {**PHONE, "do": "add_product"})
    product = Product.objects.get()
    assert not Product.objects.ready().exists()
    pre = f"p{product.pk}"
    sent = {
        **PHONE,
        "baseline_sales": "4,200,000원",
        f"{pre}-name": "유자청",
        f"{pre}-price": "18,000",
        f"{pre}-sale_price": "19,000",
        f"{pre}-stock": "100",
        "do": "hand_in",
    }
    photo = {f"photos{product.pk}": uploads.upload(uploads.jpeg_with_place())}
    answer = owner_client.post(form_of(program), {**sent, **photo})
    assert answer.status_code == 400
    assert list(answer.context["form"].products[0].errors) == ["sale_price"]
    sent[f"{pre}-sale_price"] = "15,000"
    assert owner_client.post(form_of(program), sent).status_code == 302
    product.refresh_from_db()
    assert (product.price, product.sale_price, product.stock, product.is_ready) == (
        18_000,
        15_000,
        100,
        True,
    )
    assert Application.objects.get().baseline_sales == 4_200_000
    shown = owner_client.get(
        reverse("product_photo", args=[product.photos.get().picture.public_id])
    )
    assert b"Exif" not in shown.content


def test_products_when_none_then_refused_with_the_way_out(owner_client, merchant):
    program = factories.program("live_commerce")
    answer = owner_client.post(form_of(program), {**PHONE, "baseline_sales": "0", "do": "hand_in"})
    assert answer.status_code == 409
    assert 'data-code="no_products"' in answer.content.decode()


def test_product_when_added_in_another_window_then_shown_before_it_is_handed_in(
    owner_client, merchant
):
    program = factories.program("live_commerce")
    owner_client.post(form_of(program), {"do": "add_product"})
    answer = owner_client.post(form_of(program), {**PHONE, "baseline_sales": "0", "do": "hand_in"})
    assert answer.status_code == 400
    assert "다른 창에서" in answer.context["form"].products[0].photo_error


def test_product_of_another_business_when_named_then_untouched(owner_client, merchant):
    program = factories.program("live_commerce")
    theirs = factories.application(program).products.create(
        position=1, name="유자청", price=1, stock=1
    )
    owner_client.post(form_of(program), {**PHONE, "do": f"remove_product:{theirs.pk}"})
    assert Product.objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize(
    ("valid_until", "met"),
    [(NOW.date(), True), (NOW.date() - dt.timedelta(days=1), False), (None, False)],
)
def test_papers_when_on_file_then_used_again_else_missing(owner_client, merchant, valid_until, met):
    kind = DocumentKind.objects.create(code="permit", name="통신판매업 신고증", has_expiry=True)
    program = factories.program()
    program.papers.add(kind)
    Document.objects.create(merchant=merchant, kind=kind, valid_until=valid_until)
    page = owner_client.get(form_of(program)).content.decode()
    assert ("제출되어 있음" in page) == met
    answer = owner_client.post(form_of(program), {**PHONE, "do": "hand_in"})
    assert answer.status_code == (302 if met else 409)
    assert ('data-code="papers_missing"' in answer.content.decode()) != met


def test_change_until_the_deadline_then_kept_out_of_the_house_until_handed_in(
    owner_client, owner, merchant, at_now
):
    program = factories.program("social_media")
    sent = {**PHONE, "baseline_sales": "1"}
    owner_client.post(form_of(program), {**sent, "do": "hand_in"})
    owner_client.post(form_of(program), {**sent, "baseline_sales": "2", "do": "save"})
    assert Application.objects.get().baseline_sales == 1
    owner_client.post(form_of(program), {**sent, "baseline_sales": "2", "do": "hand_in"})
    application = Application.objects.get()
    assert (application.baseline_sales, application.state) == (2, _S.SUBMITTED)
    at_now.move_to(program.closes_at)
    late = {**sent, "baseline_sales": "3", "do": "hand_in"}
    answer = logged_in(owner).post(form_of(program), late)
    assert answer["Location"] == application.get_absolute_url()
    assert Application.objects.get().baseline_sales == 2


def test_supplement_when_asked_for_then_answered_in_place_after_the_deadline(
    owner, merchant, at_now
):
    program = factories.program("social_media")
    application = factories.application(program, merchant)
    at_now.move_to(program.closes_at)
    owner_client, staff_client = logged_in(owner), logged_in(factories.staff())
    until = clock.local(clock.now() + dt.timedelta(days=2))
    sent = {"do": "ask", "revision": "0", "ask-note": "주소를 적어 주세요."}
    sent["ask-until"] = f"{until:%Y-%m-%dT%H:%M}"
    case = reverse("admin:application_case", args=[application.pk])
    assert staff_client.post(case, sent).status_code == 302
    page = owner_client.get(form_of(program)).content.decode()
    assert "주소를 적어 주세요." in page
    answer = {**PHONE, "baseline_sales": "5", "do": "hand_in"}
    assert owner_client.post(form_of(program), answer).status_code == 302
    application.refresh_from_db()
    assert (application.state, application.baseline_sales) == (_S.SUBMITTED, 5)


@pytest.mark.parametrize(("seconds", "status"), [(-1, _S.SUBMITTED), (0, _S.SUPPLEMENT)])
def test_supplement_at_its_end_then_the_second_before_counts(
    owner, merchant, at_now, seconds, status
):
    program = factories.program("social_media")
    application = factories.application(program, merchant)
    until = NOW + dt.timedelta(hours=5)
    checking.ask_for(
        application=application, revision=0, note="?", until=until, by=factories.staff()
    )
    at_now.move_to(until + dt.timedelta(seconds=seconds))
    logged_in(owner).post(form_of(program), {**PHONE, "baseline_sales": "5", "do": "hand_in"})
    application.refresh_from_db()
    assert application.state == status


def test_reject_when_first_come_then_the_place_goes_on_and_back_in_line_later(staff_client):
    program = factories.program(quota=1, reserve=2)
    first = factories.application(program, state=_S.SELECTED)
    second = factories.application(program, state=_S.RESERVE)
    case = reverse("admin:application_case", args=[first.pk])
    sent = {"do": "reject", "revision": "0", "reject-reason": "대상 지역이 아닙니다."}
    staff_client.post(case, sent)
    assert staff_client.post(case, sent).status_code == 409  # on an older sight
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (_S.INELIGIBLE, _S.OFFERED)
    staff_client.post(case, {"do": "again", "revision": str(first.revision)})
    first.refresh_from_db()
    assert (first.state, first.reserve_number, first.reason) == (_S.RESERVE, 1, "")


@pytest.mark.parametrize("rows", [1, 3])
def test_form_whatever_the_questions_and_products_then_the_same_queries(
    owner_client, merchant, django_assert_max_num_queries, rows
):
    program = factories.program("live_commerce")
    application = factories.application(program, merchant)
    for n in range(rows):
        program.questions.create(position=n, kind=QuestionKind.LINE, label="질문")
        application.products.create(position=n, name="유자청", price=1, stock=1)
    with django_assert_max_num_queries(17):
        assert owner_client.get(form_of(program)).status_code == 200


@pytest.mark.parametrize("is_joint", [True, False])
def test_form_when_several_may_apply_then_leads_to_naming_them(owner_client, merchant, is_joint):
    program = factories.program(is_joint=is_joint)
    row = factories.application(program, merchant, _S.DRAFT)
    link = reverse("joint", args=[row.receipt])
    assert (link in owner_client.get(form_of(program)).content.decode()) is is_joint


def market(**fields):
    return {**PHONE, "applied_for": "신매시장", "applied_for_address": "달구벌대로 1"} | {
        "baseline_sales": "0",
        "do": "hand_in",
        **fields,
    }


@pytest.mark.parametrize("kind", [k.key for k in KINDS.values() if k.applicant != "business"])
def test_form_when_for_a_market_or_shop_then_its_district_counts_and_not_the_business_s(
    owner_client, merchant, kind
):
    program = factories.program(kind, districts=["27260"])
    assert merchant.district == "27230"
    page = BeautifulSoup(owner_client.get(form_of(program)).content, "html.parser")
    offered = [option["value"] for option in page.select("#id_district option")]
    assert offered == ["", "27260"]
    for wrong in ("", "27230", "00000"):
        refused = owner_client.post(form_of(program), market(district=wrong))
        assert refused.status_code == 400
        assert "district" in refused.context["form"].errors
    assert owner_client.post(form_of(program), market(district="27260")).status_code == 302
    row = Application.objects.get()
    assert (row.state, row.district) == (_S.SUBMITTED, "27260")


def test_form_when_for_the_business_itself_then_its_own_district(owner_client, merchant):
    program = factories.program("social_media")
    assert b"id_district" not in owner_client.get(form_of(program)).content
    sent = {**PHONE, "baseline_sales": "0", "district": "27260", "do": "hand_in"}
    owner_client.post(form_of(program), sent)
    assert Application.objects.get().district == merchant.district
