"""Every private address of programs as owner, other merchant, staff, anonymous."""

from __future__ import annotations

import pytest
from django.urls import reverse

from center.models import AccessRecord
from center.permissions import EVALUATOR, MANAGER, OFFICIAL, OPERATOR
from merchants.papers.intake import CleanFile
from programs.models import Picture, ProductPhoto, QuestionKind
from programs.services import answer_files
from tests import factories
from tests.conftest import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers_root", "at_now")]


@pytest.fixture
def application(merchant):
    """Received, with an answer file and a product with a photo."""
    program = factories.program("live_commerce")
    question = program.questions.create(position=1, kind=QuestionKind.FILE, label="계획서")
    made = factories.application(program, merchant)
    content = b"%PDF-1.7 x"
    file = CleanFile(content, "application/pdf", 1, "0" * 64, "계획서.pdf")
    answer_files.keep(application=made, question=question, file=file)
    product = made.products.create(position=1, name="유자청", price=100, stock=1)
    picture = Picture.of(b"jpeg")
    picture.save()
    ProductPhoto.objects.create(product=product, picture=picture, position=1)
    return made


def addresses(application):
    file = application.answer_files.get()
    photo = application.products.get().photos.get()
    return {
        "page": application.get_absolute_url(),
        "withdraw": reverse("application_withdraw", args=[application.receipt]),
        "file": reverse("answer_file", args=[file.public_id]),
        "photo": reverse("product_photo", args=[photo.picture.public_id]),
    }


#: owner, other merchant, staff, anonymous
MATRIX = {
    "page": (200, 404, 404, 302),
    "withdraw": (200, 404, 404, 302),
    "file": (200, 404, 200, 302),
    "photo": (200, 404, 200, 302),
}


@pytest.mark.parametrize("name", MATRIX)
def test_private_addresses_then_only_for_those_they_are_for(
    application, owner_client, other_client, staff_client, client, name
):
    address = addresses(application)[name]
    people = (owner_client, other_client, staff_client, client)
    assert tuple(person.get(address).status_code for person in people) == MATRIX[name]


def test_file_when_staff_take_it_then_written_down_and_nothing_runs(application, staff_client):
    answer = staff_client.get(addresses(application)["file"])
    assert answer.content == b"%PDF-1.7 x"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith("attachment")
    assert AccessRecord.objects.filter(
        subject_kind="merchant", subject_ids=[application.merchant_id]
    ).exists()


def test_withdraw_when_another_merchant_posts_then_404_and_nothing_changes(
    application, other_client
):
    assert other_client.post(addresses(application)["withdraw"]).status_code == 404
    application.refresh_from_db()
    assert application.state == "submitted"


#: by role: list of calls, one call, publish, applications, one application, download
ADMIN = {
    OPERATOR: [200, 200, 200, 200, 200, 200],
    MANAGER: [200, 200, 200, 200, 200, 200],
    OFFICIAL: [403] * 6,
    EVALUATOR: [403] * 6,
}


@pytest.mark.parametrize("role", ADMIN)
def test_admin_pages_by_role_then_as_the_table_says(application, role):
    program = application.program
    pages = [
        reverse("admin:programs_program_changelist"),
        reverse("admin:programs_program_change", args=[program.pk]),
        reverse("admin:program_publish", args=[program.pk]),
        reverse("admin:programs_application_changelist"),
        reverse("admin:application_case", args=[application.pk]),
        reverse("admin:applications_csv", args=[program.pk]),
    ]
    person = logged_in(factories.staff(role))
    assert [person.get(page).status_code for page in pages] == ADMIN[role]


def test_admin_pages_when_a_merchant_or_nobody_then_sent_away(application, owner_client, client):
    page = reverse("admin:application_case", args=[application.pk])
    assert [person.get(page).status_code for person in (owner_client, client)] == [302, 302]


def test_offer_link_when_forged_then_404(client):
    assert client.get(reverse("program_offer", args=["PB7K2-9QXM:forged"])).status_code == 404
