"""A draft whose call has closed: nothing of it is handed in, nothing of it is lost."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from programs.models import AnswerFile, Application, ApplicationState, Product, QuestionKind
from programs.services import calls
from tests import factories
from tests.conftest import logged_in
from tests.merchants.papers import uploads

pytestmark = pytest.mark.django_db
WHY = "온라인 판매를 늘리려고 합니다.\n사진도 새로 찍었습니다."
INSTANT = dt.timedelta(microseconds=1)


@pytest.fixture
def draft(owner_client, merchant, at_now):
    """Saved as it was typed; one question left out."""
    program = factories.program("social_media")
    why = program.questions.create(position=1, kind=QuestionKind.TEXT, label="까닭")
    program.questions.create(position=2, kind=QuestionKind.LINE, label="매장")
    plan = program.questions.create(position=3, kind=QuestionKind.FILE, label="계획서")
    program.questions.create(position=4, kind=QuestionKind.PRODUCTS, label="상품")
    address = reverse("program_apply", args=[program.slug])
    for _ in range(2):
        owner_client.post(address, {"do": "add_product"})
    product, _empty = Product.objects.order_by("position")
    sent = {
        f"q{why.pk}": WHY,
        f"f{plan.pk}": uploads.upload(uploads.jpeg(), "plan.jpg"),
        f"p{product.pk}-name": "유자청",
        f"p{product.pk}-price": "만 팔천 원",
        f"photos{product.pk}": uploads.upload(uploads.jpeg()),
        "contact_phone": "010-1234-5678",
        "do": "auto",
    }
    assert owner_client.post(address, sent).status_code == 200
    return Application.objects.get(state=ApplicationState.DRAFT)


def page(reader, draft):
    answer = logged_in(reader).get(draft.get_absolute_url())
    return BeautifulSoup(answer.content, "html.parser").select_one("main")


@pytest.mark.parametrize(
    ("late_by", "is_late"), [(-INSTANT, False), (dt.timedelta(0), True), (INSTANT, True)]
)
def test_draft_at_the_deadline_then_what_was_typed_is_read_from_then_on(
    draft, owner, at_now, late_by, is_late
):
    at_now.move_to(draft.program.closes_at + late_by)
    shown = page(owner, draft)
    said = {row.dt.get_text(): row.dd for row in shown.select("dl.facts > div")}
    assert ("까닭" in said) is is_late
    assert ("제출하지 않은 신청서" in shown.get_text()) is is_late
    assert (shown.select_one("a[href$='/apply/'].btn") is None) is is_late
    if is_late:
        assert list(said["까닭"].stripped_strings) == WHY.splitlines()
        assert "매장" not in said


def test_draft_when_late_then_its_files_and_products_are_there_as_they_were_sent(
    draft, owner, at_now
):
    at_now.move_to(draft.program.closes_at)
    shown = page(owner, draft)
    (link,) = [row.dd.a for row in shown.select("dl.facts > div") if row.dt.string == "계획서"]
    file = AnswerFile.objects.get()
    assert (link["href"], link.string) == (reverse("answer_file", args=[file.public_id]), file.name)
    (product,) = shown.select(".goods > li")  # one of the two was left empty
    assert product.h3.string == "유자청"
    assert "만 팔천 원" in product.get_text()
    client = logged_in(owner)
    for address in (link["href"], product.img["src"]):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("later", [-INSTANT, dt.timedelta(0)])
def test_draft_when_called_off_then_nobody_is_late_and_what_was_typed_is_read(
    draft, owner, at_now, later
):
    calls.call_off(program=draft.program, reason="강사 사정", by=factories.staff())
    at_now.move_to(draft.program.closes_at + later)
    shown = page(owner, draft)
    assert "제출하지 않은 신청서" not in shown.get_text()
    alerts = [alert.get_text() for alert in shown.select(".alert")]
    assert any("강사 사정" in text for text in alerts)
    assert any("적으신 내용은 아래에" in text for text in alerts)
    said = {row.dt.get_text(): row.dd for row in shown.select("dl.facts > div")}
    assert list(said["까닭"].stripped_strings) == WHY.splitlines()
    assert shown.select_one(".goods h3").string == "유자청"


def test_draft_when_late_then_its_own_people_alone_read_it(draft, owner, client, at_now):
    at_now.move_to(draft.program.closes_at)
    address = draft.get_absolute_url()
    case = reverse("admin:application_case", args=[draft.pk])
    other = logged_in(factories.merchant(owner=factories.user()).memberships.get().user)
    staff = logged_in(factories.staff())
    assert logged_in(owner).get(address).status_code == 200
    assert other.get(address).status_code == 404
    assert (staff.get(address).status_code, staff.get(case).status_code) == (404, 404)
    assert client.get(address).status_code == 302
