"""Papers: who gets the file, and what the page that checks a number reveals."""

import pytest
from django.urls import reverse

from center import heavy
from center.permissions import EVALUATOR
from programs.models import ApplicationState, PaperKind
from programs.models.certificates import _ALPHABET as ALPHABET
from programs.models.certificates import new_number
from programs.services import certify
from tests import factories
from tests.conftest import kst, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


@pytest.fixture
def paper(merchant):
    merchant.name, merchant.representative = "비밀 상회", "홍길동"
    merchant.save()
    program = factories.program(title="스마트스토어 첫걸음")
    application = factories.application(program, merchant, ApplicationState.COMPLETED)
    factories.attendance(factories.session(program, kst(16, 10)), application)
    return certify.issue(application=application, kind=PaperKind.COMPLETION)


def file_of(paper):
    return reverse("application_certificate", args=[paper.application.receipt])


def test_file_for_the_business_alone(client, owner_client, other_client, staff_client, paper):
    answer = owner_client.get(file_of(paper))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.content == owner_client.get(file_of(paper)).content
    assert client.get(file_of(paper)).status_code == 302
    for person in (other_client, staff_client, logged_in(factories.staff(EVALUATOR))):
        assert person.get(file_of(paper)).status_code == 404


def test_file_when_there_is_none_or_it_is_void_then_not_found(owner_client, paper):
    assert owner_client.get(f"{file_of(paper)}?paper=participation").status_code == 404
    certify.void(certificate=paper, reason="오기", by=factories.staff())
    assert owner_client.get(file_of(paper)).status_code == 404


def test_file_when_others_are_made_then_asked_to_come_again_and_staff_go_on(owner_client, paper):
    """Whoever fetches papers without end takes one place, and leaves two to staff."""
    with heavy.heavy_work(), heavy.heavy_work():
        assert owner_client.get(file_of(paper)).status_code == 200
    with heavy.paper_work():
        refused = owner_client.get(file_of(paper))
        with heavy.heavy_work(), heavy.heavy_work():
            pass
    assert (refused.status_code, refused["Retry-After"]) == (429, "10")
    assert "지금은 이용이 많아" in refused.content.decode()
    assert owner_client.get(file_of(paper)).status_code == 200


def test_check_reveals_no_more_than_needed(client, paper):
    page = client.get(f"/certificates/{paper.number}/").content.decode()
    for shown in ("스마트스토어 첫걸음", "홍*동", "2026. 11. 23."):
        assert shown in page
    for hidden in (
        "홍길동",
        "비밀 상회",
        paper.application.receipt,
        paper.application.merchant.number,
    ):
        assert hidden not in page
    assert 'name="robots" content="noindex"' in page
    assert "alert success" in page


def test_check_when_void_then_says_so_without_the_reason(client, paper):
    certify.void(certificate=paper, reason="대리 출석 확인", by=factories.staff())
    page = client.get(f"/certificates/{paper.number}/").content.decode()
    assert "alert error" in page
    assert "대리 출석" not in page


@pytest.mark.parametrize("typed", ["2026-AAAAA-AAAAA", "x", "<script>alert(1)</script>", "%00"])
def test_check_when_unknown_then_not_found_and_harmless(client, paper, typed):
    answer = client.get(f"/certificates/{typed}/")
    assert answer.status_code == 404
    assert "<script>alert" not in answer.content.decode()


def test_check_when_typed_without_hyphens_then_found(client, paper):
    typed = paper.number.replace("-", " ").lower()
    page = client.get("/certificates/", {"number": typed}, follow=True)
    assert page.status_code == 200
    assert paper.number in page.content.decode()
    assert client.get("/certificates/", {"number": ""}).status_code == 400


def test_check_when_asked_too_often_then_wait(client, paper):
    for _n in range(30):
        assert client.get(f"/certificates/{paper.number}/").status_code == 200
    answer = client.get(f"/certificates/{paper.number}/")
    assert answer.status_code == 429
    assert "홍*동" not in answer.content.decode()
    other = client.get(f"/certificates/{paper.number}/", REMOTE_ADDR="10.9.8.7")
    assert other.status_code == 200


def test_check_when_numbers_are_guessed_then_misses_count_too_and_the_real_one_is_not_told(
    client, paper
):
    for n in range(30):
        guess = f"{paper.number[:-1]}{ALPHABET[n]}"
        answer = client.get(f"/certificates/{guess}/")
        assert (answer.status_code == 200) is (guess == paper.number)
    for number in (paper.number, "2026-AAAAA-AAAAA"):
        answer = client.get("/certificates/", {"number": number}, follow=True)
        assert answer.status_code == 429
        assert "홍*동" not in answer.content.decode()


def test_number_when_the_one_before_is_known_then_says_nothing_of_the_next():
    numbers = [new_number() for _n in range(200)]
    assert len({number[5:] for number in numbers}) == 200
    for place in (5, 6, 7, 8, 9, 11, 12, 13, 14, 15):
        # thirty letters at each place: of 200 far fewer than 15 would be one in a billion
        assert len({number[place] for number in numbers}) >= 15
    assert numbers != sorted(numbers)
