"""Numbers in addresses and forms that no row can have: pages answer as to any that is not there."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from center.permissions import MANAGER
from center.plain_numbers import plain_number, row_number
from tests import factories
from tests.conftest import kst, logged_in

LONG = "9" * 5000  # more digits than int() takes
ODD = [LONG, "٣", "²", "-1", "x"]


@pytest.mark.parametrize("text", [*ODD, "", " 1", "1" * 19])
def test_number_when_it_is_none_then_none(text):
    assert (plain_number(text), row_number(text)) == (None, 0)


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_number_when_it_is_one_then_that(text, number):
    assert plain_number(text) == row_number(text) == number


@pytest.fixture
def manager_client(db, at_now):
    return logged_in(factories.staff(MANAGER))


@pytest.fixture
def application(merchant):
    return factories.application(factories.program(), merchant)


@pytest.mark.parametrize("number", ODD)
def test_consent_to_a_text_of_no_number_then_404(owner_client, number):
    address = reverse("account_consent", args=["marketing"])
    assert owner_client.post(address, {"text": number}).status_code == 404


@pytest.mark.parametrize("number", ODD)
@pytest.mark.parametrize(
    ("name", "field", "status"),
    [
        ("center_consenttext_add", "copy", 200),
        ("center_access_review", "month", 404),
        ("bookings_policy_add", "resource", 200),
    ],
)
def test_page_of_the_admin_asked_for_no_number_then_as_for_none(
    manager_client, name, field, status, number
):
    asked = f"{number}-{number}" if field == "month" else number
    page = manager_client.get(reverse(f"admin:{name}"), {field: asked})
    assert page.status_code == status


@pytest.mark.parametrize("number", ODD)
def test_form_of_the_admin_sent_with_no_number_then_refused_as_for_none(
    manager_client, application, number
):
    session = factories.session(application.program, kst(23, 10))
    case = reverse("admin:application_case", args=[application.pk])
    answers = {
        "absence": (reverse("admin:consultant_absences"), {"withdraw": number}),
        "roll": (reverse("admin:session_roll", args=[session.pk]), {"application": number}),
        "case": (case, {"do": "ask", "revision": number}),
    }
    told = {key: manager_client.post(*sent).status_code for key, sent in answers.items()}
    assert told == {"absence": 404, "roll": 404, "case": 400}
    change = reverse("admin:programs_application_change", args=["1"]).replace("/1/", f"/{number}/")
    assert manager_client.get(change).status_code == 404


@pytest.mark.usefixtures("papers_root", "at_now")
@pytest.mark.parametrize("number", ODD)
def test_form_of_a_program_when_no_number_is_named_then_nothing_is_kept_or_removed(
    owner_client, merchant, number
):
    program = factories.program("live_commerce")
    address = reverse("program_apply", args=[program.slug])
    owner_client.post(address, {"do": "add_product"})
    (draft,) = merchant.applications.all()
    for what in ("remove_product", "remove_photo", "remove_file"):
        assert owner_client.post(address, {"do": f"{what}:{number}"}).status_code == 302
    for name in ("f", "photos"):
        sent = {"do": "save", f"{name}{number[:99]}": SimpleUploadedFile("a.pdf", b"%PDF-1.7 x")}
        assert owner_client.post(address, sent).status_code == 302
    assert (draft.products.count(), draft.answer_files.count()) == (1, 0)
